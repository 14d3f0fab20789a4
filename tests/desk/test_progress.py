"""What requesters read when their ticket goes up, whatever sent it: word for word in three languages."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from bot.desk import escalation, storms, tickets
from bot.desk.access import Actor, Role
from bot.desk.calendar import calendar_of
from bot.desk.desk import AgentsMail
from bot.desk.events import What
from bot.desk.levels import Level, Levels, Trigger, Vendor
from bot.errors import Invalid
from nlp.understanding import Category
from store.database import Tx
from store.tables import ArticleUse, Conversation, Message, Ticket
from tests.desk.conftest import House
from tests.desk.test_escalation import LEVELS, events, furnish, said

PASSED = {
    "en": "I have passed **INC-1** “VPN drops” on to {who}, with everything you told us. You need not"
    " repeat anything. They will take it up today at {at} (UTC) at the latest.",
    "ru": "Заявкой **INC-1** «VPN drops» теперь займутся {who}. Всё, что вы рассказали, им передано,"
    " повторять ничего не нужно. Начнут самое позднее сегодня в {at} (UTC).",
    "zh": "您的工单 **INC-1**“VPN drops”已转交{who}，您提供的信息也已一并转交，无需重复说明。"
    "最晚今天 {at}（UTC）开始处理。",
}
NETWORK = {
    "en": "our network specialists",
    "ru": "наши специалисты по сетям",
    "zh": "我们的网络专家",
}
SECURITY = {
    "en": "our security team",
    "ru": "наши специалисты по безопасности",
    "zh": "我们的安全团队",
}


def by_agent(house: House, id: int, agent: Actor, rita: Actor) -> None:
    house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, agent))


def by_user(house: House, id: int, agent: Actor, rita: Actor) -> None:
    house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, rita, why=Trigger.USER))


def by_procedure(house: House, id: int, agent: Actor, rita: Actor) -> None:
    house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, agent, why="procedure"))


def by_clock(house: House, id: int, agent: Actor, rita: Actor) -> None:
    house.on(id, lambda tx, t: tickets.claim(house.desk, tx, t, agent))
    house.pass_time(seconds=30)
    house.on(id, lambda tx, t: setattr(t, "told", f"taken:{agent.person_id}"))
    house.pass_time(hours=6)


def by_storm(house: House, id: int, agent: Actor, rita: Actor) -> None:
    for number in range(5):
        part = house.ticket(house.person(f"R{number}", Role.REQUESTER))
        house.on(part, lambda tx, t: storms.link(house.desk, tx, t, tickets.get(tx, id), agent))


def by_vip(house: House, id: int, agent: Actor, rita: Actor) -> None:
    house.write(lambda tx: setattr(tickets.get(tx, id), "priority", "high"))
    person = house.row(rita)

    def important(tx: Tx) -> None:
        tx.run("UPDATE person SET vip = ? WHERE id = ?", (True, person.id))
        tx.changed(id)

    house.write(important)


def by_security(house: House, id: int, agent: Actor, rita: Actor) -> None:
    house.on(id, lambda tx, t: tickets.set_category(house.desk, tx, t, Category.SECURITY, agent))
    house.on(id, lambda tx, t: tickets.set_queue(house.desk, tx, t, "security", agent))


def by_reopening(house: House, id: int, agent: Actor, rita: Actor) -> None:
    for _ in range(2):
        house.on(
            id,
            lambda tx, t: tickets.solved_by_requester(
                house.desk, tx, t, rita, cancelled=False, inbox_id=3
            ),
        )
        house.pass_time(seconds=1)
        house.on(id, lambda tx, t: tickets.reopen(house.desk, tx, t, rita, why="it is back"))


def by_articles(house: House, id: int, agent: Actor, rita: Actor) -> None:
    talk = house.talk(id).id

    def failed(tx: Tx, ticket: Ticket) -> None:
        tx.append(
            Message, conversation_id=talk, ticket_id=id, inbox_id=2, key="m", author="requester",
            person_id=rita.person_id, at=tx.now, body="VPN drops", extra=None,
        )  # fmt: skip
        for article in ("vpn", "wifi"):
            tx.append(
                ArticleUse, article=article, language="en", what="not-helped", at=tx.now,
                conversation_id=talk, shown_in="en", chance=0.5, inbox_id=3,
            )  # fmt: skip
        tx.changed(ticket.id)

    house.on(id, failed)


def by_nobody(house: House, id: int, agent: Actor, rita: Actor) -> None:
    house.pass_time(hours=2)


WAYS: dict[Trigger, tuple[Callable[[House, int, Actor, Actor], None], str]] = {
    Trigger.AGENT: (by_agent, "11:00"),
    Trigger.USER: (by_user, "11:00"),
    Trigger.PROCEDURE: (by_procedure, "11:00"),
    Trigger.CLOCK: (by_clock, "17:00"),
    Trigger.STORM: (by_storm, "11:00"),
    Trigger.VIP: (by_vip, "11:00"),
    Trigger.SECURITY: (by_security, "11:00"),
    Trigger.REOPENED: (by_reopening, "11:00"),
    Trigger.ARTICLE: (by_articles, "11:00"),
    Trigger.UNCLAIMED: (by_nobody, "13:00"),
}


def test_every_trigger_has_a_way_here() -> None:
    assert set(WAYS) == set(Trigger) - {Trigger.CAPABILITY}  # which works as a ticket is opened


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
@pytest.mark.parametrize("trigger", list(WAYS))
def test_it_is_told_word_for_word_and_once(
    house: House, requester: Actor, agent: Actor, trigger: Trigger, language: str
) -> None:
    furnish(house, merge_within=timedelta(seconds=60))
    id = house.ticket(requester, "VPN drops")
    _speaks(house, id, language)
    act, at = WAYS[trigger]
    act(house, id, agent, requester)
    assert [one.why for one in events(house, What.ESCALATED)] == [trigger]
    house.pass_time(minutes=2)
    who = (SECURITY if trigger is Trigger.SECURITY else NETWORK)[language]
    told = [one for one in said(house, id) if "INC-1" in one and who in one]
    assert told == [PASSED[language].format(who=who, at=at)]
    house.pass_time(minutes=30)
    assert len([one for one in said(house, id) if who in one]) == 1


def _speaks(house: House, id: int, language: str) -> None:
    talk = house.talk(id).id

    def speak(tx: Tx) -> None:
        conversation = tx.get(Conversation, talk)
        assert conversation is not None
        conversation.language = language

    house.write(speak)


def test_those_of_an_incident_hear_only_its_news(
    house: House, requester: Actor, agent: Actor
) -> None:
    furnish(house, merge_within=timedelta(seconds=60))
    parent = house.ticket(house.person("Otto", Role.REQUESTER))
    id = house.ticket(requester, "VPN drops")
    house.on(id, lambda tx, t: storms.link(house.desk, tx, t, tickets.get(tx, parent), agent))
    house.on(id, lambda tx, t: tickets.claim(house.desk, tx, t, agent))
    house.pass_time(minutes=5)
    assert all("Anton" not in one for one in said(house, id))


def test_each_level_is_told_of_once_also_after_an_update(
    house: House, requester: Actor, agent: Actor
) -> None:
    """Earlier versions did not keep which level somebody was told of."""
    furnish(house, merge_within=timedelta(seconds=60))
    id = house.ticket(requester, "VPN drops")
    house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, agent))

    def as_before(tx: Tx, ticket: Ticket) -> None:
        ticket.told = "escalated"
        tx.changed(ticket.id)

    house.on(id, as_before)
    house.pass_time(minutes=30)
    assert said(house, id) == []
    house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, agent))
    house.pass_time(minutes=2)
    (told,) = said(house, id)
    assert told.startswith(
        "I have passed **INC-1** “VPN drops” on to the next level of specialists."
    )


def test_the_name_of_who_has_it_is_never_a_wrong_one(
    house: House, requester: Actor, agent: Actor
) -> None:
    """Whoever hands it up may choose the queue of others than its category says."""
    furnish(house, merge_within=timedelta(seconds=60))
    id = house.ticket(requester, "VPN drops")
    house.on(id, lambda tx, t: tickets.set_category(house.desk, tx, t, Category.SOFTWARE, agent))
    house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, agent, queue="network"))
    house.pass_time(minutes=2)
    assert "on to our specialists, with" in said(house, id)[0]


def test_a_zone_of_ones_own(house: House, agent: Actor) -> None:
    furnish(house, merge_within=timedelta(seconds=60))
    wei = house.person("Wei", Role.REQUESTER, timezone="Asia/Shanghai")
    id = house.ticket(wei, "VPN drops")
    house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, agent))
    house.pass_time(minutes=2)
    assert said(house, id)[0].endswith("today at 19:00 your time at the latest.")


def test_with_a_vendor_it_goes_up_from_where_it_came(house: House, requester: Actor) -> None:
    vendor = Level(name="acme", rank=9, vendor=Vendor(address="a@acme.example"))
    agent = house.person("Ana")
    furnish(house, levels=Levels(all=(*LEVELS.all, vendor), rules=LEVELS.rules))
    id = house.ticket(requester, "VPN drops")
    with pytest.raises(Invalid, match=r"\[mail\] is not set up"):
        house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, agent, level="acme"))
    assert house.look(id).level == "L1"
    mail = AgentsMail(channel="mail", queues={})
    house.desk = msgspec.structs.replace(house.desk, agents_mail=mail)
    house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, agent, level="acme"))
    ticket = house.look(id)
    assert (ticket.level, ticket.status) == ("acme", "pending-third-party")
    assert ticket.assignee_id == agent.person_id
    house.on(id, lambda tx, t: escalation.escalate(house.desk, tx, t, agent))
    assert house.look(id).level == "L2"


def test_after_a_restart_it_goes_by_the_calendar_of_today(house: House, requester: Actor) -> None:
    """It was to be called for at 10:00. While the desk stood still its hours were edited."""
    furnish(house)
    id = house.ticket(requester, "VPN drops")
    assert escalation.aim_anew(house.desk, house.store) == 1
    assert escalation.aim_anew(house.desk, house.store) == 0  # nothing is new
    assert house.look(id).follow_at == house.now + timedelta(hours=1)
    late = calendar_of("late", zone="UTC", hours=["mon-fri 12:00-20:00"], years=range(2020, 2040))
    edited = tuple(msgspec.structs.replace(one, calendar=late) for one in LEVELS.all)
    furnish(house, levels=msgspec.structs.replace(LEVELS, all=edited))
    assert escalation.aim_anew(house.desk, house.store) == 1
    assert house.look(id).follow_at == house.now + timedelta(hours=4)
    house.pass_time(hours=3, minutes=59)
    assert events(house, What.FOLLOWED) == []
    house.pass_time(minutes=1)
    assert [one.new for one in events(house, What.FOLLOWED)] == ["follow-soon"]
