"""The whole desk behind a relay: what it refuses for now, for ever, or sends back later."""

from pathlib import Path

import pytest

from tests.channels.email.outgoing import part
from tests.servers.desk import TEAM, Mailing, desk_running, letter, until
from tests.servers.peer import peer_running
from tests.servers.postfix import Postfix

PROBLEM = "my VPN drops every ten minutes, error 809"


def what(desk: Mailing, user: str) -> list[str]:
    [ticket] = desk.tickets(user)
    return [f"{one.what}: {one.why}" for one in ticket.events if one.what == "undelivered"]


@pytest.mark.mail
def test_what_postfix_could_not_deliver_comes_back_to_its_ticket(
    tmp_path: Path, models: Path, postfix: Postfix
) -> None:
    """Postfix brings the question and takes the answers; whoever it is to hand them to knows nobody."""
    user = "gone@else.test"
    relay = {"host": "127.0.0.1", "port": postfix.port, "security": "plain"}
    smtp = {"port": postfix.relay, "hostname": "mx.desk.test"}
    with desk_running(tmp_path, models, relay=relay, smtp=smtp) as desk:
        question = letter(user, "VPN trouble", PROBLEM)
        postfix.send(user, ["help@desk.test"], question.as_bytes())
        until(lambda: desk.came_in() == 3 and len(what(desk, user)) == 2, postfix.log)
        desk.settled()
        assert sorted(what(desk, user)) == [
            "undelivered: a mail server sent back a mail to an agent",
            "undelivered: a mail server sent back a mail to the requester",
        ]
        [ticket] = desk.tickets(user)
        returned = ticket.messages[-1]
        assert "550" in returned.text.body + (returned.extra.folded or "")
        assert [line.author for line in ticket.messages] == ["requester", "bot", "requester"]
        until(lambda: "empty" in postfix.queue(), postfix.queue)  # nobody writes any more
        assert desk.came_in() == 3


@pytest.mark.mail
def test_what_postfix_must_try_again_arrives_once(
    tmp_path: Path, models: Path, postfix: Postfix
) -> None:
    user = "busy@else.test"
    relay = {"host": "127.0.0.1", "port": postfix.port, "security": "plain"}
    with (
        peer_running(postfix.relay) as world,
        desk_running(tmp_path, models, relay=relay) as desk,
    ):
        world.refused[user] = "450 4.2.1 come again"
        desk.send(letter(user, "VPN trouble", PROBLEM))
        postfix.deferred("450 4.2.1")
        assert world.got(user) == []
        del world.refused[user]
        postfix.try_again()
        [answer] = until(lambda: world.got(user), postfix.log)
        assert "INC-1" in part(answer, "plain")
        assert len(world.got(TEAM)) == 1  # and that one was not held up
        assert what(desk, user) == []


def test_what_the_relay_refuses_for_now_is_brought_again(tmp_path: Path, models: Path) -> None:
    user = "later@else.test"
    with peer_running() as world:
        relay = {"host": "127.0.0.1", "port": world.port, "security": "plain"}
        patience = {"first_retry_seconds": 1, "longest_retry_seconds": 1}
        with desk_running(tmp_path, models, relay=relay, sections={"outbox": patience}) as desk:
            world.refused[user] = "450 4.2.0 greylisted"
            desk.hand_over(letter(user, "VPN trouble", PROBLEM))
            until(lambda: world.got(TEAM))
            until(lambda: desk.tried(user))
            del world.refused[user]
            desk.settled()
            assert len(world.got(user)) == len(world.got(TEAM)) == 1
            assert what(desk, user) == []


def test_a_relay_that_is_away_holds_up_nothing_but_its_mails(tmp_path: Path, models: Path) -> None:
    user = "patient@else.test"
    with peer_running() as world:
        port = world.port
    relay = {"host": "127.0.0.1", "port": port, "security": "plain"}
    with desk_running(tmp_path, models, relay=relay) as desk:
        desk.hand_over(letter(user, "VPN trouble", PROBLEM))
        until(lambda: desk.tickets(user))
        with peer_running(port) as world:
            desk.settled()
            assert len(world.got(user)) == len(world.got(TEAM)) == 1
