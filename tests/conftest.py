"""What every test may ask for: a PostgreSQL database of its own, a browser, real mail servers.

Each says why when it is not to be had, and the test is skipped. Where FIRSTLINE_CI is set nothing may
be missing: a skipped test fails the run there, by name.
"""

import fcntl
import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import pytest_asyncio
import structlog

from bot import shelf
from bot.library import Library
from bot.sop import book
from nlp import Understander, understand
from nlp.understand import Example, Models
from store import open_store, opening
from tests import schema, statements
from tests.servers import dovecot as dovecot_server
from tests.servers import postfix as postfix_server
from tests.servers.desk import Mailing, desk_running
from tests.servers.dovecot import Dovecot, dovecot_running
from tests.servers.postfix import Postfix, postfix_running
from tests.servers.postgres import Postgres, Unavailable, shared_folder, start_or_join, stop
from tests.skips import is_first, pytest_sessionfinish, pytest_terminal_summary

__all__ = ["pytest_sessionfinish", "pytest_terminal_summary"]  # pytest takes them from here

if TYPE_CHECKING:
    from playwright.async_api import Browser

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHARED = "FIRSTLINE_TEST_SHARED"  # folder of the run; the workers inherit its name
MODELS = Path(__file__).resolve().parent.parent / ".cache" / "models"
MEMORY, ENOUGH = Path("/dev/shm"), 6 << 30  # a file system in memory; bytes
OURS = ("FIRSTLINE_CI", "FIRSTLINE_VENV", SHARED)

if os.environ.get("FIRSTLINE_CI"):
    # The same examples for the same code: new ones are looked for where somebody can look at them.
    hypothesis.settings.load_profile("ci")
else:
    # On a busy machine any example may take long; `timeout` is for those that never end.
    hypothesis.settings.register_profile(
        "here", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("here")


def pytest_configure(config: pytest.Config) -> None:
    # The settings of whoever runs the tests are not the settings of the tests.
    for name in list(os.environ):
        if (
            name.startswith("FIRSTLINE_")
            and not name.startswith("FIRSTLINE_TEST_")
            and name not in OURS
        ):
            del os.environ[name]
    if is_first(config):
        # A process that a test starts would compile all of ours again, and so would the next run.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        sys.dont_write_bytecode = False
        os.environ[SHARED] = str(shared_folder())
        if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
            # Thousands of small databases: a disk that really writes takes half of the time.
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The longest first: what begins last must not keep one worker after the others have ended.
    items.sort(key=lambda one: "crash" not in one.path.parts)


def pytest_unconfigure(config: pytest.Config) -> None:
    if is_first(config) and (folder := os.environ.pop(SHARED, None)):
        stop(Path(folder))


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """A server for databases of one's own; its reason when there is none."""
    if url := os.environ.get("FIRSTLINE_TEST_POSTGRES"):
        return Postgres(url)
    try:
        return start_or_join(Path(os.environ[SHARED]))
    except Unavailable as reason:
        pytest.skip(f"no PostgreSQL: {reason}")


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="session")
def models() -> Path:
    """A folder with the trained model: trained by the first worker that needs it, kept for the next run."""
    with (Path(os.environ[SHARED]) / "models.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker trains it, the others find it there
        Understander.load(MODELS)
    return MODELS


@pytest.fixture(scope="session", autouse=True)
def models_are_read_once() -> Iterator[None]:
    """All desks of this process that were lent the trained models share them: they are large, and only
    read."""
    read = understand._cached
    known: dict[Path, Models] = {}

    def once(folder: Path, more: Sequence[Example]) -> Models:
        file = (folder / f"model-{understand._fingerprint(more)}.pickle").resolve()
        if file.parent != MODELS:
            return read(folder, more)
        if file not in known:
            known[file] = read(folder, more)
        return known[file]

    understand._cached = once
    yield
    understand._cached = read


@pytest.fixture(scope="session", autouse=True)
def databases_are_made_quickly() -> Iterator[None]:
    with schema.remembered(), statements.kept():
        yield


@pytest.fixture
def really_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new database goes through the whole history."""
    monkeypatch.setattr(opening, "_migrate", schema.migrated)


@pytest.fixture(scope="session")
def understander(models: Path) -> Understander:
    return Understander.load(models)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, understander: Understander) -> Library:
    """The shipped articles and SOPs, also in the understander's shelf."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('library')}/l.db")
    shelf.bring_in(store, shelf.SHIPPED)
    library = Library()
    library.fill(store.read(shelf.stored))
    library.sops, _ = book.read([book.SHIPPED])
    understander.replace_articles(library.for_search())
    understander.replace_sops(library.sops.for_search())
    store.close()
    return library


@pytest.fixture
def logging_as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this process logs later is not for such a test to say: loggers once used would keep it."""
    uncached = partial(structlog.configure, cache_logger_on_first_use=False)
    monkeypatch.setattr(
        structlog, "configure", lambda cache_logger_on_first_use, **how: uncached(**how)
    )
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser."""
    for name in CHROMIUMS:
        if found := shutil.which(name):
            return found
    pytest.skip(
        f"no browser: none of {', '.join(CHROMIUMS)} is on the path (apt-get install chromium)"
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_browser(chromium: str) -> AsyncIterator["Browser"]:
    from playwright.async_api import async_playwright  # takes its time, and few need it

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            timeout=120_000,
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(running_browser: "Browser") -> AsyncIterator["Browser"]:
    """A browser in which nobody has been, for a test in the loop of the session: to start one costs more
    than most of what is done in it."""
    yield running_browser
    for context in running_browser.contexts:
        await context.close()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """An IMAP server; a test takes a user of its own."""
    try:
        with dovecot_running() as server:
            yield server
    except dovecot_server.Unavailable as reason:
        pytest.skip(f"no Dovecot: {reason}")


@pytest.fixture(scope="session")
def postfix() -> Iterator[Postfix]:
    """A mail server that hands all it is given to its `relay` port."""
    try:
        with postfix_running() as server:
            yield server
    except postfix_server.Unavailable as reason:
        pytest.skip(f"no Postfix: {reason}")


@pytest.fixture(scope="module")
def mail_desk(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Mailing]:
    """A whole desk with a local mailbox; a test writes from an address of its own."""
    with desk_running(tmp_path_factory.mktemp("desk"), models) as desk:
        yield desk
