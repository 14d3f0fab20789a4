"""The pages about articles: what is missing, what was learned, what a threshold buys, and publishing."""

import sqlalchemy as sa

from bot import gaps, names, shelf, thresholds
from bot.catalogue import Catalogue, solved_like
from bot.desk import people, tickets
from bot.desk.access import Actor, Role, actor_of
from bot.desk.status import Status
from channels.message import PublicText
from nlp.understanding import Category
from store import knowledge as kept
from store.database import Tx
from store.tables import ArticleUse, Message
from tests.web.conftest import Site
from tests.web.demo import Office

ANSWER = (
    "Hello Marta,\nopen the tray of the badge printer, clean the roller with a dry cloth and print the"
    " test page. Call me at +49 30 1234567 or mail jan@example.org if it goes on.\nKind regards, Jan"
)
ARTICLE = """---
id: badge-printer
language: en
title: The badge printer smears
category: hardware
keywords: [smears]
---
Clean the Roller Test Unit (RTU) with a dry cloth.
"""


def published(tx: Tx, actor: Actor) -> None:
    shelf.publish(tx, ARTICLE, actor)


def asked(office: Office, agent: int, who: str, title: str, answer: str = "") -> int:
    id = office.ticket(who, title, category=Category.HARDWARE)
    desk = office.desk

    def solve(tx: Tx, actor: Actor) -> None:
        ticket = tickets.get(tx, id)
        tickets.claim(desk, tx, ticket, actor)
        if answer:
            tickets.reply(desk, tx, ticket, PublicText(answer), actor, key=f"answer-{id}")
        tickets.set_status(desk, tx, ticket, Status.RESOLVED, actor)

    office.as_(agent, solve)
    return id


def smearing(office: Office, agent: int) -> None:
    for n, who in enumerate(("Marta", "Pavel", "Li")):
        asked(office, agent, who, "the badge printer smears the cards", ANSWER if n == 0 else "")
    asked(office, agent, "Li", "please move my desk to the third floor")


async def test_a_gap_is_drafted_edited_published_found_and_withdrawn(
    site: Site, office: Office
) -> None:
    boss = office.agent("Mia", "mia", Role.MANAGER)
    smearing(office, boss)
    browser = await site.signed_in("mia")
    page = await browser.text("/desk/knowledge/gaps")
    assert page.count("/desk/knowledge/gaps/") == 1
    assert "the badge printer smears the cards" in page
    number = page.split("/desk/knowledge/gaps/")[1].split('"')[0]
    draft = await browser.text(f"/desk/knowledge/gaps/{number}")
    assert "clean the roller with a dry cloth" in draft
    for personal in ("Marta", "1234567", "jan@example", "Kind regards"):
        assert personal not in draft.split("<textarea")[1].split("</textarea>")[0]

    answer = await browser.post("/desk/knowledge/publish", text=ARTICLE)
    assert answer.status == 303, await answer.text()
    assert "badge-printer" in await browser.text("/desk/knowledge?q=smearing+badge+printer")
    office.store.write(lambda tx: kept.replace(tx, []))  # the folder is read again
    assert "*</a>" in await browser.text("/desk/knowledge")
    await browser.post("/desk/knowledge/articles/badge-printer/en/withdraw")
    assert "badge-printer" not in await browser.text("/desk/knowledge?q=smearing+badge+printer")


async def test_what_is_wrong_with_a_published_text_is_said(site: Site, office: Office) -> None:
    office.agent("Mia", "mia", Role.MANAGER)
    browser = await site.signed_in("mia")
    for wrong in (
        "no front matter",
        ARTICLE.replace("badge-printer", "No Id"),
        ARTICLE + "<script>",
    ):
        answer = await browser.post("/desk/knowledge/publish", text=wrong)
        assert answer.status == 422
    assert office.store.read(kept.stamps) == {}


async def test_an_agent_reads_but_does_not_publish_or_refuse(site: Site, office: Office) -> None:
    smearing(office, office.agent("Ana", "ana"))
    browser = await site.signed_in("ana")
    assert "Publish</button>" not in await browser.text("/desk/knowledge/gaps/1")
    assert (await browser.post("/desk/knowledge/publish", text=ARTICLE)).status == 403
    assert (await browser.post("/desk/knowledge/names", name="A", other="b")).status == 403
    assert (await browser.get("/desk/knowledge/threshold")).status == 403


