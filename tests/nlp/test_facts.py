"""Facts: the labelled set, times in several zones, the catalogue, and texts of any kind."""

import re
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlp
from bench.facts import WORDED, Message, judged, labelled, shares
from nlp.facts import PATTERNS, THINGS, Catalogue, Thing, dated, facts_in, shipped, with_own
from nlp.facts.reading import read
from nlp.understanding import Fact

MESSAGES = labelled()


# The labelled set


def test_the_labelled_set_is_large_in_every_language_and_a_part_is_held_out() -> None:
    tongues = Counter(message.language for message in MESSAGES)
    assert all(tongues[language] >= 200 for language in ("en", "ru", "zh"))
    assert sum(message.part == "held-out" for message in MESSAGES) >= 60
    assert len({message.text for message in MESSAGES}) == len(MESSAGES)


def test_each_kind_is_found_nearly_always_and_hardly_ever_wrongly() -> None:
    result = judged(MESSAGES)
    kinds = {*result.right, *result.wrong, *result.missed}
    figures = {k: shares(result.right[k], result.wrong[k], result.missed[k]) for k in kinds}
    bad = {kind: figure for kind, figure in figures.items() if figure[0] < 0.95 or figure[1] < 0.9}
    assert bad == {}


def test_most_is_right_on_what_the_patterns_were_not_written_for() -> None:
    result = judged(one for one in MESSAGES if one.part == "held-out")
    precision, recall = shares(result.right.total(), result.wrong.total(), result.missed.total())
    assert (precision > 0.9, recall > 0.88) == (True, True)


def test_the_marks_of_a_pattern_hide_nothing() -> None:
    for message in MESSAGES:
        reading = read(message.text)
        for pattern in PATTERNS:
            with_marks = pattern.find(reading)
            without = pattern._replace(marks=frozenset()).find(reading)
            assert with_marks == without, (pattern.kind, message.text)


def test_a_bounded_repeat_is_one() -> None:
    """In an f-string {2,4} is no repeat but two numbers: nothing in a pattern reads like "(2, 4)"."""
    for pattern in PATTERNS:
        assert not re.search(r"\(\d+, \d+\)", pattern.regex.pattern), pattern.kind
    assert ("room", "会议室801") in [
        (one.kind, one.value) for one in facts_in("会议室801的投影仪有红灯")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Order number 4500018823 from 12.03.2024, price 1,299.00 EUR",
        "What's the difference between 10.0.1 and 10.1?",
        "Заказ № 4500018823 от 12.03.2024 на сумму 12 990,00 руб.",
        "发票金额1299.00元，税号91310000MA1K3XXXXX，请报销",
    ],
)
def test_what_only_looks_like_a_fact_is_none(text: str) -> None:
    assert [one for one in facts_in(text) if one.kind not in {*THINGS, "what"}] == []


# What was tried


def tried_in(text: str) -> list[tuple[str, str]]:
    return [(one.value, one.means) for one in facts_in(text) if one.kind == "tried"]


@pytest.mark.parametrize(
    "text",
    [
        "Should I reinstall Zoom?", "I was told to clear the cache but don't know how", "I haven't rebooted yet",
        "I'll restart it tonight and see", "please don't restart my pc", "The laptop updated itself and rebooted",
        "I can't remember whether I already rebooted it", "My manager changed the meeting to Monday",
        "Мне перезагрузить компьютер?", "Мне сказали почистить кэш, а как?", "комп ещё не перезагружал",
        "завтра попробую другой кабель", "не помню, перезагружала я его или нет", "Windows сама перезагрузилась",
        "要不要我先重启一下？", "有人让我清缓存，可是我不会", "电脑还没重启", "正要重启服务，它自己又好了", "电脑自动重启了",
    ],
)  # fmt: skip
def test_what_is_planned_asked_advised_or_happens_by_itself_was_not_tried(text: str) -> None:
    assert tried_in(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We swapped the cable and unplugged the dock, no change", [("We swapped the cable and unplugged the dock", "no")]),
        ("Your colleague reset my password but I still can't log in", [("Your colleague reset my password", "no")]),
        ("Toggling airplane mode gets it going for a bit", [("Toggling airplane mode", "brief")]),
        ("I replaced the fuse. Thank you, works now", [("I replaced the fuse", "yes")]),
        ("Signed out and in again", [("Signed out and in again", "")]),
        ("картридж новый, полосы те же", [("картридж новый", "no")]),
        ("Если передёрнуть кабель, работает минут пять", [("Если передёрнуть кабель", "brief")]),
        ("Помогло удаление сертификата", [("удаление сертификата", "yes")]),
        ("线也换了，接口也换了，还是老样子", [("线也换了", "no"), ("接口也换了", "no")]),
        ("重启能用十分钟，然后又断", [("重启", "brief")]),
        ("上回是删掉旧证书解决的", [("删掉旧证书", "yes")]),
    ],
)  # fmt: skip
def test_what_was_tried_is_told_with_what_came_of_it(
    text: str, found: list[tuple[str, str]]
) -> None:
    assert tried_in(text) == found


