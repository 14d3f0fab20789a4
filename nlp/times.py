"""When is "since Monday", "вчера вечером", "半小时前", for someone who says it here and now?

A phrase names a moment more or less exactly: "14:30" to the minute, "Monday" to the day. What
comes back is the stretch in which that moment lies. Days, weeks and months are counted on the
calendar of the sender's zone; hours and minutes are time that has really passed, so that two
hours ago is right in the night when the clocks change.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct


class Span(Struct, frozen=True):
    """The moment meant is not before `start` and not after `end`, both UTC; known exactly, they
    are equal. A day ends where the next begins."""

    start: datetime
    end: datetime


def resolve(phrase: str, said: datetime, zone: ZoneInfo) -> Span | None:
    """When something began that is said to have begun then; never after `said`.

    "Monday" is the last one. None for what names no time ("after the update"), or the future.
    """
    return _bounded(phrase, said, zone, ahead=False)


def due(phrase: str, said: datetime, zone: ZoneInfo) -> Span | None:
    """By when something is needed; its end is always after `said`.

    "Friday" is the coming one; "before Friday" is the midnight at its beginning.
    """
    return _bounded(phrase, said, zone, ahead=True)


LOOKED_AT: Final = 200  # characters; a phrase is short
_EVENING, _WORK_ENDS = 18, 18  # hours of the clock


class _Here(Struct, frozen=True):
    """Who asks: when, in which zone, looking which way."""

    said: datetime  # UTC
    zone: ZoneInfo
    ahead: bool

    @property
    def today(self) -> date:
        return self.said.astimezone(self.zone).date()

    def at(self, day: date, minutes: int = 0) -> datetime:
        """That day by the clock on the wall. An hour that is left out is counted through; of one
        that comes twice, the one that fits the direction."""
        wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
        first = wall.replace(tzinfo=self.zone).astimezone(UTC)
        second = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        if second > first:  # twice
            if self.ahead:
                return first if first > self.said else second
            return second if second <= self.said else first
        return first

    def passed(self, moment: datetime) -> bool:
        """Whether it is on the wrong side."""
        return moment <= self.said if self.ahead else moment > self.said


def _bounded(phrase: str, said: datetime, zone: ZoneInfo, *, ahead: bool) -> Span | None:
    here = _Here(said.astimezone(UTC), zone, ahead)
    low = " ".join(phrase[:LOOKED_AT].lower().replace("ё", "е").replace("：", ":").split())
    low = _TURNED.sub(r"\2 \1", low)
    try:
        span = _meant(low, here)
    except (ValueError, OverflowError):  # the 31st of February, the year 20000
        return None
    if span is None:
        return None
    if ahead:
        return Span(max(span.start, here.said), span.end) if span.end > here.said else None
    return Span(span.start, min(span.end, here.said)) if span.start <= here.said else None


# --- numbers ------------------------------------------------------------------------------------

_WORDS: Final = {
    word: number
    for number, words in (
        (
            1,
            "a an one один одна одну одного одной",
        ),
        (2, "two couple пара пару пары два две двух двумя двум"),
        (3, "three три трех трем"),
        (4, "four четыре четырех четырем"),
        (5, "five пять пяти"),
        (6, "six шесть шести"),
        (7, "seven семь семи"),
        (8, "eight восемь восьми"),
        (9, "nine девять девяти"),
        (10, "ten десять десяти"),
        (11, "eleven одиннадцать одиннадцати"),
        (12, "twelve двенадцать двенадцати"),
        (15, "fifteen пятнадцать пятнадцати"),
        (20, "twenty двадцать двадцати"),
        (30, "thirty тридцать тридцати"),
        (40, "forty сорок сорока"),
        (1.5, "полтора полторы полутора"),
    )
    for word in words.split()
}
_HAN: Final = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "〇": 0,
}


def _number(word: str) -> float:
    if word[0].isdigit():
        return float(word.replace(",", "."))
    if word in _WORDS:
        return _WORDS[word]
    if word == "半":
        return 0.5
    if "十" in word:
        tens, ones = word.split("十", 1)
        return (_HAN[tens] if tens else 1) * 10 + (_HAN[ones] if ones else 0)
    return _HAN[word]


_DIGITS: Final = r"(?<![\w.,:])\d{1,4}(?:[.,]\d)?"
_SPELT: Final = "|".join(sorted(_WORDS, key=len, reverse=True))
_HAN_NUMBER: Final = (
    r"(?:\d{1,4}(?:\.\d)?|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九半])"
)

# --- so long ago, in so long --------------------------------------------------------------------

_UNITS: Final = (
    ("second", r"sec(?:ond)?s?|секунд\w?|сек|秒钟?"),
    ("minute", r"min(?:ute)?s?|минут\w{0,2}|мин|分钟?"),
    ("hour", r"h(?:ou)?rs?|hour|h|час(?:а|ов|у|ик\w?)?|ч|个?半?小时|个?半?钟头"),
    ("day", r"days?|день|дня|дней|дню|сутки|суток|天|日"),
    ("fortnight", r"fortnights?"),
    ("week", r"weeks?|wks?|недел\w{1,2}|周|个?星期|个?礼拜"),
    ("month", r"months?|месяц\w{0,2}|个?半?月"),
    ("year", r"years?|год\w{0,2}|лет|年"),
)
_UNIT: Final = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS)
_AMOUNT: Final = re.compile(
    rf"(?:(?P<number>{_DIGITS}|(?<!\w)(?:{_SPELT})) ?(?:of )?(?P<more>and a half |с половиной )?"
    rf"|(?P<half>(?<!\w)half (?:of )?an? |(?<!\w)пол)|(?P<han>{_HAN_NUMBER})(?P<han_more>个半)?"
    rf"|(?P<alone>(?<!\w)(?:через|уже|в течение|за последн\w{{2}}|около|примерно|больше|более|почти|свыше|где-то) |(?<!\w)(?=(?:час|день|недел\w|месяц|год|минут\w) назад)))"
    rf"(?:{_UNIT})(?![a-zа-я])(?P<after> and a half| с половиной)?"
)
_AHEAD: Final = re.compile(
    r"(?<!\w)(?:in|within|next)(?! the (?:last|past))(?: the next| about| less than)? (?=\d|an?\b|half|[a-z]+ (?:minut|hour|day|week|month))"
    r"|через|в течение|в ближайш|[之以]?[后後內内]"
)
_BACK: Final = re.compile(
    r"(?<!\w)(?:ago|back|for|past|last|already|over)(?!\w)|назад|уже|последн|подряд|больше|более|почти|свыше|где-то|[以之]?前|了|以来|过去|近|最近"
)
_AGAIN: Final = re.compile(r"(?<!\w)(?:every|each|per|times)(?!\w)|кажд|раз в |每")


_TURNED: Final = re.compile(  # минут десять
    rf"(?<!\w)(минут\w?|час(?:а|ов)|дн(?:я|ей)|недел[иь]|месяц(?:а|ев)) (\d{{1,3}}|{_SPELT})(?= назад| уже| как|$)"
)
_O_CLOCK: Final = re.compile(r"(?<!\w)(?:с|со|к|ко|до|после|в) $")


def _amount(low: str, here: _Here) -> Span | date | None:
    """A moment where hours were counted, a date where days were."""
    match = _AMOUNT.search(low)
    if match is None or _AGAIN.search(low):
        return None
    forward = (
        _AHEAD.search(low) is not None and "in the last" not in low and "in the past" not in low
    )
    if here.ahead != forward or (here.ahead and _BACK.search(low[match.end() :][:4])):
        return None
    if not forward and match["han"] and not _BACK.search(low):
        return None  # 3月, 12日: a date
    if not _BACK.search(low) and not forward and any(each.search(low) for each, _ in _NEAR):
        return None  # yesterday 17h
    if _O_CLOCK.search(low[: match.start()]) and match["hour"] and not _BACK.search(low):
        return None  # с 10 часов
    unit = next(name for name, _ in _UNITS if match[name])
    told = match["number"] or match["han"]
    number = 0.5 if match["half"] else _number(told) if told else 1.0
    if match["more"] or match["after"] or match["han_more"] or "个半" in match.group():
        number += 0.5
    sign = 1 if forward else -1
    if unit in ("second", "minute", "hour"):
        seconds = number * {"second": 1, "minute": 60, "hour": 3600}[unit]
        moment = here.said + sign * timedelta(seconds=seconds)
        return Span(moment, moment)
    if unit in ("day", "week", "fortnight"):
        days = {"day": 1, "week": 7, "fortnight": 14}[unit]
        return here.today + sign * timedelta(days=int(number * days))
    return _months_away(here.today, sign * int(number * (12 if unit == "year" else 1)))


_NTH: Final = re.compile(
    r"(?<!\w)(?P<nth>втор|трет|четверт|пят|шест|седьм)\w{1,3} (?P<unit>день|сутки|недел\w|месяц)"
)
_NTHS: Final = ("", "", "втор", "трет", "четверт", "пят", "шест", "седьм")


def _nth(low: str, here: _Here) -> date | None:
    """третий день: it began the day before yesterday."""
    match = _NTH.search(low)
    if match is None or here.ahead or _AGAIN.search(low):
        return None
    back = _NTHS.index(match["nth"]) - 1
    if match["unit"].startswith("месяц"):
        return _months_away(here.today, -back)
    return here.today - timedelta(days=back * (7 if match["unit"].startswith("недел") else 1))


def _months_away(day: date, months: int) -> date:
    """The same day of another month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- days ---------------------------------------------------------------------------------------

