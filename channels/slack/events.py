"""What was said, edited, taken back, reacted to. Pure.

A mention comes as `message` and as `app_mention`, with two event ids; both are read the same, under the id
of the message itself, so the second counts as the first come again.
"""

from typing import Any, Final

from msgspec import Struct

from channels.message import InboundMessage
from channels.slack.heard import (
    Body,
    Heard,
    HomeOpened,
    Me,
    files_of,
    sender_of,
    time_of,
    where_of,
    words_of,
)
from channels.slack.mrkdwn import mentions

# Subtypes of what somebody said; all others are notices.
SPOKEN: Final = frozenset({None, "file_share", "thread_broadcast", "me_message"})
SLACKBOT: Final = "USLACKBOT"


class Events(Struct, frozen=True, kw_only=True):
    channel: str
    rooms: frozenset[str]
    allow_bots: bool = False

    def read(self, event: Body, me: Me) -> Heard | HomeOpened | None:
        match event.get("type"):
            case "app_home_opened" if event.get("tab") == "home":
                return HomeOpened(user=event["user"])
            case "reaction_added":
                return self._reaction(event, me)
            case "app_mention":
                return self._said(event, me)
            case "message":
                match event.get("subtype"):
                    case "message_changed":
                        return self._changed(event, me)
                    case "message_deleted":
                        return self._deleted(event, me, event.get("previous_message") or {})
                return self._said(event, me)
        return None

    def _said(self, event: Body, me: Me) -> Heard | None:
        if not self._counts(event, me):
            return None
        text, files = words_of(event, me.user), files_of(event, me.team)
        id = f"{me.team}/{event['channel']}/{event['ts']}"
        calls = mentions(str(event.get("text")), me.user)
        if not text and not files and not calls:
            return None
        return self._heard(event, me, message_id=id, text=text, files=files)

    def _changed(self, event: Body, me: Me) -> Heard | None:
        """Also sent when Slack unfolds a link, and then nothing was edited."""
        now, before = event["message"], event.get("previous_message") or {}
        if now.get("subtype") == "tombstone":
            return self._deleted(event, me, before)
        edited = now.get("edited")
        if edited is None or edited == before.get("edited") or now["text"] == before.get("text"):
            return None
        id = f"{me.team}/{event['channel']}/{now['ts']}"
        return self._later(
            event,
            me,
            now,
            message_id=f"{id}/{edited['ts']}",
            changes=id,
            text=words_of(now, me.user),
            sent_at=time_of(edited["ts"]),
        )

    def _deleted(self, event: Body, me: Me, gone: Body) -> Heard | None:
        id = f"{me.team}/{event['channel']}/{gone.get('ts')}"
        at = event.get("event_ts") or event["ts"]
        return self._later(
            event,
            me,
            gone,
            message_id=f"{id}/deleted",
            changes=id,
            deleted=True,
            sent_at=time_of(at),
        )

    def _later(self, event: Body, me: Me, about: Body, **what: Any) -> Heard | None:
        """What happened to an earlier message, which has no channel of its own in it."""
        whole = {**about, "channel": event["channel"], "channel_type": event.get("channel_type")}
        return self._heard(whole, me, **what) if self._counts(whole, me) else None

    def _counts(self, event: Body, me: Me) -> bool:
        """Whether a person said it, or a bot that we listen to, and it was not we."""
        if "bot_id" in event:
            spoken = event.get("subtype") in (*SPOKEN, "bot_message")
            return (
                self.allow_bots
                and spoken
                and me.bot != event["bot_id"]
                and _writer(event) != me.user
            )
        return event.get("subtype") in SPOKEN and _writer(event) not in ("", me.user, SLACKBOT)

    def _heard(self, event: Body, me: Me, **what: Any) -> Heard:
        channel, user, ts = event["channel"], _writer(event), event["ts"]
        root = event.get("thread_ts") or ts
        place, conversation = where_of(me, user, event, ts, root)
        answers = (f"{me.team}/{channel}/{root}",) if root != ts else ()
        given = {"sent_at": time_of(ts), "text": "", **what}
        message = InboundMessage(
            channel=self.channel,
            conversation=conversation,
            place=place,
            sender=sender_of(me, user),
            references=answers,
            automatic="bot_id" in event,
            **given,
        )
        called = mentions(str(event.get("text")), me.user)
        addressed = place is None or place in self.rooms or called
        return Heard(message=message, user=user, addressed=addressed)

    def _reaction(self, event: Body, me: Me) -> Heard | None:
        """Slack does not tell the thread: the desk finds it by the message."""
        item, user = event["item"], event["user"]
        if item.get("type") != "message" or user == me.user:
            return None
        place = f"{me.team}/{item['channel']}"
        if place not in self.rooms:
            return None
        id = f"{place}/{item['ts']}"
        message = InboundMessage(
            channel=self.channel,
            message_id=f"{id}/{user}/{event['reaction']}/{event['event_ts']}",
            conversation=id,
            place=place,
            sender=sender_of(me, user),
            text="",
            chosen=f"reaction:{event['reaction']}",
            references=(id,),
            sent_at=time_of(event["event_ts"]),
        )
        return Heard(message=message, user=user)


def _writer(event: Body) -> str:
    return str(event.get("user") or event.get("bot_id") or "")
