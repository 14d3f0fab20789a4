from collections.abc import AsyncIterator

import pytest

from tests.channels.far_ends import Desk
from tests.platforms.telegram import FakeTelegram, User


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(flood_limits=False) as telegram:
        yield telegram


@pytest.fixture
def ana(telegram: FakeTelegram) -> User:
    ana = telegram.user("Ana", "ru", "ana")
    ana.started = True
    return ana
