"""What was pressed, picked, typed after a slash, filled in. Pure."""

from datetime import datetime
from typing import Any, Final

from msgspec import Struct, structs

from channels.clean import clean
from channels.message import InboundMessage
from channels.slack.heard import (
    Asked,
    Body,
    Heard,
    Me,
    files_of,
    sender_of,
    trigger_of,
    where_of,
    words_of,
)
from channels.slack.mrkdwn import to_words
from channels.slack.views import SEARCH, Pressed, answers_of, context_of, form_behind

COMMANDS: Final = frozenset(
    {"new", "status", "tickets", "search", "help", "link", "start", "run", "away", "back"}
)
NEW: Final = "new"  # the form that `/helpdesk new` opens


class Actions(Struct, frozen=True, kw_only=True):
    channel: str

    def read(self, body: Body, me: Me, now: datetime) -> Heard | None:
        if "command" in body:
            return self._command(body, me, now)
        match body.get("type"):
            case "block_actions" if body.get("actions"):
                return self._action(body, me, now)
            case "view_submission":
                return self._submission(body, me, now)
            case "shortcut":
                name = str(body["callback_id"])
                asked = Asked(form=name, trigger=trigger_of(body))
                return self._private(body, me, now, chosen=f"/{name}", asked=asked)
            case "message_action":
                return self._about(body, me, now)
        return None

    def _action(self, body: Body, me: Me, now: datetime) -> Heard | None:
        action = body["actions"][0]
        picked = action.get("selected_option")
        value = str((picked or action).get("value") or "")
        if action["action_id"] == SEARCH:
            text = clean(value).strip()
            return self._private(body, me, now, chosen="/search", text=text) if text else None
        if not value:
            return None
        shown = body.get("message")
        form = form_behind(action["action_id"])
        asked = Asked(form=form, trigger=trigger_of(body), value=value) if form else None
        if shown is None:  # in App Home
            return self._private(body, me, now, chosen=value, asked=asked)
        channel, user, ts = body["channel"]["id"], body["user"]["id"], shown["ts"]
        root = shown.get("thread_ts") or ts
        place, conversation = where_of(me, user, body["channel"], ts, root)
        id = f"{me.team}/{channel}/{ts}"
        message = InboundMessage(
            channel=self.channel,
            message_id=f"{id}/{user}/{action.get('action_ts') or trigger_of(body)}",
            conversation=conversation,
            place=place,
            sender=sender_of(me, user),
            text="",
            chosen=value,
            references=(id,),
            sent_at=now,
        )
        pressed = None
        if not has_menus(shown):
            label = str(action.get("text", {}).get("text", ""))
            pressed = Pressed(channel=channel, ts=ts, message=shown, label=label)
        return Heard(message=message, user=user, asked=asked, pressed=pressed)

    def _command(self, body: Body, me: Me, now: datetime) -> Heard:
        said = to_words(str(body.get("text") or "")).strip()
        name, _, text = said.partition(" ")
        name = name.casefold().removeprefix("/")
        if said and name not in COMMANDS:
            return self._private(body, me, now, text=said)
        opens = name == NEW and not text.strip()
        asked = Asked(form=NEW, trigger=trigger_of(body)) if opens else None
        chosen = f"/{name or 'help'}"
        return self._private(body, me, now, chosen=chosen, text=text.strip(), asked=asked)

    def _about(self, body: Body, me: Me, now: datetime) -> Heard:
        """A message that somebody makes a request of."""
        shown, channel = body["message"], body["channel"]["id"]
        return self._private(
            body,
            me,
            now,
            chosen=f"/{NEW}",
            text=words_of(shown, me.user),
            files=files_of(shown, me.team),
            references=(f"{me.team}/{channel}/{shown['ts']}",),
        )

    def _submission(self, body: Body, me: Me, now: datetime) -> Heard:
        view = body["view"]
        context = context_of(view)
        heard = self._private(body, me, now, chosen=context.value, answers=answers_of(view))
        message = structs.replace(
            heard.message,
            message_id=f"{me.team}/{view['id']}",
            conversation=context.conversation,
            place=context.place,
            references=context.references,
        )
        return structs.replace(heard, message=message, submitted=view, pressed=context.pressed)

    def _private(
        self, body: Body, me: Me, now: datetime, *, asked: Asked | None = None, **what: Any
    ) -> Heard:
        """What one does alone, wherever one is: it belongs to the conversation with the bot."""
        user = str(body.get("user_id") or body["user"]["id"])
        message = InboundMessage(
            channel=self.channel,
            message_id=f"{me.team}/{user}/{trigger_of(body)}",
            conversation=f"{me.team}/{user}",
            sender=sender_of(me, user),
            sent_at=now,
            **({"text": ""} | what),
        )
        return Heard(message=message, user=user, asked=asked)


def has_menus(message: Body) -> bool:
    """A card: the desk edits it itself."""
    return any(
        element.get("type") == "static_select"
        for block in message.get("blocks") or ()
        for element in (*block.get("elements", ()), block.get("accessory") or {})
    )
