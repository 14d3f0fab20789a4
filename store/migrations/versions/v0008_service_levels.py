"""What is promised of a ticket, and how its clocks stand"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "sla_terms",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sla_terms"),
    )
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("terms", sa.String()))
        table.add_column(sa.Column("sla", sa.String()))
        table.add_column(sa.Column("due_of", sa.String()))
        table.add_column(sa.Column("due_at", sa.BigInteger()))
    op.create_index(
        "ix_ticket_due",
        "ticket",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
