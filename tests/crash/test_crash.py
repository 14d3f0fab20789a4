"""`make crash`, small: killed at random instants, and nothing accepted is lost or doubled."""

from pathlib import Path

import pytest

from bench.crash import crash
from bench.crash_mail import crash as crash_mail
from tests.servers.dovecot import Dovecot


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
async def test_nothing_accepted_is_lost_when_killed(
    database: str, models: Path, request: pytest.FixtureRequest
) -> None:
    url = database if database == "sqlite" else request.getfixturevalue("postgres_url")
    result = await crash(300, 30, 3, url, models)
    assert result["wrong"] == []
    assert result["kills"] == 3


@pytest.mark.mail
@pytest.mark.timeout(240)
async def test_no_mail_is_lost_when_killed(models: Path, dovecot: Dovecot) -> None:
    result = await crash_mail(dovecot, 150, 15, 3, models)
    assert result["wrong"] == []
    assert result["kills"] == 3
