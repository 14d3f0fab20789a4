"""The pace, on a clock of the test's own."""

import asyncio
from itertools import count, pairwise

from channels.telegram import Limits
from channels.telegram.pace import Pace


class Clock:
    """Time passes when everybody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._numbers = count()

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self.now + seconds, next(self._numbers), woken))
        await woken.wait()

    async def run(self, work: "asyncio.Future[object]") -> None:
        while not work.done():
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers:
                self._sleepers.sort(reverse=True)
                moment, _, woken = self._sleepers.pop()
                self.now = max(self.now, moment)
                woken.set()


async def sent(chats: list[str]) -> list[tuple[float, str]]:
    clock, times = Clock(), []
    pace = Pace(Limits(), lambda: clock.now, clock.sleep)

    async def send(chat: str) -> None:
        async with pace.turn(chat):
            times.append((clock.now, chat))

    await clock.run(asyncio.ensure_future(asyncio.gather(*(send(chat) for chat in chats))))
    return times


def most_within(times: list[float], seconds: float) -> int:
    return max(sum(start <= time < start + seconds for time in times) for start in times)


async def test_a_chat_gets_one_a_second() -> None:
    times = await sent(["5"] * 10)
    assert [time for time, _ in times] == [float(n) for n in range(10)]


async def test_a_group_gets_twenty_a_minute() -> None:
    times = [time for time, _ in await sent(["-5"] * 50)]
    assert most_within(times, 60) == 20
    assert times[-1] < 140


async def test_all_together_get_thirty_a_second() -> None:
    times = await sent([str(n % 100) for n in range(300)])
    assert most_within([time for time, _ in times], 1) == 30
    assert times[-1][0] < 12
    for chat in {chat for _, chat in times}:
        mine = [time for time, whose in times if whose == chat]
        assert all(later - earlier >= 1 for earlier, later in pairwise(mine))
