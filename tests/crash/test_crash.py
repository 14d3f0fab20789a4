"""`make crash`, small: killed at random instants, and nothing accepted is lost or doubled."""

from pathlib import Path

import pytest

from bench.crash import crash
from bench.crash_chats import crash_chats
from bench.crash_mail import crash_mail
from tests.servers.dovecot import Dovecot


@pytest.mark.timeout(390)
@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
async def test_nothing_accepted_is_lost_when_killed(
    database: str, models: Path, request: pytest.FixtureRequest
) -> None:
    url = database if database == "sqlite" else request.getfixturevalue("postgres_url")
    result = await crash(200, 30, 2, url, models, workers=2)
    assert result["wrong"] == []
    assert result["kills"] == 2


@pytest.mark.mail
@pytest.mark.timeout(390)
async def test_a_mail_that_was_taken_is_kept_and_answered_once_when_killed(
    dovecot: Dovecot, models: Path
) -> None:
    result = await crash_mail(120, 2, "sqlite", dovecot, models)
    assert result["wrong"] == []
    assert result["kills"] == 2
    assert result["mails by SMTP"] > 40
    assert result["mails by IMAP"] > 40


@pytest.mark.timeout(390)
@pytest.mark.parametrize("kills", [0, 2])
async def test_what_is_written_in_slack_and_telegram_is_heard_and_answered_once(
    kills: int, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TELEGRAM_BOT_TOKEN"):
        monkeypatch.setenv(name, "")  # what it sets there is taken back
    result = await crash_chats(5, 3, kills, 0.15, models)
    assert result["wrong"] == []
    assert result["kills"] == kills
    assert kills or not result["of these twice, after a kill"]
