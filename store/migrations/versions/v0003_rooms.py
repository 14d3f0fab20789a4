"""Threads that a message of ours opened, and tickets that became part of another"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("thread", sa.String()))
    op.create_index(
        "ix_outbox_thread",
        "outbox",
        ["thread"],
        sqlite_where=sa.text("thread IS NOT NULL"),
        postgresql_where=sa.text("thread IS NOT NULL"),
    )
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("merged_into", ID))
