"""The composition root: builds everything from the settings, starts the loops, ends them in order."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

import nlp
from bot import metrics, perform, shelf
from bot.conversation.turn import Policy
from bot.desk.desk import Desk
from bot.desk.rules import Rule
from bot.inbox import Intake, Reader, fire, work
from bot.library import Library
from bot.loop import rest, supervise
from bot.outbox import Delivery, Patience
from bot.roles import EVERYTHING, Role
from bot.settings import Settings, Webhook
from bot.text import Texts
from channels.webhook import Options, WebhookChannel
from store import knowledge as kept
from store import open_store, search
from store.bells import Bells
from store.errors import Unavailable
from store.ownership import own

log = structlog.get_logger()

DRAIN: Final = 10  # seconds that requests under way get to finish after SIGTERM
OWN_AGAIN: Final = 0.5  # seconds between looks at what another process owns
PULLED: Final = frozenset({"web", "terminal"})  # their readers fetch the transcript themselves


def rules_of(settings: Settings) -> tuple[Rule, ...]:
    return tuple(msgspec.convert(rule.model_dump(mode="json"), Rule) for rule in settings.rules)


def desk_of(settings: Settings) -> Desk:
    """Raises BadText when one of the administrator's texts cannot be used."""
    chosen = settings.desk
    return Desk(
        texts=Texts.load({str(name): texts for name, texts in settings.texts.items()}),
        search=search,
        terms=nlp.terms,
        pulled=lambda channel: channel in PULLED,
        rules=rules_of(settings),
        queues=chosen.queues,
        language=chosen.language,
        timezone=ZoneInfo(chosen.timezone),
        hours={str(language): words for language, words in chosen.hours.items()},
        reopen_within=timedelta(days=chosen.reopen_days),
        remind_after=timedelta(days=chosen.remind_days),
        close_after=timedelta(days=chosen.auto_close_days),
    )


def policy_of(settings: Settings) -> Policy:
    chosen = settings.conversation
    return Policy(
        questions=chosen.questions,
        suggestions=chosen.suggestions,
        suggest_threshold=chosen.suggest_threshold,
        category_threshold=chosen.category_threshold,
        show_in_full_below=chosen.show_in_full_below,
        reopen_within=timedelta(days=settings.desk.reopen_days),
        patience=timedelta(minutes=chosen.patience_minutes),
    )


