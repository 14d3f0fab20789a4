"""Answers that a language model is asked to phrase"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "phrasing",
        sa.Column("conversation_id", ID, primary_key=True),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("articles", sa.Text, nullable=False),
        sa.Column("plain", sa.Text, nullable=False),
        sa.Column("deadline", sa.BigInteger, nullable=False),
        sa.Column("asked_at", sa.BigInteger),
        sa.Column("answer", sa.Text),
    )
    op.create_index("ix_phrasing_asked", "phrasing", ["asked_at", "deadline"])
