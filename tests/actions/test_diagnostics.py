"""Diagnostics against real servers on this machine."""

import asyncio
import ipaddress
import socket
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import uvloop

from bot.actions import diagnostics, icmp, names, reach
from bot.actions.action import Action, Outcome, read_arguments
from bot.actions.diagnostics import Tools, look
from bot.actions.names import Names
from bot.actions.registry import DIAGNOSTICS
from bot.actions.targets import Targets, targets_of
from tests.actions.servers import Authority, answered, far, http, labels, name_server, record
from tests.servers.ports import free_ports

BY_NAME: Mapping[str, Action] = {one.name: one for one in DIAGNOSTICS}
HERE = targets_of(["127.0.0.1", "localhost", "::1"])


async def done(
    name: str, targets: Targets = HERE, tools: Tools | None = None, **given: Any
) -> Outcome:
    action = BY_NAME[name]
    arguments = read_arguments(action, given, targets)
    async with asyncio.timeout(30):
        outcome = await look(action, arguments, tools or Tools(targets=targets))
    assert outcome.result in action.results
    return outcome


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


# -- ports


async def test_a_port_is_open_or_closed() -> None:
    async with far() as one:
        outcome = await done("port", host="localhost", port=one.port)
    assert outcome.result == "ok"
    assert outcome.values["address"] == "127.0.0.1"
    assert (await done("port", host="127.0.0.1", port=free_ports(1)[0])).result == "closed"


async def test_a_silent_host_is_told_from_one_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnostics, "CONNECTING", 0.05)
    with socket.socket() as full:  # a queue that is full takes nobody in, and says nothing
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.create_connection(full.getsockname()):
            outcome = await done("port", host="127.0.0.1", port=full.getsockname()[1])
    assert outcome.result == "timed-out"


async def test_a_name_that_leads_nowhere() -> None:
    targets = targets_of(["*.invalid"])
    assert (await done("port", targets, host="x.invalid", port=80)).result == "unknown-host"


# -- nothing outside is touched


