"""Articles written at the desk, how likely each was when it was shown, and learned names refused"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column(
        "article", sa.Column("origin", sa.String, nullable=False, server_default="folder")
    )
    op.add_column("article_use", sa.Column("shown_in", sa.String))
    op.add_column("article_use", sa.Column("chance", sa.Double))
    op.add_column("article_use", sa.Column("inbox_id", ID))
    op.create_index("ix_article_use_at", "article_use", ["at"])
    op.create_table(
        "refused_name",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("other", sa.String, primary_key=True),
        sa.Column("person_id", ID),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
