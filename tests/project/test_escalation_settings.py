"""Levels, who sees what, who is there: what may be configured, and what is refused at start."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.desk.levels import Trigger
from bot.escalation_settings import clearance_of, levels_of, roster_of
from tests.project.test_settings import loaded, refused


def test_without_any_there_are_three_that_work(tmp_path: Path) -> None:
    levels = levels_of(loaded(tmp_path, ""), 2026)
    assert [one.name for one in levels.all] == ["L1", "L2", "L3"]
    first, second, third = levels.all
    assert second.queue_for("network", "service-desk") == "network"
    assert second.queue_for("hardware", "service-desk") == "service-desk"
    assert first.queue_for("network", "service-desk") == "service-desk"
    assert set(levels.rules.to) == set(Trigger)
    assert levels.above(second) == third
    assert levels.above(third) is None


def test_ones_own_replace_them_and_a_vendor_alone_is_added(tmp_path: Path) -> None:
    own = loaded(tmp_path, "[level.front]\nrank = 1\n[level.back]\nrank = 5\n")
    assert [one.name for one in levels_of(own, 2026).all] == ["front", "back"]
    vendor = '[level.acme]\nrank = 1\nvendor = { address = "a@acme.example" }\n'
    assert [one.name for one in levels_of(loaded(tmp_path, vendor), 2026).all][-1] == "acme"


def test_a_trigger_is_switched_off_or_sent_elsewhere(tmp_path: Path) -> None:
    text = '[escalation.vip]\nto = ""\n[escalation.storm]\nto = "L3"\nsize = 9\n'
    rules = levels_of(loaded(tmp_path, text), 2026).rules
    assert Trigger.VIP not in rules.to
    assert (rules.to[Trigger.STORM], rules.storm_size) == ("L3", 9)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[level.a]\nrank = 1\n[level.b]\nrank = 1", 4, "is that of level.a, too"),
        ('[level.a]\nrank = 1\nqueues = ["nowhere"]', 3, "must be one of service-desk"),
        ('[level.a]\nrank = 1\nby_category = { network = "netwrok" }', 3, "Did you mean network?"),
        ('[level.a]\nrank = 1\ncalendar = "night"', 3, "must be one of office"),
        ('[level.a]\nrank = 1\ntake_within = { critical = "1h" }', 3, "needs a time for high"),
        ('[level.a]\nrank = 1\ntake_within = "soon"', 3, "must be hours and minutes"),
        ('[rota.ana]\n[level.a]\nrank = 1\nwho = ["anna"]', 4, "Did you mean ana?"),
        (
            '[rota.ana]\nweekdays = []\n[level.a]\nrank = 1\nwho = ["ana"]',
            5,
            "nobody who ever works",
        ),
        ('[escalation.vip]\nto = "L7"', 2, "must be one of up, L1, L2, L3"),
        ('[escalation.vip]\nto = "L1"', 2, "the lowest level"),
        ('[escalation.clock]\nat = "0%"', 2, ""),
        ("[security]\nroles = []", 1, "lets nobody see"),
        ('[security]\nroles = ["requester"]', 1, "people who work at the desk"),
        ('[security]\nrooms = ["soc"]', 2, ""),
        (
            '[calendar.off]\nclosed = ["01-01..12-31"]\n[level.a]\nrank = 1\ncalendar = "off"',
            5,
            "has no working hour",
        ),
        (
            '[mail]\nenabled = false\n[level.acme]\nrank = 9\nvendor = { address = "a@acme.example" }',
            5,
            "needs enabled = true in [mail]",
        ),
        (
            '[level.acme]\nrank = 9\nvendor = { address = "a@acme.example" }\n'
            '[escalation.clock]\nto = "acme"',
            5,
            "only agents send tickets out of the house",
        ),
        ('[rota.ana]\non_call = ["someday"]', 2, "must be a day"),
    ],
)
def test_what_cannot_work_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    found = refused(tmp_path, text)
    assert any(one.startswith(f"config.toml:{line}:") and words in one for one in found), found


def test_who_is_there_and_who_may_see(tmp_path: Path) -> None:
    text = """
[rota.ana]
login = "Ana.P"
timezone = "Europe/Berlin"
skills = ["VPN"]
away = [2026-12-24]
on_call = ["2026-12-21..2026-12-22"]
[security]
people = ["Ana.P"]
roles = ["administrator"]
"""
    settings = loaded(tmp_path, text)
    roster = roster_of(settings, 2026)
    hand = roster.hand("ana.p")
    assert hand is not None
    assert hand.skills == {"vpn"}
    assert hand.on_call == {date(2026, 12, 21), date(2026, 12, 22)}
    assert roster.is_absent("ana.p", None, datetime(2026, 12, 24, 8, tzinfo=UTC))
    assert clearance_of(settings).logins == {"ana.p"}
