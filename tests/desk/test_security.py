"""A restricted ticket: its words are in no card, mail, alert, package or incident that others read."""

import msgspec
import pytest
import sqlalchemy as sa

from bot.desk import agents, escalation, notes, orders, storms, tickets, views
from bot.desk.access import Actor, Clearance, Role, actor_of
from bot.desk.desk import AgentsMail, Room
from bot.desk.events import What
from bot.desk.family import CAUSE, Why
from bot.desk.notes import InternalText
from bot.errors import DeskError, Forbidden, IllegalChange, Invalid
from bot.text import Texts
from channels.message import OutboundMessage, PublicText
from nlp.understanding import Category
from store import knowledge
from store import storms as kept_storms
from store.tables import Outbox, TicketEvent
from tests.desk.conftest import House
from tests.desk.test_escalation import LEVELS

SECRET = "payroll"
WORDS = "Somebody sold the payroll database."
CLEARANCE = Clearance(
    categories=frozenset({"security"}),
    types=frozenset({"incident"}),
    logins=frozenset({"sonja"}),
    rooms=frozenset({"soc"}),
)
ROOMS = (
    Room(name="all", channel="slack", place="C1", queues=("network", "security")),
    Room(name="soc", channel="slack", place="C2", queues=("security",)),
)
MAIL = AgentsMail(
    channel="mail", queues={"security": ("sec@desk.example",), "network": ("net@desk.example",)}
)


@pytest.fixture
def guarded(house: House) -> House:
    desk = house.furnished(
        levels=LEVELS,
        clearance=CLEARANCE,
        rooms=ROOMS,
        agents_mail=MAIL,
        chats=frozenset({"slack"}),
    )
    house.desk = msgspec.structs.replace(desk, texts=Texts.load())
    return house


def cleared(house: House) -> Actor:
    sonja = house.person("Sonja", login="sonja")
    return actor_of(house.row(sonja), CLEARANCE)


def sent(house: House, *, but: str = "C2") -> list[OutboundMessage]:
    """Everything that went out, but to the room of those who may see it."""
    rows = house.read(lambda tx: list(tx.session.scalars(sa.select(Outbox))))
    found = [msgspec.json.decode(row.body, type=OutboundMessage) for row in rows]
    return [one for one in found if one.to != but]


def leak(house: House, requester: Actor) -> int:
    id = house.ticket(requester, WORDS, category=Category.SECURITY)
    house.on(id, lambda tx, t: agents.hear(house.desk, tx, t, agents.OPENED, key="opened"))
    return id


def test_no_card_and_no_mail_has_its_words(guarded: House, requester: Actor) -> None:
    id = leak(guarded, requester)
    assert guarded.look(id).restricted
    assert guarded.look(id).level == "L2"
    found = sent(guarded)
    assert {one.to for one in found} == {"sec@desk.example"}
    assert all(SECRET not in f"{one.subject} {one.text.body}" for one in found)
    assert any("restricted" in one.text.body for one in found)
    assert [one.to for one in sent(guarded, but="") if one.opens_thread] == ["C2"]


def test_what_turns_out_to_be_one_is_withdrawn(guarded: House, requester: Actor) -> None:
    anton, sonja = guarded.person("Anton"), cleared(guarded)
    id = guarded.ticket(requester, WORDS)
    assert any(SECRET in one.text.body for one in sent(guarded) if one.to == "C1")
    guarded.on(id, lambda tx, t: tickets.claim(guarded.desk, tx, t, anton))
    guarded.on(id, lambda tx, t: tickets.watch(tx, t, guarded.row(anton), anton))
    guarded.on(
        id, lambda tx, t: tickets.set_category(guarded.desk, tx, t, Category.SECURITY, sonja)
    )
    ticket = guarded.look(id)
    assert ticket.restricted
    assert ticket.assignee_id is None
    edits = [one for one in sent(guarded) if one.to == "C1" and one.replaces]
    assert "restricted" in edits[-1].text.body
    assert SECRET not in f"{edits[-1].subject} {edits[-1].text.body}"
    guarded.on(id, lambda tx, t: tickets.set_category(guarded.desk, tx, t, Category.NETWORK, sonja))
    assert not guarded.look(id).restricted


