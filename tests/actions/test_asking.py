"""Where codes and questions go, and from whom an answer counts."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot import perform
from bot.actions import running
from bot.actions.action import Outcome
from bot.actions.run import State
from bot.conversation.turn import Policy
from bot.desk.access import BOT, Actor, Role
from bot.errors import Forbidden, IllegalChange, NotFound
from bot.inbox import Intake, Reader
from bot.library import Library
from channels.message import InboundMessage, Sender
from nlp.understanding import Language, Understanding
from store.database import Tx
from store.steps import step
from store.tables import Conversation, Message, Person, Ticket
from tests.actions.conftest import House

HOOK = {
    "url": "http://127.0.0.1:9/",
    "secret": SecretStr("x"),
    "parameters": [],
    "who": ["sop", "agent"],
}
CHAT: dict[str, Any] = {"telegram": {"bot_token": SecretStr("1:x")}}


PLAIN = Understanding(language=Language.EN, language_confidence=0.9)


class Street:
    """People who write, on whatever channel."""

    def __init__(self, house: House) -> None:
        self.house, self.count = house, 0
        bot = perform.Bot(desk=house.desk, library=Library(), policy=Policy())

        def fail(tx: Tx, conversation: Conversation, row: Any) -> None:
            raise AssertionError(row.problem)

        def perform_(tx: Tx, conversation: Conversation, row: Any, read: Any) -> None:
            perform.perform(bot, tx, conversation, row, read)

        self.reader = Reader(lambda texts, _: [PLAIN for _ in texts], perform_, fail)

    def writes(self, conversation: int, address: str, text: str = "", **more: Any) -> None:
        known = self.house.store.read(lambda tx: tx.get(Conversation, conversation))
        assert known is not None
        self.count += 1
        suspect = bool(more.pop("suspect", False))
        message = InboundMessage(
            channel=known.channel,
            message_id=f"m{self.count}",
            conversation=known.key,
            sender=Sender(address=address, suspect=suspect),
            text=text,
            sent_at=self.house.clock.now,
            **more,
        )
        asyncio.run(Intake(self.house.store, lambda channel: None).receive(message))
        self.work()

    def work(self) -> None:
        while step(self.house.store, self.reader):
            pass


def configured(house: House, **more: Any) -> None:
    house.configure(action={"make": {**HOOK, **more}}, **CHAT)


def code(house: House) -> str:
    (found,) = [one for one in house.posted() if one.key.endswith(":code")]
    digits = re.search(r"\d{8}", found.text.body)
    assert digits is not None
    return digits[0]


def told(house: House, conversation: int) -> str:
    rows = house.store.read(
        lambda tx: tx.session.scalars(
            sa.select(Message.body).where(Message.conversation_id == conversation)
        ).all()
    )
    return "\n".join(rows)


@pytest.fixture
def rita(house: House) -> Actor:
    """Known by mail and in a chat."""
    person = house.person("Rita", Role.REQUESTER)
    house.address(person, "email", "rita@corp.example")
    house.address(person, "telegram", "4711")
    return person


def by_mail(house: House, person: Actor) -> int:
    return house.conversation(person, "mail", "rita@corp.example")


def in_chat(house: House, person: Actor) -> int:
    return house.conversation(person, "telegram", "4711")


def test_who_writes_by_mail_gets_the_code_in_the_chat(house: House, rita: Actor) -> None:
    configured(house, proof=True)
    mail, chat = by_mail(house, rita), in_chat(house, rita)
    id = house.begin("make", {}, conversation_id=mail)
    (sent,) = [one for one in house.posted() if one.key == f"run:{id}:code"]
    assert (sent.channel, sent.to) == ("telegram", "4711")
    # It is in no transcript, which others may read, and in no row of the run.
    assert code(house) not in told(house, mail) + told(house, chat)
    assert code(house) not in repr(vars(house.run(id)))
    street = Street(house)
    street.writes(mail, "rita@corp.example", f"{code(house)}\n\nRita Rossi\n+39 06 1234 5678")
    assert house.run(id).state == State.QUEUED


def test_who_writes_in_the_chat_gets_it_by_mail_and_must_answer_in_the_chat(
    house: House, rita: Actor
) -> None:
    configured(house, proof=True)
    mail, chat = by_mail(house, rita), in_chat(house, rita)
    id = house.begin("make", {}, conversation_id=chat)
    street = Street(house)
    street.writes(mail, "rita@corp.example", code(house))
    assert "where you wrote to us first" in told(house, mail)
    assert (house.run(id).state, house.run(id).tries) == (State.WAITING_PROOF, 0)
    street.writes(chat, "4711", code(house))
    assert house.run(id).state == State.QUEUED


@pytest.mark.parametrize(
    ("address", "suspect"), [("guest@elsewhere.example", False), ("rita@corp.example", True)]
)
def test_a_code_from_somebody_else_in_the_thread_ends_it(
    house: House, rita: Actor, address: str, suspect: bool
) -> None:
    configured(house, proof=True)
    mail, _ = by_mail(house, rita), in_chat(house, rita)
    ticket = house.ticket(rita, mail)
    id = house.begin("make", {}, ticket_id=ticket)
    Street(house).writes(mail, address, code(house), suspect=suspect)
    assert (house.run(id).state, house.run(id).result) == (State.ENDED, "refused")
    alarm = [one.text.body for one in house.posted() if ":alarm" in one.key]
    assert len(alarm) == 1
    assert "given by somebody else" in alarm[0]


def test_a_wrong_code_from_somebody_else_costs_no_try(house: House, rita: Actor) -> None:
    configured(house, proof=True)
    mail, _ = by_mail(house, rita), in_chat(house, rita)
    id = house.begin("make", {}, conversation_id=mail)
    Street(house).writes(mail, "guest@elsewhere.example", "0000 0000")
    assert (house.run(id).state, house.run(id).tries) == (State.WAITING_PROOF, 0)


def test_one_code_given_twice_counts_once(house: House, rita: Actor) -> None:
    configured(house, proof=True)
    mail, _ = by_mail(house, rita), in_chat(house, rita)
    id = house.begin("make", {}, conversation_id=mail)
    given = code(house)
    street = Street(house)
    street.writes(mail, "rita@corp.example", given)
    street.writes(mail, "rita@corp.example", given)
    assert [one.what for one in running.steps_of(house.run(id))].count("proven") == 1


def test_no_second_address_no_code(house: House) -> None:
    configured(house, proof=True)
    person = house.person("Ugo", Role.REQUESTER)
    house.address(person, "email", "ugo@corp.example")
    mail = house.conversation(person, "mail", "ugo@corp.example")
    with pytest.raises(Forbidden, match="no second address"):
        house.begin("make", {}, conversation_id=mail)
    assert house.posted() == []


def test_codes_are_not_sent_without_end(house: House, rita: Actor) -> None:
    configured(house, proof=True)
    mail, _ = by_mail(house, rita), in_chat(house, rita)
    for _ in range(5):
        house.begin("make", {}, conversation_id=mail)
    with pytest.raises(Forbidden, match="Too many codes"):
        house.begin("make", {}, conversation_id=mail)


# -- approval


@pytest.fixture
def max_(house: House, rita: Actor) -> Actor:
    """Rita's manager, who reads the chat."""
    manager = house.person("Max", Role.REQUESTER)
    house.address(manager, "telegram", "42")

    def work(tx: Tx) -> None:
        row = tx.get(Person, rita.person_id)
        assert row is not None
        row.manager_id = manager.person_id

    house.store.write(work)
    return manager


