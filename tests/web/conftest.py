"""A real server on a port of its own, and browsers' requests to it."""

import asyncio
import functools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import argon2
import pytest

from bot.desk.files import Files, Limits
from bot.settings import Settings
from bot.web.app import routes
from bot.web.context import Context
from bot.web.presence import Presence
from store.files import FileStore
from store.opening import open_store
from tests.servers.http import serving
from tests.web.demo import Clock, Office, desk

PASSWORD = "correct horse battery"


@functools.cache
def password_hash() -> str:
    """Quick to check: these tests are not about argon2's cost."""
    return argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = Clock()
    store = open_store(f"sqlite:///{tmp_path / 'firstline.db'}", clock=clock)
    yield Office(store, clock, desk(), password_hash())
    store.close()


@dataclass
class Site:
    office: Office
    context: Context
    url: str
    problems: list[str]
    sessions: list[aiohttp.ClientSession] = field(default_factory=list)

    def browser(self) -> "Browser":
        # A browser says where its requests come from; `Browser.post` can lie about it.
        session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.sessions.append(session)
        return Browser(self.url, session)

    async def signed_in(self, login: str) -> "Browser":
        browser = self.browser()
        answer = await browser.post("/desk/sign-in", login=login, password=PASSWORD)
        assert answer.status == 303, await answer.text()
        return browser


@dataclass
class Browser:
    url: str
    session: aiohttp.ClientSession

    async def get(self, path: str, **more: Any) -> aiohttp.ClientResponse:
        answer = await self.session.get(self.url + path, allow_redirects=False, **more)
        await answer.read()
        return answer

    async def text(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status == 200, (answer.status, await answer.text())
        return await answer.text()

    async def post(
        self, path: str, headers: dict[str, str] | None = None, **form: str
    ) -> aiohttp.ClientResponse:
        says = {"Sec-Fetch-Site": "same-origin"} if headers is None else headers
        answer = await self.session.post(
            self.url + path, data=form, headers=says, allow_redirects=False
        )
        await answer.read()
        return answer


@pytest.fixture
async def site(office: Office, tmp_path: Path) -> AsyncIterator[Site]:
    async with site_of(office, tmp_path) as site:
        yield site


@asynccontextmanager
async def site_of(office: Office, tmp_path: Path) -> AsyncIterator[Site]:
    problems: list[str] = []
    context = Context(
        store=office.store,
        settings=Settings(),
        desk=office.desk,
        files=Files(FileStore(tmp_path / "files"), Limits(max_bytes=100_000, blocked=("exe",))),
        shutdown=asyncio.Event(),
        presence=Presence(office.store.signals),
        problems=lambda: problems,
    )
    async with serving(routes(context)) as url:
        made = Site(office, context, url, problems)
        yield made
        context.shutdown.set()
        for session in made.sessions:
            await session.close()


@pytest.fixture
def clock(office: Office) -> Clock:
    return office.clock