_NEAR: Final = tuple(
    (re.compile(pattern), days)
    for pattern, days in (
        (r"大前天|позапозавчера", -3),
        (r"day before yesterday|позавчера|前[天日晚]", -2),
        (r"大[后後]天", 3),
        (r"day after tomorrow|послезавтра|[后後]天", 2),
        (r"yesterday|вчера|昨[天日晚早]?", -1),
        (r"tomorrow|(?<!\w)(?:tmrw|tmr)(?!\w)|завтра|明[天日早晚]", 1),
        (r"today|tonight|this (?:morning|afternoon|evening|noon)|сегодня|今[天日早晚]", 0),
        (
            r"(?<!\w)(?:all|whole|the entire) (?:day|morning)(?!\w)|(?:весь|целый) день|все утро|一整天|整天",
            0,
        ),
    )
)
_WEEKDAYS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\w)mon(?:days?)?(?!\w)|(?<!\w)(?:понедельник|пн(?!\w))|(?:周|星期|礼拜)一",
        r"(?<!\w)tue(?:s(?:days?)?)?(?!\w)|(?<!\w)(?:вторник|вт(?!\w))|(?:周|星期|礼拜)二",
        r"(?<!\w)wed(?:nesdays?)?(?!\w)|(?<!\w)(?:сред(?:а|ы|у|е)(?!\w)|ср(?!\w))|(?:周|星期|礼拜)三",
        r"(?<!\w)thu(?:r(?:s(?:days?)?)?)?(?!\w)|(?<!\w)(?:четверг|чт(?!\w))|(?:周|星期|礼拜)四",
        r"(?<!\w)fri(?:days?)?(?!\w)|(?<!\w)(?:пятниц|пт(?!\w))|(?:周|星期|礼拜)五",
        r"(?<!\w)sat(?:urdays?)?(?!\w)|(?<!\w)(?:суббот|сб(?!\w))|(?:周|星期|礼拜)六",
        r"(?<!\w)sun(?:days?)?(?!\w)|(?<!\w)(?:воскресень|вс(?!\w))|(?:周|星期|礼拜)[日天]",
    )
)
_LAST: Final = re.compile(
    r"(?<!\w)(?:last|previous|past)(?!\w)|прошл|минувш|предыдущ|上(?!午|班|课|学|线|网)"
)
_NEXT: Final = re.compile(r"(?<!\w)next(?!\w)|следующ|будущ|下(?!午|班)")
_MONTHS: Final = tuple(
    "|".join(words)
    for words in (
        ("jan(?:uary)?", "январ[ьяе]"),
        ("feb(?:ruary)?", "феврал[ьяе]"),
        ("mar(?:ch)?", "март[ае]?"),
        ("apr(?:il)?", "апрел[ьяе]"),
        ("may", "ма[йяе]"),
        ("june?", "июн[ьяе]"),
        ("july?", "июл[ьяе]"),
        ("aug(?:ust)?", "август[ае]?"),
        ("sept?(?:ember)?", "сентябр[ьяе]"),
        ("oct(?:ober)?", "октябр[ьяе]"),
        ("nov(?:ember)?", "ноябр[ьяе]"),
        ("dec(?:ember)?", "декабр[ьяе]"),
    )
)
_MONTH: Final = "(?:" + "|".join(f"(?P<m{n}>{words})" for n, words in enumerate(_MONTHS, 1)) + ")"
_YEAR: Final = r"(?P<year>\d{4}|(?<=[./])\d{2})"
_DATES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})(?P<sep>[-./])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)",
        r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号號]?",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|-?го)?(?: of)? {_MONTH}(?!\w)(?:,? (?P<year>\d{{4}})(?!\d))?",
        rf"(?<!\w){_MONTH} (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,? (?P<year>\d{{4}})(?!\d))?",
        rf"(?<![\d.])(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})(?:\.{_YEAR})?(?![\d:])(?!\.\d)",
        rf"(?<![\d/])(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?:/{_YEAR})?(?![\d/])",
        r"(?:(?<=the )|(?<=on ))(?P<day>\d{1,2})(?:st|nd|rd|th)(?!\w)|(?<!\d)(?P<d2>\d{1,2})(?:-?го|-?е|-?му| числа)(?!\w)(?! час)"
        r"|(?<!\d)(?P<d3>\d{1,2})[号號]",
    )
)


