"""Linking through the whole bot: nobody is anybody else before it is proven, and afterwards all is one."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from bot.desk import linking, people, tickets
from bot.library import Library
from channels.message import InboundMessage, OutboundMessage, Sender
from nlp import Understander
from store import open_store
from store.base import Base
from store.tables import Conversation, Identity, LinkToken, Outbox, Person, Ticket, TicketEvent
from tests.stories.runner import Stage

ANA = Sender(address="ana@corp.example", name="Ana", verified=True)
CHAT = Sender(address="T1", name="Ana in chat", verified=True)
PROBLEM = "my VPN drops every ten minutes, error 809, only on my laptop since today"


class Town(Stage):
    """Several people on several channels."""

    def write(
        self,
        channel: str,
        sender: Sender,
        text: str,
        *,
        thread: str = "",
        chosen: str | None = None,
    ) -> str:
        """What the bot answers there."""
        self.count += 1
        self.channel = channel
        key = thread or sender.address
        self.seen = max((line.id for line in self.lines(channel, key)), default=0)
        self.now = self.now.replace(microsecond=0)
        message = InboundMessage(
            channel=channel,
            message_id=f"m{self.count}@example.org",
            conversation=key,
            sender=sender,
            text=text,
            chosen=chosen,
            subject="VPN" if channel == "mail" else None,
            sent_at=self.now,
        )
        asyncio.run(self.intake.receive(message))
        self.work()
        said = [line for line in self.lines(channel, key) if line.id > self.seen]
        self.offered = {
            choice.label: choice.value for line in said for choice in line.extra.choices
        }
        return "\n".join(line.text.body for line in said if line.author == "bot")

    def press_there(self, channel: str, sender: Sender, label: str) -> str:
        return self.write(channel, sender, "", chosen=self.offered[label])

    def lines(self, channel: str, key: str) -> list:  # type: ignore[type-arg]
        from bot.desk import transcript
        from store import messages

        def work(tx):  # type: ignore[no-untyped-def]
            id = messages.conversation_id(tx, channel, key)
            return [] if id is None else transcript.lines(tx, id)

        return self.store.read(work)

    def all(self, table: type[Base]) -> list[Any]:
        return self.store.read(lambda tx: list(tx.session.scalars(sa.select(table))))

    def letters(self) -> list[OutboundMessage]:
        rows = self.all(Outbox)
        return [msgspec.json.decode(row.body, type=OutboundMessage) for row in rows]

    def code_sent(self, to: str = ANA.address) -> str:
        body = [one for one in self.letters() if one.to == to and "link" in one.key][-1].text.body
        found = re.search(r"\*\*(\d{8})\*\*", body)
        assert found is not None, body
        return found[1]

    def whose(self, channel: str, address: str) -> int:
        found: list[Identity] = self.all(Identity)
        return next(
            one.person_id for one in found if (one.channel, one.address) == (channel, address)
        )

    def open_in_chat(self) -> None:
        self.write("chat", CHAT, "I want to talk to a person: " + PROBLEM)
        assert len(self.all(Ticket)) == 1


@pytest.fixture
def town(tmp_path: Path, understander: Understander, library: Library) -> Iterator[Town]:
    store = open_store(f"sqlite:///{tmp_path / 't.db'}")
    yield Town(store, understander, library)
    store.close()


def test_a_code_sent_by_mail_and_given_back_makes_one_person(town: Town) -> None:
    town.write("mail", ANA, PROBLEM, thread="u1")
    town.write("chat", CHAT, "hello")
    assert "no open ticket" in town.write("chat", CHAT, "what is the status of my ticket?")
    assert ANA.address in town.write("chat", CHAT, ANA.address, chosen="/link")
    assert "both addresses are yours" in town.write("chat", CHAT, town.code_sent())
    assert town.whose("chat", "T1") == town.whose("email", ANA.address)
    assert "INC-1" in town.write("chat", CHAT, "what is the status of my ticket?")
    assert not town.all(LinkToken)


def test_the_tickets_of_who_came_later_move_and_say_so(town: Town) -> None:
    town.write("mail", ANA, "good morning", thread="u0")
    town.open_in_chat()
    before = town.whose("chat", "T1")
    town.write("chat", CHAT, ANA.address, chosen="/link")
    town.write("chat", CHAT, town.code_sent())
    (event,) = [one for one in town.all(TicketEvent) if one.what == "requester"]
    (ticket,) = town.all(Ticket)
    assert (event.old, event.new) == (str(before), str(town.whose("email", ANA.address)))
    assert ticket.requester_id == town.whose("email", ANA.address)
    gone = next(one for one in town.all(Person) if one.id == before)
    assert (gone.active, gone.merged_into) == (False, ticket.requester_id)


def test_words_begin_it_and_an_address_goes_on(town: Town) -> None:
    for wish, asked in (("привяжи мою почту", "адрес"), ("关联我的邮箱", "地址")):
        assert asked in town.write("chat", CHAT, wish)
    assert "link-" not in town.write("chat", CHAT, "link my account")
    town.write("chat", CHAT, f"it is {ANA.address.upper()}")
    assert town.code_sent()


def test_nothing_tells_whether_an_address_is_known(town: Town) -> None:
    town.write("mail", ANA, PROBLEM, thread="u1")
    known = town.write("chat", CHAT, ANA.address, chosen="/link")
    unknown = town.write("chat", CHAT, "bo@corp.example", chosen="/link")
    assert known.replace("ana@", "") == unknown.replace("bo@", "")
    assert town.code_sent("bo@corp.example")


def test_a_wrong_code_counts_and_five_end_it(town: Town) -> None:
    town.write("mail", ANA, PROBLEM, thread="u1")
    town.write("chat", CHAT, ANA.address, chosen="/link")
    right = town.code_sent()
    for guess in range(5):
        assert "does not fit" in town.write("chat", CHAT, f"{(int(right) + 1 + guess) % 10**8:08}")
    assert "does not fit" in town.write("chat", CHAT, right)
    assert town.whose("chat", "T1") != town.whose("email", ANA.address)


def test_a_code_is_worth_nothing_to_anybody_else(town: Town) -> None:
    eve = Sender(address="E1", name="Eve", verified=True)
    town.write("chat", CHAT, ANA.address, chosen="/link")
    town.write("chat", eve, "hello")
    assert "does not fit" in town.write("chat", eve, town.code_sent(), chosen="/link")
    assert "both" in town.write("chat", CHAT, town.code_sent())


def test_commands_are_typed_where_there_are_none(town: Town) -> None:
    town.write("chat", CHAT, f"/link {ANA.address}")
    assert "both" in town.write("chat", CHAT, f"/link {town.code_sent()}")


def test_a_link_begins_a_chat_elsewhere_with_the_question(town: Town) -> None:
    links = {"telegram": "https://t.me/desk_bot?start={token}"}
    town.desk = msgspec.structs.replace(town.desk, start_links=links)
    asker = town.store.write(lambda tx: people.of_sender(tx, "chat", CHAT).id)
    made = town.store.write(
        lambda tx: linking.tell_code(town.desk, tx, people.get(tx, asker), "chat")
    )
    assert made is not None
    (link,) = made[1]
    token = link.removeprefix("https://t.me/desk_bot?start=")
    other = Sender(address="99", name="Ana", verified=True)
    assert "Ana in chat" in town.write("telegram", other, token, chosen="/start")
    town.press_there("telegram", other, "Yes, that is me")
    assert town.whose("telegram", "99") == asker


def test_a_code_is_good_for_a_quarter_of_an_hour(town: Town) -> None:
    town.write("chat", CHAT, ANA.address, chosen="/link")
    code = town.code_sent()
    town.wait("16 minutes")
    assert "does not fit" in town.write("chat", CHAT, code, chosen="/link")


def test_codes_are_few(town: Town) -> None:
    answers = [town.write("chat", CHAT, ANA.address, chosen="/link") for _ in range(6)]
    assert "many codes" in answers[5]
    assert "many codes" not in answers[4]
    assert len([one for one in town.letters() if one.to == ANA.address]) == 3


def test_typed_at_the_address_it_was_sent_to_it_asks_who_is_there(town: Town) -> None:
    """Else a letter answered in haste would open one's tickets to whoever asked for it."""
    town.write("mail", ANA, PROBLEM, thread="u1")
    town.write("chat", CHAT, ANA.address, chosen="/link")
    letter = next(one for one in town.letters() if one.key.startswith("link:"))
    asked = town.write("mail", ANA, town.code_sent(), thread=letter.conversation)
    assert "Ana in chat" in asked
    assert town.whose("chat", "T1") != town.whose("email", ANA.address)
    assert "both" in town.write("mail", ANA, "1", thread=letter.conversation)
    assert town.whose("chat", "T1") == town.whose("email", ANA.address)


