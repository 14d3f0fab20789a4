"""The program in docs/actions.md does what the document says of it."""

import asyncio
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.actions.conftest import House

TEXT = (Path(__file__).parents[2] / "docs" / "actions.md").read_text(encoding="utf-8")


class _Quiet:
    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture
def served() -> Iterator[tuple[str, dict[str, Any]]]:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names: dict[str, Any] = {"__name__": "documented"}
    exec(compile(code, "docs/actions.md", "exec"), names)
    handler: type[BaseHTTPRequestHandler] = type("Desk", (_Quiet, names["Desk"]), {})
    server = HTTPServer(("127.0.0.1", 0), handler)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}/", names
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.mark.parametrize(("secret", "result"), [("the secret", "ok"), ("another", "garbage")])
async def test_the_program_to_begin_with(
    house: House, served: tuple[str, dict[str, Any]], secret: str, result: str
) -> None:
    url, names = served
    hook = {"url": url, "secret": SecretStr(secret), "proof": False}
    house.configure(action={"unlock": hook})
    agent = await asyncio.to_thread(house.person, "Anton")
    id = await asyncio.to_thread(lambda: house.begin("unlock", {"login": "ana"}, actor=agent))
    await house.work()
    run = house.run(id)
    assert run.result == result
    assert list(names["DONE"]) == ([run.key] if result == "ok" else [])
    if result == "ok":
        assert run.words == "Account unlock: ana can sign in again."