class Server(uvicorn.Server):
    """uvicorn inside our loop. Signals are ours, so that everything ends in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Process:
    """One running `firstline`: what its roles need, built once and handed down.

    Made inside the event loop. Raises StoreError and BadText.
    """

    def __init__(self, settings: Settings, roles: frozenset[Role]) -> None:
        self.settings, self.roles = settings, roles
        self.stop = asyncio.Event()
        self.desk = desk_of(settings)
        settings.database.data_dir.mkdir(parents=True, exist_ok=True)
        self.store = open_store(settings.database.address)
        self.bells = Bells(self.store) if self.store.is_postgres else None
        self.intake = Intake(self.store, lambda channel: metrics.accepted.labels(channel).inc())
        self.library = Library()
        self.understander: nlp.Understander | None = None
        self.articles_version = ""
        self.webhooks = [webhook(name, options) for name, options in settings.webhook.items()]

    async def run(self) -> None:
        """Until `stop`. What is under way then is finished; nothing accepted is lost either way."""
        if self.bells is not None:
            self.bells.start()
        try:
            async with asyncio.TaskGroup() as group:
                if Role.INTAKE in self.roles:
                    group.create_task(self._serve(), name="web")
                if Role.OUTBOX in self.roles:
                    for channel in self.webhooks:
                        self._supervise(group, f"outbox:{channel.name}", self._deliver(channel))
                if Role.TIMERS in self.roles:
                    self._supervise(group, "timers", lambda: fire(self.store, self.stop))
                if Role.WORKER in self.roles:
                    await self._prepare()
                    self._supervise(group, "worker", self._work, owned=False)
                    self._supervise(group, "knowledge", self._reload, owned=False)
                await self.stop.wait()
        finally:
            for channel in self.webhooks:
                await channel.close()
            if self.bells is not None:
                await asyncio.to_thread(self.bells.close)
            await asyncio.to_thread(self.store.close)

    def _supervise(
        self,
        group: asyncio.TaskGroup,
        name: str,
        run: Callable[[], Awaitable[None]],
        *,
        owned: bool = True,
    ) -> None:
        loop = partial(self._owning, name, run) if owned else run
        group.create_task(supervise(name, loop, self.stop), name=name)

    async def _owning(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run it while no other process does; ends when the ownership is lost."""
        ownership = await asyncio.to_thread(own, self.store, name)
        while ownership is None:
            await rest(OWN_AGAIN, self.stop)
            if self.stop.is_set():
                return
            ownership = await asyncio.to_thread(own, self.store, name)
        running = asyncio.ensure_future(run())
        try:
            while not running.done():
                await asyncio.wait((running,), timeout=OWN_AGAIN)
                if not await asyncio.to_thread(ownership.alive):
                    running.cancel()
                    raise Unavailable("The database connection was lost.")
            await running
        finally:
            ownership.release()

    # -- the web

    async def _serve(self) -> None:
        web = self.settings.web
        server = Server(
            uvicorn.Config(
                Starlette(routes=self._routes()),
                host=web.host,
                port=web.port,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=DRAIN,
                forwarded_allow_ips=list(web.trusted_proxies),
            )
        )
        serving = asyncio.create_task(server.serve(), name="uvicorn")
        halt = asyncio.create_task(self.stop.wait())
        await asyncio.wait((serving, halt), return_when=asyncio.FIRST_COMPLETED)
        halt.cancel()
        server.should_exit = True
        await serving

    def _routes(self) -> list[BaseRoute]:
        return [route for channel in self.webhooks for route in channel.routes(self.intake.receive)]

    # -- understanding and articles

    async def _prepare(self) -> None:
        """The model and the articles, in a thread: pages are served meanwhile."""
        folder = self.settings.database.data_dir / "models"
        self.understander = await asyncio.to_thread(nlp.Understander.load, folder)
        await asyncio.to_thread(self._take_up_articles)

    @property
    def _articles(self) -> Path:
        return self.settings.knowledge.folder or shelf.SHIPPED

    def _take_up_articles(self) -> None:
        _, problems = shelf.bring_in(self.store, self._articles)
        for problem in problems:
            log.warning("knowledge.problem", file=problem.path.name, line=problem.line)
        self._fill_library()

    def _fill_library(self) -> None:
        assert self.understander is not None
        version, articles = self.store.read(lambda tx: (kept.version(tx), shelf.stored(tx)))
        self.library.fill(articles)
        self.understander.replace_articles(self.library.for_search())
        self.articles_version = version

    async def _reload(self) -> None:
        """Take up changed articles: from the folder, or what another process brought in."""
        seen = await asyncio.to_thread(shelf.fingerprint, self._articles)
        while not self.stop.is_set():
            await rest(self.settings.knowledge.reload_seconds, self.stop)
            now = await asyncio.to_thread(shelf.fingerprint, self._articles)
            if now != seen:
                seen = now
                await asyncio.to_thread(self._take_up_articles)
                log.info("knowledge.reloaded", articles=len(self.library))
            elif await self.store.aread(kept.version) != self.articles_version:
                await asyncio.to_thread(self._fill_library)

    # -- work

    async def _work(self) -> None:
        assert self.understander is not None
        bot = perform.Bot(desk=self.desk, library=self.library, policy=policy_of(self.settings))
        reader = Reader(
            self.understander.understand,
            partial(perform.perform, bot),
            partial(perform.apologize, bot),
        )
        await work(self.store, reader, lambda count: None, self.stop)

    def _deliver(self, channel: WebhookChannel) -> Callable[[], Awaitable[None]]:
        chosen = self.settings.outbox
        delivery = Delivery(
            self.store,
            channel,
            rate=max(1, int(self.settings.webhook[channel.name].rate_per_second)),
            patience=Patience(
                attempts=chosen.attempts,
                first_retry=timedelta(seconds=chosen.first_retry_seconds),
                longest_retry=timedelta(seconds=chosen.longest_retry_seconds),
            ),
            gave_up=lambda tx, dead: None,
        )
        return lambda: delivery.run(self.stop)


def webhook(name: str, chosen: Webhook) -> WebhookChannel:
    return WebhookChannel(
        name,
        Options(
            secret=chosen.secret.get_secret_value(),
            deliver_url=chosen.deliver_url,
            timeout=chosen.timeout_seconds,
            buttons=chosen.buttons,
            max_length=chosen.max_length,
        ),
    )


async def run(settings: Settings, roles: frozenset[Role] = EVERYTHING) -> int:
    """`firstline run`: until SIGTERM or Ctrl-C. Returns the exit code.

    Raises StoreError when the database cannot be used, BadText for an unusable text.
    """
    loop = asyncio.get_running_loop()
    process = Process(settings, roles)
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, process.stop.set)
    await process.run()
    return 0
