"""What a browser, or whoever pretends to be one, may send to the chat."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from channels.web.session import conversation_of, open_session
from tests.channels.far_ends import Desk, WebEnd, browser

ID = "abcdefgh"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def end(desk: Desk) -> AsyncIterator[WebEnd]:
    async with browser(desk) as end:
        yield end


async def test_the_same_id_is_the_same_message(end: WebEnd, desk: Desk) -> None:
    for _ in range(2):
        assert (await end.post({"id": ID, "text": "hi"}))[0] == 200
    first, second = desk.received
    assert first.message_id == second.message_id


async def test_the_browser_tells_where_its_clock_is(end: WebEnd, desk: Desk) -> None:
    await end.post({"id": ID, "text": "hello", "timezone": "Asia/Shanghai"})
    assert desk.received[0].sender.timezone == "Asia/Shanghai"


async def test_nobody_can_use_the_ids_of_another_conversation(end: WebEnd, desk: Desk) -> None:
    await end.post({"id": ID, "text": "hi"})
    await end.open()
    await end.post({"id": ID, "text": "hi"})
    first, second = desk.received
    assert first.message_id != second.message_id


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"id": "abcdefgh", "text": "\xff\xfe"}', 400),
        (b"[]", 422),
        ({"id": "short", "text": "x"}, 422),
        ({"id": "../../etc/passwd", "text": "x"}, 422),
        ({"id": ID}, 422),
        ({"id": ID, "text": "  \n "}, 422),
        ({"id": ID, "text": 7}, 422),
        ({"id": ID, "chosen": "v" * 300}, 422),
        ({"id": ID, "text": "x", "files": ["file-00000099"]}, 422),
        ({"id": ID, "text": "x", "files": ["a" * 9] * 9}, 422),
        ({"id": ID, "text": "x" * 20_001}, 413),
        ({"id": ID, "text": "x" * 2_000_000}, 413),
    ],
)
async def test_bad_input_gets_a_clear_word_and_is_not_kept(
    end: WebEnd, desk: Desk, body: Any, status: int
) -> None:
    answer, said = await end.post(body)
    assert answer == status
    assert said["message"]
    assert desk.received == []
    assert (await end.post({"id": ID, "text": "still there?"}))[0] == 200


async def test_a_line_of_two_megabytes_is_refused_in_the_senders_language(end: WebEnd) -> None:
    _, said = await end.post({"id": ID, "text": "x" * 30_000, "language": "ru"})
    assert said == {"error": "too-long", "message": "too-long [ru]"}


async def test_a_gigabyte_that_is_announced_is_not_read(end: WebEnd) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(end.api).port)
    token = end.headers["authorization"]
    head = f"POST /channels/web/messages HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n"
    writer.write(f"{head}content-length: 1073741824\r\n\r\n".encode())
    async with asyncio.timeout(30):
        answer = await reader.readline()
    assert b"413" in answer
    writer.close()


async def test_only_the_token_opens_the_conversation(end: WebEnd) -> None:
    good = end.headers["authorization"]
    altered = good[:-1] + ("1" if good.endswith("0") else "0")
    for token in ("", "Bearer", "Bearer x.y", altered, good.replace("Bearer", "Basic")):
        async with end.http.get(f"{end.api}/messages", headers={"authorization": token}) as answer:
            assert answer.status == 401, token
        status, said = await end.post({"id": ID, "text": "hi"}, authorization=token)
        assert (status, said["error"]) == (401, "no-session")


@given(st.text())
def test_no_header_whatever_breaks_the_check(header: str) -> None:
    assert conversation_of(b"k" * 32, header) is None
    conversation, token = open_session(b"k" * 32)
    assert conversation_of(b"k" * 32, f"Bearer {token}") == conversation
    assert conversation_of(b"other", f"Bearer {token}") is None


async def test_whoever_sends_too_fast_is_told_when_to_go_on(end: WebEnd, desk: Desk) -> None:
    end.transcript.wait_for = 12.4
    async with end.http.post(
        f"{end.api}/messages", json={"id": ID, "text": "hi"}, headers=end.headers
    ) as answer:
        assert answer.status == 429
        assert answer.headers["retry-after"] == "12"
    assert desk.received == []


async def test_what_cannot_be_kept_is_to_be_sent_again(end: WebEnd, desk: Desk) -> None:
    desk.refusals = 1
    status, said = await end.post({"id": ID, "text": "hi"})
    assert (status, said["error"]) == (503, "try-later")
    assert (await end.post({"id": ID, "text": "hi"}))[0] == 200


async def test_a_file_is_sent_by_its_id_and_only_by_its_owner(end: WebEnd, desk: Desk) -> None:
    name = {"x-file-name": "%D0%BB%D0%BE%D0%B3.txt"}
    async with end.http.post(
        f"{end.api}/files", data=b"hello", headers={**end.headers, **name}
    ) as answer:
        file = await answer.json()
    assert file["name"] == "лог.txt"
    assert (await end.post({"id": ID, "files": [file["id"]]}))[0] == 200
    assert [one.name for one in desk.received[0].attachments] == ["лог.txt"]
    await end.open()
    assert (await end.post({"id": ID, "text": "x", "files": [file["id"]]}))[0] == 422


async def test_the_stream_begins_at_the_cursor_and_goes_on(end: WebEnd) -> None:
    for n in range(3):
        await end.transcript.add(author="bot", text=f"line {n}")
    async with end.http.get(f"{end.api}/events?after=1", headers=end.headers) as stream:
        lines: list[str] = []
        async with asyncio.timeout(30):
            async for raw in stream.content:
                if raw.startswith(b"data: ["):
                    lines += [line["text"] for line in json.loads(raw[6:])]
                    if len(lines) == 2:
                        await end.transcript.add(author="agent", name="Ana", text="and more")
                if len(lines) == 3:
                    break
    assert lines == ["line 1", "line 2", "and more"]


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "1e3", "²"])
async def test_a_cursor_that_is_none_shows_everything(end: WebEnd, after: str) -> None:
    await end.transcript.add(author="bot", text="line")
    async with end.http.get(
        f"{end.api}/messages", params={"after": after}, headers=end.headers
    ) as answer:
        assert len((await answer.json())["lines"]) == 1
