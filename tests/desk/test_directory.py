"""Taking in a directory: found again, never doubled, and what is wrong with it said by line."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.cli import main
from bot.desk import people
from bot.desk.access import Role
from bot.desk.directory import Report, take_in
from bot.directory import Problem
from bot.directory.scim import Scim
from bot.directory.table import Table
from bot.errors import DeskError, Invalid
from channels.message import Sender
from store import people as kept
from store.tables import Identity, Person
from tests.desk.conftest import House
from tests.servers.http import serving

HEADING = "external_id,name,email,phone,group,site,language,vip,timezone,manager,login,active"
ANA = "7,Ana Ivanova,Ana@Corp.example,030 123456,Sales,Berlin,ru-RU,yes,Europe/Berlin,8,ana,yes"
BO = "8,Bo Li,bo@corp.example,+86 10 6552 9988,Board,Beijing,zh,no,Asia/Shanghai,,bo,yes"


def table(folder: Path, *lines: str, **columns: str) -> Table:
    file = folder / "people.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Table(file, columns)


def brought(house: House, folder: Path, *lines: str, **options: Any) -> Report:
    return take_in(house.store, table(folder, *lines), region="DE", **options)


def person(house: House, external_id: str) -> Person:
    found = house.read(lambda tx: kept.by_external_id(tx, external_id))
    assert found is not None
    return found


def addresses(house: House, external_id: str) -> set[str]:
    id = person(house, external_id).id
    rows = house.read(lambda tx: kept.identities(tx, id))
    return {f"{one.channel}:{one.address}" for one in rows if one.verified}


def test_everything_is_filled_in(house: House, tmp_path: Path) -> None:
    report = brought(house, tmp_path, HEADING, ANA, BO)
    assert (report.new, report.problems) == (["Ana Ivanova", "Bo Li"], [])
    ana, bo = person(house, "7"), person(house, "8")
    assert (ana.group, ana.site, ana.language, ana.vip) == ("Sales", "Berlin", "ru", True)
    assert (ana.timezone, ana.manager_id, ana.login) == ("Europe/Berlin", bo.id, "ana")
    assert addresses(house, "7") == {"email:ana@corp.example", "phone:+4930123456"}
    assert addresses(house, "8") == {"email:bo@corp.example", "phone:+861065529988"}


def test_the_same_again_changes_nothing(house: House, tmp_path: Path) -> None:
    brought(house, tmp_path, HEADING, ANA, BO)
    report = brought(house, tmp_path, HEADING, ANA, BO)
    assert (report.new, report.changed, report.unchanged) == ([], [], 2)
    moved = brought(house, tmp_path, HEADING, ANA.replace("Berlin,ru", "Bonn,ru"), BO)
    assert (moved.changed, moved.unchanged) == (["Ana Ivanova"], 1)


def test_a_try_changes_nothing(house: House, tmp_path: Path) -> None:
    report = brought(house, tmp_path, HEADING, ANA, BO, dry_run=True, deactivate_missing=True)
    assert len(report.new) == 2
    assert house.all(Person) == []


def test_who_wrote_before_is_found_by_address(house: House, tmp_path: Path) -> None:
    sender = Sender(address="ana@corp.example", name="ana i.")
    wrote = house.write(lambda tx: people.of_sender(tx, "email", sender).id)
    report = brought(house, tmp_path, HEADING, ANA, BO)
    assert report.changed == ["Ana Ivanova"]
    assert person(house, "7").id == wrote


def test_who_wrote_from_a_later_address_becomes_that_person(house: House, tmp_path: Path) -> None:
    brought(house, tmp_path, HEADING, ANA, BO)
    wife = Sender(address="ana.petrova@corp.example", name="Ana")
    wrote = house.write(lambda tx: people.of_sender(tx, "email", wife).id)
    brought(house, tmp_path, HEADING, ANA.replace("Ana@Corp", "ana.petrova@corp"), BO)
    gone = house.read(lambda tx: tx.get(Person, wrote))
    assert gone is not None
    assert gone.merged_into == person(house, "7").id
    assert "email:ana.petrova@corp.example" in addresses(house, "7")


def test_what_is_wrong_is_said_by_line_and_the_rest_taken(house: House, tmp_path: Path) -> None:
    report = brought(
        house,
        tmp_path,
        HEADING,
        ANA,
        "9,Cy,not an address,,,,,,,,,",
        "10,Di,di@corp.example,12,,,,,,nobody@corp.example,,",
        "11,Ed,ed@corp.example,,,,,perhaps,,,,",
        "12,Fay,fay@corp.example,,,,,,Mars/North,,,",
        ",Gus,,,,,,,,,,",
        "13,Hal,bo@corp.example,1,2,3,4,5,6,7,8,9,10",
        "7,Ana again,,,,,,,,,,",
        BO,
    )
    assert [one.where for one in report.problems] == [
        *("line 3", "line 4", "line 5", "line 6", "line 7", "line 8", "line 9"),
        "line 4",
    ]
    assert report.new == ["Ana Ivanova", "Di", "Bo Li"]


def test_only_whom_the_directory_brought_can_leave(house: House, tmp_path: Path) -> None:
    stranger = Sender(address="eve@elsewhere.example", name="Eve")
    house.write(lambda tx: people.of_sender(tx, "email", stranger).id)
    brought(house, tmp_path, HEADING, ANA, BO)
    assert brought(house, tmp_path, HEADING, BO).left == []
    assert brought(house, tmp_path, HEADING, BO, deactivate_missing=True).left == ["Ana Ivanova"]
    assert not person(house, "7").active
    assert sum(one.active for one in house.all(Person)) == 2
    brought(house, tmp_path, HEADING, ANA, BO)
    assert person(house, "7").active


def test_nobody_leaves_while_lines_cannot_be_read(house: House, tmp_path: Path) -> None:
    brought(house, tmp_path, HEADING, ANA, BO)
    report = brought(house, tmp_path, HEADING, "7,Ana,oops", BO, deactivate_missing=True)
    assert report.left == []
    assert person(house, "7").active
    assert brought(house, tmp_path, HEADING, deactivate_missing=True).left == []


def test_an_agent_keeps_the_login(house: House, tmp_path: Path) -> None:
    boss = house.person("Zoe", Role.ADMINISTRATOR)
    house.write(
        lambda tx: people.set_email(
            tx, people.get(tx, boss.person_id or 0), "bo@corp.example", boss
        )
    )
    house.write(lambda tx: setattr(people.get(tx, boss.person_id or 0), "login", "zoe"))
    brought(house, tmp_path, HEADING, ANA, BO)
    bo = person(house, "8")
    assert (bo.id, bo.login, bo.role) == (boss.person_id, "zoe", "administrator")


def test_without_ids_the_address_is_the_id(house: House, tmp_path: Path) -> None:
    for _ in range(2):
        report = brought(house, tmp_path, "name;email", "Ana;ana@corp.example")
    assert report.unchanged == 1
    report = brought(house, tmp_path, "external_id;email", "7;ana@corp.example")
    assert report.changed == ["Ana"]


def test_columns_are_mapped_and_spreadsheets_are_read(house: House, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_bytes(
        'ФИО;Почта;Отдел\r\n"Иванова; Анна";anna@corp.example;Продажи\r\n'.encode("utf-16")
    )
    columns = {"ФИО": "name", "почта": "email", "Отдел": "group"}
    (entry,) = Table(file, columns)
    assert not isinstance(entry, Problem)
    assert (entry.name, entry.email, entry.group) == (
        "Иванова; Анна",
        "anna@corp.example",
        "Продажи",
    )
    for wrong in ({"ФИО": "shoe-size"}, {"Имя": "name"}):
        with pytest.raises(Invalid):
            Table(file, wrong)


# -- SCIM


class Server:
    """Speaks SCIM as far as reading users goes: pages, a token, and now and then no time."""

    def __init__(self) -> None:
        self.users = [
            {
                "id": f"u{n}",
                "userName": f"user{n}",
                "name": {"givenName": "User", "familyName": str(n)},
                "emails": [
                    {"value": "other@x.example", "type": "home"},
                    {"value": f"u{n}@corp.example", "type": "work", "primary": True},
                ],
                "active": True,
                "roles": [{"value": "VIP"}] if n == 3 else [],
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                    "department": "Sales",
                    "manager": {"value": "u0"},
                },
            }
            for n in range(25)
        ]
        self.asked: list[tuple[int, int]] = []
        self.busy = 1  # answers 429 so often
        self.fails_at = 1000

    async def list(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer s3cret":
            return JSONResponse({"detail": "who are you?"}, 401)
        if self.busy:
            self.busy -= 1
            return Response(status_code=429, headers={"Retry-After": "7"})
        start = int(request.query_params["startIndex"])
        if start > self.fails_at:
            return Response(status_code=500)
        count = min(10, int(request.query_params["count"]))
        self.asked.append((start, count))
        page = self.users[start - 1 : start - 1 + count]
        return JSONResponse(
            {"totalResults": len(self.users), "startIndex": start, "Resources": page},
            media_type="application/scim+json",
        )


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def url(server: Server) -> AsyncIterator[str]:
    async with serving([Route("/scim/v2/Users", server.list)]) as base:
        yield f"{base}/scim/v2"


async def synced(house: House, url: str, token: str = "s3cret", **options: Any) -> Report:
    import asyncio

    waits: list[float] = []
    directory = Scim(url, token, 5, waits.append)
    report = await asyncio.to_thread(take_in, house.store, directory, **options)
    assert waits in ([], [7.0])
    return report


async def test_users_come_page_by_page(house: House, server: Server, url: str) -> None:
    report = await synced(house, url)
    assert len(report.new) == 25
    assert [start for start, _ in server.asked] == [1, 11, 21]
    three = person(house, "u3")
    assert (three.name, three.group, three.vip, three.login) == ("User 3", "Sales", True, "user3")
    assert three.manager_id == person(house, "u0").id
    assert addresses(house, "u3") == {"email:u3@corp.example"}
    assert [one.where for one in report.problems] == ["user u0"]  # who is nobody's own manager
    assert (await synced(house, url)).unchanged == 25


async def test_leavers_leave_only_when_all_was_read(house: House, server: Server, url: str) -> None:
    await synced(house, url)
    del server.users[20:]
    server.fails_at = 5
    with pytest.raises(DeskError, match="500"):
        await synced(house, url, deactivate_missing=True)
    assert all(one.active for one in house.all(Person))
    server.fails_at = 1000
    server.users[5]["active"] = False
    assert len((await synced(house, url, deactivate_missing=True)).left) == 5
    assert not person(house, "u5").active


async def test_a_wrong_token_is_called_so(house: House, url: str) -> None:
    with pytest.raises(DeskError, match="401"):
        await synced(house, url, token="wrong")


# -- the commands


def run(folder: Path, *words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    config = folder / "config.toml"
    config.write_text('[database]\ndata_dir = "data"\n[directory]\nregion = "DE"\n')
    code = main(["--config", str(config), "people", *words])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{HEADING.replace('group', 'Abteilung')}\n{ANA}\n{BO}\n", encoding="utf-8")
    words = ("import", str(file), "--map", "Abteilung=group")
    code, told = run(tmp_path, *words, "--dry-run", capsys=capsys)
    assert (code, "would be" in told) == (0, True)
    code, told = run(tmp_path, *words, "--json", capsys=capsys)
    assert json.loads(told)["new"] == ["Ana Ivanova", "Bo Li"]
    code, told = run(tmp_path, "list", "ivan", capsys=capsys)
    assert "phone:+4930123456" in told
    assert "Bo Li" not in told
    code, told = run(tmp_path, "show", "ana@corp.example", "--json", capsys=capsys)
    assert json.loads(told)["manager"] == "Bo Li"
    assert json.loads(told)["group"] == "Sales"
    code, told = run(tmp_path, "show", "nobody@corp.example", capsys=capsys)
    assert (code, "no single person" in told) == (1, True)
    code, told = run(tmp_path, "sync", capsys=capsys)
    assert (code, "[directory]" in told) == (1, True)
    file.write_text(f"{HEADING}\n9,Cy,oops,,,,,,,,,\n", encoding="utf-8")
    code, told = run(tmp_path, "import", str(file), capsys=capsys)
    assert (code, "line 2" in told) == (1, True)


def test_two_people_with_one_number_are_told_apart(house: House, tmp_path: Path) -> None:
    report = brought(house, tmp_path, HEADING, ANA, BO.replace("+86 10 6552 9988", "030 123456"))
    assert [one.where for one in report.problems] == ["line 3"]
    count = sa.select(sa.func.count()).select_from(Identity).where(Identity.channel == "phone")
    assert house.read(lambda tx: tx.session.scalar(count)) == 1
