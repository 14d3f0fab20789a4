"""Programs that do things for the desk: they work, hang, talk nonsense, die and are called again."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.actions import running
from bot.actions.action import Outcome
from bot.actions.run import State, arguments_of, outcome_of, steps_of
from bot.desk.access import Actor, Role
from channels.webhook.signature import BadSignature, key_of, verify
from store.database import Tx
from store.tables import ActionRun, Person
from tests.actions.conftest import SECRET, House
from tests.actions.servers import far
from tests.servers.http import serving

LOGIN = [{"name": "login", "kind": "login"}, {"name": "initial", "secret": True, "default": ""}]


class Program:
    """The administrator's: keeps what it was told, and answers as the test wants."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.heard = asyncio.Event()
        self.calls: list[dict[str, Any]] = []
        self.keys: list[str] = []

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        try:
            verify(key_of(SECRET), request.headers, body, time.time())
        except BadSignature:
            return Response(status_code=401)
        self.calls.append(msgspec.json.decode(body))
        self.keys.append(request.headers["idempotency-key"])
        self.heard.set()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            return Response(status_code=500)
        return answer if isinstance(answer, Response) else JSONResponse(answer)


@asynccontextmanager
async def program(house: House, *answers: Any, **more: Any) -> AsyncIterator[Program]:
    made = Program(*answers)
    async with serving([Route("/do", made.answer, methods=["POST"])]) as url:
        configure(house, f"{url}/do", **more)
        yield made


def configure(house: House, url: str, **more: Any) -> None:
    hook = {"url": url, "secret": SecretStr(SECRET), "parameters": LOGIN, "results": ["name-taken"]}
    house.configure(action={"make": {**hook, "undo": "unmake", **more}, "unmake": hook})


async def made(house: House, arguments: Mapping[str, Any] | None = None, **more: Any) -> ActionRun:
    given = {"login": "nina"} if arguments is None else dict(arguments)
    id = await asyncio.to_thread(lambda: house.begin("make", given, **more))
    await house.work()
    return house.run(id)


async def test_a_program_is_told_all_it_needs_and_its_answer_is_kept(
    house: House, requester: Actor, agent: Actor
) -> None:
    house.address(requester, "email", "rita@corp.example")
    ticket = await asyncio.to_thread(house.ticket, requester)
    answer = {
        "result": "ok",
        "message": {"en": "Nina can sign in.", "ru": "Нина может войти."},
        "values": {
            "mailbox": "nina@corp.example",
            "quota": 5,
            "temporary_password": "x",
            "none": None,
        },
    }
    async with program(house, answer) as called:
        run = await made(
            house, {"login": "CORP\\nina", "initial": "Tr0ub4dor"}, actor=agent, ticket_id=ticket
        )
    (call,) = called.calls
    assert call["arguments"] == {"login": "CORP\\nina", "initial": "Tr0ub4dor"}
    assert call["action"] == "make"
    assert call["ticket"] == f"INC-{ticket}"
    assert call["person"] == {"name": "Rita", "email": "rita@corp.example"}
    assert call["asked_by"] == {"name": "Anton"}
    assert (call["key"], called.keys) == (run.key, [run.key])
    assert (run.result, run.words) == ("ok", "make: Nina can sign in.")
    # What is secret is neither shown nor kept.
    assert arguments_of(run) == {"login": "CORP\\nina", "initial": "•••"}
    assert run.sealed is None
    outcome = outcome_of(run)
    assert outcome is not None
    assert outcome.values == {
        "mailbox": "nina@corp.example",
        "quota": "5",
        "temporary_password": "•••",
    }
    ended = house.store.read(lambda tx: running.ended_of(house.desk, tx, run.id, "ru"))
    assert ended is not None
    assert ended.words == "make: Нина может войти."
    assert house.events() == [("action-asked", None), ("action-ended", "ok")]
    assert house.woken() == [f"run:{run.id}:ended"]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ({"result": "failed", "message": "No such user."}, "failed"),
        ({"result": "name-taken"}, "name-taken"),
        ({"result": "splendid"}, "garbage"),
        ({"result": "timed-out"}, "garbage"),  # that is for us to say
        ({}, "garbage"),
        ({"result": 5}, "garbage"),
        ({"result": "ok", "values": {"a": {"b": 1}}}, "garbage"),
        (["ok"], "garbage"),
        (Response("OK"), "garbage"),
        (Response('{"result": "ok"}{"result": "failed"}'), "garbage"),  # it answers twice
        (Response(b"\xff\xfe\x00"), "garbage"),
        (Response(""), "garbage"),
        (Response("x" * 200_000), "garbage"),
        (Response('{"result": "ok"}', 500), "garbage"),
        (Response(status_code=302, headers={"location": "http://127.0.0.2:9/"}), "garbage"),
        (Response('{"result": "ok", "message": "' + "y" * 5000 + '"}'), "ok"),
    ],
)
async def test_what_it_answers_is_understood_or_called_garbage(
    house: House, answer: Any, result: str
) -> None:
    async with program(house, answer) as called:
        run = await made(house)
    assert (run.result, len(called.calls)) == (result, 1)
    assert run.words
    assert len(run.words) < 600
    if result == "garbage":
        assert "check before you try again" in run.words


