"""The part of the configuration that is about figures: the font of reports, and digests."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AfterValidator, Field, field_validator

from bot.config_file import Place
from bot.config_kinds import Folder, Name, Section
from bot.reports import schedule
from nlp.understanding import Language

if TYPE_CHECKING:
    from bot.settings import Settings

CHATS: Final = ("slack", "telegram")
_ADDRESS: Final = re.compile(r"[^@\s:]+@[^@\s]+")


def _scheduled(written: str) -> str:
    schedule.read(written)
    return written


def _recipient(written: str) -> str:
    network, _, place = written.partition(":")
    if not _ADDRESS.fullmatch(written) and not (network in CHATS and place):
        raise ValueError(
            f'must be an e-mail address, slack:TEAM/CHANNEL or telegram:CHAT (is "{written}")'
        )
    return written


class Figures(Section):
    font: Folder | None = None

    @field_validator("font", mode="before")
    @classmethod
    def _empty_is_none(cls, font: Any) -> Any:
        return None if font == "" else font


class Digest(Section):
    at: Annotated[Name, AfterValidator(_scheduled)] = "mon 08:00"
    to: Annotated[tuple[Annotated[Name, AfterValidator(_recipient)], ...], Field(min_length=1)]
    language: Language | None = None
    metrics: tuple[Name, ...] = ()
    by: str = ""


def unfit(settings: "Settings") -> Iterator[tuple[Place, str]]:
    """What only the whole of the configuration shows."""
    from bot.reports.dimensions import DIMENSIONS  # numpy is not loaded to read a configuration
    from bot.reports.metrics import METRICS

    if settings.figures.font is not None:
        from bot.reports import fonts

        try:
            fonts.check(settings.figures.font)
        except ValueError as problem:
            yield ("figures", "font"), str(problem)
    for name, digest in settings.report.items():
        for metric in digest.metrics:
            if metric not in METRICS:
                yield ("report", name, "metrics"), f'has no metric "{metric}": see docs/METRICS.md'
        if digest.by and digest.by not in DIMENSIONS:
            yield ("report", name, "by"), f"must be one of {', '.join(DIMENSIONS)}"
        if not settings.mail.enabled and any("@" in one for one in digest.to):
            yield ("report", name, "to"), "needs enabled = true in [mail] to write to an address"
