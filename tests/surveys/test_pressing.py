"""Buttons pressed by whoever they were not for, of surveys that are no more, and of the version before."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.surveys import answers
from bot.surveys.rules import Rule, Surveys
from channels.message import InboundMessage, Sender
from store.database import Tx
from store.opening import open_store
from store.tables import Conversation, Inbox, Message, SurveyAnswer, TicketEvent
from tests.surveys.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Town(store, Surveys(rules=(Rule(name="standard"),), quiet=None))
    store.close()


def press(town: Town, value: str, address: str = "ana") -> str:
    """In the first conversation; returns what the bot says to it."""
    town.count += 1
    message = InboundMessage(
        channel="chat",
        message_id=f"m{town.count}",
        conversation="c1",
        sender=Sender(address=address),
        text="",
        chosen=value,
        sent_at=town.now,
    )

    def work(tx: Tx) -> None:
        here = tx.get(Conversation, 1)
        assert here is not None
        row = tx.insert(
            Inbox(
                conversation_id=1,
                channel="chat",
                platform_id=message.message_id,
                kind="message",
                received_at=tx.now,
                body="{}",
            )
        )
        button = answers.pressed(message)
        assert button is not None
        answers.press(town.desk, tx, tx.lock(here.id), row, message, button)

    town.store.write(work)
    said = [one for one in town.all(Message) if one.author == "bot"]
    return str(said[-1].body)


def test_somebody_elses_press_counts_nothing_and_tells_nothing(town: Town) -> None:
    town.solve(town.open("chat", "ana"))
    town.wait(hours=1)
    told = press(town, "sv:1:score:1", address="eve")
    assert "somebody else" in told
    assert "INC" not in told
    assert "VPN" not in told
    assert "somebody else" in press(town, "sv:99:score:1")
    assert "somebody else" in press(town, "sv:1:never", address="eve")
    assert town.all(SurveyAnswer) == []
    assert "answering quickly" in press(town, "sv:1:score:4")
    assert [one.score for one in town.all(SurveyAnswer)] == [4]


def test_a_press_ten_months_later_is_answered_clearly(town: Town) -> None:
    town.solve(town.open("chat", "ana"))
    town.wait(hours=1)
    town.now += timedelta(days=300)
    assert "closed since" in press(town, "sv:1:score:4")
    assert town.all(SurveyAnswer) == []


def test_a_button_of_the_version_before_counts(town: Town) -> None:
    ticket = town.open("chat", "ana")
    town.solve(ticket)
    assert "answering quickly" in press(town, f"rate:{ticket}:5")
    town.wait(hours=2)
    assert town.said(ticket) == []  # not asked once more
    assert [one.score for one in town.all(SurveyAnswer)] == [5]
    assert [one.new for one in town.all(TicketEvent) if one.what == "rated"] == ["5"]
    assert "somebody else" in press(town, "rate:77:5")


def test_declined_and_welcome_again(town: Town) -> None:
    town.solve(town.open("chat", "ana"))
    town.wait(hours=1)
    assert "not ask you again" in press(town, "sv:1:never")
    town.wait(days=40)
    town.solve(town.open("chat", "ana"))
    town.wait(hours=1)
    assert town.said(2) == []
    assert "may ask again" in press(town, "sv:1:welcome")
    town.solve(town.open("chat", "ana"))
    town.wait(hours=1)
    assert len(town.said(3)) == 1
