"""Actions on a whole desk on Telegram: an agent asks in the topic, another approves, a program does it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.networks.telegram import in_topic, room_of, saying, telegram_of
from tests.networks.test_telegram_desk import Scene
from tests.platforms.telegram import FakeTelegram
from tests.servers.desk import desk_beside
from tests.servers.http import serving


class Calls(list[dict[str, Any]]):
    async def take(self, request: Request) -> Response:
        self.append(await request.json())
        answer = {
            "result": "ok",
            "message": {"ru": "Доступ открыт до пятницы.", "en": "Open until Friday."},
        }
        return JSONResponse(answer)


@pytest.fixture
async def calls() -> Calls:
    return Calls()


@pytest.fixture
async def scene(tmp_path: Path, models: Path, calls: Calls) -> AsyncIterator[Scene]:
    async with (
        FakeTelegram(flood_limits=False) as telegram,
        serving([Route("/", calls.take, methods=["POST"])]) as url,
    ):
        room = telegram.group("Service desk", forum=True, admin=True)
        hook = {"url": url, "secret": SecretStr("s3cret"), "tell": True}
        sections = {
            "telegram": telegram_of(telegram),
            "room": {"first": room_of(room)},
            "action": {
                "allow-vpn": {
                    **hook,
                    "parameters": [{"name": "login", "kind": "login"}],
                    "approval": "agent",
                    "undo": "forbid-vpn",
                    "title": {"ru": "Доступ к VPN", "en": "VPN access"},
                },
                "forbid-vpn": {**hook, "parameters": [{"name": "login", "kind": "login"}]},
                "restart-phone": {**hook, "parameters": [], "who": ["employee"]},
            },
        }
        async with desk_beside(tmp_path / "desk", models, sections=sections) as desk:
            yield Scene(telegram, desk, room)


async def test_the_story(scene: Scene, calls: Calls) -> None:
    room, lena = scene.room, scene.agent
    boris = scene.telegram.user("Boris", "en", "boris")
    scene.desk.knows(lena.id, "Lena Orlova")
    scene.desk.knows(boris.id, "Boris")
    user = scene.telegram.user("Анна", "ru", "anna")
    await user.start()
    await scene.see(lambda: saying(user.inbox(), "Здравствуйте"))

    # She has done by herself what she may, from the list.
    await user.write("/run")
    offered = await scene.see(
        lambda: saying(user.inbox(), "сделать для вас сразу", "[restart-phone]")
    )
    await user.press(offered, "restart-phone")
    await scene.see(lambda: saying(user.inbox(), "restart-phone: Доступ открыт до пятницы"))
    assert [one["action"] for one in calls] == ["restart-phone"]

    await user.write("Не работает VPN, ошибка 809, с утра, только у меня")
    article = await scene.see(lambda: saying(user.inbox(), "809", "[Позвать человека]"))
    await user.press(article, "Позвать человека")
    card = await scene.see(lambda: saying(room.messages, "INC-1"))
    topic = card["message_thread_id"]

    # An agent asks for it; nobody approves for themselves; another does.
    await lena.say(room, "#run allow-vpn login=CORP\\anna", topic=topic)
    asked = await scene.see(
        lambda: saying(in_topic(room, topic), "Lena Orlova asks for", "[Approve]")
    )
    await scene.see(lambda: saying(room.messages, "INC-1", "waits for approval"))
    await scene.see(lambda: saying(user.inbox(), "Доступ к VPN", "согласование"))
    await lena.press(asked, "Approve")
    await scene.see(lambda: saying(in_topic(room, topic), "Nobody approves what they asked for"))
    assert len(calls) == 1
    asked = await scene.see(lambda: saying(in_topic(room, topic)[-1:], "asks for", "[Approve]"))
    await boris.press(asked, "Approve")
    await scene.see(lambda: saying(in_topic(room, topic), "VPN access: Open until Friday."))
    await scene.see(lambda: saying(user.inbox(), "Доступ к VPN: Доступ открыт до пятницы."))
    call = calls[1]
    assert call["arguments"] == {"login": "CORP\\anna"}
    assert (call["ticket"], call["asked_by"]["name"]) == ("INC-1", "Lena Orlova")
    assert call["approved_by"]["name"] == "Boris"

    # And it is taken back.
    await boris.say(room, f"#undo {call['run']}", topic=topic)
    await scene.see(lambda: saying(in_topic(room, topic), "forbid-vpn: Open until Friday."))
    assert (calls[2]["action"], calls[2]["undo_of"]) == ("forbid-vpn", call["key"])
