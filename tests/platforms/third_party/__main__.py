"""The desk against a Telegram that we did not write: telegram-test-api 4.2.1, from npm.

    python -m tests.platforms.third_party

It takes messages, commands and pressed buttons, and keeps what the bot sends and edits. It has no groups,
topics, files, offsets, long polls, limits or errors, checks nothing, and needs `telegram.js` here to say
who the bot is and what time it is. Needs node and npm; what is installed goes into a temporary folder.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.servers.ports import free_ports

PACKAGE = "telegram-test-api@4.2.1"
HERE = Path(__file__).parent
ROOT = HERE.parents[2]
TOKEN = "12345:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
ANA = {"id": 7, "first_name": "Ana", "username": "ana", "is_bot": False, "language_code": "en"}
CHAT = {"id": 7, "first_name": "Ana", "username": "ana", "type": "private"}


@asynccontextmanager
async def running(*command: str, **more: Any) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(*command, **more)
    try:
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


class Person:
    """Ana, by the emulator's own interface."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        async with self._http.post(f"{self._url}/{path}", json=body) as answer:
            return (await answer.json())["result"]

    async def write(self, text: str) -> None:
        message = {"botToken": TOKEN, "from": ANA, "chat": CHAT, "date": 1_800_000_000}
        if text.startswith("/"):
            length = len(text.split()[0])
            entities = [{"type": "bot_command", "offset": 0, "length": length}]
            await self._post("sendCommand", message | {"text": text, "entities": entities})
        else:
            await self._post("sendMessage", message | {"text": text})

    async def press(self, message: dict[str, Any], label: str) -> None:
        rows = message["message"]["reply_markup"]["inline_keyboard"]
        [data] = [one["callback_data"] for row in rows for one in row if one["text"] == label]
        shown = {"message_id": message["messageId"], "chat": CHAT, "date": 1_800_000_000}
        pressed = {"botToken": TOKEN, "from": ANA, "message": shown, "data": data}
        await self._post("sendCallback", pressed)

    async def read(self, *words: str) -> dict[str, Any]:
        """The message of the bot with these words, once it is there."""
        async with asyncio.timeout(30):
            while True:
                for one in await self._post("getUpdatesHistory", {"token": TOKEN}):
                    said = json.dumps(one.get("message"), ensure_ascii=False)
                    if "chat_id" in said and all(word in said for word in words):
                        print("bot>", one["message"]["text"].split("\n")[0], flush=True)
                        return dict(one)
                await asyncio.sleep(0.1)


async def story(person: Person) -> None:
    await person.write("/start")
    await person.read("service desk")
    await person.write("my VPN drops every ten minutes, error 809")
    offered = await person.read("error 809", "Did not help")
    await person.press(offered, "Talk to a person")
    await person.read("INC-1")
    await person.write("it began on Friday")
    await person.write("where is my ticket?")
    await person.read("INC-1", "received")


async def main() -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        sys.exit("needs node and npm")
    api, web = free_ports(2)
    url = f"http://localhost:{api}"
    with tempfile.TemporaryDirectory(prefix="firstline-third-party-") as folder:
        await asyncio.to_thread(
            subprocess.run,
            [npm, "install", "--silent", "--prefix", folder, PACKAGE],
            check=True,
            capture_output=True,
        )
        environ = {
            **os.environ,
            "NODE_PATH": f"{folder}/node_modules",
            "FIRSTLINE_DATABASE__DATA_DIR": f"{folder}/data",
            "FIRSTLINE_WEB__PORT": str(web),
            "FIRSTLINE_MAIL__ENABLED": "false",
            "FIRSTLINE_LOG__LEVEL": "warning",
            "TELEGRAM_API_URL": url,
            "TELEGRAM_BOT_TOKEN": TOKEN,
        }
        async with (
            running(node, str(HERE / "telegram.js"), str(api), env=environ),
            running(sys.executable, "-m", "bot", "run", env=environ, cwd=ROOT),
            aiohttp.ClientSession() as http,
        ):
            while True:
                try:
                    async with http.get(f"http://127.0.0.1:{web}/readyz") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)
            await story(Person(http, url))
    print(f"{PACKAGE}: the story came to its end")


if __name__ == "__main__":
    asyncio.run(main())
