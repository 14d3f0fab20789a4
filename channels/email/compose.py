"""A message of ours as a mail: text and HTML that say the same, in the thread it belongs to.

Pure: the same message gives the same bytes, so an attempt repeated after a lost answer is the same mail.
Whatever is put into a header stays on its line (`channels.email.headers`).
"""

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from channels.clean import clean
from channels.email.headers import (
    file_name,
    ids,
    is_id,
    mailbox,
    one_line,
    unstructured,
)
from channels.markup import to_html, to_plain
from channels.message import Attachment, Choice, OutboundMessage

LOOP: Final = "X-Loop"

# How people's mail programs say "in answer to", in the languages they are set to.
_ANSWERING: Final = re.compile(
    r"\s*(?:re|aw|sv|vs|antw|odp|rif|res|rép|отв|ha|на|回复|回覆|答复|答覆)(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)
_TYPE: Final = re.compile(
    r"(?!multipart/|message/)[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}"
)
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_SHORT: Final = 78  # characters of a line that goes as it is


class Account(Struct, frozen=True, kw_only=True):
    """Whom the mails are from."""

    address: str
    name: str  # of the desk, as people read it
    id: str  # in our loop header: another desk's mail is not our own
    reply_to: Callable[[OutboundMessage], str]  # the signed address of the conversation


class Words(Struct, frozen=True, kw_only=True):
    """What we add to a message, in its language."""

    choices: str  # above the numbered lines of the text
    buttons: str  # above the same as links
    footer: str  # that one may simply reply; may be empty
    via: str  # the sender's name, of {author} and {desk}


def compose(
    message: OutboundMessage,
    account: Account,
    now: datetime,
    *,
    message_id: str,
    words: Words,
    content: Callable[[str], bytes],
    thread: str = "",
) -> bytes:
    """The whole mail. `message_id` without brackets, the same for every attempt; `content` reads a file by
    its SHA-256; `thread` is an id that keeps together what answers no mail. Raises Undeliverable when the
    destination is no address."""
    if not is_id(message_id):
        raise ValueError("the message id cannot stand in a header")
    subject = _subject(message, account)
    reply_to = account.reply_to(message)
    sender = account.name
    if message.author is not None:
        sender = words.via.replace("{desk}", account.name).replace("{author}", message.author)
    fields = [
        ("From", mailbox(sender, account.address)),
        ("To", mailbox("", message.to)),
        ("Reply-To", mailbox(account.name, reply_to)),
        ("Subject", unstructured(subject)),
        ("Date", format_datetime(now)),
        ("Message-ID", f"<{message_id}>"),
    ]
    if references := ids(message.references or (thread,)):
        fields.append(("In-Reply-To", references.rpartition(" ")[2]))
        fields.append(("References", references))
    if message.author is None:
        # RFC 3834 § 5: programs that answer do not answer this; Exchange asks for a word of its own.
        automatic = "auto-replied" if message.references else "auto-generated"
        fields.append(("Auto-Submitted", automatic))
        fields.append(("X-Auto-Response-Suppress", "All"))
    fields.append((LOOP, unstructured(account.id)))
    fields.append(("MIME-Version", "1.0"))
    answer = f"Re: {_ANSWERING.sub('', subject).strip()}"
    # RFC 6068 § 4: a program that knows this field keeps the thread even so.
    mailto = (
        f"mailto:{quote(reply_to, safe='@')}?subject={quote(answer, safe='')}"
        f"&In-Reply-To={quote(f'<{message_id}>', safe='')}&body="
    )
    text = _text(message, account, words)
    boundary = sha256(f"{message_id}\n{text}".encode()).hexdigest()[:32]
    language = _language(message)
    body = _multipart(
        "alternative",
        f"={boundary}=a",
        [
            _readable("plain", language, text),
            _shown(message, account, words, mailto, subject, boundary, content),
        ],
    )
    if others := [one for one in message.attachments if not _is_inside(message, one)]:
        files = (_file(one, content(one.sha256)) for one in others)
        body = _multipart("mixed", f"={boundary}=m", [body, *files])
    return b"".join([*(f"{name}: {value}\r\n".encode() for name, value in fields), *body])


def _is_inside(message: OutboundMessage, file: Attachment) -> bool:
    return message.page is not None and f"cid:{file.sha256}" in message.page


def _shown(
    message: OutboundMessage,
    account: Account,
    words: Words,
    mailto: str,
    subject: str,
    boundary: str,
    content: Callable[[str], bytes],
) -> "Part":
    """The HTML, with the pictures that are in it (RFC 2387)."""
    language = _language(message)
    if message.page is None:
        return _readable("html", language, _html(message, account, words, mailto, subject))
    inside = {one.sha256: one for one in message.attachments if _is_inside(message, one)}
    domain = account.address.rpartition("@")[2]
    page = message.page
    for name in inside:
        page = page.replace(f"cid:{name}", f"cid:{name}@{domain}")
    html = _readable("html", language, page)
    if not inside:
        return html
    files = (_file(one, content(name), inside=f"{name}@{domain}") for name, one in inside.items())
    return _multipart('related; type="text/html"', f"={boundary}=r", [html, *files])


def _subject(message: OutboundMessage, account: Account) -> str:
    subject = one_line(message.subject or account.name, 200)
    if message.references and not _ANSWERING.match(subject):
        return f"Re: {subject}"
    return subject


def _language(message: OutboundMessage) -> str:
    # "und" is the tag of a language that is not known (BCP 47).
    return message.language if _TAG.fullmatch(message.language) else "und"


def _text(message: OutboundMessage, account: Account, words: Words) -> str:
    parts = [to_plain(clean(message.text.body))]
    if message.choices:
        lines = [words.choices]
        lines += [f"{n} – {one_line(one.label)}" for n, one in enumerate(message.choices, 1)]
        parts.append("\n".join(lines))
    signed = [one_line(message.author)] if message.author else []
    # "-- " is how mail programs know that what follows is no part of the message.
    parts.append("\n".join(filter(None, ["-- ", *signed, one_line(account.name), words.footer])))
    return "\n\n".join(parts) + "\n"


# -- HTML: what Outlook draws with Word's engine and Gmail leaves of it, so the styles are on the elements

_STYLES: Final = {
    "<p>": "margin:0 0 12px",
    "<ul>": "margin:0 0 12px;padding-left:24px",
    "<ol": "margin:0 0 12px;padding-left:24px",
    "<li>": "margin:0 0 4px",
    "<blockquote>": "margin:0 0 12px;padding-left:12px;border-left:3px solid #c3ccd6;color:#51606f",
    "<pre>": "margin:0 0 12px;padding:10px 12px;background:#eef1f5;border-radius:4px;"
    "font-family:Consolas,Menlo,monospace;font-size:14px;line-height:1.4;white-space:pre-wrap",
    "<code>": "background:#eef1f5;font-family:Consolas,Menlo,monospace;font-size:14px",
    "<a ": "color:#0b5cad",
}
_TAGS: Final = re.compile("|".join(map(re.escape, _STYLES)))
_FONTS: Final = "'Segoe UI',Roboto,Helvetica,Arial,'PingFang SC','Microsoft YaHei',sans-serif"
_BUTTON: Final = (
    "display:inline-block;margin:0 8px 8px 0;padding:9px 16px;border:1px solid #0b5cad;"
    "border-radius:6px;color:#0b5cad;text-decoration:none"
)
_DARK: Final = (
    ":root{color-scheme:light dark;supported-color-schemes:light dark}"
    "@media (prefers-color-scheme:dark){"
    "body{background:#10161d!important;color:#e8edf2!important}"
    "a{color:#7db8f5!important;border-color:#7db8f5!important}"
    "pre,code{background:#1f2a35!important}"
    "blockquote,.foot{color:#a3b1bf!important;border-color:#334150!important}}"
)


def _html(
    message: OutboundMessage, account: Account, words: Words, mailto: str, subject: str
) -> str:
    said = _TAGS.sub(_styled, to_html(clean(message.text.body)))
    signed = f"{escape(one_line(message.author))}<br>\n" if message.author else ""
    return (
        f'<!doctype html>\n<html lang="{_language(message)}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{escape(subject)}</title>\n<style>{_DARK}</style>\n</head>\n"
        f'<body style="margin:0;padding:16px;background:#ffffff;color:#17212b;'
        f'font-family:{_FONTS};font-size:16px;line-height:1.5">\n'
        f'<div style="max-width:600px;overflow-wrap:anywhere">\n{said}\n'
        f"{_buttons(message.choices, words, mailto)}"
        '<p class="foot" style="margin:20px 0 0;padding-top:10px;border-top:1px solid #d4dbe3;'
        f'color:#51606f;font-size:13px">{signed}{escape(one_line(account.name))}<br>\n'
        f"{escape(words.footer)}</p>\n</div>\n</body>\n</html>\n"
    )


def _styled(tag: re.Match[str]) -> str:
    name = tag[0].rstrip("> ")
    return f'{name} style="{_STYLES[tag[0]]}"{tag[0][len(name) :]}'


def _buttons(choices: Sequence[Choice], words: Words, mailto: str) -> str:
    if not choices:
        return ""
    links = "\n".join(
        f'<a href="{escape(mailto + quote(one_line(one.label), safe=""))}" style="{_BUTTON}">'
        f"{n} – {escape(one_line(one.label))}</a>"
        for n, one in enumerate(choices, 1)
    )
    return f'<p style="margin:16px 0 8px">{escape(words.buttons)}</p>\n<div>\n{links}\n</div>\n'


# -- MIME: each part with its own header, ready to stand in another


Part = list[bytes]  # joined once only, at the end: files are big


def _multipart(kind: str, boundary: str, parts: Iterable[Part]) -> Part:
    line = f"--{boundary}".encode()
    pieces = [f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode()]
    for part in parts:
        pieces += [line, b"\r\n", *part, b"\r\n"]
    return [*pieces, line, b"--\r\n"]


def _readable(kind: str, language: str, text: str) -> Part:
    raw = text.encode()
    coding, coded = "7bit", raw
    # Programs that keep mails in one file quote a line that begins with "From ", which would break a
    # signature; so such a line is encoded as well.
    if not raw.isascii() or re.search(rb"^From |.{%d}" % (_SHORT + 1), raw, re.MULTILINE):
        printable = re.sub(rb"^From ", b"=46rom ", b2a_qp(raw), flags=re.MULTILINE)
        coding, coded = min(
            ("quoted-printable", printable),
            ("base64", encodebytes(raw)),
            key=lambda one: len(one[1]),
        )
    header = (
        f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Language: {language}\r\n"
        f"Content-Transfer-Encoding: {coding}\r\n\r\n"
    )
    return [header.encode(), coded.replace(b"\n", b"\r\n")]


def _file(file: Attachment, content: bytes, inside: str = "") -> Part:
    """`inside`: the content id by which the HTML shows it."""
    kind = file.content_type if _TYPE.fullmatch(file.content_type) else "application/octet-stream"
    named = f"Content-ID: <{inside}>\r\n" if inside else ""
    header = (
        f"Content-Type: {kind}\r\nContent-Disposition: {'inline' if inside else 'attachment'}"
        f"{file_name(file.name)}\r\n{named}"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return [header.encode(), encodebytes(content).replace(b"\n", b"\r\n")]
