"""Figures on the agents' pages: managers see all of them, an agent their own."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.desk.access import Role
from store.base import micros
from store.database import Tx
from tests.reports.reference import Row
from tests.web.conftest import Site
from tests.web.demo import Clock


@pytest.fixture
def agents(site: Site, clock: Clock) -> tuple[int, int]:
    """Two, of whom the first resolved six tickets and the second seven."""
    office = site.office
    ids = office.agent("Ana", "ana"), office.agent("Bo", "bo")
    office.agent("Max", "max", Role.MANAGER)
    begin = micros(clock() - timedelta(days=3))
    rows: list[Row] = []
    for ticket in range(901, 914):
        agent = ids[ticket > 906]
        at = begin + ticket * 60_000_000
        rows += [
            Row(ticket, at, "requester", None, "opened", '["web","en",null,null]', f"INC-{ticket}"),
            Row(ticket, at + 60_000_000, "agent", agent, "reply"),
            Row(ticket, at + 90_000_000, "agent", agent, "status", "new", "resolved"),
        ]
    office.store.write(lambda tx: _insert(tx, rows))
    return ids


def _insert(tx: Tx, rows: Sequence[Row]) -> None:
    for row in rows:
        tx.run(
            "INSERT INTO ticket_event (ticket_id, at, who, person_id, what, old, new)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (row.ticket, row.at, row.who, row.person, row.what, row.old, row.new),
        )


async def test_a_manager_sees_everything_and_takes_it_away(
    site: Site, agents: tuple[int, int]
) -> None:
    manager = await site.signed_in("max")
    page = await manager.text("/desk/reports?by=agent")
    assert "Ana" in page
    assert "Bo" in page
    assert page.count("<svg") >= 2
    assert 'href="/desk/reports/pdf?' in page
    for name, begins in (
        ("pdf", b"%PDF-"),
        ("xlsx", b"PK"),
        ("csv", b"\xef\xbb\xbf"),
        ("html", b"<!doctype"),
        ("json", b"{"),
    ):
        answer = await manager.get(f"/desk/reports/{name}?by=agent")
        assert answer.status == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert (await answer.read()).startswith(begins)
    assert (await manager.get("/desk/reports/docx")).status == 404


async def test_an_agent_sees_their_own_figures_and_nobody_elses(
    site: Site, agents: tuple[int, int]
) -> None:
    ana = await site.signed_in("ana")
    page = await ana.text("/desk/reports?by=queue")
    assert "Ana" in page
    assert ">6<" in page
    assert not re.search(r"\bBo\b", page)
    assert ">7<" not in page
    assert ">13<" not in page
    assert "<svg" not in page.partition("<main")[2]
    assert (await ana.get("/desk/reports/csv")).status == 403


async def test_what_cannot_be_read_is_said(site: Site, agents: tuple[int, int]) -> None:
    manager = await site.signed_in("max")
    for query in (
        "from=yesterday",
        "from=2026-05-01&to=2026-04-01",
        "by=colour",
        "from=2999-01-01",
    ):
        answer = await manager.get(f"/desk/reports?{query}")
        assert answer.status == 422, query


async def test_strangers_see_nothing(site: Site) -> None:
    for path in ("/desk/reports", "/desk/reports/csv"):
        assert (await site.browser().get(path)).status == 303


async def test_the_old_page_of_figures_leads_to_those_that_are_counted_from_events(
    site: Site, agents: tuple[int, int]
) -> None:
    for login in ("max", "ana"):
        answer = await (await site.signed_in(login)).get("/desk/figures")
        assert (answer.status, answer.headers["location"]) == (308, "/desk/reports")


async def test_what_a_ticket_looks_like_now_changes_no_figure_of_the_pages(
    site: Site, agents: tuple[int, int]
) -> None:
    for name in ("Marta", "Pavel"):
        site.office.ticket(name, "my VPN drops")
    site.office.clock.pass_(minutes=1)
    manager = await site.signed_in("max")

    async def figures() -> str:
        page = await manager.text("/desk/reports?by=queue&by=priority")
        return page[page.index('<div class="tiles">') :]

    before = await figures()
    assert "<b>15</b>" in before  # opened
    assert "<b>13</b>" in before  # resolved
    site.office.store.write(
        lambda tx: tx.run(
            "UPDATE ticket SET status = 'closed', priority = 'low', queue = 'network', opened_at = 0,"
            " resolved_at = opened_at, responded_at = opened_at"
        )
    )
    assert await figures() == before


async def test_usual_periods_are_one_press_away(site: Site, agents: tuple[int, int]) -> None:
    manager = await site.signed_in("max")
    page = await manager.text("/desk/reports?by=queue")
    for first, last in (
        ("2026-11-23", "2026-11-23"),  # today
        ("2026-11-17", "2026-11-23"),
        ("2026-10-25", "2026-11-23"),
        ("2026-10-01", "2026-10-31"),  # last month
    ):
        assert f'href="/desk/reports?from={first}&amp;to={last}&amp;by=queue"' in page
    assert 'aria-current="true">Last 30 days' in page