def told_code(town: Town) -> str:
    town.write("chat", CHAT, "/link")
    found = re.search(r"\*\*([\d ]{14})\*\*", town.press_there("chat", CHAT, "In another chat"))
    assert found is not None
    return found[1]


def test_a_code_told_here_is_typed_in_there(town: Town) -> None:
    town.open_in_chat()
    code = told_code(town)
    other = Sender(address="W1", name="Ana", verified=True)
    assert "Ana in chat" in town.write("hook", other, code)
    assert "both" in town.press_there("hook", other, "Yes, that is me")
    assert town.whose("chat", "T1") == town.whose("hook", "W1")
    assert "INC-1" in town.write("hook", other, "what is the status of my ticket?")


def test_whoever_says_no_stays_who_they_are(town: Town) -> None:
    code = told_code(town)
    other = Sender(address="W1", name="Bo", verified=True)
    town.write("hook", other, "", chosen="/start")
    town.write("hook", other, code, chosen="/start")
    assert "nothing is linked" in town.press_there("hook", other, "No, it is not")
    assert town.whose("chat", "T1") != town.whose("hook", "W1")
    assert not town.all(LinkToken)


def test_a_told_code_proves_nothing_to_its_asker(town: Town) -> None:
    code = told_code(town)
    assert "does not fit" in town.write("chat", CHAT, code)


