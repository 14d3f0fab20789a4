"""What becomes of a walk when something else happens: a new version, a restart of the desk, an agent, a
check that is refused or never ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.actions import running
from bot.actions.action import Outcome
from bot.cli import main
from bot.desk import procedures, tickets, views
from bot.desk.access import BOT, Actor
from bot.desk.checklist import checklists
from bot.desk.events import What
from bot.errors import IllegalChange, Invalid
from bot.library import Library
from bot.sop import book
from bot.sop.book import Book
from bot.sop.parse import parsed
from nlp import Understander
from nlp.understanding import Language
from store import open_store
from store.database import Store, Tx
from store.tables import SopRun, Ticket, TicketEvent
from tests.sop.test_walks import BOOK, Walk
from tests.stories.runner import Stage

COFFEE = """---
id: coffee
language: en
title: Coffee machine does not work
category: hardware
version: {version}
---

## light
Is there a light{more}?

- Yes → cups
- No → look

## cups
How many cups today?
Answer: number 0..500
→ name

## name
What is it called?
Answer: text
→ done

## look
I look whether it answers.
Check: ping host=10.0.0.9
- ok → done
- otherwise → technician

## technician
Somebody comes.
Pass on: queue=service-desk

## done
Enjoy.
Solved
"""


def coffee(version: int = 1, more: str = "") -> Book:
    one = parsed(COFFEE.format(version=version, more=more))
    return Book({("coffee", Language.EN): one})


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    here = f"sqlite:///{tmp_path}/desk.db"
    store = open_store(
        here if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    )
    yield store
    store.close()


@pytest.fixture
def stage(store: Store, understander: Understander, library: Library) -> Iterator[Stage]:
    """Somebody at the first step."""
    before, library.sops = library.sops, coffee()
    stage = Stage(store, understander, library)
    stage.user("get me a human please")
    stage.user("the coffee machine in the kitchen is broken")
    stage.as_agent(
        lambda tx, ticket, actor: procedures.order(stage.desk, tx, ticket, "coffee", actor)
    )
    stage.wait("1 minute")
    assert "Is there a light?" in stage.answer
    yield stage
    library.sops = before


def runs(store: Store) -> list[SopRun]:
    return store.read(lambda tx: list(tx.session.scalars(sa.select(SopRun).order_by(SopRun.id))))


def ticket_of(stage: Stage) -> Ticket:
    return stage.store.read(lambda tx: tickets.get(tx, 1))


def test_a_walk_goes_on_with_the_text_that_it_began_with(stage: Stage) -> None:
    stage.library.sops = coffee(2, " on the left")
    stage.user("hm, well")
    assert "Is there a light?" in stage.answer
    stage.library.sops = book.EMPTY
    stage.user("yes")
    assert "How many cups" in stage.answer
    assert runs(stage.store)[0].version == 1


def test_a_walk_goes_on_after_a_restart(
    stage: Stage, store: Store, understander: Understander, library: Library
) -> None:
    again = Stage.__new__(Stage)
    again.__dict__.update(stage.__dict__)
    again._prepare()  # a new process: nothing but the database is remembered
    again.user("yes")
    again.user("12")
    assert "What is it called" in again.answer


def test_answers_are_on_the_ticket_and_words_only_where_they_were_written(stage: Stage) -> None:
    stage.user("yes")
    stage.user("about 12")
    stage.user("back")
    stage.user("13 cups")
    stage.user("Bertha")
    assert ticket_of(stage).status == "resolved"
    events = stage.store.read(lambda tx: list(tx.session.scalars(sa.select(TicketEvent))))
    told = [(one.what, one.old, one.new) for one in events if one.what.startswith("sop")]
    assert told == [
        (What.SOP_STARTED, None, "coffee 1"),
        (What.SOP_STEP, "light", "Yes"),
        (What.SOP_STEP, "cups", "12"),
        (What.SOP_STEP, "name", "back"),
        (What.SOP_STEP, "cups", "13"),
        (What.SOP_STEP, "name", "text"),
        (What.SOP_ENDED, "done", "solved"),
    ]
    status = next(one for one in events if one.what == What.STATUS and one.new == "resolved")
    assert status.why == "solved with SOP coffee, says the requester"
    seen = stage.store.read(lambda tx: checklists(tx, tickets.get(tx, 1)))[0]
    assert [(one.text, one.answer) for one in seen.items] == [
        ("Is there a light?", "Yes"),
        ("How many cups today?", "13"),
        ("What is it called?", "Bertha"),
        ("Enjoy.", ""),
    ]
    assert (seen.outcome, seen.done, seen.ahead) == ("solved", 3, 0)


def test_only_one_at_a_time_and_only_what_there_is(stage: Stage) -> None:
    def order(name: str, tx: Tx, ticket: Ticket, actor: Actor) -> None:
        procedures.order(stage.desk, tx, ticket, name, actor)

    with pytest.raises(IllegalChange, match="in the middle of “Coffee machine"):
        stage.as_agent(lambda tx, ticket, actor: order("coffee", tx, ticket, actor))
    with pytest.raises(Invalid, match="there is no such SOP; there are coffee"):
        stage.as_agent(lambda tx, ticket, actor: order("tea", tx, ticket, actor))
    stage.user("stop")
    stage.as_agent(lambda tx, ticket, actor: order("COFFEE", tx, ticket, actor))
    assert [one.outcome for one in runs(stage.store)] == ["stopped", None]


def test_a_ticket_that_is_done_ends_the_walk(stage: Stage) -> None:
    stage.as_agent(lambda tx, ticket, actor: tickets.resolve(stage.desk, tx, ticket, actor))
    stage.user("yes")
    assert "How many cups" not in stage.answer
    assert runs(stage.store)[0].outcome == "taken"


def test_a_check_of_what_is_not_allowed_goes_the_other_way(stage: Stage) -> None:
    stage.user("no")  # the desk has no targets, so that ping refuses
    assert "I look whether it answers." in stage.answer
    stage.wait("1 minute")
    assert "Somebody comes." in stage.answer
    assert runs(stage.store)[0].outcome == "passed-on"


def test_a_check_is_waited_for_and_its_time_limit_ends_it(
    store: Store, understander: Understander, library: Library
) -> None:
    desk = Walk(store, understander, library)
    sop = BOOK.find("vpn", "en")
    assert sop is not None
    desk.begin(sop, "web")
    for words in ("yes", "2", "it connects, then drops", "no, it still drops", "3"):
        desk.write(words)
    assert "I look whether the VPN itself is up" in desk.answer
    desk.write("and now?")
    assert "still checking" in desk.answer
    check = runs(store)[0].check_id
    assert check is not None
    order = store.write(lambda tx: running.take(desk.desk, tx, check))
    assert order is not None
    desk.wait("1 hour")
    assert "I leave it here" not in desk.answer
    ended = Outcome(result="timed-out")
    store.write(lambda tx: running.settle(desk.desk, tx, check, order.attempt, ended))
    desk.work()
    assert "a specialist goes on" in desk.answer
    assert runs(store)[0].outcome == "escalated"


def test_what_a_desk_has_not_is_left_as_it_is(stage: Stage) -> None:
    def change(tx: Tx) -> None:
        ticket = tickets.get(tx, 1)
        fields = {"queue": "moon", "priority": "high", "tag": "!!", "category": "weather"}
        procedures.change(stage.desk, tx, ticket, fields)

    queue = ticket_of(stage).queue
    stage.store.write(change)
    assert (ticket_of(stage).queue, ticket_of(stage).priority) == (queue, "high")
    assert BOT.cleared


# -- the terminal


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["sop", *words])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_list_and_lint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run(capsys, "list")
    assert code == 0
    assert "phishing" in told
    assert "en ru zh" in told
    assert run(capsys, "lint")[0] == 0
    broken = COFFEE.format(version=1, more="").replace("→ look", "→ lok")
    (tmp_path / "coffee.md").write_text(broken, encoding="utf-8")
    code, told = run(capsys, "lint", str(tmp_path))
    assert code == 1
    assert f"{tmp_path}/coffee.md:13: there is no step lok" in told


def test_run_in_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "coffee.md"
    file.write_text(COFFEE.format(version=1, more=""), encoding="utf-8")
    for answers, words in (
        (["maybe", "?", "yes", "lots", "12", "b", "13", "Bertha"], "== solved"),
        (["2", "unreachable"], "== passed-on"),
        (["yes", "back", "it is not lit", "unreachable"], "== passed-on"),
        (["b", "q"], "== stopped"),
    ):
        said = iter(answers)
        monkeypatch.setattr("builtins.input", lambda prompt, said=said: next(said))
        code, told = run(capsys, "run", str(file))
        assert (code, told.splitlines()[-1]) == (0, words)
    said = iter(["no"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(said))
    code, told = run(capsys, "run", str(file), "--live")
    assert "[check ping host=10.0.0.9: refused]" in told
    assert told.splitlines()[-1] == "== passed-on"
    assert run(capsys, "run", "tea") == (
        1,
        "firstline: There is no SOP tea; there are "
        + ", ".join(book.read([book.SHIPPED])[0].ids)
        + ".\n",
    )


def test_what_the_bot_explains_is_on_the_ticket_as_well(stage: Stage) -> None:
    said: list[str] = []

    def read(tx: Tx, ticket: Ticket, actor: Actor) -> None:
        said.extend(line.text.body for line in views.whole(tx, ticket, actor).messages)

    for words in ("what does that mean?", "back"):
        stage.user(words)
        answer = stage.answer
        stage.as_agent(read)
        assert answer
        assert answer in said
