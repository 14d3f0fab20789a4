"""Levels of support, escalations, who is away, and tickets that only some may see"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("level", sa.String))
        table.add_column(sa.Column("handed_at", sa.BigInteger))
        table.add_column(sa.Column("calls", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("follow_at", sa.BigInteger))
        table.add_column(sa.Column("told", sa.String))
        table.add_column(
            sa.Column("restricted", sa.Boolean, nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("away_until", sa.BigInteger))
    op.create_table(
        "escalation",
        sa.Column("id", ID, primary_key=True),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("old", sa.String),
        sa.Column("new", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("person_id", ID),
        sa.Column("queue", sa.String, nullable=False),
        sa.Column("holder_id", ID),
        sa.Column("package", sa.Text, nullable=False),
        sa.Column("taken_at", sa.BigInteger),
        sa.Column("taken_by", ID),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("outcome", sa.String),
    )
    op.create_index("ix_escalation_ticket_id", "escalation", ["ticket_id"])
