"""Deadlines through the desk: stored, recorded once, told to whom the agreement says, across restarts."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from bot.cli.sla import explained
from bot.desk import deadlines, people, promises, tickets, views
from bot.desk.access import Actor, Role
from bot.desk.after import follow_up
from bot.desk.agreements import Agreement, Agreements, Kind, Scope
from bot.desk.calendar import calendar_of, years_around
from bot.desk.clock import ticket_timer
from bot.desk.desk import AgentsMail, Desk
from bot.desk.priority import Priority
from bot.desk.status import Status
from bot.desk.views import Asked, Sort
from bot.text import Texts
from channels.message import PublicText
from store import open_store
from store.database import Store, Tx
from store.steps import Prepared, Worker, step
from store.tables import Conversation, Identity, Inbox, Outbox, TicketEvent, Timer
from store.timers import Fired, fire_due
from tests.desk.conftest import House, Search

MARKS = ("sla-warned", "sla-breached", "sla-met")


def agreed(name: str = "standard", *hours: str, **more: Any) -> Agreement:
    """2 h for a first answer, 4 h for a next, 9 h to solve it; half of that when it is critical."""
    given: dict[str, Any] = {
        "scope": Scope(),
        "calendar": calendar_of(
            "office", zone="UTC", hours=hours or ("mon-fri 09:00-18:00",), years=years_around(2026)
        ),
        "targets": {
            kind: {str(one): length // (1 + (one is Priority.CRITICAL)) for one in Priority}
            for kind, length in zip(Kind, (120, 240, 540), strict=True)
        },
        "warn": ("75%",),
        "tell_before": ("assignee",),
        "tell_at_breach": ("assignee", "manager", "boss@desk.example"),
    }
    return Agreement(name=name, **(given | more))


def furnish(house: House, *agreements: Agreement) -> None:
    mail = AgentsMail(channel="mail", queues={"network": ("net@desk.example",)})
    house.desk = house.furnished(agreements=Agreements(agreements or (agreed(),)), agents_mail=mail)


def marks(house: House) -> list[tuple[str, str]]:
    return [(one.what, one.old) for one in house.all(TicketEvent) if one.what in MARKS]


def told(house: House) -> list[str]:
    found = [msgspec.json.decode(one.body) for one in house.all(Outbox)]
    return [one["to"] for one in found if "sla-told" in one["text"]["body"]]


@pytest.fixture
def open_ticket(house: House, requester: Actor) -> int:
    furnish(house)
    return house.ticket(requester, channel="hook")


def test_a_ticket_has_its_deadline_from_the_commit_that_opens_it(
    house: House, open_ticket: int
) -> None:
    ticket = house.look(open_ticket)
    assert (ticket.sla, ticket.due_of) == ("running", "first-response")
    assert ticket.due_at == datetime(2026, 3, 2, 11, tzinfo=UTC)
    (timer,) = house.all(Timer)
    assert timer.due_at == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)  # the warning


def test_it_is_warned_breached_and_told_once_and_nothing_is_news_of_the_ticket(
    house: House, open_ticket: int, agent: Actor
) -> None:
    before = house.look(open_ticket).updated_at
    house.pass_time(hours=30)
    assert marks(house) == [
        ("sla-warned", "first-response"),
        ("sla-breached", "first-response"),
        ("sla-warned", "resolution"),
        ("sla-breached", "resolution"),
    ]
    # Nobody is assigned and nobody manages: the queue's address stands in for both, once.
    assert Counter(told(house)) == {"net@desk.example": 4, "boss@desk.example": 2}
    ticket = house.look(open_ticket)
    assert (ticket.sla, ticket.due_of) == ("breached", "first-response")
    assert ticket.updated_at == before
    house.on(open_ticket, lambda tx, it: tickets.add_tag(tx, it, "x", agent))
    assert len(marks(house)) == 4


def test_an_assignee_and_their_manager_are_told_where_they_read(
    house: House, requester: Actor
) -> None:
    furnish(house)
    house.desk = msgspec.structs.replace(house.desk, chats=frozenset({"slack"}))
    boss = house.person("Mira", Role.MANAGER)
    agent = house.person("Anton", manager_id=boss.person_id)

    def introduce(tx: Tx) -> None:
        for channel, address, who in (
            ("slack", "T1/UANTON", agent),
            ("email", "mira@desk.example", boss),
        ):
            tx.insert(
                Identity(
                    channel=channel, address=address, person_id=who.person_id or 0, verified=True
                )
            )

    house.write(introduce)
    ticket = house.ticket(requester, channel="hook")
    house.on(ticket, lambda tx, it: tickets.claim(house.desk, tx, it, agent))
    house.pass_time(hours=2)
    assert told(house) == ["T1/UANTON", "T1/UANTON", "mira@desk.example", "boss@desk.example"]


def test_an_answer_in_time_is_recorded_as_kept_and_a_late_one_as_missed(
    house: House, open_ticket: int, agent: Actor
) -> None:
    house.pass_time(hours=1)
    house.on(
        open_ticket,
        lambda tx, it: tickets.reply(house.desk, tx, it, PublicText("a"), agent, key="1"),
    )
    assert marks(house) == [("sla-met", "first-response")]
    assert house.look(open_ticket).due_of == "resolution"
    house.now += timedelta(days=3)  # nobody was there to fire the timers
    house.on(open_ticket, lambda tx, it: tickets.resolve(house.desk, tx, it, agent))
    assert marks(house)[1:] == [("sla-breached", "resolution")]
    assert house.look(open_ticket).sla is None
    assert told(house) == []  # it is done: there is nothing to hurry for
    assert not [one for one in house.all(Timer) if one.kind == deadlines.TIMER]


def test_priority_vip_and_configuration_aim_it_anew_from_that_moment(
    house: House, requester: Actor, agent: Actor
) -> None:
    vip = agreed("vip", scope=Scope(vip=frozenset({True})), targets={Kind.RESOLUTION: {"high": 60}})
    furnish(house, agreed(), vip)
    ticket = house.ticket(requester)
    house.pass_time(minutes=30)
    house.on(
        ticket, lambda tx, it: tickets.set_priority(house.desk, tx, it, Priority.CRITICAL, agent)
    )
    assert house.look(ticket).due_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    admin = house.person("Ada", Role.ADMINISTRATOR)
    house.on(ticket, lambda tx, it: tickets.set_priority(house.desk, tx, it, Priority.HIGH, agent))
    row = house.row(requester)
    house.write(
        lambda tx: people.change(
            tx, people.get(tx, row.id), admin, name="Rita", group=None, vip=True
        )
    )
    shown = house.look(ticket)
    assert (shown.due_of, shown.due_at) == ("resolution", datetime(2026, 3, 2, 10, tzinfo=UTC))
    # Overnight the office moves to the afternoon: half an hour of the hour is used and stays so.
    later = agreed("vip", "mon-fri 14:00-18:00", scope=vip.scope, targets=vip.targets)
    furnish(house, agreed(), later)
    assert deadlines.aim_anew(house.desk, house.store) == 1
    assert house.look(ticket).due_at == datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    assert deadlines.aim_anew(house.desk, house.store) == 0
    text = house.read(lambda tx: explained(house.desk, tx, f"INC-{ticket}", None))
    assert "1 h by vip, in office (priority high, VIP, the configuration)" in text
    assert "Mon 2 Mar 14:00–14:30 (30 min)" in text
    # And as it was before: a clock of any time can be counted again.
    past = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
    text = house.read(lambda tx: explained(house.desk, tx, f"INC-{ticket}", past))
    assert "First response: due Mon 2 Mar 11:00, 1 h 50 min left, 10 min of 2 h used" in text


def test_what_was_open_before_there_were_agreements_starts_to_count_with_them(
    house: House, requester: Actor
) -> None:
    ticket = house.ticket(requester)
    assert house.look(ticket).sla is None
    house.pass_time(days=21)
    furnish(house)
    assert deadlines.aim_anew(house.desk, house.store) == 1
    assert house.look(ticket).due_at == house.now + timedelta(hours=2)
    assert marks(house) == []


def test_the_list_is_sorted_and_narrowed_by_time_left(house: House, agent: Actor) -> None:
    furnish(house)
    rita = house.person("Rita", Role.REQUESTER)
    slow, late, waits = (house.ticket(rita) for _ in range(3))
    house.on(
        late, lambda tx, it: tickets.set_priority(house.desk, tx, it, Priority.CRITICAL, agent)
    )
    house.on(
        waits, lambda tx, it: tickets.set_status(house.desk, tx, it, Status.PENDING_USER, agent)
    )
    house.pass_time(minutes=61)

    def listed(**asked: Any) -> list[int]:
        wanted = Asked(**asked)
        found = house.read(
            lambda tx: views.listing(house.desk, tx, wanted, agent, sort=Sort.DUE).rows
        )
        return [row.ticket.id for row in found]

    assert listed() == [late, slow, waits]
    assert listed(sla="breached") == [late]
    assert listed(sla="paused") == [waits]
    assert listed(due_within=timedelta(hours=1)) == [late, slow]
    assert listed(due_within=timedelta(minutes=30)) == [late]


# What a requester is told


@pytest.mark.parametrize(
    ("language", "zone", "opened", "expected"),
    [
        ("en", "Europe/Berlin", (2, 9), "A colleague will answer you here, today at 12:00 at the"),
        ("en", "America/New_York", (2, 9), "today at 06:00 your time at the latest"),
        ("en", None, (2, 9), "today at 12:00 (Berlin time) at the latest"),
        # A weekend between, in which the clocks of New York are changed.
        ("en", "America/New_York", (6, 17), "Monday, 9 March at 06:00 your time at the latest"),
        ("en", "Asia/Shanghai", (2, 14), "tomorrow at 00:00 your time at the latest"),
        ("ru", "Asia/Vladivostok", (2, 9), "самое позднее сегодня в 21:00 по вашему времени."),
        ("ru", None, (2, 9), "самое позднее сегодня в 12:00 (время: Берлин)."),
        ("zh", "Asia/Shanghai", (2, 9), "同事会在这里回复您，最晚今天 19:00（您当地时间）"),
        ("zh", "Asia/Shanghai", (6, 17), "最晚3月9日（周一）18:00（您当地时间）"),
    ],
)
def test_the_promise_is_in_the_readers_zone_and_language(
    house: House, language: str, zone: str | None, opened: tuple[int, int], expected: str
) -> None:
    house.now = datetime(2026, 3, *opened, tzinfo=UTC)
    house.desk = msgspec.structs.replace(
        house.furnished(agreements=Agreements((agreed(),)), timezone=ZoneInfo("Europe/Berlin")),
        texts=Texts.load(),
    )
    ticket = house.ticket(house.person("Rita", Role.REQUESTER, timezone=zone))
    said = house.on(ticket, lambda tx, it: promises.promise(house.desk, tx, it, language))
    assert expected in said


# Restarts


class OnlyTimers(Worker):
    def __init__(self, desk: Desk, chance: random.Random | None) -> None:
        self.desk, self.chance = desk, chance

    def prepare(self, rows: Sequence[Inbox]) -> Prepared:
        return {row.id: msgspec.json.decode(row.body, type=Fired) for row in rows}

    def handle(self, tx: Tx, conversation: Conversation, row: Inbox, prepared: Any) -> None:
        ticket_timer(self.desk, tx, conversation, prepared)
        if self.chance is not None and self.chance.random() < 0.2:
            raise KeyboardInterrupt  # in the middle of a transaction

    def parked(self, tx: Tx, conversation: Conversation, row: Inbox, problem: str) -> None:
        raise AssertionError(problem)


def test_across_twenty_restarts_every_deadline_is_recorded_exactly_once(tmp_path: Path) -> None:
    """The process is gone after a timer was fired, or within the step that handles it, or its clock is
    set back; whatever comes after goes on."""
    chance = random.Random(20260302)
    house = House(open_store(f"sqlite:///{tmp_path / 'desk.db'}"), Search())
    furnish(house)
    rita, agent = house.person("Rita", Role.REQUESTER), house.person("Anton")
    opened = {}
    for _ in range(8):
        opened[house.ticket(rita, channel="hook")] = house.now
        house.now += timedelta(minutes=chance.randrange(40))
    answered = list(opened)[::3]
    for ticket in answered:
        house.on(
            ticket,
            lambda tx, it: tickets.reply(house.desk, tx, it, PublicText("a"), agent, key="1"),
        )
    now = house.now
    house.store.close()
    crashes = 0
    for _ in range(20):
        store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
        crashes += _run(store, house.desk, now - timedelta(minutes=chance.randrange(90)), chance)
        now += timedelta(minutes=25)
        store.close()
    house.store = store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    for _ in range(60):  # and once more without trouble, to the next evening
        _run(store, house.desk, now, chance, may_die=False)
        now += timedelta(minutes=20)
    found = Counter((one.ticket_id, one.what, one.old) for one in house.all(TicketEvent))
    wanted = {
        (ticket, what, clock): 1
        for ticket in opened
        for clock in ("first-response", "resolution")
        for what in ("sla-warned", "sla-breached")
        if not (ticket in answered and clock == "first-response")
    } | {(ticket, "sla-met", "first-response"): 1 for ticket in answered}
    recorded = {key: n for key, n in found.items() if key[1] in MARKS}
    # Nobody is warned of what is late already, by the time that somebody looks.
    assert wanted.items() >= recorded.items()
    assert {key for key in wanted if key[1] != "sla-warned"} <= recorded.keys()
    assert sum(key[1] == "sla-warned" for key in recorded) > 10
    assert crashes > 3
    due = {
        (one.ticket_id, one.old): datetime.fromisoformat(one.new)
        for one in house.all(TicketEvent)
        if one.what == "sla-breached"
    }
    calendar = agreed().calendar
    for (ticket, clock), at in due.items():
        length = timedelta(hours=2 if clock == "first-response" else 9)
        assert at == calendar.add(opened[ticket], length)
    store.close()


def _run(
    store: Store, desk: Desk, now: datetime, chance: random.Random, *, may_die: bool = True
) -> int:
    """Until nothing is left to do, or the process dies; whether it did."""
    store.clock = lambda: now
    store.before_commit = lambda tx, ids: follow_up(desk, tx, ids)
    worker = OnlyTimers(desk, chance if may_die else None)
    try:
        while fire_due(store) or step(store, worker):
            if may_die and chance.random() < 0.1:
                return 1
    except KeyboardInterrupt:
        return 1
    return 0


@pytest.mark.postgres
def test_it_is_the_same_on_postgresql(postgres_url: str) -> None:
    house = House(open_store(postgres_url), Search())
    furnish(house)
    rita, agent = house.person("Rita", Role.REQUESTER), house.person("Anton")
    ticket = house.ticket(rita, channel="hook")
    house.pass_time(hours=3)
    house.on(
        ticket, lambda tx, it: tickets.reply(house.desk, tx, it, PublicText("a"), agent, key="1")
    )
    assert marks(house) == [("sla-warned", "first-response"), ("sla-breached", "first-response")]
    shown = house.look(ticket)
    assert (shown.due_of, shown.due_at) == ("resolution", datetime(2026, 3, 2, 18, tzinfo=UTC))
    furnish(house, agreed("other"))
    assert deadlines.aim_anew(house.desk, house.store) == 1
    asked = Asked(sla="running", due_within=timedelta(days=1))
    listed = house.read(lambda tx: views.listing(house.desk, tx, asked, agent, sort=Sort.DUE).rows)
    assert [row.ticket.id for row in listed] == [ticket]
    house.store.close()
