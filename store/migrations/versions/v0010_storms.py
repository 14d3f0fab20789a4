"""Tickets that are part of an incident, and those that look like it"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("parent_id", ID))
        table.create_index("ix_ticket_parent_id", ["parent_id"])
    op.create_table(
        "incident",
        sa.Column("ticket_id", ID, primary_key=True),
        sa.Column("known", sa.Text, nullable=False),
        sa.Column("next_word_at", sa.BigInteger),
        sa.Column("told_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "likeness",
        sa.Column("ticket_id", ID, primary_key=True),
        sa.Column("other_id", ID, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("settled", sa.String),
    )
    op.create_index("ix_likeness_other_id", "likeness", ["other_id"])
