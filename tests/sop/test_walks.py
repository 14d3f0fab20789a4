"""Every shipped SOP, in every language it has, walked to each of its ends through the whole bot: pressed in
chat, and typed by e-mail."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from msgspec import structs

from bot import app, perform
from bot.actions import running
from bot.actions.action import Action, Hook, Outcome, Starter
from bot.desk import procedures, tickets
from bot.desk.access import Actor
from bot.desk.events import What
from bot.inbox import Reader
from bot.library import Library
from bot.settings import Settings
from bot.sop import book, walk
from bot.sop.model import End, Kind, Sop, Wanted
from bot.text import escape
from channels.markup import to_plain
from channels.message import Attachment, InboundMessage, Sender
from nlp import Understander
from nlp.understanding import Language
from store import open_store
from store.database import Store, Tx
from store.tables import ActionRun, SopRun, Ticket, TicketEvent
from tests.sop.ways import Move, deciding, moves, taken, to_each_end
from tests.stories.runner import Stage

BOOK, FLAWS = book.read([book.SHIPPED])
SOPS = [pytest.param(one, id=f"{one.language}-{one.id}") for one in BOOK.sops.values()]
STATUS = {
    End.SOLVED: ("resolved",),
    End.ESCALATED: ("escalated",),
    End.PASSED_ON: ("new", "escalated"),  # what is for security goes up by itself
}


class Walk(Stage):
    """A desk that can do all that SOPs check; what comes of it, the test says."""

    sop: Sop

    def _prepare(self) -> None:
        super()._prepare()
        checks = [one for sop in BOOK.sops.values() for one in sop.steps.values() if one.action]
        actions = {
            one.action: Action(
                name=one.action,
                how=Hook(
                    url="http://127.0.0.1:9",
                    secret="s",
                    results=tuple(o.label for o in one.options),
                ),
                starters=frozenset({Starter.SOP}),
            )
            for one in checks
        }
        self.library.sops = BOOK
        self.desk = structs.replace(self.desk, actions=actions)
        policy = app.policy_of(Settings.model_validate(self.settings))
        bot = perform.Bot(desk=self.desk, library=self.library, policy=policy)
        self.reader = Reader(
            self.understander.understand,
            partial(perform.perform, bot),
            partial(perform.apologize, bot),
        )

    def begin(self, sop: Sop, channel: str) -> None:
        """In a new conversation of the SOP's language, started by an agent."""
        self.sop, self.channel = sop, channel
        self.threads += 1
        self.subject = sop.title if channel == "mail" else None
        self.seen = 0
        person = {"en": "I need a person, please", "ru": "Позовите человека", "zh": "转人工"}
        self.write(person[sop.language])  # else some begin by themselves
        self.write(sop.title)
        self.as_agent(partial(self._order, sop.id))
        self.wait("1 minute")

    def _order(self, id: str, tx: Tx, ticket: Ticket, actor: Actor) -> None:
        cleared = structs.replace(actor, cleared=True)  # some are for security only
        procedures.order(self.desk, tx, ticket, id, cleared)

    def write(self, text: str, *, chosen: str | None = None, file: str = "") -> None:
        self.count += 1
        files = (Attachment(name=file, content_type="image/png", size=9, sha256="0" * 64),)
        self.deliver(
            InboundMessage(
                channel=self.channel,
                message_id=f"m{self.count}@example.org",
                conversation=self.thread,
                sender=Sender(address=f"user-{self.threads}", name="Pat"),
                text=text,
                chosen=chosen,
                language=self.sop.language,
                attachments=files if file else (),
                subject=self.subject,
                sent_at=self.now,
            )
        )

    def take(self, move: Move) -> None:
        """In chat by button, by mail in words or by number."""
        step = walk.waits_at(self.sop, self.place)
        if move.result:
            self.store.write(partial(self._settle, move.result))
            self.work()
        elif step.wanted is Wanted.FILE:
            self.write("", file=move.words)
        elif move.pick < 0:
            self.write(move.words)
        elif self.channel == "mail":
            number = self.count % 2 == 0
            self.write(str(move.pick + 1) if number else f"{step.options[move.pick].label}.")
        else:
            shown = self.pressed[-1]
            self.write("", chosen=shown[move.pick].value)

    def _settle(self, result: str, tx: Tx) -> None:
        run = tx.session.scalars(sa.select(ActionRun).order_by(ActionRun.id.desc())).first()
        assert run is not None
        order = running.take(self.desk, tx, run.id)
        assert order is not None
        running.settle(self.desk, tx, run.id, order.attempt, Outcome(result=result))

    @property
    def place(self) -> walk.Place:
        place = self.row.place
        assert place is not None
        return msgspec.json.decode(place, type=walk.Place)

    @property
    def row(self) -> SopRun:
        def latest(tx: Tx) -> SopRun:
            found = tx.session.scalars(sa.select(SopRun).order_by(SopRun.id.desc())).first()
            assert found is not None
            return found

        return self.store.read(latest)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/desk.db")
    yield store
    store.close()


