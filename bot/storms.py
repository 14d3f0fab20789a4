"""The watch: reads what requesters write as it is committed, and proposes what seems to have one cause.

One process does it for all, from the database and in its order. Nothing but decisions is kept: at a start
the last hours are read again, and from some messages of the last weeks it is known what is usual.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from bot.desk import family, storms, tickets
from bot.desk.desk import Desk
from bot.desk.status import ACTIVE
from bot.loop import Bell
from nlp.storms import (
    HOURS,
    RECENT,
    WINDOWS,
    Detector,
    Report,
    Seen,
    Storm,
    likeness,
    name_of,
    signs_of,
)
from nlp.understand import training_texts
from nlp.understanding import Intent, Language, TicketType, Understanding
from store import storms as kept
from store import tickets as kept_tickets
from store.database import Store, Tx
from store.signals import SPOKEN
from store.storms import Words
from store.tables import Ticket

BATCH: Final = 200  # messages of one look
POLL: Final = 2.0  # seconds between looks; a bell makes it quicker
SETTLED: Final = timedelta(minutes=1)  # by then what was written at the same time is committed
FOLLOWS: Final = timedelta(
    minutes=10
)  # what is written so long after a ticket was opened is no new report
WEEKS: Final = 4  # that the usual is learned from
SAMPLED: Final = 3_000  # messages of them
FEW: Final = 500  # with fewer, the shipped texts tell what people write
SHIPPED: Final = 1_000  # of those
LEAST_SIGNS: Final = 3  # of a report, its category among them
ALIKE: Final = 0.6  # of two tickets of one person: what both say of what is said
SHARED: Final = 3  # and so many signs
TWINS: Final = timedelta(days=7)  # how far back they are looked for
OFFICE: Final = range(8, 18)  # hours that texts without a time are taken for

log = structlog.get_logger()

Understand = Callable[[Sequence[str], Sequence[Language | None]], list[Understanding]]


class Watch:
    """One for the whole desk; its owner calls `run`."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        understand: Understand,
        *,
        people: int = 3,
        false_alarms: float = 1.0,
        answers: bool = True,
    ) -> None:
        self._store, self._desk, self._understand = store, desk, understand
        self._people, self._false_alarms, self._answers = people, false_alarms, answers
        self._begin()

    def _begin(self) -> None:
        self._detector = Detector(
            people=self._people, false_alarms=self._false_alarms, zone=self._desk.timezone
        )
        self._after = 0  # all messages up to it were seen
        self._seen: dict[int, datetime] = {}  # later ones that were
        self._parents: dict[int, int] = {}  # storm -> ticket

    async def run(self, stop: asyncio.Event) -> None:
        bell = Bell(self._store.signals, SPOKEN)
        try:
            await asyncio.to_thread(self.prepare)
            while not stop.is_set():
                while await asyncio.to_thread(self.look) and not stop.is_set():
                    pass
                await bell.wait(POLL, stop)
        finally:
            bell.close()

    # -- what was before

    def prepare(self) -> None:
        """Learn what is usual, and read the last hours again."""
        self._begin()
        now = self._store.clock()
        recent = now - WINDOWS[-1]
        begin, end, sample = self._store.read(
            lambda tx: _sample(tx, now - timedelta(weeks=WEEKS), recent)
        )
        past = [report for one in sample if (report := _ordinary(one)) is not None]
        if past:
            share = max(1.0, (end - begin) / SAMPLED)
            span = min(recent - min(one.at for one in past), timedelta(weeks=WEEKS))
            weeks = max(span / timedelta(weeks=1), 1 / 7)
            self._detector.arrivals.set(
                _rates(past, share / weeks, self._desk.timezone), round(weeks) or 1
            )
        if len(past) < FEW:
            self._detector.remember(_shipped(now))
        self._detector.remember(past)
        # A storm is found among so many reports; what is older than they are need not be read again.
        last = self._store.read(kept.last_message)
        self._after = max(end, last - RECENT)
        while self._read(quietly=True):
            pass
        log.info("storms.watching", known=len(past), storms=len(self._detector.storms))

    # -- looking

    def look(self) -> bool:
        """Take in what is new; whether there may be more."""
        return self._read(quietly=False)

    def _read(self, *, quietly: bool) -> bool:
        heard = self._store.read(lambda tx: kept.heard(tx, self._after, BATCH + len(self._seen)))
        fresh = [one for one in heard if one.id not in self._seen][:BATCH]
        reports = _as_filed(fresh) if quietly else self._reports(fresh)
        found = [seen for one in reports if (seen := self._detector.see(one)) is not None]
        self._remember(fresh, heard)
        if not quietly and (fresh or self._detector.storms):
            self._tell(found, fresh)
        return len(fresh) == BATCH

    def _remember(self, fresh: Sequence[Words], heard: Sequence[Words]) -> None:
        """With several writers a lower number may be committed after a higher one."""
        now = self._store.clock()
        self._seen.update((one.id, one.at) for one in fresh)
        for one in heard:
            if one.id not in self._seen or self._seen[one.id] > now - SETTLED:
                break
            self._after = one.id
        self._seen = {id: at for id, at in self._seen.items() if id > self._after}

    def _reports(self, heard: Sequence[Words]) -> list[Report]:
        new = [one for one in heard if not _follows(one)]
        meanings = self._understand([one.body for one in new], [None] * len(new)) if new else []
        return [
            Report(
                one.id,
                one.person_id or -one.conversation_id,
                one.at,
                signs,
                trouble=meaning.type is TicketType.INCIDENT,
            )
            for one, meaning in zip(new, meanings, strict=True)
            if meaning.intent in (Intent.ASK, Intent.HUMAN)
            and len(signs := signs_of(one.body, meaning.category)) >= LEAST_SIGNS
        ]

    # -- proposing

    def _tell(self, found: Sequence[Seen], fresh: Sequence[Words]) -> None:
        """What there is to do is found out by reading; each thing then is a transaction of its own."""
        for pair in self._store.read(lambda tx: self._likely(tx, fresh)):
            if self._store.write(partial(_propose, self._desk, pair)):
                log.info("storm.proposed", ticket=pair.ticket, other=pair.other, kind=pair.kind)
        if self._answers:
            for parent, conversation in self._store.read(lambda tx: self._asking(tx, found, fresh)):
                self._store.write(partial(_answer, self._desk, parent, conversation))

    def _likely(self, tx: Tx, fresh: Sequence[Words]) -> "list[_Pair]":
        pairs = [
            pair
            for storm in list(self._detector.storms.values())
            for pair in self._parts(tx, storm)
        ]
        new = {one.ticket_id for one in fresh if one.ticket_id is not None and not _follows(one)}
        return pairs + [pair for id in sorted(new) if (pair := _twin(tx, id)) is not None]

    def _parts(self, tx: Tx, storm: Storm) -> "list[_Pair]":
        """What of a storm has not been proposed yet. What agents refused is no part of it."""
        of = kept.tickets_of(tx, sorted(storm.members))
        found = {one.id: one for one in kept.tickets(tx, sorted(set(of.values())))}
        said = {
            (one.ticket_id, one.other_id): one.settled for one in kept.said_of(tx, sorted(found))
        }
        open_to = [other for (_, other), settled in said.items() if settled is None]
        parent = self._parent(tx, storm, found, open_to)
        if parent is None:
            return []
        if parent.status not in ACTIVE:
            self._detector.end(storm)
            self._parents.pop(storm.id, None)
            return []
        self._parents[storm.id] = parent.id
        refused = {
            ticket
            for (ticket, other), settled in said.items()
            if other == parent.id and settled == storms.REFUSED
        }
        self._detector.part(storm, [id for id, ticket in of.items() if ticket in refused])
        why = self._why(storm)
        return [
            _Pair(one.id, parent.id, family.CAUSE, why)
            for one in found.values()
            if one.id != parent.id and one.status in ACTIVE and one.parent_id is None
            if (one.id, parent.id) not in said and (parent.id, one.id) not in said
        ]

    def _parent(
        self, tx: Tx, storm: Storm, found: dict[int, Ticket], proposed: Sequence[int]
    ) -> Ticket | None:
        """What agents linked others to, else what was proposed before, else the first that is open."""
        linked = [one.parent_id for one in found.values() if one.parent_id is not None]
        known = [self._parents[storm.id]] if storm.id in self._parents else []
        for id in (*linked, *(one for one in found if kept.is_parent(tx, one)), *known, *proposed):
            ticket = tx.get(Ticket, id)
            if ticket is not None and (ticket.status in ACTIVE or id in linked):
                return ticket
        is_open = [one for one in found.values() if one.status in ACTIVE]
        return min(is_open, key=lambda one: one.id) if len(is_open) > 1 else None

    def _why(self, storm: Storm) -> family.Why:
        members = storm.members.values()
        first = min(one.at for one in members) if members else None
        span = timedelta() if first is None or storm.last is None else storm.last - first
        names = [name_of(one, self._desk.language) for one in self._detector.cause(storm)]
        return family.Why(
            names=tuple(dict.fromkeys(one for one in names if one)),
            people=storm.people,
            minutes=max(1, round(span / timedelta(minutes=1))),
            usual=round(storm.expected, 1),
        )

    def _asking(
        self, tx: Tx, found: Sequence[Seen], fresh: Sequence[Words]
    ) -> list[tuple[int, int]]:
        """Who writes of what agents know to be an incident, and is to hear so: incident, conversation."""
        words = {one.id: one for one in fresh}
        asking = []
        for seen in found:
            id = self._parents.get(seen.storm.id)
            parent = None if id is None else tx.get(Ticket, id)
            if parent is not None and kept.is_parent(tx, parent.id):
                said = [words[one] for one in seen.joined if one in words]
                asking += [
                    (parent.id, one.conversation_id)
                    for one in said
                    if one.person_id != parent.requester_id
                ]
        return asking


