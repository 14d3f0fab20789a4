from functools import partial
from typing import Any

import pytest

from bot.desk import tickets
from bot.desk.access import BOT, Actor, Role
from bot.desk.rules import Rule, Then, When
from bot.desk.status import Status
from bot.errors import Forbidden, IllegalChange, Invalid, NotFound
from channels.message import Attachment, PublicText
from nlp.understanding import Level, TicketType
from store.tables import Message, Outbox, Person, Tag, TicketEvent, Timer
from tests.desk.conftest import House


def kinds(house: House, ticket: int) -> list[str]:
    return [one.what for one in house.all(TicketEvent) if one.ticket_id == ticket]


def status(house: House, ticket: int, to: Status, actor: Actor) -> None:
    house.on(ticket, lambda tx, it: tickets.set_status(house.desk, tx, it, to, actor))


def reply(house: House, ticket: int, words: str, actor: Actor, **more: Any) -> None:
    text = PublicText(words)
    more.setdefault("key", words)
    house.on(ticket, lambda tx, it: tickets.reply(house.desk, tx, it, text, actor, **more))


# Opening


def test_a_new_ticket_says_why_it_is_what_it_is(house: House, requester: Actor) -> None:
    ticket = house.look(house.ticket(requester, impact=Level.HIGH))
    assert (ticket.number, ticket.status) == ("INC-1", "new")
    assert (ticket.category, ticket.queue, ticket.priority) == ("network", "network", "high")
    events = {one.what: one for one in house.all(TicketEvent)}
    assert events["category"].why == "classifier: 83%"
    assert events["priority"].why == "impact high, urgency medium"
    assert events["opened"].inbox_id == 1


def test_a_rule_beats_the_classifier_and_its_event_says_so(house: House, requester: Actor) -> None:
    rule = Rule(
        name="VPN is security",
        when=When(words=("vpn",)),
        then=Then(category="security", priority="critical", tags=("vpn",)),
    )
    id = house.ticket(requester, desk=house.furnished(rule))
    ticket = house.look(id)
    assert (ticket.category, ticket.priority, ticket.queue) == ("security", "critical", "security")
    event = next(one for one in house.all(TicketEvent) if one.what == "category")
    assert (event.who, event.old, event.new) == ("rule", "network", "security")
    assert event.why == "rule: VPN is security"
    assert [one.tag for one in house.all(Tag)] == ["vpn"]


def test_a_service_request_keeps_its_number_when_its_type_changes(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester, type=TicketType.REQUEST)
    house.on(id, lambda tx, it: tickets.set_type(house.desk, tx, it, TicketType.INCIDENT, agent))
    ticket = house.look(id)
    assert (ticket.type, ticket.number) == ("incident", f"REQ-{id}")


def test_an_important_persons_single_trouble_counts_more(house: House) -> None:
    boss = house.person("Vera", Role.REQUESTER, vip=True)
    assert house.look(house.ticket(boss)).priority == "medium"


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("Hello! My VPN drops every ten minutes. Error 809.",), "My VPN drops every ten minutes."),
        (("hi", "printer on floor 3 is dead"), "printer on floor 3 is dead"),
        (("Здравствуйте, принтер не печатает со вчера",), "принтер не печатает со вчера"),
        (("你好，我的电脑很慢。打不开文件。",), "我的电脑很慢。"),
        (("help",), "help"),
        (("",), "(no words)"),
        (("\u202egnp.exe\u0007 will not open today",), "gnp.exe will not open today"),
        (("word " * 40,), ("word " * 15).strip() + "…"),
        (("a" * 2_000_000,), "a" * 79 + "…"),
    ],
)
def test_a_title_is_the_first_sentence_that_says_something(
    words: tuple[str, ...], title: str
) -> None:
    assert tickets.title_of(words) == title


def test_a_ticket_is_found_by_its_number_alone(house: House, requester: Actor) -> None:
    id = house.ticket(requester)
    assert house.read(lambda tx: tickets.by_number(tx, " inc-1 ").id) == id
    for wrong in ("REQ-1", "INC-2", "1", "INC-", "INC-²", "INC-" + "9" * 30):
        with pytest.raises(NotFound):
            house.read(partial(tickets.by_number, number=wrong))


# Answering