async def test_it_hangs_and_its_time_is_over(house: House) -> None:
    forever = asyncio.Event()
    async with program(house, forever, seconds=0.2):
        run = await made(house)
        forever.set()
    assert run.result == "timed-out"
    assert "It may have been done" in (run.words or "")


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"result": "o', "garbage"),
        (b"", "garbage"),
        (b"garbage without end\r\n\r\n", "garbage"),
        (
            b'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"result": "ok"}'
            b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"result": "failed"}',
            "ok",  # the first answer is the answer
        ),
    ],
)
async def test_it_dies_in_the_middle_of_a_word(house: House, answer: bytes, result: str) -> None:
    async with far(lambda asked: answer) as one:
        configure(house, f"http://127.0.0.1:{one.port}/")
        run = await made(house)
    assert run.result == result


async def test_it_is_not_there(house: House) -> None:
    async with far() as one:
        configure(house, f"http://127.0.0.1:{one.port}/")
    run = await made(house)
    assert (run.result, "Nothing was done" in (run.words or "")) == ("unreachable", True)


async def test_a_wrong_secret_is_refused_by_the_program(house: House) -> None:
    async with program(house, {"result": "ok"}, secret=SecretStr("another")) as called:
        run = await made(house)
    assert (run.result, called.calls) == ("garbage", [])
    assert "HTTP status 401" in (run.words or "")


async def test_long_work_tells_how_far_it_is(
    house: House, requester: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.actions.webhook.AGAIN", (0.01, 0.01))
    ticket = await asyncio.to_thread(house.ticket, requester)
    seen: list[str | None] = []

    def look() -> bool:
        run = house.all(ActionRun)[0]
        seen.append(run.progress)
        return bool(run.state == State.ENDED)

    wait = {"result": "running", "progress": "mailbox 1 of 2", "again": 0}
    further = {"result": "running", "progress": "mailbox 2 of 2", "again": 0}
    async with program(house, wait, *[further] * 20, {"result": "ok"}) as called:
        await asyncio.to_thread(lambda: house.begin("make", {"login": "nina"}, ticket_id=ticket))
        await house.work(until=look)
    assert "mailbox 2 of 2" in seen
    assert len(called.calls) == 22
    assert len(set(called.keys)) == 1
    assert house.all(ActionRun)[0].progress is None


# -- a process dies


async def dying(house: House, called: Program) -> None:
    """A process that is killed while the program has the call."""
    runner = house.runner()
    stop = asyncio.Event()
    loop = asyncio.create_task(runner.run(stop))
    await called.heard.wait()
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop
    assert house.all(ActionRun)[0].state == State.RUNNING


async def test_what_may_not_be_repeated_is_not(house: House) -> None:
    async with program(house, asyncio.Event()) as called:
        id = await asyncio.to_thread(lambda: house.begin("make", {"login": "nina"}))
        await dying(house, called)
        await house.work()
        assert len(called.calls) == 1
    run = house.run(id)
    assert run.result == "uncertain"
    assert "check before you try again" in (run.words or "")


async def test_what_may_be_is_repeated_with_the_same_key(house: House) -> None:
    async with program(house, asyncio.Event(), {"result": "ok"}, repeatable=True) as called:
        id = await asyncio.to_thread(lambda: house.begin("make", {"login": "nina"}))
        await dying(house, called)
        await house.work()
        assert called.keys[0] == called.keys[1]
        assert [one["attempt"] for one in called.calls] == [1, 2]
    assert house.run(id).result == "ok"


async def test_it_is_not_repeated_for_ever(house: House) -> None:
    async with program(house, asyncio.Event(), repeatable=True) as called:
        id = await asyncio.to_thread(lambda: house.begin("make", {"login": "nina"}))
        for _ in range(running.BEGINNINGS):
            called.heard.clear()
            await dying(house, called)
        await house.work()
        assert len(called.calls) == running.BEGINNINGS
    assert house.run(id).result == "failed"


async def test_stopping_lets_what_is_under_way_finish(house: House) -> None:
    async with far(
        lambda asked: b'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"result": "ok"}'
    ) as one:
        configure(house, f"http://127.0.0.1:{one.port}/")
        id = await asyncio.to_thread(lambda: house.begin("make", {"login": "nina"}))
        stop = asyncio.Event()
        loop = asyncio.create_task(house.runner().run(stop))
        while not one.seen:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.001)
        stop.set()
        await loop
    assert house.run(id).result == "ok"


