"""The whole desk by e-mail: people write in three languages, agents answer by mail, others by chat."""

import html
import re
from email.message import EmailMessage
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from msgspec import Struct

from bot.desk.access import Actor
from tests.channels.email.outgoing import part
from tests.servers.desk import HELP, TEAM, Chat, Mailing, letter

ANA = "ana@desk.test"
CITED = "\n\nOn Monday the service desk wrote:\n> New: a ticket\n> #resolve\n"


@pytest.fixture(scope="module")
def ana(mail_desk: Mailing) -> Actor:
    """An agent who is known by this address."""
    return mail_desk.person("Ana Costa", ANA)


class Words(Struct, frozen=True):
    """What somebody writes in a language, and what stands in the answers."""

    subject: str
    problem: str
    thanks: str
    more: str
    asks: str
    status: str


WORDS = {
    "en": Words(
        subject="VPN trouble",
        problem="my VPN drops every ten minutes, error 809",
        thanks="Thank you for writing",
        more="It began on Friday, and only I have it.",
        asks="What is the status of my ticket?",
        status="received",
    ),
    "ru": Words(
        subject="Не печатает принтер",
        problem="Принтер на третьем этаже не печатает со вчерашнего дня",
        thanks="Спасибо за письмо",
        more="Это началось в пятницу, и только у меня.",
        asks="Какой статус моей заявки?",
        status="принята",
    ),
    "zh": Words(
        subject="VPN 连不上",
        problem="我的 VPN 每十分钟断一次，错误 809",
        thanks="感谢来信",
        more="从星期五开始的，只有我这样。",
        asks="我的工单现在是什么状态？",
        status="已受理",
    ),
}


@pytest.mark.parametrize(
    ("language", "charset"),
    [("en", "utf-8"), ("ru", "utf-8"), ("ru", "koi8-r"), ("zh", "utf-8"), ("zh", "gb18030")],
)
def test_a_mail_is_answered_in_its_language_and_thread(
    mail_desk: Mailing, language: str, charset: str
) -> None:
    words, user = WORDS[language], f"pat-{language}-{charset}@else.test"
    question = letter(f"Pat <{user}>", words.subject, words.problem, charset=charset)
    mail_desk.send(question)
    [answer] = mail_desk.mails(user)
    [ticket] = mail_desk.tickets(user)
    number = ticket.ticket.number
    assert ticket.ticket.language == language
    for kind in ("plain", "html"):
        assert words.thanks in part(answer, kind)
        assert number in part(answer, kind)
    assert f'<html lang="{language}">' in part(answer, "html")
    assert answer["Subject"] == f"Re: {words.subject} [{number}]"
    assert answer["In-Reply-To"] == answer["References"] == question["Message-ID"]
    assert answer["Message-ID"].endswith("@desk.test>")
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["From"].addresses[0].addr_spec == HELP
    assert answer["Reply-To"].addresses[0].addr_spec.startswith("help+")

    listed = page(f"{mail_desk.url}/mailbox?{urlencode({'to': user})}")
    assert answer["Subject"] in listed
    [place] = re.findall(r'href="(/mailbox/[0-9a-f]+)"', listed)
    assert words.thanks in page(mail_desk.url + place)
    assert words.thanks in page(f"{mail_desk.url}{place}/html")

    # More in the thread goes to the ticket without a letter for it; a question is answered.
    again = f"Re: {words.subject}"
    mail_desk.send(letter(user, again, words.more, charset=charset, answers=answer))
    assert len(mail_desk.mails(user)) == 1
    asked = letter(user, again, words.asks, charset=charset, answers=answer)
    mail_desk.send(asked)
    [ticket] = mail_desk.tickets(user)
    said = [line.text.body for line in ticket.messages if line.author == "requester"]
    assert said[:2] == [f"{words.subject}\n\n{words.problem}", words.more]
    told = mail_desk.answer(user)
    for kind in ("plain", "html"):
        assert number in part(told, kind)
        assert words.status in part(told, kind)
    assert told["Subject"] == answer["Subject"]
    assert told["In-Reply-To"] == asked["Message-ID"]
    cited = [question["Message-ID"], answer["Message-ID"], asked["Message-ID"]]
    assert str(told["References"]).split() == cited


def page(url: str) -> str:
    with urlopen(url, timeout=30) as answer:
        return html.unescape(answer.read().decode())


def opened_in_the_chat(desk: Mailing, problem: str) -> tuple[Chat, EmailMessage]:
    """Somebody at the chat wants a person; and what the queue is told of it."""
    chat = Chat(desk)
    chat.say(problem)
    chat.press("Talk to a person")
    return chat, desk.answer(TEAM)


