"""A survey from end to end in Slack, Telegram, on the web and by e-mail, with links that programs open."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest
import sqlalchemy as sa

from bot.desk import tickets
from bot.desk.access import Role
from channels.message import PublicText
from store.database import Tx
from store.tables import Survey, SurveyAnswer, SurveyFollowUp, TicketEvent
from tests.channels.email.outgoing import part
from tests.networks import slack as on_slack
from tests.networks import telegram as on_telegram
from tests.networks.surveys import AT_ONCE
from tests.platforms.slack import FakeSlack
from tests.platforms.telegram import FakeTelegram
from tests.servers.desk import RELAY, Chat, Mailing, desk_beside, letter, until

T = TypeVar("T")
PAT, BOSS = "pat@else.test", "boss@desk.test"
WORDS = "Très bien — «отлично», 谢谢！\n\n  two lines, <b>as they are</b> 🙂"
OURS = {"Sec-Fetch-Site": "same-origin"}
PASSED = "mx.desk.test; dmarc=pass header.from=else.test"


class Scene:
    def __init__(self, slack: FakeSlack, telegram: FakeTelegram, desk: Mailing) -> None:
        self.slack, self.telegram, self.desk = slack, telegram, desk

    async def see(self, found: Callable[[], T | None]) -> T:
        rooms = [one for room in self.slack.rooms.values() for one in room.messages]
        chats = [one for chat in self.telegram.chats.values() for one in chat.messages]

        def seen() -> str:
            told = [*map(on_slack.said, rooms), *map(on_telegram.said, chats)]
            return "\n---\n".join([*told, *self.desk.undelivered()])

        return await asyncio.to_thread(until, found, seen)

    async def settled(self) -> None:
        await asyncio.to_thread(self.desk.settled)

    async def resolve(self, number: str) -> None:
        def work(tx: Tx) -> None:
            ticket = tickets.by_number(tx, number)
            actor = self.desk.administrator
            tickets.reply(
                self.desk.process.desk, tx, ticket, PublicText("Done."), actor, key=number
            )
            tickets.resolve(self.desk.process.desk, tx, ticket, actor)
            tickets.close(self.desk.process.desk, tx, ticket, actor)

        await self.desk.store.awrite(work)

    def said(self, number: str) -> dict[str, tuple[int | str | None, str]]:
        """Aspect -> what counts, and where it was said."""

        def look(tx: Tx) -> dict[str, tuple[int | str | None, str]]:
            ticket = tickets.by_number(tx, number)
            rows = tx.session.scalars(
                sa.select(SurveyAnswer)
                .join(Survey, Survey.id == SurveyAnswer.survey_id)
                .where(Survey.ticket_id == ticket.id)
                .order_by(SurveyAnswer.id)
            )
            return {one.aspect: (one.score or one.words, one.channel) for one in rows}

        return self.desk.store.read(look)

    def rated(self, number: str) -> list[str | None]:
        return [one.new for one in self.desk.ticket(number).events if one.what == "rated"]


@pytest.fixture
async def scene(tmp_path: Path, models: Path) -> AsyncIterator[Scene]:
    async with (
        FakeSlack(rate_limits=False) as slack,
        FakeTelegram(flood_limits=False) as telegram,
    ):
        sections = {
            "slack": on_slack.slack_of(slack),
            "telegram": on_telegram.telegram_of(telegram),
            **AT_ONCE,
        }
        async with desk_beside(tmp_path / "desk", models, sections=sections) as desk:
            desk.person("The boss", BOSS, Role.MANAGER)
            yield Scene(slack, telegram, desk)


async def test_in_slack(scene: Scene) -> None:
    ana = scene.slack.user("Ana", email="ana@else.test")
    await ana.dm("my VPN drops every ten minutes, error 809")
    offered = await scene.see(lambda: on_slack.saying(ana.inbox(), "809", "[Talk to a person"))
    await ana.press(offered, "Talk to a person")
    await scene.see(lambda: on_slack.saying(ana.inbox(), "INC-1"))
    await scene.resolve("INC-1")
    asked = await scene.see(lambda: on_slack.saying(ana.inbox(), "May I ask", "[5 – very well"))
    await ana.press(asked, "4 – well")
    for question, label in (
        ("answering quickly", "2 – not well"),
        ("solving the problem", "5 – very well"),
        ("keeping you informed", "Skip"),
    ):
        asked = await scene.see(
            lambda question=question: on_slack.saying(ana.inbox(), question, "[Skip")
        )
        await ana.press(asked, label)
    await scene.see(lambda: on_slack.saying(ana.inbox(), "your own words"))
    await ana.dm("Friendly, and I would ask again")
    await scene.see(lambda: on_slack.saying(ana.inbox(), "Thank you, that helps"))
    assert scene.said("INC-1") == {
        "score": (4, "slack"),
        "response": (2, "slack"),
        "solving": (5, "slack"),
        "words": ("Friendly, and I would ask again", "slack"),
    }
    assert scene.rated("INC-1") == ["4"]
    await scene.settled()
    told = part(scene.desk.answer(BOSS), "plain")  # a 2 is followed up, with all that was said
    assert "INC-1" in told
    assert "Response time: 2" in told
    assert "Friendly, and I would ask again" in told


async def test_in_telegram_and_typed(scene: Scene) -> None:
    anna = scene.telegram.user("Анна", "ru", "anna")
    await anna.start()
    await anna.write("Не работает VPN, ошибка 809, с утра, только у меня")
    offered = await scene.see(lambda: on_telegram.saying(anna.inbox(), "809", "[Не помогло]"))
    await anna.press(offered, "Позвать человека")
    await scene.see(lambda: on_telegram.saying(anna.inbox(), "INC-1"))
    await scene.resolve("INC-1")
    asked = await scene.see(lambda: on_telegram.saying(anna.inbox(), "Можно спросить", "[5 –"))
    await anna.press(asked, "1")
    await scene.see(lambda: on_telegram.saying(anna.inbox(), "быстро ли мы"))
    await anna.write("2")
    asked = await scene.see(lambda: on_telegram.saying(anna.inbox(), "решили проблему"))
    await anna.press(asked, "Пропустить")
    asked = await scene.see(lambda: on_telegram.saying(anna.inbox(), "в курсе"))
    await anna.press(asked, "Пропустить")
    await scene.see(lambda: on_telegram.saying(anna.inbox(), "своими словами"))
    await anna.write("три дня никто не отвечал")
    await scene.see(lambda: on_telegram.saying(anna.inbox(), "мы в этом разберёмся"))
    assert scene.said("INC-1") == {
        "score": (1, "telegram"),
        "response": (2, "telegram"),
        "words": ("три дня никто не отвечал", "telegram"),
    }
    await scene.settled()
    assert "три дня никто не отвечал" in part(scene.desk.answer(BOSS), "plain")
    low = scene.desk.store.read(lambda tx: tx.session.scalars(sa.select(SurveyFollowUp)).one())
    assert (low.score, low.handled_at) == (1, None)


async def test_on_the_web(scene: Scene) -> None:
    chat = await asyncio.to_thread(Chat, scene.desk)
    await asyncio.to_thread(chat.say, "my VPN drops every ten minutes, error 809")
    await asyncio.to_thread(chat.press, "Talk to a person")
    await scene.resolve("INC-1")

    def saying(words: str) -> bool | None:
        return any(words in line["text"] for line in chat.lines()) or None

    await scene.see(lambda: saying("May I ask how it went"))
    await asyncio.to_thread(chat.press, "5 – very well")
    await asyncio.to_thread(chat.press, "Skip")
    await asyncio.to_thread(chat.press, "Skip")
    await asyncio.to_thread(chat.press, "Skip")
    await asyncio.to_thread(chat.say, WORDS)
    assert scene.said("INC-1") == {"score": (5, "web"), "words": (WORDS, "web")}
    await scene.see(lambda: saying("Thank you, that helps"))


async def by_letter(scene: Scene, *, proven: bool = True) -> str:
    """The link for "5" in the letter that asks: in a thread of its own, if it is sure whose the address
    is."""
    about = {"Authentication_Results": PASSED} if proven else {}
    question = letter(f"Pat <{PAT}>", "VPN trouble", "my VPN drops, error 809", **about)
    await asyncio.to_thread(scene.desk.send, question, peer=RELAY if proven else "127.0.0.1")
    await scene.resolve("INC-1")
    asked = await scene.see(
        lambda: next((m for m in scene.desk.mails(PAT) if "May I ask" in part(m, "plain")), None)
    )
    subject = "How did we do?" if proven else "VPN trouble"
    assert asked["Subject"] == f"Re: {subject} [INC-1]"
    links = re.findall(r"\S+/desk/survey/\S+score=\d", part(asked, "plain"))
    assert [link[-1] for link in links] == ["5", "4", "3", "2", "1"]
    found = re.search(r"http://\S+score=5", part(asked, "plain"))
    assert found is not None
    return found[0]


async def test_by_letter_no_program_that_opens_the_link_counts(scene: Scene) -> None:
    link = await by_letter(scene)
    async with aiohttp.ClientSession() as program:
        for _ in range(3):
            async with program.get(link) as answer:
                page = await answer.text()
                assert answer.status == 200
            async with program.head(link) as answer:
                assert answer.status == 200
        async with program.post(link) as answer:  # of no browser that shows our page
            assert answer.status == 403
        async with program.post(link, headers={"Sec-Fetch-Site": "cross-site"}) as answer:
            assert answer.status == 403
    assert scene.said("INC-1") == {}
    # Whoever holds the link learns nothing about anybody. Whole words: the link's key is random letters.
    assert not re.search(r"\b(pat|vpn)\b", page, re.IGNORECASE)
    assert re.search(r'name="score" value="5" checked', page)
    script = re.findall(r"<script[^>]*>(.*?)</script>", page, re.S)
    assert [one for one in script if one.strip()] == []

    async with aiohttp.ClientSession(headers=OURS) as browser:
        async with browser.post(
            link, data={"score": "5", "solving": "4", "words": WORDS.replace("\n", "\r\n")}
        ) as answer:
            assert "is counted" in await answer.text()
        assert scene.said("INC-1") == {
            "score": (5, "page"),
            "solving": (4, "page"),
            "words": (WORDS, "page"),
        }
        async with browser.get(link) as answer:  # pressed twice
            again = await answer.text()
            assert "counted already" in again
            assert "two lines" not in again
        async with browser.post(link, data={"score": "3"}) as answer:
            assert answer.status == 200
    assert scene.said("INC-1")["score"] == (3, "page")
    assert scene.rated("INC-1") == ["5", "3"]


@pytest.mark.browser
async def test_a_program_that_runs_the_page_in_a_browser_counts_nothing(
    scene: Scene, chromium: str, tmp_path: Path
) -> None:
    """As some scanners do: all scripts run, and time passes."""
    link = await by_letter(scene)
    running = await asyncio.create_subprocess_exec(
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=60000",
        "--dump-dom",
        link,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    page, _ = await asyncio.wait_for(running.communicate(), 180)
    assert b"Send my answer" in page
    assert scene.said("INC-1") == {}


@pytest.mark.parametrize("proven", [True, False])
async def test_a_letter_is_answered_by_letter(scene: Scene, proven: bool) -> None:
    await by_letter(scene, proven=proven)
    asked = scene.desk.answer(PAT)
    before = len(scene.desk.mails(PAT))
    again = letter(f"Pat <{PAT}>", f"Re: {asked['Subject']}", "2. Too slow", answers=asked)
    await asyncio.to_thread(scene.desk.send, again)
    assert scene.said("INC-1")["score"] == (2, "email")
    assert str(scene.said("INC-1")["words"][0]).endswith("2. Too slow")
    assert len(scene.desk.mails(PAT)) == before  # thanks for thanks would never end
    other = letter("Eve <eve@else.test>", f"Re: {asked['Subject']}", "5", answers=asked)
    await asyncio.to_thread(scene.desk.send, other)
    assert scene.said("INC-1")["score"] == (2, "email")


async def test_after_ten_months_the_page_says_so_and_what_is_typed_arrives(scene: Scene) -> None:
    link = await by_letter(scene)
    scene.desk.later(days=300)
    async with aiohttp.ClientSession(headers=OURS) as browser:
        async with browser.post(link, data={"score": "5", "words": "My VPN drops again"}) as late:
            page = await late.text()
        assert "closed since" in page
        assert "My VPN drops again" in page  # still there to be sent
        sent = {"write": "1", "key": "k1", "words": "My VPN drops again"}
        for _ in range(2):
            async with browser.post(link, data=sent) as answer:
                assert "has your message" in await answer.text()
        async with browser.get(link.replace("/desk/survey/", "/desk/survey/x")) as answer:
            assert answer.status == 404
            assert "not one of ours" in await answer.text()
    await scene.settled()
    assert scene.said("INC-1") == {}
    said = [one.text.body for one in scene.desk.ticket("INC-2").messages]
    assert said.count("My VPN drops again") == 1
    assert "INC-2" in part(scene.desk.answer(PAT), "plain")


async def test_who_declines_by_the_link_is_never_asked_again(scene: Scene) -> None:
    link = await by_letter(scene)
    async with (
        aiohttp.ClientSession(headers=OURS) as browser,
        browser.post(link, data={"never": "1"}) as answer,
    ):
        assert "not ask you again" in await answer.text()
    scene.desk.later(days=60)
    again = letter(f"Pat <{PAT}>", "Printer", "the printer on floor 3 does not print")
    await asyncio.to_thread(scene.desk.send, again)
    await scene.resolve("INC-2")

    def skipped() -> str | None:
        return scene.desk.store.read(
            lambda tx: tx.session.scalar(sa.select(Survey.why).where(Survey.ticket_id == 2))
        )

    assert await scene.see(skipped) == "declined before"


async def test_events_hold_no_words(scene: Scene) -> None:
    link = await by_letter(scene)
    async with (
        aiohttp.ClientSession(headers=OURS) as browser,
        browser.post(link, data={"score": "1", "words": "s3cret words"}) as answer,
    ):
        assert answer.status == 200
    events = scene.desk.store.read(lambda tx: list(tx.session.scalars(sa.select(TicketEvent))))
    assert not any("s3cret" in f"{one.new} {one.old} {one.why}" for one in events)
