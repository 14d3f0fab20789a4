"""What is restricted is seen by nobody else: not in a list, not by its address, not in the news."""

import asyncio
import json
import re

import msgspec
import pytest
from starlette.routing import BaseRoute, Mount, Route

from bot.desk import tickets
from bot.desk.access import Clearance, Role
from bot.web.app import routes
from nlp.understanding import Category, TicketType
from store.base import micros
from store.database import Tx
from store.tables import ActionRun
from tests.web.conftest import Site
from tests.web.demo import Office

SECRET = "Somebody sold the payroll database"
CLEARANCE = Clearance(
    categories=frozenset({"security"}),
    types=frozenset({"incident"}),
    roles=frozenset({"administrator"}),
    logins=frozenset({"sonja"}),
)


@pytest.fixture
def office(office: Office) -> Office:
    office.desk = msgspec.structs.replace(office.desk, clearance=CLEARANCE)
    return office


@pytest.fixture
def number(office: Office) -> str:
    for name, login in (("Anton", "anton"), ("Sonja", "sonja")):
        office.agent(name, login)
    office.agent("Mia", "mia", Role.MANAGER)
    id = office.ticket("Rita", SECRET, category=Category.SECURITY, type=TicketType.INCIDENT)
    assert office.store.read(lambda tx: tickets.get(tx, id).restricted)
    return f"INC-{id}"


def of_tickets(found: list[BaseRoute], prefix: str = "") -> list[tuple[str, str]]:
    """(method, path) of everything under a ticket."""
    some: list[tuple[str, str]] = []
    for one in found:
        if isinstance(one, Mount):
            some += of_tickets(list(one.routes), prefix + one.path)
        elif isinstance(one, Route) and "{number}" in one.path:
            some += [(method, prefix + one.path) for method in (one.methods or {"GET"}) - {"HEAD"}]
    return some


async def test_no_address_shows_it(site: Site, number: str) -> None:
    found = of_tickets(list(routes(site.context)))
    assert len(found) > 20
    for login in ("anton", "mia"):
        browser = await site.signed_in(login)
        for method, path in found:
            here = re.sub(r"\{sha256\}", "0" * 64, path.replace("{number}", number))
            here = re.sub(r"\{place:int\}", "0", here)
            answer = await (
                browser.get(here)
                if method == "GET"
                else browser.post(here, key="k1234567", other=number)
            )
            words = await answer.text()
            assert SECRET not in words, (method, here)
            assert answer.status == 403, (method, here, answer.status)
            assert "restricted" in words, (method, here)
    sonja = await site.signed_in("sonja")
    assert SECRET in await sonja.text(f"/desk/tickets/{number}")


async def test_no_list_names_it(site: Site, number: str, office: Office) -> None:
    office.ticket("Otto", "The printer is jammed")
    pages = ["/desk/?tab=all", "/desk/?tab=unassigned", "/desk/?q=payroll", "/desk/?sort=opened"]
    anton, sonja = await site.signed_in("anton"), await site.signed_in("sonja")
    for page in pages:
        assert SECRET not in await anton.text(page)
        assert number not in await anton.text(page)
    assert SECRET in await sonja.text("/desk/?tab=all")
    assert SECRET in await sonja.text("/desk/?q=payroll")
    mia = await site.signed_in("mia")
    for page in ("/desk/knowledge/gaps", "/desk/understanding", "/desk/reports", "/desk/knowledge"):
        words = await mia.text(page)
        assert SECRET not in words
        assert number not in words
    found = office.store.read(lambda tx: tickets.by_number(tx, number).requester_id)
    assert number not in await anton.text(f"/desk/people/{found}")
    assert number in await sonja.text(f"/desk/people/{found}")


async def test_nothing_else_leads_to_it(site: Site, number: str, office: Office) -> None:
    other = office.ticket("Otto", "The printer is jammed")
    anton = await site.signed_in("anton")
    seen = str(micros(office.clock.now))
    for act in ("link", "merge", "part"):
        answer = await anton.post(
            f"/desk/tickets/INC-{other}/{act}", key="k1234567", seen=seen, other=number
        )
        assert SECRET not in await answer.text()
        assert answer.status == 403, act


async def test_what_the_desk_did_for_it_is_listed_for_nobody_else(
    office: Office, number: str, site: Site
) -> None:
    id = int(number.partition("-")[2])

    def work(tx: Tx) -> None:
        run = ActionRun(key="k", name="unlock", arguments='{"login":"ceo"}', who="agent")
        run.asked_at, run.state, run.history, run.ticket_id = tx.now, "queued", "[]", id
        tx.insert(run)

    office.store.write(work)
    for login, seen in (("anton", False), ("mia", False), ("sonja", True)):
        page = await (await site.signed_in(login)).text("/desk/actions")
        assert ("unlock login=ceo" in page) is seen, login


async def test_no_news_of_it_reach_others(site: Site, number: str, office: Office) -> None:
    other = office.ticket("Otto", "The printer is jammed")
    secret = int(number.removeprefix("INC-"))
    for login, hears in (("anton", False), ("sonja", True)):
        browser = await site.signed_in(login)
        async with browser.session.get(f"{site.url}/desk/events") as stream:
            assert await stream.content.readline() == b"retry: 2000\n"
            office.store.write(lambda tx: [tx.changed(id) for id in (secret, other)])
            async with asyncio.timeout(30):
                while not (line := await stream.content.readline()).startswith(b"data"):
                    pass
        told = json.loads(line.removeprefix(b"data: "))
        assert other in told
        assert (secret in told) is hears
