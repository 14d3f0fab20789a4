"""`make crash`, small: killed at random instants, and nothing accepted is lost or doubled."""

from pathlib import Path

import pytest

from bench.crash import crash


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