def test_a_letter_that_may_be_forged_takes_no_told_code(town: Town) -> None:
    town.write("mail", ANA, PROBLEM, thread="u1")
    code = told_code(town)
    forged = msgspec.structs.replace(ANA, verified=False)
    assert "Ana in chat" not in town.write("mail", forged, code, thread="u2")
    assert "Ana in chat" in town.write("mail", ANA, code, thread="u3")


def test_who_works_at_the_desk_is_not_linked_by_a_code(town: Town) -> None:
    town.write("chat", CHAT, "ana@desk.example", chosen="/link")
    assert "cannot be linked" in town.write("chat", CHAT, town.code_sent("ana@desk.example"))
    assert town.whose("chat", "T1") != town.agent


def test_a_workspace_that_vouches_for_an_address_links_at_first_contact(town: Town) -> None:
    town.write("mail", ANA, PROBLEM, thread="u1")
    slack = Sender(address="T/U1", name="Ana", verified=True, email="Ana@corp.example")
    town.write("slack", slack, "what is the status of my ticket?")
    assert town.whose("slack", "T/U1") == town.whose("email", ANA.address)
    stranger = Sender(address="T/U2", name="Bo", verified=False, email="ana@corp.example")
    town.write("slack", stranger, "hello")
    assert town.whose("slack", "T/U2") != town.whose("email", ANA.address)


def test_a_shared_telephone_number_joins_whom_the_directory_knows(town: Town) -> None:
    def directory(tx):  # type: ignore[no-untyped-def]
        person = tx.insert(Person(name="Ana Ivanova", external_id="7", created_at=tx.now))
        tx.insert(
            Identity(channel="phone", address="+4930123456", person_id=person.id, verified=True)
        )

    town.store.write(directory)
    town.open_in_chat()
    shared = msgspec.structs.replace(CHAT, phone="+4930123456")
    town.write("chat", shared, "here is my number")
    assert town.whose("chat", "T1") == town.whose("phone", "+4930123456")
    assert town.all(Ticket)[0].requester_id == town.whose("phone", "+4930123456")


def linked(town: Town) -> None:
    town.write("mail", ANA, "good morning", thread="u0")
    town.write("chat", CHAT, ANA.address, chosen="/link")
    town.write("chat", CHAT, town.code_sent())


def test_a_ticket_goes_on_wherever_its_requester_writes(town: Town) -> None:
    linked(town)
    town.open_in_chat()
    town.as_agent(lambda tx, ticket, actor: tickets.claim(town.desk, tx, ticket, actor))
    opened = len(town.all(Ticket))
    town.write("mail", ANA, "INC-1: it is the VPN client 5.2", thread="u9")
    assert len(town.all(Ticket)) == opened
    ticket = town.all(Ticket)[0]
    there = town.store.read(lambda tx: tx.session.get_one(Conversation, ticket.conversation_id))
    assert (there.channel, there.key, there.taken_by) == ("mail", "u9", town.agent)
    (moved,) = [one for one in town.all(TicketEvent) if one.what == "place"]
    assert (moved.old, moved.new, moved.who) == ("chat", "mail", "requester")
    town._line("Agent: please update it")
    assert town.letters()[-1].channel == "mail"
    town.write("chat", CHAT, "INC-1: still drops")
    assert town.all(Ticket)[0].conversation_id != ticket.conversation_id


def test_what_is_preferred_is_where_answers_go(town: Town) -> None:
    linked(town)
    town.open_in_chat()
    assert "where you last wrote" in town.write("chat", CHAT, "", chosen="/settings")
    town.press_there("chat", CHAT, "Always by e-mail")
    town._line("Agent: please update it")
    assert (town.letters()[-1].channel, town.letters()[-1].to) == ("mail", ANA.address)
    town.write("chat", CHAT, "INC-1: I did")
    town._line("Agent: thank you")
    assert (town.letters()[-1].channel, town.letters()[-1].to) == ("mail", ANA.address)


