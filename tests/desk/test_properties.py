"""What holds after any sequence of calls: no transition outside the table, no note outside."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk import notes, tickets, views
from bot.desk.access import BOT, CLOCK, Actor, Role
from bot.desk.notes import InternalText
from bot.desk.status import ALLOWED, DONE, Status
from bot.errors import DeskError
from channels.message import PublicText
from store import open_store
from store.tables import Message, Note, Outbox, Ticket, TicketEvent
from tests.desk.conftest import House, Search

SECRET = "xyzzysecret"

ACTS: dict[str, Any] = {
    "reply": lambda h, tx, it, a, n: tickets.reply(h.desk, tx, it, PublicText("A"), a, key=str(n)),
    "note": lambda h, tx, it, a, n: notes.write(h.desk, tx, it, InternalText(f"{SECRET} {n}"), a),
    "say a note": lambda h, tx, it, a, n: tickets.reply(
        h.desk, tx, it, PublicText(f"{InternalText(SECRET)}"), a, key=str(n)
    ),
    "claim": lambda h, tx, it, a, n: tickets.claim(h.desk, tx, it, a),
    "release": lambda h, tx, it, a, n: tickets.release(h.desk, tx, it, a),
    "resolve": lambda h, tx, it, a, n: tickets.resolve(h.desk, tx, it, a),
    "close": lambda h, tx, it, a, n: tickets.close(h.desk, tx, it, a),
    "reopen": lambda h, tx, it, a, n: tickets.reopen(h.desk, tx, it, a, why="again"),
    "message": lambda h, tx, it, a, n: tickets.add_message(h.desk, tx, it, "B", a, inbox_id=n),
    "solved": lambda h, tx, it, a, n: tickets.solved_by_requester(
        h.desk, tx, it, a, cancelled=False, inbox_id=n
    ),
    "remind": lambda h, tx, it, a, n: tickets.remind(h.desk, tx, it, a),
    "close silent": lambda h, tx, it, a, n: tickets.close_silent(h.desk, tx, it, a),
    **{
        f"to {status}": lambda h, tx, it, a, n, to=status: tickets.set_status(h.desk, tx, it, to, a)
        for status in Status
    },
}

steps = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(sorted(ACTS)), st.sampled_from(["agent", "requester", "bot", "clock"])
        ),
        st.tuples(st.just("wait"), st.integers(min_value=1, max_value=20)),
    ),
    max_size=25,
)
quietly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def played(acts: list[tuple[str, Any]]) -> Iterator[tuple[House, int, Actor]]:
    """A ticket with which all of that was tried."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'desk.db'}")
        house = House(store, Search())
        rita = house.person("Rita", Role.REQUESTER)
        who = {"agent": house.person("Anton"), "requester": rita, "bot": BOT, "clock": CLOCK}
        ticket = house.ticket(rita, channel="hook")
        for n, (act, detail) in enumerate(acts):
            if act == "wait":
                house.pass_time(days=detail)
                continue
            with suppress(DeskError):
                house.on(
                    ticket,
                    lambda tx, it: ACTS[act](house, tx, it, who[detail], n),  # noqa: B023
                )
        try:
            yield house, ticket, rita
        finally:
            store.close()


@given(steps)
@quietly
def test_no_sequence_of_calls_leaves_the_table_of_transitions(acts: list[tuple[str, Any]]) -> None:
    with played(acts) as (house, ticket, _):
        status = Status.NEW
        for event in house.all(TicketEvent):
            if event.what in ("status", "reopened"):
                assert event.old == status  # every change is on record
                to = Status(event.new)
                if event.what == "reopened":
                    assert status in DONE
                    assert to is Status.OPEN
                else:
                    assert to in ALLOWED[status]
                status = to
        assert house.look(ticket).status == status


def test_what_happens_again_while_the_clock_stands_still_is_told_again() -> None:
    acts = [("resolve", "agent"), ("reopen", "agent"), ("resolve", "agent"), ("remind", "bot")]
    with played([*acts, ("remind", "bot")]) as (house, _, _):
        said = [one.key.partition(":")[0] for one in house.all(Message) if one.author == "bot"]
        assert said.count("ticket-resolved") == 2


@given(steps)
@quietly
def test_no_words_of_a_note_are_found_outside(acts: list[tuple[str, Any]]) -> None:
    with played([("note", "agent"), *acts, ("say a note", "agent")]) as (house, ticket, rita):
        assert any(SECRET in one.body for one in house.all(Note))
        for table in (Message, Outbox, TicketEvent, Ticket):
            for row in house.all(table):
                assert SECRET not in repr({**row.__dict__})
        seen = house.read(lambda tx: views.public(tx, tickets.get(tx, ticket), rita))
        assert SECRET.encode() not in msgspec.json.encode(seen)
        brief = house.read(lambda tx: views.briefs(house.desk, tx, rita.person_id or 0))
        assert SECRET not in repr(brief)
        assert SECRET not in house.search.public[ticket]
        assert SECRET in house.search.internal[ticket]
