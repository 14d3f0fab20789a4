"""E-mail, put together: the ways in, the filing, a channel for each mailbox, the local mailbox's pages."""

import asyncio
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.routing import BaseRoute

from bot.desk.desk import AgentsMail
from bot.desk.files import Files
from bot.errors import DeskError
from bot.mail_settings import Imap
from bot.mailroom import MAILBOX_KEY, Filing, Mailroom
from bot.ports import take_port
from bot.settings import Settings
from bot.text import LANGUAGES, Texts
from channels.email import channel, smtp
from channels.email.channel import EmailChannel, Transport
from channels.email.compose import Words
from channels.email.local import LocalMailbox
from channels.email.mailbox_pages import MailboxPages
from channels.email.threads import Desk
from channels.email.tokens import source_of
from channels.email.trust import Relays
from store.database import Store, Tx
from store.tables import Meta

if TYPE_CHECKING:  # loaded where they are used: they take a while, and most desks use one at most
    from channels.email import imap, relay
    from channels.email.dkim import Signer

LOCAL: Final = "mailbox"  # folder of the local mailbox, within data_dir


def mail_key(tx: Tx) -> bytes:
    """What signs reply addresses and message ids: the same for all processes and for ever."""
    tx.alone(MAILBOX_KEY)
    row = tx.get(Meta, MAILBOX_KEY)
    if row is None:
        row = tx.insert(Meta(key=MAILBOX_KEY, value=secrets.token_hex(32)))
    return bytes.fromhex(row.value)


def agents_mail(settings: Settings) -> AgentsMail | None:
    if not settings.mail.enabled:
        return None
    sender = settings.mail.agents_from or next(iter(settings.mail.mailbox))
    return AgentsMail(channel=sender, queues=settings.mail.queues)


class PostOffice:
    """What a process needs of e-mail. Raises DeskError when a key or a port cannot be used."""

    def __init__(
        self, settings: Settings, store: Store, files: Files, texts: Texts, *, takes: bool
    ) -> None:
        """`takes`: whether this process takes mail in."""
        self._settings, self._store = settings, store
        chosen = settings.mail
        self.listening = (
            take_port(
                chosen.smtp.host, chosen.smtp.port, "[mail.smtp]", "FIRSTLINE_MAIL__SMTP__PORT"
            )
            if takes and chosen.smtp.enabled
            else None
        )
        key = store.write(mail_key)
        self.desks = desks_of(settings, key)
        addresses = {
            address: name
            for name, box in chosen.mailbox.items()
            for address in (box.address, *box.aliases)
        }
        self.mailroom = Mailroom(store, files.disk, addresses)
        self.filing = Filing(store, files, self.desks, relays_of(settings))
        self._local = (
            None if chosen.relay.host else LocalMailbox(settings.database.data_dir / LOCAL)
        )
        self._relay = None if self._local else _relay(settings)
        transport: Transport | None = self._local or self._relay
        assert transport is not None  # one of the two
        signer = signer_of(settings)
        self.channels = [
            EmailChannel(
                channel.Options(
                    desk=desk,
                    name=settings.desk.name,
                    words=cache(lambda language: _words(texts, language)),
                    content=lambda sha256: files.path(sha256).read_bytes(),
                    signer=signer,
                ),
                transport,
            )
            for desk in self.desks.values()
        ]
        self._texts = texts

    async def serve(self, stop: asyncio.Event) -> None:
        """Take mail by SMTP until `stop`."""
        assert self.listening is not None
        server = smtp.SmtpServer(
            _smtp_options(self._settings), self.mailroom, _check(self._settings)
        )
        await server.start(self.listening)
        try:
            await stop.wait()
        finally:
            await server.stop()

    def sources(self) -> Mapping[str, "imap.ImapSource"]:
        """By mailbox; each must be read by one process only."""
        if all(box.imap is None for box in self._settings.mail.mailbox.values()):
            return {}
        from channels.email import imap

        return {
            name: imap.ImapSource(imap_options(name, box.imap), self.mailroom)
            for name, box in self._settings.mail.mailbox.items()
            if box.imap is not None
        }

    @property
    def is_local(self) -> bool:
        """Whether what is sent stays here, in the local mailbox."""
        return self._local is not None

    def routes(self) -> list[BaseRoute]:
        """The pages of the local mailbox, when there is one."""
        if self._local is None:
            return []
        own = self._settings.desk.language  # first: for whoever reads none of the others
        languages = dict.fromkeys([own, *LANGUAGES])
        labels = {language: self._texts.labels(language, "mailbox-") for language in languages}
        return list(MailboxPages(self._local, labels, from_this_machine).routes())

    async def close(self) -> None:
        if self._relay is not None:
            await self._relay.close()


