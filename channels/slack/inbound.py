"""Which workspace a payload came from, and what it says. Pure: nothing is asked of anybody."""

from datetime import datetime

from msgspec import Struct

from channels.slack.actions import Actions
from channels.slack.events import Events
from channels.slack.heard import Body, Heard, HomeOpened, Me


def team_of(body: Body) -> str:
    """The workspace or organisation whose token we use. In shared channels the writer's may be another."""
    for one in body.get("authorizations") or ():
        if found := one.get("team_id") or one.get("enterprise_id"):
            return str(found)
    view, message = body.get("view") or {}, body.get("message") or {}
    team, user = body.get("team") or {}, body.get("user") or {}
    enterprise = body.get("enterprise") or {}
    given = (
        view.get("app_installed_team_id"),
        body.get("type") == "block_actions" and message.get("team"),  # ours, so it was we who wrote
        body.get("team_id"),
        team.get("id"),
        user.get("team_id"),
        enterprise.get("id"),
        body.get("enterprise_id"),
    )
    return str(next((one for one in given if one), ""))


def lane_of(body: Body) -> str | None:
    """Whose order it belongs to; None for what does not wait for anything."""
    event = body.get("event") or {}
    return f"{team_of(body)}/{event['channel']}" if "channel" in event else None


class Reader(Struct, frozen=True, kw_only=True):
    channel: str
    rooms: frozenset[str]
    allow_bots: bool = False

    def read(self, body: Body, me: Me, now: datetime) -> Heard | HomeOpened | None:
        """None for what nobody said to us."""
        if "event" in body:
            events = Events(channel=self.channel, rooms=self.rooms, allow_bots=self.allow_bots)
            return events.read(body["event"], me)
        return Actions(channel=self.channel).read(body, me, now)
