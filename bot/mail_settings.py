"""The part of the configuration that is about e-mail."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from bot.config_kinds import ChannelName, Count, Folder, Name, Network, Seconds, Secret, Section

Port = Annotated[int, Field(ge=0, le=65535)]
Security = Literal["tls", "starttls", "plain"]


def _address(given: str) -> str:
    if not re.fullmatch(r"[^\s@+<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\]{1,255}", given):
        raise ValueError(f'must be an e-mail address without "+" (is "{given}")')
    return given.lower()


def _mail_address(given: str) -> str:
    if not re.fullmatch(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\]{1,255}", given):
        raise ValueError(f'must be an e-mail address (is "{given}")')
    return given.lower()


OwnAddress = Annotated[str, AfterValidator(_address)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]


class Imap(Section):
    host: Name
    port: Port = 993
    security: Security = "tls"
    ca: Folder | None = None
    user: Name
    password: Secret | None = None
    token_file: Folder | None = None
    token_command: tuple[Name, ...] = ()
    folder: Name = "INBOX"
    first: Literal["unseen", "all", "now"] = "unseen"
    then: Literal["seen", "delete", "move"] = "seen"
    move_to: str = ""
    poll_seconds: Seconds = 60

    @model_validator(mode="after")
    def _one_way_to_log_in(self) -> "Imap":
        ways = [self.password, self.token_file, self.token_command or None]
        if sum(way is not None for way in ways) != 1:
            raise ValueError("needs exactly one of password, token_file and token_command")
        if (self.then == "move") != bool(self.move_to):
            raise ValueError('needs move_to with then = "move", and only with it')
        return self


class Mailbox(Section):
    address: OwnAddress
    aliases: tuple[OwnAddress, ...] = ()
    imap: Imap | None = None


class Smtp(Section):
    enabled: bool = True
    host: Name = "127.0.0.1"
    port: Port = 2525
    hostname: str = ""
    certificate: Folder | None = None
    key: Folder | None = None
    self_signed: bool = False
    require_tls: bool = False
    max_bytes: Count = 37_748_736
    max_recipients: Count = 100
    mails_per_minute: Count = 120
    connections_per_source: Count = 20
    exempt: tuple[Network, ...] = ("127.0.0.0/8", "::1/128")
    accounts: Mapping[Name, Secret] = {}
    require_login: bool = False

    @model_validator(mode="after")
    def _somebody_may_log_in(self) -> "Smtp":
        if self.require_login and not self.accounts:
            raise ValueError("needs accounts with require_login")
        return self

    @field_validator("certificate", "key", mode="before")
    @classmethod
    def _empty_is_none(cls, given: object) -> object:
        return None if given == "" else given


class Relay(Section):
    host: str = ""
    port: Port = 587
    security: Security = "starttls"
    ca: Folder | None = None
    user: str = ""
    password: Secret | None = None
    token_file: Folder | None = None
    token_command: tuple[Name, ...] = ()
    timeout_seconds: Seconds = 30
    rate_per_second: Annotated[float, Field(gt=0)] = 20
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key: Secret | None = None

    @model_validator(mode="after")
    def _whole_or_nothing(self) -> "Relay":
        ways = [self.password, self.token_file, self.token_command or None]
        if sum(way is not None for way in ways) != bool(self.user):
            raise ValueError(
                "needs user and one of password, token_file and token_command together"
            )
        given = [bool(self.dkim_domain), bool(self.dkim_selector), self.dkim_key is not None]
        if any(given) and not all(given):
            raise ValueError("needs dkim_domain, dkim_selector and dkim_key together")
        return self


class Mail(Section):
    enabled: bool = True
    mailbox: Mapping[ChannelName, Mailbox] = {"mail": Mailbox(address="help@desk.localhost")}
    smtp: Smtp = Smtp()
    relay: Relay = Relay()
    trusted_servers: tuple[Name, ...] = ()
    trusted_relays: tuple[Network, ...] = ()
    letters_per_hour: Count = 20
    confirm_closing: bool = True
    agents_from: str = ""
    queues: Mapping[Name, tuple[MailAddress, ...]] = {}

    @model_validator(mode="after")
    def _fits_together(self) -> "Mail":
        if self.enabled and not self.mailbox:
            raise ValueError("needs at least one mailbox")
        if self.agents_from and self.agents_from not in self.mailbox:
            names = ", ".join(self.mailbox)
            raise ValueError(f"agents_from must be one of the mailboxes: {names}")
        seen: set[str] = set()
        for box in self.mailbox.values():
            for address in (box.address, *box.aliases):
                if address in seen:
                    raise ValueError(f"{address} belongs to two mailboxes")
                seen.add(address)
        return self
