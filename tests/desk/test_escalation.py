"""Up through the levels with everything that is known, followed until taken, and down again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from bot.desk import absence, escalation, package, people, storms, tickets
from bot.desk.access import Actor, Role
from bot.desk.agreements import Agreement, Agreements, Kind, Scope
from bot.desk.calendar import calendar_of
from bot.desk.duty import Hand, Roster
from bot.desk.events import What
from bot.desk.levels import UP, Level, Levels, Rules, Trigger
from bot.desk.package import Package
from bot.desk.priority import Priority
from bot.desk.status import Status
from bot.errors import DeskError, Forbidden, IllegalChange, Invalid
from bot.text import Texts
from channels.message import PublicText
from store import open_store
from store.database import Tx
from store.tables import (
    ArticleUse,
    Escalation,
    Message,
    Note,
    Person,
    Ticket,
    TicketEvent,
    Timer,
)
from tests.desk.conftest import House, Search

OFFICE = calendar_of("office", zone="UTC", hours=["mon-fri 09:00-18:00"], years=range(2020, 2040))
TAKE = dict.fromkeys(map(str, Priority), 120)  # minutes
LEVELS = Levels(
    all=(
        Level(name="L1", rank=1, calendar=OFFICE, take_within=TAKE, call=("queue",)),
        Level(
            name="L2",
            rank=2,
            calendar=OFFICE,
            take_within=TAKE,
            by_category={"network": "network"},
            call=("queue",),
        ),
        Level(name="L3", rank=3, calendar=OFFICE, take_within=TAKE, call=("queue",)),
    ),
    rules=Rules(to=dict.fromkeys(Trigger, UP)),
)
STANDARD = Agreement(
    name="standard",
    scope=Scope(),
    calendar=OFFICE,
    targets={Kind.RESOLUTION: dict.fromkeys(map(str, Priority), 480)},
)


def furnish(house: House, **choices: Any) -> None:
    """A desk with levels, which says what it says to people."""
    given = {"levels": LEVELS, "agreements": Agreements((STANDARD,))} | choices
    house.desk = msgspec.structs.replace(house.furnished(**given), texts=Texts.load())


@pytest.fixture
def levels(house: House) -> House:
    furnish(house)
    return house


def events(house: House, *what: What) -> list[TicketEvent]:
    return [one for one in house.all(TicketEvent) if one.what in what]


def escalate(house: House, id: int, actor: Actor, **more: Any) -> None:
    house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, actor, **more))


def test_up_with_its_package(levels: House, requester: Actor, agent: Actor) -> None:
    id = levels.ticket(requester)
    levels.pass_time(minutes=5)
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, agent))
    levels.pass_time(minutes=5)
    escalate(levels, id, agent, note="Needs a look at the firewall.")
    ticket = levels.look(id)
    assert (ticket.level, ticket.status, ticket.queue) == ("L2", "escalated", "network")
    assert ticket.assignee_id is None
    (told,) = events(levels, What.ESCALATED)
    assert (told.old, told.new, told.why) == ("L1", "L2", "agent")
    (row,) = levels.all(Escalation)
    packed = msgspec.json.decode(row.package, type=Package)
    assert packed.words == "My VPN drops every ten minutes."
    assert [one.what for one in packed.steps] == ["opened", "assignee", "status"]
    assert [one.kind for one in packed.clocks] == ["resolution"]
    assert levels.all(Note)[0].body == "Needs a look at the firewall."


def test_taken_worked_on_and_given_back(levels: House, requester: Actor, agent: Actor) -> None:
    other = levels.person("Boris")
    id = levels.ticket(requester)
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, agent))
    escalate(levels, id, agent)
    levels.pass_time(minutes=10)
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, other))
    (taken,) = events(levels, What.ACCEPTED)
    assert (taken.person_id, taken.new) == (other.person_id, "L2")
    assert levels.look(id).status == "open"
    levels.on(
        id,
        lambda tx, t: escalation.give_back(levels.desk, tx, t, other, result="It was the cable."),
    )
    ticket = levels.look(id)
    assert (ticket.level, ticket.assignee_id, ticket.status) == ("L1", agent.person_id, "open")
    (back,) = events(levels, What.RETURNED)
    assert (back.old, back.new) == ("L2", "L1")
    assert levels.all(Escalation)[0].outcome == "returned"


def test_what_cannot_go_up_says_why(levels: House, requester: Actor, agent: Actor) -> None:
    id = levels.ticket(requester)
    with pytest.raises(Invalid, match="L1, L2, L3"):
        escalate(levels, id, agent, level="L9")
    with pytest.raises(Invalid, match="no queue"):
        escalate(levels, id, agent, queue="nowhere")
    escalate(levels, id, agent, level="l3")
    with pytest.raises(IllegalChange, match="highest"):
        escalate(levels, id, agent)
    with pytest.raises(IllegalChange, match="already"):
        escalate(levels, id, agent, level="L2")
    with pytest.raises(Forbidden):
        escalate(levels, id, levels.person("Eve", Role.REQUESTER))
    levels.on(id, lambda tx, t: tickets.resolve(levels.desk, tx, t, agent))
    with pytest.raises(IllegalChange, match="reopen"):
        escalate(levels, id, agent)


def test_without_levels_it_is_a_status(house: House, requester: Actor, agent: Actor) -> None:
    id = house.ticket(requester)
    escalate(house, id, agent, note="The switch.")
    assert (house.look(id).status, house.look(id).level) == ("escalated", None)


def test_nobody_takes_it(levels: House, requester: Actor, agent: Actor) -> None:
    """09:00: half of two hours, then all, at every level; at the top managers, ever more rarely."""
    furnish(levels, agreements=Agreements())
    levels.person("Mia", Role.MANAGER)
    id = levels.ticket(requester)
    levels.pass_time(minutes=59)
    assert events(levels, What.FOLLOWED) == []
    levels.pass_time(minutes=2)
    assert [one.new for one in events(levels, What.FOLLOWED)] == ["follow-soon"]
    levels.pass_time(hours=1)
    assert levels.look(id).level == "L2"
    levels.pass_time(hours=2)
    assert levels.look(id).level == "L3"
    levels.pass_time(hours=2)
    told = [(one.at.hour, one.new) for one in events(levels, What.FOLLOWED)]
    assert told == [
        (10, "follow-soon"),
        (12, "follow-soon"),
        (14, "follow-soon"),
        (15, "follow-top"),
    ]
    levels.pass_time(days=3)
    hours = [one.at for one in events(levels, What.FOLLOWED) if one.new == "follow-top"]
    assert hours == [
        datetime(2026, 3, 2, 15, tzinfo=UTC),
        datetime(2026, 3, 2, 17, tzinfo=UTC),
        datetime(2026, 3, 3, 12, tzinfo=UTC),
        datetime(2026, 3, 4, 11, tzinfo=UTC),
    ]


def test_the_calls_end_when_it_is_taken(levels: House, requester: Actor, agent: Actor) -> None:
    furnish(levels, agreements=Agreements())
    id = levels.ticket(requester)
    levels.pass_time(minutes=90)
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, agent))
    levels.pass_time(days=10)
    assert [one.new for one in events(levels, What.FOLLOWED)] == ["follow-soon"]


def test_nobody_takes_it_for_a_year(levels: House, requester: Actor) -> None:
    """Managers are called again and again, and less and less often; once for a long stand-still."""
    ticket = levels.ticket(requester)
    for _ in range(52):
        levels.pass_time(days=7)
    calls = [one.at for one in events(levels, What.FOLLOWED) if one.ticket_id == ticket]
    assert len(set(calls)) == len(calls)
    assert 8 <= len(calls) <= 40
    assert max(later - one for one, later in pairwise(calls)) <= timedelta(days=30)
    levels.now += timedelta(days=300)
    levels.write(lambda tx: tx.changed(ticket))
    again = [one.at for one in events(levels, What.FOLLOWED) if one.ticket_id == ticket]
    assert len(again) == len(calls) + 1


# What sends a ticket up by itself


def why(house: House) -> list[str | None]:
    return [one.why for one in events(house, What.ESCALATED)]


def test_by_the_clock_at_three_quarters_once(levels: House, requester: Actor, agent: Actor) -> None:
    id = levels.ticket(requester)
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, agent))
    levels.pass_time(hours=5, minutes=59)  # of eight
    assert why(levels) == []
    levels.pass_time(minutes=2)
    assert why(levels) == ["clock"]
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, agent))
    levels.pass_time(days=2)
    assert why(levels) == ["clock"]


def test_the_clock_stands_while_the_user_is_asked(
    levels: House, requester: Actor, agent: Actor
) -> None:
    id = levels.ticket(requester)
    levels.on(id, lambda tx, t: tickets.set_status(levels.desk, tx, t, Status.PENDING_USER, agent))
    levels.pass_time(days=2)
    assert why(levels) == []


def test_of_a_vip_by_priority(levels: House) -> None:
    rita = levels.person("Rita", Role.REQUESTER, vip=True)
    levels.ticket(rita)
    assert why(levels) == ["vip"]
    rules = Rules(to={Trigger.VIP: UP}, vip_priorities=frozenset({"critical"}))
    furnish(levels, levels=msgspec.structs.replace(LEVELS, rules=rules))
    levels.ticket(rita)
    assert why(levels) == ["vip"]


def test_a_storm(levels: House, requester: Actor, agent: Actor) -> None:
    parent = levels.ticket(requester)
    for number in range(5):
        child = levels.ticket(levels.person(f"R{number}", Role.REQUESTER))
        assert why(levels) == []
        levels.on(
            child,
            lambda tx, t: storms.link(levels.desk, tx, t, tickets.get(tx, parent), agent),
        )
    assert why(levels) == ["storm"]
    assert levels.look(parent).level == "L2"
    assert levels.look(child).level == "L1"


def test_solved_twice_and_not(levels: House, requester: Actor, agent: Actor) -> None:
    id = levels.ticket(requester)
    for _ in range(2):
        levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, agent))
        levels.on(id, lambda tx, t: tickets.resolve(levels.desk, tx, t, agent))
        levels.pass_time(minutes=1)
        levels.on(id, lambda tx, t: tickets.reopen(levels.desk, tx, t, requester, why="no"))
    assert why(levels) == ["reopened"]


def test_articles_that_did_not_help(levels: House, requester: Actor) -> None:
    first = levels.ticket(requester)
    talk = levels.talk(first).id

    def failed(tx: Tx, ticket: Ticket) -> None:
        tx.append(
            Message,
            conversation_id=talk,
            ticket_id=first,
            inbox_id=7,
            key="m7",
            author="requester",
            person_id=requester.person_id,
            at=tx.now,
            body="it drops",
            extra=None,
        )
        for article in ("vpn", "vpn", "wifi"):
            tx.append(
                ArticleUse,
                article=article,
                language="en",
                what="not-helped",
                at=tx.now,
                conversation_id=talk,
                shown_in="en",
                chance=0.5,
                inbox_id=8,
            )
        tx.changed(ticket.id)

    assert why(levels) == []
    levels.on(first, failed)
    assert why(levels) == ["article"]
    packed = msgspec.json.decode(levels.all(Escalation)[0].package, type=Package)
    assert packed.articles == ("vpn", "wifi")


def test_what_a_level_cannot_do_goes_to_one_that_can(levels: House, requester: Actor) -> None:
    first, second, third = LEVELS.all
    first = msgspec.structs.replace(first, categories=frozenset({"hardware"}))
    second = msgspec.structs.replace(second, categories=frozenset({"software"}))
    furnish(levels, levels=msgspec.structs.replace(LEVELS, all=(first, second, third)))
    id = levels.ticket(requester)  # of the network
    assert why(levels) == ["capability"]
    assert levels.look(id).level == "L3"


def test_a_language_that_only_the_next_level_speaks(levels: House, requester: Actor) -> None:
    first, second, third = LEVELS.all
    hands = {
        "ana": Hand(zone=ZoneInfo("UTC"), begins=time(9), ends=time(17)),
        "wei": Hand(
            zone=ZoneInfo("UTC"), begins=time(9), ends=time(17), languages=frozenset({"zh"})
        ),
    }
    first = msgspec.structs.replace(first, who=frozenset({"ana"}))
    second = msgspec.structs.replace(second, who=frozenset({"wei"}))
    some = msgspec.structs.replace(LEVELS, all=(first, second, third))
    furnish(levels, levels=some, roster=Roster(hands=hands))
    levels.ticket(requester)
    assert why(levels) == []
    levels.ticket(requester, "VPN 断了", language="zh")
    assert why(levels) == ["capability"]


def test_a_trigger_that_is_switched_off_does_nothing(levels: House) -> None:
    furnish(levels, levels=msgspec.structs.replace(LEVELS, rules=Rules()))
    levels.ticket(levels.person("Rita", Role.REQUESTER, vip=True))
    levels.pass_time(days=3)
    assert why(levels) == []


# Who is there


def test_everybody_away_is_not_waited_for(levels: House, requester: Actor, agent: Actor) -> None:
    levels.person("Mia", Role.MANAGER)

    def away(tx: Tx) -> None:
        for one in tx.session.scalars(sa.select(Person)):
            one.away_until = tx.now + timedelta(days=1)

    levels.write(away)
    id = levels.ticket(requester)
    assert levels.look(id).level == "L3"
    assert [one.new for one in events(levels, What.FOLLOWED)] == ["follow-top"]


def test_who_is_away_loses_what_they_have_not_begun(
    levels: House, requester: Actor, agent: Actor
) -> None:
    furnish(levels, agreements=Agreements())
    untouched, begun = levels.ticket(requester), levels.ticket(requester)
    for id in (untouched, begun):
        levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, agent))
    levels.on(
        begun,
        lambda tx, t: tickets.reply(levels.desk, tx, t, PublicText("I look."), agent, key="k"),
    )

    def leave(tx: Tx) -> None:
        person = tx.get(Person, agent.person_id)
        assert person is not None
        absence.leave(levels.desk, tx, person, "2026-03-04", agent)

    levels.write(leave)
    assert levels.look(untouched).assignee_id is None
    assert levels.look(begun).assignee_id == agent.person_id
    (lost,) = [one for one in events(levels, What.ASSIGNEE) if one.new is None]
    assert (lost.why, lost.who) == ("away", "clock")
    levels.pass_time(days=1, hours=2)
    told = [one.new for one in events(levels, What.FOLLOWED) if one.ticket_id == begun]
    assert "follow-absent" in told


def test_who_is_deactivated_loses_all(levels: House, requester: Actor, agent: Actor) -> None:
    boss = levels.person("Ada", Role.ADMINISTRATOR)
    id = levels.ticket(requester)
    levels.on(
        id, lambda tx, t: tickets.reply(levels.desk, tx, t, PublicText("I look."), agent, key="k")
    )

    def deactivate(tx: Tx) -> None:
        person = tx.get(Person, agent.person_id)
        assert person is not None
        people.deactivate(tx, person, boss)

    levels.write(deactivate)
    assert levels.look(id).assignee_id is None
    assert levels.look(id).handed_at is not None


def test_who_left_by_a_command_of_the_terminal_loses_all(
    levels: House, requester: Actor, agent: Actor
) -> None:
    id = levels.ticket(requester)
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, agent))

    def leave(tx: Tx) -> None:
        tx.run("UPDATE person SET active = ? WHERE id = ?", (False, agent.person_id))

    levels.write(leave)  # no desk looks on
    assert levels.look(id).assignee_id == agent.person_id
    escalation.take_from_leavers(levels.desk, levels.store)
    assert levels.look(id).assignee_id is None
    escalation.take_from_leavers(levels.desk, levels.store)


def test_given_to_whoever_is_there_knows_it_and_has_least_to_do(
    levels: House, requester: Actor
) -> None:
    ana, boris = levels.person("Ana", login="ana"), levels.person("Boris", login="boris")
    levels.person("Wei", login="wei", away_until=levels.now + timedelta(days=9))
    day = {"zone": ZoneInfo("UTC"), "begins": time(9), "ends": time(17)}
    hands = {
        "ana": Hand(**day),
        "boris": Hand(**day, skills=frozenset({"network"})),
        "wei": Hand(**day, skills=frozenset({"network"})),
    }
    furnish(levels, assigns=True, roster=Roster(hands=hands), agreements=Agreements())
    first = levels.ticket(requester)
    assert levels.look(first).assignee_id == boris.person_id
    levels.on(first, lambda tx, t: tickets.claim(levels.desk, tx, t, boris))
    levels.now += timedelta(hours=12)  # at night nobody is
    late = levels.ticket(requester)
    assert levels.look(late).assignee_id is None
    furnish(levels, assigns=True, roster=Roster(hands=hands), agreements=Agreements(), most=0.5)
    levels.pass_time(hours=14)
    assert levels.look(late).assignee_id == ana.person_id


# What its requester reads


def said(house: House, id: int) -> list[str]:
    talk = house.talk(id).id
    return [one.body for one in house.all(Message) if one.conversation_id == talk]


def test_what_falls_together_is_told_together_and_once(
    levels: House, requester: Actor, agent: Actor
) -> None:
    furnish(levels, merge_within=timedelta(seconds=60), agreements=Agreements())
    other = levels.person("Boris Becker")
    id = levels.ticket(requester)
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, agent))
    levels.pass_time(seconds=20)
    escalate(levels, id, agent)
    levels.pass_time(seconds=20)
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, other))
    assert said(levels, id) == []
    levels.pass_time(minutes=5)
    (told,) = said(levels, id)
    assert told.startswith("Boris from our network specialists has taken **INC-1**")
    levels.on(id, lambda tx, t: tickets.add_tag(tx, t, "vpn", other))
    levels.pass_time(days=1)
    assert len(said(levels, id)) == 1


def test_in_quiet_hours_it_is_told_after_them_as_it_stands_then(levels: House) -> None:
    furnish(levels, merge_within=timedelta(seconds=60))
    rita = levels.person("Rita", Role.REQUESTER, quiet="08:00-12:00")
    ana = levels.person("Ana")
    id = levels.ticket(rita)
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, ana))
    levels.pass_time(hours=2)
    assert said(levels, id) == []
    escalate(levels, id, ana)
    levels.pass_time(hours=2)
    assert [one.split(" **")[0] for one in said(levels, id)] == ["I have passed"]


def test_whoever_was_just_answered_knows(levels: House, requester: Actor, agent: Actor) -> None:
    furnish(levels, merge_within=timedelta(seconds=60))
    id = levels.ticket(requester)
    levels.on(
        id, lambda tx, t: tickets.reply(levels.desk, tx, t, PublicText("I look."), agent, key="k")
    )
    levels.pass_time(minutes=5)
    assert said(levels, id) == ["I look."]


def test_what_is_solved_meanwhile_is_told_by_the_solution(
    levels: House, requester: Actor, agent: Actor
) -> None:
    furnish(levels, merge_within=timedelta(seconds=60))
    id = levels.ticket(requester)
    levels.on(id, lambda tx, t: tickets.claim(levels.desk, tx, t, agent))
    levels.on(id, lambda tx, t: tickets.resolve(levels.desk, tx, t, agent))
    levels.pass_time(hours=1)
    (told,) = said(levels, id)
    assert "Is it fixed?" in told


# Whatever happens


class Chaos(Struct, frozen=True):
    """What an agent does, or time."""

    act: str
    number: int
    minutes: int


chaos = st.lists(
    st.builds(
        Chaos,
        act=st.sampled_from(
            [
                *("open", "claim", "claim", "reply", "release", "escalate", "return", "pending"),
                *("third", "resolve", "reopen", "away", "back", "deactivate", "activate", "wait"),
                *("wait", "user"),
            ]
        ),
        number=st.integers(0, 5),
        minutes=st.sampled_from([0, 1, 30, 200, 2000]),
    ),
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(chaos, st.booleans())
def test_nothing_waits_unseen(
    tmp_path_factory: pytest.TempPathFactory, some: list[Chaos], assigns: bool
) -> None:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('chaos') / 'desk.db'}")
    try:
        house = House(store, Search())
        furnish(house, assigns=assigns, merge_within=timedelta(seconds=60))
        rita = house.person("Rita", Role.REQUESTER)
        boss = house.person("Ada", Role.ADMINISTRATOR)
        agents = [house.person(name, login=name) for name in ("ana", "boris", "wei")]
        ids = [house.ticket(rita)]
        for one in some:
            _happen(house, one, ids, agents, boss, rita)
            house.pass_time(minutes=one.minutes)
            _nothing_is_forgotten(house)
    finally:
        store.close()


def _happen(
    house: House, one: Chaos, ids: list[int], agents: list[Actor], boss: Actor, rita: Actor
) -> None:
    desk, who = house.desk, agents[one.number % 3]
    id = ids[one.number % len(ids)]
    words = PublicText("I look.")
    acts: dict[str, Callable[[Tx, Ticket], object]] = {
        "claim": lambda tx, t: tickets.assign(desk, tx, t, tx.get(Person, who.person_id), who),
        "reply": lambda tx, t: tickets.reply(desk, tx, t, words, who, key=str(house.now)),
        "release": lambda tx, t: tickets.release(desk, tx, t, who),
        "escalate": lambda tx, t: escalation.escalate(desk, tx, t, who),
        "user": lambda tx, t: escalation.escalate(desk, tx, t, rita, why=Trigger.USER),
        "return": lambda tx, t: escalation.give_back(desk, tx, t, who),
        "pending": lambda tx, t: tickets.set_status(desk, tx, t, Status.PENDING_USER, who),
        "third": lambda tx, t: tickets.set_status(desk, tx, t, Status.PENDING_THIRD_PARTY, who),
        "resolve": lambda tx, t: tickets.resolve(desk, tx, t, who),
        "reopen": lambda tx, t: tickets.reopen(desk, tx, t, rita, why="no"),
    }
    of_people: dict[str, Callable[[Tx, Person], object]] = {
        "away": lambda tx, person: absence.leave(desk, tx, person, "23:59", boss),
        "back": lambda tx, person: absence.come_back(desk, tx, person, boss),
        "deactivate": lambda tx, person: people.deactivate(tx, person, boss),
        "activate": lambda tx, person: people.activate(tx, person, boss),
    }
    with suppress(DeskError):
        if one.act == "open":
            ids.append(house.ticket(rita))
        elif one.act in acts:
            house.on(id, acts[one.act])
        elif one.act in of_people:
            house.write(lambda tx: of_people[one.act](tx, people.get(tx, who.person_id or 0)))


def _nothing_is_forgotten(house: House) -> None:
    """Every ticket that waits for the desk is somebody's who is there, or will be looked at again."""
    timers = {(one.owner, one.kind): one.due_at for one in house.all(Timer)}
    staff = {one.id: one for one in house.all(Person)}
    for ticket in house.all(Ticket):
        owner = f"ticket:{ticket.id}"
        if ticket.status in ("resolved", "closed"):
            assert (owner, escalation.FOLLOW) not in timers
            continue
        kinds = (escalation.FOLLOW, tickets.REMIND, tickets.CLOSE)
        assert any(timers.get((owner, kind), house.now) > house.now for kind in kinds), (
            ticket.number
        )
        if ticket.assignee_id is not None:
            assert staff[ticket.assignee_id].active
        chosen = [
            one
            for one in house.all(TicketEvent)
            if (one.ticket_id, one.what, one.who) == (ticket.id, "assignee", "bot") and one.new
        ]
        assert all(_was_there(house, one) for one in chosen)


def _was_there(house: House, event: TicketEvent) -> bool:
    """Whom the desk itself gave a ticket was there then: in the hours, which is all that stays known."""
    return OFFICE.is_open(event.at)


@given(st.sampled_from(["Hunter2xx!", "4111 1111 1111 1111", "ghp_" + "a1B2" * 9]))
@settings(
    max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_no_secret_goes_along(tmp_path_factory: pytest.TempPathFactory, secret: str) -> None:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('secret') / 'desk.db'}")
    try:
        house = House(store, Search())
        furnish(house)
        rita, ana = house.person("Rita", Role.REQUESTER), house.person("Ana")
        id = house.ticket(rita, f"VPN drops, my password is {secret}")
        escalate(house, id, ana)
        (row,) = house.all(Escalation)
        assert secret not in row.package
        packed = msgspec.json.decode(row.package, type=Package)
        words = package.shown(house.desk, house.look(id), packed, house.now, "en")
        assert secret not in words
    finally:
        store.close()