def test_quiet_hours_hold_back_what_can_wait(town: Town) -> None:
    town.open_in_chat()
    town.write("chat", CHAT, "quiet hours")
    town.press_there("chat", CHAT, "Quiet 22:00-07:00")
    town.wait("14 hours")  # it is night
    town._line("Agent: tried anything?")
    answer = town.all(Outbox)[-1]
    assert answer.not_before is not None
    assert (answer.not_before.hour, answer.not_before.minute) == (7, 0)
    town.write("chat", CHAT, "INC-1: yes, I restarted it")
    town._line("Agent: then I look at it")
    assert town.all(Outbox)[-1].not_before is None


@pytest.mark.parametrize(
    ("typed", "kept"), [("21:30-06:30", "21:30-06:30"), ("23-7", "23:00-07:00"), ("7-7", None)]
)
def test_other_hours_are_typed(town: Town, typed: str, kept: str | None) -> None:
    town.write("chat", CHAT, "/settings")
    town.write("chat", CHAT, typed)
    person = next(one for one in town.all(Person) if one.name == "Ana in chat")
    assert person.quiet == kept


def test_a_week_later_by_mail_the_same_ticket_is_opened_again(town: Town) -> None:
    linked(town)
    town.open_in_chat()
    town._line("Agent resolves")
    town.wait("7 days")
    assert town.all(Ticket)[0].status == "closed"
    answer = town.write("mail", ANA, "The VPN is still broken, it drops again", thread="u9")
    assert "INC-1 is open again" in answer
    (ticket,) = town.all(Ticket)
    there = town.store.read(lambda tx: tx.session.get_one(Conversation, ticket.conversation_id))
    assert (ticket.status, there.key) == ("open", "u9")


def test_timers_go_where_the_ticket_goes(town: Town) -> None:
    linked(town)
    town.open_in_chat()
    town._line("Agent pending")
    town.write("chat", CHAT, "", chosen="/settings")
    town.press_there("chat", CHAT, "Always by e-mail")
    town.wait("6 days")
    assert town.all(Ticket)[0].status == "closed"
    reminder = next(one for one in town.letters() if one.key.startswith("ticket-reminder"))
    assert (reminder.channel, reminder.to) == ("mail", ANA.address)


def test_a_question_about_oneself_catches_nothing_else(town: Town) -> None:
    town.write("chat", CHAT, "/link")
    assert "VPN" in town.write("chat", CHAT, PROBLEM)
    assert town.write("chat", CHAT, "stop").startswith("All right, I have stopped")
    town.write("chat", CHAT, "/settings")
    assert town.write("chat", CHAT, "stop").startswith("All right, I have stopped")


def test_nothing_is_proven_where_others_read_along(town: Town) -> None:
    message = InboundMessage(
        channel="chat",
        message_id="r1",
        conversation="room/1",
        place="room",
        sender=CHAT,
        text="",
        chosen="/link",
        sent_at=town.now,
    )
    town.deliver(message)
    assert "in private" in town.lines("chat", "room/1")[-1].text.body
    assert town.all(LinkToken) == []


def test_a_ticket_does_not_move_where_others_read_along(town: Town) -> None:
    town.open_in_chat()
    (before,) = town.all(Ticket)
    message = InboundMessage(
        channel="chat",
        message_id="r1",
        conversation="room/1",
        place="room",
        sender=CHAT,
        text="INC-1: it is the VPN client 5.2",
        sent_at=town.now,
    )
    town.deliver(message)
    (after,) = town.all(Ticket)
    assert after.conversation_id == before.conversation_id
    assert [one.what for one in town.all(TicketEvent)].count("message") == 1


def test_without_an_answer_the_question_is_dropped(town: Town) -> None:
    town.write("chat", CHAT, "/link")
    town.wait("2 hours")
    assert town.said == []
    (conversation,) = town.all(Conversation)
    assert conversation.state is None


def test_chinese_and_russian_settings(town: Town) -> None:
    assert "免打扰" in town.write("chat", CHAT, "我的设置")
    other = Sender(address="T2", name="Пётр", verified=True)
    assert "Тихие часы" in town.write("chat", other, "тихие часы")


@pytest.mark.parametrize(
    ("zone", "kept"), [("Asia/Shanghai", "Asia/Shanghai"), ("Mars/North", None), ("../x", None)]
)
def test_a_time_zone_that_a_network_tells_is_kept_if_it_is_one(
    town: Town, zone: str, kept: str | None
) -> None:
    town.write("chat", msgspec.structs.replace(CHAT, timezone=zone), "hello")
    assert next(one for one in town.all(Person) if one.name == "Ana in chat").timezone == kept
