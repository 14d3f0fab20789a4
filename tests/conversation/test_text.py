"""The catalogues say the same in every language, and nothing put into them becomes formatting."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import bot
from bot.text import LANGUAGES, BadText, Texts, escape, placeholders, shipped

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TEXTS = Texts.load()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts(language: str) -> None:
    assert set(shipped(language)) == set(shipped("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_uses_the_same_placeholders(language: str) -> None:
    for key, form in shipped(language).items():
        assert placeholders(form) | {"count"} == placeholders(shipped("en")[key]) | {"count"}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_tables_have_exactly_the_forms_of_their_language(language: str) -> None:
    needed = set(Locale.parse(language).plural_form.tags) | {"other"}
    for key, form in shipped(language).items():
        if not isinstance(form, str):
            assert set(form) == needed, key


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "Нашлась 1 статья"),
        (2, "Нашлось 2 статьи"),
        (5, "Нашлось 5 статей"),
        (11, "Нашлось 11 статей"),
        (21, "Нашлась 21 статья"),
    ],
)
def test_russian_counts_as_russians_do(count: int, expected: str) -> None:
    assert TEXTS.say("articles-many", "ru", count=count).startswith(expected)


def test_english_and_chinese_count_too() -> None:
    assert "1 day." in TEXTS.say("ticket-resolved", "en", ticket="INC-1", title="t", count=1)
    assert "3 days." in TEXTS.say("ticket-resolved", "en", ticket="INC-1", title="t", count=3)
    assert "1 天" in TEXTS.say("ticket-resolved", "zh", ticket="INC-1", title="t", count=1)


def test_an_unknown_language_is_answered_in_english() -> None:
    assert TEXTS.say("welcome", "fr") == TEXTS.say("welcome", "en")


def test_every_text_the_conversation_names_is_in_the_catalogue() -> None:
    conversation = Path(bot.__file__).parent / "conversation"
    named = {
        key
        for path in conversation.rglob("*.py")
        for key in re.findall(r'(?:key=|label\(\s*)"([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert named <= set(shipped("en"))


def test_an_administrator_replaces_a_text() -> None:
    texts = Texts.load({"en": {"welcome": "Any time!"}})
    assert texts.say("welcome", "en") == "Any time!"
    assert texts.say("welcome", "ru") == TEXTS.say("welcome", "ru")


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"fr": {"welcome": "De rien"}}, "en, ru, zh"),
        ({"en": {"wellcome": "Hi"}}, "wellcome"),
        ({"en": {"opened": "Your ticket is {tiket}"}}, "tiket"),
        ({"en": {"opened": "Your ticket is {ticket"}}, "placeholder"),
        ({"en": {"welcome": {"one": "a", "other": "b"}}}, "no plural forms"),
        ({"ru": {"articles-many": {"one": "a", "other": "b"}}}, "few, many, one, other"),
    ],
)
def test_a_wrong_text_is_named_when_it_is_loaded(
    overrides: dict[str, dict[str, str | dict[str, str]]], named: str
) -> None:
    with pytest.raises(BadText, match=re.escape(named)):
        Texts.load(overrides)


def rendered(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": False, "breaks": False}).render(text))


@pytest.mark.parametrize(
    "words",
    [
        "**bold** and _more_ `code`",
        "[click](http://evil.example)",
        "![](http://evil.example/x.png)",
        "<script>alert(1)</script>",
        "# heading",
        "1. list",
        "- list",
        "title\n====",
        "text\n---",
        "> quote",
        "http://evil.example and www.evil.example",
        "a\\*b",
        "&lt;b&gt;",
    ],
)
def test_the_words_of_a_person_stay_words(words: str) -> None:
    html = rendered(escape(words))
    assert re.findall(r"<(?!/?p>)", html) == []


@given(st.text(alphabet=st.sampled_from("ab12 *_`[]()<>#+-=.!&\\~|\n:/"), max_size=40))
def test_no_text_becomes_formatting(words: str) -> None:
    html = rendered("x " + escape(words))
    assert re.findall(r"<(?!/?p>|br)", html) == []


def test_direction_marks_and_control_characters_are_dropped() -> None:
    assert escape("a\u202eb\x00c") == "abc"


@pytest.mark.parametrize(
    ("hours", "language", "expected"),
    [
        (2, "en", "today at 17:00"),
        (24, "en", "tomorrow at 15:00"),
        (-24, "ru", "вчера в 15:00"),
        (72, "ru", "в пятницу, 13 марта в 15:00"),
        (24 * 6 + 24 * 1, "ru", "17 марта в 15:00"),
        (24 * 5, "ru", "в воскресенье, 15 марта в 15:00"),
        (72, "zh", "3月13日（周五）15:00"),
        (24 * 30, "en", "9 April at 15:00"),
        (24 * 365, "en", "10 March 2027 at 15:00"),
    ],
)
def test_a_moment_is_said_as_people_say_it(hours: int, language: str, expected: str) -> None:
    moment = NOW + timedelta(hours=hours)
    assert TEXTS.when(moment, language, "Europe/Moscow", NOW) == expected


def test_working_time_is_said_in_no_larger_unit_than_hours() -> None:
    assert TEXTS.working(timedelta(hours=18), "en") == "18 hours"
    assert TEXTS.working(timedelta(minutes=89), "en") == "89 minutes"
    assert TEXTS.working(timedelta(hours=1, minutes=30), "ru") == "2 часа"
    assert TEXTS.working(timedelta(hours=45), "zh") == "45小时"


def test_a_duration_is_said_in_its_largest_unit() -> None:
    assert TEXTS.duration(timedelta(minutes=20), "en") == "20 minutes"
    assert TEXTS.duration(timedelta(days=2), "ru") == "2 дня"
