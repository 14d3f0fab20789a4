"""Walks through SOPs"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "sop_run",
        sa.Column("id", ID, primary_key=True),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("sop", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("check_id", ID),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("outcome", sa.String),
    )
    op.create_index("ix_sop_run_conversation", "sop_run", ["conversation_id", "ended_at"])
    op.create_index("ix_sop_run_ticket", "sop_run", ["ticket_id"])
