"""What comes in broken, hostile or at a bad moment: a right code, the mail as it came, others at ease."""

import errno
import io
import os
import smtplib
import socket
import zipfile

import pytest

from tests.servers.desk import HELP, Chat, Mailing, letter

TOP = b"From: USER\r\nTo: help@desk.test\r\nSubject: printer\r\nMIME-Version: 1.0\r\n"


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(30_000_000))
    mail = letter("USER", "printer", "It does not print, see the file.")
    mail.add_attachment(packed.getvalue(), "application", "zip", filename="bomb.zip")
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def deep(levels: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(levels)
    )
    return TOP + opened + b"Content-Type: text/plain\r\n\r\nThe printer does not print.\r\n"


BROKEN = {
    "a-nul-byte": TOP + b"\r\nThe printer\x00 does not print.\r\n",
    "an-unknown-charset": TOP
    + b"Content-Type: text/plain; charset=x-nobody-knows\r\n\r\nDer Drucker druckt nicht: \xe4\r\n",
    "a-header-of-a-megabyte": TOP
    + b"X-Long: "
    + b"a" * 1_000_000
    + b"\r\n\r\nThe printer does not print.\r\n",
    "a-tree-500-deep": deep(500),
    "five-thousand-links": TOP
    + b"Content-Type: text/html\r\n\r\n<p>The printer does not print</p>"
    + b"<a href=https://x.test/>x</a> " * 5000
    + b"\r\n",
    "cut-off-in-a-part": TOP
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThe printer does not print.\r\n"
    + b'--b\r\nContent-Disposition: attachment; filename="x.png"\r\n'
    + b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAAANSU\r\n",
    "nothing-but-a-body": b"\r\nThe printer does not print.\r\n",
    "no-header-at-all": b"The printer does not print. It is broken.\r\n",
    "an-invitation": TOP
    + b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"
    + b"BEGIN:VEVENT\r\nSUMMARY:The printer does not print\r\nDTSTART:20260301T100000Z\r\n"
    + b"END:VEVENT\r\nEND:VCALENDAR\r\n",
    "a-zip-bomb": bomb(),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_mail_is_kept_and_read_as_far_as_can_be(mail_desk: Mailing, name: str) -> None:
    user = f"{name}@else.test"
    raw = BROKEN[name].replace(b"USER", user.encode())
    before = mail_desk.came_in()
    mail_desk.send(raw, HELP, sender=user)
    assert mail_desk.came_in() == before + 1
    [found] = mail_desk.tickets(user)
    original = found.messages[0].extra.original
    assert mail_desk.raw(original).endswith(raw)
    said = found.messages[0].text.body
    assert "print" in said or "druckt" in said


def test_25_megabytes_come_in_with_all_their_files(mail_desk: Mailing) -> None:
    user = "large@else.test"
    mail = letter(user, "printer", "The printer does not print, see the logs.")
    for number in range(3):
        mail.add_attachment(os.urandom(6_000_000), "application", "pdf", filename=f"{number}.pdf")
    raw = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
    mail_desk.send(raw, HELP, sender=user)
    [found] = mail_desk.tickets(user)
    files = found.messages[0].extra.attachments
    assert [(one.name, one.size) for one in files] == [
        (f"{number}.pdf", 6_000_000) for number in range(3)
    ]
    assert mail_desk.raw(found.messages[0].extra.original).endswith(raw)


def test_what_is_lost_on_the_way_is_not_half_kept(mail_desk: Mailing) -> None:
    before = mail_desk.came_in()
    with socket.create_connection(("127.0.0.1", mail_desk.port), 20) as line:
        for words in (
            b"EHLO x",
            b"MAIL FROM:<lost@else.test>",
            b"RCPT TO:<help@desk.test>",
            b"DATA",
        ):
            line.recv(4096)
            line.sendall(words + b"\r\n")
        line.recv(4096)
        line.sendall(TOP + b"\r\nThe printer does n")
    mail_desk.send(letter("next@else.test", "printer", "The printer does not print"))
    assert mail_desk.came_in() == before + 1
    assert mail_desk.tickets("lost@else.test") == []


def test_a_full_disk_is_said_so_and_the_chat_goes_on(
    mail_desk: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large mail is written to the disk; here it is full until the mail comes again."""
    user = "full@else.test"
    mail = letter(user, "printer", "The printer does not print. " * 5000)
    before = mail_desk.came_in()
    with monkeypatch.context() as patched:

        def full(handle: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        patched.setattr("store.files.os.fsync", full)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            mail_desk.send(mail)
        assert refused.value.smtp_code == 452
        chat = Chat(mail_desk)
        chat.say("the printer does not print")
        assert chat.lines()[-1]["author"] == "bot"
    assert mail_desk.came_in() == before
    mail_desk.send(mail)
    assert len(mail_desk.tickets(user)) == 1
