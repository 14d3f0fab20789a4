"""The methods of the Bot API: what each does, and in which words it refuses."""

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from tests.platforms.telegram.arguments import Arguments
from tests.platforms.telegram.errors import Refusal, bad
from tests.platforms.telegram.people import Chat, Group, User
from tests.platforms.telegram.text import parsed, units

if TYPE_CHECKING:
    from tests.platforms.telegram.server import FakeTelegram

Method = Callable[["FakeTelegram", Arguments], Awaitable[Any]]
METHODS: Final[dict[str, Method]] = {}

LONGEST_TEXT, LONGEST_CAPTION, LONGEST_DATA = 4096, 1024, 64
LARGEST_FILE, LARGEST_PHOTO = 50 * 1024 * 1024, 10 * 1024 * 1024
ANSWERABLE = 15 * 60  # seconds that a pressed button waits for its answer


def method(carry_out: Method) -> Method:
    first, *more = carry_out.__name__.split("_")
    METHODS[first + "".join(word.capitalize() for word in more)] = carry_out
    return carry_out


# -- who and how


@method
async def get_me(telegram: "FakeTelegram", given: Arguments) -> Any:
    return telegram.me | {
        "can_join_groups": True,
        "can_read_all_group_messages": telegram.reads_all,
        "supports_inline_queries": False,
    }


@method
async def get_updates(telegram: "FakeTelegram", given: Arguments) -> Any:
    telegram.updates.allow(given.object("allowed_updates"))
    limit = given.number("limit") or 100
    return await telegram.updates.get(given.number("offset"), limit, given.seconds("timeout"))


@method
async def set_webhook(telegram: "FakeTelegram", given: Arguments) -> Any:
    url, secret = given.text("url"), given.text("secret_token")
    if url and not re.match(r"https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", url):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    telegram.updates.allow(given.object("allowed_updates"))
    if given.flag("drop_pending_updates"):
        telegram.updates.drop()
    hook = {"url": url, "secret_token": secret, "max_connections": given.number("max_connections")}
    await telegram.updates.call_at(hook if url else {})
    return True


@method
async def delete_webhook(telegram: "FakeTelegram", given: Arguments) -> Any:
    if given.flag("drop_pending_updates"):
        telegram.updates.drop()
    await telegram.updates.call_at({})
    return True


@method
async def get_webhook_info(telegram: "FakeTelegram", given: Arguments) -> Any:
    updates = telegram.updates
    info = {"url": updates.webhook.get("url", ""), "has_custom_certificate": False}
    info["pending_update_count"] = len(updates.waiting)
    if updates.last_error is not None:
        info["last_error_date"], info["last_error_message"] = updates.last_error
    return info


@method
async def set_my_commands(telegram: "FakeTelegram", given: Arguments) -> Any:
    commands = given.object("commands") or []
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    telegram.commands[given.text("language_code")] = commands
    return True


@method
async def get_chat(telegram: "FakeTelegram", given: Arguments) -> Any:
    chat = _chat(telegram, given)
    return chat.payload | {"accent_color_id": 0, "max_reaction_count": 11}


# -- sending


@method
async def send_message(telegram: "FakeTelegram", given: Arguments) -> Any:
    chat = _open(telegram, given)
    text, entities = _formatted(given, "text", LONGEST_TEXT, "message is too long")
    if not text:
        raise bad("message text is empty")
    return _sent(telegram, chat, given, {"text": text} | _marked(entities, "entities"))


@method
async def send_photo(telegram: "FakeTelegram", given: Arguments) -> Any:
    file = _file(telegram, given.file("photo"), LARGEST_PHOTO)
    return _captioned(telegram, given, {"photo": [{**file, "width": 1280, "height": 853}]})


@method
async def send_document(telegram: "FakeTelegram", given: Arguments) -> Any:
    upload = given.file("document")
    file = _file(telegram, upload, LARGEST_FILE)
    name = upload[0] if isinstance(upload, tuple) else "file"
    return _captioned(telegram, given, {"document": {**file, "file_name": name}})


@method
async def send_media_group(telegram: "FakeTelegram", given: Arguments) -> Any:
    chat, media = _open(telegram, given), given.object("media") or []
    if not 2 <= len(media) <= 10:
        raise bad("number of media files to send must be 2-10")
    album, sent = str(next(telegram.albums)), []
    for item in media:
        one = Arguments({**given.given, **item}, given.files)
        file = _file(telegram, one.file("media"), LARGEST_FILE)
        caption, entities = _formatted(one, "caption", LONGEST_CAPTION, TOO_LONG_CAPTION)
        body: dict[str, Any] = {"media_group_id": album, "caption": caption or None}
        body |= _marked(entities, "caption_entities")
        photo = item["type"] == "photo"
        body |= {"photo": [{**file, "width": 1, "height": 1}]} if photo else {"document": file}
        sent.append(_sent(telegram, chat, given, body))
    return sent


@method
async def send_chat_action(telegram: "FakeTelegram", given: Arguments) -> Any:
    telegram.actions.append((_open(telegram, given).id, given.text("action")))
    return True


