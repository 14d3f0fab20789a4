"""The people: what they type, press and send, and what they see."""

import itertools
from typing import TYPE_CHECKING, Any

from tests.platforms.telegram.text import found, units

if TYPE_CHECKING:
    from tests.platforms.telegram.server import FakeTelegram

Message = dict[str, Any]
LONGEST = 4096  # UTF-16 units; clients cut what is longer into several messages


class Chat:
    """Where messages are. Private chats and plain groups share one row of message numbers."""

    def __init__(self, telegram: "FakeTelegram", payload: dict[str, Any]) -> None:
        self.telegram, self.payload = telegram, payload
        self.id: int = payload["id"]
        own = payload["type"] == "supergroup"
        self.numbers = itertools.count(1) if own else telegram.numbers
        self.by_id: dict[int, Message] = {}

    @property
    def messages(self) -> list[Message]:
        """In their order."""
        return [self.by_id[number] for number in sorted(self.by_id)]

    def add(self, message: Message) -> Message:
        number = next(self.numbers)
        message = {"message_id": number, "date": int(self.telegram.clock.now()), **message}
        message["chat"] = {k: v for k, v in self.payload.items() if k != "permissions"}
        self.by_id[number] = message
        return message


class Group(Chat):
    def __init__(self, telegram: "FakeTelegram", payload: dict[str, Any], *, admin: bool) -> None:
        super().__init__(telegram, payload)
        self.bot_is_admin, self.kicked = admin, False
        self.moved_to: int | None = None
        self.topics: dict[int, dict[str, Any]] = {}  # by thread id: name, closed

    def bot_reads(self, message: Message) -> bool:
        """Privacy mode: only what is meant for the bot, unless it is an administrator."""
        telegram = self.telegram
        if self.kicked:
            return False
        if self.bot_is_admin or telegram.reads_all:
            return True
        answered = message.get("reply_to_message", {}).get("from", {})
        if answered.get("id") == telegram.me["id"]:
            return True
        text = message.get("text") or message.get("caption") or ""
        spoken = text.casefold()
        mine = f"@{telegram.me['username']}".casefold()
        is_command = text.startswith("/") and ("@" not in text.split()[0] or mine in spoken)
        return is_command or mine in spoken

    def migrate(self) -> "Group":
        """The group becomes a supergroup, with another id."""
        new = self.telegram.group(self.payload["title"], supergroup=True, admin=self.bot_is_admin)
        self.moved_to = new.id
        return new


