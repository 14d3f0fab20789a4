"""An employee in a real browser, an agent in another, and the desk between them restarted."""

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from bench.running import Desk
from tests.browser.conftest import Look, invitation

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Words:
    problem: str
    article: str
    not_helped: str
    skip: str
    promise: str


WORDS = {
    "en": Words(
        "my VPN drops every ten minutes, error 809",
        "error 809",
        "Did not help",
        "Skip",
        "will answer you here",
    ),
    "ru": Words(
        "VPN отваливается каждые десять минут, ошибка 809",
        "809",
        "Не помогло",
        "Пропустить",
        "ответит",
    ),
    "zh": Words("VPN每十分钟断一次，错误809", "809", "没有帮助", "跳过", "回复您"),
}


async def write(page: Page, words: str) -> None:
    await page.locator("#text").fill(words)
    await page.keyboard.press("Enter")


async def last_said(page: Page) -> str:
    return await page.locator(".message.bot, .message.agent").last.inner_text()


@pytest.mark.parametrize("language", WORDS)
async def test_an_article_questions_and_a_ticket(
    desk: Desk, browser: Browser, look: Look, language: str
) -> None:
    words = WORDS[language]
    page = await browser.new_page(locale=language, viewport={"width": 900, "height": 800})
    await page.goto(desk.url)
    await look(page, f"chat-{language}-1-greeting")
    await write(page, words.problem)
    button = page.get_by_role("button", name=words.not_helped)
    await expect(button).to_be_visible()
    assert words.article in await last_said(page)
    await look(page, f"chat-{language}-2-article")
    await button.click()
    questions = 0
    number = re.compile(r"INC-\d+")
    while not number.search(await last_said(page)):
        skip = page.get_by_role("button", name=words.skip)
        await expect(skip.or_(page.get_by_text(number)).first).to_be_visible()
        if await skip.count():
            questions += 1
            assert "809" not in await last_said(page)  # it was said already
            before = await page.locator(".message.bot").count()
            await skip.click()
            await expect(page.locator(".message.bot")).to_have_count(before + 1)
    assert 1 <= questions <= 3
    assert words.promise in await last_said(page)
    await look(page, f"chat-{language}-3-ticket")


async def test_an_agents_words_arrive_and_stay_after_reload_and_restart(
    desk: Desk, browser: Browser, look: Look
) -> None:
    employee = await browser.new_page(locale="en", viewport={"width": 390, "height": 780})
    await employee.goto(desk.url)
    await write(employee, "I want to talk to a person, the beamer in room 12 is broken")
    ticket = employee.get_by_text(re.compile(r"(INC|REQ)-\d+")).first
    await expect(ticket).to_be_visible()

    agent = await (await browser.new_context()).new_page()
    await agent.goto(invitation(desk))
    for field, value in {
        "name": "Ana Costa",
        "login": "ana",
        "password": PASSWORD,
        "again": PASSWORD,
    }.items():
        await agent.locator(f"#{field}").fill(value)
    await look(agent, "desk-1-welcome")
    await agent.locator("form button").click()
    await agent.get_by_role("link", name=re.compile("beamer")).first.click()
    await agent.locator("#reply").fill("Hello, I am **on my way** to room 12.")
    await look(agent, "desk-2-ticket")
    await agent.locator("form:has(#reply) button.main").click()

    answer = employee.get_by_text("on my way")
    await expect(answer).to_be_visible()
    await expect(employee.get_by_text("Ana Costa")).to_be_visible()
    await look(employee, "chat-phone-answer")
    await employee.reload()
    await expect(answer).to_have_count(1)

    assert await desk.stop() == [0]
    await write(employee, "thanks, I wait there")  # while nobody serves
    await expect(employee.get_by_text("Not sent yet")).to_be_visible()
    await desk.start()
    await desk.serving()
    await expect(employee.get_by_text("Not sent yet")).to_have_count(0)
    await employee.reload()
    await expect(answer).to_have_count(1)
    await expect(employee.get_by_text("thanks, I wait there")).to_have_count(1)
    await agent.reload()
    await expect(agent.get_by_text("thanks, I wait there")).to_have_count(1)


async def test_dark_and_by_keyboard(desk: Desk, browser: Browser, look: Look) -> None:
    page = await browser.new_page(color_scheme="dark", locale="en")
    await page.goto(desk.url)
    await write(page, "the printer does not print")
    button = page.get_by_role("button", name="Solved it")
    await expect(button).to_be_visible()
    await look(page, "chat-dark")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Great that it is solved")).to_be_visible()
    assert await page.evaluate("document.activeElement.id") == "text"