@method
async def forward_message(telegram: "FakeTelegram", given: Arguments) -> Any:
    kept = _message(telegram, given, "message to forward not found", chat="from_chat_id")
    body = {k: v for k, v in kept.items() if k in _CONTENT}
    origin = {"type": "user", "date": kept["date"], "sender_user": kept["from"]}
    return _sent(telegram, _open(telegram, given), given, body | {"forward_origin": origin})


@method
async def copy_message(telegram: "FakeTelegram", given: Arguments) -> Any:
    kept = _message(telegram, given, "message to copy not found", chat="from_chat_id")
    body = {k: v for k, v in kept.items() if k in _CONTENT}
    sent = _sent(telegram, _open(telegram, given), given, body)
    return {"message_id": sent["message_id"]}


# -- changing


@method
async def edit_message_text(telegram: "FakeTelegram", given: Arguments) -> Any:
    kept = _mine(telegram, given)
    if "text" not in kept:
        raise bad("there is no text in the message to edit")
    text, entities = _formatted(given, "text", LONGEST_TEXT, "message is too long")
    if not text:
        raise bad("message text is empty")
    return _edit(telegram, kept, {"text": text, "entities": entities or None}, given)


@method
async def edit_message_caption(telegram: "FakeTelegram", given: Arguments) -> Any:
    kept = _mine(telegram, given)
    text, entities = _formatted(given, "caption", LONGEST_CAPTION, TOO_LONG_CAPTION)
    new = {"caption": text or None, "caption_entities": entities or None}
    return _edit(telegram, kept, new, given)


@method
async def edit_message_reply_markup(telegram: "FakeTelegram", given: Arguments) -> Any:
    return _edit(telegram, _mine(telegram, given), {}, given)


@method
async def delete_message(telegram: "FakeTelegram", given: Arguments) -> Any:
    kept = _message(telegram, given, "message to delete not found")
    del telegram.chats[kept["chat"]["id"]].by_id[kept["message_id"]]
    return True


@method
async def set_message_reaction(telegram: "FakeTelegram", given: Arguments) -> Any:
    kept = _message(telegram, given, "message to react not found")
    reaction = given.object("reaction") or []
    telegram.reactions.append({"message_id": kept["message_id"], "reaction": reaction})
    return True


