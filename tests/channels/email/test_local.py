"""The mailbox of a desk without a relay: its folder, and its pages."""

import errno
import mailbox
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from bot.text import LANGUAGES, Texts
from channels.channel import TryLater
from channels.email.local import LocalMailbox
from channels.email.mailbox_pages import MailboxPages
from channels.message import Attachment
from tests.channels.email.outgoing import mail

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
    assert (tmp_path / "box").stat().st_mode & 0o077 == 0 or os.name == "nt"


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
async def browser(box: LocalMailbox) -> AsyncIterator[httpx.AsyncClient]:
    texts = Texts.load()
    labels = {language: texts.labels(language, "mailbox-") for language in LANGUAGES}
    app = Starlette(routes=[*MailboxPages(box, labels, near).routes()])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://desk", headers={"x-near": "yes"}
    ) as client:
        yield client
