"""Articles as files: what is wrong is said, and hides nothing that is right."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.knowledge import LARGEST, Kind, lint, read_folder
from bot.shelf import SHIPPED
from nlp.understanding import Category, Language

GOOD = """---
id: vpn-drops
language: en
title: The VPN drops
category: network
keywords: [vpn, drops, "809"]
audience: everyone
reviewed: 2026-10-01
kind: article
---
Turn off power saving of the network adapter.
"""


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    file(tmp_path, "vpn.md", GOOD)
    [article], problems = read_folder(tmp_path)
    assert problems == []
    assert (article.id, article.language, article.category) == (
        "vpn-drops",
        Language.EN,
        Category.NETWORK,
    )
    assert article.keywords == ("vpn", "drops", "809")
    assert article.body == "Turn off power saving of the network adapter."
    assert article.reviewed == date(2026, 10, 1)


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "no front matter": ("Just words.", "front matter"),
    "not UTF-8": (GOOD.encode() + b"\xff\xfe", "UTF-8"),
    "not YAML": (GOOD.replace("title: The", "title: [The"), "YAML"),
    "not a mapping": ("---\n- a\n- b\n---\nwords", "key: value"),
    "unknown category": (GOOD.replace("network\n", "plumbing\n"), "hardware, software"),
    "unknown language": (GOOD.replace("language: en", "language: de"), "en, ru, zh"),
    "unknown key": (GOOD.replace("kind:", "knid:"), "the keys are id"),
    "missing key": (GOOD.replace("title: The VPN drops\n", ""), "title"),
    "bad id": (GOOD.replace("vpn-drops", "VPN drops!"), "hyphens"),
    "empty body": (GOOD.split("Turn")[0], "no text"),
    "empty title": (GOOD.replace("The VPN drops", '" "'), "title is empty"),
    "a script": (GOOD + "\n<script>alert(1)</script>\n", "HTML"),
    "an alias bomb": ("---\na: &a [x, x]\nb: *a\n---\nwords", "& or *"),
    "too large": (GOOD + "x" * LARGEST, "larger"),
    "deep nesting": ("---\nid: " + "[" * 5000 + "\n---\nwords", ""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_and_the_good_one_stays(name: str, tmp_path: Path) -> None:
    content, words = BROKEN[name]
    file(tmp_path, "good.md", GOOD)
    bad = file(tmp_path, "zbad.md", content)
    articles, problems = read_folder(tmp_path)
    assert [article.id for article in articles] == ["vpn-drops"]
    [problem] = [one for one in problems if one.fatal]
    assert problem.path == bad
    assert words in problem.message


def test_the_line_of_the_mistake_is_told(tmp_path: Path) -> None:
    file(tmp_path, "a.md", GOOD.replace("category: network", "category: plumbing"))
    _, [problem] = read_folder(tmp_path)
    assert problem.line == 5


def test_two_files_of_one_id_and_language_are_one_too_many(tmp_path: Path) -> None:
    file(tmp_path, "a.md", GOOD)
    file(tmp_path, "b.md", GOOD)
    articles, [problem] = read_folder(tmp_path)
    assert len(articles) == 1
    assert problem.path.name == "b.md"
    assert "a.md" in problem.message


def test_code_may_show_html(tmp_path: Path) -> None:
    file(tmp_path, "a.md", GOOD + "\nType `<script>` or\n```\n<iframe>\n```\n")
    articles, problems = read_folder(tmp_path)
    assert len(articles) == 1
    assert problems == []


def test_a_folder_that_is_not_there_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    articles, [problem] = read_folder(tmp_path / "nowhere")
    assert articles == []
    assert problem.fatal


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(content=st.binary(max_size=400), front=st.text(max_size=200))
def test_no_file_whatever_breaks_the_reading(content: bytes, front: str, tmp_path: Path) -> None:
    file(tmp_path, "a.md", content)
    file(tmp_path, "b.md", f"---\n{front}\n---\nwords".encode("utf-8", "replace"))
    read_folder(tmp_path)


def test_lint_names_what_is_old_long_or_dangling(tmp_path: Path) -> None:
    old = GOOD.replace("2026-10-01", "2020-01-01").replace("The VPN drops", "x" * 90)
    file(tmp_path, "a.md", old + "\nSee [that](no-such-article).")
    articles, _ = read_folder(tmp_path)
    words = " ".join(str(one) for one in lint(articles, date(2026, 11, 23)))
    assert "review it again" in words
    assert "title" in words
    assert "no-such-article" in words


def test_the_shipped_articles_are_good_and_enough() -> None:
    articles, problems = read_folder(SHIPPED)
    assert problems == []
    by_language = {
        language: {one.id for one in articles if one.language is language} for language in Language
    }
    assert len(by_language[Language.EN]) >= 30
    assert len(by_language[Language.RU]) >= 15
    assert len(by_language[Language.ZH]) >= 15
    english = [one for one in articles if one.language is Language.EN]
    assert {one.category for one in english} == set(Category)
    assert all(one.kind in Kind for one in articles)
    assert lint(articles, date(2026, 11, 23)) == []
