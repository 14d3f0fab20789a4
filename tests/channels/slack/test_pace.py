"""How fast messages go out, by a clock of ours."""

import asyncio

from channels.slack.pace import Pace


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def read(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.now += seconds


async def times(pace: Pace, time: Time, *conversations: str) -> list[float]:
    taken = []
    for conversation in conversations:
        await pace.turn(conversation)
        taken.append(round(time.now - 100.0, 3))
    return taken


async def test_a_few_go_at_once_and_then_one_a_second() -> None:
    time = Time()
    pace = Pace(1000, 1.0, 3, time.read, time.sleep)
    assert await times(pace, time, *"aaaaaa") == [0.0, 0.001, 0.002, 1.0, 2.0, 3.0]


async def test_a_quiet_conversation_may_hurry_again() -> None:
    time = Time()
    pace = Pace(1000, 1.0, 2, time.read, time.sleep)
    await times(pace, time, *"aaaa")
    time.now = 200.0
    assert await times(pace, time, *"aa") == [100.0, 100.001]


async def test_one_conversation_does_not_wait_for_another() -> None:
    time = Time()
    pace = Pace(1000, 1.0, 1, time.read, time.sleep)
    assert await times(pace, time, "a", "b", "a") == [0.0, 0.001, 1.0]


async def test_all_together_keep_to_the_rate() -> None:
    time = Time()
    pace = Pace(2, 0.0, 1, time.read, time.sleep)
    assert await times(pace, time, *"abcd") == [0.0, 0.5, 1.0, 1.5]
