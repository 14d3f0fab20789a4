"""What hostile mail can do to the whole desk: nothing it should not."""

import re
import smtplib
from email.message import EmailMessage
from hashlib import sha256

import msgspec
import pytest

from bot.desk.access import Actor
from bot.desk.events import What
from bot.desk.views import Whole
from channels.email.threads import agents_thread, reply_address
from tests.channels.email.outgoing import part
from tests.servers.desk import HELP, RELAY, TEAM, Mailing, letter

EVE = "eve@evil.test"
PROBLEM = "my VPN drops every ten minutes, error 809. My badge number is 4711-secret"


@pytest.fixture(scope="module")
def bob(mail_desk: Mailing) -> Actor:
    return mail_desk.person("Bob Stone", "bob@desk.test")


def opened(desk: Mailing, user: str) -> tuple[Whole, EmailMessage, EmailMessage]:
    """Somebody's ticket, the mail it began with, and our answer."""
    question = letter(user, "VPN trouble", PROBLEM)
    desk.send(question)
    [ticket] = desk.tickets(user)
    return ticket, question, desk.answer(user)


def untouched(desk: Mailing, before: Whole) -> bool:
    after = desk.ticket(before.ticket.number)
    return (
        len(after.messages) == len(before.messages)
        and _of_people(after) == _of_people(before)
        and after.ticket.status == before.ticket.status
    )


def _of_people(whole: Whole) -> list[str]:
    """What was done; that the desk itself finds two tickets alike is nobody's doing."""
    return [one.what for one in whole.events if one.what != What.LIKENED]


def told(desk: Mailing, address: str) -> str:
    """All that we ever wrote to the address."""
    mails = desk.mails(address)
    return "".join(part(one, "plain") + part(one, "html") for one in mails)


# -- whose ticket it is


def test_the_tag_of_a_ticket_lets_nobody_in(mail_desk: Mailing) -> None:
    ticket, _, _ = opened(mail_desk, "tag@else.test")
    number = ticket.ticket.number
    for subject in (f"Re: VPN trouble [{number}]", number):
        for text in (f"What is the status of {number}?", f"Please close {number}", "It is solved"):
            mail_desk.send(letter(EVE, subject, text))
    assert untouched(mail_desk, ticket)
    assert "4711" not in told(mail_desk, EVE)
    assert ticket.ticket.title not in told(mail_desk, EVE)


def test_the_ids_of_somebody_elses_mails_let_nobody_in(mail_desk: Mailing) -> None:
    ticket, question, answer = opened(mail_desk, "ids@else.test")
    mine = str(question["Message-ID"])
    guessed = "<u" + "a" * 16 + "-" + "b" * 16 + ".cccc@desk.test>"
    altered = re.sub(r"-.", "-0", str(answer["Message-ID"]))
    for id in (mine, guessed, altered):
        forged = letter(EVE, "Re: VPN trouble", "It is solved, you can close it", In_Reply_To=id)
        forged["References"] = id
        mail_desk.send(forged)
    assert untouched(mail_desk, ticket)
    assert "4711" not in told(mail_desk, EVE)


def test_a_stolen_reply_address_leads_to_the_thread_and_gives_no_identity(
    mail_desk: Mailing, bob: Actor
) -> None:
    user = "victim@else.test"
    before, question, answer = opened(mail_desk, user)
    letters = len(mail_desk.mails(user))
    for text in (
        "What is the status of my ticket?",
        "It is solved, thank you",
        "1",
        "#resolve",
        "I want to talk to a person",
        "Здравствуйте, какой статус моей заявки? Пожалуйста, ответьте мне по-русски.",
    ):
        mail_desk.send(letter("thief@evil.test", "Re: VPN trouble", text, answers=answer))
    after = mail_desk.ticket(before.ticket.number)
    assert after.ticket.status == before.ticket.status
    assert after.ticket.requester_id == before.ticket.requester_id
    joined = after.messages[len(before.messages) :]
    assert [line.extra.author for line in joined] == ["thief@evil.test"] * 6
    assert mail_desk.mails("thief@evil.test") == []
    assert len(mail_desk.mails(user)) == letters
    # Whom the desk writes to does not change either, nor what it answers, nor the language.
    news = mail_desk.answer(TEAM)
    mail_desk.send(letter("bob@desk.test", "Re: x", "We look into it.", answers=news))
    assert mail_desk.answer(user)["In-Reply-To"] == question["Message-ID"]
    mail_desk.send(letter("bob@desk.test", "Re: x", "#assign nobody", answers=news))
    letters = len(mail_desk.mails(user))
    mail_desk.send(letter(user, "Re: VPN trouble", "2", answers=answer))
    assert len(mail_desk.mails(user)) == letters + 1
    assert '<html lang="en">' in part(mail_desk.answer(user), "html")
    assert mail_desk.mails("thief@evil.test") == []


