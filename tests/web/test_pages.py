"""The agents' pages over a real server: who gets in, what they do, and what they never let out."""

import asyncio
import re

import pytest

from bot.desk.access import Role
from store.tables import Message, Ticket
from tests.web.conftest import PASSWORD, Browser, Site
from tests.web.demo import Clock, Office


@pytest.fixture
def ana(office: Office) -> int:
    return office.agent("Ana Costa", "ana")


@pytest.fixture
def ticket(office: Office, ana: int) -> str:
    id = office.ticket("Marta", "my VPN drops <script>alert(1)</script>", "error 809")
    return f"/desk/tickets/INC-{id}"


# -- getting in


async def test_nothing_is_shown_before_signing_in(site: Site, ticket: str) -> None:
    stranger = site.browser()
    for path in ("/desk/", ticket, "/desk/people", "/desk/outbox", "/desk/reports"):
        answer = await stranger.get(path)
        assert (answer.status, answer.headers["location"].split("?")[0]) == (303, "/desk/sign-in")
    assert (await stranger.get("/desk/events")).status == 403
    answer = await stranger.post(f"{ticket}/reply", text="hello", key="k")
    assert answer.headers["location"].startswith("/desk/sign-in")


async def test_a_wrong_password_and_an_unknown_login_read_the_same(site: Site, ana: int) -> None:
    answers = []
    for login in ("ana", "nobody"):
        answer = await site.browser().post("/desk/sign-in", login=login, password="wrong")
        assert answer.status == 401
        answers.append((await answer.text()).replace(login, ""))
    assert answers[0] == answers[1]


async def test_guessing_is_stopped_and_time_heals(site: Site, ana: int, clock: Clock) -> None:
    browser = site.browser()
    for _ in range(5):
        assert (await browser.post("/desk/sign-in", login="ana", password="x")).status == 401
    locked = await browser.post("/desk/sign-in", login="ana", password=PASSWORD)
    assert locked.status == 429
    clock.pass_(minutes=16)
    assert (await browser.post("/desk/sign-in", login="ana", password=PASSWORD)).status == 303


async def test_signing_in_leads_only_to_our_own_pages(site: Site, ana: int) -> None:
    for wanted in ("https://evil.example/", "//evil.example", "/desk\\@evil", "/other"):
        answer = await site.browser().post(
            "/desk/sign-in", login="ana", password=PASSWORD, next=wanted
        )
        assert answer.headers["location"] == "/desk/"


async def test_a_form_of_another_site_changes_nothing(site: Site, ana: int, ticket: str) -> None:
    browser = await site.signed_in("ana")
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {},
    ):
        answer = await browser.post(f"{ticket}/claim", headers=headers)
        assert answer.status == 403, headers
    site.office.store.read(lambda tx: _assert_unclaimed(tx.get(Ticket, 1)))


def _assert_unclaimed(ticket: Ticket | None) -> None:
    assert ticket is not None
    assert ticket.assignee_id is None


