"""`firstline mail import` and `mail explain`: an archive comes in once, also when it was broken off."""

import mailbox
from pathlib import Path

import pytest

from bot.cli import mail_import, main
from store.opening import open_store
from store.tables import Mail


def letter(number: int) -> bytes:
    return (
        f"From: ann{number}@example.org\nTo: help@desk.localhost\nSubject: VPN {number}\n"
        f"Message-ID: <{number}@example.org>\n\nmy VPN drops\n\nFrom here on >From the start\n"
    ).encode()


def an_mbox(folder: Path, count: int) -> Path:
    box = mailbox.mbox(folder / "old.mbox")
    for number in range(count):
        box.add(letter(number))
    box.close()
    return folder / "old.mbox"


def imported(folder: Path, path: Path) -> int:
    (folder / "config.toml").touch()
    return main(["--config", str(folder / "config.toml"), "mail", "import", str(path)])


def kept(folder: Path) -> list[bytes]:
    store = open_store(f"sqlite:///{folder}/data/firstline.db")
    try:
        return store.read(
            lambda tx: [row.body or b"" for row in tx.session.query(Mail).order_by(Mail.id)]
        )
    finally:
        store.close()


def test_an_mbox_comes_in_whole_and_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = an_mbox(tmp_path, 5)
    assert imported(tmp_path, path) == 0
    assert "5 mails imported" in capsys.readouterr().out
    assert kept(tmp_path) == [letter(number) for number in range(5)]
    assert imported(tmp_path, path) == 0
    assert "0 mails imported (those before" in capsys.readouterr().out
    assert len(kept(tmp_path)) == 5


def test_what_is_added_later_comes_in_later(tmp_path: Path) -> None:
    imported(tmp_path, an_mbox(tmp_path, 2))
    box = mailbox.mbox(tmp_path / "old.mbox")
    box.add(letter(2))
    box.close()
    imported(tmp_path, tmp_path / "old.mbox")
    assert kept(tmp_path) == [letter(number) for number in range(3)]


def test_broken_off_it_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = an_mbox(tmp_path, 7)
    monkeypatch.setattr(mail_import, "BATCH", 3)
    keep, calls = mail_import._keep, []

    def breaks(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        keep(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(mail_import, "_keep", breaks)
    with pytest.raises(KeyboardInterrupt):
        imported(tmp_path, path)
    assert len(kept(tmp_path)) == 3
    assert imported(tmp_path, path) == 0
    assert kept(tmp_path) == [letter(number) for number in range(7)]


def test_a_maildir_comes_in_too(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "maildir")
    for number in range(3):
        box.add(letter(number))
    assert imported(tmp_path, tmp_path / "maildir") == 0
    assert imported(tmp_path, tmp_path / "maildir") == 0
    assert sorted(kept(tmp_path)) == sorted(letter(number) for number in range(3))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "There is no file"),
        (lambda path: path.write_text("hello"), "is no mbox"),
        (lambda path: path.mkdir(), "is no Maildir"),
    ],
)
def test_what_is_no_archive_is_refused_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: object, said: str
) -> None:
    assert callable(make)
    make(tmp_path / "given")
    assert imported(tmp_path, tmp_path / "given") == 1
    assert said in capsys.readouterr().err


def test_explain_names_the_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mail.eml").write_bytes(
        b"From: ann@example.org\nTo: help@desk.localhost\nSubject: Re: VPN\n"
        b"Auto-Submitted: auto-replied\nMessage-ID: <1@example.org>\n\n"
        b"I am away.\n\nOn Mon, 3 May 2024 at 10:15, Desk <help@desk.localhost> wrote:\n> hello\n"
    )
    (tmp_path / "config.toml").touch()
    config = ["--config", str(tmp_path / "config.toml")]
    assert main([*config, "mail", "explain", str(tmp_path / "mail.eml")]) == 0
    said = capsys.readouterr().out
    for part in ("thread", "trust", "auto-submitted", "attribution"):
        assert part in said