class User(Chat):
    """Somebody, and their private chat with the bot, which has the same id."""

    def __init__(self, telegram: "FakeTelegram", person: dict[str, Any]) -> None:
        names = {k: v for k, v in person.items() if k in ("id", "first_name", "username")}
        super().__init__(telegram, {**names, "type": "private"})
        self.person = person
        self.started = self.blocked = False

    def inbox(self) -> list[Message]:
        """What the bot wrote to them, as it is now."""
        mine = self.telegram.me["id"]
        return [message for message in self.messages if message["from"]["id"] == mine]

    def block(self) -> None:
        self.blocked = True

    async def write(self, text: str) -> Message:
        """The last message, when the client had to cut it."""
        for piece in _cut(text):
            sent = await self._post(self, {"text": piece})
        return sent

    async def say(
        self, group: Group, text: str, topic: int | None = None, reply_to: Message | None = None
    ) -> Message:
        return await self._post(group, {"text": text, **_where(topic, reply_to)})

    async def start(self, token: str = "") -> Message:
        return await self.write(f"/start {token}".strip())

    async def reply(self, to: Message, text: str) -> Message:
        return await self._post(self, {"text": text, "reply_to_message": to})

    async def send_photo(self, content: bytes, caption: str = "", **where: Any) -> Message:
        return await self._post(
            where.pop("group", self), {**self._photo(content, caption), **where}
        )

    async def document(
        self, content: bytes, name: str, content_type: str, caption: str = "", **where: Any
    ) -> Message:
        file = self.telegram.files.add(content, name)
        document = {**file, "file_name": name, "mime_type": content_type}
        body = {"document": document, **_caption(caption)}
        return await self._post(where.pop("group", self), {**body, **where})

    async def voice(self, content: bytes, seconds: int = 3) -> Message:
        file = self.telegram.files.add(content, "voice.oga")
        return await self._post(
            self, {"voice": {**file, "duration": seconds, "mime_type": "audio/ogg"}}
        )

    async def album(self, *photos: bytes, caption: str = "", **where: Any) -> list[Message]:
        """Several photos sent as one: an update each."""
        name = str(next(self.telegram.albums))
        chat = where.pop("group", self)
        return [
            await self._post(
                chat,
                {"media_group_id": name, **self._photo(photo, caption if n == 0 else ""), **where},
            )
            for n, photo in enumerate(photos)
        ]

    async def contact(self, phone: str, of: int | None = None) -> Message:
        """Their own card unless `of` says whose; a card of nobody on Telegram has 0."""
        card: dict[str, Any] = {"phone_number": phone, "first_name": self.person["first_name"]}
        owner = self.id if of is None else of
        return await self._post(self, {"contact": card | ({"user_id": owner} if owner else {})})

    async def send(self, body: dict[str, Any], group: Group | None = None) -> Message:
        """Anything else, by its field: a sticker, a location, a poll."""
        return await self._post(group or self, body)

    async def edit(self, message: Message, text: str) -> None:
        chat = self.telegram.chats[message["chat"]["id"]]
        kept = chat.by_id[message["message_id"]]
        field = "text" if "text" in kept else "caption"
        kept[field] = text
        kept["edit_date"] = int(self.telegram.clock.now())
        kept["entities" if field == "text" else "caption_entities"] = found(text)
        await self.telegram.tell("edited_message", kept)

    async def react(self, message: Message, emoji: str) -> None:
        await self.telegram.tell(
            "message_reaction",
            {
                "chat": message["chat"],
                "message_id": message["message_id"],
                "user": self.person,
                "date": int(self.telegram.clock.now()),
                "old_reaction": [],
                "new_reaction": [{"type": "emoji", "emoji": emoji}],
            },
        )

    async def press(self, message: Message, label: str) -> str:
        """The button that begins so, of the message as they saw it. The id of the query."""
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [button for row in rows for button in row if button["text"].startswith(label)]
        if not buttons:
            raise LookupError(f"there is no button {label!r}")
        query = self.telegram.query(self.person, message, buttons[0]["callback_data"])
        await self.telegram.tell("callback_query", query)
        return str(query["id"])

    def _photo(self, content: bytes, caption: str) -> dict[str, Any]:
        small = self.telegram.files.add(content[:100], "small.jpg")
        large = self.telegram.files.add(content, "photo.jpg")
        sizes = [{**small, "width": 90, "height": 60}, {**large, "width": 1280, "height": 853}]
        return {"photo": sizes, **_caption(caption)}

    async def _post(self, chat: Chat, body: dict[str, Any]) -> Message:
        if chat is self:
            self.started, self.blocked = True, False
        if "text" in body:
            body = {**body, "entities": found(body["text"])}
        if (replied := body.get("reply_to_message")) is not None:
            body["reply_to_message"] = {k: v for k, v in replied.items() if k != "reply_to_message"}
        message = chat.add({"from": self.person, **body})
        if not isinstance(chat, Group) or chat.bot_reads(message):
            await self.telegram.tell("message", message)
        return message


def _where(topic: int | None, reply_to: Message | None) -> dict[str, Any]:
    where: dict[str, Any] = {}
    if topic is not None:
        where |= {"message_thread_id": topic, "is_topic_message": True}
    if reply_to is not None:
        where["reply_to_message"] = reply_to
        if topic is None:  # a plain group marks replies with a thread as well
            where["message_thread_id"] = reply_to["message_id"]
    return where


def _caption(caption: str) -> dict[str, Any]:
    return {"caption": caption, "caption_entities": found(caption)} if caption else {}


def _cut(text: str) -> list[str]:
    pieces, length = [""], 0
    for letter in text:
        length += units(letter)
        if length > LONGEST:
            pieces.append("")
            length = units(letter)
        pieces[-1] += letter
    return pieces