@pytest.mark.parametrize(("order", "state"), [("approve", State.QUEUED), ("decline", State.ENDED)])
def test_a_manager_presses_a_button_in_the_chat(
    house: House, rita: Actor, max_: Actor, order: str, state: State
) -> None:
    configured(house, approval="manager")
    there, here = house.conversation(max_, "telegram", "42"), in_chat(house, rita)
    id = house.begin("make", {}, conversation_id=here)
    (asked,) = [one for one in house.posted() if one.to == "42"]
    assert [one.value for one in asked.choices] == [f"run:{id}:approve", f"run:{id}:decline"]
    street = Street(house)
    for conversation, address in ((here, "4711"), (there, "somebody")):  # not theirs to press
        street.writes(conversation, address, chosen=f"run:{id}:{order}")
        assert house.run(id).state == State.WAITING_APPROVAL
    street.writes(there, "42", chosen=f"run:{id}:{order}")
    assert (house.run(id).state, house.run(id).approved_by) == (state, max_.person_id)
    street.writes(there, "42", chosen=f"run:{id}:approve")  # pressed once more
    assert "settled already" in told(house, there)
    assert house.run(id).state == state


def test_only_the_manager_decides(house: House, rita: Actor, max_: Actor) -> None:
    configured(house, approval="manager")
    house.conversation(max_, "telegram", "42")
    id = house.begin("make", {}, conversation_id=in_chat(house, rita))
    for other in (rita, house.person("Anton"), house.person("Boss", Role.ADMINISTRATOR)):
        with pytest.raises(Forbidden):
            house.store.write(
                lambda tx, other=other: running.decide(house.desk, tx, id, "", other, approved=True)
            )
    house.store.write(lambda tx: running.decide(house.desk, tx, id, "", max_, approved=True))
    with pytest.raises(IllegalChange):
        house.store.write(lambda tx: running.decide(house.desk, tx, id, "", max_, approved=True))


