"""What articles did in one conversation is asked with every change of its tickets"""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("ix_article_use_conversation", "article_use", ["conversation_id"])
