"""A terminal in front of the chat's interface over HTTP, as the page is one in the browser.

What is typed is one message; a number presses the button of that number. Answers are printed as they
come, also an agent's who answers an hour later.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import aiohttp

from channels.channel import Capabilities
from channels.fit import fit
from channels.message import Choice, OutboundMessage, PublicText

CAPABILITIES: Final = Capabilities(files=True)
LONGEST_PAUSE: Final = 10.0  # seconds between two tries to reach the desk
ANSWER: Final = 30.0  # seconds that an answer of the bot may take

Print = Callable[[str], None]


class Gone(Exception):
    """The desk cannot be reached or refuses us. The text is for whoever sits at the terminal."""


class Terminal:
    """One conversation. `print` gets what is to be shown; `labels` the few words of our own."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        *,
        print: Print,
        labels: Mapping[str, str],
        language: str | None = None,
        timezone: str | None = None,
        token: str | None = None,
    ) -> None:
        self._http, self._api = http, f"{url.rstrip('/')}/channels/terminal"
        self._print, self._labels, self._language = print, labels, language
        self._timezone, self.token = timezone, token
        self._cursor = 0
        self._choices: tuple[Choice, ...] = ()
        self._sent: set[str] = set()  # ids of what was typed here
        self._quiet = asyncio.Event()  # everything sent is answered
        self._answered: set[str] = set()
        self._stream: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """A new conversation, or the one of the token, of which the latest is shown. Raises Gone."""
        try:
            if self.token is not None and await self._resume():
                return
            async with self._http.post(f"{self._api}/session") as answer:
                answer.raise_for_status()
                self.token = (await answer.json())["token"]
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Gone(self._labels["gone"]) from error

    async def _resume(self) -> bool:
        async with self._http.get(f"{self._api}/messages", headers=self._headers) as answer:
            if answer.status == 401:
                return False  # the token of another desk
            answer.raise_for_status()
            lines = (await answer.json())["lines"]
        for line in lines[-6:]:
            self._show(line, again=True)
        self._cursor = lines[-1]["id"] if lines else 0
        if lines:
            self._follow()
        return True

    async def talk(self, typed: AsyncIterable[str]) -> None:
        """Until nothing more is typed and what was is answered."""
        try:
            async for line in typed:
                if line.strip():
                    await self._say(line.strip())
        finally:
            if self._stream is not None:
                self._stream.cancel()
                await asyncio.wait((self._stream,))

    # -- out

    async def _say(self, line: str) -> None:
        message: dict[str, Any] = {"id": secrets.token_hex(12), "language": self._language}
        if self._timezone is not None:
            message["timezone"] = self._timezone
        pressed = self._pressed(line)
        if line.startswith("/file "):
            file = await self._upload(_path(line.removeprefix("/file ")))
            if file is None:
                return
            message["files"] = [file]
        elif pressed is not None:
            message |= {"text": pressed.label, "chosen": pressed.value}
        else:
            message["text"] = line
        self._sent.add(message["id"])
        self._quiet.clear()
        if await self._post(message):
            self._follow()
            try:
                async with asyncio.timeout(ANSWER):
                    await self._quiet.wait()
            except TimeoutError:
                self._print(self._labels["not-yet"])

    def _pressed(self, line: str) -> Choice | None:
        number = line.rstrip(".)")
        if number.isdecimal() and 1 <= int(number) <= len(self._choices):
            return self._choices[int(number) - 1]
        return next((one for one in self._choices if one.label.lower() == line.lower()), None)

    async def _post(self, message: dict[str, Any]) -> bool:
        """Until the desk has it, or refuses it."""
        pause = 0.5
        told = False
        while True:
            try:
                async with self._http.post(
                    f"{self._api}/messages", json=message, headers=self._headers
                ) as answer:
                    if answer.ok:
                        return True
                    if answer.status < 500 and answer.status != 429:
                        self._print((await answer.json())["message"])
                        return False
                    pause = max(pause, float(answer.headers.get("retry-after", 0)))
            except (aiohttp.ClientError, TimeoutError):
                pass
            if not told:
                self._print(self._labels["not-sent"])
                told = True
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _upload(self, path: Path) -> str | None:
        headers = {**self._headers, "x-file-name": quote(path.name)}
        try:
            with path.open("rb") as file:
                async with self._http.post(
                    f"{self._api}/files", data=file, headers=headers
                ) as answer:
                    said = await answer.json()
        except OSError as error:
            self._print(f"{path}: {error.strerror or error}")
            return None
        if not answer.ok:
            self._print(said["message"])
            return None
        return str(said["id"])

    # -- in

    def _follow(self) -> None:
        if self._stream is None:
            self._stream = asyncio.create_task(self._following(), name="terminal stream")

    async def _following(self) -> None:
        pause = 0.5
        while True:
            try:
                async for name, data in self._events():
                    pause = 0.5
                    if name == "lines":
                        for line in data:
                            self._heard(line)
                    elif not data and self._sent <= self._answered:
                        self._quiet.set()
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _events(self) -> AsyncIterator[tuple[str, Any]]:
        async with self._http.get(
            f"{self._api}/events?after={self._cursor}",
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_read=60),
        ) as answer:
            answer.raise_for_status()
            name = ""
            async for raw in _lines(answer.content):
                field, _, value = raw.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)

    def _heard(self, line: dict[str, Any]) -> None:
        if line["id"] <= self._cursor:
            return
        self._cursor = line["id"]
        if line["message_id"]:
            self._answered.add(line["message_id"])
        if line["message_id"] not in self._sent:
            self._show(line)

    def _show(self, line: dict[str, Any], *, again: bool = False) -> None:
        who = {"bot": "bot", "agent": "agent"}.get(line["author"], "you")
        name = line["name"] or self._labels[who]
        if line["author"] == "requester":
            if again:
                self._print(f"\n{name}: {line['text']}")
            return
        self._choices = tuple(Choice(**choice) for choice in line["choices"]) or self._choices
        for part in fit(_outbound(line), CAPABILITIES):
            self._print(f"\n{name}: {part.text}")
        for file in line["files"]:
            self._print(f"  📎 {file['name']}")

    @property
    def _headers(self) -> dict[str, str]:
        return {
            "authorization": f"Bearer {self.token}",
            "accept-language": self._language or "en",
        }


def _outbound(line: Mapping[str, Any]) -> OutboundMessage:
    choices: Sequence[Mapping[str, str]] = line["choices"]
    return OutboundMessage(
        key=str(line["id"]),
        channel="terminal",
        to="",
        conversation="",
        text=PublicText(line["text"]),
        choices=tuple(Choice(**choice) for choice in choices),
    )


def _path(typed: str) -> Path:
    return Path(typed.strip()).expanduser()


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[str]:
    """Of any length: an article is one line of JSON."""
    rest = b""
    async for chunk in content.iter_any():
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode()
