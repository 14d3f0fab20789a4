"""Every shipped SOP walked to each kind of its ends as mails over SMTP, in one of its languages each.

To all of its ends and in all languages it is walked in `test_walks`, also as mails, without a server. An
agent orders it by mail. The requester answers below a greeting and above what they answer, as people do.
"""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.desk.checklist import place_of
from bot.sop import book, walk
from bot.sop.model import End, Kind, Sop, Wanted
from channels.email.local import LocalMailbox
from channels.markup import to_plain
from store import sops as kept
from store.tables import Conversation, SopRun, Ticket
from tests.channels.email.outgoing import part, read
from tests.servers.desk import TEAM, Mailing, desk_running, letter, until
from tests.sop.ways import Move, taken, to_each_end

BOOK, _ = book.read([book.SHIPPED])
_VERSIONS = [
    sorted((one for one in BOOK.sops.values() if one.id == id), key=lambda one: one.language)
    for id in sorted({one.id for one in BOOK.sops.values()})
]
_TURNS = [some[at % len(some)] for at, some in enumerate(_VERSIONS)]
SOPS = [pytest.param(one, id=f"{one.language}-{one.id}") for one in _TURNS]
ANA = "ana@desk.test"
WORDS = {  # subject, matter, greeting, ending, and how mail programs announce what they cite
    "en": (
        "Chair",
        "The chair in my office squeaks.",
        "Hello,",
        "Regards\nPat",
        "On Monday Desk wrote:",
    ),
    "ru": ("Кресло", "Кресло в кабинете скрипит.", "Добрый день!", "Паша", "Desk пишет:"),
    "zh": ("椅子", "我办公室的椅子一直吱吱响。", "您好：", "谢谢\n小王", "Desk 写道："),
}
STATUS = {
    End.SOLVED: ("resolved",),
    End.ESCALATED: ("escalated",),
    End.PASSED_ON: ("new", "escalated"),  # what is for security goes up by itself
}
NOT_SET_UP = {"vpn": {"network-now"}}  # ends that only a check leads to; see test_walks
_numbers = count(1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Mailing]:
    given = {"letters_per_hour": 10_000, "sections": {"storms": {"enabled": False}}}
    with desk_running(tmp_path_factory.mktemp("desk"), models, **given) as desk:
        desk.person("Ana Costa", ANA)
        yield desk


class Pat:
    """Somebody who writes from an address of their own."""

    def __init__(self, desk: Mailing, sop: Sop) -> None:
        self.desk, self.sop = desk, sop
        self.address = f"pat-{next(_numbers)}@else.test"
        self.last: EmailMessage | None = None
        self._box = LocalMailbox(desk.process.settings.database.data_dir / "mailbox")

    def begin(self) -> None:
        """Writes about something, and an agent orders the SOP by mail."""
        subject, matter, *_ = WORDS[self.sop.language]
        self.desk.send(letter(self.address, subject, matter))
        self.last = self._latest(self.address)
        news = self._latest(TEAM)
        """With the number of a choice or its words in turn; where any words are the answer, by them."""
        assert news is not None
        self.desk.send(letter(ANA, f"Re: {news['Subject']}", f"#sop {self.sop.id}", answers=news))
        self._next()

    def answer(self, move: Move) -> None:
        """With the number of a choice or its words in turn; where any words are the answer, by them."""
        assert self.last is not None
        place = place_of(self.run)
        assert place is not None
        step = self.sop.steps[place.step]
        _, _, greeting, ending, wrote = WORDS[self.sop.language]
        cited = "\n".join(f"> {line}" for line in part(self.last, "plain").splitlines())
        words = move.words
        if move.pick >= 0:
            number = next(_numbers) % 2 == 0
            said = str(move.pick + 1) if number else f"{step.options[move.pick].label}."
            words = f"{greeting}\n\n{said}\n\n{ending}"
        elif step.wanted is Wanted.FILE:
            words = ""
        text = f"{words}\n\n{wrote}\n{cited}\n"
        mail = letter(self.address, f"Re: {self.last['Subject']}", text, answers=self.last)
        if step.wanted is Wanted.FILE:
            mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename=move.words)
        self.desk.send(mail)
        self._next()

    def heard(self) -> str:
        assert self.last is not None
        return bare(part(self.last, "plain"))

    @property
    def run(self) -> SopRun:
        return self.desk.store.read(lambda tx: kept.of_ticket(tx, self.ticket.id)[0])

    @property
    def ticket(self) -> Ticket:
        """Read without asking who may: some are for security only."""
        mine = (
            sa.select(Ticket)
            .join(Conversation, Conversation.id == Ticket.conversation_id)
            .where(Conversation.address == self.address)
        )
        return self.desk.store.read(lambda tx: tx.session.scalars(mine).one())

    def _next(self) -> None:
        before = None if self.last is None else self.last["Message-ID"]

        def newer() -> EmailMessage | None:
            found = self._latest(self.address)
            return None if found is None or found["Message-ID"] == before else found

        self.last = until(newer, lambda: f"no answer to {self.address}")

    def _latest(self, to: str) -> EmailMessage | None:
        for one in self._box.newest_first():
            raw = one.path.read_bytes()
            if f"\r\nTo: {to}\r\n".encode() in raw:
                return read(raw)
        return None


def bare(text: str) -> str:
    """Nothing but letters and digits: lines are broken anew on the way."""
    return re.sub(r"[\W_]+", "", text)


@pytest.mark.parametrize("sop", SOPS)
def test_to_each_kind_of_end(sop: Sop, desk: Mailing) -> None:
    ways = to_each_end(sop, checks=False)
    ends = {one.id for one in sop.steps.values() if one.ends}
    assert set(ways) == ends - NOT_SET_UP.get(sop.id, set())
    by_length = sorted(ways, key=lambda end: len(ways[end]))
    for way in {sop.steps[end].kind: ways[end] for end in by_length}.values():  # the longest
        pat = Pat(desk, sop)
        pat.begin()
        walked = walk.begin(sop)
        hears(pat, sop, walked)
        for move in way:
            walked = taken(sop, walked.place, move)
            if not move.result:  # nobody has set it up: it goes on by itself
                pat.answer(move)
            if walked.end is not None or sop.steps[walked.place.step].kind is Kind.ASK:
                hears(pat, sop, walked)
        assert pat.run.outcome == walked.end, (sop.id, way)
        assert walked.end is not None
        assert pat.ticket.status in STATUS[walked.end]


def hears(pat: Pat, sop: Sop, walked: walk.Walked) -> None:
    """The last mail has the words of every step on the way."""
    heard = pat.heard()
    for step in walked.said:
        if step.kind is not Kind.CHECK:
            assert bare(to_plain(walk.filled(step.text, walked.place))) in heard, (sop.id, step.id)
