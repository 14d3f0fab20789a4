"""From where something was done, and the articles that a ticket might be solved by"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("ticket_event") as table:
        table.add_column(sa.Column("via", sa.String()))
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("suggested", sa.Text(), server_default="[]", nullable=False))
