"""A message of ours as Telegram takes it: texts, a keyboard, files, and where they belong."""

from collections.abc import Sequence
from html import escape
from typing import Final

from msgspec import Struct, structs
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from channels.channel import Undeliverable
from channels.fit import buttons, shortened
from channels.message import LABEL_LIMIT, Attachment, Choice, OutboundMessage
from channels.telegram.html import LONGEST_CAPTION, LONGEST_TEXT, pieces, plain, units
from channels.telegram.inbound import LASTING

LARGEST_FILE: Final = 50 * 1024 * 1024
LARGEST_PHOTO: Final = 10 * 1024 * 1024
PHOTOS: Final = frozenset({"image/jpeg", "image/png"})
LONGEST_VALUE: Final = 64  # bytes of callback_data
MOST_BUTTONS: Final = 100
SHORT_LABEL: Final = 18  # characters; two such buttons fit beside each other on a telephone
TOPIC_NAME: Final = 120  # characters, of 128


class Step(Struct, frozen=True, kw_only=True):
    """One message in Telegram."""

    html: str = ""
    keyboard: InlineKeyboardMarkup | None = None
    file: Attachment | None = None


class Where(Struct, frozen=True, kw_only=True):
    topic: int | None = None
    answers: int | None = None  # the message this replies to


def steps_of(message: OutboundMessage) -> list[Step]:
    """Raises Undeliverable before anything is sent, if there is something that can never be."""
    for file in message.attachments:
        if file.size > LARGEST_FILE:
            raise Undeliverable(f"the file {file.name} is over the 50 MB that Telegram takes")
    board = keyboard(buttons(message), lasting=bool(message.menus))
    author = f"<b>{escape(message.author, quote=False)}</b>\n" if message.author else ""
    texts = list(pieces(message.text.body, LONGEST_TEXT - units(plain(author))))
    texts = [author + texts[0], *texts[1:]] if texts[0] or not message.attachments else []
    files = [Step(file=file) for file in message.attachments]
    if len(files) == 1 and len(texts) <= 1 and units(plain("".join(texts))) <= LONGEST_CAPTION:
        return [structs.replace(files[0], html="".join(texts), keyboard=board)]
    steps = [Step(html=text) for text in texts]
    if steps:
        steps[-1] = structs.replace(steps[-1], keyboard=board)
    return [*steps, *files]


def keyboard(choices: Sequence[Choice], *, lasting: bool) -> InlineKeyboardMarkup | None:
    """`lasting`: it stays when a button was pressed."""
    if not choices:
        return None
    if len(choices) > MOST_BUTTONS:
        raise Undeliverable(f"a message has at most {MOST_BUTTONS} buttons in Telegram")
    row = [
        InlineKeyboardButton(
            shortened(choice.label, LABEL_LIMIT), callback_data=_data(choice.value, lasting)
        )
        for choice in choices
    ]
    wide = 2 if all(len(choice.label) <= SHORT_LABEL for choice in choices) else 1
    return InlineKeyboardMarkup([row[at : at + wide] for at in range(0, len(row), wide)])


def _data(value: str, lasting: bool) -> str:
    data = f"{LASTING}{value}" if lasting else value
    if value.startswith(LASTING) or not 1 <= len(data.encode()) <= LONGEST_VALUE:
        raise Undeliverable(
            f"a button's value has 1 to {LONGEST_VALUE} bytes in Telegram, and none begins with "
            f"{LASTING!r}; this one has {len(data.encode())}"
        )
    return data


def where_of(message: OutboundMessage) -> Where:
    if message.under is not None:
        _, number, *topic = message.under.split("/")
        return Where(topic=int(topic[0])) if topic else Where(answers=int(number))
    if message.conversation.startswith(f"{message.to}/"):
        return Where(topic=int(message.conversation.rpartition("/")[2]))
    if message.conversation.startswith(f"{message.to}#"):
        return Where(answers=int(message.conversation.rpartition("#")[2]))
    answered = message.references[0].split("/") if message.references else []
    if message.to.startswith("-") and len(answered) == 2 and answered[0] == message.to:
        return Where(answers=int(answered[1]))
    return Where()


def topic_name(message: OutboundMessage) -> str:
    first = plain(next(pieces(message.text.body))).strip().split("\n")[0]
    return shortened(" ".join((message.subject or first or "—").split()), TOPIC_NAME)