def _date(low: str, here: _Here) -> tuple[date, str] | None:
    """A date as written, and the text without it."""
    for pattern in _DATES:
        match = pattern.search(low)
        if match is None:
            continue
        said = match.groupdict()
        day = int(said.get("day") or said.get("d2") or said.get("d3") or 0)
        month = int(said.get("month") or 0)
        month = month or next((n for n in range(1, 13) if said.get(f"m{n}")), 0)
        if month > 12 and "/" in match.group():
            day, month = month, day
        if "." in match.group() and not said.get("year") and (month > 12 or month == 0):
            continue  # 14.30 is a time
        if not month and (whole := _stretch(low, here)) and whole[0] == "month":
            return whole[1].replace(day=day), low[: match.start()] + " " + low[match.end() :]
        year = int(said["year"]) if said.get("year") else 0
        found = _on_calendar(year + 2000 if 0 < year < 100 else year, month, day, here)
        return found, low[: match.start()] + " " + low[match.end() :]
    return None


def _on_calendar(year: int, month: int, day: int, here: _Here) -> date:
    """Where year or month were left out: the nearest such day in the direction that counts."""
    if year:
        return date(year, month, day)
    step = (12 if month else 1) * (1 if here.ahead else -1)
    first = date(here.today.year, month or here.today.month, 1)
    for away in range(0, 9 * step, step):  # 29 February is eight years away at most
        there = _months_away(first, away)
        if day <= monthrange(there.year, there.month)[1]:
            found = there.replace(day=day)
            if found >= here.today if here.ahead else found <= here.today:
                return found
    raise ValueError(f"there is no day {day} of month {month}")


