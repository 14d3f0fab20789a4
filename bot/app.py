"""The composition root: builds everything from the settings, starts the loops, ends them in order."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog
import uvicorn
from starlette.routing import BaseRoute, Router

import nlp
from bot import (
    chat,
    escalation_settings,
    learning,
    metrics,
    names,
    networks,
    perform,
    post,
    shelf,
    sla_settings,
)
from bot.actions.action import Starter
from bot.actions.diagnostics import Tools
from bot.actions.registry import actions_of
from bot.actions.runner import Runner
from bot.actions.targets import targets_of
from bot.answerer.endpoint import endpoint_of
from bot.answerer.phrasing import Phrasing
from bot.conversation.turn import Policy
from bot.desk import deadlines, escalation, tickets
from bot.desk.after import follow_up
from bot.desk.desk import EMAIL, Desk, Room
from bot.desk.files import Files, Limits
from bot.desk.rules import Rule
from bot.diagnosis import lint
from bot.diagnosis.library import shipped
from bot.hub import Hub
from bot.inbox import Intake, Read, Reader, fire, work
from bot.library import Library
from bot.loop import Bell, rest, supervise
from bot.outbox import Delivery, Patience, nothing_to_fetch
from bot.ports import take_port
from bot.roles import EVERYTHING, Role
from bot.settings import Settings, Webhook
from bot.sop import book as sops
from bot.sop.lint import House, Known
from bot.sop.parse import Flaw
from bot.storms import Watch
from bot.survey_settings import surveys_of
from bot.text import Texts
from bot.throttle import Flood
from bot.training.retrain import retrain_beside
from bot.training.versions import Versions
from bot.web.app import routes
from bot.web.context import Context
from bot.web.presence import Presence
from channels import channel, web
from channels.web.pages import Pages
from channels.webhook import Options, WebhookChannel
from nlp.facts import Catalogue, with_own
from nlp.facts import Thing as CatalogueThing
from nlp.understand import models_of
from store import knowledge as kept
from store import lessons, open_store, outbox, search
from store.bells import Bells
from store.database import Store, Tx
from store.errors import Unavailable
from store.files import FileStore
from store.ownership import own
from store.signals import KNOWLEDGE, LESSONS, SPOKEN
from store.tables import Conversation, Inbox
from store.timers import Fired

log = structlog.get_logger()

DRAIN: Final = 10  # seconds that requests under way get to finish after SIGTERM
OWN_AGAIN: Final = 0.5  # seconds between looks at what another process owns
INTRODUCE_AGAIN: Final = 10.0  # seconds
AIM_AGAIN: Final = 60.0  # seconds
DIGEST_AGAIN: Final = 20.0  # seconds between looks for what is due
OUTCOMES_AGAIN: Final = 60.0  # seconds until what became of articles is counted anew
LESSON_POLL: Final = 1.0  # seconds; a bell makes it quicker
LOCAL_RATE: Final = 5000  # mails a second into our own folder
WEB: Final = "web"
TERMINAL: Final = "terminal"
PULLED: Final = frozenset({WEB, TERMINAL})  # their readers fetch the transcript themselves


def rules_of(settings: Settings) -> tuple[Rule, ...]:
    return tuple(msgspec.convert(rule.model_dump(mode="json"), Rule) for rule in settings.rules)


def catalogue_of(settings: Settings) -> Catalogue:
    return with_own(
        msgspec.convert(one.model_dump(mode="json"), CatalogueThing) for one in settings.catalogue
    )


def desk_of(
    settings: Settings, url: Callable[[], str] = str, library: Library | None = None
) -> Desk:
    """`url`: of the pages. Raises BadText when one of the administrator's texts cannot be used."""
    chosen, off, year = settings.desk, networks.switched_off(settings), datetime.now(UTC).year
    mailboxes = settings.mail.mailbox if settings.mail.enabled else {}
    texts = Texts.load({str(name): texts for name, texts in settings.texts.items()})
    return Desk(
        texts=texts,
        search=search,
        terms=nlp.terms,
        pulled=lambda channel: channel in PULLED,
        is_mute=networks.is_mute(settings),
        network=lambda channel: EMAIL if channel in mailboxes else channel,
        url=url,
        agents_mail=post.agents_mail(settings),
        chats=frozenset(networks.CHATS) - off,
        screen_pops=tuple(
            (channel, place)
            for channel, _, place in (one.partition(":") for one in settings.phone.screen_pops)
            if channel not in off
        ),
        rooms=tuple(
            Room(name=name, **room.model_dump())
            for name, room in settings.room.items()
            if room.channel not in off
        ),
        replies={
            one.name: {str(language): text for language, text in one.text.items()}
            for one in settings.replies
        },
        article=(Library() if library is None else library).find,
        sops=(lambda: sops.EMPTY) if library is None else (lambda: library.sops),
        letters_an_hour=settings.mail.letters_per_hour,
        silenced=metrics.silenced.inc,
        rules=rules_of(settings),
        queues=chosen.queues,
        language=chosen.language,
        timezone=ZoneInfo(chosen.timezone),
        hours={str(language): words for language, words in chosen.hours.items()},
        agreements=sla_settings.agreements_of(settings, year),
        levels=escalation_settings.levels_of(settings, year),
        roster=escalation_settings.roster_of(settings, year),
        clearance=escalation_settings.clearance_of(settings),
        assigns=settings.assignment.automatic,
        most=settings.assignment.most or None,
        merge_within=timedelta(seconds=settings.escalation.merge_seconds),
        surveys=surveys_of(settings),
        reopen_within=timedelta(days=chosen.reopen_days),
        remind_after=timedelta(days=chosen.remind_days),
        close_after=timedelta(days=chosen.auto_close_days),
        next_word=timedelta(minutes=settings.storms.next_word_minutes),
        actions=actions_of(settings, texts),
        targets=targets_of(settings.actions.targets),
        approve_within=timedelta(hours=settings.actions.approve_within_hours),
        remind_approver=timedelta(hours=settings.actions.remind_after_hours),
    )


