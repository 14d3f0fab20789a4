"""An SOP on the ticket's page: begun there, and its checklist."""

import re

import msgspec
import pytest

from bot.desk import procedures
from bot.sop import book, walk
from bot.text import Texts
from nlp.understanding import Category
from store import sops
from store.database import Tx
from store.tables import Ticket
from tests.web.conftest import Site
from tests.web.demo import Office

BOOK, _ = book.read([book.SHIPPED])


@pytest.fixture
def ticket(office: Office) -> int:
    office.desk = msgspec.structs.replace(office.desk, texts=Texts.load(), sops=lambda: BOOK)
    office.agent("Ana Costa", "ana")
    return office.ticket("Marta", "my VPN drops")


async def test_begun_on_the_page_and_read_there(office: Office, ticket: int, site: Site) -> None:
    browser = await site.signed_in("ana")
    path = f"/desk/tickets/INC-{ticket}"
    page = await (await browser.get(path)).text()
    assert '<option value="vpn">VPN does not connect or keeps dropping</option>' in page

    def answer(tx: Tx) -> None:
        """The bot has begun, and the requester has answered the first question."""
        row = tx.get(Ticket, ticket)
        assert row is not None
        run = sops.of_ticket(tx, ticket)[0]
        vpn = BOOK.find("vpn", "en")
        assert vpn is not None
        walked = walk.choose(vpn, walk.begin(vpn).place, 0, tx.now)
        procedures.keep(
            office.desk, tx, run, row, walked.place, "internet", "Yes, it opens", procedures.BOT
        )

    answered = await browser.post(f"{path}/sop", sop="vpn", key="k1")
    assert "done=sop" in answered.headers["location"]
    office.store.write(answer)
    page = await (await browser.get(path)).text()
    assert "under way" in page
    assert '<b dir="auto">Yes, it opens</b>' in page
    assert "Are you in a hotel, a café, a train or at an airport?" in page
    assert "waits here" in page
    assert '<select id="sop-which"' not in page  # one at a time
    assert "SOP step: internet → Yes, it opens" in page


async def test_what_cannot_begin_is_answered(ticket: int, site: Site) -> None:
    browser = await site.signed_in("ana")
    path = f"/desk/tickets/INC-{ticket}"
    refused = await browser.post(f"{path}/sop", sop="tea", key="k1")
    assert "there is no such SOP" in await refused.text()
    await browser.post(f"{path}/sop", sop="vpn", key="k2")
    again = await browser.post(f"{path}/sop", sop="vpn", key="k3")
    assert "in the middle of" in await again.text()


async def test_what_is_about_the_ticket_is_offered_first(ticket: int, site: Site) -> None:
    office = site.office
    browser = await site.signed_in("ana")
    for category, first in ((Category.NETWORK, "no-network"), (Category.HARDWARE, "printer")):
        number = office.ticket("Li", "it is broken", category=category)
        page = await browser.text(f"/desk/tickets/INC-{number}")
        offered = re.findall(r'<option value="([^"]+)">', page.split('id="sop-which"')[1])
        assert offered[0] == first
        assert len(offered) >= 12


async def test_an_agent_ticks_a_step_and_takes_it_back(ticket: int, site: Site) -> None:
    browser = await site.signed_in("ana")
    path = f"/desk/tickets/INC-{ticket}"
    await browser.post(f"{path}/sop", sop="vpn", key="k1")
    ticked = await browser.post(f"{path}/tick", step="router", key="k2")
    assert "done=ticked" in ticked.headers["location"]
    page = await browser.text(path)
    assert "by hand:</span> <b><bdi>Ana Costa</bdi></b>" in page
    assert "ticked step: router" in page
    assert 'name="undo" value="1"' in page
    await browser.post(f"{path}/tick", step="router", undo="1", key="k3")
    page = await browser.text(path)
    assert "by hand:" not in page
    assert "unticked step: router" in page
    refused = await browser.post(f"{path}/tick", step="tea", key="k4")
    assert "say which step of vpn" in await refused.text()