async def test_a_name_is_looked_up_once_and_what_was_checked_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server that says another address each time leads nowhere."""
    said = iter(["127.0.0.1", "127.0.0.2"])
    asked: list[str] = []

    async def addresses(host: str) -> list[Any]:
        asked.append(host)
        return [ipaddress.ip_address(next(said))]

    monkeypatch.setattr(reach, "addresses", addresses)
    targets = targets_of(["127.0.0.1"])
    for name in ("port", "http"):
        async with far(lambda _: http()) as one:
            said = iter(["127.0.0.1", "127.0.0.2"])
            given = {"url": f"http://sly.example:{one.port}/"} if name == "http" else {}
            given = given or {"host": "sly.example", "port": one.port}
            outcome = await done(name, targets, **given)
            assert (outcome.result, len(one.visits)) == ("ok", 1)
    assert asked == ["sly.example", "sly.example"]


@pytest.mark.parametrize("second", ["127.0.0.1", "::1", "169.254.169.254", "10.0.0.1"])
async def test_a_listed_name_that_leads_to_this_machine_is_refused(
    monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    """One bad address among good ones is enough."""

    async def addresses(host: str) -> list[Any]:
        return [ipaddress.ip_address("203.0.113.1"), ipaddress.ip_address(second)]

    monkeypatch.setattr(reach, "addresses", addresses)
    targets = targets_of(["*.corp.example"])
    if second == "10.0.0.1":
        assert await reach.resolve(targets, "a.corp.example", 80)
        return
    for name, given in (
        ("port", {"host": "a.corp.example", "port": 80}),
        ("certificate", {"host": "a.corp.example"}),
        ("ping", {"host": "a.corp.example"}),
        ("http", {"url": "http://a.corp.example/"}),
    ):
        outcome = await done(name, targets, **given)
        assert outcome.result == "refused"
        assert second in outcome.values["why"]


async def test_a_redirect_is_followed_only_to_where_one_may_go(authority: Authority) -> None:
    async with far(lambda _: http()) as goal, far(lambda _: http(), host="127.0.0.2") as secret:
        for target, result, visits in (
            (f"http://127.0.0.1:{goal.port}/x", "ok", 1),
            (f"//127.0.0.1:{goal.port}/x", "ok", 1),
            (f"http://127.0.0.2:{secret.port}/", "refused", 0),
            (f"http://2130706434:{secret.port}/", "garbage", 0),
            (f"http://[::ffff:127.0.0.2]:{secret.port}/", "refused", 0),
            (f"http://127.0.0.1@127.0.0.2:{secret.port}/", "garbage", 0),
            (f"http://127.0.0.1:{secret.port}@127.0.0.2/", "garbage", 0),
            ("file:///etc/passwd", "garbage", 0),
            ("http://", "garbage", 0),
        ):
            goal.visits.clear()
            async with far(lambda _, to=target: http("302 Found", Location=to)) as first:  # type: ignore[misc]
                outcome = await done("http", url=f"http://127.0.0.1:{first.port}/")
            assert (outcome.result, len(goal.visits)) == (result, visits), target
        assert secret.visits == []


# -- HTTP


@pytest.mark.parametrize(
    ("answer", "result", "status"),
    [
        (http(), "ok", "200"),
        (http("204 No Content"), "ok", "204"),
        (http("404 Not Found"), "bad-status", "404"),
        (http("503 Busy"), "bad-status", "503"),
        (http("304 Not Modified"), "ok", "304"),
        (b"SSH-2.0-OpenSSH_9\r\n", "garbage", None),
        (b"", "garbage", None),
        (b"HTTP/1.1 999999\r\n\r\n", "garbage", None),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", "garbage", None),
        (b"\x00\xff" * 50, "garbage", None),
    ],
)
async def test_a_web_server_answers(answer: bytes, result: str, status: str | None) -> None:
    async with far(lambda _: answer) as one:
        outcome = await done("http", url=f"http://127.0.0.1:{one.port}/a?b=c")
    assert (outcome.result, outcome.values.get("status")) == (result, status)
    assert one.seen[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")


async def test_a_web_server_that_is_not_there() -> None:
    [port] = free_ports(1)
    outcome = await done("http", url=f"http://127.0.0.1:{port}/")
    assert outcome.result == "closed"


async def test_a_circle_of_redirects_ends() -> None:
    async with far(lambda _: http("301 Moved", Location="/again")) as one:
        outcome = await done("http", url=f"http://127.0.0.1:{one.port}/")
    assert outcome.result == "garbage"
    assert len(one.visits) == diagnostics.HOPS + 1


# -- certificates


async def test_a_good_certificate(authority: Authority) -> None:
    tools = Tools(targets=HERE, trusted=authority.pem)
    async with far(tls=authority.context(ends=90)) as one:
        outcome = await done("certificate", tools=tools, host="localhost", port=one.port)
    assert outcome.result == "ok"
    assert outcome.values["days"] == "90"
    assert outcome.values["issuer"] == "CN=Test Authority"


@pytest.mark.parametrize(
    ("ends", "name", "trusted", "result", "problem"),
    [
        (5, "localhost", True, "expiring", None),
        (-3, "localhost", True, "expired", "certificate has expired"),
        (90, "other.example", True, "wrong-name", "Hostname mismatch"),
        (90, "localhost", False, "untrusted", "unable to get local issuer certificate"),
    ],
)
async def test_what_is_wrong_with_a_certificate_has_a_name(
    authority: Authority, ends: int, name: str, trusted: bool, result: str, problem: str | None
) -> None:
    tools = Tools(targets=HERE, trusted=authority.pem if trusted else None)
    context = authority.context(begins=-400, ends=ends, name=name)
    async with far(lambda _: http(), tls=context) as one:
        outcome = await done("certificate", tools=tools, host="localhost", port=one.port)
        assert outcome.result == result
        assert int(outcome.values["days"]) in (ends, ends - 1)
        assert (problem or "") in outcome.values.get("problem", "")
        url = f"https://localhost:{one.port}/"
        by_http = await done("http", tools=tools, url=url)
        assert by_http.result == ("ok" if result == "expiring" else result)
    if result == "ok":
        assert one.seen


async def test_no_request_goes_out_under_a_bad_certificate(authority: Authority) -> None:
    async with far(lambda _: http(), tls=authority.context(name="other.example")) as one:
        await done("http", url=f"https://localhost:{one.port}/secret")
    assert one.seen == []


async def test_what_is_no_tls_is_garbage() -> None:
    for answer in (b"220 mail.example ESMTP\r\n", b"", b"\x15\x03\x01\x00\x02\x02\x28"):

        async def talk(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes = answer
        ) -> None:
            writer.write(answer)
            writer.close()

        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            outcome = await done("certificate", host="127.0.0.1", port=port)
            assert outcome.result == "garbage", answer
            outcome = await done("http", url=f"https://127.0.0.1:{port}/")
            assert outcome.result == "garbage", answer


# -- DNS


async def looked_up(
    server: tuple[str, int], host: str = "mail.corp.example", type: str = "any"
) -> Outcome:
    targets = targets_of(["*.corp.example", "192.0.2.0/24"])
    return await done(
        "dns", targets, Tools(targets=targets, names=Names((server,))), host=host, type=type
    )


def type_of(query: bytes) -> int:
    return int(struct.unpack("!H", query[-4:-2])[0])


async def test_a_name_leads_to_its_addresses() -> None:
    def answer(query: bytes) -> list[bytes]:
        if type_of(query) == 28:
            return [answered(query, record(28, ipaddress.ip_address("2001:db8::1").packed))]
        alias = record(5, labels("real.corp.example"))
        return [
            answered(query, alias, record(1, bytes([192, 0, 2, 1]), labels("real.corp.example")))
        ]

    async with name_server(answer) as server:
        outcome = await looked_up(server)
    assert outcome.result == "ok"
    assert outcome.values["records"] == "CNAME real.corp.example; 192.0.2.1; 2001:db8::1"


@pytest.mark.parametrize(
    ("type", "kind", "data", "shown"),
    [
        ("MX", 15, b"\x00\x0a" + labels("mx.corp.example"), "10 mx.corp.example"),
        ("MX", 15, b"\x00\x0a\x02mx\xc0\x11", "10 mx.corp.example"),
        ("TXT", 16, b"\x03v=s\x03pf1", "v=spf1"),
        ("TXT", 16, b"\x05a\x00\xff\nb", "a???b"),
        ("NS", 2, b"\xc0\x0c", "mail.corp.example"),
    ],
)
async def test_records_are_read(type: str, kind: int, data: bytes, shown: str) -> None:
    async with name_server(lambda query: [answered(query, record(kind, data))]) as server:
        outcome = await looked_up(server, type=type)
    assert outcome.values["records"] == shown


async def test_an_address_leads_to_its_name() -> None:
    async with name_server(lambda q: [answered(q, record(12, labels("a.corp.example")))]) as server:
        outcome = await looked_up(server, "192.0.2.9")
    assert outcome.values["records"] == "a.corp.example"


async def test_no_such_name_and_no_such_record() -> None:
    async with name_server(lambda query: [answered(query, code=3)]) as server:
        assert (await looked_up(server)).result == "unknown-host"
    async with name_server(lambda query: [answered(query)]) as server:
        assert (await looked_up(server, type="MX")).result == "unknown-host"


async def test_a_long_answer_is_fetched_by_tcp() -> None:
    records = [record(16, b"\xc8" + bytes([97 + n]) * 200) for n in range(10)]
    async with name_server(
        lambda query: [answered(query, cut=True)], lambda query: answered(query, *records)
    ) as server:
        outcome = await looked_up(server, type="TXT")
    assert outcome.values["count"] == "10"


LOOP = b"\xc0\x2b"  # a pointer to itself, in an answer about mail.corp.example


@pytest.mark.parametrize(
    "answer",
    [
        lambda query: query[:2] + b"\x81\x80",
        lambda query: query[:2] + b"\x81\x80" + bytes(40),
        lambda query: answered(query, record(2, b"\xff")),
        lambda query: answered(query, record(2, b"\xc0\x2f")),
        lambda query: answered(query, record(2, b"\xc0\xff")),
        lambda query: answered(query, record(1, b"\x01"))[:-1],
        lambda query: answered(query, record(5, b"\x40a")),
        lambda query: answered(query, LOOP + b"\x00\x02\x00\x01" + bytes(6)),
        lambda query: answered(query)[:6] + b"\xff\xff" + answered(query)[8:],
    ],
)
async def test_an_answer_that_makes_no_sense_is_garbage(answer: Any) -> None:
    async with name_server(lambda query: [answer(query)]) as server:
        assert (await looked_up(server, type="NS")).result == "garbage"


async def test_an_answer_to_another_question_is_not_taken() -> None:
    def answer(query: bytes) -> list[bytes]:
        other = bytes([query[0] ^ 1]) + query[1:]
        return [
            answered(other, record(1, bytes([6, 6, 6, 6]))),
            answered(query, record(1, bytes([192, 0, 2, 1]))),
        ]

    async with name_server(answer) as server:
        assert (await looked_up(server, type="A")).values["records"] == "192.0.2.1"


async def test_a_name_server_that_is_silent_or_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "WAIT", 0.05)
    async with name_server(lambda query: []) as server:
        assert (await looked_up(server)).result == "timed-out"
    assert (await looked_up(server)).result == "timed-out"


# -- ping


async def test_this_machine_answers_to_ping_or_says_that_it_may_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(icmp, "PAUSE", 0)
    for host in ("127.0.0.1", "::1"):
        outcome = await done("ping", host=host)
        if outcome.result == "ok":
            assert outcome.values["received"] == "4"
            assert float(outcome.values["ms"]) < 1000
        else:
            assert outcome.result in ("cannot", "unreachable" if host == "::1" else "cannot")


def test_ping_and_dns_work_in_the_loop_that_the_desk_runs_in() -> None:
    """uvloop lacks some of the standard loop's ways with sockets."""

    async def work() -> None:
        assert (await done("ping", host="127.0.0.1")).result in ("ok", "cannot")
        async with name_server(lambda q: [answered(q, record(1, bytes([192, 0, 2, 1])))]) as server:
            assert (await looked_up(server, type="A")).values["records"] == "192.0.2.1"
        async with far(lambda _: http()) as one:
            assert (await done("port", host="127.0.0.1", port=one.port)).result == "ok"
            assert (await done("http", url=f"http://127.0.0.1:{one.port}/")).result == "ok"

    uvloop.run(work())


async def test_the_program_is_started_with_an_address_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    program = tmp_path / "ping"
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {told}\necho "64 bytes: icmp_seq=1 ttl=64 time=0.5 ms"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(icmp, "_opened", lambda address: None)
    monkeypatch.setattr(icmp, "_program", lambda: str(program))
    outcome = await done("ping", host="127.0.0.1")
    assert (outcome.result, outcome.values["received"], outcome.values["ms"]) == ("ok", "1", "0.5")
    assert told.read_text().split("\n")[:-1] == ["-n", "-c", "4", "-W", "1", "127.0.0.1"]


async def test_without_a_socket_and_without_a_program_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(icmp, "_opened", lambda address: None)
    monkeypatch.setattr(icmp, "_program", lambda: None)
    assert (await done("ping", host="127.0.0.1")).result == "cannot"
