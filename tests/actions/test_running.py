"""What becomes of a run: on both databases."""

import asyncio
import re
from pathlib import Path

import msgspec
import pytest

from bot.actions import running
from bot.actions.action import Outcome
from bot.actions.run import State, words_of
from bot.desk.access import BOT, Actor
from bot.errors import Forbidden, Invalid, NotFound
from bot.text import LANGUAGES
from tests.actions.conftest import House


async def serve(answer: bytes = b"") -> asyncio.Server:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    return await asyncio.start_server(talk, "127.0.0.1", 0)


def port_of(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def test_a_run_is_done_and_wakes_its_conversation(house: House, requester: Actor) -> None:
    conversation = await asyncio.to_thread(house.conversation, requester)
    async with await serve() as server:
        given = {"host": "127.0.0.1", "port": port_of(server)}
        id = await asyncio.to_thread(
            lambda: house.begin("port", given, conversation_id=conversation)
        )
        await house.work()
    run = house.run(id)
    assert (run.state, run.result) == (State.ENDED, "ok")
    assert house.woken() == [f"run:{id}:ended"]
    ended = house.store.read(lambda tx: running.ended_of(house.desk, tx, id, "ru"))
    assert ended is not None
    assert ended.result == "ok"
    assert ended.values["address"] == "127.0.0.1"
    assert "принимает соединения" in ended.words


def test_what_cannot_be_asked_for_is_refused_at_once(
    house: House, requester: Actor, agent: Actor
) -> None:
    cases = [
        ("reboot", {}, BOT, NotFound, "ping, dns, port"),
        ("port", {"host": "127.0.0.1"}, BOT, Invalid, "needs port"),
        ("port", {"host": "127.0.0.1", "port": "99999"}, BOT, Invalid, "from 1 to 65535"),
        ("ping", {"host": "127.0.0.1; reboot"}, BOT, Invalid, "no host"),
        ("ping", {"host": "127.0.0.1", "count": 5}, BOT, Invalid, "has no count"),
        ("ping", {"host": "10.0.0.1"}, BOT, Forbidden, 'targets = ["10.0.0.1:ping"]'),
        ("ping", {"host": "127.0.0.1"}, requester, Forbidden, "agent, sop"),
    ]
    for name, arguments, actor, kind, words in cases:
        with pytest.raises(kind, match=words.replace("[", r"\[").replace("]", r"\]")):
            house.begin(name, arguments, actor=actor)
    house.begin("ping", {"host": "127.0.0.1"}, actor=agent)
    assert len(house.open()) == 1


def test_what_was_queued_too_long_ago_is_not_done_any_more(house: House, agent: Actor) -> None:
    """The desk was away for days: nobody waits for it, and somebody has done it by hand."""
    fresh, stale = (house.begin("ping", {"host": "127.0.0.1"}, actor=agent) for _ in range(2))
    house.clock.advance(minutes=50)
    assert house.store.write(lambda tx: running.take(house.desk, tx, fresh)) is not None
    house.clock.advance(days=3)
    assert house.store.write(lambda tx: running.take(house.desk, tx, stale)) is None
    run = house.run(stale)
    assert (run.result, "away too long" in (run.words or "")) == ("refused", True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_result_of_every_action_has_words_in_every_language(
    house: House, agent: Actor, language: str
) -> None:
    for name, given in (
        ("ping", {"host": "localhost"}),
        ("dns", {"host": "localhost"}),
        ("port", {"host": "localhost", "port": "443"}),
        ("http", {"url": "http://localhost/"}),
        ("certificate", {"host": "localhost"}),
    ):
        id = house.begin(name, given, actor=agent)
        run = house.run(id)
        for result in house.desk.actions[name].results:
            values = {"address": "127.0.0.1", "why": "because", "records": "x", "status": "404"}
            run.outcome = msgspec.json.encode(Outcome(result=result, values=values)).decode()
            words = words_of(house.desk, run, language)
            assert len(words) > 10
            assert "{" not in words
            named = {"action": house.desk.actions[name].called(language), "result": result}
            assert words != house.desk.texts.line("ran-other", language, named)
            run.outcome = msgspec.json.encode(Outcome(result=result)).decode()
            assert words_of(house.desk, run, language)  # whatever is missing


def test_every_reason_has_words_in_every_language(house: House) -> None:
    """Those that the code names, and no others."""
    folder = Path(running.__file__).parent
    code = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    named = set(re.findall(r'"why-key"(?:: |\] = )"([a-z-]+)"', code))
    named |= set(re.findall(r'refuse\(desk, tx, \w+, "([a-z-]+)"', code))
    named |= {"code-too-late", "not-approved", "no-tls"}
    for language in LANGUAGES:
        assert set(house.desk.texts.labels(language, "run-why-")) == named
