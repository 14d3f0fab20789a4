"""What requesters stated: kept with the ticket, read by agents, and what it changes."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.desk import stated
from bot.desk.access import Actor
from bot.desk.rules import Rule, Then, When
from bot.text import Texts
from nlp.facts import Thing, dated, facts_in, with_own
from nlp.understanding import Fact, Level
from tests.desk.conftest import House

BERLIN = ZoneInfo("Europe/Berlin")
TEXTS = Texts.load()
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday


def told(text: str, zone: ZoneInfo = BERLIN) -> tuple[Fact, ...]:
    return dated(facts_in(text), NOW, zone)


def shown(house: House, ticket: int, language: str = "en") -> list[tuple[str, str]]:
    return stated.shown(TEXTS, house.look(ticket), language, BERLIN, NOW)


def test_agents_read_what_it_is_and_when_it_was(house: House, requester: Actor) -> None:
    text = "Outlook shows 0x800CCC0E since yesterday 14:30. I restarted the laptop, did not help."
    ticket = house.ticket(requester, text, facts=told(text))
    assert shown(house, ticket) == [
        ("Application", "Outlook"),
        ("Error code", "0x800CCC0E"),
        ("Since", "since yesterday 14:30 (yesterday at 14:30)"),
        ("Tried", "I restarted the laptop (did not help)"),
        ("Device", "Laptop"),
    ]
    assert ("Код ошибки", "0x800CCC0E") in shown(house, ticket, "ru")
    assert ("错误代码", "0x800CCC0E") in shown(house, ticket, "zh")


def test_a_day_is_told_as_a_day_and_a_week_by_its_ends(house: House, requester: Actor) -> None:
    ticket = house.ticket(requester, facts=told("slow since Friday, worse last week"))
    times = [words for kind, words in shown(house, ticket) if kind == "Since"]
    assert times == [
        "since Friday (Friday, 27 February)",
        "last week (23 February – 1 March)",
    ]


def test_tickets_that_were_stored_as_pairs_are_read_alike(house: House, requester: Actor) -> None:
    ticket = house.ticket(requester)
    pairs = json.dumps([["error-code", "809"], ["since", "Monday"]])
    house.on(ticket, lambda tx, row: setattr(row, "facts", pairs))
    assert shown(house, ticket) == [("Error code", "809"), ("Since", "Monday")]


def test_an_answer_that_a_fact_repeats_is_kept_once(house: House, requester: Actor) -> None:
    ticket = house.ticket(
        requester,
        facts=told("since Friday"),
        answers={"since": "since Friday I think", "purpose": "a new colleague"},
    )
    assert [kind for kind, _ in shown(house, ticket)] == ["Since", "Purpose"]


@pytest.mark.parametrize(
    ("text", "zone", "priority"),
    [
        ("I need it by 17:00 today", "Europe/Berlin", "medium"),
        ("нужно до конца дня", "Europe/Moscow", "medium"),
        ("今天下班前要用", "Asia/Shanghai", "medium"),
        ("I need it by tomorrow", "Europe/Berlin", "low"),
        ("I need it by Friday", "Europe/Berlin", "low"),
        ("broken since this morning", "Europe/Berlin", "low"),
    ],
)
def test_what_is_needed_today_is_urgent(house: House, text: str, zone: str, priority: str) -> None:
    person = house.person("Ana", timezone=zone)
    ticket = house.ticket(person, text, facts=told(text, ZoneInfo(zone)))
    assert house.look(ticket).priority == priority
    reasons = json.loads(house.look(ticket).decided)
    assert ("needed today" in reasons["priority"]) is (priority == "medium")


def test_today_is_that_of_the_requester(house: House) -> None:
    """21:00 in Shanghai on Monday: what is needed before Tuesday's noon there is not needed today."""
    house.now = NOW + timedelta(hours=4)
    text = "I need it tomorrow at 11:00"
    facts = dated(facts_in(text), house.now, ZoneInfo("Asia/Shanghai"))
    ticket = house.ticket(house.person("Li", timezone="Asia/Shanghai"), text, facts=facts)
    assert house.look(ticket).priority == "low"


def test_a_vip_and_a_deadline_add_up(house: House) -> None:
    text = "I need it by 17:00 today"
    ticket = house.ticket(house.person("Boss", vip=True), text, facts=told(text))
    assert house.look(ticket).priority == "high"


def test_the_queue_is_that_of_the_service_named_unless_a_rule_says_otherwise(
    house: House, requester: Actor
) -> None:
    own = with_own([Thing(name="Phoenix", service="Orders", queue="applications")])
    facts = facts_in("Phoenix does not start", own)
    ticket = house.look(house.ticket(requester, facts=facts))
    assert (ticket.queue, json.loads(ticket.decided)["queue"]) == (
        "applications",
        "catalogue: Orders",
    )
    rule = Rule(name="ours", when=When(system="Orders"), then=Then(queue="security"))
    ruled = house.ticket(requester, facts=facts, desk=house.furnished(rule))
    assert house.look(ruled).queue == "security"


def test_whoever_says_that_all_are_hit_is_more_important() -> None:
    from nlp.facts import impact_of

    assert impact_of(["me"]) is Level.LOW
    assert impact_of(["me", "3"]) is Level.MEDIUM
    assert impact_of(["team", "site"]) is Level.HIGH
    assert impact_of(["40"]) is Level.HIGH
    assert impact_of([]) is Level.LOW
