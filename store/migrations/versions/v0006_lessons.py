"""What agents correct is found without reading all events"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

LESSONS = "who = 'agent' AND what IN ('category', 'type', 'forgotten')"


def upgrade() -> None:
    op.create_index(
        "ix_ticket_event_lesson",
        "ticket_event",
        ["id"],
        sqlite_where=sa.text(LESSONS),
        postgresql_where=sa.text(LESSONS),
    )