class _Pair(Struct, frozen=True):
    ticket: int
    other: int
    kind: str
    why: family.Why


def _propose(desk: Desk, pair: _Pair, tx: Tx) -> bool:
    ticket, other = tickets.get(tx, pair.ticket), tickets.get(tx, pair.other)
    return storms.propose(desk, tx, ticket, other, pair.kind, pair.why)


def _answer(desk: Desk, parent_id: int, conversation_id: int, tx: Tx) -> None:
    conversation = tx.lock(conversation_id)
    if conversation.taken_by is None:
        storms.answer(desk, tx, tickets.get(tx, parent_id), conversation)


def _as_filed(heard: Sequence[Words]) -> list[Report]:
    """Reports of before, by what became of them, without being understood again."""
    return [report for one in heard if (report := _report(one)) is not None]


def _follows(one: Words) -> bool:
    return one.opened_at is not None and one.at - one.opened_at > FOLLOWS


def _ordinary(one: Words) -> Report | None:
    """A message of before that tells what is usual: none of an incident, of a wish or of a ticket's later
    words."""
    is_part = one.parent_id is not None
    return None if is_part or one.type == TicketType.REQUEST else _report(one)


def _report(one: Words) -> Report | None:
    signs = signs_of(one.body, one.category)
    if _follows(one) or len(signs) < LEAST_SIGNS:
        return None
    who, is_trouble = one.person_id or -one.conversation_id, one.type != TicketType.REQUEST
    return Report(one.id, who, one.at, signs, trouble=is_trouble)