def test_without_a_manager_one_of_the_desk_decides(house: House, rita: Actor, agent: Actor) -> None:
    configured(house, approval="manager")
    id = house.begin("make", {}, ticket_id=house.ticket(rita))
    with pytest.raises(Forbidden, match="manager of the desk"):
        house.store.write(lambda tx: running.decide(house.desk, tx, id, "", agent, approved=True))
    boss = house.person("Boss", Role.MANAGER)
    house.store.write(lambda tx: running.decide(house.desk, tx, id, "", boss, approved=True))
    assert house.run(id).state == State.QUEUED


def test_nobody_approves_for_themselves(house: House, rita: Actor) -> None:
    """Not what they asked for, nor what is for them, nor as their own manager."""
    configured(house, approval="agent")
    boris = house.person("Boris")
    own = house.begin("make", {}, ticket_id=house.ticket(boris))
    asked = house.begin("make", {}, actor=boris, ticket_id=house.ticket(rita))
    for id in (own, asked):
        with pytest.raises(Forbidden, match="Nobody approves"):
            house.store.write(
                lambda tx, id=id: running.decide(house.desk, tx, id, "", boris, approved=True)
            )
    for other in (rita, BOT):
        with pytest.raises((Forbidden, NotFound)):
            house.store.write(
                lambda tx, other=other: running.decide(
                    house.desk, tx, own, "", other, approved=True
                )
            )


def test_proof_comes_before_approval(house: House, rita: Actor, agent: Actor) -> None:
    configured(house, proof=True, approval="agent")
    mail, _ = by_mail(house, rita), in_chat(house, rita)
    id = house.begin("make", {}, conversation_id=mail)
    with pytest.raises(IllegalChange):
        house.store.write(lambda tx: running.decide(house.desk, tx, id, "", agent, approved=True))
    Street(house).writes(mail, "rita@corp.example", code(house))
    assert house.run(id).state == State.WAITING_APPROVAL
    house.store.write(lambda tx: running.decide(house.desk, tx, id, "", agent, approved=True))
    assert house.run(id).state == State.QUEUED


def test_of_two_who_decide_at_once_one_does(house: House, rita: Actor) -> None:
    configured(house, approval="agent")
    agents = [house.person(f"Agent {number}") for number in range(4)]
    for _ in range(5):
        id = house.begin("make", {}, conversation_id=in_chat(house, rita))

        def settled(number: int, id: int = id) -> bool:
            actor, approved = agents[number], number % 2 == 0
            try:
                house.store.write(
                    lambda tx: running.decide(house.desk, tx, id, "", actor, approved=approved)
                )
            except IllegalChange:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            won = list(pool.map(settled, range(4)))
        assert won.count(True) == 1
        run = house.run(id)
        assert run.approved_by == agents[won.index(True)].person_id
        assert run.state == (State.QUEUED if won.index(True) % 2 == 0 else State.ENDED)


