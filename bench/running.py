"""A desk in processes of its own, for the crash test and the benchmarks: start, talk, listen, stop."""

import asyncio
import base64
import hashlib
import hmac
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.servers.ports import free_ports

SECRET = base64.b64encode(b"a-secret-of-32-bytes-for-tests!!").decode()
EVERYTHING = "intake,worker,outbox,timers"
WORDS = (
    "my VPN drops every ten minutes, error 809",
    "принтер не печатает со вчерашнего дня",
    "电脑很慢，打不开文件",
    "did not help",
    "thanks, still broken",
    "only me",
    "I need access to the finance folder",
    "не помогло",
    "跳过",
    "where is my ticket?",
    "I rebooted twice already",
    "позовите человека",
)


def lend(models: Path, folder: Path) -> None:
    """Trained models to a desk whose data is in the folder: a hundred megabytes are not copied for each."""
    (folder / "models").mkdir(parents=True)
    for file in models.iterdir():
        (folder / "models" / file.name).symlink_to(file.resolve())


class Desk:
    """One process for every entry of `roles`, all on the same database, with a signed webhook channel
    named "test" whose replies go to `reply_port`. `more`: further tables of its configuration."""

    def __init__(
        self,
        folder: Path,
        database: str,
        roles: Sequence[str] = (EVERYTHING,),
        more: str = "",
        port: int = 0,
    ) -> None:
        self.folder, self.roles = folder, roles
        free, self.reply_port, self.smtp_port = free_ports(3)
        self.port = port or free
        self.database = f"sqlite:///{folder}/firstline.db" if database == "sqlite" else database
        self.config = folder / "config.toml"
        self.config.write_text(
            f'[database]\nurl = "{self.database}"\ndata_dir = "{folder}"\n'
            f"[web]\nport = {self.port}\n[mail.smtp]\nport = {self.smtp_port}\n"
            "[chat]\nmessages_per_minute = 1000000\n"
            "[outbox]\nattempts = 100\nfirst_retry_seconds = 1\nlongest_retry_seconds = 2\n"
            '[webhook.test]\nsecret = "env:TEST_WEBHOOK_SECRET"\nrate_per_second = 5000\n'
            f'deliver_url = "http://127.0.0.1:{self.reply_port}/deliver"\n{more}'
        )
        self.processes: list[asyncio.subprocess.Process] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """Of every command on its configuration."""
        return {**os.environ, "FIRSTLINE_LOG__LEVEL": "warning", "TEST_WEBHOOK_SECRET": SECRET}

    @property
    def messages_url(self) -> str:
        return f"{self.url}/channels/test/messages"

    async def start(self) -> None:
        self.processes = [await self._spawn(roles) for roles in self.roles]

    async def _spawn(self, roles: str) -> asyncio.subprocess.Process:
        with (self.folder / "desk.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "--config", str(self.config)),
                *("run", "--role", roles),
                stdout=log,
                stderr=log,
                env=self.environ,
            )

    async def kill(self, which: int, while_dead: Callable[[], None] = lambda: None) -> None:
        """SIGKILL, and a new process at once."""
        victim = self.processes[which]
        victim.send_signal(signal.SIGKILL)
        await victim.wait()
        await asyncio.to_thread(while_dead)
        self.processes[which] = await self._spawn(self.roles[which])

    async def serving(self, seconds: float = 180, path: str = "/readyz") -> float:
        """Seconds until it serves. Raises TimeoutError with the log's end."""
        began = time.perf_counter()
        async with aiohttp.ClientSession() as http:
            while time.perf_counter() - began < seconds:
                try:
                    async with http.get(self.url + path) as answer:
                        if answer.status == 200:
                            return time.perf_counter() - began
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)
        raise TimeoutError(self.log()[-3000:])

    async def steady(self, seconds: float = 60) -> None:
        """Until every process is up: one that is told to stop while it starts just dies."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            if all(_handles_sigterm(process.pid) for process in self.processes):
                return
            await asyncio.sleep(0.05)
        raise TimeoutError(self.log()[-3000:])

    async def stop(self) -> list[int]:
        """Exit codes after SIGTERM."""
        for process in self.processes:
            process.terminate()
        return [await process.wait() for process in self.processes]

    def abandon(self) -> None:
        for process in self.processes:
            if process.returncode is None:
                process.kill()

    def log(self) -> str:
        return (self.folder / "desk.log").read_text(errors="replace")


def _handles_sigterm(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False  # it ended by itself: `stop` tells how
    caught = re.search(r"^SigCgt:\s*(\w+)$", status, re.MULTILINE)
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def signed(body: bytes, message_id: str) -> dict[str, str]:
    """Headers of a message to the webhook channel, as Standard Webhooks has them."""
    moment = str(int(time.time()))
    content = f"{message_id}.{moment}.".encode() + body
    mac = hmac.new(base64.b64decode(SECRET), content, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
        "content-type": "application/json",
    }


async def receive_replies(port: int, take: Callable[[dict[str, str]], None]) -> web.AppRunner:
    """A receiver that says yes to every reply after `take` has seen it."""

    async def post(request: web.Request) -> web.Response:
        reply = await request.json()
        take(reply)
        return web.json_response({"id": reply["key"]})

    app = web.Application()
    app.router.add_post("/deliver", post)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner
