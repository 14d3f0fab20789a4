"""The pages of the local mailbox, and what a stranger's HTML can do in a real browser: nothing."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, Dialog, Page, Request, expect

from bot.text import LANGUAGES, Texts
from channels.email.local import LocalMailbox
from channels.email.mailbox_pages import MailboxPages
from channels.email.safe_html import safe
from channels.message import Attachment, Choice
from tests.browser.conftest import Look
from tests.channels.email.outgoing import mail
from tests.channels.email.test_safe_html import HOSTILE
from tests.servers.http import serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

TO = "ana@example.org"
ANSWERS = {
    "en": ("This may help: **VPN**\n\n1. Run `ncpa.cpl`\n2. Restart", "Solved it", "Did not help"),
    "ru": ("Это может помочь: **VPN**\n\n- Запустите `ncpa.cpl`", "Помогло", "Не помогло"),
    "zh": ("这可能有帮助：**VPN**\n\n1. 运行 `ncpa.cpl`\n2. 重启", "已解决", "没有帮助"),
}


def pages(box: LocalMailbox) -> MailboxPages:
    texts = Texts.load()
    labels = {language: texts.labels(language, "mailbox-") for language in LANGUAGES}
    return MailboxPages(box, labels, lambda request: True)


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("en", 900, "light"), *((language, 390, "dark") for language in LANGUAGES)],
)
async def test_the_local_mailbox_shows_what_would_have_been_sent(
    tmp_path: Path, browser: Browser, look: Look, language: str, width: int, scheme: str
) -> None:
    box = LocalMailbox(tmp_path)
    text, *labels = ANSWERS[language]
    async with serving(pages(box).routes()) as url:
        page = await browser.new_page(
            locale=language,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        await page.goto(f"{url}/mailbox")
        await look(page, f"mailbox-{language}-{scheme}-1-empty")
        await box.send(
            mail(
                text,
                language=language,
                subject="VPN",
                choices=tuple(Choice(label, label) for label in labels),
                attachments=(
                    Attachment(name="a.txt", content_type="text/plain", size=2, sha256="ab"),
                ),
            ),
            "",
            [TO],
        )
        row = page.get_by_role("link", name="VPN")
        await expect(row).to_be_visible()  # without anybody loading the page again
        await look(page, f"mailbox-{language}-{scheme}-2-list")
        await row.focus()
        await page.keyboard.press("Enter")
        shown = page.frame_locator("iframe")
        await expect(shown.get_by_role("link", name=f"2 – {labels[1]}")).to_be_visible()
        await expect(page.locator("pre")).to_contain_text(f"1 – {labels[0]}")
        await look(page, f"mailbox-{language}-{scheme}-3-mail")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert problems == []


async def watched(page: Page) -> list[str]:
    """What the page does that a mail must not make it do."""
    done: list[str] = []

    async def dismiss(dialog: Dialog) -> None:
        done.append(f"dialog {dialog.message}")
        await dialog.dismiss()

    def asked(request: Request) -> None:
        if not request.url.startswith("data:"):
            done.append(f"request {request.url}")

    page.on("dialog", dismiss)
    page.on("request", asked)
    page.on("popup", lambda popup: done.append("popup"))
    page.on("framenavigated", lambda frame: done.append(f"went to {frame.url}"))
    return done


async def test_html_of_strangers_neither_runs_nor_phones_home(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<main id=mail></main>")
    done = await watched(page)
    for html in [*HOSTILE, "".join(HOSTILE)]:
        # As it would stand in a page that, unlike ours, forbids nothing.
        await page.evaluate(
            "html => document.getElementById('mail').innerHTML = html", safe(f"<p>x</p>{html}", {})
        )
        await page.mouse.move(5, 5)
        assert await page.locator("#mail p").first.inner_text() == "x"
    await page.set_content(f"<main>{safe(''.join(HOSTILE), {})}</main>")
    await page.evaluate("new Promise(done => setTimeout(done))")
    assert [one for one in done if one != "went to about:blank"] == []


async def test_the_same_html_unguarded_would_be_noticed(browser: Browser) -> None:
    page = await browser.new_page()
    done = await watched(page)
    await page.set_content("<img src=https://evil.example/x onerror=alert(1)>")
    assert any(one.startswith("dialog") for one in done)
    assert any(one.startswith("request") for one in done)


async def test_a_mail_in_its_frame_may_not_run_even_our_own_mistake(
    tmp_path: Path, browser: Browser
) -> None:
    """Were HTML of a stranger ever to get into a mail of ours, the frame still holds it."""
    box = LocalMailbox(tmp_path)
    raw = (
        b"Message-ID: <m@x>\r\nTo: a@x\r\nContent-Type: text/html\r\n\r\n<p>hello</p>"
        b"<script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"
        b"<meta http-equiv=refresh content='0;url=https://evil.example/'>"
        b"<form action=https://evil.example/><button autofocus>x</button></form>"
    )
    await box.send(raw, "", [TO])
    async with serving(pages(box).routes()) as url:
        page = await browser.new_page()
        done = await watched(page)
        page.on("requestfailed", lambda request: done.append(f"{request.failure} {request.url}"))
        (kept,) = box.newest_first()
        for number, path in enumerate((f"/mailbox/{kept.id}", f"/mailbox/{kept.id}/html"), 1):
            await page.goto(url + path)
            async with asyncio.timeout(30):  # of what is forbidden it tells when it finds the time
                while sum(one.startswith("csp ") for one in done) < number:
                    await page.evaluate("0")
        # A browser tells of what it is about to ask for, even when it is then forbidden to.
        asked, forbidden = (
            [one.removeprefix(kind) for one in done if one.startswith(kind) and url not in one]
            for kind in ("request ", "csp ")
        )
        assert asked == forbidden == ["https://evil.example/x"] * 2
        assert not [one for one in done if one.startswith(("dialog", "popup"))]
        assert not [one for one in done if one.startswith("went to") and url not in one]
