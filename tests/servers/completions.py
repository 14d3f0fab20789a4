"""A local server that speaks the chat completions of OpenAI, and behaves as it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.servers.http import serving

Answer = str | Response
Model = Callable[["Asked"], "Answer | Awaitable[Answer]"]


@dataclass(frozen=True)
class Asked:
    """One request, as the model sees it."""

    orders: str
    data: dict[str, Any]  # language, question, articles
    body: dict[str, Any]
    key: str

    @property
    def question(self) -> str:
        return str(self.data["question"])

    @property
    def articles(self) -> list[dict[str, Any]]:
        return list(self.data["articles"])


def said(*sentences: tuple[str, int, str], known: bool = True) -> str:
    """A reply in the form that is wanted."""
    rows = [dict(zip(("text", "source", "quote"), one, strict=True)) for one in sentences]
    return json.dumps({"known": known, "sentences": rows}, ensure_ascii=False)


def steps_of(article: dict[str, Any]) -> list[str]:
    """Lines of an article that an honest model would quote."""
    lines = (line.strip().lstrip("0123456789.-*# ") for line in str(article["text"]).splitlines())
    return [line.replace("**", "") for line in lines if len(line) > 25 and "`" not in line][:3]


def honest(asked: Asked) -> str:
    """Quotes the first article word for word."""
    return said(*((line, 1, line) for line in steps_of(asked.articles[0])))


@dataclass
class Completions:
    """Its address, what it was asked, and how it behaves."""

    model: Model = honest
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    async def complete(self, request: Request) -> Response:
        body = await request.json()
        orders, question = (one["content"] for one in body["messages"])
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        asked = Asked(orders, json.loads(question), body, key)
        self.asked.append(asked)
        answer = self.model(asked)
        if asyncio.iscoroutine(answer):
            answer = await answer
        if isinstance(answer, Response):
            return answer
        return JSONResponse(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "model": body["model"],
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": answer},
                        "finish_reason": "stop",
                    }
                ],
                "usage": {"prompt_tokens": 700, "completion_tokens": 80, "total_tokens": 780},
            }
        )


@asynccontextmanager
async def completions(model: Model = honest) -> AsyncIterator[Completions]:
    server = Completions(model)
    route = Route("/v1/chat/completions", server.complete, methods=["POST"])
    async with serving([route]) as url:
        server.url = f"{url}/v1"
        yield server