async def test_learned_names_are_listed_and_can_be_refused(site: Site, office: Office) -> None:
    boss = office.agent("Mia", "mia", Role.MANAGER)
    office.as_(boss, published)
    browser = await site.signed_in("mia")
    page = await browser.text("/desk/knowledge/names")
    assert "Roller Test Unit" in page
    library = office.store.read(Catalogue().up_to_date)
    known = office.store.read(lambda tx: names.knowledge(tx, library))
    assert known.names(["rtu"]) == {"rtu": ["roller", "test", "unit"]}
    await browser.post("/desk/knowledge/names", name="RTU", other="Roller Test Unit")
    assert office.store.read(lambda tx: names.knowledge(tx, library)).names(["rtu"]) == {}
    assert "Accept again" in await browser.text("/desk/knowledge/names")


async def test_the_threshold_page_tells_what_was_recorded(site: Site, office: Office) -> None:
    office.agent("Mia", "mia", Role.MANAGER)

    def use(tx: Tx) -> None:
        for n in range(20):
            chance = 0.55 if n < 10 else 0.85
            row = {"article": "a", "language": "en", "shown_in": "en", "at": tx.now}
            tx.append(
                ArticleUse, **row, what="shown", conversation_id=n, chance=chance, inbox_id=n + 1
            )
            what = "helped" if n % 10 < (3 if n < 10 else 9) else "not-helped"
            tx.append(
                ArticleUse, **row, what=what, conversation_id=n, chance=None, inbox_id=100 + n
            )

    office.store.write(use)
    browser = await site.signed_in("mia")
    page = await browser.text("/desk/knowledge/threshold")
    assert "<polyline" in page
    assert "60 % (12/20)" in page
    assert "90 % (9/10)" in page


def test_of_several_articles_shown_at_once_one_that_helped_is_enough() -> None:
    cases = [thresholds.Case(0.9, True), thresholds.Case(0.6, False), thresholds.Case(0.6, None)]
    [low, high] = thresholds.bought(cases, 10, (0.5, 0.8))
    assert (low.shown, low.judged, low.helped, low.coverage) == (3, 2, 1, 0.3)
    assert (high.shown, high.rate) == (1, 1.0)
    assert thresholds.wilson(0, 0) == (0.0, 1.0)


def test_words_that_helped_three_people_lead_to_the_article(office: Office) -> None:
    boss = office.agent("Mia", "mia", Role.MANAGER)
    office.as_(boss, published)
    for who in ("Marta", "Pavel", "Li"):
        office.ticket(who, "my kartenknecht is dirty")

    def helped(tx: Tx) -> None:
        for conversation, inbox in spoken(tx):
            for what in ("shown", "helped"):
                tx.append(
                    ArticleUse, article="badge-printer", language="en", what=what, at=tx.now,
                    conversation_id=conversation, shown_in="en", chance=0.6, inbox_id=inbox,
                )  # fmt: skip

    office.store.write(helped)
    library = office.store.read(Catalogue().up_to_date)
    found = office.store.read(lambda tx: names.learned(tx, library))
    assert ("kartenknecht", "badge-printer") in [(one.name, one.other) for one in found]
    known = office.store.read(lambda tx: names.knowledge(tx, library))
    assert "kartenknecht" in known.articles[0].keywords


def spoken(tx: Tx) -> list[tuple[int, int]]:
    rows = tx.execute(
        sa.select(Message.conversation_id, Message.inbox_id).where(Message.inbox_id.is_not(None))
    )
    return [(row[0], row[1]) for row in rows]


def test_agents_find_solved_tickets_with_what_solved_them(office: Office) -> None:
    ana = office.agent("Ana", "ana")
    smearing(office, ana)
    found = office.store.read(
        lambda tx: solved_like(
            office.desk, tx, "badge printer smears", actor_of(people.get(tx, ana))
        )
    )
    assert {one.title for one in found} == {"the badge printer smears the cards"}
    assert any("clean the roller" in one.answer for one in found)


def test_questions_in_another_language_are_another_gap(office: Office) -> None:
    smearing(office, office.agent("Ana", "ana"))
    for who in ("Olga", "Ivan"):
        office.ticket(who, "принтер пропусков мажет карты", language="ru")
    found = office.store.read(gaps.gaps)
    assert [(one.language, len(one.tickets)) for one in found] == [("en", 3), ("ru", 2)]
