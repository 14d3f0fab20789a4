"""Where FIRSTLINE_CI is set, a test that was not run is a failure with a name: a plugin of pytest, which
needs nothing of ours."""

import os

import pytest


def is_first(config: pytest.Config) -> bool:
    """Is this the process that was started, and not a worker of pytest-xdist?"""
    return not hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if is_first(session.config) and _wrongly_skipped(session.config):
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
