"""Mails of ours, as the tests send and read them."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.text import Texts
from channels.email.compose import Account, Words, compose
from channels.message import OutboundMessage, PublicText

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
ACCOUNT = Account(
    address="help@desk.example",
    name="IT service desk",
    id="desk-1",
    reply_to=lambda message: f"help+{message.conversation}.sig@desk.example",
)


def words(language: str) -> Words:
    texts = Texts.load().labels(language, "mail-")
    return Words(**{name: texts[name] for name in Words.__struct_fields__})


def first(tree: LexborHTMLParser, selector: str) -> LexborNode:
    found = tree.css_first(selector)
    assert found is not None, selector
    return found


def message(text: str = "Restart the VPN client.", **fields: Any) -> OutboundMessage:
    given: dict[str, Any] = {
        "key": "k1",
        "channel": "mail",
        "to": "ana@example.org",
        "conversation": "c1",
        "text": PublicText(text),
        "subject": "VPN drops",
    }
    return OutboundMessage(**(given | fields))


def mail(
    text: str = "Restart the VPN client.",
    *,
    message_id: str = "m1@desk.example",
    account: Account = ACCOUNT,
    now: datetime = NOW,
    content: Callable[[str], bytes] = lambda sha256: sha256.encode(),
    thread: str = "",
    **fields: Any,
) -> bytes:
    letter = message(text, **fields)
    return compose(
        letter,
        account,
        now,
        message_id=message_id,
        words=words(letter.language),
        content=content,
        thread=thread,
    )


def read(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")
