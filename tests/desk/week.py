"""A week of a desk on a clock of its own: 2,000 tickets, 30 agents, five countries, a holiday and the night
in which Europe's clocks go forward; the process is gone twenty times, mostly in the middle of something.

What happens is drawn from a seed. Everything goes through the desk's own functions, a real database and the
real timers, in the order of the clock; nothing sleeps.
"""

import heapq
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from bot import app, perform
from bot.desk import deadlines, tickets
from bot.desk.access import BOT, Actor, Role, actor_of, requester
from bot.desk.after import follow_up
from bot.desk.agreements import terms
from bot.desk.priority import Priority
from bot.desk.status import Status
from bot.desk.tickets import Proposal
from bot.errors import DeskError
from bot.inbox import Reader
from bot.library import Library
from bot.settings import Settings
from channels.message import PublicText
from nlp.understanding import Category, TicketType
from store import open_store
from store.base import from_micros, micros
from store.database import Store, Tx
from store.steps import step
from store.tables import Conversation, Inbox, Person, Ticket
from store.timers import fire_due, next_due
from tests.desk.minutes import MINUTE, Plan

BEGIN: Final = datetime(2026, 3, 28, tzinfo=UTC)  # a Saturday; clocks change on the 29th
END: Final = BEGIN + timedelta(days=7)
GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)
TICKETS: Final = 2_000
RESTARTS: Final = 20
AGENTS: Final = 30
REQUESTERS: Final = 400
LATER: Final = 10  # the restart after which Moscow works longer


def at(hour: int, minute: int = 0) -> int:
    return 60 * hour + minute


OFF: tuple[tuple[int, int], ...] = ()
SPLIT = ((at(9), at(13)), (at(14), at(18)))
NIGHT = ((at(20), at(28)),)


@dataclass(frozen=True)
class Place:
    """Where some of the people work: in the words of the configuration, and by hand."""

    settings: dict[str, Any]
    plan: Plan
    language: str


PLACES: Final = {
    "munich": Place(
        {"timezone": "Europe/Berlin", "country": "DE-BY",
         "hours": ["mon-thu 08:00-12:00 13:00-17:00", "fri 08:00-14:00"]},
        Plan("Europe/Berlin", (*(((at(8), at(12)), (at(13), at(17))),) * 4, ((at(8), at(14)),), OFF, OFF),
             {GOOD_FRIDAY: OFF, EASTER_MONDAY: OFF}),
        "en",
    ),
    "london": Place(
        {"timezone": "Europe/London", "country": "GB-ENG", "hours": ["mon-fri 09:00-17:30"]},
        Plan("Europe/London", (*(((at(9), at(17, 30)),),) * 5, OFF, OFF),
             {GOOD_FRIDAY: OFF, EASTER_MONDAY: OFF}),
        "en",
    ),
    "moscow": Place(
        {"timezone": "Europe/Moscow", "country": "RU", "hours": ["mon-fri 09:00-13:00 14:00-18:00"]},
        Plan("Europe/Moscow", (*(SPLIT,) * 5, OFF, OFF)),
        "ru",
    ),
    "shanghai": Place(
        {"timezone": "Asia/Shanghai", "country": "CN", "closed": ["2026-04-04..2026-04-06"],
         "hours": ["mon-fri 09:00-12:00 13:30-18:00", "sat 09:00-12:00"]},
        Plan("Asia/Shanghai",
             (*(((at(9), at(12)), (at(13, 30), at(18))),) * 5, ((at(9), at(12)),), OFF),
             {date(2026, 4, day): OFF for day in (4, 5, 6)}),
        "zh",
    ),
    "new-york": Place(  # works at night
        {"timezone": "America/New_York", "country": "US", "hours": ["sun-thu 20:00-04:00"]},
        Plan("America/New_York", (NIGHT, NIGHT, NIGHT, NIGHT, OFF, OFF, NIGHT)),
        "en",
    ),
}  # fmt: skip
LONGER: Final = Plan("Europe/Moscow", (*(((at(8), at(20)),),) * 5, OFF, OFF))
ALWAYS: Final = Plan("UTC", (((0, 1440),),) * 7)

