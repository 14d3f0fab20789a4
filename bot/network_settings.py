"""The part of the configuration that is about chat networks and the phone."""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from bot.config_kinds import Count, HttpUrl, Name, OptionalSecret, Seconds, Secret, Section

Port = Annotated[int, Field(ge=0, le=65535)]

# For whoever starts without a file: the names under which these are usually known.
VARIABLES: Final[Mapping[str, tuple[str, str]]] = {
    "SLACK_MODE": ("slack", "mode"),
    "SLACK_API_URL": ("slack", "api_url"),
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_EVENTS_PATH": ("slack", "events_path"),
    "SLACK_PORT": ("slack", "port"),
    "TELEGRAM_MODE": ("telegram", "mode"),
    "TELEGRAM_API_URL": ("telegram", "api_url"),
    "TELEGRAM_BOT_TOKEN": ("telegram", "bot_token"),
    "TELEGRAM_WEBHOOK_URL": ("telegram", "webhook_url"),
    "TELEGRAM_WEBHOOK_SECRET": ("telegram", "webhook_secret"),
}
SECRETS: Final = frozenset(
    {"bot_token", "app_token", "signing_secret", "webhook_secret"}
)  # of the keys above


def _path(given: str) -> str:
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", given):
        raise ValueError(f'must be a path as "/channels/slack/events" (is "{given}")')
    return given


Path = Annotated[str, AfterValidator(_path)]


class Slack(Section):
    mode: Literal["socket", "http"] = "socket"
    bot_token: OptionalSecret = None
    app_token: OptionalSecret = None
    signing_secret: OptionalSecret = None
    tokens: Mapping[Name, Secret] = {}
    api_url: HttpUrl = "https://slack.com/api"
    events_path: Path = "/channels/slack/events"
    port: Port = 0
    allow_bots: bool = False
    timeout_seconds: Seconds = 30
    rate_per_second: Annotated[float, Field(gt=0)] = 50

    @property
    def enabled(self) -> bool:
        return self.bot_token is not None or bool(self.tokens)

    @model_validator(mode="after")
    def _is_complete(self) -> "Slack":
        if not self.enabled:
            return self
        if self.mode == "socket" and self.app_token is None:
            raise ValueError('needs app_token ("xapp-…") with mode = "socket"')
        if self.mode == "http" and self.signing_secret is None:
            raise ValueError('needs signing_secret with mode = "http"')
        return self


class Twilio(Section):
    account_sid: Name
    auth_token: Secret
    sender: str = ""
    caller_channel: Count = 1
    api_url: HttpUrl = "https://api.twilio.com"
    intelligence_url: HttpUrl = "https://intelligence.twilio.com"


class Vonage(Section):
    signature_secret: Secret
    application_id: str = ""
    private_key: Secret | None = None
    api_url: HttpUrl = "https://api.nexmo.com"


class Deepgram(Section):
    token: Secret | None = None
    user: str = ""
    password: Secret | None = None
    caller_channel: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _is_one_of_two(self) -> "Deepgram":
        if (self.token is None) == (self.password is None) or bool(self.user) != (
            self.password is not None
        ):
            raise ValueError("needs either token, or user and password")
        return self


class AssemblyAI(Section):
    header: Name
    value: Secret
    api_key: Secret
    caller_channel: Name = "1"
    api_url: HttpUrl = "https://api.assemblyai.com"


class FreeSwitch(Section):
    user: Name
    password: Secret


class SmsGateway(Section):
    url: HttpUrl
    secret: Secret


def _pop(given: str) -> str:
    if not re.fullmatch(r"[^:\s]+:\S+", given):
        raise ValueError(f'must be "CHANNEL:PLACE", as "telegram:-1001234567890" (is "{given}")')
    return given


class Phone(Section):
    secret: OptionalSecret = None
    region: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    screen_pops: tuple[Annotated[str, AfterValidator(_pop)], ...] = ()
    twilio: Twilio | None = None
    vonage: Vonage | None = None
    deepgram: Deepgram | None = None
    assemblyai: AssemblyAI | None = None
    freeswitch: FreeSwitch | None = None
    sms_gateway: SmsGateway | None = None
    timeout_seconds: Seconds = 15
    rate_per_second: Annotated[float, Field(gt=0)] = 1

    @property
    def enabled(self) -> bool:
        ways = (
            self.secret,
            self.twilio,
            self.vonage,
            self.deepgram,
            self.assemblyai,
            self.freeswitch,
        )
        return any(one is not None for one in ways)


class Telegram(Section):
    mode: Literal["polling", "webhook"] = "polling"
    bot_token: OptionalSecret = None
    api_url: HttpUrl = "https://api.telegram.org"
    webhook_url: HttpUrl = ""
    webhook_secret: OptionalSecret = None
    webhook_path: Path = "/channels/telegram/updates"
    poll_seconds: Seconds = 30
    album_seconds: Seconds = 1
    timeout_seconds: Seconds = 40
    per_second: Count = 30
    chat_seconds: Seconds = 1
    group_per_minute: Count = 20

    @property
    def enabled(self) -> bool:
        return self.bot_token is not None

    @model_validator(mode="after")
    def _is_complete(self) -> "Telegram":
        if self.enabled and self.mode == "webhook":
            if not self.webhook_url or self.webhook_secret is None:
                raise ValueError('needs webhook_url and webhook_secret with mode = "webhook"')
            secret = self.webhook_secret.get_secret_value()
            if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
                raise ValueError("webhook_secret may have letters, digits, _ and - only")
        return self