def _weekday(low: str, here: _Here) -> tuple[date, str] | None:
    for number, pattern in enumerate(_WEEKDAYS):
        match = pattern.search(low)
        if match is None:
            continue
        rest = low[: match.start()] + " " + low[match.end() :]
        week = _week(low)
        monday = here.today - timedelta(days=here.today.weekday())
        if week is not None:
            return monday + timedelta(days=7 * week + number), rest
        since = (here.today.weekday() - number) % 7
        if here.ahead:
            return here.today + timedelta(days=7 - since), rest
        if since == 0 and _LAST.search(low):
            since = 7
        return here.today - timedelta(days=since), rest
    return None


_WEEK: Final = re.compile(r"(?<!\w)week(?!\w|end)|недел|(?:周|星期|礼拜)")
_THIS: Final = re.compile(r"(?<!\w)this(?!\w)|(?<!\w)эт(?:ой|ом|от|а|у)(?!\w)|текущ|[本这這]")


def _week(low: str) -> int | None:
    """Which week a weekday is said to be in, from this one; None where none is said."""
    if _NEXT.search(low):
        return 1
    if _WEEK.search(low) is None:
        return None
    return -1 if _LAST.search(low) else 0 if _THIS.search(low) else None


# --- longer stretches ---------------------------------------------------------------------------