@method
async def answer_callback_query(telegram: "FakeTelegram", given: Arguments) -> Any:
    pressed, answered = telegram.queries.get(given.text("callback_query_id"), (0.0, True))
    if answered or telegram.clock.now() - pressed > ANSWERABLE:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(given.text("text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    telegram.queries[given.text("callback_query_id")] = (pressed, True)
    return True


# -- files and topics


@method
async def get_file(telegram: "FakeTelegram", given: Arguments) -> Any:
    return telegram.files.find(given.text("file_id"))


@method
async def create_forum_topic(telegram: "FakeTelegram", given: Arguments) -> Any:
    group = _forum(telegram, given)
    name = given.text("name")
    if not 1 <= len(name) <= 128:
        raise bad("invalid forum topic name specified" if name else "TOPIC_TITLE_EMPTY")
    telegram.flood.count(group.id, telegram.clock.now())
    service = group.add(
        {"from": telegram.me, "forum_topic_created": {"name": name, "icon_color": 7322096}}
    )
    thread = service["message_id"]
    service |= {"message_thread_id": thread, "is_topic_message": True}
    group.topics[thread] = {"name": name, "closed": False}
    return {"message_thread_id": thread, "name": name, "icon_color": 7322096}


@method
async def edit_forum_topic(telegram: "FakeTelegram", given: Arguments) -> Any:
    topic = _topic(telegram, given)
    if topic["name"] == given.text("name"):
        raise bad("TOPIC_NOT_MODIFIED")
    topic["name"] = given.text("name")
    return True


@method
async def close_forum_topic(telegram: "FakeTelegram", given: Arguments) -> Any:
    topic = _topic(telegram, given)
    if topic["closed"]:
        raise bad("TOPIC_NOT_MODIFIED")
    topic["closed"] = True
    return True


# -- what they share

TOO_LONG_CAPTION = "message caption is too long"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
_CONTENT = ("text", "entities", "photo", "document", "voice", "caption", "caption_entities")


def _chat(telegram: "FakeTelegram", given: Arguments, name: str = "chat_id") -> Chat:
    try:
        chat = telegram.chats.get(int(given.text(name)))
    except ValueError:
        chat = None
    if chat is None:
        raise bad("chat_id is empty" if not given.text(name) else "chat not found")
    return chat


def _open(telegram: "FakeTelegram", given: Arguments) -> Chat:
    """A chat the bot may write to."""
    chat = _chat(telegram, given)
    if isinstance(chat, User) and chat.blocked:
        raise Refusal(403, "Forbidden: bot was blocked by the user")
    if isinstance(chat, User) and not chat.started:
        raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
    if isinstance(chat, Group) and chat.moved_to is not None:
        raise Refusal(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=chat.moved_to,
        )
    if isinstance(chat, Group) and chat.kicked:
        raise Refusal(403, f"Forbidden: bot was kicked from the {chat.payload['type']} chat")
    return chat


def _forum(telegram: "FakeTelegram", given: Arguments) -> Group:
    chat = _open(telegram, given)
    if not isinstance(chat, Group) or not chat.payload.get("is_forum"):
        raise bad("the chat is not a forum")
    if not chat.bot_is_admin:
        raise bad("not enough rights to create a topic")
    return chat


def _topic(telegram: "FakeTelegram", given: Arguments) -> dict[str, Any]:
    topic = _forum(telegram, given).topics.get(given.number("message_thread_id") or 0)
    if topic is None:
        raise bad("message thread not found")
    return topic


def _message(
    telegram: "FakeTelegram", given: Arguments, problem: str, chat: str = "chat_id"
) -> dict[str, Any]:
    kept = _chat(telegram, given, chat).by_id.get(given.number("message_id") or 0)
    if kept is None:
        raise bad(problem)
    return kept


def _mine(telegram: "FakeTelegram", given: Arguments) -> dict[str, Any]:
    _open(telegram, given)
    kept = _message(telegram, given, "message to edit not found")
    if kept["from"]["id"] != telegram.me["id"] or "forum_topic_created" in kept:
        raise bad("message can't be edited")
    return kept


def _formatted(
    given: Arguments, name: str, longest: int, problem: str
) -> tuple[str, list[dict[str, Any]]]:
    text, entities = parsed(given.text(name), given.text("parse_mode") or None)
    if units(text) > longest:
        raise bad(problem)
    return text, entities


def _marked(entities: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return {name: entities} if entities else {}


def _file(
    telegram: "FakeTelegram", upload: tuple[str, bytes] | str | None, largest: int
) -> dict[str, Any]:
    if isinstance(upload, tuple):
        name, content = upload
        if len(content) > largest:
            raise Refusal(413, "Request Entity Too Large")
        if not content:
            raise bad("file must be non-empty")
        return telegram.files.add(content, name)
    if not upload:
        raise bad("there is no file in the request")
    return telegram.files.find(upload)


def _captioned(telegram: "FakeTelegram", given: Arguments, body: dict[str, Any]) -> Any:
    chat = _open(telegram, given)
    text, entities = _formatted(given, "caption", LONGEST_CAPTION, TOO_LONG_CAPTION)
    if text:
        body |= {"caption": text} | _marked(entities, "caption_entities")
    return _sent(telegram, chat, given, body)


def _keyboard(given: Arguments) -> dict[str, Any] | None:
    markup = given.object("reply_markup")
    if markup is None or "inline_keyboard" not in markup:
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if not buttons:
        return None
    if len(buttons) > 100 or any(len(row) > 8 for row in rows):
        raise bad("BUTTON_COUNT_INVALID" if len(buttons) <= 100 else "reply markup is too long")
    for button in buttons:
        if not button.get("text"):
            raise bad("can't parse inline keyboard button: Text buttons are unallowed")
        data = button.get("callback_data")
        if data is None and not button.get("url"):
            raise bad("can't parse inline keyboard button: Text buttons are unallowed")
        if data is not None and not 1 <= len(data.encode()) <= LONGEST_DATA:
            raise bad("BUTTON_DATA_INVALID")
    return {"inline_keyboard": rows}


def _sent(
    telegram: "FakeTelegram", chat: Chat, given: Arguments, body: dict[str, Any]
) -> dict[str, Any]:
    keyboard = _keyboard(given)
    where: dict[str, Any] = {}
    if (thread := given.number("message_thread_id")) is not None:
        topic = chat.topics.get(thread) if isinstance(chat, Group) else None
        if topic is None:
            raise bad("message thread not found")
        if topic["closed"] and not chat.bot_is_admin:  # type: ignore[attr-defined]
            raise bad("TOPIC_CLOSED")
        where = {"message_thread_id": thread, "is_topic_message": True}
    reply = given.object("reply_parameters") or {}
    if reply:
        answered = chat.by_id.get(int(reply["message_id"]))
        if answered is None and not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        if answered is not None:
            shown = {k: v for k, v in answered.items() if k != "reply_to_message"}
            where["reply_to_message"] = shown
    telegram.flood.count(chat.id, telegram.clock.now())
    body = {key: value for key, value in body.items() if value is not None}
    if keyboard is not None:
        body["reply_markup"] = keyboard
    return chat.add({"from": telegram.me, **where, **body})


def _edit(
    telegram: "FakeTelegram", kept: dict[str, Any], new: dict[str, Any], given: Arguments
) -> dict[str, Any]:
    new = {**new, "reply_markup": _keyboard(given)}
    telegram.flood.count(kept["chat"]["id"], telegram.clock.now())
    if all(kept.get(name) == value for name, value in new.items()):
        raise bad(NOT_MODIFIED)
    kept["edit_date"] = int(telegram.clock.now())
    for name, value in new.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = value
    return kept
