"""Digests: at their time, once, with their pictures, wherever they are to go."""

import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.desk import AgentsMail, Desk
from bot.desk.files import Files, Limits
from bot.reports import fonts, schedule
from bot.reports.digest import Digest, Sender
from bot.text import Texts
from channels.email.channel import EmailChannel, Options
from channels.email.compose import Words
from channels.email.threads import Desk as Mailbox
from channels.message import OutboundMessage
from store import open_store
from store.database import Store
from store.files import FileStore
from store.tables import Outbox
from tests.reports.conftest import History
from tests.reports.test_metrics import opening

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 10, 19, 5, tzinfo=UTC)  # 7:00 in Berlin


class House:
    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, MONDAY
        self.store = self.opened()

    def opened(self) -> Store:
        return open_store(f"sqlite:///{self.folder / 'x.db'}", clock=lambda: self.now)

    def restart(self) -> None:
        self.store.close()
        self.store = self.opened()

    def sender(self, *to: str, at: str = "mon 08:00", language: str = "en") -> Sender:
        desk = Desk(
            texts=Texts.load(),
            search=None,  # type: ignore[arg-type]
            terms=lambda text: [],
            pulled=lambda channel: False,
            timezone=BERLIN,
            url=lambda: "https://desk.example",
            agents_mail=AgentsMail(channel="mail", queues={}),
        )
        digest = Digest(
            name="week", schedule=schedule.read(at), to=to, language=language, by=("queue",)
        )
        return Sender(
            self.store,
            desk,
            Files(FileStore(self.folder / "files"), Limits(max_bytes=10, allowed=("txt",))),
            [digest],
            name="The *desk*",
            reaches={"slack", "telegram"}.__contains__,
        )

    def sent(self) -> list[OutboundMessage]:
        rows = self.store.read(
            lambda tx: [one.body for one in tx.session.query(Outbox).order_by(Outbox.id)]
        )
        return [msgspec.json.decode(one, type=OutboundMessage) for one in rows]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    begin = (MONDAY - timedelta(3)).timestamp()
    rows = [row for n in range(1, 9) for row in opening(n, int(begin * 1e6) + n * 10**9, 1)]
    History(made.store).is_now(rows)
    yield made
    made.store.close()


def test_a_digest_goes_out_once_at_its_time_whatever_is_restarted(house: House) -> None:
    for _ in range(3):
        assert house.sender("slack:C1", "boss@example.com").look() == 0
        house.restart()
    house.now += timedelta(minutes=59)
    assert house.sender("slack:C1", "boss@example.com").look() == 0
    house.now += timedelta(minutes=1)
    assert house.sender("slack:C1", "boss@example.com").look() == 1
    for _ in range(3):
        house.restart()
        assert house.sender("slack:C1", "boss@example.com").look() == 0
    house.now -= timedelta(hours=3)  # a clock set back
    assert house.sender("slack:C1", "boss@example.com").look() == 0
    house.now += timedelta(hours=4)
    assert house.sender("slack:C1", "boss@example.com").look() == 0
    assert [one.to for one in house.sent()] == ["C1", "boss@example.com"]


def test_what_two_processes_do_at_once_is_done_once(house: House) -> None:
    one, other = house.sender("slack:C1"), house.sender("slack:C1")
    one.look()
    house.now += timedelta(hours=2)
    due = MONDAY + timedelta(hours=1)
    (digest,) = other._digests
    messages = other._messages(digest, due)
    assert one.look() == 1
    assert not house.store.write(lambda tx: other._send(tx, digest, due, messages))
    assert len(house.sent()) == 1


def test_of_what_fell_due_while_the_desk_was_stopped_the_latest_is_sent(house: House) -> None:
    house.sender("telegram:-7", at="daily 08:00").look()
    house.now += timedelta(days=5, hours=3)
    assert house.sender("telegram:-7", at="daily 08:00").look() == 1
    assert house.sender("telegram:-7", at="daily 08:00").look() == 0
    (message,) = house.sent()
    assert "23 October 2026" in message.text.body


