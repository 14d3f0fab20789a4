"""What every test may ask for: a PostgreSQL database of its own, a browser, real mail servers.

Each says why when it is not to be had, and the test is skipped. Where FIRSTLINE_CI is set nothing may
be missing: a skipped test fails the run there, by name.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlp import Understander
from tests.servers import dovecot as dovecot_server
from tests.servers import postfix as postfix_server
from tests.servers.desk import Mailing, desk_running
from tests.servers.dovecot import Dovecot, dovecot_running
from tests.servers.postfix import Postfix, postfix_running
from tests.servers.postgres import Postgres, Unavailable, shared_folder, start_or_join, stop

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHARED = "FIRSTLINE_TEST_SHARED"  # folder of the run; the workers inherit its name
OURS = ("FIRSTLINE_CI", "FIRSTLINE_VENV", SHARED)


def pytest_configure(config: pytest.Config) -> None:
    # The settings of whoever runs the tests are not the settings of the tests.
    for name in list(os.environ):
        if (
            name.startswith("FIRSTLINE_")
            and not name.startswith("FIRSTLINE_TEST_")
            and name not in OURS
        ):
            del os.environ[name]
    if _is_first(config):
        os.environ[SHARED] = str(shared_folder())


def pytest_unconfigure(config: pytest.Config) -> None:
    if _is_first(config) and (folder := os.environ.pop(SHARED, None)):
        stop(Path(folder))


def _is_first(config: pytest.Config) -> bool:
    """Is this the process that was started, and not a worker of pytest-xdist?"""
    return not hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _is_first(session.config) and _wrongly_skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in _wrongly_skipped(terminalreporter.config):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"FAILED as skipped in CI: {report.nodeid}: {reason}", red=True)


def _wrongly_skipped(config: pytest.Config) -> list[pytest.TestReport]:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or not os.environ.get("FIRSTLINE_CI"):
        return []
    return list(terminal.stats.get("skipped", ()))


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
    """A folder with the trained model; trained once for all workers of the run."""
    folder = Path(os.environ[SHARED]) / "models"
    with (Path(os.environ[SHARED]) / "models.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker trains it, the others find it there
        Understander.load(folder)
    return folder


@pytest.fixture(scope="session")
def understander(models: Path) -> Understander:
    return Understander.load(models)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser."""
    for name in CHROMIUMS:
        if found := shutil.which(name):
            return found
    pytest.skip(
        f"no browser: none of {', '.join(CHROMIUMS)} is on the path (apt-get install chromium)"
    )


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
