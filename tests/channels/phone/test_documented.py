"""The examples of docs/phone.md work as they are written there."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.phone import State, update_of
from tests.channels.far_ends import Desk
from tests.channels.phone_end import SECRET, PhoneEnd, phone

PAGE = (Path(__file__).parents[3] / "docs" / "phone.md").read_text()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def end(desk: Desk) -> AsyncIterator[PhoneEnd]:
    async with phone(desk) as end:
        yield end


async def run(end: PhoneEnd, *command: str) -> str:
    here = [part.replace("https://desk.example.com", end.url) for part in command]
    process = await asyncio.create_subprocess_exec(
        *here, env=os.environ | {"SECRET": SECRET}, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return said.decode()


async def test_the_example_in_python(end: PhoneEnd, desk: Desk) -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert "CALL/c1/phone/0" in await run(end, sys.executable, "-c", code)
    update = update_of(desk.received[0])
    assert update is not None
    assert update.state is State.RINGING


async def test_the_example_in_the_shell(end: PhoneEnd, desk: Desk) -> None:
    [code] = re.findall(r"^    body=.*?(?=\n\n)", PAGE, re.DOTALL | re.MULTILINE)
    assert "CALL/c1/phone/1" in await run(end, "sh", "-c", code)
    assert desk.received[0].text == "my VPN drops, error 809"


async def test_every_way_in_is_on_the_page(end: PhoneEnd, desk: Desk) -> None:
    for route in end.channel.routes(desk.receive):
        assert f"/{route.path.rpartition('/')[2]}`" in PAGE  # type: ignore[attr-defined]
