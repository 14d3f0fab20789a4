"""The pages as they are seen: nothing is cut off, on a telephone neither."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from bot.desk import tickets
from bot.desk.access import Role
from nlp.understanding import Category
from tests.surveys.seeds import a_quarter
from tests.web.conftest import PASSWORD, Site, site_of
from tests.web.demo import Office, fill

LONG = "Wolfeschlegelsteinhausenbergerdorff Превысокомногорассмотрительствующий"
PAGES = (
    "/desk/?tab=open", "/desk/tickets/INC-26", "/desk/tickets/INC-27", "/desk/reports?by=queue&by=month",
    "/desk/surveys", "/desk/understanding", "/desk/knowledge", "/desk/knowledge/gaps",
    "/desk/knowledge/names", "/desk/knowledge/threshold", "/desk/actions", "/desk/people", "/desk/people/7",
    "/desk/outbox", "/desk/parked", "/desk/me",
)  # fmt: skip


pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def site(office: Office, tmp_path: Path) -> AsyncIterator[Site]:
    async with site_of(office, tmp_path) as site:
        yield site


async def opened(browser: Browser, site: Site, width: int) -> Page:
    page = await (await browser.new_context(viewport={"width": width, "height": 800})).new_page()
    await page.goto(f"{site.url}/desk/sign-in")
    await page.fill("[name=login]", "irina")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button")
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def busy(site: Site) -> Site:
    def work() -> None:
        ids = fill(site.office)
        site.office.agent(LONG, "hubert", Role.MANAGER)
        site.office.as_(
            ids["ana"],
            lambda tx, actor: tickets.set_category(
                site.office.desk,
                tx,
                tickets.get(tx, ids["vpn"]),
                Category.SERVICE_REQUEST,
                actor,
            ),
        )
        a_quarter(site.office, 60)
        site.office.clock.pass_(minutes=1)

    await asyncio.to_thread(work)
    return site


async def test_no_page_is_wider_than_a_telephone(busy: Site, browser: Browser) -> None:
    page = await opened(browser, busy, 390)
    for path in PAGES:
        answer = await page.goto(busy.url + path)
        assert answer is not None
        assert answer.status == 200, path
        assert await page.evaluate("document.documentElement.scrollWidth") == 390, path
        here = page.locator(".top nav a[aria-current]")
        if await here.count():
            box = await here.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 390, path


async def test_charts_can_be_read_on_a_telephone(busy: Site, browser: Browser) -> None:
    page = await opened(browser, busy, 390)
    for path in ("/desk/reports", "/desk/surveys", "/desk/understanding"):
        await page.goto(busy.url + path)
        wide = await page.locator("svg:not(.bar)").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().width)"
        )
        assert min(wide, default=0) > 500, path  # their words have 9 of 720 parts at least


async def test_an_address_has_room_among_the_people(busy: Site, browser: Browser) -> None:
    page = await opened(browser, busy, 1280)
    await page.goto(f"{busy.url}/desk/people")
    box = await page.locator("input[name=email]").first.bounding_box()
    assert box is not None
    assert box["width"] >= 160
    cut = await page.locator(".table").evaluate_all(
        "all => all.some(one => one.scrollWidth > one.clientWidth)"
    )
    assert not cut


async def test_on_paper_there_is_nothing_to_press(busy: Site, browser: Browser) -> None:
    page = await opened(browser, busy, 800)
    await page.emulate_media(media="print")
    for path in ("/desk/reports", "/desk/surveys", "/desk/tickets/INC-26"):
        await page.goto(busy.url + path)
        assert await page.locator("button:visible, .top nav:visible").count() == 0, path
        assert await page.locator("h1").is_visible()