def test_an_answer_to_an_attempt_that_was_given_up_changes_nothing(house: House) -> None:
    configure(house, "http://127.0.0.1:9/")
    id = house.begin("make", {"login": "nina"})
    order = house.store.write(lambda tx: running.take(house.desk, tx, id))
    assert order is not None
    assert house.store.write(lambda tx: running.take(house.desk, tx, id)) is None
    house.store.write(lambda tx: running.resume(house.desk, tx, id))
    late = Outcome(result="ok")
    house.store.write(lambda tx: running.settle(house.desk, tx, id, order.attempt, late))
    assert house.run(id).result == "uncertain"


def test_what_is_configured_no_more_ends(house: House) -> None:
    configure(house, "http://127.0.0.1:9/")
    id = house.begin("make", {"login": "nina"})
    other = house.begin("ping", {"host": "127.0.0.1"})
    house.configure(actions={"targets": []})
    for one in (id, other):
        assert house.store.write(lambda tx, one=one: running.take(house.desk, tx, one)) is None
    assert (house.run(id).result, house.run(other).result) == ("failed", "refused")


async def test_no_more_at_once_than_allowed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.actions.runner.LEAVING", 0.01)
    forever = asyncio.Event()
    async with program(house, forever) as called:
        for _ in range(6):
            await asyncio.to_thread(lambda: house.begin("make", {"login": "nina"}))

        def four() -> bool:
            return len([one for one in house.open() if one.state == State.RUNNING]) == 4

        await house.work(until=four)
        forever.set()
        assert len(called.calls) == 4
    states = [one.state for one in house.all(ActionRun)]
    assert states.count(State.QUEUED) == 2


# -- taken back


async def test_what_was_done_is_taken_back_once(
    house: House, agent: Actor, requester: Actor
) -> None:
    ticket = await asyncio.to_thread(house.ticket, requester)
    async with program(house, {"result": "ok"}) as called:
        run = await made(house, actor=agent, ticket_id=ticket)
        id = await asyncio.to_thread(
            lambda: house.store.write(lambda tx: running.undo(house.desk, tx, run.id, agent))
        )
        await house.work()
        assert called.calls[1]["undo_of"] == run.key
        assert called.calls[1]["arguments"] == {"login": "nina"}
    assert (house.run(id).name, house.run(id).undo_of) == ("unmake", run.id)
    for wrong, words in (
        (run.id, "being taken back"),
        (id, "cannot be taken back"),
        (99, "no run 99"),
    ):
        with pytest.raises(Exception, match=words):
            house.store.write(lambda tx, wrong=wrong: running.undo(house.desk, tx, wrong, agent))


# -- clocks


async def test_a_clock_that_is_set_back_hangs_nothing(house: House, requester: Actor) -> None:
    forever = asyncio.Event()
    async with program(house, forever, seconds=0.3) as called:
        id = await asyncio.to_thread(lambda: house.begin("make", {"login": "nina"}))

        def heard() -> bool:
            if called.calls:
                house.clock.now -= timedelta(days=400)
            return house.run(id).state == State.ENDED

        await house.work(until=heard)
        forever.set()
    assert house.run(id).result == "timed-out"


@pytest.mark.parametrize("days", [0, -30])
async def test_what_waits_for_people_ends_by_the_clock(
    house: House, requester: Actor, days: int
) -> None:
    manager = house.person("Max", Role.REQUESTER)
    house.address(manager, "email", "max@corp.example")
    house.store.write(lambda tx: set_manager(tx, requester, manager))
    ticket = await asyncio.to_thread(house.ticket, requester)
    configure(house, "http://127.0.0.1:9/", approval="manager")
    id = await asyncio.to_thread(lambda: house.begin("make", {"login": "nina"}, ticket_id=ticket))
    house.clock.advance(days=days)  # set back: it waits so much longer, and no more
    for hours, expected in ((5 - 24 * days, State.WAITING_APPROVAL), (20, State.ENDED)):
        house.clock.advance(hours=hours)
        reached: Callable[[], bool] = lambda expected=expected: bool(  # noqa: E731
            house.run(id).state == expected and house.run(id).remind_at is None
        )
        await house.work(until=reached)
    assert house.run(id).result == "refused"
    asked = [one for one in house.posted() if one.to == "max@corp.example"]
    assert [one.key for one in asked] == [f"run:{id}:approve", f"run:{id}:remind"]
    assert [one.what for one in steps_of(house.run(id))] == [
        "asked",
        "approval asked for",
        "reminded",
        "ended: refused",
    ]


def set_manager(tx: Tx, person: Actor, manager: Actor) -> None:
    row = tx.get(Person, person.person_id)
    assert row is not None
    row.manager_id = manager.person_id