def test_when_something_was_tried_is_not_since_when_it_is_broken() -> None:
    text = "No sound since Monday. I rebooted it twice yesterday, no change"
    assert [one.value for one in facts_in(text) if one.kind == "since"] == ["since Monday"]


def since_and_deadline_in(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in facts_in(text) if one.kind in ("since", "deadline")]


@pytest.mark.parametrize(
    "text",
    [
        "I ordered a headset on Monday, has it shipped?", "since the update on Tuesday it works again, thanks",
        "I reported the broken monitor last Wednesday", "I have been off sick since Monday", "Is the outage from last night fixed?",
        "could you restore it from Tuesday's backup?", "заказывала мышку в понедельник, когда привезут?",
        "Болела с понедельника", "Мастер приезжал во вторник, посмотрел плоттер и уехал", "周一申请的鼠标什么时候到？",
        "昨晚的故障修好了吗？", "领导周一已经批了，请尽快办",
    ],
)  # fmt: skip
def test_a_time_of_which_no_trouble_is_told_is_no_beginning(text: str) -> None:
    assert since_and_deadline_in(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("can someone look at it before the board meeting please", [("deadline", "before the board meeting")]),
        ("I'd like a swap before I go on leave on Friday", [("deadline", "before I go on leave on Friday")]),
        ("we're opening the shop on Saturday", [("deadline", "on Saturday")]),
        ("keynote at 11:30 and the slides are gone", [("deadline", "at 11:30")]),
        ("гляньте пожалуйста до планёрки", [("deadline", "до планёрки")]),
        ("Сегодня ночью расчёт зарплаты", [("deadline", "Сегодня ночью")]),
        ("董事会之前麻烦看一下", [("deadline", "董事会之前")]),
        ("28号开始月结", [("deadline", "28号开始")]),
        ("It hangs before the login screen opens", []),
        ("The vendor said the patch will come out on Friday", []),
        ("出差前还好好的", []),
    ],
)  # fmt: skip
def test_what_is_planned_is_a_deadline_by_its_event_or_its_verb(
    text: str, found: list[tuple[str, str]]
) -> None:
    assert since_and_deadline_in(text) == found


def test_deeds_in_a_row_count_the_same_as_one_or_as_several() -> None:
    text = "I restarted it and cleared the cache, no luck"
    whole = Message("tuned", "en", text, (Fact("tried", text[:37], 0, 37, "no"),))
    parts = Fact("tried", text[:14], 0, 14, "no"), Fact("tried", text[19:37], 19, 37, "no")
    for message in (whole, Message("tuned", "en", text, parts)):
        result = judged([message])
        assert (result.wrong["tried"], result.missed["tried"]) == (0, 0)


# Times


def when(text: str, said: str, zone: str, kind: str) -> list[str]:
    """From when to when, by the clock of the zone, of the one fact of that kind."""
    place = ZoneInfo(zone)
    moment = datetime.fromisoformat(said).replace(tzinfo=place)
    [fact] = [one for one in dated(facts_in(text), moment, place) if one.kind == kind]
    assert fact.when is not None
    return [f"{one.astimezone(place):%Y-%m-%d %H:%M}" for one in (fact.when.start, fact.when.end)]


@pytest.mark.parametrize(
    ("text", "said", "zone", "kind", "start", "end"),
    [
        # The night in which an hour is left out, and the one in which it comes twice.
        ("VPN is down, started two hours ago", "2024-03-31 04:30", "Europe/Berlin", "since", "2024-03-31 01:30", "2024-03-31 01:30"),
        ("VPN лежит уже два часа", "2024-10-27 03:30", "Europe/Berlin", "since", "2024-10-27 02:30", "2024-10-27 02:30"),
        ("VPN断了，两小时前开始的", "2024-11-03 02:30", "America/New_York", "since", "2024-11-03 01:30", "2024-11-03 01:30"),
        ("broken since yesterday", "2024-10-28 09:00", "Europe/Berlin", "since", "2024-10-27 00:00", "2024-10-28 00:00"),
        ("please fix it by tomorrow 15:00", "2024-03-30 20:00", "Europe/Berlin", "deadline", "2024-03-31 15:00", "2024-03-31 15:00"),
        # Year ends.
        ("printer jams since yesterday", "2025-01-01 08:00", "Asia/Shanghai", "since", "2024-12-31 00:00", "2025-01-01 00:00"),
        ("не работает с 30 декабря", "2025-01-02 10:00", "Europe/Moscow", "since", "2024-12-30 00:00", "2024-12-31 00:00"),
        ("需要1月5日前装好", "2024-12-30 10:00", "Asia/Shanghai", "deadline", "2025-01-05 00:00", "2025-01-05 00:00"),
        ("I need it by 3 January", "2024-12-30 10:00", "Pacific/Auckland", "deadline", "2025-01-03 00:00", "2025-01-04 00:00"),
        # The same words, said at the same moment in two zones, mean two days.
        ("slow since this morning", "2024-05-15 09:00", "Asia/Kathmandu", "since", "2024-05-15 06:00", "2024-05-15 09:00"),
    ],
)  # fmt: skip
def test_times_mean_what_they_mean_where_they_were_said(
    text: str, said: str, zone: str, kind: str, start: str, end: str
) -> None:
    assert when(text, said, zone, kind) == [start, end]


