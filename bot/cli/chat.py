"""`firstline chat`: write to the desk in a terminal."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
from babel.localtime import get_localzone
from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout

from bot import log, settings
from bot.cli.common import Commands
from bot.errors import DeskError
from bot.settings import Settings
from bot.text import LANGUAGES, Texts
from channels.terminal import Gone, Terminal

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - where a server listens is no address to call


def add(commands: Commands) -> None:
    chat = commands.add_parser("chat", help="write to the desk here in the terminal")
    chat.add_argument(
        "--url",
        help="a desk that runs elsewhere (default: the one of the configuration; when it does not run,"
        " one is started for the time of the conversation)",
    )
    chat.add_argument("--language", choices=LANGUAGES, help="what to speak until you write")
    chat.add_argument("--new", action="store_true", help="begin a new conversation")
    chat.set_defaults(run=_chat)


def _chat(arguments: argparse.Namespace) -> int:
    chosen = settings.load(arguments.config, os.environ)
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(_talk(chosen, arguments))
    except Gone as gone:
        raise DeskError(str(gone)) from None
    return 0


async def _talk(chosen: Settings, arguments: argparse.Namespace) -> None:
    language = arguments.language or chosen.desk.language
    labels = Texts.load().labels(language, "web-") | Texts.load().labels(language, "terminal-")
    async with (
        _desk(chosen, arguments.url, labels["starting"]) as url,
        aiohttp.ClientSession() as http,
    ):
        tokens = _Tokens()
        terminal = Terminal(
            http,
            url,
            print=lambda words: print(words, flush=True),
            labels=labels,
            language=arguments.language,
            timezone=getattr(get_localzone(), "key", None),
            token=None if arguments.new else tokens.get(url),
        )
        await terminal.open()
        if terminal.token is not None:
            tokens.put(url, terminal.token)
        print(labels["hint"], flush=True)
        await terminal.talk(_typed())


@asynccontextmanager
async def _desk(chosen: Settings, url: str | None, starting: str) -> AsyncIterator[str]:
    """The address of the running desk, or of one of our own."""
    if url is not None:
        yield url
        return
    host = chosen.web.host if chosen.web.host not in EVERYWHERE else "localhost"
    configured = f"http://{f'[{host}]' if ':' in host else host}:{chosen.web.port}"
    if await _answers(configured):
        yield configured
        return
    # Loaded here: a desk that runs needs nothing of it.
    from bot.app import Process

    print(starting, file=sys.stderr)
    log.configure(chosen.log.model_copy(update={"level": "error"}))
    web = chosen.web.model_copy(update={"host": "127.0.0.1", "port": 0, "public_url": ""})
    ready = asyncio.Event()
    process = Process(chosen.model_copy(update={"web": web}), ready=lambda _: ready.set())
    running = asyncio.create_task(process.run(), name="desk")
    await asyncio.wait(
        (running, asyncio.ensure_future(ready.wait())), return_when=asyncio.FIRST_COMPLETED
    )
    try:
        yield process.url
    finally:
        process.stop.set()
        await running


async def _answers(url: str) -> bool:
    timeout = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.get(f"{url}/healthz") as answer,
        ):
            return answer.status == 200 and (await answer.text()).strip() == "ok"
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


async def _typed() -> AsyncIterator[str]:
    """Lines from the keyboard, above which answers may appear meanwhile; or from a pipe."""
    if not sys.stdin.isatty():
        while line := await asyncio.to_thread(sys.stdin.readline):
            yield line
        return
    session: PromptSession[str] = PromptSession()
    with patch_stdout(), suppress(EOFError, KeyboardInterrupt):
        while True:
            yield await session.prompt_async("> ")


class _Tokens:
    """Which conversation this user has with which desk, so that an answer that came later is found."""

    def __init__(self) -> None:
        home = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
        self._file = Path(home).expanduser() / "firstline" / "conversations.json"

    def get(self, url: str) -> str | None:
        return self._all().get(url)

    def put(self, url: str, token: str) -> None:
        with suppress(OSError):  # the conversation is only not resumed then
            self._file.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(file, "w") as out:
                json.dump({**self._all(), url: token}, out)

    def _all(self) -> dict[str, str]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
