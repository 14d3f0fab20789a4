"""The people: what they type, press and fill in, and what they see."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.platforms.slack.server import FakeSlack, Team

Message = dict[str, Any]
File = tuple[str, str, bytes]  # name, content type, content


class Room:
    """A channel, or the private conversation of a person with the bot."""

    def __init__(self, slack: "FakeSlack", team: "Team", id: str, name: str, kind: str) -> None:
        self.slack, self.team, self.id, self.name, self.kind = slack, team, id, name, kind
        self.archived, self.member = False, True  # whether the bot is in it
        self.by_ts: dict[str, Message] = {}
        self.metadata: dict[str, dict[str, Any]] = {}  # by ts; shown to whoever asks for it

    @property
    def messages(self) -> list[Message]:
        """As they are now, in their order."""
        return [self.by_ts[ts] for ts in sorted(self.by_ts)]

    def thread(self, ts: str) -> list[Message]:
        return [one for one in self.messages if one.get("thread_ts") == ts or one["ts"] == ts]

    def add(self, message: Message) -> Message:
        """With a ts of its own, later than all before."""
        ts = f"{int(self.slack.clock.now())}.{next(self.slack.numbers):06}"
        message = {"type": "message", **message, "ts": ts, "team": self.team.id}
        self.by_ts[ts] = message
        root = self.by_ts.get(message.get("thread_ts", ""))
        if root is not None:
            root.setdefault("thread_ts", root["ts"])
            root["reply_count"] = root.get("reply_count", 0) + 1
        return message


class User:
    def __init__(self, slack: "FakeSlack", team: "Team", about: dict[str, Any]) -> None:
        self.slack, self.team, self.about = slack, team, about
        self.id: str = about["id"]
        self.view: dict[str, Any] | None = None  # the modal that is open
        self.home: dict[str, Any] | None = None
        self.ephemeral: list[dict[str, Any]] = []
        self.room = slack.new_room(team, "D", f"@{self.id}", "im")

    @property
    def address(self) -> str:
        return f"{self.team.id}/{self.id}"

    def inbox(self) -> list[Message]:
        """What the bot wrote in private, as it is now."""
        return [one for one in self.room.messages if one.get("bot_id") == self.team.bot_id]

    # -- talking

    async def dm(self, text: str, thread: str | None = None, files: Sequence[File] = ()) -> Message:
        return await self.say(self.room, text, thread, files)

    async def say(
        self, room: Room, text: str, thread: str | None = None, files: Sequence[File] = ()
    ) -> Message:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        mention = self.slack.mention(self.team)
        message: Message = {"user": self.id, "text": escaped.replace(_escaped(mention), mention)}
        message["client_msg_id"] = f"{next(self.slack.numbers):08x}-client"
        message["blocks"] = [{"type": "rich_text", "elements": []}]
        if thread is not None:
            message |= {"thread_ts": thread, "parent_user_id": self.id}
        if files:
            shared = [self.slack.files.share(*one, self.id, room) for one in files]
            message |= {"files": shared, "subtype": "file_share", "upload": True}
        kept = room.add(message)
        await self._told(room, kept)
        return kept

    async def _told(self, room: Room, message: Message) -> None:
        if not room.member:
            return
        where = {"channel": room.id, "event_ts": message["ts"], "channel_type": room.kind}
        events = [{**message, **where}]
        if self.slack.mention(self.team) in message["text"] and room.kind != "im":
            events.append({**message, **where, "type": "app_mention"})
            events[-1].pop("subtype", None)
        await asyncio.gather(*(self.slack.tell(event, self.team) for event in events))

    async def edit(self, message: Message, text: str) -> None:
        room = self.slack.room_of(message, self.team)
        before = json.loads(json.dumps(room.by_ts[message["ts"]]))
        stamp = f"{int(self.slack.clock.now())}.{next(self.slack.numbers):06}"
        kept = room.by_ts[message["ts"]]
        kept |= {"text": text, "edited": {"user": self.id, "ts": stamp}}
        await self._changed(room, kept, before, stamp)

    async def unfurl(self, message: Message) -> None:
        """A link in it got a picture; nobody edited anything."""
        room = self.slack.room_of(message, self.team)
        before = json.loads(json.dumps(room.by_ts[message["ts"]]))
        kept = room.by_ts[message["ts"]]
        kept["attachments"] = [{"from_url": "https://example.com", "id": 1}]
        await self._changed(room, kept, before, message["ts"])

    async def _changed(self, room: Room, now: Message, before: Message, stamp: str) -> None:
        event = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "message": now,
            "previous_message": before,
            "channel": room.id,
            "channel_type": room.kind,
            "ts": stamp,
            "event_ts": stamp,
        }
        await self.slack.tell(event, self.team)

    async def delete(self, message: Message) -> None:
        room = self.slack.room_of(message, self.team)
        before = room.by_ts.pop(message["ts"])
        stamp = f"{int(self.slack.clock.now())}.{next(self.slack.numbers):06}"
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message["ts"],
            "previous_message": before,
            "channel": room.id,
            "channel_type": room.kind,
            "ts": stamp,
            "event_ts": stamp,
        }
        await self.slack.tell(event, self.team)

    async def react(self, message: Message, emoji: str) -> None:
        room = self.slack.room_of(message, self.team)
        event = {
            "type": "reaction_added",
            "user": self.id,
            "reaction": emoji,
            "item": {"type": "message", "channel": room.id, "ts": message["ts"]},
            "item_user": message.get("user"),
            "event_ts": f"{int(self.slack.clock.now())}.{next(self.slack.numbers):06}",
        }
        await self.slack.tell(event, self.team)

    # -- buttons, menus, commands, shortcuts, modals

    async def press(self, message: Message, label: str) -> Any:
        """The button that begins so, of the message as they see it: a copy is how it was."""
        room = self.slack.room_of(message, self.team)
        button = _button(message.get("blocks", ()), label)
        return await self._act(button, room, message)

    async def pick(self, message: Message, menu: str, label: str) -> Any:
        room = self.slack.room_of(message, self.team)
        [found] = [
            one["accessory"]
            for one in message.get("blocks", ())
            if "accessory" in one and _reads(one["text"], menu)
        ]
        [option] = [one for one in found["options"] if _reads(one["text"], label)]
        return await self._act({**found, "selected_option": option}, room, message)

    async def press_home(self, label: str) -> Any:
        assert self.home is not None
        return await self._act(_button(self.home["blocks"], label), None, None)

    async def search_home(self, words: str) -> Any:
        assert self.home is not None
        [box] = [one["element"] for one in self.home["blocks"] if one["type"] == "input"]
        return await self._act({**box, "value": words}, None, None)

    async def _act(self, element: Mapping[str, Any], room: Room | None, shown: Any) -> Any:
        action = {
            **{k: v for k, v in element.items() if k not in ("options", "placeholder")},
            "action_ts": f"{self.slack.clock.now():.6f}",
        }
        payload = {
            "type": "block_actions",
            "user": {"id": self.id, "username": self.about["name"], "team_id": self.team.id},
            "api_app_id": self.slack.app_id,
            "token": "legacy",
            "trigger_id": self.slack.trigger(self),
            "team": {"id": self.team.id, "domain": "acme"},
            "enterprise": None,
            "is_enterprise_install": False,
            "actions": [action],
        }
        if room is not None:
            payload |= {
                "container": {
                    "type": "message",
                    "message_ts": shown["ts"],
                    "channel_id": room.id,
                    "is_ephemeral": False,
                },
                "channel": {"id": room.id, "name": room.name},
                "message": shown,
                "state": {"values": {}},
                "response_url": self.slack.response_url(self),
            }
        else:
            payload |= {"container": {"type": "view"}, "view": self.home}
        return await self.slack.delivery.interaction("interactive", payload)

    async def command(self, name: str, text: str = "", room: Room | None = None) -> Any:
        where = room or self.room
        payload = {
            "token": "legacy",
            "team_id": self.team.id,
            "team_domain": "acme",
            "channel_id": where.id,
            "channel_name": where.name,
            "user_id": self.id,
            "user_name": self.about["name"],
            "command": name,
            "text": text,
            "api_app_id": self.slack.app_id,
            "is_enterprise_install": "false",
            "response_url": self.slack.response_url(self),
            "trigger_id": self.slack.trigger(self),
        }
        return await self.slack.delivery.interaction("slash_commands", payload)

    async def shortcut(self, callback_id: str) -> Any:
        return await self.slack.delivery.interaction(
            "interactive", self._shortcut("shortcut", callback_id)
        )

    async def message_shortcut(self, callback_id: str, message: Message) -> Any:
        room = self.slack.room_of(message, self.team)
        payload = self._shortcut("message_action", callback_id) | {
            "message_ts": message["ts"],
            "message": room.by_ts[message["ts"]],
            "channel": {"id": room.id, "name": room.name},
            "response_url": self.slack.response_url(self),
        }
        return await self.slack.delivery.interaction("interactive", payload)

    def _shortcut(self, kind: str, callback_id: str) -> dict[str, Any]:
        return {
            "type": kind,
            "token": "legacy",
            "action_ts": f"{self.slack.clock.now():.6f}",
            "team": {"id": self.team.id, "domain": "acme"},
            "user": {"id": self.id, "username": self.about["name"], "team_id": self.team.id},
            "is_enterprise_install": False,
            "enterprise": None,
            "callback_id": callback_id,
            "trigger_id": self.slack.trigger(self),
        }

    async def open_home(self) -> None:
        event = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self.room.id,
            "tab": "home",
            "event_ts": f"{self.slack.clock.now():.6f}",
        }
        await self.slack.tell(event, self.team)

    async def submit(self, answers: Mapping[str, str]) -> Any:
        """By the beginnings of labels. What the app answered; {} closes the modal."""
        assert self.view is not None
        values: dict[str, Any] = {}
        rest = dict(answers)
        for block in self.view["blocks"]:
            if block["type"] != "input":
                continue
            label, element = block["label"]["text"], block["element"]
            given = next((rest.pop(key) for key in list(rest) if label.startswith(key)), None)
            assert given or block.get("optional"), f"{label} must be filled in"
            values[block["block_id"]] = {element["action_id"]: _filled(element, given)}
        assert not rest, f"there are no fields {sorted(rest)}"
        view = {**self.view, "state": {"values": values}}
        payload = {
            "type": "view_submission",
            "team": {"id": self.team.id, "domain": "acme"},
            "user": {"id": self.id, "username": self.about["name"], "team_id": self.team.id},
            "api_app_id": self.slack.app_id,
            "token": "legacy",
            "trigger_id": self.slack.trigger(self),
            "view": view,
            "response_urls": [],
            "is_enterprise_install": False,
            "enterprise": None,
        }
        answer = await self.slack.delivery.interaction("interactive", payload)
        if answer in ("", {}) or (isinstance(answer, dict) and "response_action" not in answer):
            self.view = None
        elif isinstance(answer, dict) and answer["response_action"] in ("update", "push"):
            self.view = self.slack.kept_view(answer["view"])
        elif isinstance(answer, dict) and answer["response_action"] == "clear":
            self.view = None
        return answer


def _filled(element: Mapping[str, Any], given: str | None) -> dict[str, Any]:
    if element["type"] == "plain_text_input":
        return {"type": "plain_text_input", "value": given}
    found = [one for one in element["options"] if given and _reads(one["text"], given)]
    return {"type": "static_select", "selected_option": found[0] if found else None}


def _button(blocks: Any, label: str) -> dict[str, Any]:
    elements = [one for block in blocks for one in block.get("elements", ())]
    for element in elements:
        if element.get("type") == "button" and _reads(element["text"], label):
            return dict(element)
    raise LookupError(f"there is no button {label!r}")


def _reads(text: Mapping[str, Any], label: str) -> bool:
    return unescape(text["text"]).startswith(label)


def _escaped(mention: str) -> str:
    return mention.replace("<", "&lt;").replace(">", "&gt;")
