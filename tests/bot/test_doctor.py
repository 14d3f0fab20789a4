"""What `firstline doctor` finds about the mail."""

from pathlib import Path

import pytest

from bot.cli import main
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.ports import free_ports


def examined(
    folder: Path, capsys: pytest.CaptureFixture[str], settings: str
) -> tuple[int, list[str]]:
    (folder / "config.toml").write_text(settings)
    code = main(["--config", str(folder / "config.toml"), "doctor"])
    return code, [line for line in capsys.readouterr().out.splitlines() if "mail:" in line]


def test_without_settings_the_local_mailbox_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    web, smtp = free_ports(2)
    code, found = examined(
        tmp_path, capsys, f"[web]\nport = {web}\n[mail.smtp]\nport = {smtp}\n[log]\nlevel = 'error'"
    )
    assert code == 0
    assert found == [
        f"✓ mail: 127.0.0.1:{smtp} is free",
        "✓ mail: no relay: what is sent lies in the local mailbox, at /mailbox on the web port",
    ]


@pytest.mark.mail
def test_mailboxes_are_opened_and_a_relay_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dovecot: Dovecot
) -> None:
    web, smtp, nobody = free_ports(3)
    box = f"""
[mail.mailbox.NAME]
address = "NAME@desk.test"
[mail.mailbox.NAME.imap]
host = "{dovecot.host}"
port = {dovecot.port}
security = "plain"
user = "NAME"
password = "file:NAME"
"""
    (tmp_path / "help").write_text(PASSWORD)
    (tmp_path / "hr").write_text("wrong")
    code, found = examined(
        tmp_path,
        capsys,
        f"[web]\nport = {web}\n[mail.smtp]\nport = {smtp}\ncertificate = 'none.pem'\n"
        f"[mail.relay]\nhost = '127.0.0.1'\nport = {nobody}\nsecurity = 'plain'\n"
        + box.replace("NAME", "help")
        + box.replace("NAME", "hr"),
    )
    assert code == 1
    assert found[1:] == [
        f"✗ mail: {tmp_path}/none.pem cannot be used for STARTTLS (No such file or directory)",
        f"✓ mail: help, IMAP at {dovecot.host}: INBOX can be read",
        f"✗ mail: hr, IMAP at {dovecot.host}: the server refuses the login",
        "✗ mail: relay 127.0.0.1: the relay refuses connections",
    ]


def test_a_room_in_a_network_that_is_not_set_up_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    web, smtp = free_ports(2)
    (tmp_path / "config.toml").write_text(
        f"[web]\nport = {web}\n[mail.smtp]\nport = {smtp}\n[log]\nlevel = 'error'\n"
        "[room.first]\nchannel = 'slack'\nplace = 'T1/C1'\nqueues = ['service-desk']\n"
        "[phone]\nscreen_pops = ['telegram:-100']\n"
    )
    assert main(["--config", str(tmp_path / "config.toml"), "doctor"]) == 1
    found = [one for one in capsys.readouterr().out.splitlines() if "channels:" in one]
    assert found == [
        "✗ channels: [room.first]: slack is not set up, so nothing appears there",
        "✗ channels: screen_pops telegram:-100: telegram is not set up, so nothing appears there",
    ]


def test_programs_of_actions_that_do_not_answer_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S", "s3cret")
    web, smtp, nobody = free_ports(3)
    hook = f"[action.unlock]\nurl = 'http://127.0.0.1:{nobody}/'\nsecret = 'env:S'\n"
    usual = f"[web]\nport = {web}\n[mail.smtp]\nport = {smtp}\n[log]\nlevel = 'error'\n"
    (tmp_path / "config.toml").write_text(usual + hook)
    assert main(["--config", str(tmp_path / "config.toml"), "doctor"]) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if "actions:" in line]
    assert told[0] == "✓ actions: 0 targets for diagnostics, 1 actions of yours"
    assert told[1].startswith("✗ actions: unlock: its url does not answer")