def house_of(desk: Desk) -> House:
    """What steps of SOPs may name here."""
    return House(
        queues=desk.queues,
        levels=tuple(one.name for one in desk.levels.all),
        actions={
            name: Known(
                parameters=frozenset(one.name for one in action.parameters),
                needed=frozenset(
                    one.name for one in action.parameters if one.default is None and not one.own
                ),
                results=frozenset(map(str, action.results)),
            )
            for name, action in desk.actions.items()
            if Starter.SOP in action.starters
        },
    )


def sops_of(settings: Settings, desk: Desk) -> tuple[sops.Book, list[Flaw]]:
    """The shipped ones, whose queues may be others here, and the administrator's own over them."""
    book, flaws = sops.read([sops.SHIPPED]) if settings.sop.shipped else (sops.EMPTY, [])
    if settings.sop.folder is None:
        return book, flaws
    own, wrong = sops.read([settings.sop.folder], house_of(desk))
    return book.over(own), [*flaws, *wrong]


def runner_of(settings: Settings, store: Store, desk: Desk) -> Runner:
    chosen = settings.actions
    tools = Tools(targets=desk.targets, trusted=chosen.trusted_certificates)
    return Runner(store, desk, tools, at_once=chosen.at_once, done=_done)


def _done(action: str, result: str) -> None:
    metrics.actions.labels(action, result).inc()


def policy_of(settings: Settings) -> Policy:
    chosen = settings.conversation
    return Policy(
        questions=chosen.questions,
        question_worth=chosen.question_worth,
        suggestions=chosen.suggestions,
        suggest_threshold=chosen.suggest_threshold,
        category_threshold=chosen.category_threshold,
        show_in_full_below=chosen.show_in_full_below,
        reopen_within=timedelta(days=settings.desk.reopen_days),
        confirms_closing=settings.mail.confirm_closing,
        patience=timedelta(minutes=chosen.patience_minutes),
        letter_patience=timedelta(days=settings.sop.letter_patience_days),
    )


