"""Actions on the agents' pages: started, decided, taken back, listed."""

import re
from typing import Any

import msgspec
import pytest

from bot import app
from bot.actions import running
from bot.actions.action import Outcome
from bot.actions.run import State
from bot.desk.access import BOT, Role
from bot.settings import Settings
from bot.text import Texts
from store.tables import ActionRun
from tests.web.conftest import Browser, Site
from tests.web.demo import Office

HOOK: dict[str, Any] = {
    "url": "http://127.0.0.1:9/",
    "secret": "file:secret",
    "parameters": [
        {"name": "login", "kind": "login", "label": {"en": "Account"}},
        {"name": "level", "kind": "choice", "choices": ["reader", "writer"], "default": "reader"},
        {"name": "initial", "secret": True, "default": ""},
    ],
}


@pytest.fixture
def ticket(office: Office, tmp_path: Any) -> str:
    (tmp_path / "secret").write_text("s3cret")
    made = {
        "allow": {**HOOK, "approval": "agent", "undo": "forbid", "title": {"en": "Allow <VPN>"}},
        "forbid": HOOK,
        "only-admins": {**HOOK, "who": ["admin"]},
    }
    given = {"action": made, "actions": {"targets": ["127.0.0.1"]}}
    settings = Settings.model_validate(given, context={"folder": tmp_path, "environ": {}})
    desk = app.desk_of(settings)
    office.desk = msgspec.structs.replace(
        office.desk, texts=Texts.load(), actions=desk.actions, targets=desk.targets
    )
    office.agent("Ana Costa", "ana")
    office.agent("Boris", "boris")
    return f"/desk/tickets/INC-{office.ticket('Marta', 'my VPN drops')}"


def run(office: Office, id: int) -> ActionRun:
    return office.store.read(lambda tx: running.get(tx, id))


def ended(office: Office, id: int, result: str = "ok", **values: str) -> None:
    def work(tx: Any) -> None:
        order = running.take(office.desk, tx, id)
        assert order is not None
        running.settle(office.desk, tx, id, order.attempt, Outcome(result=result, values=values))

    office.store.write(work)


async def post(browser: Browser, path: str, **form: str) -> int:
    return (await browser.post(path, key=f"k{len(form)}{path}{form.get('run')}", **form)).status


async def test_what_an_agent_may_start_is_offered_with_its_fields(ticket: str, site: Site) -> None:
    page = await (await site.signed_in("ana")).text(ticket)
    assert "Allow &lt;VPN&gt;" in page
    assert "Another agent must approve it." in page
    assert "only-admins" not in page
    form = page[page.index('value="allow"') :].split("</form>")[0]
    assert re.search(r'<input id="allow-login" name="with_login" type="text"[^>]*required>', form)
    assert "<option selected>reader</option><option>writer</option>" in form
    assert 'name="with_initial" type="password"' in form


async def test_it_is_started_approved_by_another_and_taken_back(
    ticket: str, site: Site, office: Office
) -> None:
    ana, boris = await site.signed_in("ana"), await site.signed_in("boris")
    form = {
        "action": "allow",
        "with_login": "CORP\\marta",
        "with_initial": "Tr0ub4dor",
        "with_level": "",
    }
    answer = await ana.post(f"{ticket}/run", key="k1", **form)
    assert answer.status == 303
    again = await ana.post(f"{ticket}/run", key="k1", **form)  # pressed twice
    assert (again.status, len(office.store.read(lambda tx: tx.session.query(ActionRun).all()))) == (
        303,
        1,
    )
    page = await ana.text(ticket)
    assert "allow login=CORP\\marta level=reader initial=•••" in page
    assert "Waits for approval" in page
    assert "Tr0ub4dor" not in page
    assert f'action="{ticket}/decide"' not in page  # hers: it is for another
    assert (await ana.post(f"{ticket}/decide", run="1", approve="1")).status == 403
    assert f'action="{ticket}/decide"' in await boris.text(ticket)
    answer = await boris.post("/desk/actions/decide", run="1", approve="1", why="she asked me")
    assert answer.headers["location"] == "/desk/actions?done=approved"
    assert run(office, 1).state == State.QUEUED
    assert (await boris.post(f"{ticket}/decide", run="1", approve="1")).status == 409
    ended(office, 1, mailbox="<b>x</b>")
    page = await ana.text(ticket)
    assert "Allow &lt;VPN&gt;: done." in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "she asked me" in page
    answer = await ana.post(f"{ticket}/undo", run="1")
    assert answer.status == 303
    assert (run(office, 2).name, run(office, 2).undo_of) == ("forbid", 1)
    assert f'action="{ticket}/undo"' not in await ana.text(ticket)
    assert (await ana.post(f"{ticket}/undo", run="1")).status == 409


async def test_what_is_wrong_is_said(ticket: str, site: Site) -> None:
    ana = await site.signed_in("ana")
    for form, status, words in (
        ({"action": "reboot"}, 404, "There is no action reboot"),
        ({"action": "only-admins", "with_login": "a"}, 403, "may be started by: admin"),
        ({"action": "allow"}, 422, "needs login"),
        ({"action": "ping", "with_host": "10.0.0.1"}, 403, "can add it to targets"),
        ({"action": "ping", "with_host": "127.0.0.1;id"}, 422, "is no host"),
        ({"action": "ping", "with_host": "127.0.0.1", "with_x": "1"}, 422, "has no x"),
    ):
        answer = await ana.post(f"{ticket}/run", **form)
        assert (answer.status, words in await answer.text()) == (status, True), form
    for id in ("", "x", "9" * 30, "99"):
        assert (await ana.post(f"{ticket}/undo", run=id)).status in (404, 422)


async def test_all_runs_are_listed(ticket: str, site: Site, office: Office) -> None:
    office.agent("Max", "max", Role.MANAGER)
    office.store.write(
        lambda tx: running.begin(office.desk, tx, "allow", {"login": "x"}, actor=BOT)
    )
    page = await (await site.signed_in("max")).text("/desk/actions")
    assert "allow login=x level=reader" in page
    assert "a procedure" in page
    assert "/desk/actions/decide" in page
    page = await (await site.signed_in("ana")).text("/desk/actions?state=ended&name=allow")
    assert "Nothing was done yet." in page
    assert (await site.browser().get("/desk/actions")).status == 303