@pytest.mark.parametrize("sender", ["", "From: nobody\r\n", "From: <>\r\n"])
def test_nor_does_it_to_a_mail_without_a_sender(mail_desk: Mailing, sender: str) -> None:
    user = f"nameless-{len(sender)}@else.test"
    before, _, answer = opened(mail_desk, user)
    to = answer["Reply-To"].addresses[0].addr_spec
    raw = f"{sender}To: {to}\r\nSubject: x\r\n\r\nIt is solved, please close it {sender!r}\r\n"
    mail_desk.send(raw.encode(), to, sender="")
    [after] = mail_desk.tickets(user)
    assert after.ticket.status == before.ticket.status
    assert after.messages[-1].extra.author in ("unknown", "nobody")
    assert len(mail_desk.mails(user)) == 1


def test_an_altered_reply_address_leads_to_no_thread(mail_desk: Mailing) -> None:
    before, _, answer = opened(mail_desk, "altered@else.test")
    right = answer["Reply-To"].addresses[0].addr_spec
    local, _, domain = right.partition("@")
    thread, _, mark = local.partition("+")[2].partition("-")
    for wrong in (
        f"help+{thread}-{mark[:-1]}{'a' if mark[-1] != 'a' else 'b'}@{domain}",
        f"help+{thread}-{mark}x@{domain}",
        f"help+{thread}-@{domain}",
        f"help+{thread}@{domain}",
        f"help+a{before.ticket.id}-{mark}@{domain}",  # the agents' thread with another's mark
        f"help+{agents_thread(before.ticket.id)}@{domain}",
    ):
        mail_desk.send(letter("altered-by@evil.test", "x", "It is solved. #resolve", to=wrong))
    assert untouched(mail_desk, before)


def test_the_reply_address_of_another_desk_leads_nowhere(mail_desk: Mailing, bob: Actor) -> None:
    before, _, _ = opened(mail_desk, "other-desk@else.test")
    [desk] = mail_desk.post.desks.values()
    foreign = msgspec.structs.replace(desk, key=b"1" * 32)
    to = reply_address(foreign, agents_thread(before.ticket.id))
    mail_desk.send(letter("bob@desk.test", "x", "#resolve", to=to))
    assert untouched(mail_desk, before)


# -- who it is from


def results(verdict: str, domain: str = "else.test", by: str = "mx.desk.test") -> str:
    return f"{by}; spf={verdict} smtp.mailfrom={domain}; dmarc={verdict} header.from={domain}"


def test_whom_their_domain_disowns_can_neither_read_nor_change_a_ticket(
    mail_desk: Mailing,
) -> None:
    user = "disowned@else.test"
    before, question, answer = opened(mail_desk, user)
    number, letters = before.ticket.number, len(mail_desk.mails(user))
    for text in (
        f"What is the status of {number}?",
        f"Please close {number}, it is solved",
        "Now the printer is broken, too",
    ):
        forged = letter(
            user,
            f"Re: VPN trouble [{number}]",
            text,
            answers=answer,
            Authentication_Results=results("fail"),
        )
        mail_desk.send(forged, peer=RELAY)
        forged = letter(user, f"[{number}]", text, Authentication_Results=results("fail"))
        forged["In-Reply-To"] = question["Message-ID"]
        mail_desk.send(forged, peer=RELAY)
    assert untouched(mail_desk, before)
    assert len(mail_desk.mails(user)) == letters  # nor is the victim written to
    apart = [one for one in mail_desk.tickets(user) if one.ticket.number != number]
    assert len(apart) == 6
    for one in apart:
        assert one.requester.id != before.requester.id
        assert "unverified" in one.requester.name
        assert "unverified-sender" in one.tags


def test_a_forged_agent_orders_nothing(mail_desk: Mailing, bob: Actor) -> None:
    before, _, _ = opened(mail_desk, "boss@else.test")
    news = mail_desk.answer(TEAM)
    forged = letter("bob@desk.test", "Re: x", "#resolve\nDone.", answers=news)
    forged["Authentication-Results"] = results("fail", "desk.test")
    mail_desk.send(forged, peer=RELAY)
    # Without knowing the mark of the thread not even a good name helps.
    mail_desk.send(letter("bob@desk.test", f"Re: {news['Subject']}", "#resolve\nDone."))
    assert untouched(mail_desk, before)


