"""One run as it is kept: its states, its history, and what it is called. For whoever shows it.

Running is in `bot.actions.running`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from bot.actions.action import Outcome
from bot.desk.desk import Desk
from store import actions as kept
from store.database import Tx
from store.tables import ActionRun, Ticket

_outcome: Final = msgspec.json.Decoder(Outcome)
SHOWN: Final = 5  # runs on a card


class State(StrEnum):
    WAITING_PROOF = "waiting-proof"
    WAITING_APPROVAL = "waiting-approval"
    QUEUED = "queued"
    RUNNING = "running"
    ENDED = "ended"


OPEN: Final = tuple(one for one in State if one is not State.ENDED)


class Step(Struct, frozen=True):
    """One thing that happened to a run."""

    at: datetime
    what: str
    who: str
    why: str = ""


def arguments_of(run: ActionRun) -> dict[str, str]:
    """Secret ones masked."""
    return msgspec.json.decode(run.arguments, type=dict[str, str])


def outcome_of(run: ActionRun) -> Outcome | None:
    return None if run.outcome is None else _outcome.decode(run.outcome)


def steps_of(run: ActionRun) -> list[Step]:
    return msgspec.json.decode(run.history, type=list[Step])


def starter(run: ActionRun) -> str:
    """Who asked, as they were called then; for one that is nobody known."""
    return next((one.who for one in steps_of(run)), run.who)


def in_short(run: ActionRun) -> str:
    """ "ping host=mail.example.com", for agents."""
    told = " ".join(f"{name}={value}" for name, value in arguments_of(run).items())
    return f"{run.name} {told}".strip()


def words_of(desk: Desk, run: ActionRun, language: str) -> str:
    """What came of a run that has ended, in a line, plain."""
    outcome = outcome_of(run)
    if outcome is None:
        return ""
    action = desk.actions.get(run.name)
    called = run.name if action is None else action.called(language)
    if outcome.message:
        said = outcome.message.get(language) or outcome.message.get("")
        said = said or outcome.message.get("en") or next(iter(outcome.message.values()))
        return f"{called}: {said}"
    values: dict[str, str | int] = {**arguments_of(run), **outcome.values}
    if key := outcome.values.get("why-key"):
        values["why"] = desk.texts.line(f"run-why-{key}", language, values)
    host, address = values.get("host", ""), values.get("address", "")
    values["target"] = host if address in ("", host) else f"{host} ({address})"
    tag = "" if action is None else type(action.how).__struct_config__.tag
    keys = (f"ran-{tag}-{outcome.result}", f"ran-{outcome.result}", "ran-other")
    found = next(one for one in keys if desk.texts.has(one))
    values |= {"action": called, "result": outcome.result}
    return desk.texts.line(found, language, values)


def under_way(desk: Desk, tx: Tx, ticket: Ticket) -> list[str]:
    """A line for each run of a ticket that has not ended, in the desk's language, plain."""
    found = [one for one in kept.of_ticket(tx, ticket.id) if one.state != State.ENDED]
    return [how_it_stands(desk, one, tx.now) for one in found[:SHOWN]]


def how_it_stands(desk: Desk, run: ActionRun, now: datetime) -> str:
    language = desk.language
    if run.state == State.ENDED:
        return run.words or ""
    since = run.started_at if run.state == State.RUNNING and run.started_at else run.asked_at
    told = desk.texts.label(
        f"run-{run.state}",
        language,
        action=in_short(run),
        run=run.id,
        since=desk.texts.when(since, language, desk.timezone.key, now),
    )
    return f"{told} {run.progress}" if run.progress else told