async def test_the_cookie_cannot_be_read_by_scripts(site: Site, ana: int) -> None:
    answer = await site.browser().post("/desk/sign-in", login="ana", password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_a_revoked_sign_in_is_out_at_once(site: Site, office: Office, ana: int) -> None:
    office.agent("Root", "root", Role.ADMINISTRATOR)
    browser, root = await site.signed_in("ana"), await site.signed_in("root")
    assert (await browser.get("/desk/")).status == 200
    await root.post(f"/desk/people/{ana}/revoke")
    assert (await browser.get("/desk/")).status == 303


async def test_a_sign_in_ends_when_nobody_comes(site: Site, ana: int, clock: Clock) -> None:
    browser = await site.signed_in("ana")
    clock.pass_(hours=13)
    assert (await browser.get("/desk/")).status == 303


async def test_agents_cannot_do_what_is_for_administrators(
    site: Site, office: Office, ana: int
) -> None:
    browser = await site.signed_in("ana")
    for path in ("/desk/people", "/desk/outbox", "/desk/parked"):
        assert (await browser.get(path)).status == 403, path
    assert (await browser.post("/desk/people", name="Eve", role="administrator")).status == 403


async def test_the_headers_forbid_what_pages_need_not_do(site: Site) -> None:
    answer = await site.browser().get("/desk/sign-in")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["x-frame-options"] == "DENY"


# -- working


async def test_a_reply_is_said_and_the_ticket_is_the_agents(
    site: Site, office: Office, ticket: str
) -> None:
    browser = await site.signed_in("ana")
    await browser.post(f"{ticket}/reply", text="I am on it", key="form-1")
    await browser.post(f"{ticket}/reply", text="I am on it", key="form-1")  # sent twice
    said = office.store.read(
        lambda tx: [m.body for m in tx.session.query(Message) if m.author == "agent"]
    )
    assert said == ["I am on it"]
    page = await browser.text(ticket)
    assert "Ana Costa" in page
    assert "replied" in page.lower() or "reply" in page.lower()


async def test_a_note_is_seen_by_agents_and_said_to_nobody(
    site: Site, office: Office, ticket: str
) -> None:
    browser = await site.signed_in("ana")
    await browser.post(f"{ticket}/note", text="the user is the chairman", key="n1")
    assert "the user is the chairman" in await browser.text(ticket)
    said = office.store.read(lambda tx: [m.body for m in tx.session.query(Message)])
    assert not any("chairman" in words for words in said)


async def test_the_words_of_others_are_letters_not_markup(site: Site, ticket: str) -> None:
    browser = await site.signed_in("ana")
    for path in (ticket, "/desk/", "/desk/?q=<script>alert(1)</script>"):
        page = await browser.text(path)
        assert "<script>alert" not in page


async def test_menus_change_and_the_events_say_who(site: Site, ticket: str) -> None:
    browser = await site.signed_in("ana")
    await browser.post(
        f"{ticket}/change",
        category="hardware", was_category="other",
        priority="high", was_priority="low",
        status="pending-third-party", was_status="new",
    )  # fmt: skip
    page = await browser.text(ticket)
    assert re.search(r'<option value="hardware"[^>]*selected', page)
    assert re.search(r'<option value="high"[^>]*selected', page)
    assert page.count("Ana Costa") >= 2


async def test_a_forbidden_transition_is_refused_with_what_is_allowed(
    site: Site, office: Office, ticket: str
) -> None:
    browser = await site.signed_in("ana")
    answer = await browser.post(f"{ticket}/change", status="reopened", was_status="new")
    assert answer.status == 422
    assert "Traceback" not in await answer.text()


async def test_a_colleague_was_faster(site: Site, office: Office, ticket: str) -> None:
    office.agent("Tom Becker", "tom")
    first, second = await site.signed_in("ana"), await site.signed_in("tom")
    assert (await first.post(f"{ticket}/claim")).status == 303
    answer = await second.post(f"{ticket}/claim")
    assert answer.status == 409
    assert "Ana Costa" in await answer.text()


async def test_tickets_are_found_by_words_number_and_filter(
    site: Site, office: Office, ticket: str
) -> None:
    office.ticket("Иван", "принтер печатает пустые листы")
    browser = await site.signed_in("ana")
    for query, there in (
        ("q=vpn", "INC-1"),
        ("q=принтеры", "INC-2"),
        ("q=INC-1", "INC-1"),
        ("tab=all&status=new", "INC-2"),
    ):
        assert there in await browser.text(f"/desk/?{query}"), query
    assert "INC-" not in await browser.text("/desk/?tab=all&status=closed")
    assert "INC-" not in await browser.text("/desk/?q=zebra")


async def test_an_attachment_is_kept_and_only_saved_never_shown(site: Site, ticket: str) -> None:
    import aiohttp

    browser = await site.signed_in("ana")
    form = aiohttp.FormData({"text": "see the file", "key": "f1"})
    form.add_field("files", b"<script>alert(1)</script>", filename="../../trace.html")
    async with browser.session.post(
        f"{site.url}{ticket}/reply", data=form, headers={"Sec-Fetch-Site": "same-origin"}
    ) as answer:
        assert answer.status == 200
    link = re.search(rf"{ticket}/files/\w+", await browser.text(ticket))
    assert link is not None
    file = await browser.get(link[0])
    assert file.headers["content-disposition"].startswith("attachment")
    assert "trace.html" in file.headers["content-disposition"]
    assert file.headers["content-type"].startswith("application/octet-stream")


async def test_two_agents_on_one_ticket_see_each_other(
    site: Site, office: Office, ticket: str
) -> None:
    office.agent("Tom Becker", "tom")
    ana, tom = await site.signed_in("ana"), await site.signed_in("tom")
    await ana.post(f"{ticket}/presence", writing="1")
    answer = await tom.post(f"{ticket}/presence")
    assert "Ana Costa" in await answer.text()


async def test_an_open_list_hears_of_changes(site: Site, office: Office, ana: int) -> None:
    browser = await site.signed_in("ana")
    async with browser.session.get(f"{site.url}/desk/events") as stream:
        assert stream.status == 200
        await stream.content.readline()
        await asyncio.to_thread(office.ticket, "Zoe", "my screen is black")
        async with asyncio.timeout(30):
            async for line in stream.content:
                if line.startswith(b"event: tickets"):
                    break


# -- for whoever runs it


async def test_health_and_readiness(site: Site) -> None:
    browser = site.browser()
    assert (await browser.get("/healthz")).status == 200
    assert (await browser.get("/readyz")).status == 200
    site.problems.append("the articles are being read")
    answer = await browser.get("/readyz")
    assert answer.status == 503
    assert "articles" in await answer.text()


async def test_metrics_can_be_read_by_prometheus(site: Site, ticket: str) -> None:
    text = await site.browser().text("/metrics")
    assert re.search(r"^firstline_tickets_open 1\.0$", text, re.M)
    for name in ("accepted", "handled", "handling_seconds", "outbox_oldest_seconds", "kb_uses"):
        assert f"firstline_{name}" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/desk/tickets/INC-999", 404),
        ("/desk/tickets/../../etc", 404),
        ("/desk/tickets/INC-²", 404),
        ("/desk/?page=99999", 200),
        ("/desk/?tab=nonsense&sort=x&assignee=abc", 200),
        ("/desk/nowhere", 404),
    ],
)
async def test_odd_addresses_get_a_page_not_a_crash(
    site: Site, ana: int, path: str, status: int
) -> None:
    browser: Browser = await site.signed_in("ana")
    assert (await browser.get(path)).status == status


