"""The mailbox of a desk without a relay: its folder, and its pages."""

import errno
import mailbox
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.requests import Request
from yarl import URL

from bot.text import LANGUAGES, Texts
from channels.channel import TryLater
from channels.email.local import LocalMailbox
from channels.email.mailbox_pages import MailboxPages
from channels.message import Attachment
from tests.channels.email.outgoing import first, mail
from tests.servers.http import serving

FROM, TO = "help@desk.example", "ana@example.org"
SHELL = Attachment(name="run <b>.html", content_type="text/html", size=9, sha256="ab")


def letters(folder: Path) -> list[mailbox.MaildirMessage]:
    return list(mailbox.Maildir(folder, create=False))


async def put(box: LocalMailbox, *raws: bytes) -> None:
    """One after the other, a minute apart for whoever looks at the time of the files."""
    for raw in raws:
        before = {one.path for one in box.newest_first()}
        await box.send(raw, FROM, [TO])
        (new,) = {one.path for one in box.newest_first()} - before
        moment = 1_700_000_000 + 60 * len(before)
        os.utime(new, (moment, moment))


# -- the folder


async def test_a_mail_is_kept_where_any_reader_finds_it(tmp_path: Path) -> None:
    raw = mail("Привет", references=("q@x",))
    await LocalMailbox(tmp_path / "box").send(raw, FROM, [TO])
    (found,) = letters(tmp_path / "box")
    assert found.as_bytes() == raw.replace(b"\r\n", b"\n")
    (file,) = (tmp_path / "box" / "new").iterdir()
    assert file.read_bytes() == raw
    assert list((tmp_path / "box" / "tmp").iterdir()) == []
    assert (tmp_path / "box").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("clock", [time.time_ns, lambda: 1_700_000_000 * 10**9])
async def test_what_was_written_last_is_the_newest_however_quickly_it_came(
    tmp_path: Path, clock: Callable[[], int]
) -> None:
    """The time that a system gives to a file may be that of its last tick, milliseconds ago."""
    box = LocalMailbox(tmp_path, clock=clock)
    raws = [mail(f"number {n}", message_id=f"m{n}@desk.example") for n in range(40)]
    for raw in raws:
        await box.send(raw, FROM, [TO])
    assert [one.path.read_bytes() for one in reversed(box.newest_first())] == raws


async def test_a_repeat_is_the_same_mail_even_when_it_was_read(tmp_path: Path) -> None:
    box = LocalMailbox(tmp_path)
    await box.send(mail("once"), FROM, [TO])
    await box.send(mail("once"), FROM, [TO])
    (file,) = (tmp_path / "new").iterdir()
    file.rename(tmp_path / "cur" / f"{file.name}:2,RS")
    await LocalMailbox(tmp_path).send(mail("once"), FROM, [TO])
    assert len(letters(tmp_path)) == 1
    await box.send(mail("once", message_id="m2@desk.example"), FROM, [TO])
    assert len(letters(tmp_path)) == 2


async def test_what_was_not_finished_is_not_seen_and_written_again(tmp_path: Path) -> None:
    box = LocalMailbox(tmp_path)
    await box.send(mail(), FROM, [TO])
    (file,) = (tmp_path / "new").iterdir()
    file.rename(tmp_path / "tmp" / f"{file.name}.1")
    assert box.newest_first() == []
    await box.send(mail(), FROM, [TO])
    assert len(box.newest_first()) == 1


async def test_the_oldest_make_room(tmp_path: Path) -> None:
    box = LocalMailbox(tmp_path, kept=3)
    await put(box, *(mail(message_id=f"m{n}@x", subject=str(n)) for n in range(100)))
    await put(box, mail(message_id="last@x", subject="last"))  # it is looked at now and then
    # The last one was written now, so it is the newest whatever the others pretend.
    assert {one["subject"] for one in letters(tmp_path)} == {"last", "99", "98"}


async def test_a_disk_without_room_is_tried_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    box = LocalMailbox(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TryLater, match="ENOSPC") as later:
        await box.send(mail(), FROM, [TO])
    assert later.value.whole_channel
    monkeypatch.undo()
    assert [*(tmp_path / "tmp").iterdir(), *(tmp_path / "new").iterdir()] == []
    await box.send(mail(), FROM, [TO])
    assert len(letters(tmp_path)) == 1


@pytest.mark.parametrize("id", ["..", "../secret", "", ".", "a/b", "new", "x\x00", "~"])
async def test_no_name_leads_out_of_the_folder(tmp_path: Path, id: str) -> None:
    box = LocalMailbox(tmp_path / "box")
    await box.send(mail(), FROM, [TO])
    (tmp_path / "secret").write_text("secret")
    assert box.find(id) is None
    (tmp_path / "box" / "new" / "link").symlink_to(tmp_path / "secret")
    assert box.find("link") is None
    assert len(box.newest_first()) == 1


# -- its pages


def near(request: Request) -> bool:
    return request.headers.get("x-near") == "yes"


@pytest.fixture
def box(tmp_path: Path) -> LocalMailbox:
    return LocalMailbox(tmp_path / "box")


@pytest.fixture
async def url(box: LocalMailbox) -> AsyncIterator[str]:
    texts = Texts.load()
    labels = {language: texts.labels(language, "mailbox-") for language in LANGUAGES}
    async with serving(MailboxPages(box, labels, near).routes()) as url:
        yield url


