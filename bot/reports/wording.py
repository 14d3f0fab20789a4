"""Figures and groups as people read them, in the language of the report."""

from datetime import date, datetime, timedelta
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from bot.reports.compute import FEW, Figure
from bot.reports.dimensions import AGENT
from bot.reports.estimates import Change
from bot.reports.metrics import METRICS, Form
from bot.reports.report import Report
from bot.text import Texts

_LOCALES: Final = {"en": "en_GB", "ru": "ru", "zh": "zh_Hans_CN"}
_LISTED: Final = {  # whose values have a text of their own
    "category": "category", "priority": "priority", "type": "type", "language": "language",
    "channel": "network", "level": "report-level",
}  # fmt: skip


class Words:
    """Of one report."""

    def __init__(self, texts: Texts, language: str, report: Report) -> None:
        self._texts, self.language, self._report = texts, language, report
        self.locale = Locale.parse(_LOCALES[language])

    def __call__(self, key: str, **values: str | int) -> str:
        return self._texts.label(f"report-{key}", self.language, **values)

    def metric(self, name: str) -> str:
        return self._texts.label(f"figure-{name.replace('_', '-')}", self.language)

    def dimension(self, name: str) -> str:
        return self(f"by-{name}")

    def group(self, dimension: str, key: str) -> str:
        """One day, queue, person."""
        if dimension == "day":
            return format_date(date.fromisoformat(key), "EEE d MMM y", locale=self.locale)
        if dimension == "month":
            return format_date(date.fromisoformat(f"{key}-01"), "LLLL y", locale=self.locale)
        if dimension == "hour":
            return f"{key}:00"
        if dimension == "weekday":
            return self.weekdays[int(key) - 1]
        if dimension == AGENT:
            return self._report.people.get(key) or f"#{key}"
        named = f"{_LISTED.get(dimension, '')}-{key}"
        return self._texts.label(named, self.language) if self._texts.has(named) else key

    def day(self, day: date) -> str:
        return format_date(
            day, "d MMMM y" if self.language != "zh" else "y年M月d日", locale=self.locale
        )

    def moment(self, moment: datetime) -> str:
        pattern = "d MMM y, HH:mm" if self.language != "zh" else "y年M月d日 HH:mm"
        zone = self._report.asked.zone
        return format_datetime(moment.astimezone(zone), pattern, locale=self.locale)

    @property
    def weekdays(self) -> list[str]:
        """Monday first."""
        names = self.locale.days["format"]["abbreviated"]
        return [str(names[day]) for day in range(7)]

    @property
    def period(self) -> str:
        asked = self._report.asked
        return self._span(asked.first, asked.last)

    def _span(self, first: date, last: date) -> str:
        if first == last:
            return self.day(first)
        return self("period", first=self.day(first), last=self.day(last))

    @property
    def before(self) -> str:
        asked = self._report.asked
        first, end = asked.before, asked.compared(self._report.until)
        if end < asked.since:  # the period is not over
            span = self("period", first=self.moment(first), last=self.moment(end))
        else:
            last = end - timedelta(microseconds=1)
            span = self._span(*(one.astimezone(asked.zone).date() for one in (first, last)))
        return self("compared", period=span)

    def value(self, name: str, figure: Figure) -> str:
        if figure.hidden:
            return self("few")
        if figure.value is None:
            return self("nothing")
        return self.number(METRICS[name].form, figure.value)

    def number(self, form: Form, value: float) -> str:
        match form:
            case Form.COUNT | Form.STOCK:
                return str(format_decimal(value, "#,##0", locale=self.locale))
            case Form.SHARE:
                pattern = "0.0%" if self.language == "zh" else "0.0\u00a0%"
                return str(format_percent(value, pattern, locale=self.locale))
            case Form.MEAN:
                return str(format_decimal(value, "0.00", locale=self.locale))
            case Form.TIME | Form.RATIO:
                return self.length(value)

    def length(self, seconds: float) -> str:
        """A time in its largest unit, with two digits that mean something: "4 min", "2.5 h", "12 d"."""
        for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
            if abs(seconds) >= (2 * size if unit == "days" else size):
                many = abs(seconds) / size
                shown = format_decimal(
                    seconds / size, "0.#" if many < 10 else "0", locale=self.locale
                )
                return self(unit, n=str(shown))
        return self("seconds", n=str(format_decimal(seconds, "0", locale=self.locale)))

    def interval(self, name: str, figure: Figure) -> str:
        if figure.low is None or figure.high is None:
            return ""
        form = METRICS[name].form
        return f"{self.number(form, figure.low)} – {self.number(form, figure.high)}"

    def change(self, name: str, change: Change | None) -> str:
        """ "+3.2 points", or that it may be chance."""
        if change is None:
            return ""
        if change.is_clear is False:
            return self("unclear")
        form = METRICS[name].form
        sign = "+" if change.difference > 0 else "−" if change.difference < 0 else "±"
        size = abs(change.difference)
        if form is Form.SHARE:
            points = str(format_decimal(size * 100, "0.#", locale=self.locale))
            return sign + self("points", n=points)
        return sign + self.number(form, size)

    def suppressed(self) -> str:
        return self("suppressed", count=FEW)