FIRST: Final = {"critical": 30, "high": 120, "medium": 240, "low": 540, "informational": 1080}
NEXT: Final = {"critical": 60, "high": 240, "medium": 540, "low": 1080, "informational": 1620}
SOLVED: Final = {"critical": 240, "high": 540, "medium": 1080, "low": 2700, "informational": 5400}


def settings_of(longer: bool) -> Settings:
    lengths = {
        "first_response": {name: f"{minutes}m" for name, minutes in FIRST.items()},
        "next_response": {name: f"{minutes}m" for name, minutes in NEXT.items()},
        "resolution": {name: f"{minutes}m" for name, minutes in SOLVED.items()},
    }
    calendars = {name: dict(place.settings) for name, place in PLACES.items()}
    if longer:
        calendars["moscow"]["hours"] = ["mon-fri 08:00-20:00"]
    agreements: dict[str, Any] = {
        name: {"when": {"group": [name]}, "calendar": name, **lengths} for name in PLACES
    }
    agreements["vip"] = {"when": {"vip": True}, "calendar": "always", "rank": 1, **lengths}
    return Settings.model_validate(
        {
            "calendar": {**calendars, "always": {"hours": ["24x7"]}},
            "sla": agreements,
            "security": {"roles": ["agent"]},
        }
    )


class Gone(BaseException):
    """The process dies here."""


@dataclass
class Life:
    """Of a timer, as triggers of the database saw it."""

    name: str  # of the inbox row that it makes
    due_at: datetime
    set_at: datetime
    gone_at: datetime | None = None  # fired, moved or cancelled


_NOTE: Final = (
    "INSERT INTO audit SELECT '{what}', {row}.owner, {row}.kind, {row}.token, {row}.due_at, now"
    " FROM wall;"
)
_SET, _GONE = _NOTE.format(what="set", row="new"), _NOTE.format(what="gone", row="old")
AUDIT: Final = (
    "CREATE TABLE wall (now INTEGER)",
    "INSERT INTO wall VALUES (0)",
    "CREATE TABLE audit (what TEXT, owner TEXT, kind TEXT, token TEXT, due_at INTEGER, now INTEGER)",
    f"CREATE TRIGGER timer_set AFTER INSERT ON timer BEGIN {_SET} END",
    f"CREATE TRIGGER timer_moved AFTER UPDATE OF token ON timer BEGIN {_GONE} {_SET} END",
    f"CREATE TRIGGER timer_gone AFTER DELETE ON timer BEGIN {_GONE} END",
)


