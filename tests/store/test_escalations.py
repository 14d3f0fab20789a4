"""What is asked about escalations, on both databases."""

from datetime import timedelta

from store import escalations, knowledge, storms
from store import tickets as kept
from store.database import Store, Tx
from store.tables import ArticleUse, Conversation, Escalation, Message, Person, Ticket, TicketEvent
from tests.store.conftest import Clock


def ticket(tx: Tx, conversation: int, **more: object) -> Ticket:
    given = {
        "prefix": "INC",
        "type": "incident",
        "category": "network",
        "priority": "low",
        "status": "open",
        "queue": "network",
        "title": "VPN",
        "description": "VPN",
        "language": "en",
        "channel": "web",
        "conversation_id": conversation,
        "requester_id": 1,
        "opened_at": tx.now,
        "updated_at": tx.now,
    }
    return tx.insert(Ticket(**given | more))


def event(tx: Tx, id: int, what: str, **more: object) -> None:
    given = {"who": "agent", "person_id": 1, "old": None, "new": None}
    tx.append(
        TicketEvent, ticket_id=id, at=tx.now, what=what, why=None, inbox_id=None, via=None,
        **given | more,
    )  # fmt: skip


def test_every_question_has_its_answer(store: Store, clock: Clock) -> None:

    def fill(tx: Tx) -> tuple[int, int, int, int]:
        ana = tx.insert(Person(name="Ana", role="agent", login="ana", created_at=tx.now))
        talk = tx.insert(Conversation(channel="web", key="c", created_at=tx.now))
        one = ticket(tx, talk.id, assignee_id=ana.id)
        secret = ticket(tx, talk.id, restricted=True, assignee_id=ana.id, priority="high")
        part = ticket(tx, talk.id, parent_id=one.id, status="closed")
        row = Escalation(ticket_id=one.id, at=tx.now, new="L2", why="vip", queue="q", package="{}")
        tx.insert(row)
        event(tx, one.id, "reply", person_id=ana.id)
        event(tx, part.id, "assignee", new=str(ana.id), person_id=9)
        event(tx, secret.id, "assignee", new=str(ana.id), who="bot", person_id=None)
        for article, inbox in (("a", 5), ("b", 6), ("b", 7)):
            tx.append(
                ArticleUse, article=article, language="en", what="not-helped", at=tx.now,
                conversation_id=talk.id, shown_in=None, chance=None, inbox_id=inbox,
            )  # fmt: skip
        for about in (one, secret):
            tx.append(
                Message, conversation_id=talk.id, ticket_id=about.id, inbox_id=6,
                key=f"m{about.id}", author="requester", person_id=1, at=tx.now, body="x", extra=None,
            )  # fmt: skip
        return one.id, secret.id, ana.id, talk.id

    one, secret, ana, talk = store.write(fill)
    begun = clock.now

    def ask(tx: Tx) -> None:
        current = escalations.current(tx, one)
        assert current is not None
        assert current.new == "L2"
        assert [row.why for row in escalations.of(tx, one)] == ["vip"]
        assert escalations.is_touched(tx, one, ana, begun)
        assert not escalations.is_touched(tx, one, ana, begun + timedelta(seconds=1))
        assert escalations.is_touched(tx, secret + 1, ana, begun)
        assert escalations.is_worked(tx, one, ana)
        assert not escalations.is_worked(tx, secret, ana)
        assert escalations.times(tx, one, "reply") == 1
        assert escalations.parts(tx, one) == 1
        assert escalations.first_message(tx, one) == 6
        assert [f.article for f in escalations.failed(tx, talk, 6)] == ["b"]
        assert escalations.loads(tx, ["open"]) == {ana: {"low": 1, "high": 1}}
        assert escalations.given(tx, begun - timedelta(days=1)) == {ana: begun}
        assert [p.id for p in escalations.staff(tx, ["agent"])] == [ana]
        assert escalations.held(tx, ana, ["open"]) == [one, secret]
        assert escalations.active(tx, ["open"], 0, 10) == [one, secret]
        assert escalations.of_leavers(tx, ["open"], 10) == []
        assert escalations.restricted(tx, [one, secret]) == {secret}
        hidden = kept.Filter(hides_restricted=True)
        assert secret not in [t.id for t in kept.find(tx, hidden, sort="updated", limit=10)]
        assert [w.ticket_id for w in storms.heard(tx, 0, 10)] == [one]
        asked = knowledge.questions(tx, begun - timedelta(days=1), 10)
        assert secret not in [q.id for q in asked]

    store.read(ask)
    store.write(lambda tx: escalations.stand_alone(tx, one))
    assert store.read(lambda tx: escalations.parts(tx, one)) == 0
