"""The typed form of the one configuration file.

Every key has a default, so that a desk starts without any file; `config.example.toml` explains them.
`FIRSTLINE_<SECTION>__<KEY>` in the environment overrides the file. A secret is "env:NAME" or
"file:/path", never the value itself. Relative paths start at the folder of the file.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)

from bot import (
    action_settings,
    config_file,
    config_problems,
    escalation_settings,
    report_settings,
    sla_settings,
    survey_settings,
)
from bot.action_settings import Actions, Doing
from bot.config_kinds import (
    ChannelName,
    Count,
    DatabaseUrl,
    Days,
    Extension,
    Folder,
    HttpUrl,
    Name,
    Network,
    OptionalSecret,
    Origin,
    S,
    Seconds,
    Secret,
    Section,
    Share,
    check_hours,
    check_pattern,
    check_timezone,
    reason,
)
from bot.desk.priority import Priority
from bot.escalation_settings import Assignment, Escalation, LevelSections, Security
from bot.mail_settings import Mail
from bot.network_settings import SECRETS, VARIABLES, Phone, Slack, Telegram
from bot.report_settings import Digest, Figures
from bot.sla_settings import Calendars, Slas
from bot.staffing_settings import Staffing, Worker
from bot.survey_settings import Asking
from bot.survey_settings import Each as EachSurvey
from bot.text import BadText, check_override
from nlp.understanding import Category, Language, TicketType

PREFIX = "FIRSTLINE_"


class ConfigError(Exception):
    """The configuration cannot be used. The text has a line for everything that is wrong with it."""


# The sections


class Desk(Section):
    name: Name = "IT service desk"
    language: Language = Language.EN
    timezone: Annotated[str, AfterValidator(check_timezone)] = "UTC"
    reopen_days: Days = 14
    auto_close_days: Days = 5
    remind_days: Days = 3
    hours: Mapping[Language, str] = {}
    queues: Annotated[tuple[Name, ...], Field(min_length=1)] = (
        "service-desk",
        "network",
        "security",
        "applications",
    )


class Database(Section):
    url: DatabaseUrl = SecretStr("sqlite")
    data_dir: Folder = Path("data")

    @property
    def address(self) -> str:
        """The URL in full, password included."""
        url = self.url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'firstline.db'}" if url == "sqlite" else url

    @property
    def files(self) -> Path:
        """The folder of attachments and large mails."""
        return self.data_dir / "files"

    @field_serializer("url")
    def _without_password(self, url: SecretStr) -> str:
        return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:**********@", url.get_secret_value())


class Files(Section):
    max_bytes: Count = 26_214_400
    max_per_message: Annotated[int, Field(ge=0)] = 10
    allowed_extensions: tuple[Extension, ...] = ()
    blocked_extensions: tuple[Extension, ...] = (
        *("apk", "app", "bat", "chm", "cmd", "com", "cpl", "dll", "dmg", "exe", "hta", "iso"),
        *("jar", "js", "jse", "lnk", "msi", "msp", "pif", "ps1", "reg", "scr", "vbe", "vbs", "wsf"),
    )


class Web(Section):
    host: Name = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: HttpUrl = ""
    trusted_proxies: tuple[Network, ...] = ()
    session_hours: Annotated[int, Field(ge=1, le=8760)] = 12


class Chat(Section):
    enabled: bool = True
    embed_origins: tuple[Origin, ...] = ()
    max_text: Count = 20_000
    messages_per_minute: Count = 30


class Webhook(Section):
    secret: Secret
    deliver_url: Annotated[HttpUrl, StringConstraints(min_length=1)]
    rate_per_second: Annotated[float, Field(gt=0)] = 50
    timeout_seconds: Seconds = 10
    buttons: bool = True
    max_length: Annotated[int, Field(ge=100)] = 4000


class Conversation(Section):
    questions: Annotated[int, Field(ge=0, le=3)] = 3
    question_worth: Annotated[float, Field(ge=0, le=3)] = 0.2
    suggestions: Annotated[int, Field(ge=0, le=3)] = 3
    suggest_threshold: Share = 0.5
    category_threshold: Share = 0.5
    show_in_full_below: Annotated[int, Field(ge=0)] = 1500
    patience_minutes: Count = 20


class Outbox(Section):
    attempts: Count = 8
    first_retry_seconds: Seconds = 2
    longest_retry_seconds: Seconds = 900

    @model_validator(mode="after")
    def _longest_is_longest(self) -> "Outbox":
        if self.longest_retry_seconds < self.first_retry_seconds:
            raise ValueError("longest_retry_seconds must not be less than first_retry_seconds")
        return self


class Knowledge(Section):
    folder: Folder | None = None
    reload_seconds: Seconds = 5

    @field_validator("folder", mode="before")
    @classmethod
    def _empty_is_none(cls, folder: Any) -> Any:
        return None if folder == "" else folder


class Sop(Section):
    folder: Folder | None = None
    shipped: bool = True
    letter_patience_days: Annotated[int, Field(ge=1, le=30)] = 2

    @field_validator("folder", mode="before")
    @classmethod
    def _empty_is_none(cls, folder: Any) -> Any:
        return None if folder == "" else folder


class Learning(Section):
    nightly: str = "03:00"

    @field_validator("nightly")
    @classmethod
    def _is_a_time(cls, given: str) -> str:
        if given and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", given):
            raise ValueError(f'must be a time of day as "03:00", or empty (is "{given}")')
        return given


class Answerer(Section):
    url: HttpUrl = ""
    model: str = ""
    key: OptionalSecret = None
    timeout_seconds: Seconds = 8
    max_tokens: Count = 500
    tokens_per_day: Count = 500_000


class Storms(Section):
    enabled: bool = True
    people: Annotated[int, Field(ge=2, le=50)] = 3
    false_alarms_per_month: Annotated[float, Field(gt=0, le=1000)] = 1
    answer: bool = True
    next_word_minutes: Annotated[int, Field(ge=0, le=43_200)] = 60


class Directory(Section):
    url: HttpUrl = ""
    token: OptionalSecret = None
    region: Annotated[str, StringConstraints(pattern="^([A-Z]{2})?$")] = ""
    timeout_seconds: Seconds = 30


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class When(Section):
    """All that is named here must hold; of several words one is enough."""

    words: tuple[Name, ...] = ()
    pattern: Annotated[str, AfterValidator(check_pattern)] | None = None
    group: Name | None = None
    system: Name | None = None
    channel: Name | None = None
    hours: Annotated[str, AfterValidator(check_hours)] | None = None
    language: Language | None = None
    type: TicketType | None = None
    category: Category | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "When":
        return _at_least_one(self, "condition")


class Then(Section):
    category: Category | None = None
    type: TicketType | None = None
    priority: Priority | None = None
    queue: Name | None = None
    tags: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "Then":
        return _at_least_one(self, "action")


def _at_least_one(section: S, what: str) -> S:
    if not any(value for _, value in section):
        keys = ", ".join(type(section).model_fields)
        raise ValueError(f"needs at least one {what}: {keys}")
    return section


class Rule(Section):
    name: Name
    when: When
    then: Then


class Thing(Section):
    """An entry of the catalogue of applications, services, devices and places."""

    name: Name
    kind: Literal["application", "device", "site"] = "application"
    words: tuple[Name, ...] = ()
    not_in: tuple[Name, ...] = ()
    service: Name | None = None
    queue: Name | None = None


class Room(Section):
    channel: Name
    place: Name
    queues: Annotated[tuple[Name, ...], Field(min_length=1)]
    mark: Name = "//"
    reactions: Mapping[Name, Name] = {}


class Reply(Section):
    name: ChannelName
    text: Annotated[Mapping[Language, Name], Field(min_length=1)]


RESERVED = ("web", "terminal", "slack", "telegram", "phone")  # channels with a section of their own


class Settings(Section):
    desk: Desk = Desk()
    database: Database = Database()
    files: Files = Files()
    web: Web = Web()
    chat: Chat = Chat()
    webhook: Mapping[ChannelName, Webhook] = {}
    mail: Mail = Mail()
    slack: Slack = Slack()
    telegram: Telegram = Telegram()
    phone: Phone = Phone()
    room: Mapping[ChannelName, Room] = {}
    replies: tuple[Reply, ...] = ()
    calendar: Calendars = Field(default={})
    sla: Slas = Field(default={})
    level: LevelSections = Field(default={})
    escalation: Escalation = Escalation()
    security: Security = Security()
    assignment: Assignment = Assignment()
    surveys: Asking = Asking()
    survey: EachSurvey = Field(default={})
    conversation: Conversation = Conversation()
    outbox: Outbox = Outbox()
    knowledge: Knowledge = Knowledge()
    sop: Sop = Sop()
    learning: Learning = Learning()
    answerer: Answerer = Answerer()
    figures: Figures = Figures()
    report: Mapping[ChannelName, Digest] = {}
    staffing: Staffing = Staffing()
    rota: Mapping[ChannelName, Worker] = {}
    storms: Storms = Storms()
    directory: Directory = Directory()
    actions: Actions = Actions()
    action: Mapping[ChannelName, Doing] = {}
    texts: Mapping[Language, Mapping[str, str | Mapping[str, str]]] = {}
    log: Log = Log()
    catalogue: tuple[Thing, ...] = ()
    rules: tuple[Rule, ...] = ()

    @field_validator("webhook")
    @classmethod
    def _names_are_free(cls, webhooks: Mapping[str, Webhook]) -> Mapping[str, Webhook]:
        for name in RESERVED:
            if name in webhooks:
                raise ValueError(f'"{name}" is taken by the desk itself; choose another name')
        return webhooks

    @field_validator("mail")
    @classmethod
    def _mailboxes_are_free(cls, mail: Mail, info: ValidationInfo) -> Mail:
        for name in (*RESERVED, *info.data.get("webhook", ())):
            if name in mail.mailbox:
                raise ValueError(f'mailbox "{name}": there is a channel of that name')
        return mail


# Loading


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Raises ConfigError, which tells everything that is wrong at once."""
    file = _file(path, environ)
    text = "" if file is None else _text(file)
    given = _tables(file, text)
    variables = {
        tuple(name.removeprefix(PREFIX).lower().split("__")): name
        for name in sorted(environ)
        if name.startswith(PREFIX) and "__" in name
    }
    for name, usual in VARIABLES.items():
        if environ.get(name) and usual not in variables:
            variables[usual] = name
    for place, name in variables.items():
        points = name in VARIABLES and place[-1] in SECRETS
        _override(given, place, f"env:{name}" if points else environ[name], name)
    folder = file.parent if file else Path(environ.get("FIRSTLINE_HOME", ""))
    context = {"folder": folder, "environ": environ}
    problems = [*sla_settings.moved(given), *survey_settings.moved(given)]
    # Given as empty, because a default section has been made without the context.
    sections: dict[str, Any] = {
        name: {} for name, field in Settings.model_fields.items() if _is_section(field)
    }
    try:
        settings = Settings.model_validate(sections | given, context=context)
        problems += _unfit(settings)
    except ValidationError as error:
        problems += config_problems.explain(error, Settings)
    if problems:
        lines = config_file.lines_of(text)
        raise ConfigError(
            "\n".join(
                f"{_where(place, file, lines, variables)}: {config_problems.dotted(place)} {words}"
                for place, words in problems
            )
        )
    return settings