@pytest.mark.parametrize(
    ("peer", "by", "name"),
    [
        ("127.0.0.1", "mx.desk.test", "not-our-relay"),
        (RELAY, "mx.evil.test", "not-its-name"),
        (RELAY, "mx.desk.test.evil.test", "longer-name"),
    ],
)
def test_what_others_say_of_a_sender_is_nothing(
    mail_desk: Mailing, peer: str, by: str, name: str
) -> None:
    """Neither a pass nor a fail."""
    user = f"{name}@else.test"
    before, _, answer = opened(mail_desk, user)
    for verdict in ("pass", "fail"):
        more = letter(user, "Re: VPN trouble", f"More of {verdict}", answers=answer)
        more["Authentication-Results"] = results(verdict, by=by)
        mail_desk.send(more, peer=peer)
    [after] = mail_desk.tickets(user)
    assert len(after.messages) == len(before.messages) + 2
    assert "unverified-sender" not in after.tags


def test_our_own_control_fields_from_outside_are_not_believed(mail_desk: Mailing) -> None:
    user = "control@else.test"
    before, _, _ = opened(mail_desk, user)
    forger = "control@evil.test"
    forged = letter(forger, "x", "The printer is broken", X_Firstline_Ticket=before.ticket.number)
    forged["X-Firstline-Agent"] = "bob@desk.test"
    forged["X-Firstline-Verified"] = "yes"
    forged["Return-Path"] = f"<{user}>"
    mail_desk.send(forged)
    assert untouched(mail_desk, before)
    [own] = mail_desk.tickets(forger)
    kept = mail_desk.raw(own.messages[0].extra.original)
    assert b"X-Firstline" not in kept
    assert kept.startswith(f"Return-Path: <{forger}>\r\n".encode())
    assert kept.count(b"Return-Path") == 1


# -- what gets into headers


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Subject", "=?utf-8?q?printer=0D=0ABcc:_all@else.test?="),
        ("Subject", "=?utf-8?b?cHJpbnRlcg0KQmNjOiBhbGxAZWxzZS50ZXN0DQoNCg==?="),
        ("Subject", "printer\rBcc: all@else.test"),
        ("Subject", "=?utf-16?b?/v8AcAAKAEIAYwBjADoAIABhAGwAbABAAGUAbABzAGUALgB0AGUAcwB0?="),
        ("From", "=?utf-8?q?Eve=0D=0ABcc:_all@else.test=0D=0A?= <USER>"),
        ("From", '"Eve\r\n Bcc: all@else.test" <USER>'),
        ("Message-ID", "<a\rBcc:all@else.test>"),
        ("Message-ID", "=?utf-8?q?=3Ca=0D=0ABcc:_all@else.test=3E?="),
        ("References", "<a\x0bBcc:all@else.test> <b@x>\r\n <c d@x>"),
        ("Reply-To", "=?utf-8?q?x=0D=0ABcc:_all@else.test?= <all@else.test>"),
    ],
)
def test_no_header_of_theirs_becomes_one_more_of_ours(
    mail_desk: Mailing, field: str, value: str
) -> None:
    user = f"inject-{sha256(value.encode()).hexdigest()[:8]}@else.test"
    fields = {
        "From": user,
        "To": HELP,
        "Subject": "printer",
        "Message-ID": f"<of-{user}>",
    } | {field: value.replace("USER", user)}
    head = "".join(f"{name}: {text}\r\n" for name, text in fields.items())
    news = len(mail_desk.mails(TEAM))
    raw = f"{head}\r\nThe printer on the third floor does not print.\r\n".encode()
    mail_desk.send(raw, HELP, sender=user)
    written = [*mail_desk.mails(user), *mail_desk.mails(TEAM)[news:]]
    assert len(written) == 2
    for mail in written:
        assert len(mail.keys()) == len(set(mail.keys()))
        assert set(mail.keys()) <= {
            *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To"),
            *("References", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Loop"),
            *("MIME-Version", "Content-Type"),
        }
    assert mail_desk.mails("all@else.test") == []


# -- nobody else's mail


@pytest.mark.parametrize(
    "recipient",
    [
        "all@elsewhere.test",
        "all%elsewhere.test@desk.test",
        "help%desk.test@elsewhere.test",
        "@desk.test:all@elsewhere.test",
        "@mx.desk.test,@desk.test:all@elsewhere.test",
        "elsewhere.test!all",
        "elsewhere.test!all@desk.test",
        '"all@elsewhere.test"@desk.test',
        '"help"@desk.test',
        "all@elsewhere.test@desk.test",
        "help@desk.test@elsewhere.test",
        "help+all=elsewhere.test@elsewhere.test",
        "help@[127.0.0.1]",
        "",
    ],
)
def test_mail_for_others_is_refused(mail_desk: Mailing, recipient: str) -> None:
    with smtplib.SMTP("127.0.0.1", mail_desk.port, "client.test", timeout=30) as client:
        client.ehlo()
        for sender in (EVE, HELP, ""):
            assert client.docmd(f"MAIL FROM:<{sender}>")[0] == 250
            assert client.docmd(f"RCPT TO:<{recipient}>")[0] // 100 == 5
            assert client.docmd("DATA")[0] // 100 == 5
            client.rset()
