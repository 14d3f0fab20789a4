"""What the pages are given to work with; built once, handed down."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.catalogue import Catalogue
from bot.desk.desk import Desk
from bot.desk.files import Files
from bot.settings import Settings
from bot.throttle import Throttle
from bot.web.once import Once
from bot.web.presence import Presence
from store.database import Store

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Attempts:
    """Wrong passwords. By login and place an honest typist is stopped early and a guesser at once; by
    place alone, whoever tries many logins; by login alone, whoever comes from many places."""

    pair: Throttle = field(default_factory=lambda: Throttle(5, WINDOW))
    place: Throttle = field(default_factory=lambda: Throttle(30, WINDOW))
    login: Throttle = field(default_factory=lambda: Throttle(100, WINDOW))


@dataclass(frozen=True)
class Context:
    store: Store
    settings: Settings
    desk: Desk
    files: Files
    shutdown: asyncio.Event  # streams end when it is set
    presence: Presence
    problems: Callable[[], Sequence[str]]  # why this process is not ready; empty when it is
    catalogue: Catalogue = field(default_factory=Catalogue)
    once: Once = field(default_factory=Once)
    attempts: Attempts = field(default_factory=Attempts)

    @property
    def signed_in_for(self) -> timedelta:
        return timedelta(hours=self.settings.web.session_hours)