class Server(uvicorn.Server):
    """uvicorn inside our loop. Signals are ours, so that everything ends in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Process:
    """One running `firstline`: what its roles need, built once and handed down.

    Made inside the event loop. Raises StoreError, BadText, and DeskError when the port is taken.
    """

    def __init__(
        self,
        settings: Settings,
        roles: frozenset[Role] = EVERYTHING,
        ready: Callable[["Process"], None] = lambda process: None,
    ) -> None:
        self.settings, self.roles, self._ready = settings, roles, ready
        self.listening = listening(settings) if Role.INTAKE in roles else None
        self._address = _address(self.listening)  # now: it is asked for until the very end
        self.stop = asyncio.Event()
        lint.check(shipped(), {file.stem for file in shelf.SHIPPED.rglob("*.md")})
        self.library = Library()
        self.desk = desk_of(settings, lambda: self.url, self.library)
        settings.database.data_dir.mkdir(parents=True, exist_ok=True)
        self.store = open_store(settings.database.address)
        self.store.before_commit = partial(follow_up, self.desk)
        self.bells = Bells(self.store) if self.store.is_postgres else None
        self.intake = Intake(self.store, metrics.count_accepted)
        self.understander: nlp.Understander | None = None
        self.articles_version = ""
        self.uses_known, self.uses_taken = (
            0,
            0.0,
        )  # the last use of an article that counts, and when
        self.webhooks = [webhook(name, options) for name, options in settings.webhook.items()]
        self.hub = Hub(self.store.signals, SPOKEN)
        self.files = files_of(settings)
        self.endpoint = endpoint_of(settings.answerer)
        self.networks = networks.networks_of(
            settings, self.store, self.desk, self.files, self.intake
        )
        self.ports = {
            one.channel.name: take_port(
                settings.web.host,
                one.port,
                f"[{one.channel.name}]",
                f"{one.channel.name}_PORT".upper(),
            )
            for one in self.networks
            if one.port and Role.INTAKE in roles
        }
        self.post = (
            post.PostOffice(
                settings, self.store, self.files, self.desk.texts, takes=Role.INTAKE in roles
            )
            if settings.mail.enabled
            else None
        )

    @property
    def url(self) -> str:
        """Where the pages are, for a person."""
        return self.settings.web.public_url or self._address

    async def run(self) -> None:
        """Until `stop`. What is under way then is finished; nothing accepted is lost either way."""
        if self.bells is not None:
            self.bells.start()
        try:
            async with asyncio.TaskGroup() as group:
                if Role.INTAKE in self.roles:
                    group.create_task(self._serve(), name="web")
                if Role.INTAKE in self.roles:
                    self._listen(group)
                for network in self.networks:
                    if network.introduce is not None:
                        known = partial(self._introduce, network.introduce)
                        group.create_task(self._until_stop(known), name="introduction")
                if Role.OUTBOX in self.roles:
                    for channel in self._sending():
                        self._supervise(group, f"outbox:{channel.name}", self._deliver(channel))
                if Role.TIMERS in self.roles:
                    self._supervise(group, "timers", lambda: fire(self.store, self.stop))
                if Role.WORKER in self.roles:
                    await self._prepare()
                    # PostgreSQL shares the work out; SQLite has one writer, so one worker.
                    self._supervise(group, "worker", self._work, owned=self.bells is None)
                    self._supervise(group, "knowledge", self._reload, owned=False)
                    self._supervise(group, "lessons", self._learn, owned=False)
                    self._supervise(group, "deadlines", self._aim)
                    self._supervise(group, "actions", self._act)
                    if self.settings.report:
                        self._supervise(group, "digests", self._digest)
                    if self.settings.learning.nightly:
                        self._supervise(group, "retraining", self._retrain)
                    if self.settings.storms.enabled:
                        self._supervise(group, "storms", self._watch)
                    if self.endpoint is not None:
                        self._supervise(group, "answerer", self._phrase)
                    if self.post is not None:
                        filing = self.post.filing
                        self._supervise(group, "mail", lambda: filing.run(self.stop))
                # What is there now stays: the collector need not look through all of it again.
                gc.collect()
                gc.freeze()
                if not self.stop.is_set():
                    self._ready(self)
                await self.stop.wait()
                self.hub.wake_all()  # streams see that they should end
        finally:
            for close in (
                *(one.close for one in self.webhooks),
                *(one.close for one in self.networks),
            ):
                await close()
            if self.endpoint is not None:
                await self.endpoint.close()
            if self.post is not None:
                await self.post.close()
            if self.bells is not None:
                await asyncio.to_thread(self.bells.close)
            await asyncio.to_thread(self.store.close)

    def _listen(self, group: asyncio.TaskGroup) -> None:
        """To what dials out, or has a port of its own."""
        if self.post is not None:
            if self.post.listening is not None:
                group.create_task(self.post.serve(self.stop), name="smtp")
            for name, source in self.post.sources().items():
                self._supervise(group, f"imap:{name}", partial(self._until_stop, source.listen))
        for network in self.networks:
            if network.port and network.routes is not None:
                routes = Router(list(network.routes(self.intake.receive)))
                name = network.channel.name
                serving = self._serve_on(self.ports[name], routes)
                group.create_task(serving, name=f"web:{name}")
            if network.listen is not None:
                listen = partial(network.listen, self.intake.receive)
                name = f"listen:{network.channel.name}"
                self._supervise(group, name, partial(self._until_stop, listen))

    async def _introduce(self, introduce: Callable[[], Awaitable[None]]) -> None:
        """Until the network answers; what listens there says why it does not."""
        while True:
            with contextlib.suppress(channel.DeliveryError):
                return await introduce()
            await asyncio.sleep(INTRODUCE_AGAIN)

    async def _until_stop(self, listen: Callable[[], Awaitable[None]]) -> None:
        """For what listens until it is cancelled."""
        listening = asyncio.ensure_future(listen())
        halt = asyncio.ensure_future(self.stop.wait())
        await asyncio.wait((listening, halt), return_when=asyncio.FIRST_COMPLETED)
        halt.cancel()
        if not listening.done():
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
        else:
            await listening

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
        assert self.listening is not None
        await self._serve_on(self.listening, Router(await asyncio.to_thread(self._routes)))

    async def _serve_on(self, listening: socket.socket, router: Router) -> None:
        server = Server(
            uvicorn.Config(
                router,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=DRAIN,
                proxy_headers=bool(self.settings.web.trusted_proxies),
                forwarded_allow_ips=list(self.settings.web.trusted_proxies),
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listening]), name="uvicorn")
        halt = asyncio.create_task(self.stop.wait())
        await asyncio.wait((serving, halt), return_when=asyncio.FIRST_COMPLETED)
        halt.cancel()
        server.should_exit = True
        await serving

    def _routes(self) -> list[BaseRoute]:
        context = Context(
            store=self.store,
            settings=self.settings,
            desk=self.desk,
            files=self.files,
            shutdown=self.stop,
            presence=Presence(self.store.signals),
            problems=self._problems,
        )
        called: list[channel.Webhook] = [*self._chats(), *self.webhooks]
        channels = [route for one in called for route in one.routes(self.intake.receive)]
        for network in self.networks:
            if network.routes is not None and not network.port:
                channels += network.routes(self.intake.receive)
        mailbox = self.post.routes() if self.post is not None else []
        return [*channels, *routes(context), *mailbox]  # in the order of how often they are called

    def _chats(self) -> list[web.WebChat]:
        if not self.settings.chat.enabled:
            return []
        options = web.Options(
            key=self.store.write(chat.session_key),
            max_text=self.settings.chat.max_text,
            max_file=self.settings.files.max_bytes,
            max_files=self.settings.files.max_per_message,
        )
        pages = Pages(WEB, chat.look(self.settings, self.desk.texts))
        return [
            web.WebChat(WEB, options, self._transcripts(WEB), pages),
            web.WebChat(TERMINAL, options, self._transcripts(TERMINAL)),
        ]

    def _transcripts(self, channel: str) -> chat.Transcripts:
        return chat.Transcripts(
            channel,
            self.store,
            self.hub,
            self.files,
            self.desk.texts,
            self.settings.chat.messages_per_minute,
            self.stop,
        )

    def _problems(self) -> list[str]:
        """Why this process is not ready."""
        if Role.WORKER in self.roles and not self.articles_version:
            return ["the articles are being read"]
        return []

    # -- understanding and articles

    async def _prepare(self) -> None:
        """The model and the articles, in a thread: pages are served meanwhile."""
        learned = Versions(self.settings.database.data_dir / "models")
        self.version = learned.current
        self.understander = await asyncio.to_thread(
            nlp.Understander.load,
            learned.folder,
            learned.examples(),
            catalogue_of(self.settings),
        )
        await asyncio.to_thread(self._take_up_articles)
        await asyncio.to_thread(self._take_up_sops)

    @property
    def _articles(self) -> Path:
        return self.settings.knowledge.folder or shelf.SHIPPED

    def _take_up_sops(self) -> None:
        """A broken file is left out, and said so; the others do."""
        assert self.understander is not None
        self.library.sops, flaws = sops_of(self.settings, self.desk)
        for flaw in flaws:
            log.warning("sop.problem", file=flaw.path.name, line=flaw.line, problem=flaw.message)
        self.understander.replace_sops(self.library.sops.for_search())

    def _take_up_articles(self) -> None:
        _, problems = shelf.bring_in(self.store, self._articles)
        for problem in problems:
            log.warning("knowledge.problem", file=problem.path.name, line=problem.line)
        self._fill_library()

    def _fill_library(self) -> None:
        assert self.understander is not None
        version, uses, known = self.store.read(
            lambda tx: (
                shelf.take_up(tx, self.library),
                kept.last_use(tx),
                names.knowledge(tx, self.library),
            )
        )
        self.understander.replace_articles(known.articles, known.shifts, known.names)
        self.articles_version, self.uses_known = version, uses
        self.uses_taken = monotonic()

    async def _reload(self) -> None:
        """Take up changed articles, from the folder or from another process, and what became of them."""
        seen = await asyncio.to_thread(shelf.fingerprint, self._articles)
        own = self.settings.sop.folder
        of_sops = None if own is None else await asyncio.to_thread(shelf.fingerprint, own)
        bell = Bell(self.store.signals, KNOWLEDGE)
        try:
            while not self.stop.is_set():
                await bell.wait(self.settings.knowledge.reload_seconds, self.stop)
                if own is not None and of_sops != (
                    now := await asyncio.to_thread(shelf.fingerprint, own)
                ):
                    of_sops = now
                    await asyncio.to_thread(self._take_up_sops)
                    log.info("sop.reloaded", sops=len(self.library.sops.sops))
                now = await asyncio.to_thread(shelf.fingerprint, self._articles)
                if now != seen:
                    seen = now
                    await asyncio.to_thread(self._take_up_articles)
                    log.info("knowledge.reloaded", articles=len(self.library))
                    continue
                version, uses = await self.store.aread(
                    lambda tx: (kept.version(tx), kept.last_use(tx))
                )
                due = monotonic() - self.uses_taken >= OUTCOMES_AGAIN and uses != self.uses_known
                if version != self.articles_version or due:
                    await asyncio.to_thread(self._fill_library)
        finally:
            bell.close()

    async def _aim(self) -> None:
        """By the configuration of this start, and by what commands of the terminal change about people."""
        aim = partial(deadlines.aim_anew, self.desk, self.store, self.stop.is_set)
        levels = partial(escalation.aim_anew, self.desk, self.store, self.stop.is_set)
        await asyncio.to_thread(levels)
        while not self.stop.is_set():
            await asyncio.to_thread(aim)
            await asyncio.to_thread(escalation.take_from_leavers, self.desk, self.store)
            await rest(AIM_AGAIN, self.stop)

    async def _act(self) -> None:
        await runner_of(self.settings, self.store, self.desk).run(self.stop)

    async def _digest(self) -> None:
        from bot.reports.digest import Sender, digests_of  # loaded where there are some

        there = {one.name for one in self._sending()}
        sender = Sender(
            self.store,
            self.desk,
            self.files,
            digests_of(self.settings),
            name=self.settings.desk.name,
            reaches=there.__contains__,
            font=self.settings.figures.font,
        )
        while not self.stop.is_set():
            await asyncio.to_thread(sender.look)
            await rest(DIGEST_AGAIN, self.stop)

    async def _learn(self) -> None:
        """What an agent corrects counts for the next message."""
        assert self.understander is not None
        learned = Versions(self.settings.database.data_dir / "models")
        bell = Bell(self.store.signals, LESSONS)
        known = None
        try:
            while not self.stop.is_set():
                version = await self.store.aread(lessons.version)
                if learned.current != self.version:
                    self.version = learned.current
                    models = await asyncio.to_thread(models_of, learned.folder, learned.examples())
                    self.understander.replace_models(models)
                    log.info("learning.switched", version=self.version)
                if version != known:
                    said = await self.store.aread(learning.lessons)
                    await asyncio.to_thread(self.understander.learn, said)
                    known = version
                await bell.wait(LESSON_POLL, self.stop)
        finally:
            bell.close()

    async def _retrain(self) -> None:
        """Once a night."""
        at = time.fromisoformat(self.settings.learning.nightly)
        folder = self.settings.database.data_dir / "models"
        while not self.stop.is_set():
            due = next_at(at, self.desk.timezone, self.store.clock())
            await rest((due - self.store.clock()).total_seconds(), self.stop)
            if self.stop.is_set():
                return
            corrections = await self.store.aread(learning.corrections)
            ended = await retrain_beside(folder, corrections, self.store.clock(), self.stop)
            log.info("learning.retrained", exit=ended, version=Versions(folder).current)

    async def _phrase(self) -> None:
        assert self.endpoint is not None
        chosen = self.settings.answerer
        zone = ZoneInfo(self.settings.desk.timezone)
        phrasing = Phrasing(self.store, self.library, self.endpoint, chosen.tokens_per_day, zone)
        await phrasing.run(self.stop)

    async def _watch(self) -> None:
        assert self.understander is not None
        chosen = self.settings.storms
        watch = Watch(
            self.store,
            self.desk,
            self.understander.understand,
            people=chosen.people,
            false_alarms=chosen.false_alarms_per_month,
            answers=chosen.answer,
        )
        await watch.run(self.stop)

    # -- work

    async def _work(self) -> None:
        assert self.understander is not None
        bot = perform.Bot(
            desk=self.desk,
            library=self.library,
            policy=policy_of(self.settings),
            flood=Flood(self.settings.chat.messages_per_minute),
            phrase_within=None
            if self.endpoint is None
            else timedelta(seconds=self.settings.answerer.timeout_seconds),
        )
        reader = Reader(
            self.understander.understand,
            partial(_performed, self.store, bot),
            partial(_parked, bot),
        )
        await work(self.store, reader, self.stop)

    def _sending(self) -> list[channel.Sending]:
        letters = self.post.channels if self.post is not None else ()
        return [*self.webhooks, *letters, *(one.channel for one in self.networks)]

    def _rate(self, name: str) -> float:
        for network in self.networks:
            if network.channel.name == name:
                return network.rate
        webhook = self.settings.webhook.get(name)
        if webhook is not None:
            return webhook.rate_per_second
        relay = self.settings.mail.relay
        return relay.rate_per_second if relay.host else LOCAL_RATE

    def _deliver(self, channel: channel.Sending) -> Callable[[], Awaitable[None]]:
        chosen = self.settings.outbox
        delivery = Delivery(
            self.store,
            channel,
            rate=max(1, int(self._rate(channel.name))),
            patience=Patience(
                attempts=chosen.attempts,
                first_retry=timedelta(seconds=chosen.first_retry_seconds),
                longest_retry=timedelta(seconds=chosen.longest_retry_seconds),
            ),
            gave_up=partial(_gave_up, self.desk),
            run=next(
                (one.run for one in self.networks if one.channel is channel), nothing_to_fetch
            ),
            delivered=lambda seconds: metrics.delivered.labels(channel.name).inc(),
        )
        return lambda: delivery.run(self.stop)


def next_at(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The next time that the clock in a zone shows it. A time that is left out in spring comes an hour
    later."""
    local = now.astimezone(zone)
    for days in range(3):
        due = datetime.combine(local.date() + timedelta(days), at, zone).astimezone(UTC)
        if due > now:
            return due
    raise AssertionError("there is always a tomorrow")


