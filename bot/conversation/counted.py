"""Which answer has the number or the day in it somebody says: "5 %" is "Less than 10 %". Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from nlp.times import due

_WORDS: Final = {
    word: number
    for number, words in enumerate(
        (
            "zero ноль 零",
            "one один одна одного 一",
            "two два две двух 二 两",
            "three три трех 三",
            "four четыре четырех 四",
            "five пять пяти 五",
            "six шесть шести 六",
            "seven семь семи 七",
            "eight восемь восьми 八",
            "nine девять девяти 九",
            "ten десять десяти 十",
        )
    )
    for word in words.split()
}
_NUMBER: Final = (
    r"(?P<number>\d{1,6}|(?<!\w)(?:"
    + "|".join(word for word in _WORDS if word < "\u3400")
    + r")(?!\w)|["
    + "".join(word for word in _WORDS if word >= "\u3400")
    + "])"
)
_OVER: Final = re.compile(
    rf"(?:\b(?:more than|over|above|at least|больше|более|свыше|не меньше)|超过|多于|至少) ?{_NUMBER}"
)
_OR_MORE: Final = re.compile(
    rf"{_NUMBER} ?(?:\S{{1,8}} )?(?:天)?(?:or more|или больше|или более|或更多|以上)"
)
_UNDER: Final = re.compile(
    rf"(?:\b(?:less than|under|below|fewer than|меньше|менее)|不到|少于|低于|不足) ?{_NUMBER}"
)
_PART: Final = re.compile(
    rf"{_NUMBER} ?(?:%|percent|per cent|процент\w*)"
    rf"|процент\w* {_NUMBER.replace('<number>', '<turned>')}"
    rf"|百分之{_NUMBER.replace('<number>', '<chinese>')}"
)
_HALF: Final = re.compile(r"\bhalf\b|\bполовин\w+|一半")
_ANY: Final = re.compile(_NUMBER)
_DAYS: Final = re.compile(r"\bdays?\b|\bдн(?:ей|я|и)\b|\bдень\b|天|日")


class _Bound(Struct, frozen=True):
    """What numbers an answer is for."""

    number: float
    more: bool  # than that, or that and more
    too: bool  # the number itself

    def holds(self, number: float) -> bool:
        if number == self.number:
            return self.too
        return (number > self.number) is self.more


def counted(said: str, labels: Sequence[str], question: str, now: datetime) -> int | None:
    """The place of the one answer whose bounds hold what is said. Both as `choices.plain` gives them."""
    bounds = [_bound(one) for one in labels]
    if not any(bounds):
        return None
    lows = _told(said, any("%" in one for one in labels), question, now)
    fits = [[n for n, one in enumerate(bounds) if one and one.holds(low)] for low in lows]
    return fits[0][0] if fits and all(len(one) == 1 and one == fits[0] for one in fits) else None


def _bound(label: str) -> _Bound | None:
    if found := _OR_MORE.search(label):
        return _Bound(_value(found["number"]), more=True, too=True)
    if found := _OVER.search(label):
        return _Bound(_value(found["number"]), more=True, too=False)
    if found := _UNDER.search(label):
        return _Bound(_value(found["number"]), more=False, too=False)
    return None


def _told(said: str, share: bool, question: str, now: datetime) -> tuple[float, ...]:
    """The number, or the first and the last of a span of days; none where it says several."""
    if share:
        if _HALF.search(said):
            return (50.0,)
        parts = list(_PART.finditer(said))
        if len(parts) == 1:
            return (_value(next(filter(None, parts[0].groups()))),)
    elif _DAYS.search(question) and (span := due(said, now, ZoneInfo("UTC"))) is not None:
        last = max(span.start, span.end - timedelta(days=1))
        return (_working_days(now, span.start), _working_days(now, last))
    numbers = list(_ANY.finditer(said))
    return (_value(numbers[0]["number"]),) if len(numbers) == 1 and _is_bare(said) else ()


def _is_bare(said: str) -> bool:
    """A number with little beside it: "about 3", not "error 809 again since the update"."""
    return len(said.split()) <= 3 and len(said) <= 20


def _working_days(now: datetime, then: datetime) -> int:
    days = (then.date() - now.date()).days
    return sum((now + timedelta(days=n)).weekday() < 5 for n in range(1, days + 1))


def _value(word: str) -> float:
    return float(word) if word[0].isdigit() else float(_WORDS[word])