def test_a_moment_that_is_known_stays_when_it_is_read_again() -> None:
    [fact] = [one for one in facts_in("broken since yesterday") if one.kind == "since"]
    zone = ZoneInfo("UTC")
    [first] = dated([fact], datetime(2024, 5, 15, tzinfo=UTC), zone)
    assert dated([first], datetime(2025, 5, 15, tzinfo=UTC), zone) == (first,)


# The catalogue


def test_the_organisations_own_things_are_found_by_their_words_and_win() -> None:
    own = with_own(
        [
            Thing(name="Phoenix", words=("феникс*", "凤凰系统"), service="Orders", queue="apps"),
            Thing(name="Mail of ours", words=("outlook",), not_in=("outlook on life",)),
            Thing(name="Berlin", kind="site", words=("berlin",)),
        ]
    )
    for text in ("phoenix is down", "в Фениксе ошибка", "凤凰系统打不开"):
        found = {(one.kind, one.value, one.means) for one in facts_in(text, own)}
        assert {("application", "Phoenix", ""), ("service", "Orders", "apps")} <= found
    names = [one.value for one in facts_in("Outlook, and my outlook on life", own)]
    assert names == ["Mail of ours", "Mail of ours"]  # and what it is about
    assert ("site", "Berlin") in [(one.kind, one.value) for one in facts_in("slow in berlin", own)]
    assert "Phoenix" not in [one.value for one in facts_in("phoenix is down")]


def test_a_large_catalogue_finds_the_same_things() -> None:
    many = Catalogue(
        [
            *shipped().things,
            *(Thing(name=f"Tool {n}", words=(f"werkzeug{n}*",)) for n in range(3000)),
        ]
    )
    found = [one.thing.name for one in many.find("werkzeug17 and tool 2999 crash in outlook")]
    assert found == ["Tool 17", "Tool 2999", "Outlook"]


def test_every_entry_of_the_shipped_catalogue_is_found_by_its_own_words() -> None:
    names = {thing.name for thing in shipped().things}
    for thing in shipped().things:
        for word in thing.words:
            found = [one.thing.name for one in shipped().find(word.replace("*", "").lower())]
            assert found, word
            assert set(found) <= names


# Any text

MARKS = st.sampled_from("\u200e\u200f\u202e\u2066\u00ad\u0301İßſǆﬁ０１：，。“”«»\x00😀аеорсух臺灣")
WORDS = st.sampled_from(
    ["since Monday", "error 0x80", "с пятницы", "自从昨天", "10.0.0.1", "http://a.b/c", "\\\\a\\b", "Оutlook", "whole team", "重启过", "+7 916 123-45-67", "«не удалось»"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=20), MARKS, WORDS), max_size=20).map("".join))
def test_every_fact_is_in_the_text_and_reads_like_it(text: str) -> None:
    for fact in facts_in(text):
        assert 0 <= fact.start < fact.end <= len(text)
        named = fact.kind in {*THINGS, "site", "service", "what"}
        assert named or fact.value == " ".join(text[fact.start : fact.end].split())


def test_a_text_of_two_megabytes_is_read_by_its_beginning() -> None:
    text = "error 0x80070005 since Monday " + "log line 10.20.30.40 at 12:00 " * 70_000
    values = [one.value for one in facts_in(text)]
    assert "0x80070005" in values
    assert Fact("ip", "10.20.30.40", 39, 50) in facts_in(text)
    assert {one.kind for one in facts_in(text)} & WORDED == {"since"}


@pytest.mark.parametrize("code", ["ERR_CONNECTION_REFUSED", "0x800CCC0E", "809", "ORA-12154"])
def test_who_names_an_error_code_finds_the_text_that_has_it_first(code: str) -> None:
    found = nlp.index()
    found.index(
        {
            "words": (
                "The page does not open in the browser",
                "the page does not open, the browser",
            ),
            "code": ("What the proxy says", f"Seen with {code} only."),
        }
    )
    [(first, _), *_] = found.search(f"the page does not open in my browser, {code}")
    assert first == "code"