def _performed(
    store: Store,
    bot: perform.Bot,
    tx: Tx,
    conversation: Conversation,
    row: Inbox,
    read: Read | Fired,
) -> None:
    perform.perform(bot, tx, conversation, row, read)
    received_at, kind = row.received_at, row.kind

    def measure() -> None:
        metrics.handled.labels(kind).inc()
        metrics.handling.observe((store.clock() - received_at).total_seconds())

    tx.after_commit(measure)


def _parked(bot: perform.Bot, tx: Tx, conversation: Conversation, row: Inbox) -> None:
    perform.apologize(bot, tx, conversation, row)
    tx.after_commit(metrics.parked.inc)


def _gave_up(desk: Desk, tx: Tx, dead: Sequence[outbox.Pending]) -> None:
    """The agents see in the ticket that the requester did not get the words."""
    for conversation_id in outbox.conversations_of(tx, dead):
        tickets.undelivered(desk, tx, conversation_id)


def files_of(settings: Settings) -> Files:
    chosen = settings.files
    limits = Limits(
        max_bytes=chosen.max_bytes,
        allowed=chosen.allowed_extensions,
        blocked=chosen.blocked_extensions,
    )
    return Files(FileStore(settings.database.files), limits)


def listening(settings: Settings) -> socket.socket:
    """The web's port. Raises DeskError."""
    return take_port(settings.web.host, settings.web.port, "[web]", "FIRSTLINE_WEB__PORT")


def _address(listener: socket.socket | None) -> str:
    if listener is None:
        return ""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


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


async def run(settings: Settings, roles: frozenset[Role], ready: Callable[[Process], None]) -> int:
    """`firstline run`: until SIGTERM or Ctrl-C. Returns the exit code.

    Raises StoreError when the database cannot be used, BadText for an unusable text, DeskError when the
    port is taken.
    """
    loop = asyncio.get_running_loop()
    process = Process(settings, roles, ready)
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, process.stop.set)
    await process.run()
    return 0
