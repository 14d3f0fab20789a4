"""What `firstline staffing` prints of its forecast."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.cli import main


def said(folder: Path, capsys: pytest.CaptureFixture[str], weeks: int, *more: str) -> str:
    """Of the week after so many with ten calls on each Tuesday and, in turn, none or one on Thursdays."""
    first, rows = date(2026, 3, 2), ["time,language,kind,count"]
    for week in range(weeks):
        monday = first + timedelta(7 * week)
        rows += [f"{monday} 09:00,en,call,0", f"{monday + timedelta(1)} 10:00,en,call,10"]
        rows += [f"{monday + timedelta(3)} 11:00,en,call,{week % 2}"]
        rows += [f"{monday + timedelta(6)} 11:00,en,call,0"]
    (folder / "arrivals.csv").write_text("\n".join(rows))
    (folder / "config.toml").write_text(f"[database]\ndata_dir = '{folder}'\n")
    week = str(first + timedelta(7 * weeks))
    command = ["staffing", "--from", str(folder / "arrivals.csv"), "--week", week, *more]
    assert main(["--config", str(folder / "config.toml"), *command]) == 0
    return capsys.readouterr().out


def test_it_names_by_what_it_forecasts_and_how_wrong_each_way_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(tmp_path, capsys, 12)
    told = "  en: forecast by the mean of recent weeks: over the last 56 days off by 5% of the arrivals ("
    [line] = [line for line in text.splitlines() if line.startswith(told)]
    assert "by last week 10%)" in line
    [found] = json.loads(said(tmp_path, capsys, 12, "--json"))["forecast"].values()
    assert (found["by"], found["days"]) == ("weeks", 56)
    assert found["wape"] == found["wapes"]["weeks"] < found["wapes"]["week"]


def test_with_too_few_days_to_try_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(tmp_path, capsys, 4)
    assert "en: forecast by the mean of recent weeks; too few days to measure the error" in text