@pytest.mark.parametrize("channel", ["web", "mail"])
@pytest.mark.parametrize("sop", SOPS)
def test_to_each_end(
    sop: Sop, channel: str, store: Store, understander: Understander, library: Library
) -> None:
    desk = Walk(store, understander, library)
    ends = [one.id for one in sop.steps.values() if one.ends]
    ways = to_each_end(sop)
    assert sorted(ways) == sorted(ends)
    for end, way in ways.items():
        desk.begin(sop, channel)
        expected = walk.begin(sop)
        for move in way:
            _hears(desk, sop, expected)
            expected = taken(sop, expected.place, move)
            desk.take(move)
        _hears(desk, sop, expected)
        assert desk.row.outcome == expected.end, (sop.id, end, way)
        ticket = store.read(lambda tx: tickets.get(tx, desk.row.ticket_id))
        assert ticket.status in STATUS[expected.end], (sop.id, end)
        _is_all_on_the_ticket(store, ticket, sop, expected)


def _hears(desk: Walk, sop: Sop, walked: walk.Walked) -> None:
    """What was said last has the words of every step on the way."""
    heard = to_plain(desk.answer)
    for step in walked.said:
        words = to_plain(walk.filled(step.text, walked.place, escape))
        assert words in heard, (sop.id, step.id, heard)


def _is_all_on_the_ticket(store: Store, ticket: Ticket, sop: Sop, walked: walk.Walked) -> None:
    def events(tx: Tx) -> list[TicketEvent]:
        asked = sa.select(TicketEvent).where(TicketEvent.ticket_id == ticket.id)
        return list(tx.session.scalars(asked.order_by(TicketEvent.id)))

    told = store.read(events)
    left = [one.old for one in told if one.what == What.SOP_STEP]
    assert left == [
        one.step for one in walked.place.trail if sop.steps[one.step].kind in (Kind.ASK, Kind.CHECK)
    ]
    assert [one.new for one in told if one.what == What.SOP_STARTED] == [f"{sop.id} {sop.version}"]
    assert [(one.old, one.new) for one in told if one.what == What.SOP_ENDED] == [
        (walked.place.step, walked.end)
    ]


def test_nothing_is_wrong_with_what_is_shipped() -> None:
    assert [str(one) for one in FLAWS] == []


def test_at_least_twelve_each_in_three_languages() -> None:
    spoken = {language: {id for id, one in BOOK.sops if one == language} for language in Language}
    assert len(spoken[Language.EN]) >= 12
    assert spoken[Language.EN] == spoken[Language.RU] == spoken[Language.ZH]


@pytest.mark.parametrize("sop", SOPS)
def test_what_is_bold_is_shown_so(sop: Sop) -> None:
    """CommonMark leaves ** as it stands between a Chinese character and a quotation mark."""
    for step in sop.steps.values():
        for words in (step.text, step.why):
            assert "**" not in to_plain(words), (step.id, words)


@pytest.mark.parametrize("sop", SOPS)
def test_every_arrow_leads_somewhere(sop: Sop) -> None:
    """Each answer to each question goes on to an end, within bounds."""
    seen: set[tuple[str, Move, tuple[str, ...]]] = set()
    ahead = [walk.begin(sop)]
    while ahead:
        walked = ahead.pop()
        if walked.end is not None:
            continue
        step = walk.waits_at(sop, walked.place)
        for move in moves(sop, step):
            at = (step.id, move, deciding(sop, walked.place))
            if at not in seen:
                seen.add(at)
                ahead.append(taken(sop, walked.place, move))
    asked = {id for id, *_ in seen}
    waiting = {one.id for one in sop.steps.values() if one.kind in (Kind.ASK, Kind.CHECK)}
    assert asked == waiting
