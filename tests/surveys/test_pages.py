"""The page of surveys as a manager uses it, and the form that agents fill in for callers."""

import html
import re
from datetime import timedelta

import pytest

from bot.desk import people
from bot.desk.access import Role, actor_of
from bot.desk.status import Status
from bot.surveys import report
from store import surveys as kept
from store.database import Tx
from tests.surveys.seeds import a_quarter
from tests.web.conftest import Site
from tests.web.demo import Office


@pytest.fixture
def manager(office: Office) -> int:
    return office.agent("Maria", "maria", Role.MANAGER)


async def test_a_manager_sees_what_costs_most_and_plans_against_it(
    site: Site, office: Office, manager: int
) -> None:
    office.agent("Anton", "anton")
    a_quarter(office)
    browser = await site.signed_in("maria")
    page = await browser.text("/desk/surveys")
    assert "What costs most" in page
    assert re.search(r"<b>1\. Response time, (queue network|category Network)</b>", page)
    assert "I waited three days for an answer" in page
    assert "too few answers" in page  # the security queue
    assert "等了三天才有人回复" in page
    # What is planned against it is about it, without being told again.
    [link] = re.findall(r'href="(/desk/surveys[^"]+)#new-line"', page)
    form = (await browser.text(html.unescape(link))).split('id="new-line"')[1]
    assert '<option value="response" selected>' in form
    assert re.search(r'<option value="(queue|category)=network" selected>', form)
    given = {
        "action": "A second person on the network queue in the morning",
        "aspect": "response",
        "part": "queue=network",
        "due": "2026-12-01",
        "owner": str(manager),
    }
    assert (await browser.post("/desk/surveys/plan", **given)).status == 303
    office.clock.pass_(days=20)
    browser = await site.signed_in("maria")
    page = await browser.text("/desk/surveys")
    assert "A second person on the network queue" in page
    assert ">late<" in page
    assert (await browser.post("/desk/surveys/plan/1", what="done")).status == 303
    page = await browser.text("/desk/surveys")
    assert "too few answers to say" in page
    refused = await browser.post("/desk/surveys/plan", **{**given, "due": "soon"})
    assert refused.status == 422


async def test_a_follow_up_stays_until_it_is_handled(
    site: Site, office: Office, manager: int
) -> None:
    a_quarter(office)
    browser = await site.signed_in("maria")
    [first, *_] = re.findall(r"/desk/surveys/follow-ups/(\d+)", await browser.text("/desk/surveys"))
    empty = await browser.post(f"/desk/surveys/follow-ups/{first}", note=" ")
    assert empty.status == 422
    assert (
        await browser.post(f"/desk/surveys/follow-ups/{first}", note="Called, and said sorry")
    ).status == 303
    page = await browser.text("/desk/surveys")
    assert f'/desk/surveys/follow-ups/{first}"' not in page
    assert "Called, and said sorry" in page


async def test_agents_have_no_business_there_but_write_down_what_callers_say(
    site: Site, office: Office
) -> None:
    anton = office.agent("Anton", "anton")
    ticket = office.ticket("Pat", "My VPN drops every ten minutes")
    office.answers(anton, ticket, "Done.")
    office.sets(anton, ticket, Status.RESOLVED)
    browser = await site.signed_in("anton")
    assert (await browser.get("/desk/surveys")).status == 403
    words = "Took ages —\n«но спасибо» 谢谢 🙂"
    assert "What the caller says" in await browser.text("/desk/tickets/INC-1")
    nothing = await browser.post("/desk/tickets/INC-1/survey", score="")
    assert nothing.status == 422
    told = {"score": "2", "solving": "4", "words": words.replace("\n", "\r\n")}
    assert (await browser.post("/desk/tickets/INC-1/survey", **told)).status == 303
    survey = office.store.read(lambda tx: kept.of_ticket(tx, ticket))
    assert survey is not None
    said = office.store.read(lambda tx: kept.answers(tx, [survey.id]))
    assert [(one.aspect, one.score, one.words, one.channel, one.actor_id) for one in said] == [
        ("score", 2, None, "phone", anton),
        ("solving", 4, None, "phone", anton),
        ("words", None, words, "phone", anton),
    ]
    assert survey.channel == "phone"


def test_an_effect_is_measured_from_answers_before_and_after(office: Office, manager: int) -> None:
    a_quarter(office)

    def work(tx: Tx) -> list[report.Line]:
        actor = actor_of(people.get(tx, manager))
        line = report.improve(
            tx,
            aspect="response",
            dimension="queue",
            value="network",
            action="A second person",
            owner_id=manager,
            due=tx.now.date(),
            actor=actor,
        )
        line.done_at = tx.now - timedelta(days=40)
        tx.flush()
        return report.plan(tx, actor)

    [line] = office.store.write(work)
    assert line.before > 5
    assert line.after > 5
    assert line.effect is not None
    assert line.effect.low < 0 < line.effect.high  # nothing has changed there
