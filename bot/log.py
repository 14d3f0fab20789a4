"""Logging: one stream of events on standard error, ours and the libraries', without what people wrote.

An event is a constant name with fields: `log.info("ticket.opened", ticket=7)`. The loops bind the
conversation and the ticket once, with `structlog.contextvars`. Whatever is named like a text or a
secret is struck out here, so that a careless line does no harm.
"""

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor

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
_NOISY = {"uvicorn.access": logging.WARNING, "httpx": logging.WARNING, "asyncio": logging.INFO}


def configure(settings: Log, stream: TextIO | None = None) -> None:
    """Send everything that logs, structlog or the standard library, through one handler."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception_without_values,
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


def _struck(fields: MutableMapping[str, Any] | Mapping[str, Any]) -> dict[str, Any]:
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


def _exception_without_values(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Where it happened and of what kind. The message of an error may quote what somebody wrote: a
    database names the row, a parser the line; so it stays out, and local variables too."""
    given = event.pop("exc_info", None)
    found = _exc_info(given)
    if found is not None:
        kind, error, trace = found
        where = traceback.format_list(traceback.extract_tb(trace))
        event["exception"] = "".join([*where, _chain(error) if error else kind.__name__])
    return event


def _exc_info(given: Any) -> ExcInfo | None:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    if isinstance(given, tuple):
        return given if given[0] is not None else None
    if given:
        current = sys.exc_info()
        return current if current[0] is not None else None
    return None


def _chain(error: BaseException) -> str:
    kinds: list[str] = []
    at: BaseException | None = error
    while at is not None and len(kinds) < 10:
        kinds.append(f"{type(at).__module__}.{type(at).__qualname__}")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return ", because of ".join(kinds)


def _renderer(settings: Log, out: TextIO) -> Processor:
    if settings.format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=28)