def _is_section(field: Any) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, Section)


def _file(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    if path is not None:
        return path
    if named := environ.get("FIRSTLINE_CONFIG"):
        return Path(named)
    usual = (Path("config.toml"), Path(environ.get("FIRSTLINE_HOME", "")) / "config.toml")
    return next((file for file in usual if file.exists()), None)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{file} cannot be read: {reason(problem)}") from None


def _tables(file: Path | None, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        at = re.search(r"at line (\d+)", words)
        line = at[1] if at else text.count("\n") + 1
        raise ConfigError(f"{file}:{line}: is not TOML: {words}") from None


def _override(given: dict[str, Any], place: tuple[str, ...], value: str, name: str) -> None:
    table: Any = given
    for step in place[:-1]:
        table = table.setdefault(step, {}) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        raise ConfigError(f"environment variable {name}: {'.'.join(place[:-1])} is not a table")
    table[place[-1]] = _list_or_text(value)


def _list_or_text(value: str) -> Any:
    if value.startswith("["):
        try:
            return tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            return value
    return value


def _unfit(settings: Settings) -> Iterator[tuple[config_file.Place, str]]:
    queues = settings.desk.queues
    for queue in settings.mail.queues:
        if queue not in queues:
            yield ("mail", "queues", queue), config_problems.one_of(queue, queues)
    for name, room in settings.room.items():
        for queue in room.queues:
            if queue not in queues:
                yield ("room", name, "queues"), config_problems.one_of(queue, queues)
    for number, thing in enumerate(settings.catalogue):
        if thing.queue is not None and thing.queue not in queues:
            yield ("catalogue", number, "queue"), config_problems.one_of(thing.queue, queues)
        if thing.queue is not None and thing.service is None:
            yield ("catalogue", number, "queue"), "is that of a service, which must be named too"
    for number, rule in enumerate(settings.rules):
        if rule.then.queue is not None and rule.then.queue not in queues:
            words = config_problems.one_of(rule.then.queue, queues)
            yield ("rules", number, "then", "queue"), words
    if settings.staffing.calendar not in settings.calendar:
        words = config_problems.one_of(settings.staffing.calendar, settings.calendar)
        yield ("staffing", "calendar"), words
    if settings.answerer.url and not settings.answerer.model:
        yield ("answerer", "model"), "is needed with url: the name of the model to ask for"
    yield from action_settings.unfit(settings)
    year = datetime.now(UTC).year
    yield from sla_settings.unfit(settings, year)
    if settings.report or settings.figures.font:
        yield from report_settings.unfit(settings)
    for language, texts in settings.texts.items():
        for key, form in texts.items():
            try:
                check_override(language, key, form)
            except BadText as problem:
                yield ("texts", language, key), str(problem).partition(": ")[2]
    for place, folder in (
        (("knowledge", "folder"), settings.knowledge.folder),
        (("sop", "folder"), settings.sop.folder),
    ):
        if folder is not None and not folder.is_dir():
            yield place, f"names {folder}, and there is no such folder"
    yield from escalation_settings.unfit(settings, year)
    yield from survey_settings.unfit(settings)
    if settings.phone.twilio is not None and not settings.web.public_url:
        yield ("phone", "twilio"), "needs public_url in [web]: Twilio signs the address it calls"


def _where(
    place: config_file.Place,
    file: Path | None,
    lines: Mapping[config_file.Place, int],
    variables: Mapping[tuple[str, ...], str],
) -> str:
    for variable, name in variables.items():
        if place[: len(variable)] == variable:
            return f"environment variable {name}"
    line = config_file.line_of(place, lines)
    return f"{file}:{line}" if line else str(file or "configuration")
