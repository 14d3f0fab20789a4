"""A whole desk on the telephone: calls come by signed POST, agents see who rings and what was said."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.desk.access import Actor
from channels.phone.signed import sign
from store import people
from tests.channels.email.outgoing import part
from tests.networks.telegram import in_topic, room_of, said, saying, telegram_of
from tests.platforms.telegram import FakeTelegram
from tests.platforms.telegram.people import Group
from tests.servers.desk import Mailing, desk_beside, until

SECRET = "the telephone system's"
CALLER = "+4930901820"
SEGMENTS: list[dict[str, Any]] = [
    {"speaker": "agent", "text": "Service desk, good morning.", "start": 0.5, "end": 2.0},
    {
        "speaker": "caller",
        "text": "Um, hello, my, my VPN drops every ten minutes, error 809.",
        "start": 2.5,
        "end": 7.0,
    },
]
SEGMENTS[1]["words"] = [
    {"text": word, "confidence": 0.4 if word == "809." else 0.9}
    for word in str(SEGMENTS[1]["text"]).split()
]


class Exchange:
    """The telephone system."""

    def __init__(self, http: aiohttp.ClientSession, desk: Mailing, room: Group) -> None:
        self._http, self.desk, self.room = http, desk, room
        self._numbers = itertools.count(1)

    async def tells(self, call: str, **more: Any) -> None:
        given = {"call": call, "sequence": next(self._numbers), "caller": CALLER}
        body = json.dumps(given | more).encode()
        headers = sign(SECRET, int(time.time()), body) | {"content-type": "application/json"}
        url = f"{self.desk.url}/channels/phone/calls"
        async with self._http.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    async def settled(self) -> None:
        await asyncio.to_thread(self.desk.settled)

    def a_while_later(self) -> None:
        self.desk.later(minutes=3)


@pytest.fixture
async def exchange(tmp_path: Path, models: Path) -> AsyncIterator[Exchange]:
    async with FakeTelegram(flood_limits=False) as telegram, aiohttp.ClientSession() as http:
        room = telegram.group("Service desk", forum=True, admin=True)
        sections = {
            "telegram": telegram_of(telegram),
            "room": {"first": room_of(room)},
            "phone": {"secret": SecretStr(SECRET), "screen_pops": [f"telegram:{room.id}"]},
        }
        async with desk_beside(tmp_path / "desk", models, sections=sections) as desk:
            yield Exchange(http, desk, room)


def known_caller(desk: Mailing) -> Actor:
    """Whose number the directory has, and the e-mail address."""
    caller = desk.person("Ann Lee", "ann@else.test")
    assert caller.person_id is not None
    id = caller.person_id
    desk.store.write(lambda tx: people.give_address(tx, "phone", CALLER, id))
    return caller


async def test_agents_see_who_rings_and_then_what_it_was(exchange: Exchange) -> None:
    known_caller(exchange.desk)
    room = exchange.room
    await exchange.tells("c1", state="ringing")
    await exchange.tells("c1", state="ringing")
    await exchange.settled()
    [pop] = room.messages
    assert "Ann Lee" in said(pop)
    assert CALLER in said(pop)
    assert "No open ticket" in said(pop)

    await exchange.tells("c1", state="ended", final=True, segments=SEGMENTS, language="en")
    await exchange.settled()
    card = saying(room.messages, "INC-1", "Network", "[Send a summary]")
    assert card is not None
    assert "my VPN drops every ten minutes, error 809" in said(card)
    assert "Error code: 809" in said(card)
    whole = exchange.desk.ticket("INC-1")
    [line] = whole.messages
    assert "agent: Service desk, good morning." in (line.extra.folded or "")
    assert "Um, hello, my, my VPN" in (line.extra.folded or "")
    assert "⟨809.?⟩" in (line.extra.folded or "")


async def test_the_caller_may_have_it_in_writing(exchange: Exchange) -> None:
    known_caller(exchange.desk)
    await exchange.tells("c1", final=True, segments=SEGMENTS)
    await exchange.settled()
    card = saying(exchange.room.messages, "[Send a summary]")
    assert card is not None
    agent = exchange.room.telegram.user("Lena", "en", "lena")
    exchange.desk.knows(agent.id, "Lena Orlova")
    await agent.press(card, "Send a summary")
    letter = await asyncio.to_thread(
        until, lambda: next(iter(exchange.desk.mails("ann@else.test")), None)
    )
    assert "You called us" in part(letter, "plain")
    assert "INC-1" in part(letter, "plain")


async def test_pieces_in_any_order_are_one_call_when_no_more_come(exchange: Exchange) -> None:
    first, second = (
        {**SEGMENTS[1], "text": text, "words": []} for text in ("my printer", "is jammed again")
    )
    await exchange.tells(
        "c2", whole=False, final=True, segments=[second | {"start": 9.0, "end": 10.0}]
    )
    await exchange.tells("c2", whole=False, final=True, segments=[first], sequence=0)
    await exchange.tells("c2", state="ended")
    await exchange.settled()
    assert not exchange.room.messages
    exchange.a_while_later()
    await asyncio.to_thread(until, lambda: saying(exchange.room.messages, "INC-1"))
    assert "my printer is jammed again" in exchange.desk.ticket("INC-1").messages[0].text.body


async def test_a_second_call_about_it_goes_to_the_same_ticket(exchange: Exchange) -> None:
    known_caller(exchange.desk)
    await exchange.tells("c1", final=True, segments=SEGMENTS)
    await exchange.settled()
    again = [{**SEGMENTS[1], "text": "it is the VPN again, error 809, it drops", "words": []}]
    await exchange.tells("c3", final=True, segments=again)
    await exchange.settled()
    card = saying(exchange.room.messages, "INC-1", "[")
    assert card is not None
    assert saying(in_topic(exchange.room, card["message_thread_id"]), "Ann Lee", "VPN again")
    assert not saying(exchange.room.messages, "INC-2")


async def test_a_better_transcript_takes_the_place_of_the_words(exchange: Exchange) -> None:
    await exchange.tells("c1", final=True, segments=SEGMENTS)
    await exchange.settled()
    better = [{**SEGMENTS[1], "text": "my VPN drops every two minutes, error 890", "words": []}]
    await exchange.tells("c1", final=True, segments=better)
    await exchange.settled()
    [line] = exchange.desk.ticket("INC-1").messages
    assert line.text.body == "my VPN drops every two minutes, error 890"
    assert saying(exchange.room.messages, "better transcript", "two minutes")


async def test_a_call_without_words_is_known_and_opens_nothing(exchange: Exchange) -> None:
    await exchange.tells("c4", state="ended", final=True, caller="")
    await exchange.settled()
    exchange.a_while_later()
    await asyncio.to_thread(
        until, lambda: exchange.desk.said_in("phone", "c4") == ["A call without words."]
    )
    assert not exchange.room.messages
