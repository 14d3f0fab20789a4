"""What people call a time, resolved where they are: also at clock changes and at the year's end."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.times import Span, due, resolve
from tests.seconds import seconds

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
WEDNESDAY = "2026-03-11 15:20"


def local(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def shown(span: Span | None, zone: ZoneInfo) -> str | None:
    """ "from > to" by the clock of the zone; one time when both are the same."""
    if span is None:
        return None
    start, end = (f"{each.astimezone(zone):%Y-%m-%d %H:%M}" for each in (span.start, span.end))
    return start if span.start == span.end else f"{start} > {end}"


def day(text: str) -> str:
    """A whole day."""
    after = datetime.fromisoformat(text) + timedelta(days=1)
    return f"{text} 00:00 > {after:%Y-%m-%d} 00:00"


TODAY = "2026-03-11 00:00 > 2026-03-11 15:20"

SINCE = [
    ("since Monday", day("2026-03-09")),
    ("since Friday", day("2026-03-06")),
    ("since last Wednesday", day("2026-03-04")),
    ("since Wednesday", TODAY),
    ("on Tuesday at 5 pm", "2026-03-10 17:00"),
    ("since yesterday", day("2026-03-10")),
    ("yesterday evening", "2026-03-10 18:00 > 2026-03-11 00:00"),
    ("yesterday at 5 pm", "2026-03-10 17:00"),
    ("yesterday afternoon", "2026-03-10 12:00 > 2026-03-10 18:00"),
    ("the day before yesterday", day("2026-03-09")),
    ("this morning", "2026-03-11 06:00 > 2026-03-11 12:00"),
    ("last night", "2026-03-10 18:00 > 2026-03-11 06:00"),
    ("today", TODAY),
    ("since this afternoon", "2026-03-11 12:00 > 2026-03-11 15:20"),
    ("last week", "2026-03-02 00:00 > 2026-03-09 00:00"),
    ("since last month", "2026-02-01 00:00 > 2026-03-01 00:00"),
    ("this week", "2026-03-09 00:00 > 2026-03-11 15:20"),
    ("last year", "2025-01-01 00:00 > 2026-01-01 00:00"),
    ("since the weekend", "2026-03-07 00:00 > 2026-03-09 00:00"),
    ("two hours ago", "2026-03-11 13:20"),
    ("half an hour ago", "2026-03-11 14:50"),
    ("an hour and a half ago", "2026-03-11 13:50"),
    ("for the last 3 hours", "2026-03-11 12:20"),
    ("for two days", day("2026-03-09")),
    ("for a week", day("2026-03-04")),
    ("3 months ago", day("2025-12-11")),
    ("20 minutes ago", "2026-03-11 15:00"),
    ("just now", "2026-03-11 15:05 > 2026-03-11 15:20"),
    ("since 14:30", "2026-03-11 14:30"),
    ("since 16:30", "2026-03-10 16:30"),
    ("since 9", "2026-03-11 09:00"),
    ("since 2:30 pm", "2026-03-11 14:30"),
    ("since about 11 am", "2026-03-11 11:00"),
    ("since noon", "2026-03-11 12:00"),
    ("since midnight", "2026-03-11 00:00"),
    ("since half past two", "2026-03-11 14:30"),
    ("12 March", day("2025-03-12")),
    ("since March 2nd", day("2026-03-02")),
    ("since 2 March 2026", day("2026-03-02")),
    ("02/03", day("2026-03-02")),
    ("02/28", day("2026-02-28")),
    ("since 03.03", day("2026-03-03")),
    ("03.03.2026", day("2026-03-03")),
    ("03.03.26", day("2026-03-03")),
    ("2026-03-10 14:00", "2026-03-10 14:00"),
    ("since the 5th", day("2026-03-05")),
    ("after the update", None),
    ("since the migration", None),
    ("recently", None),
    ("every 2 hours", None),
    ("since tomorrow", None),
    ("in two hours", None),
    ("since 30.02", None),
    ("since 29 February", day("2024-02-29")),
    ("с понедельника", day("2026-03-09")),
    ("в прошлый четверг", day("2026-03-05")),
    ("в прошлую пятницу после обеда", "2026-03-06 12:00 > 2026-03-06 18:00"),
    ("со вчерашнего вечера", "2026-03-10 18:00 > 2026-03-11 00:00"),
    ("вчера в 17:30", "2026-03-10 17:30"),
    ("вчера в 5 вечера", "2026-03-10 17:00"),
    ("позавчера", day("2026-03-09")),
    ("сегодня утром", "2026-03-11 06:00 > 2026-03-11 12:00"),
    ("с утра", "2026-03-11 06:00 > 2026-03-11 12:00"),
    ("с вечера", "2026-03-10 18:00 > 2026-03-11 00:00"),
    ("полтора часа назад", "2026-03-11 13:50"),
    ("полчаса назад", "2026-03-11 14:50"),
    ("час назад", "2026-03-11 14:20"),
    ("три дня назад", day("2026-03-08")),
    ("неделю назад", day("2026-03-04")),
    ("пару часов назад", "2026-03-11 13:20"),
    ("уже два дня", day("2026-03-09")),
    ("2 часа назад", "2026-03-11 13:20"),
    ("с 14:30", "2026-03-11 14:30"),
    ("с 9 утра", "2026-03-11 09:00"),
    ("с 10 часов", "2026-03-11 10:00"),
    ("на прошлой неделе", "2026-03-02 00:00 > 2026-03-09 00:00"),
    ("с прошлого месяца", "2026-02-01 00:00 > 2026-03-01 00:00"),
    ("с 5 марта", day("2026-03-05")),
    ("только что", "2026-03-11 15:05 > 2026-03-11 15:20"),
    ("весь день", TODAY),
    ("после обновления", None),
    ("недавно", None),
    ("昨天下午3点", "2026-03-10 15:00"),
    ("昨天下午三点半", "2026-03-10 15:30"),
    ("从昨天下午开始", "2026-03-10 12:00 > 2026-03-10 18:00"),
    ("上周五", day("2026-03-06")),
    ("上周一", day("2026-03-02")),
    ("周一", day("2026-03-09")),
    ("上个星期", "2026-03-02 00:00 > 2026-03-09 00:00"),
    ("前天晚上", "2026-03-09 18:00 > 2026-03-10 00:00"),
    ("昨晚", "2026-03-10 18:00 > 2026-03-11 00:00"),
    ("今天早上", "2026-03-11 06:00 > 2026-03-11 12:00"),
    ("今早8点", "2026-03-11 08:00"),
    ("半小时前", "2026-03-11 14:50"),
    ("一个半小时前", "2026-03-11 13:50"),
    ("两个小时前", "2026-03-11 13:20"),
    ("十分钟前", "2026-03-11 15:10"),
    ("三天前", day("2026-03-08")),
    ("两天了", day("2026-03-09")),
    ("大前天", day("2026-03-08")),
    ("3月2日", day("2026-03-02")),
    ("2026年3月2日", day("2026-03-02")),
    ("上个月", "2026-02-01 00:00 > 2026-03-01 00:00"),
    ("刚才", "2026-03-11 15:05 > 2026-03-11 15:20"),
    ("更新之后", None),
    ("since yesterday 17h", "2026-03-10 17:00"),
    ("минут десять назад", "2026-03-11 15:10"),
    ("вчера ночью", "2026-03-10 18:00 > 2026-03-11 06:00"),
    ("с января", "2026-01-01 00:00 > 2026-02-01 00:00"),
    ("since december", "2025-12-01 00:00 > 2026-01-01 00:00"),
    ("上个月5号", day("2026-02-05")),
    # 上午 is no last week, сегодня no afternoon.
    ("周三上午", "2026-03-11 06:00 > 2026-03-11 12:00"),
    ("周二上午", "2026-03-10 06:00 > 2026-03-10 12:00"),
    ("сегодня в 9", "2026-03-11 09:00"),
    ("сегодня ночью в 2", "2026-03-11 02:00"),
    ("ночью около трёх", "2026-03-11 03:00"),
    ("昨天半夜两点多", "2026-03-10 02:00"),
    ("at ten to three", "2026-03-11 14:50"),
    ("since twenty-five past six", "2026-03-11 06:25"),
    ("since quarter to nine this morning", "2026-03-11 08:45"),
    ("since half nine", "2026-03-11 09:30"),
    ("с полвторого", "2026-03-11 13:30"),
    ("без десяти три", "2026-03-11 14:50"),
    ("где-то в районе одиннадцати", "2026-03-11 11:00"),
    ("at 02:47 last night", "2026-03-11 02:47"),
    ("last night at 11", "2026-03-10 23:00"),
    ("больше часа", "2026-03-11 14:20"),
    ("минут двадцать уже", "2026-03-11 15:00"),
    ("третий день", day("2026-03-09")),
    ("вторые сутки", day("2026-03-10")),
    ("третью неделю", day("2026-02-25")),
    ("каждый третий день", None),
    ("a fortnight ago", day("2026-02-25")),
    ("с середины февраля", "2026-02-01 00:00 > 2026-03-01 00:00"),
]

DUE = [
    ("by Friday", day("2026-03-13")),
    ("before Friday", "2026-03-13 00:00"),
    ("by next Monday", day("2026-03-16")),
    ("before 3 pm", "2026-03-12 15:00"),
    ("before 5 pm", "2026-03-11 17:00"),
    ("by 5", "2026-03-11 17:00"),
    ("by tomorrow", day("2026-03-12")),
    ("by tomorrow 10 am", "2026-03-12 10:00"),
    ("tomorrow morning", "2026-03-12 06:00 > 2026-03-12 12:00"),
    ("until noon tomorrow", "2026-03-12 12:00"),
    ("today", "2026-03-11 15:20 > 2026-03-12 00:00"),
    ("tonight", "2026-03-11 18:00 > 2026-03-12 00:00"),
    ("in 10 minutes", "2026-03-11 15:30"),
    ("within an hour", "2026-03-11 16:20"),
    ("in half an hour", "2026-03-11 15:50"),
    ("in two days", day("2026-03-13")),
    ("by the end of the day", "2026-03-11 18:00 > 2026-03-12 00:00"),
    ("EOD", "2026-03-11 18:00 > 2026-03-12 00:00"),
    ("by close of business", "2026-03-11 18:00"),
    ("by the end of the week", "2026-03-13 18:00 > 2026-03-16 00:00"),
    ("end of the month", "2026-03-31 00:00 > 2026-04-01 00:00"),
    ("by 12 March", day("2026-03-12")),
    ("by 5 March", day("2027-03-05")),
    ("by 29 February", day("2028-02-29")),
    ("12/03", day("2026-03-12")),
    ("2026-03-12 14:00", "2026-03-12 14:00"),
    ("next week", "2026-03-16 00:00 > 2026-03-23 00:00"),
    ("before midnight", "2026-03-12 00:00"),
    ("asap", None),
    ("by the end of May", "2026-05-31 00:00 > 2026-06-01 00:00"),
    ("5月底", "2026-05-31 00:00 > 2026-06-01 00:00"),
    ("в течение часа", "2026-03-11 16:20"),
    ("к четырем", "2026-03-11 16:00"),
    ("两点", "2026-03-12 14:00"),
    ("after the meeting", None),
    ("yesterday", None),
    ("two hours ago", None),
    ("до конца дня", "2026-03-11 18:00 > 2026-03-12 00:00"),
    ("до конца рабочего дня", "2026-03-11 18:00"),
    ("до конца недели", "2026-03-13 18:00 > 2026-03-16 00:00"),
    ("к понедельнику", day("2026-03-16")),
    ("до пятницы", "2026-03-13 00:00"),
    ("к 15:00", "2026-03-12 15:00"),
    ("к 17:00", "2026-03-11 17:00"),
    ("к пяти вечера", "2026-03-11 17:00"),
    ("через час", "2026-03-11 16:20"),
    ("через полчаса", "2026-03-11 15:50"),
    ("через 20 минут", "2026-03-11 15:40"),
    ("через два дня", day("2026-03-13")),
    ("через неделю", day("2026-03-18")),
    ("завтра к 9 утра", "2026-03-12 09:00"),
    ("до завтра", "2026-03-12 00:00"),
    ("к утру", "2026-03-12 06:00 > 2026-03-12 12:00"),
    ("к вечеру", "2026-03-11 18:00 > 2026-03-12 00:00"),
    ("послезавтра", day("2026-03-13")),
    ("明天上午之前", "2026-03-12 06:00 > 2026-03-12 12:00"),
    ("下班前", "2026-03-11 18:00"),
    ("今天下班前", "2026-03-11 18:00"),
    ("月底", "2026-03-31 00:00 > 2026-04-01 00:00"),
    ("周五之前", "2026-03-13 00:00"),
    ("下周一", day("2026-03-16")),
    ("下午5点前", "2026-03-11 17:00"),
    ("半小时后", "2026-03-11 15:50"),
    ("两小时内", "2026-03-11 17:20"),
    ("三天内", day("2026-03-14")),
    ("3月12日", day("2026-03-12")),
    ("后天", day("2026-03-13")),
    ("今天之前", "2026-03-11 15:20 > 2026-03-12 00:00"),
    ("周五上午", "2026-03-13 06:00 > 2026-03-13 12:00"),
    ("by half four", "2026-03-11 16:30"),
    ("at ten to four", "2026-03-11 15:50"),
    ("без пятнадцати восемь", "2026-03-11 19:45"),
    ("до трёх дня", "2026-03-12 15:00"),
    ("on the last day of the month", "2026-03-31 00:00 > 2026-04-01 00:00"),
    ("end of play Thursday", "2026-03-12 18:00 > 2026-03-13 00:00"),
    ("к концу четверти", None),
    ("0月", None),
    ("13月", None),
    ("до конца смены", None),
]


@pytest.mark.parametrize(("phrase", "meant"), SINCE)
def test_since_when(phrase: str, meant: str | None) -> None:
    assert shown(resolve(phrase, local(WEDNESDAY, BERLIN), BERLIN), BERLIN) == meant


@pytest.mark.parametrize(("phrase", "meant"), DUE)
def test_by_when(phrase: str, meant: str | None) -> None:
    assert shown(due(phrase, local(WEDNESDAY, BERLIN), BERLIN), BERLIN) == meant


# said where and when, phrase, what is meant in UTC
CHANGES = [
    # Berlin goes from 02:00 to 03:00 on 29 March 2026
    (BERLIN, "2026-03-29 04:00", "two hours ago", "2026-03-29 00:00"),
    (BERLIN, "2026-03-29 12:00", "since 2:30 am", "2026-03-29 01:30"),
    (BERLIN, "2026-03-29 12:00", "since 03:00", "2026-03-29 01:00"),
    (BERLIN, "2026-03-29 12:00", "today", "2026-03-28 23:00 > 2026-03-29 10:00"),
    (BERLIN, "2026-03-30 12:00", "yesterday", "2026-03-28 23:00 > 2026-03-29 22:00"),
    (BERLIN, "2026-03-30 12:00", "in der Nacht", None),
    (BERLIN, "2026-03-30 09:00", "24 часа назад", "2026-03-29 07:00"),
    (BERLIN, "2026-03-30 02:30", "24 hours ago", "2026-03-29 00:30"),
    # and from 03:00 back to 02:00 on 25 October
    (BERLIN, "2026-10-25 12:00", "since 2:30 am", "2026-10-25 01:30"),
    (BERLIN, "2026-10-25 04:00", "3 hours ago", "2026-10-25 00:00"),
    (BERLIN, "2026-10-26 12:00", "yesterday", "2026-10-24 22:00 > 2026-10-25 23:00"),
    (BERLIN, "2026-10-26 12:00", "昨天", "2026-10-24 22:00 > 2026-10-25 23:00"),
    # New York: 8 March and 1 November 2026, at two in the night
    (NEW_YORK, "2026-03-08 12:00", "since 2:30 am", "2026-03-08 07:30"),
    (NEW_YORK, "2026-03-08 04:00", "два часа назад", "2026-03-08 06:00"),
    (NEW_YORK, "2026-03-09 09:00", "yesterday evening", "2026-03-08 22:00 > 2026-03-09 04:00"),
    (NEW_YORK, "2026-11-01 12:00", "since 1:30 am", "2026-11-01 06:30"),
    (NEW_YORK, "2026-11-02 09:00", "since Sunday", "2026-11-01 04:00 > 2026-11-02 05:00"),
    (NEW_YORK, "2026-11-01 03:00", "三小时前", "2026-11-01 05:00"),
    # the turn of the year, of months, the leap day, midnight
    (BERLIN, "2026-01-01 00:10", "yesterday evening", "2025-12-31 17:00 > 2025-12-31 23:00"),
    (BERLIN, "2026-01-01 00:10", "half an hour ago", "2025-12-31 22:40"),
    (BERLIN, "2026-01-02 10:00", "с 30 декабря", "2025-12-29 23:00 > 2025-12-30 23:00"),
    (BERLIN, "2026-01-02 10:00", "12月30日", "2025-12-29 23:00 > 2025-12-30 23:00"),
    (BERLIN, "2026-01-02 10:00", "last month", "2025-11-30 23:00 > 2025-12-31 23:00"),
    (BERLIN, "2026-01-02 10:00", "last week", "2025-12-21 23:00 > 2025-12-28 23:00"),
    (BERLIN, "2026-01-02 10:00", "上周五", "2025-12-25 23:00 > 2025-12-26 23:00"),
    (BERLIN, "2026-03-31 10:00", "a month ago", "2026-02-27 23:00 > 2026-02-28 23:00"),
    (BERLIN, "2028-03-01 10:00", "yesterday", "2028-02-28 23:00 > 2028-02-29 23:00"),
    (BERLIN, "2028-02-29 10:00", "a year ago", "2027-02-27 23:00 > 2027-02-28 23:00"),
    (BERLIN, "2026-03-11 00:00", "since midnight", "2026-03-10 23:00"),
    (BERLIN, "2026-03-11 00:00", "since 23:59", "2026-03-10 22:59"),
    (NEW_YORK, "2026-03-10 23:30", "this morning", "2026-03-10 10:00 > 2026-03-10 16:00"),
    # the same words on both sides of a change
    (BERLIN, "2026-03-29 12:00", "позавчера вечером", "2026-03-27 17:00 > 2026-03-27 23:00"),
    (BERLIN, "2026-03-30 12:00", "позавчера вечером", "2026-03-28 17:00 > 2026-03-28 23:00"),
    (BERLIN, "2026-03-31 12:00", "позавчера вечером", "2026-03-29 16:00 > 2026-03-29 22:00"),
    (BERLIN, "2026-03-30 12:00", "上周三下午", "2026-03-25 11:00 > 2026-03-25 17:00"),
    (BERLIN, "2026-04-06 12:00", "上周三下午", "2026-04-01 10:00 > 2026-04-01 16:00"),
    (NEW_YORK, "2026-11-02 09:00", "last Friday", "2026-10-30 04:00 > 2026-10-31 04:00"),
    (NEW_YORK, "2026-11-09 09:00", "last Friday", "2026-11-06 05:00 > 2026-11-07 05:00"),
    (BERLIN, "2028-03-01 10:00", "позавчера вечером", "2028-02-28 17:00 > 2028-02-28 23:00"),
    (BERLIN, "2028-03-02 10:00", "前天晚上", "2028-02-29 17:00 > 2028-02-29 23:00"),
    (BERLIN, "2026-01-01 10:00", "третий день", "2025-12-29 23:00 > 2025-12-30 23:00"),
    (BERLIN, "2026-01-01 10:00", "上周三下午", "2025-12-24 11:00 > 2025-12-24 17:00"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "said", "phrase", "meant"), CHANGES)
def test_the_calendar_is_the_senders(
    zone: ZoneInfo, said: str, phrase: str, meant: str | None
) -> None:
    assert shown(resolve(phrase, local(said, zone), zone), ZoneInfo("UTC")) == meant


DUE_AT_CHANGES = [
    (BERLIN, "2026-03-28 20:00", "by 2:30 am", "2026-03-29 01:30"),
    (BERLIN, "2026-03-28 20:00", "by tomorrow", "2026-03-28 23:00 > 2026-03-29 22:00"),
    (BERLIN, "2026-03-29 01:30", "in two hours", "2026-03-29 02:30"),
    (BERLIN, "2026-10-25 01:30", "through 2:30 am", "2026-10-25 00:30"),
    (NEW_YORK, "2026-10-31 20:00", "by 1:30 am", "2026-11-01 05:30"),
    (BERLIN, "2026-12-31 20:00", "by tomorrow", "2026-12-31 23:00 > 2027-01-01 23:00"),
    (BERLIN, "2026-12-31 20:00", "к 2 января", "2027-01-01 23:00 > 2027-01-02 23:00"),
    (BERLIN, "2026-12-31 20:00", "下周一之前", "2027-01-03 23:00"),
    (BERLIN, "2028-02-28 20:00", "through tomorrow", "2028-02-28 23:00 > 2028-02-29 23:00"),
    (BERLIN, "2026-01-31 12:00", "through 月底", "2026-01-31 11:00 > 2026-01-31 23:00"),
    (BERLIN, "2026-03-11 19:00", "下班前", "2026-03-12 17:00"),
    (
        BERLIN,
        "2028-02-10 12:00",
        "the last day of the month",
        "2028-02-28 23:00 > 2028-02-29 23:00",
    ),
    (BERLIN, "2026-12-31 20:00", "at quarter past nine tomorrow", "2027-01-01 08:15"),
]


@pytest.mark.parametrize(("zone", "said", "phrase", "meant"), DUE_AT_CHANGES)
def test_a_deadline_is_on_the_senders_calendar(
    zone: ZoneInfo, said: str, phrase: str, meant: str
) -> None:
    assert shown(due(phrase, local(said, zone), zone), ZoneInfo("UTC")) == meant


BITS = st.sampled_from(
    "since by last next this Monday Friday week month year day yesterday tomorrow morning evening at 5 14:30 pm 12.03"
    " 29 February 31/12 ago in two hours half an с к до через назад вчера завтра утра неделе час полтора прошлый пятницу"
    " 昨天 下午 3点 半 前 后 上周五 月底 小时 个 天 内 99999 0 24:00 99:99 2026-02-30 9999-12-31 0001-01-01".split()
)
PHRASES = st.one_of(
    st.text(max_size=40),
    st.lists(BITS, max_size=6).map(" ".join),
    st.lists(BITS, max_size=6).map("".join),
    st.sampled_from([phrase for phrase, _ in SINCE + DUE]),
)
MOMENTS = st.datetimes(timezones=st.just(UTC))
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in (
        "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Asia/Kathmandu", "Africa/Cairo",
        "Australia/Lord_Howe", "Pacific/Kiritimati", "America/St_Johns",
    )]
)  # fmt: skip


@given(PHRASES, MOMENTS, ZONES)
def test_what_began_is_past_and_what_is_due_is_ahead(
    phrase: str, said: datetime, zone: ZoneInfo
) -> None:
    if began := resolve(phrase, said, zone):
        assert began.start <= began.end <= said
        assert began.start.tzinfo is UTC
    if needed := due(phrase, said, zone):
        assert said <= needed.start <= needed.end
        assert needed.end > said


@pytest.mark.parametrize(
    "piece", ["last ", "3", "半", "12.03 ", "a ", " ", "\n", "周", "вчера", ":", "ё"]
)
def test_a_megabyte_takes_no_longer_than_a_phrase(piece: str) -> None:
    text = (piece * 1_000_000)[:1_000_000]
    said = local(WEDNESDAY, BERLIN)
    assert seconds(lambda: (resolve(text, said, BERLIN), due(text, said, BERLIN))) < 0.05