@dataclass
class Week:
    folder: Path
    seed: int = 1
    tickets: int = TICKETS
    now: datetime = BEGIN
    crashes: int = 0
    restarts: int = 0
    plans: dict[str, tuple[Plan, str]] = field(default_factory=dict)  # terms -> when, priority
    _acts: list[tuple[datetime, int, Callable[[Tx], None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self._numbers = count(1)
        self._keys = count(1)
        self._open(longer=False)
        for statement in AUDIT:
            self.store.write(partial(_execute, statement=statement))
        self.agents = [self._person(f"Agent {n}", Role.AGENT) for n in range(AGENTS)]
        self.requesters = [
            self._person(f"Person {n}", Role.REQUESTER, place, vip=n % 20 == 0)
            for n in range(REQUESTERS)
            for place in [self.chance.choice(list(PLACES))]
        ]

    # -- the process

    def _open(self, *, longer: bool) -> None:
        self.store: Store = open_store(f"sqlite:///{self.folder / 'desk.db'}")
        # What dies here is the process, not the machine: nothing need reach the disk.
        self.store.engine.raw_connection().execute("PRAGMA synchronous=OFF")
        self.store.clock = lambda: self.now
        settings = settings_of(longer)
        library = Library()
        self.desk = app.desk_of(settings, library=library)
        self.store.before_commit = partial(follow_up, self.desk)
        bot = perform.Bot(desk=self.desk, library=library, policy=app.policy_of(settings))
        self.reader = _Mortal(
            lambda texts, languages: [],
            partial(perform.perform, bot),
            partial(perform.apologize, bot),
        )
        plans = {name: place.plan for name, place in PLACES.items()} | {"vip": ALWAYS}
        if longer:
            plans["moscow"] = LONGER
        for agreement in self.desk.agreements.all:
            if agreement.name in plans:  # nobody goes by the standard one
                for priority in FIRST:
                    id = terms(agreement, priority).id
                    self.plans[id] = plans[agreement.name], priority
        deadlines.aim_anew(self.desk, self.store)

    def _restart(self) -> None:
        self.store.close()
        self.restarts += 1
        self.now += self.chance.randrange(90) * MINUTE  # nobody is there meanwhile
        self._open(longer=self.restarts >= LATER)

    def run(self) -> None:
        for _ in range(self.tickets):
            self._at(self._arrival(), self._begin)
        length = (END - BEGIN) / (RESTARTS + 1)
        for number in range(1, RESTARTS + 1):
            self._until(BEGIN + number * length)
            self.reader.dies_after = self.chance.choice([None, 0, 1])
            with suppress(Gone):
                self._until(self.now + timedelta(hours=8))
                self.crashes -= 1
            self.crashes += 1
            self.reader.dies_after = None
            self._restart()
        self._until(END)

    def _until(self, end: datetime) -> None:
        while True:
            due = self.store.read(next_due)
            act = self._acts[0][0] if self._acts else END
            moment = min(one for one in (due, act, end) if one is not None)
            self.now = max(self.now, moment)
            self.store.write(lambda tx: tx.run("UPDATE wall SET now = ?", (micros(tx.now),)))
            self._tick()
            if moment >= end:
                return
            now = [heapq.heappop(self._acts)[2] for _ in self._ready()]
            if now:
                self.store.write(partial(_all, acts=now))

    def _ready(self) -> Sequence[int]:
        return range(sum(moment <= self.now for moment, *_ in self._acts)) if self._acts else ()

    def _tick(self) -> None:
        while fire_due(self.store):
            if self.reader.dies_after == 0:  # fired, and not handled
                raise Gone
        while step(self.store, self.reader):
            pass

    # -- people

    def _person(self, name: str, role: Role, place: str | None = None, vip: bool = False) -> int:
        row = Person(
            name=name,
            role=str(role),
            created_at=self.now,
            group=place,
            vip=vip,
            language=PLACES[place].language if place else "en",
        )
        return self.store.write(lambda tx: tx.insert(row).id)

    def _at(self, moment: datetime, act: Callable[[Tx], None]) -> None:
        moment = moment.replace(second=0, microsecond=0)
        if moment < END:
            heapq.heappush(self._acts, (moment, next(self._numbers), act))

    def _later(self, act: Callable[[Tx], None], mean: float) -> None:
        self._at(self.now + (1 + int(self.chance.expovariate(1 / mean))) * MINUTE, act)

    def _arrival(self) -> datetime:
        """Mostly by day, mostly from Monday to Friday."""
        while True:
            moment = BEGIN + self.chance.randrange(7 * 1440) * MINUTE
            busy = moment.weekday() < 5 and 5 <= moment.hour < 17
            if self.chance.random() < (1.0 if busy else 0.15):
                return moment

    # -- what people do

    def _begin(self, tx: Tx) -> None:
        person = tx.get(Person, self.chance.choice(self.requesters))
        assert person is not None
        priority = self.chance.choices(list(Priority), [2, 15, 50, 25, 8])[0]
        proposal = Proposal(
            words=("It does not work.",),
            category=self.chance.choice(list(Category)),
            confidence=0.8,
            type=self.chance.choice(list(TicketType)),
            language=person.language or "en",
        )
        talk = tx.insert(
            Conversation(
                channel=self.chance.choice(["web", "hook"]), key=f"c{next(self._keys)}", address="x",
                created_at=tx.now, language=person.language, person_id=person.id,
            )
        )  # fmt: skip
        ticket = tickets.open_ticket(
            self.desk, tx, tx.lock(talk.id), proposal, person, BOT, inbox_id=next(self._keys)
        )
        id = ticket.id
        tickets.set_priority(self.desk, tx, ticket, priority, self._agent(tx))
        for _ in range(self.chance.randrange(2, 9)):
            act = self.chance.choices(list(ACTS), [one[0] for one in ACTS.values()])[0]
            self._later(partial(self._act, id, requester(person), act), 600)
        if self.chance.random() < 0.8:
            self._later(partial(self._act, id, requester(person), "resolve"), 1200)

    def _agent(self, tx: Tx) -> Actor:
        found = tx.get(Person, self.chance.choice(self.agents))
        assert found is not None
        return actor_of(found, self.desk.clearance)

    def _act(self, ticket: int, user: Actor, name: str, tx: Tx) -> None:
        found = tickets.get(tx, ticket)
        with suppress(DeskError):
            ACTS[name][1](self, tx, found, user)


def _execute(tx: Tx, statement: str) -> None:
    tx.session.execute(sa.text(statement))


def _all(tx: Tx, acts: Sequence[Callable[[Tx], None]]) -> None:
    for act in acts:
        act(tx)


class _Mortal(Reader):
    """Dies within the transaction that handles the n-th timer."""

    dies_after: int | None = None

    def handle(self, tx: Tx, conversation: Conversation, row: Inbox, prepared: Any) -> None:
        super().handle(tx, conversation, row, prepared)
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after <= 0:
                raise Gone


Act = Callable[[Week, Tx, Ticket, Actor], object]
ACTS: Final[dict[str, tuple[int, Act]]] = {
    "reply": (30, lambda w, tx, it, _: tickets.reply(
        w.desk, tx, it, PublicText("Please try again."), w._agent(tx), key=f"k{next(w._keys)}")),
    "claim": (15, lambda w, tx, it, _: tickets.claim(w.desk, tx, it, w._agent(tx))),
    "message": (25, lambda w, tx, it, user: tickets.add_message(
        w.desk, tx, it, "Still broken.", user, inbox_id=next(w._keys))),
    "wait for the user": (12, lambda w, tx, it, _: tickets.set_status(
        w.desk, tx, it, Status.PENDING_USER, w._agent(tx))),
    "wait for others": (6, lambda w, tx, it, _: tickets.set_status(
        w.desk, tx, it, Status.PENDING_THIRD_PARTY, w._agent(tx))),
    "go on": (6, lambda w, tx, it, _: tickets.set_status(w.desk, tx, it, Status.OPEN, w._agent(tx))),
    "priority": (10, lambda w, tx, it, _: tickets.set_priority(
        w.desk, tx, it, w.chance.choice(list(Priority)), w._agent(tx))),
    "category": (6, lambda w, tx, it, _: tickets.set_category(
        w.desk, tx, it, w.chance.choice(list(Category)), w._agent(tx))),
    "resolve": (14, lambda w, tx, it, _: tickets.resolve(w.desk, tx, it, w._agent(tx))),
    "reopen": (12, lambda w, tx, it, user: tickets.reopen(w.desk, tx, it, user, why="again")),
    "solved": (4, lambda w, tx, it, user: tickets.solved_by_requester(
        w.desk, tx, it, user, cancelled=False, inbox_id=next(w._keys))),
    "close": (3, lambda w, tx, it, _: tickets.close(w.desk, tx, it, w._agent(tx))),
}  # fmt: skip


def timers_of(tx: Tx) -> list[Life]:
    """Every one that was ever set."""
    found: dict[str, Life] = {}
    for what, owner, kind, token, due, now in tx.run("SELECT * FROM audit ORDER BY rowid"):
        if what == "set":
            assert token not in found
            name = f"{owner}:{kind}:{token}"
            found[token] = Life(name, from_micros(due), from_micros(now))
        else:
            assert found[token].gone_at is None
            found[token].gone_at = from_micros(now)
    return list(found.values())
