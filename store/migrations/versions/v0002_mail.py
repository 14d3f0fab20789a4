"""Mail as it came, and what a conversation by letter needs"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", sa.BigInteger()),
        sa.Column("problem", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
    )
    op.create_index("ix_mail_sha256", "mail", ["sha256"])
    op.create_index(
        "ix_mail_unfiled",
        "mail",
        ["id"],
        sqlite_where=sa.text("filed_at IS NULL"),
        postgresql_where=sa.text("filed_at IS NULL"),
    )
    op.create_table(
        "correspondent",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name="pk_correspondent"),
    )
    with op.batch_alter_table("conversation") as table:
        table.add_column(sa.Column("letters", sa.Text()))