_STRETCHES: Final = (
    ("weekend", re.compile(r"weekend|выходны|周末|週末")),
    ("week", re.compile(r"(?<!\w)week(?!\w)|недел|(?:上|这|本|下)个?(?:周|星期|礼拜)")),
    ("month", re.compile(r"(?<!\w)month(?!\w)|месяц|(?:上|这|本|下)个?月|月[底初末]")),
    ("quarter", re.compile(r"(?<!\w)quarter(?!\w| to| past)|квартал|季度")),
    ("year", re.compile(r"(?<!\w)year(?!\w)|(?<!\w)год(?:а|у)?(?!\w)|去年|今年|明年|年[底初末]")),
)


_MONTH_ALONE: Final = re.compile(
    rf"(?<!\w)(?:since|from|in|by|until|of|mid|с|со|в|к|до|конца|конце|начала|начале|середины|середине) {_MONTH}(?!\w)|(?P<han>\d{{1,2}})月(?!\d)"
)


def _month(low: str, here: _Here) -> tuple[date, date] | None:
    """A month by its name: the last one that has begun, or the next that has not ended."""
    match = _MONTH_ALONE.search(low)
    if match is None:
        return None
    named = next((n for n in range(1, 13) if match[f"m{n}"]), 0)
    month = int(match["han"]) if match["han"] else named
    if not 1 <= month <= 12:
        return None
    first = date(here.today.year, month, 1)
    if here.ahead and _months_away(first, 1) <= here.today:
        first = _months_away(first, 12)
    elif not here.ahead and first > here.today:
        first = _months_away(first, -12)
    return first, _months_away(first, 1)


def _stretch(low: str, here: _Here) -> tuple[str, date, date] | None:
    """Its name, first day and the day after it."""
    if named := _month(low, here):
        return "month", *named
    for name, pattern in _STRETCHES:
        if pattern.search(low):
            away = (
                -1
                if _LAST.search(low) or "去年" in low
                else 1
                if _NEXT.search(low) or "明年" in low
                else 0
            )
            return name, *_days_of(name, away, here)
    return None


def _days_of(name: str, away: int, here: _Here) -> tuple[date, date]:
    today = here.today
    if name in ("week", "weekend"):
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * away)
        if name == "week":
            return monday, monday + timedelta(days=7)
        if not here.ahead and away == 0 and today.weekday() < 5:
            monday -= timedelta(days=7)
        return monday + timedelta(days=5), monday + timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}[name]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    first = _months_away(first, away * months)
    return first, _months_away(first, months)