def test_a_manager_who_left_is_not_waited_for(house: House, rita: Actor, max_: Actor) -> None:
    configured(house, approval="manager")
    house.conversation(max_, "telegram", "42")
    id = house.begin("make", {}, ticket_id=house.ticket(rita))
    assert house.run(id).approver_id == max_.person_id

    def leave(tx: Tx) -> None:
        row = tx.get(Person, max_.person_id)
        assert row is not None
        row.active = False

    house.store.write(leave)
    house.clock.advance(hours=5)
    house.store.write(lambda tx: running.look_after(house.desk, tx, id))
    assert (house.run(id).approver_id, house.run(id).state) == (None, State.WAITING_APPROVAL)
    boss = house.person("Boss", Role.MANAGER)
    house.store.write(lambda tx: running.decide(house.desk, tx, id, "", boss, approved=True))
    assert house.run(id).state == State.QUEUED


def test_no_mail_tells_what_is_done_for_a_restricted_ticket(house: House, rita: Actor) -> None:
    configured(house, approval="agent", parameters=[{"name": "login", "kind": "login"}])
    ticket = house.ticket(rita)

    def restrict(tx: Tx) -> None:
        row = tx.get(Ticket, ticket)
        assert row is not None
        row.restricted = True

    house.store.write(restrict)
    house.begin("make", {"login": "ceo"}, ticket_id=ticket)
    asked = [one for one in house.posted() if one.to == "team@desk.example"]
    assert len(asked) == 1
    assert "ceo" not in asked[0].text.body


def test_what_came_of_it_is_on_the_ticket_too(house: House, rita: Actor) -> None:
    configured(house, tell=True)
    chat = in_chat(house, rita)
    ticket = house.ticket(rita, chat)
    id = house.begin("make", {}, ticket_id=ticket)
    order = house.store.write(lambda tx: running.take(house.desk, tx, id))
    assert order is not None
    outcome = Outcome(result="ok", message={"": "Look into *your* mailbox."})
    house.store.write(lambda tx: running.settle(house.desk, tx, id, order.attempt, outcome))
    Street(house).work()
    said = house.store.read(
        lambda tx: tx.session.scalars(
            sa.select(Message.body).where(Message.ticket_id == ticket)
        ).all()
    )
    assert said == [
        "**make** has begun; I will tell you here what came of it.",
        r"make: Look into \*your\* mailbox.",
    ]


# -- who may start


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (["employee"], {"employee"}),
        (["agent"], {"agent", "manager", "administrator"}),
        (["manager"], {"manager", "administrator"}),
        (["admin"], {"administrator"}),
        (["sop"], {"procedure"}),
    ],
)
def test_who_may_start_it(house: House, rita: Actor, who: list[str], may: set[str]) -> None:
    house.configure(action={"make": {**HOOK, "who": who}})
    conversation = house.conversation(rita)
    actors = {
        "employee": rita,
        "agent": house.person("A"),
        "manager": house.person("M", Role.MANAGER),
        "administrator": house.person("B", Role.ADMINISTRATOR),
        "procedure": BOT,
    }
    begun = set()
    for name, actor in actors.items():
        try:
            house.begin("make", {}, actor=actor, conversation_id=conversation)
            begun.add(name)
        except Forbidden:
            pass
    assert begun == may


def test_an_employee_starts_nothing_for_somebody_else(house: House, rita: Actor) -> None:
    house.configure(action={"make": {**HOOK, "who": ["employee"]}})
    other = house.conversation(house.person("Ugo", Role.REQUESTER))
    with pytest.raises(Forbidden, match="not your ticket"):
        house.begin("make", {}, actor=rita, conversation_id=other)
    for _ in range(running.AN_HOUR):
        house.begin("make", {}, actor=rita, conversation_id=house.conversation(rita))
    with pytest.raises(Forbidden, match="very often"):
        house.begin("make", {}, actor=rita, conversation_id=house.conversation(rita))