def _sample(tx: Tx, since: datetime, until: datetime) -> tuple[int, int, list[Words]]:
    """Between which messages, and some of them."""
    begin, end = kept.last_message(tx, since), kept.last_message(tx, until)
    chance = random.Random(end)
    numbers = range(begin + 1, end + 1)
    chosen = numbers if len(numbers) <= SAMPLED else chance.sample(numbers, SAMPLED)
    return begin, end, kept.of_messages(tx, sorted(chosen))


def _rates(past: Sequence[Report], each: float, zone: ZoneInfo) -> list[float]:
    """Reports in each hour of a week, where one that was read stands for so many."""
    rates = [0.0] * HOURS
    for one in past:
        here = one.at.astimezone(zone)
        rates[here.weekday() * 24 + here.hour] += each
    return rates


def _shipped(now: datetime) -> list[Report]:
    """What people write at other desks, for a desk that is new."""
    monday = (now - timedelta(days=now.weekday() + 7)).replace(hour=0, minute=0, second=0)
    return [
        Report(-number, -number, monday + after, signs)
        for number, (after, signs) in enumerate(_elsewhere(), 1)
    ]


@cache
def _elsewhere() -> tuple[tuple[timedelta, frozenset[str]], ...]:
    """When in a week, and what: the same for every desk."""
    chance = random.Random(0)
    texts = [one for one in training_texts() if one.type is not TicketType.REQUEST]
    return tuple(
        (
            timedelta(days=chance.randrange(5), hours=chance.choice(OFFICE)),
            signs_of(one.text, one.category),
        )
        for one in chance.sample(texts, min(SHIPPED, len(texts)))
    )


def _twin(tx: Tx, ticket_id: int) -> _Pair | None:
    """The same person said the same before, perhaps on another channel: it may be one ticket."""
    ticket = tx.get(Ticket, ticket_id)
    if ticket is None or ticket.status not in ACTIVE:
        return None
    mine = signs_of(ticket.description)
    for one in kept_tickets.of_requester(tx, ticket.requester_id, sorted(ACTIVE), tx.now):
        theirs = signs_of(one.description)
        is_alike = likeness(mine, theirs) >= ALIKE and len(mine & theirs) >= SHARED
        if is_alike and one.id < ticket.id and tx.now - one.updated_at <= TWINS:
            return _Pair(ticket.id, one.id, family.SAME, family.Why())
    return None
