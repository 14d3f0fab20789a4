"""The whole process: begun, told to stop at any moment, begun beside another one."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from bench.running import Desk, lend
from bot.app import Process, listening
from bot.errors import DeskError
from bot.settings import Settings, load
from tests.servers.ports import free_ports


def settings(folder: Path, models: Path, port: int = 0) -> Settings:
    lend(models, folder)
    (folder / "config.toml").write_text(
        f'[database]\ndata_dir = "{folder}"\n[web]\nport = {port}\n[mail.smtp]\nport = 0\n'
    )
    return load(folder / "config.toml", {})


async def test_stopped_while_it_starts_it_ends_in_good_order(tmp_path: Path, models: Path) -> None:
    told: list[str] = []
    process = Process(settings(tmp_path, models), ready=lambda one: told.append(one.url))
    process.stop.set()
    async with asyncio.timeout(120):
        await process.run()
    assert told == []
    assert process.url.startswith("http://127.0.0.1:")


async def test_a_whole_turn_over_http(tmp_path: Path, models: Path) -> None:
    ready = asyncio.Event()
    process = Process(settings(tmp_path, models), ready=lambda _: ready.set())
    running = asyncio.create_task(process.run())
    async with asyncio.timeout(180), aiohttp.ClientSession() as http:
        await ready.wait()
        api = f"{process.url}/channels/web"
        async with http.post(f"{api}/session") as answer:
            token = (await answer.json())["token"]
        headers = {"authorization": f"Bearer {token}"}
        message = {"id": "abcdefgh", "text": "the printer does not print"}
        async with http.post(f"{api}/messages", json=message, headers=headers) as answer:
            assert answer.status == 200
        said = b""
        async with http.get(f"{api}/events", headers=headers) as stream:
            async for line in stream.content:
                said += line
                if b"printer" in said and b'"author":"bot"' in said:
                    break
        async with http.get(f"{process.url}/metrics") as answer:
            text = await answer.text()
        assert 'firstline_accepted_total{channel="web"}' in text
        assert "firstline_handling_seconds_count" in text
        process.stop.set()
        await running


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    first = listening(Settings.model_validate({"web": {"port": 0}}))
    port = first.getsockname()[1]
    with pytest.raises(DeskError, match=f"Port {port}.*FIRSTLINE_WEB__PORT"):
        listening(Settings.model_validate({"web": {"port": port}}))
    first.close()


def test_answers_are_not_held_back_by_the_network() -> None:
    import socket

    listener = listening(Settings.model_validate({"web": {"port": 0}}))
    assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    listener.close()


def test_a_chat_in_the_terminal_without_a_running_desk(tmp_path: Path, models: Path) -> None:
    settings(tmp_path, models, *free_ports(1))
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--config", str(tmp_path / "config.toml"), "chat"],
        input="the printer does not print\n1\n",
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "1. Solved it" in done.stdout
    assert "Great that it is solved" in done.stdout


async def test_sigterm_ends_it_with_zero(tmp_path: Path, models: Path) -> None:
    lend(models, tmp_path)
    desk = Desk(tmp_path, "sqlite")
    await desk.start()
    try:
        await desk.serving()
        desk.processes[0].send_signal(signal.SIGTERM)
        async with asyncio.timeout(120):
            assert await desk.processes[0].wait() == 0
    finally:
        desk.abandon()