def from_this_machine(request: Request) -> bool:
    """Mails are for their readers only; without a relay the desk is being tried out, on one machine. A
    proxy on it speaks for others, and shows by a header that it does."""
    forwarded = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
    if request.client is None or any(name in request.headers for name in forwarded):
        return False
    # A page from elsewhere may let its own name lead to this machine, and read what its name gives.
    return _is_loopback(request.client.host) and (
        request.url.hostname == "localhost" or _is_loopback(request.url.hostname or "")
    )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def desks_of(settings: Settings, key: bytes) -> Mapping[str, Desk]:
    return {
        name: Desk(mailbox=name, address=box.address, key=key)
        for name, box in settings.mail.mailbox.items()
    }


def relays_of(settings: Settings) -> Relays:
    chosen = settings.mail
    return Relays(
        names=frozenset(name.lower() for name in chosen.trusted_servers),
        networks=tuple(ipaddress.ip_network(one) for one in chosen.trusted_relays),
    )


def _words(texts: Texts, language: str) -> Words:
    return Words(**texts.labels(language, "mail-"))


def signer_of(settings: Settings) -> "Signer | None":
    chosen = settings.mail.relay
    if chosen.dkim_key is None:
        return None
    from channels.email.dkim import Signer

    try:
        return Signer(
            chosen.dkim_domain, chosen.dkim_selector, chosen.dkim_key.get_secret_value().encode()
        )
    except ValueError as problem:
        raise DeskError(f"dkim_key in [mail.relay] cannot be used: {problem}") from None


def _check(settings: Settings) -> smtp.Check | None:
    """Whether a login is good; None when there are no accounts."""
    accounts = {
        name: secret.get_secret_value().encode()
        for name, secret in settings.mail.smtp.accounts.items()
    }

    def good(login: str, password: str) -> bool:
        # As long for a name that there is not.
        known = accounts.get(login, b"")
        return hmac.compare_digest(known, password.encode()) and login in accounts

    return good if accounts else None


def _smtp_options(settings: Settings) -> smtp.Options:
    chosen = settings.mail.smtp
    return smtp.Options(
        host=chosen.host,
        port=chosen.port,
        hostname=chosen.hostname or socket.gethostname(),
        certificate=chosen.certificate,
        key=chosen.key,
        self_signed=chosen.self_signed,
        require_tls=chosen.require_tls,
        require_login=chosen.require_login,
        max_size=chosen.max_bytes,
        max_recipients=chosen.max_recipients,
        source_mails=chosen.mails_per_minute,
        source_connections=chosen.connections_per_source,
        exempt=chosen.exempt,
    )


def _relay(settings: Settings) -> "relay.Relay":
    from channels.email import relay

    return relay.Relay(relay_options(settings))


def relay_options(settings: Settings) -> "relay.Options":
    from channels.email import relay

    chosen = settings.mail.relay
    return relay.Options(
        host=chosen.host,
        port=chosen.port,
        security=relay.Security(chosen.security),
        user=chosen.user or None,
        password=None if chosen.password is None else chosen.password.get_secret_value(),
        token=source_of(chosen.token_file, chosen.token_command),
        authorities=chosen.ca,
        own_name=settings.mail.smtp.hostname or None,
        timeout=chosen.timeout_seconds,
    )


def imap_options(name: str, chosen: Imap) -> "imap.Options":
    from channels.email import imap

    return imap.Options(
        mailbox=name,
        host=chosen.host,
        port=chosen.port,
        security=imap.Security(chosen.security),
        ca=chosen.ca,
        user=chosen.user,
        password=None if chosen.password is None else chosen.password.get_secret_value(),
        token_file=chosen.token_file,
        token_command=chosen.token_command,
        folder=chosen.folder,
        first=imap.First(chosen.first),
        then=imap.Then(chosen.then),
        move_to=chosen.move_to,
        poll=chosen.poll_seconds,
    )
