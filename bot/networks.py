"""Chat networks and the telephone, put together: a channel for each that is set up, and what each needs of
the desk."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from msgspec import Struct
from pydantic import SecretStr
from starlette.routing import BaseRoute

from bot import calls, errands
from bot.config_kinds import Section
from bot.desk.desk import PHONE, Desk
from bot.desk.files import Files
from bot.inbox import Intake
from bot.lobby import Lobby
from bot.settings import Settings
from bot.text import LANGUAGES, Texts
from channels.channel import Fetching, Receive
from channels.message import OutboundMessage
from store.database import Store

if TYPE_CHECKING:  # loaded where they are used: they take a while, and most desks use one at most
    from channels.phone import PhoneChannel
    from channels.slack import Options as SlackOptions
    from channels.telegram import Options as TelegramOptions

SLACK: Final = "slack"
TELEGRAM: Final = "telegram"
CHATS: Final = (SLACK, TELEGRAM)  # where agents can be told something in private
TELEGRAM_FOLDER: Final = "telegram"  # within data_dir: parts of albums wait there
COMMANDS: Final = ("new", "status", "tickets", "search", "run", "link", "help")

T = TypeVar("T")
Run = Callable[[OutboundMessage], Awaitable[None]]


class Network(Struct, frozen=True, kw_only=True):
    """One channel and what a process does with it."""

    channel: Fetching
    close: Callable[[], Awaitable[None]]
    rate: float  # messages a second
    run: Run  # does an errand of it
    listen: Callable[[Receive], Awaitable[None]] | None = None
    routes: Callable[[Receive], Sequence[BaseRoute]] | None = None
    port: int = 0  # of its own, for the routes
    introduce: Callable[[], Awaitable[None]] | None = None  # learns what links to it look like


def networks_of(
    settings: Settings, store: Store, desk: Desk, files: Files, intake: Intake
) -> tuple[Network, ...]:
    """Those that are set up."""

    def content(sha256: str) -> bytes:
        return files.path(sha256).read_bytes()

    def fetched(channel: Fetching) -> Run:
        return lambda message: errands.run(channel, files, intake, message, store.clock())

    found = []
    if settings.slack.enabled:
        from channels.slack import SlackChannel

        slack = SlackChannel(SLACK, slack_options(settings, content), Lobby(SLACK, store, desk))
        found.append(
            Network(
                channel=slack,
                close=slack.close,
                rate=settings.slack.rate_per_second,
                run=fetched(slack),
                listen=slack.listen,
                routes=slack.routes,
                port=settings.slack.port,
            )
        )
    if settings.telegram.enabled:
        from channels.telegram import TelegramChannel

        options = telegram_options(settings, desk.texts, content)
        telegram = TelegramChannel(TELEGRAM, options, Lobby(TELEGRAM, store, desk))

        async def introduce() -> None:
            desk.start_links[TELEGRAM] = await telegram.start_link()

        found.append(
            Network(
                channel=telegram,
                close=telegram.close,
                rate=settings.telegram.per_second,
                run=fetched(telegram),
                listen=telegram.listen,
                routes=telegram.routes,
                introduce=introduce,
            )
        )
    if settings.phone.enabled:
        phone = _phone(settings)
        found.append(
            Network(
                channel=phone,
                close=phone.close,
                rate=settings.phone.rate_per_second,
                run=partial(calls.fetch, phone, intake),
                routes=phone.routes,
            )
        )
    return tuple(found)


def switched_off(settings: Settings) -> frozenset[str]:
    """Networks with a section of their own that are not set up: nothing is queued for them."""
    chats = {SLACK: settings.slack.enabled, TELEGRAM: settings.telegram.enabled}
    return frozenset(name for name, on in chats.items() if not on)


def unreachable(settings: Settings) -> dict[str, str]:
    """What is to be told agents in a channel that is not set up: of which room, screen pop or report."""
    there = {*CHATS, *settings.webhook} - switched_off(settings)
    rooms = {f"[room.{name}]": room.channel for name, room in settings.room.items()}
    pops = {f"screen_pops {one}": one.partition(":")[0] for one in settings.phone.screen_pops}
    digests = {
        f"[report.{name}] {one}": one.partition(":")[0]
        for name, digest in settings.report.items()
        for one in digest.to
        if "@" not in one
    }
    told = rooms | pops | digests
    return {what: channel for what, channel in told.items() if channel not in there}


def is_mute(settings: Settings) -> Callable[[str, str], bool]:
    """Whether an address of a channel can be called only."""
    chosen = settings.phone
    writes = chosen.sms_gateway is not None or bool(chosen.twilio and chosen.twilio.sender)
    return lambda channel, address: channel == PHONE and not (writes and address.startswith("+"))


def _rooms(settings: Settings, channel: str) -> frozenset[str]:
    return frozenset(room.place for room in settings.room.values() if room.channel == channel)


def slack_options(settings: Settings, content: Callable[[str], bytes]) -> "SlackOptions":
    from channels import slack

    chosen = settings.slack
    return slack.Options(
        content=content,
        bot_token=_open(chosen.bot_token),
        tokens={team: token.get_secret_value() for team, token in chosen.tokens.items()},
        mode=slack.Mode(chosen.mode),
        app_token=_open(chosen.app_token),
        signing_secret=_open(chosen.signing_secret),
        events_path=chosen.events_path,
        api_url=chosen.api_url,
        rooms=_rooms(settings, SLACK),
        allow_bots=chosen.allow_bots,
        per_second=chosen.rate_per_second,
        read_timeout=chosen.timeout_seconds,
    )


def telegram_options(
    settings: Settings, texts: Texts, content: Callable[[str], bytes]
) -> "TelegramOptions":
    from channels import telegram

    chosen = settings.telegram
    assert chosen.bot_token is not None  # it is enabled
    return telegram.Options(
        token=chosen.bot_token.get_secret_value(),
        content=content,
        mode=telegram.Mode(chosen.mode),
        api_url=chosen.api_url,
        webhook_url=chosen.webhook_url,
        webhook_secret=_open(chosen.webhook_secret),
        webhook_path=chosen.webhook_path,
        folder=settings.database.data_dir / TELEGRAM_FOLDER,
        rooms=_rooms(settings, TELEGRAM),
        commands={
            language: [(name, texts.label(f"about-{name}", language)) for name in COMMANDS]
            for language in LANGUAGES
        },
        limits=telegram.Limits(
            per_second=chosen.per_second,
            chat_pause=chosen.chat_seconds,
            group_per_minute=chosen.group_per_minute,
        ),
        poll_timeout=chosen.poll_seconds,
        read_timeout=chosen.timeout_seconds,
        album_wait=chosen.album_seconds,
    )


async def probe(settings: Settings) -> list[tuple[str, str | None]]:
    """Each network that can be asked, and what is wrong with it."""
    found: list[tuple[str, str | None]] = []
    if settings.slack.enabled:
        from channels import slack

        found.append((SLACK, await slack.probe(slack_options(settings, _nothing))))
    if settings.telegram.enabled:
        from channels import telegram

        options = telegram_options(settings, Texts.load(), _nothing)
        found.append((TELEGRAM, await telegram.probe(options)))
    return found


def _nothing(sha256: str) -> bytes:
    raise FileNotFoundError(sha256)


def _phone(settings: Settings) -> "PhoneChannel":
    from channels import phone

    chosen = settings.phone
    texts: phone.TwilioSms | phone.SmsWebhook | None = _as(phone.SmsWebhook, chosen.sms_gateway)
    if texts is None and chosen.twilio is not None and chosen.twilio.sender:
        texts = _as(phone.TwilioSms, chosen.twilio)
    return phone.PhoneChannel(
        PHONE,
        phone.Options(
            secret=_open(chosen.secret),
            region=chosen.region or None,
            public_url=settings.web.public_url,
            twilio=_as(phone.Twilio, chosen.twilio),
            vonage=_as(phone.Vonage, chosen.vonage),
            deepgram=_as(phone.Deepgram, chosen.deepgram),
            assemblyai=_as(phone.AssemblyAI, chosen.assemblyai),
            freeswitch=_as(phone.FreeSwitch, chosen.freeswitch),
            sms=texts,
            timeout=chosen.timeout_seconds,
        ),
    )


def _as(kind: type[T], section: Section | None) -> T | None:
    """A section as the adapter wants it: under the same names, its secrets opened."""
    if section is None:
        return None
    values = {name: getattr(section, name) for name in type(section).model_fields}
    opened = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in values.items()
        if value is not None
    }
    return msgspec.convert(opened, kind)


def _open(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()
