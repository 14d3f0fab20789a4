"""The first event of a ticket says where it came from, so that figures need nothing that changes"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_CAME = """UPDATE ticket_event SET old = (
 SELECT {function}(ticket.channel, ticket.language, person.group_name, person.site){text}
 FROM ticket LEFT JOIN person ON person.id = ticket.requester_id WHERE ticket.id = ticket_id)
 WHERE what = 'opened' AND old IS NULL"""


def upgrade() -> None:
    op.create_index("ix_ticket_event_at", "ticket_event", ["at", "ticket_id"])
    if op.get_bind().dialect.name == "postgresql":
        statement = _CAME.format(function="json_build_array", text="::text")
    else:
        statement = _CAME.format(function="json_array", text="")
    op.execute(sa.text(statement.replace("::", "\\:\\:")))