def test_an_answer_is_said_once_and_takes_the_conversation(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    reply(house, id, "Please restart it.", agent, key="form-1")
    reply(house, id, "Please restart it.", agent, key="form-1")
    said = house.all(Message)
    assert [(one.author, one.body, one.ticket_id) for one in said] == [
        ("agent", "Please restart it.", id)
    ]
    ticket = house.look(id)
    assert (ticket.status, ticket.assignee_id) == ("open", agent.person_id)
    assert ticket.responded_at == house.now
    assert house.talk(id).taken_by == agent.person_id
    assert kinds(house, id)[-3:] == ["reply", "assignee", "status"]
    assert not house.all(Outbox)  # the web chat reads the transcript


def test_an_answer_to_a_channel_that_is_called_is_queued_with_it(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester, channel="hook")
    file = Attachment(name="a.png", content_type="image/png", size=3, sha256="0" * 64)
    reply(house, id, "See the picture.", agent, attachments=[file])
    (queued,) = house.all(Outbox)
    assert queued.key == house.all(Message)[0].key
    assert '"author":"Anton"' in queued.body
    assert "a.png" in queued.body


def test_an_empty_answer_is_refused(house: House, requester: Actor, agent: Actor) -> None:
    with pytest.raises(Invalid):
        reply(house, house.ticket(requester), " \n", agent)


def test_nothing_is_answered_in_a_closed_ticket(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    status(house, id, Status.RESOLVED, agent)
    status(house, id, Status.CLOSED, agent)
    with pytest.raises(IllegalChange, match="reopen"):
        reply(house, id, "One more thing.", agent)


def test_the_requesters_answer_wakes_a_waiting_ticket(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    status(house, id, Status.PENDING_USER, agent)
    house.on(
        id,
        lambda tx, it: tickets.add_message(house.desk, tx, it, "It is", requester, inbox_id=7),
    )
    assert house.look(id).status == "open"
    assert not house.all(Timer)
    assert house.all(TicketEvent)[-1].inbox_id == 7


# Who has it


def test_two_agents_cannot_claim_one_ticket(house: House, requester: Actor, agent: Actor) -> None:
    id, other = house.ticket(requester), house.person("Olga")
    house.on(id, lambda tx, it: tickets.claim(house.desk, tx, it, agent))
    with pytest.raises(IllegalChange, match=r"Anton already has INC-1\."):
        house.on(id, lambda tx, it: tickets.claim(house.desk, tx, it, other))
    assert house.look(id).assignee_id == agent.person_id


@pytest.mark.parametrize("unfit", [{"role": Role.REQUESTER}, {"role": Role.AGENT, "active": False}])
def test_nobody_who_does_not_work_here_gets_a_ticket(
    house: House, requester: Actor, agent: Actor, unfit: dict[str, Any]
) -> None:
    id, other = house.ticket(requester), house.person("Olga", **unfit)

    def work(tx: Any, it: Any) -> None:
        tickets.assign(house.desk, tx, it, tx.get(Person, other.person_id), agent)

    with pytest.raises(Invalid, match="Olga does not work on tickets"):
        house.on(id, work)


def test_a_released_ticket_gives_the_conversation_back_to_the_bot(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    house.on(id, lambda tx, it: tickets.claim(house.desk, tx, it, agent))
    house.on(id, lambda tx, it: tickets.release(house.desk, tx, it, agent))
    assert house.look(id).assignee_id is None
    assert house.talk(id).taken_by is None


# Solved, and not


def test_a_solved_ticket_is_told_and_leaves_the_conversation_to_the_bot(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    reply(house, id, "Done.", agent)
    house.on(id, lambda tx, it: tickets.resolve(house.desk, tx, it, agent))
    told = house.all(Message)[-1]
    assert told.body.startswith("ticket-resolved [en] count=5, ticket=INC-1, title=")
    assert told.author == "bot"
    assert house.talk(id).taken_by is None


def test_whoever_says_it_is_solved_is_not_told_so(house: House, requester: Actor) -> None:
    id = house.ticket(requester)
    house.on(
        id,
        lambda tx, it: tickets.solved_by_requester(
            house.desk, tx, it, requester, cancelled=True, inbox_id=3
        ),
    )
    assert house.look(id).status == "resolved"
    assert not house.all(Message)
    assert house.all(TicketEvent)[-1].why == "withdrawn by the requester"


def test_a_ticket_nobody_objects_to_closes_by_itself(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    status(house, id, Status.RESOLVED, agent)
    house.pass_time(days=4.9)
    assert house.look(id).status == "resolved"
    house.pass_time(days=0.2)
    assert house.look(id).status == "closed"
    last = house.all(TicketEvent)[-1]
    assert (last.who, last.old, last.new) == ("clock", "resolved", "closed")


def test_a_silent_requester_is_reminded_and_then_left(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    status(house, id, Status.PENDING_USER, agent)
    house.pass_time(days=3)
    assert house.all(Message)[-1].body.startswith("ticket-reminder")
    house.pass_time(days=2)
    assert house.look(id).status == "closed"
    assert house.all(Message)[-1].body.startswith("ticket-auto-closed")
    assert not house.all(Timer)


def test_a_new_question_of_an_agent_starts_the_silence_anew(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    status(house, id, Status.PENDING_USER, agent)
    house.pass_time(days=2)
    reply(house, id, "And the model?", agent)
    house.pass_time(days=2)
    assert "reminded" not in kinds(house, id)
    house.pass_time(days=1)
    assert "reminded" in kinds(house, id)


def test_no_days_mean_never(house: House, requester: Actor, agent: Actor) -> None:
    house.desk = house.furnished(close_after=house.now - house.now)
    id = house.ticket(requester)
    status(house, id, Status.RESOLVED, agent)
    assert not house.all(Timer)


def test_what_was_closed_lately_is_reopened_by_its_requester(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    status(house, id, Status.RESOLVED, agent)
    house.pass_time(days=10)
    house.on(id, lambda tx, it: tickets.reopen(house.desk, tx, it, requester, why="again"))
    ticket = house.look(id)
    assert (ticket.status, ticket.resolved_at, ticket.closed_at) == ("open", None, None)
    assert kinds(house, id)[-1] == "reopened"


def test_what_was_closed_long_ago_stays_closed(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    status(house, id, Status.RESOLVED, agent)
    house.pass_time(days=20)
    with pytest.raises(IllegalChange, match="14 days"):
        status(house, id, Status.OPEN, agent)


def test_a_stranger_can_neither_reopen_nor_write_nor_solve(house: House, requester: Actor) -> None:
    id, stranger = house.ticket(requester), house.person("Stan", Role.REQUESTER)
    desk = house.desk
    for attempt in (
        lambda tx, it: tickets.reopen(desk, tx, it, stranger, why="mine"),
        lambda tx, it: tickets.add_message(desk, tx, it, "mine", stranger, inbox_id=1),
        lambda tx, it: tickets.call_human(tx, it, stranger, inbox_id=1),
        lambda tx, it: tickets.solved_by_requester(
            desk, tx, it, stranger, cancelled=False, inbox_id=1
        ),
    ):
        with pytest.raises(Forbidden):
            house.on(id, attempt)


# Fields


def test_what_an_agent_sets_is_recorded_once(house: House, requester: Actor, agent: Actor) -> None:
    id, desk = house.ticket(requester), house.desk
    before = len(kinds(house, id))
    for _ in range(2):
        house.on(id, lambda tx, it: tickets.set_queue(desk, tx, it, "security", agent))
        house.on(id, lambda tx, it: tickets.set_title(desk, tx, it, "  VPN \n down ", agent))
        house.on(id, lambda tx, it: tickets.add_tag(tx, it, " VPN ", agent))
        house.on(id, lambda tx, it: tickets.watch(tx, it, house.row(agent), agent))
    assert kinds(house, id)[before:] == ["queue", "title", "tag", "watcher"]
    assert house.look(id).title == "VPN down"
    assert '"queue":"agent: Anton"' in house.look(id).decided


def test_values_that_do_not_exist_are_refused(house: House, requester: Actor, agent: Actor) -> None:
    id, desk = house.ticket(requester), house.desk
    for attempt in (
        lambda tx, it: tickets.set_queue(desk, tx, it, "kitchen", agent),
        lambda tx, it: tickets.set_title(desk, tx, it, "\u200b\n", agent),
        lambda tx, it: tickets.add_tag(tx, it, "two words", agent),
        lambda tx, it: tickets.watch(tx, it, house.row(requester), agent),
    ):
        with pytest.raises(Invalid):
            house.on(id, attempt)


def test_a_ticket_is_found_by_what_is_said_in_it(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    reply(house, id, "Reinstall the certificate.", agent)
    found = house.search.find
    assert house.read(lambda tx: found(tx, "ticket", house.desk.terms("certificate"))) == [id]
    assert house.read(lambda tx: found(tx, "ticket", house.desk.terms("INC-1"))) == [id]


def test_a_wish_for_a_person_shows_on_the_ticket(house: House, requester: Actor) -> None:
    id = house.ticket(requester)
    house.on(id, lambda tx, it: tickets.call_human(tx, it, requester, inbox_id=9))
    assert [one.tag for one in house.all(Tag)] == ["wants-a-person"]
    assert kinds(house, id)[-1] == "called"


def test_the_bot_may_open_but_a_change_by_menu_needs_an_agent(
    house: House, requester: Actor
) -> None:
    id = house.ticket(requester)
    with pytest.raises(Forbidden):
        status(house, id, Status.OPEN, requester)
    status(house, id, Status.OPEN, BOT)
    assert house.look(id).status == "open"