@pytest.fixture
async def browser(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"x-near": "yes", "accept-language": "en"}
    async with aiohttp.ClientSession(url, headers=headers) as session:
        yield session


async def get(browser: aiohttp.ClientSession, path: str, **headers: str) -> str:
    async with browser.get(path, headers=headers) as answer:
        assert answer.status == 200, path
        return await answer.text()


async def test_the_newest_mail_is_first(box: LocalMailbox, browser: aiohttp.ClientSession) -> None:
    assert "No mail yet." in await get(browser, "/mailbox")
    await put(
        box,
        mail(
            message_id="1@x", subject="VPN не работает, ошибка 809, и так уже целую неделю подряд"
        ),
        mail(message_id="2@x", subject="<b>打印机</b>", to="ben@bücher.example"),
    )
    tree = LexborHTMLParser(await get(browser, "/mailbox"))
    assert [one.text() for one in tree.css("td.subject a")] == [
        "<b>打印机</b>",
        "VPN не работает, ошибка 809, и так уже целую неделю подряд",
    ]
    assert [one.text() for one in tree.css("td.to")] == ["ben@xn--bcher-kva.example", TO]


async def test_mails_are_found_by_address(
    box: LocalMailbox, browser: aiohttp.ClientSession
) -> None:
    await put(
        box,
        *(
            mail(message_id=f"{n}@x", to=f"p{n % 2}@example.org", subject=f"s{n}")
            for n in range(120)
        ),
    )

    async def listed(path: str) -> list[str]:
        tree = LexborHTMLParser(await get(browser, path))
        return [one.text() for one in tree.css("td.subject a")]

    odd = [f"s{n}" for n in range(119, 0, -2)]
    assert await listed("/mailbox?to=P1@Example") == odd[:50]
    assert await listed("/mailbox?to=P1@Example&page=2") == odd[50:]
    page = LexborHTMLParser(await get(browser, "/mailbox?to=p1%40&page=2")).css_first("[rel=prev]")
    assert page is not None
    assert page.attributes["href"] == "/mailbox?page=1&to=p1%40"
    assert "No mail to this address." in await get(browser, "/mailbox?to=%3Cscript%3E")
    assert len(await listed("/mailbox?page=²")) == 50


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_mail_is_shown_with_all_it_holds(
    box: LocalMailbox, browser: aiohttp.ClientSession, language: str
) -> None:
    raw = mail("**Hello** <script>", subject="VPN", attachments=(SHELL,), language=language)
    await put(box, raw)
    (kept,) = box.newest_first()
    page = f"/mailbox/{kept.id}"
    tree = LexborHTMLParser(await get(browser, page, **{"accept-language": f"{language}-XX,en"}))
    assert first(tree, "html").attributes["lang"] == language
    assert "Hello <script>" in first(tree, "pre").text()
    assert first(tree, "iframe").attributes == {
        "sandbox": "",
        "src": f"{page}/html",
        "title": Texts.load().label("mailbox-html", language),
    }
    assert "X-Loop" in [one.text() for one in tree.css("dl.all dt")]
    assert first(tree, "ul a").text() == "run <b>.html"
    async with browser.get(f"{page}/raw") as answer:
        assert await answer.read() == raw
        assert "attachment" in answer.headers["content-disposition"]
    async with browser.get(f"{page}/files/0") as answer:
        assert await answer.read() == b"ab"
        assert answer.content_type == "application/octet-stream"
        assert "attachment" in answer.headers["content-disposition"]


async def test_the_html_of_a_mail_may_do_nothing(
    box: LocalMailbox, browser: aiohttp.ClientSession
) -> None:
    await put(box, mail("**Hello**"))
    (kept,) = box.newest_first()
    async with browser.get(f"/mailbox/{kept.id}/html") as answer:
        assert "<strong>Hello</strong>" in await answer.text()
        policy = answer.headers["content-security-policy"]
        assert policy.startswith(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox;"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_only_who_is_allowed_sees_anything(
    box: LocalMailbox, browser: aiohttp.ClientSession
) -> None:
    await put(box, mail("secret words", subject="secret", attachments=(SHELL,)))
    (kept,) = box.newest_first()
    for path in ("", f"/{kept.id}", f"/{kept.id}/html", f"/{kept.id}/raw", f"/{kept.id}/files/0"):
        async with browser.get(f"/mailbox{path}", headers={"x-near": "no"}) as answer:
            assert answer.status == 403, path
            assert "secret" not in await answer.text()


@pytest.mark.parametrize(
    "path", ["nosuch", "nosuch/html", "nosuch/raw", "..%2f..%2fsecret/raw", "nosuch/files/0"]
)
async def test_what_is_gone_is_said_so(
    box: LocalMailbox, browser: aiohttp.ClientSession, path: str
) -> None:
    async with browser.get(URL(f"/mailbox/{path}", encoded=True)) as answer:
        assert answer.status == 404


async def test_a_strange_file_in_the_folder_breaks_no_page(
    box: LocalMailbox, browser: aiohttp.ClientSession
) -> None:
    await put(box, mail())
    for n, raw in enumerate((b"", b"\xff\x00" * 1000, b"Subject: =?x?b?!!\r\nTo: <<>\r\n\r\n")):
        (box.newest_first()[0].path.parent / f"strange{n}").write_bytes(raw)
    await get(browser, "/mailbox?to=example")
    for n in range(3):
        await get(browser, f"/mailbox/strange{n}")
