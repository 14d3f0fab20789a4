"""What the desk does by itself, and what became of it"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "action_run",
        sa.Column("id", ID, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("arguments", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text),
        sa.Column("conversation_id", ID),
        sa.Column("ticket_id", ID),
        sa.Column("person_id", ID),
        sa.Column("asked_by", ID),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("via", sa.String),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("deadline", sa.BigInteger),
        sa.Column("remind_at", sa.BigInteger),
        sa.Column("code", sa.String),
        sa.Column("sent_to", sa.String),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("approver_id", ID),
        sa.Column("approved_by", ID),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("progress", sa.String),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("result", sa.String),
        sa.Column("outcome", sa.Text),
        sa.Column("words", sa.Text),
        sa.Column("undo_of", ID),
        sa.Column("history", sa.Text, nullable=False),
        sa.UniqueConstraint("key", name="uq_action_run_key"),
    )
    op.create_index("ix_action_run_state", "action_run", ["state", "id"])
    op.create_index("ix_action_run_ticket", "action_run", ["ticket_id", "id"])
    op.create_index("ix_action_run_conversation_id", "action_run", ["conversation_id"])
    op.create_index("ix_action_run_person_id", "action_run", ["person_id"])
