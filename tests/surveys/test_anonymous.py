"""An anonymous answer is not found again by who holds the whole database, nor by who reads the log."""

import itertools
import random
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.desk.access import actor_of
from bot.surveys import answers, asking, report
from bot.surveys.links import spending_key, spent_name, survey_of
from bot.surveys.rules import Rule, Surveys
from nlp.understanding import Category
from store import surveys as kept
from store.database import Tx
from store.opening import open_store
from store.tables import Person, Survey, TicketEvent
from tests.surveys.town import Town

RULE = Rule(name="quiet", anonymous=True)
WORDS = tuple(f"the words of somebody, {n}" for n in "abcdefg")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Town(store, Surveys(rules=(RULE,), quiet=None, crowd=5))
    store.close()


def answer(town: Town, folder: Path, survey: Survey, score: int, words: str) -> bool:
    """As the page does."""

    def work(tx: Tx) -> bool:
        row = tx.get(Survey, survey.id)
        assert row is not None
        assert asking.is_open(town.desk, row, tx.now)
        told = msgspec.json.decode(row.crowd or "{}", type=dict[str, str])
        said = answers.Said(scores={"score": score, "response": 6 - score}, words=words)
        return answers.take_anonymously(tx, row, told, said, spending_key(folder))

    return town.store.write(work)


def asked(town: Town, people: int) -> list[Survey]:
    for n in range(people):
        category = Category.SECURITY if n == 0 else Category.NETWORK
        town.solve(town.open("web", f"person-{n}", category))
    town.wait(hours=1)
    return [one for one in town.surveys() if one.state == "asked"]


def test_nobody_is_asked_before_there_is_a_crowd(town: Town) -> None:
    assert asked(town, 4) == []
    assert {one.state for one in town.surveys()} == {"gathered"}
    town.solve(town.open("web", "person-9"))
    town.wait(hours=1)
    found = [one for one in town.surveys() if one.state == "asked"]
    assert len(found) == 5
    told = [msgspec.json.decode(one.crowd or "") for one in found]
    assert "category" not in told[0]  # nobody else's is that
    said = town.said(1)[0].body
    assert "anonymous" in said
    link = re.search(r"/desk/survey/(\S+?)>", said)
    assert link is not None
    assert town.store.read(lambda tx: survey_of(tx, link[1])) == found[0].id
    assert "score=" not in said  # no button, no number: the network would know it


def test_a_dump_does_not_say_who_said_what(
    town: Town, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The adversary has the tables before and after everything, knows everybody's ticket, and tries ids,
    order, times and events."""
    surveys = asked(town, 7)
    assert len(surveys) == 7  # five at once, the others with them once there were enough
    capfd.readouterr()
    before = dump(tmp_path)
    order = list(zip(surveys, WORDS, strict=True))
    random.Random(5).shuffle(order)
    for n, (survey, words) in enumerate(order):
        town.now += timedelta(minutes=7)
        assert answer(town, tmp_path, survey, 1 + n % 5, words)
        assert not answer(town, tmp_path, survey, 5, "again")  # once
    after = dump(tmp_path)
    log = capfd.readouterr()

    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"survey_tally", "survey_comment", "survey_spent"}  # nothing of anybody's
    assert not [one for one in town.all(TicketEvent) if one.what == "rated"]

    # By ids: none of what is new holds a number or a name of an invitation, a ticket, a person.
    known = {str(one.id) for one in surveys} | {str(one.ticket_id) for one in surveys}
    for row in (*after["survey_comment"], *after["survey_spent"]):
        assert not known & {str(value) for value in row}
    assert {row[0] for row in after["survey_comment"]}.isdisjoint({"1", "2", "3"})

    # By what is spent: without the key, no name of an invitation leads there.
    for survey in surveys:
        for key in (b"", str(survey.id).encode(), b"survey"):
            assert (spent_name(key, survey.id),) not in after["survey_spent"]

    # By order: in which they answered, were asked, or have their numbers; forwards and backwards.
    told = [row[3] for row in after["survey_comment"]]
    assert sorted(told) == sorted(WORDS)
    truth = {survey.id: words for survey, words in order}
    guesses = [
        [survey.id for survey, _ in order],
        [one.id for one in surveys],
    ]
    for guess in (*guesses, *(one[::-1] for one in guesses)):
        assert [truth[id] for id in guess] != told

    # By properties: whatever is counted apart holds for a crowd that was asked.
    for _, _, dimension, value, *_ in after["survey_tally"]:
        if dimension != "all":
            same = [one for one in surveys if getattr(one, dimension) == value]
            assert len(same) >= town.desk.surveys.crowd
    # By the log.
    assert not any(words in log.out + log.err for words in WORDS)
    assert "survey.answered" not in log.out


def test_the_order_of_comments_is_by_chance(town: Town, tmp_path: Path) -> None:
    """Over many months, no place is likelier for who came last."""
    places = []
    for month in range(60):
        for words in WORDS:
            town.store.write(
                lambda tx, words=words, month=month: kept.add_comment(tx, "q", str(month), words)
            )
        rows = [row[3] for row in dump(tmp_path)["survey_comment"] if row[2] == str(month)]
        places.append(rows.index(WORDS[-1]))
    assert all(places.count(n) > 0 for n in range(len(WORDS)))
    assert max(places.count(n) for n in range(len(WORDS))) < 24


def test_everybody_is_reminded_so_that_silence_says_nothing(town: Town, tmp_path: Path) -> None:
    surveys = asked(town, 5)
    answer(town, tmp_path, surveys[0], 5, "")
    town.wait(days=4)
    reminded = [one.reminded_at for one in town.surveys()]
    assert all(reminded)
    said = [town.said(one.ticket_id) for one in surveys]
    assert all(len(messages) == 2 for messages in said)


def test_the_report_counts_them_and_shows_no_small_group(town: Town, tmp_path: Path) -> None:
    surveys = asked(town, 7)
    for survey, score in itertools.islice(zip(surveys, (5, 5, 4, 2, 5, 5, 4), strict=True), 4):
        answer(town, tmp_path, survey, score, "words")

    def look(tx: Tx) -> report.Report:
        boss = tx.get(Person, town.boss.person_id)
        assert boss is not None
        since = town.now - timedelta(days=30)
        return report.report(tx, since, town.now + timedelta(days=1), 5, actor_of(boss))

    few = town.store.read(look)
    assert (few.all.asked, few.all.answered, few.all.csat) == (7, 4, None)
    assert few.themes == ()
    for survey in surveys[4:]:
        answer(town, tmp_path, survey, 5, "words")
    enough = town.store.read(look)
    assert enough.all.csat is not None
    assert enough.all.csat.value == pytest.approx(6 / 7)
    assert enough.groups["language"]["en"].csat is not None
    assert enough.groups["category"].get("security") is None or (
        enough.groups["category"]["security"].answered == 0
    )
    assert [c.number for theme in enough.themes for c in theme.comments] == [""] * 7


def dump(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, in the order in which they lie there."""
    with sqlite3.connect(folder / "desk.db") as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith("sqlite_")
        ]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
