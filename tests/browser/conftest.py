"""A whole desk in a process of its own, and a real browser in front of it."""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bench.running import Desk, lend

expect.set_options(timeout=30_000)  # milliseconds; the other workers may have the processors


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory, models: Path) -> AsyncIterator[Desk]:
    """One for all: everybody who writes is somebody else to it."""
    folder = tmp_path_factory.mktemp("desk")
    lend(models, folder)
    desk = Desk(folder, "sqlite")
    await desk.start()
    try:
        await desk.serving()
        yield desk
    finally:
        desk.abandon()


Look = Callable[[Page, str], Awaitable[None]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Keep a screenshot, and find no serious accessibility fault. FIRSTLINE_TEST_SCREENSHOTS names a
    folder for those who want to see them."""
    folder = Path(os.environ.get("FIRSTLINE_TEST_SCREENSHOTS", tmp_path))

    async def look(page: Page, name: str) -> None:
        await page.screenshot(path=folder / f"{name}.png")
        found = (await Axe().run(page)).response["violations"]
        serious = [
            f"{one['id']}: {one['help']} {[node['html'] for node in one['nodes']]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == []

    return look


def invitation(desk: Desk) -> str:
    """The one-time link that the desk printed for its first administrator."""
    found = re.findall(r"http://\S+/desk/welcome/\S+", desk.log())
    return str(found[-1])
