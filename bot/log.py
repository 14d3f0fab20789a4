"""Logging: one stream of events on standard error, ours and the libraries', without what people wrote.

An event is a constant name with fields: `log.info("ticket.opened", ticket=7)`. The loops bind the
conversation and the ticket once, with `structlog.contextvars`. Whatever is named like a text or a
secret is struck out here, so that a careless line does no harm.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from bot.settings import Log

STRUCK_OUT = "[struck out]"
_NEVER = (
    "password",
    "secret",
    "token",
    "authorization",
    "cookie",
    "credential",
    "api_key",
    "apikey",
)
# Whole names only, for they are also parts of harmless ones such as "text_length".
_NEVER_AS_A_WHOLE = frozenset(
    ("text", "texts", "body", "words", "content", "subject", "title", "description", "quote")
)
_NOISY = {
    "alembic": logging.WARNING,
    "uvicorn.error": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "asyncio": logging.INFO,
}


def configure(settings: Log, stream: TextIO | None = None) -> None:
    """Send everything that logs, structlog or the standard library, through one handler."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception(with_words=settings.level == "debug"),
        strike_out,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(settings, out),
            ],
            # The traceback has been put into the event without the values; nobody adds it again.
            keep_exc_info=False,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    # Libraries that bring their own handlers would write everything twice, and unstruck.
    for name in list(logging.Logger.manager.loggerDict):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    for name, level in _NOISY.items():
        logging.getLogger(name).setLevel(max(level, root.level))


def strike_out(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return _struck(event)


def _struck(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: STRUCK_OUT
        if _is_private(name) and name != "event"
        else _struck(value)
        if isinstance(value, Mapping)
        else value
        for name, value in fields.items()
    }


def _is_private(name: object) -> bool:
    key = str(name).lower()
    return key in _NEVER_AS_A_WHOLE or any(part in key for part in _NEVER)


def _exception(with_words: bool) -> Processor:
    """Where it happened and of what kind, never local variables. The words of an error may quote what
    somebody wrote (a database names the row, a parser the line), so only debugging shows them; those
    of the operating system are harmless and tell an administrator what to do."""

    def rendered(_logger: Any, _method: str, event: EventDict) -> EventDict:
        error = _error_in(event.pop("exc_info", None))
        if error is not None:
            where = traceback.format_list(traceback.extract_tb(error.__traceback__))
            event["exception"] = "".join(where) + ", because of ".join(_chain(error, with_words))
        return event

    return rendered


def _error_in(given: Any) -> BaseException | None:
    """`exc_info` may be the error, a triple with it, or only the word that there is one."""
    if isinstance(given, BaseException):
        return given
    found = given[1] if isinstance(given, tuple) else sys.exception() if given else None
    return found if isinstance(found, BaseException) else None


def _chain(error: BaseException, with_words: bool) -> Iterator[str]:
    at: BaseException | None = error
    for _ in range(10):  # a cause may come round to itself
        if at is None:
            return
        words = str(at) if with_words else at.strerror if isinstance(at, OSError) else None
        yield f"{type(at).__module__}.{type(at).__qualname__}" + (f": {words}" if words else "")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def _renderer(settings: Log, out: TextIO) -> Processor:
    if settings.format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=28)
