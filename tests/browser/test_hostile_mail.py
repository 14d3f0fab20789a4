"""A stranger's HTML on the agents' page, in a real browser: nothing runs, nobody learns of it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import pytest
from playwright.async_api import Browser, BrowserContext, Dialog, Page, expect

from tests.browser.conftest import Look
from tests.servers.desk import Mailing, letter
from tests.web.conftest import PASSWORD, password_hash

pytestmark = pytest.mark.asyncio(loop_scope="session")

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
USER = "mallory@evil.test"
HOSTILE = """<!doctype html><html><head><base href="{spy}/base/"><title>x</title>
<link rel=stylesheet href="{spy}/css"><link rel=prefetch href="{spy}/prefetch">
<link rel=dns-prefetch href="//spy.evil.test"><link rel=preconnect href="{spy}">
<meta http-equiv=refresh content="0;url={spy}/refresh"><meta http-equiv=x-dns-prefetch-control content=on>
<style>@import url({spy}/import);@font-face{{font-family:x;src:url({spy}/font)}}
body{{background:url({spy}/body);font-family:x}}</style><script src="{spy}/script"></script></head>
<body onload="alert(1)" background="{spy}/background">
<p id=words>The printer <b>burns</b>.</p><img src="cid:logo@mail" alt=logo>
<img src="data:image/png;base64,{pixel}" alt=inline>
<script>alert(2);document.title='owned';fetch('{spy}/fetch')</script>
<img src="{spy}/pixel" onerror="alert(3)"><img srcset="{spy}/srcset 2x" src=x onerror=alert(4)>
<picture><source srcset="{spy}/source"><img src="{spy}/picture"></picture>
<svg onload="alert(5)"><image href="{spy}/svg"/><script>alert(6)</script><use href="{spy}/use#a"/></svg>
<math><mtext><table><mglyph><style><img src=x onerror=alert(7)></style></mglyph></table></mtext></math>
<iframe src="{spy}/frame"></iframe><iframe srcdoc="<script>alert(8)</script>"></iframe>
<object data="{spy}/object"></object><embed src="{spy}/embed"><video poster="{spy}/poster" autoplay></video>
<audio src="{spy}/audio" autoplay></audio><input autofocus onfocus="alert(9)" type=image src="{spy}/input">
<form action="{spy}/form"><button id=go>Sign in again</button></form>
<details open ontoggle="alert(10)">x</details><marquee onstart="alert(11)">x</marquee>
<div style="background-image:url('{spy}/div');position:fixed;top:0;left:0;width:100%">cover</div>
<a href="javascript:alert(12)">script</a> <a href="data:text/html,<script>alert(13)</script>">data</a>
<a ping="{spy}/ping" href="https://evil.example/">out</a><table background="{spy}/table"><tr><td>x</table>
<noscript><img src="{spy}/noscript"></noscript><template><img src="{spy}/template"></template>
</body></html>"""


@asynccontextmanager
async def spying() -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server of the sender's, and what it was asked for."""
    asked: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(b"connected")
        asked.append(await reader.read(1000))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


def hostile_letter(spy: str) -> EmailMessage:
    mail = letter(
        f'"<img src={spy}/name onerror=alert(20)>" <{USER}>',
        f"<script>alert(21)</script><img src={spy}/subject> ![x]({spy}/markdown)",
        f"The printer burns. <img src={spy}/text onerror=alert(22)> ![x]({spy}/image)",
    )
    mail.add_alternative(HOSTILE.format(spy=spy, pixel=PIXEL), subtype="html")
    html = mail.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(base64.b64decode(PIXEL), "image", "png", cid="<logo@mail>")
    mail.add_attachment(
        f"<script>alert(23)</script><img src={spy}/attached>", subtype="html", filename="see.html"
    )
    return mail


async def watch(context: BrowserContext) -> list[str]:
    done: list[str] = []

    async def dismiss(dialog: Dialog) -> None:
        done.append(f"dialog {dialog.message}")
        await dialog.dismiss()

    def opened(page: Page) -> None:
        page.on("dialog", dismiss)

    context.on("page", opened)
    return done


async def test_hostile_html_does_nothing_on_the_agents_page(
    mail_desk: Mailing, browser: Browser, look: Look
) -> None:
    mail_desk.person("Cleo Marsh", "cleo@desk.test", password=password_hash())
    async with spying() as (spy, asked):
        await asyncio.to_thread(mail_desk.send, hostile_letter(spy))
        [ticket] = mail_desk.tickets(USER)
        context = await browser.new_context()
        done = await watch(context)
        page = await context.new_page()
        await page.goto(f"{mail_desk.url}/desk/tickets/{ticket.ticket.number}")
        await page.locator("input[name=login]").fill("cleo@desk.test")
        await page.locator("input[name=password]").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.locator("#talk")).to_contain_text("The printer burns.")
        await look(page, "hostile-ticket")
        async with context.expect_page() as opening:
            await page.locator("a[target=_blank]").first.click()
        mail = await opening.value
        await expect(mail.locator("body")).to_contain_text("The printer burns.")
        for name in ("logo", "inline"):  # what came with the mail is shown
            picture = mail.get_by_alt_text(name)
            assert await picture.evaluate("image => image.naturalWidth") == 1
        for name in ("script", "data"):
            link = mail.get_by_text(name, exact=True)
            assert await link.get_attribute("href") is None
        assert await mail.title() != "owned"
        # Not even what a mistake of ours would let through.
        await mail.evaluate("spy => { document.body.innerHTML = `<img src=${spy}/late>` }", spy)
        await page.goto(f"{mail_desk.url}/desk/")
        await expect(page.locator("body")).to_contain_text(ticket.ticket.number)
        assert done == []
        assert asked == []
        stranger = await browser.new_page()
        await stranger.goto(f"{spy}/seen")
        assert asked[0] == b"connected"  # it would have been noticed
