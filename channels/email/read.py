"""Raw bytes to a `Mail`, whatever state they are in.

Our own reader: the standard library's stops where mails are damaged, decides otherwise than people's mail
programs do, and copies every part. Nothing here raises for what a mail contains.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from channels.email import charsets
from channels.email.addresses import answered_id, first_address, read_addresses, read_ids
from channels.email.body import Gatherer
from channels.email.encoded import text_of
from channels.email.mail import Address, Mail
from channels.email.tree import Builder, Part

_MBOX: Final = re.compile(rb"\s*>?From (\S+@\S+)")
_DATE: Final = re.compile(
    r"(\d{1,2})[\s.-]+([A-Za-z]{3})[a-z]*\.?[\s.-]+(\d{2,4})[\s,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?"
    r"\s*(?:([+-])(\d{2}):?(\d{2})|([A-Z]{1,5}))?"
)
_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?\s*(?:Z|[+-]\d\d:?\d\d)?"
)
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_ZONES: Final = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
                 "CET": 1, "CEST": 2, "MSK": 3, "JST": 9, "BST": 1}  # fmt: skip


def read(raw: bytes) -> Mail:
    problems: list[str] = []
    whole = raw
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        # Saved by an editor as UTF-16.
        whole = raw.decode("utf-16", "replace").encode()
        problems.append("utf-16")
    builder = Builder(problems)
    top = builder.build(whole, 0, len(whole))
    gatherer = Gatherer(problems, builder, charset_of(top))
    text, html = gatherer.body(top)
    hint = gatherer.hint
    headers = tuple((one.name, text_of(one.value, hint)) for one in top.fields)
    return Mail(
        message_id=_first_id(top),
        in_reply_to=answered_id(top.field("in-reply-to")),
        references=read_ids(top.field("references")),
        from_=sender(top, whole, hint),
        reply_to=_all(top, "reply-to", hint),
        to=_all(top, "to", hint),
        cc=_all(top, "cc", hint),
        subject=next((value for name, value in headers if name == "subject" and value), ""),
        date=read_date(text_of(top.field("date"))),
        text=text,
        html=html,
        attachments=tuple(gatherer.files),
        headers=headers,
        problems=tuple(dict.fromkeys(problems)),
    )


def charset_of(part: Part) -> str:
    """The charset that the first text in the mail declares."""
    own = charsets.known(part.charset)
    if own not in ("", "utf-8", "ascii"):
        return own
    return next((name for child in part.parts if (name := charset_of(child))), "")


def sender(top: Part, raw: bytes, hint: str) -> Address:
    """Whom it is from: From, or whatever else tells."""
    name = ""
    for field in ("from", "sender", "reply-to", "return-path", "x-envelope-from", "envelope-from"):
        for one in top.fields:
            if one.name == field and one.value.strip():
                found = first_address(one.value, hint)
                if found.address:
                    return Address(found.address, name or found.name)
                name = name or found.name
    envelope = _MBOX.match(raw)
    return Address(envelope[1].decode("utf-8", "replace") if envelope else "", name)


def _all(top: Part, name: str, hint: str) -> tuple[Address, ...]:
    fields = [one.value for one in top.fields if one.name == name]
    return tuple(address for value in fields for address in read_addresses(value, hint))


def _first_id(top: Part) -> str:
    for name in ("message-id", "resent-message-id"):
        for one in top.fields:
            if one.name == name and (ids := read_ids(one.value)):
                return ids[0]
    return ""


def read_date(text: str) -> datetime | None:
    """RFC 5322 with its obsolete zones; ISO 8601, which some programs send."""
    try:
        if match := _DATE.search(text):
            day, month, year, hour, minute, second, sign, hours, minutes, zone = match.groups()
            years = int(year)
            if years < 1000:
                years += 1900 if years >= 50 else 2000
            offset = timedelta(hours=_ZONES.get(zone or "", 0))
            if sign:
                offset = timedelta(hours=int(hours), minutes=int(minutes)) * (
                    -1 if sign == "-" else 1
                )
            number = _MONTHS.index(month.lower()) + 1
            seconds = min(int(second or 0), 59)  # a leap second
            return datetime(
                years, number, int(day), int(hour), int(minute), seconds, tzinfo=timezone(offset)
            ).astimezone(UTC)
        if iso := _ISO.search(text):
            moment = datetime.fromisoformat(iso[0].replace(" ", "T", 1).replace(" ", ""))
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    return None
