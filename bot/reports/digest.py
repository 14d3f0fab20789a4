"""Reports that send themselves: when due, once, wherever `[report.NAME]` says.

What was sent last is a row of `meta`, changed in the commit that queues the messages; so a restart, a
second process or a clock that is set back sends nothing twice, and what fell due while the desk was stopped
is sent when it starts: the latest one, for yesterday's news of five days ago is none.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import structlog
from msgspec import Struct

from bot.desk.desk import Desk
from bot.desk.files import Files
from bot.errors import Invalid
from bot.reports import schedule
from bot.reports.drawing import Picture, Text
from bot.reports.fonts import font_for
from bot.reports.letter import letter, short
from bot.reports.picture import pictures
from bot.reports.png import png
from bot.reports.report import NAMES, Asked, Report, report
from bot.reports.wording import Words
from bot.settings import Settings
from bot.text import escape
from channels.email.threads import new_thread
from channels.message import Attachment, OutboundMessage, PublicText
from store.database import Store, Tx
from store.knowledge import get, put
from store.outbox import Outgoing

KEYS: Final = (  # in a chat, where nothing else is asked for
    "opened", "resolved", "backlog", "first_response_time", "resolution_time", "sla_first_response",
    "sla_resolution", "fcr", "csat", "deflection_article_confirmed",
)  # fmt: skip
SHOWN: Final = ("course", "speed", "sla", "hours")  # the pictures that a chat gets
LATEST: Final = timedelta(days=70)  # further back nothing is looked for

log = structlog.get_logger()


class Digest(Struct, frozen=True, kw_only=True):
    name: str
    schedule: schedule.Schedule
    to: tuple[str, ...]  # "slack:C1", "telegram:-100", "boss@example.com"
    language: str
    metrics: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


class Sender:
    """All digests of a desk; its owner calls `look` now and then."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        files: Files,
        digests: Sequence[Digest],
        *,
        name: str,
        reaches: Callable[[str], bool],
        font: Path | None = None,
    ) -> None:
        """`name` of the desk; `reaches`: whether a network is set up."""
        self._store, self._desk, self._files, self._digests = store, desk, files, digests
        self._name, self._reaches, self._font = name, reaches, font

    def look(self) -> int:
        """Send what is due; how many digests that were."""
        return sum(self._look(one) for one in self._digests)

    def _look(self, digest: Digest) -> bool:
        now = self._store.clock()
        due = self._store.read(lambda tx: self._due(tx, digest, now))
        if due is None:
            return False
        if due is _NEW:
            self._store.write(lambda tx: _note(tx, digest, now))
            return False
        messages = self._messages(digest, due)
        sent = self._store.write(lambda tx: self._send(tx, digest, due, messages))
        if sent:
            log.info("digest.sent", digest=digest.name, messages=len(messages))
        return sent

    def _due(self, tx: Tx, digest: Digest, now: datetime) -> datetime | None:
        """The latest that is due and was not sent; _NEW: nothing was ever noted."""
        noted = get(tx, _key(digest))
        if noted is None:
            return _NEW
        after = max(datetime.fromisoformat(noted), now - LATEST)
        latest = None
        while (due := digest.schedule.after(after, self._desk.timezone)) <= now:
            latest = after = due
        return latest

    def _send(
        self, tx: Tx, digest: Digest, due: datetime, messages: Sequence[OutboundMessage]
    ) -> bool:
        tx.alone(_key(digest))
        noted = get(tx, _key(digest))
        if noted is not None and datetime.fromisoformat(noted) >= due:
            return False  # another process was faster
        for message in messages:
            body = msgspec.json.encode(message).decode()
            tx.post(
                Outgoing(
                    channel=message.channel, destination=message.to, key=message.key, body=body
                )
            )
        _note(tx, digest, due)
        return True

    # -- what is said

    def _messages(self, digest: Digest, due: datetime) -> list[OutboundMessage]:
        first, last = digest.schedule.period(due, self._desk.timezone)
        asked = Asked(
            first=first,
            last=last,
            zone=self._desk.timezone,
            by=digest.by,
            metrics=digest.metrics or NAMES,
        )
        made = self._store.read(lambda tx: report(tx, asked))
        words = Words(self._desk.texts, digest.language, made)
        drawn = self._kept(pictures(made, words))
        found = []
        for to in digest.to:
            key = f"digest:{digest.name}:{due.isoformat(timespec='minutes')}:{to}"
            if "@" in to and self._desk.agents_mail is not None:
                found.append(self._mail(digest, made, words, drawn, to, key))
            elif "@" not in to and self._reaches(to.partition(":")[0]):
                found.append(self._chat(digest, made, words, drawn, to, key))
        return found

    def _mail(
        self,
        digest: Digest,
        made: Report,
        words: Words,
        drawn: "Drawn",
        to: str,
        key: str,
    ) -> OutboundMessage:
        assert self._desk.agents_mail is not None
        shown = [(picture, file.sha256) for picture, file in drawn]
        return OutboundMessage(
            key=key,
            channel=self._desk.agents_mail.channel,
            to=to,
            conversation=new_thread(f"digest {digest.name} {to}"),
            text=PublicText(self._short(made, words)),
            page=letter(made, words, self._name, shown, self._link(made)),
            attachments=tuple(file for _, file in drawn),
            language=digest.language,
            subject=f"{words('title')}: {words.period}",
        )

    def _chat(
        self, digest: Digest, made: Report, words: Words, drawn: "Drawn", to: str, key: str
    ) -> OutboundMessage:
        channel, _, place = to.partition(":")
        wanted = digest.metrics or KEYS
        few = msgspec.structs.replace(
            made, total={name: made.total[name] for name in wanted if name in made.total}
        )
        return OutboundMessage(
            key=key,
            channel=channel,
            to=place,
            conversation=place,
            text=PublicText(self._short(few, words)),
            attachments=tuple(file for picture, file in drawn if picture.name in SHOWN),
            language=digest.language,
        )

    def _short(self, made: Report, words: Words) -> str:
        return short(made, words, self._name, {self._name: escape(self._name)}, self._link(made))

    def _link(self, made: Report) -> str:
        if not self._desk.url():
            return ""
        asked = made.asked
        return f"{self._desk.url()}/desk/reports?from={asked.first}&to={asked.last}"

    def _kept(self, some: Sequence[Picture]) -> "Drawn":
        """As files. A machine without fonts sends the words alone."""
        letters = "".join(
            shape.words for one in some for shape in one.shapes if isinstance(shape, Text)
        )
        try:
            font = font_for(letters, self._font) if letters else None
        except Invalid as problem:
            log.warning("digest.no-font", problem=str(problem))
            return []
        found: Drawn = []
        for one in some:
            if font is not None:
                found.append((one, self._file(f"{one.name}.png", png(one, font))))
        return found

    def _file(self, name: str, content: bytes) -> Attachment:
        """Kept whatever kinds of files the desk takes from others."""
        with self._files.disk.incoming(len(content)) as incoming:
            incoming.write(content)
            sha256 = incoming.keep()
        return Attachment(name=name, content_type="image/png", size=len(content), sha256=sha256)


def digests_of(settings: Settings) -> tuple[Digest, ...]:
    return tuple(
        Digest(
            name=name,
            schedule=schedule.read(given.at),
            to=tuple(dict.fromkeys(given.to)),
            language=str(given.language or settings.desk.language),
            metrics=given.metrics,
            by=(given.by,) if given.by else (),
        )
        for name, given in settings.report.items()
    )


Drawn = list[tuple[Picture, Attachment]]
_NEW: Final = datetime.max


def _key(digest: Digest) -> str:
    return f"digest:{digest.name}"


def _note(tx: Tx, digest: Digest, due: datetime) -> None:
    put(tx, _key(digest), due.isoformat())
