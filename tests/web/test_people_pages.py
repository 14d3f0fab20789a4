"""A person's page, whose an address is by an agent's decision, and the page behind a letter's link."""

import re

import msgspec
import pytest
import sqlalchemy as sa

from bot.desk import linking, people
from bot.desk.access import Role
from bot.desk.desk import AgentsMail
from bot.text import Texts
from channels.message import OutboundMessage, Sender
from store.database import Tx
from store.tables import Identity, Outbox, PersonEvent, Ticket, TicketEvent
from tests.web.conftest import Browser, Site
from tests.web.demo import Office


@pytest.fixture
def with_mail(office: Office) -> None:
    """With all texts and a mailbox."""
    mail = AgentsMail(channel="mail", queues={})
    office.desk = msgspec.structs.replace(
        office.desk, texts=Texts.load(), agents_mail=mail, url=lambda: "https://desk.example"
    )


def someone(office: Office, network: str, address: str, name: str) -> int:
    def make(tx: Tx) -> int:
        sender = Sender(address=address, name=name, verified=True)
        return people.of_sender(tx, network, sender).id

    return office.store.write(make)


def whose(office: Office, channel: str, address: str) -> int:
    found = office.store.read(lambda tx: tx.get(Identity, (channel, address)))
    assert found is not None
    return found.person_id


def rows(office: Office, table):  # type: ignore[no-untyped-def]
    return office.store.read(lambda tx: list(tx.session.scalars(sa.select(table))))


async def test_an_agent_links_an_address_and_it_is_recorded(site: Site, office: Office) -> None:
    ana = office.agent("Ana", "ana")
    pat = someone(office, "email", "pat@corp.example", "Pat")
    number = office.ticket("Pat in chat", "it does not print")  # of another person, by web
    address = next(one.address for one in rows(office, Identity) if one.channel == "web")
    browser = await site.signed_in("ana")
    page = f"/desk/people/{pat}"
    assert "pat@corp.example" in await browser.text(page)
    answer = await browser.post(f"{page}/link", channel="web", address=address, why="called me")
    assert answer.status == 303
    assert whose(office, "web", address) == pat
    shown = await browser.text(page)
    assert "called me" in shown
    assert "Ana" in shown
    (event,) = [one for one in rows(office, TicketEvent) if one.what == "requester"]
    assert (event.ticket_id, event.person_id, event.why) == (number, ana, "called me")


async def test_unlinked_it_takes_its_conversations_along(site: Site, office: Office) -> None:
    office.agent("Ana", "ana")
    office.ticket("Pat", "it does not print")
    address = next(one.address for one in rows(office, Identity) if one.channel == "web")
    pat = whose(office, "web", address)
    browser = await site.signed_in("ana")
    page = f"/desk/people/{pat}"
    await browser.post(f"{page}/link", channel="phone", address="+49 30 123456", why="asked")
    assert whose(office, "phone", "+4930123456") == pat
    await browser.post(f"{page}/unlink", channel="web", address=address, why="was a colleague")
    assert whose(office, "web", address) != pat
    assert rows(office, Ticket)[0].requester_id == whose(office, "web", address)
    assert rows(office, PersonEvent)[-1].what == "unlinked"


async def test_a_decision_needs_a_reason_and_an_agent(site: Site, office: Office) -> None:
    office.agent("Ana", "ana")
    boss = office.agent("Zoe", "zoe", Role.ADMINISTRATOR)
    pat = someone(office, "email", "pat@corp.example", "Pat")
    browser = await site.signed_in("ana")
    there = {"channel": "email", "address": "pat.private@home.example"}

    async def link(browser: Browser, id: int, why: str) -> int:
        answer = await browser.post(
            f"/desk/people/{id}/link",
            channel=there["channel"],
            address=there["address"],
            why=why,
        )
        return int(answer.status)

    assert await link(browser, pat, " ") == 422
    assert await link(browser, boss, "so") == 403
    assert await link(site.browser(), pat, "so") == 303
    assert len(rows(office, Identity)) == 1


@pytest.mark.usefixtures("with_mail")
async def test_the_letter_s_link_asks_and_only_its_button_links(office: Office, site: Site) -> None:
    pat = someone(office, "email", "pat@corp.example", "Pat")
    chat = someone(office, "chat", "T1", "Pat in chat")

    def ask(tx: Tx) -> None:
        asker = people.get(tx, chat)
        linking.send_code(office.desk, tx, asker, "pat@corp.example", "chat", "en", "1")

    office.store.write(ask)
    letter = msgspec.json.decode(rows(office, Outbox)[0].body, type=OutboundMessage)
    found = re.search(r"https://desk\.example(/desk/link/[\w-]+)", letter.text.body)
    assert found is not None
    stranger = site.browser()
    shown = await stranger.text(found[1])
    assert "Pat in chat (chat)" in shown
    russian = await stranger.get(found[1], headers={"Accept-Language": "ru-RU,ru;q=0.9"})
    assert "Связать адрес" in await russian.text()
    assert whose(office, "chat", "T1") != pat
    foreign = await stranger.post(found[1], {"Sec-Fetch-Site": "cross-site"}, agreed="1")
    assert foreign.status == 403
    assert "both addresses" in await (await stranger.post(found[1], agreed="1")).text()
    assert whose(office, "chat", "T1") == pat
    assert (await stranger.get(found[1])).status == 404


@pytest.mark.usefixtures("with_mail")
async def test_who_did_not_ask_says_no(office: Office, site: Site) -> None:
    chat = someone(office, "chat", "T1", "Pat in chat")
    office.store.write(
        lambda tx: linking.send_code(
            office.desk, tx, people.get(tx, chat), "bo@corp.example", "chat", "en", "1"
        )
    )
    body = rows(office, Outbox)[0].body
    token = re.search(r"/desk/link/([\w-]+)", body)
    assert token is not None
    browser = site.browser()
    assert "Nothing was linked" in await (await browser.post(f"/desk/link/{token[1]}")).text()
    assert (await browser.post(f"/desk/link/{token[1]}", agreed="1")).status == 404
