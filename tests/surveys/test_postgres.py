"""The same on PostgreSQL: asked, answered on the page, low scores, anonymous ones, and the report."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.access import actor_of
from bot.surveys import answers, report
from bot.surveys.rules import Rule, Surveys
from store.database import Tx
from store.opening import open_store
from store.tables import Person, Survey, SurveyFollowUp
from tests.surveys.test_anonymous import answer
from tests.surveys.town import Town


@pytest.mark.postgres
def test_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    store = open_store(postgres_url)
    named = Rule(name="named", when=(("channel", frozenset({"chat"})),))
    town = Town(
        store,
        Surveys(rules=(named, Rule(name="quiet", anonymous=True)), quiet=None, crowd=5),
    )
    try:
        for n in range(5):
            town.solve(town.open("web", f"person-{n}"))
        town.solve(town.open("chat", "ana"))
        town.solve(town.open("chat", "ana"))
        town.wait(hours=1)
        assert [one.state for one in sorted(town.surveys(), key=lambda one: one.ticket_id)] == [
            *["asked"] * 6,
            "skipped",
        ]

        def low(tx: Tx) -> None:
            row = tx.get(
                Survey,
                next(one.id for one in town.surveys() if one.name == "named" and one.asked_at),
            )
            assert row is not None
            said = answers.Said(scores={"score": 1, "solving": 2}, words="谢谢\n«но»")
            answers.take_from_page(town.desk, tx, row, said)
            answers.take_from_page(town.desk, tx, row, said)

        store.write(low)
        assert [one.score for one in town.all(SurveyFollowUp)] == [1]
        for one in town.surveys():
            if one.anonymous:
                assert answer(town, tmp_path, one, 5, f"words {one.id}")
                assert not answer(town, tmp_path, one, 1, "twice")

        def look(tx: Tx) -> report.Report:
            boss = tx.get(Person, town.boss.person_id)
            assert boss is not None
            since = town.now - timedelta(days=1)
            return report.report(tx, since, town.now + timedelta(days=1), 5, actor_of(boss))

        found = store.read(look)
        assert (found.all.asked, found.all.answered) == (6, 6)
        assert found.all.csat is not None
        assert found.all.csat.value == pytest.approx(5 / 6)
        assert dict(found.skipped) == {"asked lately": 1}
        town.wait(days=20)
        assert {one.state for one in town.surveys() if one.name == "named" and one.asked_at} == {
            "done"
        }
    finally:
        store.close()