@pytest.mark.parametrize("order", sorted(orders.ORDERS))
def test_no_order_of_others_does_anything(guarded: House, requester: Actor, order: str) -> None:
    id = leak(guarded, requester)
    anton = actor_of(guarded.row(guarded.person("Anton", login="anton")), CLEARANCE)
    count = len(guarded.all(TicketEvent))
    arguments = {
        "apart": "INC-1",
        "untag": "x",
        "merge": "INC-1",
        "away": "23:00",
        "priority": "high",
        "tag": "x",
        "status": "open",
    }
    answer = orders.Answer(
        orders=(orders.Order(order, arguments.get(order, "")),),
        words="I look." if order == "note" else "",
    )
    refusal = ""
    try:
        guarded.on(id, lambda tx, t: orders.carry_out(guarded.desk, tx, t, answer, anton, key="k"))
    except DeskError as error:
        refusal = str(error)
    assert SECRET not in refusal
    assert refusal or order in ("away", "back")
    if order not in ("away", "back"):
        assert len(guarded.all(TicketEvent)) == count


def test_only_its_people_read_write_or_have_it(guarded: House, requester: Actor) -> None:
    id, sonja, anton = leak(guarded, requester), cleared(guarded), guarded.person("Anton")
    for act in (
        lambda tx, t: views.whole(tx, t, anton),
        lambda tx, t: notes.write(guarded.desk, tx, t, InternalText("x"), anton),
        lambda tx, t: tickets.reply(guarded.desk, tx, t, PublicText("x"), anton, key="k"),
        lambda tx, t: tickets.claim(guarded.desk, tx, t, anton),
        lambda tx, t: escalation.escalate(guarded.desk, tx, t, anton),
    ):
        with pytest.raises(Forbidden, match="restricted"):
            guarded.on(id, act)
    with pytest.raises(Invalid, match="may not see"):
        guarded.on(id, lambda tx, t: tickets.assign(guarded.desk, tx, t, guarded.row(anton), sonja))
    guarded.on(id, lambda tx, t: tickets.claim(guarded.desk, tx, t, sonja))
    assert guarded.read(lambda tx: views.whole(tx, tickets.get(tx, id), sonja)).ticket.id == id
    asked = views.Asked(statuses=())
    listed = guarded.read(lambda tx: views.listing(guarded.desk, tx, asked, anton))
    assert (listed.count, listed.rows) == (0, ())
    assert guarded.read(lambda tx: views.listing(guarded.desk, tx, asked, sonja)).count == 1
    assert guarded.read(lambda tx: views.counts(guarded.desk, tx, anton))["security"] == 0
    own = guarded.read(lambda tx: views.public(tx, tickets.get(tx, id), requester))
    assert own.number == f"INC-{id}"


def test_it_is_part_of_no_incident_and_teaches_nothing(guarded: House, requester: Actor) -> None:
    id, sonja = leak(guarded, requester), cleared(guarded)
    other = guarded.ticket(guarded.person("Otto", Role.REQUESTER))
    assert not guarded.on(
        id,
        lambda tx, t: storms.propose(guarded.desk, tx, t, tickets.get(tx, other), CAUSE, Why()),
    )
    with pytest.raises(IllegalChange, match="by itself"):
        guarded.on(
            id, lambda tx, t: storms.link(guarded.desk, tx, t, tickets.get(tx, other), sonja)
        )
    since = guarded.now.replace(year=2020)
    asked = guarded.read(lambda tx: knowledge.questions(tx, since, 100))
    assert [one.id for one in asked] == [other]
    heard = guarded.read(lambda tx: kept_storms.heard(tx, 0, 100))
    assert all(one.ticket_id != id for one in heard)


def test_no_alert_names_its_title(guarded: House, requester: Actor) -> None:
    guarded.person("Mia", Role.MANAGER)
    leak(guarded, requester)
    guarded.pass_time(days=3)
    told = [one.new for one in guarded.all(TicketEvent) if one.what == What.FOLLOWED]
    assert "follow-top" in told
    assert all(SECRET not in f"{one.subject} {one.text.body}" for one in sent(guarded))


def test_it_goes_to_no_vendor(guarded: House, requester: Actor) -> None:
    from bot.desk.levels import Level, Vendor

    vendor = Level(name="acme", rank=9, vendor=Vendor(address="a@acme.example"))
    levels = msgspec.structs.replace(LEVELS, all=(*LEVELS.all, vendor))
    guarded.desk = msgspec.structs.replace(guarded.desk, levels=levels)
    id, sonja = leak(guarded, requester), cleared(guarded)
    with pytest.raises(Invalid, match="does not leave the house"):
        guarded.on(id, lambda tx, t: escalation.escalate(guarded.desk, tx, t, sonja, level="acme"))
    assert guarded.look(id).level == "L2"
