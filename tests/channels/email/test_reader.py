"""Our letters in a real mail reader: each below what it answers."""

from collections.abc import Sequence
from email.message import Message

import pytest

from tests.servers import neomutt
from tests.servers.desk import TEAM, Chat, Mailing, letter
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.mail


def shown(dovecot: Dovecot, reader: str, mails: Sequence[Message]) -> list[str]:
    """Delivered the latest first, so that nothing but the threads can put them into order."""
    for mail in reversed(mails):
        dovecot.deliver(reader, mail.as_bytes())
    try:
        return neomutt.index(dovecot, reader, len(mails))
    except neomutt.Unavailable as reason:
        pytest.skip(f"no mail reader: {reason}")


@pytest.mark.parametrize(
    ("language", "subject", "problem", "more", "asks"),
    [
        ("en", "VPN trouble", "my VPN drops, error 809", "It is since Friday.", "status?"),
        ("ru", "Не печатает", "Принтер не печатает", "Это с пятницы.", "статус заявки?"),
        ("zh", "VPN 连不上", "我的 VPN 每十分钟断一次", "从星期五开始的。", "工单进度？"),
    ],
)
def test_our_answers_stand_below_what_they_answer(
    mail_desk: Mailing,
    dovecot: Dovecot,
    language: str,
    subject: str,
    problem: str,
    more: str,
    asks: str,
) -> None:
    user = f"reader-{language}@else.test"
    question = letter(user, subject, problem)
    mail_desk.send(question)
    answer = mail_desk.answer(user)
    addition = letter(user, f"Re: {subject}", more, answers=answer)
    mail_desk.send(addition)
    asked = letter(user, f"Re: {subject}", asks, answers=answer)
    mail_desk.send(asked)
    told = mail_desk.answer(user)
    number = mail_desk.tickets(user)[0].ticket.number
    assert shown(dovecot, f"reader-{language}", [question, answer, addition, asked, told]) == [
        subject,
        f"`->Re: {subject} [{number}]",
        f"  |->Re: {subject}",
        f"  `->Re: {subject}",
        f"    `->Re: {subject} [{number}]",
    ]


def test_all_that_an_agent_is_told_of_a_ticket_is_one_thread(
    mail_desk: Mailing, dovecot: Dovecot
) -> None:
    mail_desk.person("Mia Lund", "mia@desk.test")
    chat = Chat(mail_desk)
    chat.say("my VPN drops every ten minutes, error 809")
    chat.press("Talk to a person")
    news = mail_desk.answer(TEAM)
    words = letter("mia@desk.test", news["Subject"], "Please restart your router.", answers=news)
    mail_desk.send(words)
    chat.say("That did not help")
    chat.say("It is the same with the cable")
    mails = [news, words, *mail_desk.mails("mia@desk.test")]
    lines = shown(dovecot, "reader-agent", mails)
    # What they all name as the first is no mail that anybody has: two dashes mean that.
    assert lines[0] == f"-->{news['Subject']}"
    assert len(lines) == 4
    assert all(line.partition("->")[2] == news["Subject"] for line in lines[1:])