# --- parts of a day and the clock ---------------------------------------------------------------

_PARTS: Final = tuple(  # from and to, in hours of the day it is said of
    (re.compile(pattern), start, end)
    for pattern, start, end in (
        (r"вчера ночью|昨(?:天)?夜", 18, 30),
        (r"凌晨|清晨|early hours|под утро|(?<!\w)ноч[ьи]\w{0,2}|半夜|夜里|深夜", 0, 6),
        (r"morning|(?<!\w)утр\w{1,3}|上午|早[上晨]|[今明昨]早", 6, 12),
        (r"lunch|(?<!после )(?<!\w)обед\w{0,2}|中午", 12, 14),
        (r"afternoon|после обеда|下午|午后|(?<!\w)днем", 12, 18),
        (r"evening|tonight|вечер\w{0,3}|晚上?|傍晚", _EVENING, 24),
    )
)
_LATE: Final = re.compile(
    r"p\.?m(?!\w)|afternoon|evening|tonight|вечера|(?<!сего)дня|下午|晚|傍晚|в обед|после обеда|中午"
)
_EARLY: Final = re.compile(r"a\.?m(?!\w)|morning|утра|ноч[ьи]\w?|上午|早|凌晨|半夜|夜里|深夜")
_CLOCKS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\d:.])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?!\d)",
        r"(?<![\d:.])(?P<hour>\d{1,2})[.](?P<minute>[0-5]\d)(?![\d.])",
        r"(?<![\d:.])(?P<hour>\d{1,2}) ?(?:[ap]\.?m(?!\w)|o'?clock|h(?!\w)|час(?:ов|а|ам)?(?!\w)|ч(?!\w)|утра|вечера|дня|ночи)",
        r"(?P<hour>\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[零一二两三四五六七八九])[点點时時](?!间)"
        r"(?:(?P<minute>\d{1,2}|半|一刻|三刻|[一二三四五]?十[一二三四五六七八九]?))?",
        rf"(?<!\w)(?:at|since|by|before|from|after|until|till|around|about|с|со|к|ко|до|в|около|после|районе) (?P<hour>\d{{1,2}}|{_SPELT})(?![\w.,:/%-]|\d)"
        r"(?! (?:people|users|times|pcs|minutes|hours?|days?|weeks?|months?|человек|раз|компьютер|минут|дн(?!я(?!\w))|недел|месяц))",
    )
)
_HALF_PAST: Final = re.compile(
    rf"(?P<what>half past|half|(?:quarter|five|ten|twenty(?:[ -]five)?|\d{{1,2}})(?: minutes)? (?:past|to)) (?P<hour>\d{{1,2}}|{_SPELT})(?!\w)"
)
_TURNS: Final = (
    (re.compile(r"midnight|полночь|полуноч|полночи|午夜|零点|半夜十二点"), 0),
    (re.compile(r"(?<!\w)noon(?!\w)|midday|полдень|полудн|полдня|正午"), 720),
)


def _minutes_away(what: str) -> int:
    """Half, quarter past, ten to."""
    if what.startswith("half"):
        return 30
    word, *_, way = what.split(" ")
    number = (
        15
        if word == "quarter"
        else 25
        if "-five" in word or " five" in what
        else int(_number(word))
    )
    return number if way == "past" else -number


_HALF_RU: Final = re.compile(
    r"(?<!\w)(?:пол(?:овин[еуы] )?|(?P<without>без) (?P<minutes>пяти|десяти|пятнадцати|четверти|двадцати) )"
    r"(?P<hour>перв|втор|трет|четверт|пят|шест|седьм|восьм|девят|десят|одиннадцат|двенадцат|час|два|три|четыр|шесть|семь|восемь|девять|десять)\w*"
)
_HOURS_RU: Final = (
    "час перв", "два втор", "три трет", "четыр четверт", "пят", "шест", "сем седьм", "восем восьм", "девят", "десят",
    "одиннадцат", "двенадцат",
)  # fmt: skip