def test_a_chat_gets_the_key_figures_and_pictures(house: House) -> None:
    house.sender("slack:C1", language="ru").look()
    house.now += timedelta(hours=2)
    house.sender("slack:C1", language="ru").look()
    (message,) = house.sent()
    assert "Создано заявок: **8**" in message.text.body
    assert r"The \*desk\*" in message.text.body
    assert [one.name for one in message.attachments] == ["course.png", "hours.png"]
    files = FileStore(house.folder / "files")
    for one in message.attachments:
        content = files.path(one.sha256).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) == one.size


def test_a_mail_has_its_pictures_inside(house: House) -> None:
    house.sender("boss@example.com").look()
    house.now += timedelta(hours=2)
    house.sender("boss@example.com").look()
    (message,) = house.sent()
    files = FileStore(house.folder / "files")
    channel = EmailChannel(
        Options(
            desk=Mailbox(mailbox="mail", address="help@desk.example", key=b"k" * 32),
            name="Desk",
            words=lambda language: Words(choices="", buttons="", footer="", via="{author}"),
            content=lambda sha256: files.path(sha256).read_bytes(),
        ),
        None,  # type: ignore[arg-type]
    )
    raw = channel.written(message, house.now)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "Figures of the desk: 12 October 2026 to 18 October 2026"
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds[:4] == ["multipart/alternative", "text/plain", "multipart/related", "text/html"]
    page = mail.get_body(("html",))
    assert page is not None
    text = page.get_content()
    images = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert images
    for part in images:
        assert f'src="cid:{part["Content-ID"].strip("<>")}"' in text
        assert part.get_content_disposition() == "inline"
    assert text.count("cid:") == len(images)
    assert "service-desk" in text  # by queue
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "Tickets opened: 8" in plain.get_content()


def test_without_fonts_the_words_go_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_installed", tuple)
    house.sender("slack:C1").look()
    house.now += timedelta(hours=2)
    assert house.sender("slack:C1").look() == 1
    (message,) = house.sent()
    assert not message.attachments


@pytest.mark.parametrize(
    ("written", "day", "period"),
    [
        ("daily 08:00", date(2026, 10, 20), (date(2026, 10, 19), date(2026, 10, 19))),
        ("mon 08:00", date(2026, 10, 26), (date(2026, 10, 19), date(2026, 10, 25))),
        ("1st 00:30", date(2026, 11, 1), (date(2026, 10, 1), date(2026, 10, 31))),
        ("3rd 23:00", date(2026, 11, 3), (date(2026, 10, 1), date(2026, 10, 31))),
    ],
)
def test_a_digest_is_about_whole_days_that_are_over(
    written: str, day: date, period: tuple[date, date]
) -> None:
    read = schedule.read(written)
    due = read.after(datetime.combine(day, time(), BERLIN).astimezone(UTC), BERLIN)
    assert due.astimezone(BERLIN).date() == day
    assert read.period(due, BERLIN) == period


@pytest.mark.parametrize("wrong", ["", "08:00", "daily", "mon 25:00", "31st 08:00", "0th 08:00"])
def test_a_schedule_that_cannot_be_read_is_said(wrong: str) -> None:
    with pytest.raises(ValueError, match="must be as"):
        schedule.read(wrong)


@given(
    hour=st.integers(0, 23),
    minute=st.sampled_from([0, 30]),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"]
    ),
    kind=st.sampled_from(["daily", "sun", "1st", "25th"]),
)
def test_each_day_of_a_schedule_comes_once_across_clock_changes(
    hour: int, minute: int, zone: str, kind: str
) -> None:
    read, there = schedule.read(f"{kind} {hour:02}:{minute:02}"), ZoneInfo(zone)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    days = []
    while (at := read.after(at, there)) < datetime(2026, 12, 31, tzinfo=UTC):
        days.append(at.astimezone(there).date())
    first = date(2026, 1, 2)
    expected = [first + timedelta(n) for n in range(362) if read.falls_on(first + timedelta(n))]
    assert len(days) == len(set(days))
    assert set(expected) <= set(days)
    assert days == sorted(days)
