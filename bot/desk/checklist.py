"""A walk through an SOP as agents see it: a list of its steps, with what was answered when."""

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from bot.sop.model import Kind, Sop
from bot.sop.parse import known
from bot.sop.walk import Place
from store import sops
from store.database import Tx
from store.tables import SopRun, Ticket

_places: Final = msgspec.json.Decoder(Place)
SHORT: Final = 110  # characters of a step in a list


class Item(Struct, frozen=True, kw_only=True):
    """A step of the checklist."""

    text: str
    state: str  # "done", "now", "" for what was not come to
    answer: str = ""
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


def checklists(tx: Tx, ticket: Ticket) -> list[Checklist]:
    """Of every walk for the ticket, the latest first."""
    return [_checklist(run) for run in sops.of_ticket(tx, ticket.id)]


def _checklist(run: SopRun) -> Checklist:
    sop, place = known(run.text), place_of(run)
    trail = () if place is None else place.trail
    items = [
        Item(
            text=_line(sop, visit.step),
            state="done",
            answer=visit.answer,
            at=visit.at,
        )
        for visit in trail
        if sop.steps[visit.step].kind in (Kind.ASK, Kind.CHECK)
    ]
    done = len(items)
    if place is not None:
        state = "now" if run.ended_at is None else "done"
        items.append(Item(text=_line(sop, place.step), state=state, at=run.ended_at))
    been = {visit.step for visit in trail} | ({place.step} if place is not None else set())
    ahead = [
        one for one in sop.steps.values() if one.id not in been and one.kind is not Kind.BRANCH
    ]
    if run.ended_at is None:
        items += [Item(text=_line(sop, one.id), state="") for one in ahead]
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