def _clock(low: str, here: _Here) -> tuple[int, ...]:
    """Minutes from midnight, the likeliest first; empty where no time of day is said."""
    for pattern, minutes in _TURNS:
        if pattern.search(low):
            return (minutes,)
    if match := _HALF_PAST.search(low):
        away = _minutes_away(match["what"])
        return _either(int(_number(match["hour"])), away, low, exact=False)
    if match := _HALF_RU.search(low):  # полвторого, без десяти три
        hour = next(
            n
            for n, words in enumerate(_HOURS_RU, 1)
            if match["hour"].startswith(tuple(words.split()))
        )
        if not match["without"]:
            return _either(hour - 1 or 12, 30, low, exact=False)
        minutes = 15 if match["minutes"] == "четверти" else int(_number(match["minutes"]))
        return _either(hour, -minutes, low, exact=False)
    for pattern in _CLOCKS:
        if match := pattern.search(low):
            hour, said = int(_number(match["hour"])), match.groupdict().get("minute") or "0"
            minute = {"半": 30, "一刻": 15, "三刻": 45}.get(said) or int(_number(said))
            if hour > 24 or minute > 59 or (hour == 24 and minute):
                return ()
            exact = ":" in match.group() and (match.group().startswith("0") or not low.isascii())
            return _either(hour, minute, low, exact=exact)
    return ()


def _either(hour: int, minute: int, low: str, *, exact: bool) -> tuple[int, ...]:
    """Morning or evening, where the words leave it open: 1 to 6 are rather after noon."""
    if _LATE.search(low) and hour < 12:
        return ((hour + 12) * 60 + minute,)
    if _LATE.search(low) and hour == 12 and re.search(r"晚|evening|вечера", low):
        return (24 * 60 + minute,)
    if _EARLY.search(low):
        return (hour % 12 * 60 + minute,) if hour <= 12 else (hour * 60 + minute,)
    if exact or hour >= 12 or hour == 0 or _LATE.search(low):
        return (hour * 60 + minute,)
    early, late = hour * 60 + minute, (hour + 12) * 60 + minute
    return (late, early) if hour < 7 else (early, late)


def _part(low: str) -> tuple[int, int] | None:
    return next(((start, end) for pattern, start, end in _PARTS if pattern.search(low)), None)


# --- all together -------------------------------------------------------------------------------

_JUST_NOW: Final = re.compile(
    r"just now|a (?:moment|minute) ago|(?<!\w)только что|刚[才刚]?|just (?:started|happened)"
)
_NOW: Final = re.compile(r"^(?:right )?now$|^сейчас$|^现在$")
_BEFORE: Final = re.compile(r"(?<!\w)(?:before|until|till|до)(?!\w)|前")
_ENDING: Final = re.compile(
    r"(?<!\w)(?:end of|eo[dwm]|cob|close of|end)(?!\w)|конц[ауе]|конец|[底末]|下班|(?:本周|今天|这周)[之以]?内"
)
_LAST_DAY: Final = re.compile(r"(?<!\w)last (?:working |business )?day(?!\w)")
_OF_DAY: Final = re.compile(
    r"(?<!\w)(?:day|eod|cob|business|work|today)(?!\w)|(?<!\w)дня|рабоч|下班|[日天]"
)
_OF_WORK: Final = re.compile(r"(?<!\w)(?:cob|close of business|business|work)(?!\w)|рабоч|下班")