async def test_who_only_looks_is_not_told_that_something_was_not_done(
    site: Site, ana: int, ticket: str
) -> None:
    browser = await site.signed_in("ana")
    seen = await (await browser.get("/desk/tickets/INC-999")).text()
    assert "This cannot be shown" in seen
    done = await (await browser.post("/desk/tickets/INC-999/claim", key="k")).text()
    assert "That was not done" in done


async def test_tickets_are_put_together_by_hand(site: Site, office: Office, ana: int) -> None:
    cause, part, alone = (
        office.ticket(name, "no network on the third floor") for name in ("Ana", "Bo", "Li")
    )
    browser = await site.signed_in("ana")
    assert "Belongs to another ticket" in await browser.text(f"/desk/tickets/INC-{part}")
    answer = await browser.post(f"/desk/tickets/INC-{part}/link", key="l", other=f" inc-{cause} ")
    assert answer.status == 303, await answer.text()
    page = await browser.text(f"/desk/tickets/INC-{part}")
    assert "Part of <a" in page
    assert "Belongs to another ticket" not in page  # to one at most
    for how, other, why in (
        ("link", "INC-99", "There is no ticket INC-99."),
        ("merge", f"INC-{cause}", "are of two people"),
    ):
        answer = await browser.post(f"/desk/tickets/INC-{alone}/{how}", key=how, other=other)
        assert why in await answer.text()


async def test_an_address_that_leads_nowhere_says_so_on_a_page(site: Site) -> None:
    for path in ("/desk/nowhere", "/desk/tickets/INC-1/no/such", "/desk/static/none.css/x"):
        answer = await site.browser().get(path)
        assert answer.status == 404
        assert "There is no such page." in await answer.text()
        assert "Back to the tickets" in await answer.text()
