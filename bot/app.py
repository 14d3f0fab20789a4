"""The composition root: builds everything from the settings, starts the loops, ends them in order."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import structlog
import uvicorn
from starlette.applications import Starlette

log = structlog.get_logger()

DRAIN: Final = 10  # seconds that requests under way get to finish after SIGTERM


class Role(StrEnum):
    """What a process does; several processes on one PostgreSQL database may share the work."""

    INTAKE = "intake"  # the web side and every listening channel
    WORKER = "worker"
    OUTBOX = "outbox"
    TIMERS = "timers"


EVERYTHING: Final = frozenset(Role)


class Server(uvicorn.Server):
    """uvicorn inside our loop. Signals are ours, so that everything ends in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: Starlette, host: str, port: int, stop: asyncio.Event) -> None:
    """Until `stop`; open event streams end by themselves because they watch it too."""
    server = Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=DRAIN,
        )
    )
    serving = asyncio.create_task(server.serve(), name="web")
    halt = asyncio.create_task(stop.wait())
    await asyncio.wait((serving, halt), return_when=asyncio.FIRST_COMPLETED)
    halt.cancel()
    server.should_exit = True
    await serving


class Process:
    """One `firstline run`: what its roles need, built once and handed down."""

    def __init__(self, settings: Settings, roles: frozenset[Role] = EVERYTHING) -> None:
        self.settings, self.roles = settings, roles
        self.stop = asyncio.Event()
        self.store = open_store(settings.database.address)
        self.library = Library()
        self.reading = Reading(self.store, self.library, settings)
        self.desk = desk_of(settings, pulled=lambda channel: channel in PULLED)
        self.channels = [
            WebhookChannel(name, options) for name, options in webhooks(settings)
        ]


def desk_of(settings: Settings, pulled: Callable[[str], bool]) -> Desk:
    chosen = settings.desk
    return Desk(
        texts=Texts.load({str(name): texts for name, texts in settings.texts.items()}),
        terms=nlp.terms,
        pulled=pulled,
        rules=tuple(
            msgspec.convert(rule.model_dump(mode="json"), Rule) for rule in settings.rules
        ),
        queues=chosen.queues,
        language=chosen.language,
        timezone=ZoneInfo(chosen.timezone),
        hours={str(language): words for language, words in chosen.hours.items()},
        reopen_within=timedelta(days=chosen.reopen_days),
        remind_after=timedelta(days=chosen.remind_days),
        close_after=timedelta(days=chosen.auto_close_days),
    )