def test_an_agent_answers_by_mail_and_the_user_reads_it_in_the_chat(
    mail_desk: Mailing, ana: Actor
) -> None:
    chat, news = opened_in_the_chat(mail_desk, "my VPN drops every ten minutes, error 809")
    assert "error 809" in part(news, "plain")
    words = "Please restart your router.\nDoes that help?"
    mail_desk.send(letter(ANA, f"Re: {news['Subject']}", words + CITED, answers=news))
    line = chat.lines()[-1]
    assert (line["author"], line["name"]) == ("agent", "Ana Costa")
    assert "Please restart your router." in line["html"]
    assert "wrote" not in line["html"]

    before = len(mail_desk.mails(ANA))
    chat.say("yes, it holds now. But it is slow")
    assert chat.lines()[-1]["author"] == "requester"  # the bot keeps out of it
    assert len(mail_desk.mails(ANA)) == before + 1
    told = mail_desk.answer(ANA)
    assert "it is slow" in part(told, "plain")
    assert "it is slow" in part(told, "html")
    assert "simply reply" not in part(told, "plain")  # agents are told how to answer, once
    assert told["References"] == news["References"]  # one thread among agents
    assert told["Reply-To"] == news["Reply-To"]
    assert told["Subject"] == news["Subject"]


def test_lines_at_the_top_of_an_agents_mail_act_on_the_ticket(
    mail_desk: Mailing, ana: Actor
) -> None:
    user = "orders@else.test"
    mail_desk.send(letter(user, "Slow", "Excel has been very slow since this morning"))
    [opened], news = mail_desk.tickets(user), mail_desk.answer(TEAM)
    number, answers = opened.ticket.number, len(mail_desk.mails(user))
    orders = "#priority high\n#category network\n#assign me\n#note\nthe switch there is old"
    mail_desk.send(letter(ANA, "Re: x", orders + CITED, answers=news))
    found = mail_desk.ticket(number)
    assert (found.ticket.priority, found.ticket.category) == ("high", "network")
    assert found.ticket.assignee_id == ana.person_id
    assert [note.text.reveal(ana) for note in found.notes] == ["the switch there is old"]
    assert len(mail_desk.mails(user)) == answers  # a note stays inside

    mail_desk.send(letter(ANA, "Re: x", "#resolve\nIt was the switch." + CITED, answers=news))
    assert mail_desk.ticket(number).ticket.status == "resolved"
    said, notice = mail_desk.mails(user)[answers:]
    assert "It was the switch." in part(said, "plain")
    assert "Ana Costa" in str(said["From"])
    assert said["Auto-Submitted"] is None
    assert number in part(notice, "plain")
    everything = "".join(mail.as_string() for mail in mail_desk.mails(user))
    assert "switch there is old" not in everything


def test_an_order_that_makes_no_sense_is_sent_back_and_nothing_is_done(
    mail_desk: Mailing, ana: Actor
) -> None:
    user = "refused@else.test"
    mail_desk.send(letter(user, "Slow", "Excel has been very slow since this morning"))
    [before], news = mail_desk.tickets(user), mail_desk.answer(TEAM)
    mail_desk.send(letter(ANA, "Re: x", "#resolve\n#priority hihg\nDone.", answers=news))
    [after] = mail_desk.tickets(user)
    assert after.ticket.status == before.ticket.status
    assert len(mail_desk.mails(user)) == 1
    refusal = part(mail_desk.answer(ANA), "plain")
    assert "hihg" in refusal
    assert "Done." in refusal


def test_whoever_is_no_agent_orders_nothing(mail_desk: Mailing, ana: Actor) -> None:
    user = "bold@else.test"
    mail_desk.send(letter(user, "Slow", "Excel has been very slow since this morning"))
    [before], news = mail_desk.tickets(user), mail_desk.answer(TEAM)
    orders = "#priority critical\n#resolve\n#assign me\nplease hurry"
    mail_desk.send(letter(user, "Re: x", orders, answers=mail_desk.answer(user)))
    [after] = mail_desk.tickets(user)
    for name in ("priority", "status", "assignee_id"):
        assert getattr(after.ticket, name) == getattr(before.ticket, name)
    assert after.messages[-1].text.body == orders  # words like any others

    # In the agents' own thread, which somebody passed on: it begins a matter of its own.
    stranger = "stranger@else.test"
    mail_desk.send(letter(stranger, "Fwd: x", orders, answers=news))
    [after] = mail_desk.tickets(user)
    assert (after.ticket.status, after.ticket.assignee_id) == (before.ticket.status, None)
    [own] = mail_desk.tickets(stranger)
    assert orders in own.messages[0].text.body
