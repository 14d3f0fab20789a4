"""The page that says how good the understanding has been."""

from bot.desk import tickets
from bot.desk.access import Actor, Role
from bot.desk.status import Status
from nlp.understanding import Category
from store.database import Tx
from tests.web.conftest import Site
from tests.web.demo import Office


def solved(office: Office, agent: int, title: str, category: Category | None) -> int:
    id = office.ticket("Marta", title, "it does not work")

    desk = office.desk

    def solve(tx: Tx, actor: Actor) -> None:
        ticket = tickets.get(tx, id)
        if category is not None:
            tickets.set_category(desk, tx, ticket, category, actor)
        tickets.claim(desk, tx, ticket, actor)
        tickets.set_status(desk, tx, ticket, Status.RESOLVED, actor)

    office.as_(agent, solve)
    office.clock.pass_(days=3)
    return id


async def test_a_manager_sees_what_is_corrected_and_can_make_it_teach_nothing(
    site: Site, office: Office
) -> None:
    boss = office.agent("Mia", "mia", Role.MANAGER)
    for n in range(6):
        solved(
            office,
            boss,
            f"label printer {n} prints <b>blanks</b>",
            Category.SOFTWARE if n < 2 else None,
        )
    browser = await site.signed_in("mia")
    page = await browser.text("/desk/understanding")
    assert "of 6 solved tickets" in page
    assert "Most often corrected" in page
    assert page.count("Learn nothing from it") == 2
    assert page.count("<td>Other</td><td>Software</td>") == 2  # as people say it
    assert "<svg" in page
    assert "<b>blanks</b>" not in page
    [first, *_] = [
        part.split("/forget")[0] for part in page.split('action="/desk/understanding/')[1:]
    ]
    answer = await browser.post(f"/desk/understanding/{first}/forget")
    assert answer.status == 303
    page = await browser.text("/desk/understanding")
    assert "teaches nothing" in page
    assert page.count("Learn nothing from it") == 1


async def test_an_agent_does_not_see_it(site: Site, office: Office) -> None:
    office.agent("Ana", "ana")
    browser = await site.signed_in("ana")
    assert (await browser.get("/desk/understanding")).status == 403
