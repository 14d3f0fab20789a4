"""Two people who turn out to be one: nothing of theirs is left behind in any table."""

from datetime import timedelta

import sqlalchemy as sa

from store import people
from store.base import Base
from store.database import Store, Tx
from store.tables import (
    ActionRun,
    Conversation,
    Escalation,
    File,
    Identity,
    Improvement,
    Invitation,
    LinkToken,
    Message,
    Note,
    Person,
    PersonEvent,
    RefusedName,
    SignIn,
    Survey,
    SurveyAnswer,
    SurveyFollowUp,
    SurveyPreference,
    Ticket,
    TicketEvent,
    Watcher,
)
from tests.store.conftest import Clock

OF_PEOPLE = {
    *("person_id", "requester_id", "assignee_id", "taken_by", "manager_id", "actor_id", "holder_id")
}
OF_PEOPLE |= {"asked_by", "approver_id", "approved_by"}  # of a run
OF_PEOPLE |= {"owner_id"}  # of an improvement
DONE_WITH = {"sign_in", "invitation", "link_token"}  # what the gone one had opened


def columns() -> list[tuple[str, str]]:
    return [
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name in OF_PEOPLE
    ]


def leave_traces(tx: Tx, one: int, other: int) -> None:
    """A row of each kind that names a person."""
    conversation = tx.insert(
        Conversation(channel="chat", key=f"c{one}", created_at=tx.now, person_id=one, taken_by=one)
    )
    ticket = tx.insert(
        Ticket(
            **dict.fromkeys(
                ("type", "category", "priority", "status", "queue", "title", "description"), "x"
            ),
            prefix="INC",
            language="en",
            channel="chat",
            conversation_id=conversation.id,
            requester_id=one,
            assignee_id=one,
            opened_at=tx.now,
            updated_at=tx.now,
        )
    )
    later = tx.now + timedelta(hours=1)
    tx.insert(Identity(channel="chat", address=f"a{one}", person_id=one))
    tx.insert(TicketEvent(ticket_id=ticket.id, at=tx.now, who="agent", person_id=one, what="note"))
    tx.insert(
        Message(
            conversation_id=conversation.id,
            key=f"k{one}",
            author="x",
            person_id=one,
            at=tx.now,
            body="",
        )
    )
    tx.insert(Note(ticket_id=ticket.id, person_id=one, at=tx.now, body=""))
    tx.insert(Watcher(ticket_id=ticket.id, person_id=one))
    tx.insert(
        Escalation(
            ticket_id=ticket.id,
            at=tx.now,
            new="L2",
            why="agent",
            person_id=one,
            queue="q",
            holder_id=one,
            package="{}",
            taken_by=one,
        )
    )
    tx.insert(
        PersonEvent(person_id=one, at=tx.now, who="agent", actor_id=one, what="linked", about="")
    )
    tx.insert(
        SignIn(id=f"s{one}", person_id=one, created_at=tx.now, seen_at=tx.now, expires_at=later)
    )
    tx.insert(RefusedName(name=f"n{one}", other="o", person_id=one, at=tx.now))
    concerned = dict.fromkeys(("person_id", "asked_by", "approver_id", "approved_by"), one)
    named = {"key": f"r{one}", "name": "x", "arguments": "{}", "who": "agent", "state": "ended"}
    tx.insert(ActionRun(**named, **concerned, asked_at=tx.now, history="[]"))
    tx.insert(Invitation(id=f"i{one}", person_id=one, expires_at=later))
    tx.insert(LinkToken(id=f"l{one}", code="c", person_id=one, asked_from="chat", expires_at=later))
    survey = tx.insert(
        Survey(
            **dict.fromkeys(("name", "channel", "category", "queue", "language", "state"), "x"),
            ticket_id=ticket.id,
            person_id=one,
            assignee_id=one,
            anonymous=False,
            planned_at=tx.now,
        )
    )
    tx.insert(
        SurveyAnswer(survey_id=survey.id, aspect="x", at=tx.now, channel="chat", actor_id=one)
    )
    tx.insert(SurveyPreference(person_id=one, what="declined", at=tx.now, channel="chat"))
    tx.insert(SurveyFollowUp(survey_id=survey.id, score=1, at=tx.now, person_id=one))
    words = dict.fromkeys(("aspect", "dimension", "value", "action"), "x")
    tx.insert(Improvement(**words, owner_id=one, due=tx.now.date(), made_at=tx.now))
    file = dict.fromkeys(("sha256", "name", "content_type"), "x")
    tx.insert(File(id=f"f{one}", **file, size=1, owner=f"person:{one}", created_at=tx.now))
    tx.insert(Person(created_at=tx.now, manager_id=one))
    if one < other:  # both watch one
        tx.insert(Watcher(ticket_id=ticket.id, person_id=other))


def counted(store: Store, statement: str) -> tuple[int, ...]:
    return store.read(lambda tx: tuple(tx.session.execute(sa.text(statement)).one()))


def test_nothing_is_left_behind(store: Store, clock: Clock) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        survivor = tx.insert(Person(name="Ana", created_at=tx.now))
        gone = tx.insert(Person(name="ana", login="ana", external_id="7", created_at=tx.now))
        for one, other in ((survivor.id, gone.id), (gone.id, survivor.id)):
            leave_traces(tx, one, other)
        people.absorb(tx, survivor, gone)
        return survivor.id, gone.id

    survivor, gone = store.write(work)
    for table, column in columns():
        text = f"SELECT count(*), count(DISTINCT {column}) FROM {table} WHERE {column} IS NOT NULL"
        assert counted(store, f"SELECT count(*) FROM {table} WHERE {column} = {gone}") == (0,)
        rows, people_in_it = counted(store, text)
        expected = 1 if table in DONE_WITH else 2
        assert (rows, people_in_it) == (expected, 1), (table, column)
    files = store.read(lambda tx: set(tx.session.scalars(sa.select(File.owner))))
    assert files == {f"person:{survivor}"}
    left = store.read(lambda tx: tx.get(Person, gone))
    assert left is not None
    assert (left.merged_into, left.active, left.login) == (survivor, False, None)
