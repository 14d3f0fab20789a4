"""A walk through an SOP as agents see it: its steps, with what was answered when and what they ticked."""

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from bot.desk.events import What
from bot.sop.model import End, Kind, Sop
from bot.sop.parse import known
from bot.sop.walk import Place
from store import people, sops
from store.database import Tx
from store.tables import SopRun, Ticket

_places: Final = msgspec.json.Decoder(Place)
SHORT: Final = 110  # characters of a step in a list


class Item(Struct, frozen=True, kw_only=True):
    """A step of the checklist."""

    id: str  # of the step
    number: int  # its place in the SOP, from 1
    text: str
    state: str  # "done", "now", "ticked" by an agent, "" for what was not come to
    answer: str = ""
    by: str = ""  # who ticked it
    at: datetime | None = None


class Checklist(Struct, frozen=True, kw_only=True):
    id: str
    title: str
    version: int
    items: tuple[Item, ...]
    done: int
    outcome: str | None  # none: it goes on
    started_at: datetime
    ended_at: datetime | None

    @property
    def ahead(self) -> int:
        """Steps that it may still come to."""
        return sum(not one.state for one in self.items)

    @property
    def open(self) -> tuple[Item, ...]:
        """What an agent may tick."""
        return tuple(one for one in self.items if one.state in ("", "now"))

    @property
    def ticked(self) -> tuple[Item, ...]:
        return tuple(one for one in self.items if one.state == "ticked")


class Tick(Struct, frozen=True):
    by: str
    at: datetime


def checklists(tx: Tx, ticket: Ticket) -> list[Checklist]:
    """Of every walk for the ticket, the latest first."""
    runs = sops.of_ticket(tx, ticket.id)
    if not runs:
        return []
    # An agent ticks on the latest; so what was ticked before a walk began belongs to the one before.
    ends = (None, *(run.started_at for run in runs))
    return [
        _checklist(run, _ticks(tx, ticket, run, until))
        for run, until in zip(runs, ends, strict=False)
    ]


def _ticks(tx: Tx, ticket: Ticket, run: SopRun, until: datetime | None) -> dict[str, Tick]:
    """Who ticked which steps, where they were not unticked again."""
    found: dict[str, Tick] = {}
    marks = sops.marks(tx, ticket.id, (What.SOP_TICKED, What.SOP_UNTICKED))
    names = people.named(tx, [one.person_id for one in marks if one.person_id is not None])
    for one in marks:
        if one.at < run.started_at or (until is not None and one.at >= until):
            continue
        if one.what == What.SOP_TICKED and one.new is not None:
            by = names[one.person_id].name if one.person_id in names else ""
            found[one.new] = Tick(by, one.at)
        elif one.old is not None:
            found.pop(one.old, None)
    return found


def _checklist(run: SopRun, ticks: dict[str, Tick]) -> Checklist:
    sop, place = known(run.text), place_of(run)
    trail = () if place is None else place.trail
    numbers = {step: n for n, step in enumerate(sop.steps, 1)}

    def item(step: str, state: str, answer: str = "", at: datetime | None = None) -> Item:
        tick = ticks.get(step) if state != "done" else None
        return Item(
            id=step,
            number=numbers[step],
            text=_line(sop, step),
            state="ticked" if tick else state,
            answer=answer,
            by=tick.by if tick else "",
            at=tick.at if tick else at,
        )

    items = [
        item(visit.step, "done", visit.answer, visit.at)
        for visit in trail
        if sop.steps[visit.step].kind in (Kind.ASK, Kind.CHECK)
    ]
    done = len(items)
    if place is not None:
        state = "now" if run.ended_at is None else "done"
        items.append(item(place.step, state, at=run.ended_at))
    been = {visit.step for visit in trail} | ({place.step} if place is not None else set())
    ahead = [
        one for one in sop.steps.values() if one.id not in been and one.kind is not Kind.BRANCH
    ]
    if run.outcome != End.SOLVED:  # where the bot has stopped, agents go on
        items += [item(one.id, "") for one in ahead]
    return Checklist(
        id=run.sop,
        title=sop.title,
        version=run.version,
        items=tuple(items),
        done=done,
        outcome=run.outcome,
        started_at=run.started_at,
        ended_at=run.ended_at,
    )


def _line(sop: Sop, id: str) -> str:
    """A step as one line of plain text: its last sentence says what is asked."""
    step = sop.steps[id]
    words = " ".join(step.text.replace("*", "").replace("`", "").split()) or id.replace("-", " ")
    return words if len(words) <= SHORT else f"{words[: SHORT - 1]}…"


def place_of(run: SopRun) -> Place | None:
    return None if run.place is None else _places.decode(run.place)