def _meant(low: str, here: _Here) -> Span | None:
    if _NOW.match(low) or _JUST_NOW.search(low):
        if here.ahead:
            return None
        return Span(here.said - timedelta(minutes=0 if _NOW.match(low) else 15), here.said)
    if here.ahead:
        low = _LAST_DAY.sub("end", low)
    if here.ahead and _ENDING.search(low):
        return _end_of(low, here)
    for read in (_date, _weekday):
        if found := read(low, here):
            return _on(found[0], found[1], low, here)
    amount = _amount(low, here)
    if isinstance(amount, Span):
        return amount
    if amount is not None:
        match = _AMOUNT.search(low)
        return _on(amount, low[match.end() :] if match else low, low, here)
    if (began := _nth(low, here)) is not None:
        return _on(began, "", low, here)
    if "last night" in low or "прошлой ночью" in low:
        for each in _clock(low, here):  # before midnight or after it
            moment = here.at(here.today - timedelta(days=1 if each >= 720 else 0), each)
            if each % 720 < 360 or each >= 1080:
                return Span(moment, moment)
        return Span(here.at(here.today, -360), here.at(here.today, 360))
    for pattern, days in _NEAR:
        if match := pattern.search(low):
            return _on(here.today + timedelta(days=days), low, low, here)
    if (stretch := _stretch(low, here)) and not _clock(low, here):
        _, first, after = stretch
        if re.search("[初]|beginning of|начал", low):
            after = first + timedelta(days=3)
        return _before(low, Span(here.at(first), here.at(after)), here)
    return _some_day(low, here)


def _before(low: str, span: Span, here: _Here) -> Span:
    """ "Before Friday" is over when Friday begins, if that is still to come."""
    if here.ahead and _BEFORE.search(low) and span.start > here.said:
        return Span(span.start, span.start)
    return span


def _on(day: date, rest: str, low: str, here: _Here) -> Span:
    """That day, or the time of it that the rest of the phrase names."""
    minutes = _clock(rest, here)
    moments = [here.at(day, each) for each in minutes]
    if moments:
        moment = next((each for each in moments if not here.passed(each)), moments[0])
        return Span(moment, moment)
    if part := _part(rest):
        return Span(here.at(day, part[0] * 60), here.at(day, part[1] * 60))
    return _before(low, Span(here.at(day), here.at(day + timedelta(days=1))), here)


def _some_day(low: str, here: _Here) -> Span | None:
    """A time of day without its day: the nearest in the direction that counts."""
    days = [
        here.today + timedelta(days=step) for step in ((0, 1, 2) if here.ahead else (0, -1, -2))
    ]
    if minutes := _clock(low, here):
        for day in days:
            for each in minutes:
                if not here.passed(moment := here.at(day, each)):
                    return Span(moment, moment)
    if part := _part(low):
        for day in days:
            span = Span(here.at(day, part[0] * 60), here.at(day, part[1] * 60))
            if not here.passed(span.start):
                return span
    return None


def _end_of(low: str, here: _Here) -> Span | None:
    """The end of a day, week, month: from its last working hour, or day, to its last moment."""
    stretch = _stretch(low.replace("eow", "week").replace("eom", "month"), here)
    if stretch and "周末" not in low:
        name, _, after = stretch
        last = after - timedelta(days=1 if name != "week" else 3)
        start = here.at(last, _WORK_ENDS * 60 if name == "week" else 0)
        return Span(start, here.at(after))
    if stretch:
        return _before(low, Span(here.at(stretch[1]), here.at(stretch[2])), here)
    days = next((days for pattern, days in _NEAR if pattern.search(low)), 0)
    day = here.today + timedelta(days=days)
    named = _weekday(low, here) or _date(low, here)
    if named:
        day = named[0]
    if not (named or _OF_DAY.search(low) or any(near.search(low) for near, _ in _NEAR)):
        return None  # of a shift, of a term: who knows when
    if _OF_WORK.search(low):
        moment = here.at(day, _WORK_ENDS * 60)
        if moment <= here.said:
            moment = here.at(day + timedelta(days=1), _WORK_ENDS * 60)
        return Span(moment, moment)
    return Span(here.at(day, _WORK_ENDS * 60), here.at(day + timedelta(days=1)))
