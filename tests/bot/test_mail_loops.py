"""Programs that answer programs: a few mails, then silence, and a word to the administrator."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.cli import doctor
from bot.desk.access import Actor
from tests.channels.email.outgoing import read
from tests.servers.desk import HELP, TEAM, Mailing, desk_running, letter
from tests.servers.peer import Answers, Peer, Sent, Taken, peer_running

MOST = 3  # letters an hour to one address
PROBLEM = "my VPN drops every ten minutes, error 809"


@pytest.fixture(scope="module")
def world() -> Iterator[Peer]:
    with peer_running() as peer:
        yield peer


@pytest.fixture(scope="module")
def desk(world: Peer, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailing]:
    with by_way_of(world, tmp_path_factory.mktemp("desk"), models, HELP) as desk:
        yield desk


@contextmanager
def by_way_of(world: Peer, folder: Path, models: Path, address: str) -> Iterator[Mailing]:
    """A desk whose mails all go through that world."""
    with desk_running(
        folder,
        models,
        mailbox={"mail": {"address": address}},
        relay={"host": "127.0.0.1", "port": world.port, "security": "plain"},
        letters_per_hour=MOST,
    ) as desk:
        world.routes[address.rpartition("@")[2]] = desk.port
        yield desk


@pytest.fixture(autouse=True)
def at_peace(world: Peer) -> None:
    world.taken.clear()


@pytest.fixture(scope="module")
def ida(desk: Mailing) -> Actor:
    return desk.person("Ida Berg", "ida@desk.test")


def plain(taken: Taken, text: str, **fields: str) -> EmailMessage:
    """An answer as good programs send it."""
    return letter(taken.to, f"Re: {taken.mail['Subject']}", text, answers=taken.mail, **fields)


def vacation(taken: Taken) -> list[Sent]:
    return [Sent(mail=plain(taken, "I am away.", Auto_Submitted="auto-replied"), mail_from="")]


def unmarked(taken: Taken) -> list[Sent]:
    """It says nothing of being a program."""
    return [Sent(mail=plain(taken, "Your words were noted down."), mail_from=taken.to)]


def blind(taken: Taken) -> list[Sent]:
    """It knows neither reply addresses nor threads: every mail is a new one."""
    mail = letter(taken.to, "Printer", "The printer on the third floor does not print at all")
    return [Sent(mail=mail, mail_from=taken.to)]


def nagging(taken: Taken) -> list[Sent]:
    mail = plain(taken, "What is the status of my ticket?")
    return [Sent(mail=mail, mail_from=taken.to)]


@pytest.mark.parametrize(
    ("answers", "letters"), [(vacation, 1), (unmarked, 1), (blind, MOST), (nagging, MOST)]
)
def test_a_program_that_answers_everything_gets_few_letters(
    desk: Mailing, world: Peer, answers: Answers, letters: int
) -> None:
    user = f"{answers.__name__}@else.test"
    world.people[user] = answers
    before = silenced(desk)
    with capture_logs() as log:
        desk.send(letter(user, "VPN trouble", PROBLEM))
        assert len(world.got(user)) == letters
        told = [one for one in log if one["event"] == "mail.silenced"]
    assert len(told) == (letters == MOST)
    assert user not in str(log)
    assert silenced(desk) - before == (letters == MOST)
    if letters == MOST:
        last = desk.tickets(user)[-1]
        assert "bot-silenced" in last.tags
        assert [one.what for one in last.events].count("silenced") == 1
        # Nothing is lost by it: what comes is taken, and no agent's answer is held back.
        desk.send(letter(user, "VPN", "What is the status of my ticket?"))
        assert len(world.got(user)) == letters


def silenced(desk: Mailing) -> int:
    with urllib.request.urlopen(f"{desk.url}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    [line] = [one for one in lines if one.startswith("firstline_mail_silenced_total")]
    return int(float(line.split()[1]))


def test_what_a_vacation_program_says_is_recorded_at_the_ticket(
    desk: Mailing, world: Peer, ida: Actor
) -> None:
    user = "away@else.test"
    world.people[user] = vacation
    question = letter(user, "VPN trouble", PROBLEM)
    desk.send(question)
    [ticket] = desk.tickets(user)
    assert ticket.messages[-1].text.body == "I am away."
    assert ticket.ticket.status == "new"
    assert len(world.got(TEAM)) == 1  # of the ticket, and not of that
    desk.send(letter("ida@desk.test", "Re: x", "Restart it.", answers=world.got(TEAM)[0]))
    # What an answer answers are the words of a person.
    assert world.got(user)[-1]["In-Reply-To"] == question["Message-ID"]


@pytest.mark.parametrize("answers", [vacation, unmarked, blind, nagging])
def test_the_address_of_a_queue_may_have_a_program_that_answers(
    desk: Mailing, world: Peer, answers: Answers
) -> None:
    world.people[TEAM] = answers
    try:
        user = f"of-{answers.__name__}@else.test"
        desk.send(letter(user, "VPN trouble", PROBLEM))
    finally:
        del world.people[TEAM]
    assert len(world.got(user)) == 1
    assert len(world.got(TEAM)) <= 2 * MOST + 2


@pytest.mark.parametrize("answers", [vacation, unmarked])
def test_an_agent_and_a_user_may_both_have_a_program_that_answers(
    desk: Mailing, world: Peer, ida: Actor, answers: Answers
) -> None:
    user = f"both-{answers.__name__}@else.test"
    desk.send(letter(user, "VPN trouble", PROBLEM))
    news = world.got(TEAM)[-1]
    world.people[user] = world.people["ida@desk.test"] = answers
    try:
        desk.send(letter("ida@desk.test", "Re: x", "Please restart it.", answers=news))
    finally:
        del world.people[user], world.people["ida@desk.test"]
    assert len(world.got(user)) <= 2 * MOST + 2
    assert len(world.got("ida@desk.test")) <= 2 * MOST + 2


def test_an_agents_program_may_answer_refusals(desk: Mailing, world: Peer, ida: Actor) -> None:
    def ordering(taken: Taken) -> list[Sent]:
        return [Sent(mail=plain(taken, "#hello\nThank you."), mail_from=taken.to)]

    desk.send(letter("refusals@else.test", "VPN trouble", PROBLEM))
    news = world.got(TEAM)[-1]
    world.people["ida@desk.test"] = ordering
    desk.send(letter("ida@desk.test", "Re: x", "#nonsense", answers=news))
    del world.people["ida@desk.test"]
    assert len(world.got("ida@desk.test")) == MOST


def test_the_administrator_is_told_of_silence(desk: Mailing, world: Peer) -> None:
    user = "told@else.test"
    world.people[user] = nagging
    desk.send(letter(user, "VPN trouble", PROBLEM))
    found = list(doctor.database(desk.process.settings))
    assert any(
        not good and "get no more mail for now (3 an hour)" in words for good, words in found
    )


def test_a_mailing_list_is_never_answered(desk: Mailing, world: Peer) -> None:
    for number, fields in enumerate(
        [
            {"List-Id": "<all.list.test>", "Precedence": "list"},
            {"List-Unsubscribe": "<https://list.test/>", "List-Post": "<mailto:all@list.test>"},
            {"Precedence": "bulk"},
        ]
    ):
        mail = letter("ann@list.test", "[all] my VPN drops", f"{PROBLEM} {number}")
        for name, value in fields.items():
            mail[name] = value
        desk.send(mail, sender=f"all-bounces+{number}@list.test")
    assert world.taken == []


def report(taken: Taken) -> list[Sent]:
    """As RFC 3464 has it."""
    raw = (
        "From: Mail Delivery System <MAILER-DAEMON@else.test>\r\nSubject: Undelivered Mail\r\n"
        f"To: {taken.mail_from}\r\nMessage-ID: <{len(taken.to)}.{taken.to}>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nYour mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; else.test\r\n\r\n"
        f"Final-Recipient: rfc822; {taken.to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    return [Sent(mail=read(raw.encode()), mail_from="", to=[taken.mail_from])]


def homemade(taken: Taken) -> list[Sent]:
    """As some old program has it: a mail like others, from an address like others, to whoever wrote."""
    text = f"Sorry, we were unable to deliver your message to {taken.to}: 550 5.1.1 no such user"
    mail = plain(taken, text)
    del mail["From"], mail["Subject"]
    mail["From"], mail["Subject"] = "postmaster@else.test", "Undeliverable: your mail"
    return [Sent(mail=mail, mail_from="postmaster@else.test")]


def nameless(taken: Taken) -> list[Sent]:
    """A bounce from nobody, as some old servers have it."""
    mail = report(taken)[0].mail
    del mail["From"], mail["Message-ID"]
    mail["From"] = "<>"
    return [Sent(mail=mail, mail_from="", to=[taken.mail_from])]


@pytest.mark.parametrize("answers", [report, homemade, nameless])
def test_a_bounce_is_recorded_at_the_ticket_and_not_answered(
    desk: Mailing, world: Peer, answers: Answers
) -> None:
    user = f"{answers.__name__}@gone.test"
    world.people[user] = answers
    desk.send(letter(user, "VPN trouble", PROBLEM))
    assert sorted(one.to for one in world.taken) == sorted([user, TEAM])
    [ticket] = desk.tickets(user)
    assert [one.what for one in ticket.events].count("undelivered") == 1


def test_an_address_that_is_refused_at_once_is_recorded_too(desk: Mailing, world: Peer) -> None:
    user = "refused@gone.test"
    world.refused[user] = "550 5.1.1 no such user"
    desk.send(letter(user, "VPN trouble", PROBLEM))
    [ticket] = desk.tickets(user)
    assert [one.what for one in ticket.events].count("undelivered") == 1
    assert world.got(user) == []


@pytest.mark.parametrize("honest", [True, False], ids=["as-it-is", "marks-lost"])
def test_two_desks_soon_have_nothing_more_to_say(
    tmp_path: Path, models: Path, honest: bool
) -> None:
    """Even by way of a gateway that throws away what says that programs wrote it."""
    one, two = "help@one.test", "help@two.test"
    with (
        peer_running() as wire,
        by_way_of(wire, tmp_path / "one", models, one) as first,
        by_way_of(wire, tmp_path / "two", models, two) as second,
    ):
        wire.spoil = not honest
        ada = first.person("Ada", "ada@one.test")
        first.send(letter(two, "VPN trouble", PROBLEM, to=one))
        settle(first, second)
        to_one, to_two = talk(wire)
        assert (to_one, to_two) == ((0, 1) if honest else (1, 1))
        # An agent's words begin it anew.
        news = wire.got(TEAM)[0]
        first.send(letter("ada@one.test", "Re: x", "Is the printer on?", to=one, answers=news))
        settle(first, second)
        to_one, to_two = talk(wire)
        assert to_one <= MOST
        assert 2 <= to_two <= MOST + 1
        assert ada.person_id is not None


def settle(*desks: Mailing) -> None:
    """Until all had their turn and none got anything meanwhile."""
    before = -1
    while before != (now := sum(desk.came_in() for desk in desks)):
        before = now
        for desk in desks:
            desk.settled()


def talk(wire: Peer) -> tuple[int, int]:
    """How many mails went to each of the two."""
    domains = [taken.to.rpartition("@")[2] for taken in wire.taken]
    return domains.count("one.test"), domains.count("two.test")
