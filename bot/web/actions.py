"""What the desk does by itself, on its pages: started from a ticket, decided, taken back, and listed."""

from typing import Any

from starlette.responses import Response

from bot.actions import running
from bot.actions.action import Action, Approval, Parameter
from bot.actions.run import State, in_short, outcome_of, starter, steps_of
from bot.desk import people
from bot.desk.access import Permission, may_see, require
from bot.errors import Invalid
from bot.web.visit import Visit, to
from bot.web.words import RUN, STARTED_BY, T
from store import actions as kept
from store import people as kept_people
from store.database import Tx
from store.tables import ActionRun, Ticket

SHOWN = 100  # on the page of all
OF_A_TICKET = 20


def of_ticket(tx: Tx, visit: Visit, ticket: Ticket) -> dict[str, Any]:
    """For the ticket's page: what was done, and what can be."""
    desk, actor = visit.context.desk, visit.actor
    runs = kept.of_ticket(tx, ticket.id, OF_A_TICKET)
    return {
        "runs": [_shown(tx, visit, one) for one in runs],
        "offered": [_offered(one) for one in running.startable(desk, actor)],
    }


def _offered(action: Action) -> dict[str, Any]:
    notes = [T["needs_proof"]] if action.proof else []
    if action.approval is not Approval.NONE:
        notes.append(T[f"needs_{action.approval}"])
    return {
        "name": action.name,
        "title": action.called("en"),
        "notes": " ".join(notes),
        "fields": [_field(one) for one in action.parameters],
    }


_TYPED = {"port": "number", "number": "number", "email": "email", "url": "url"}


def _field(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "label": parameter.label.get("en") or parameter.name.replace("_", " "),
        "type": "password" if parameter.secret else _TYPED.get(parameter.kind, "text"),
        "choices": parameter.choices,
        "value": parameter.default or "",
        "required": parameter.default is None,
    }


def _shown(tx: Tx, visit: Visit, run: ActionRun) -> dict[str, Any]:
    desk, me = visit.context.desk, visit.actor
    action = desk.actions.get(run.name)
    people_ = kept_people.named(tx, [one for one in (run.asked_by, run.approved_by) if one])
    by = people_.get(run.asked_by or 0)
    outcome = outcome_of(run)
    waits = run.state == State.WAITING_APPROVAL
    approver = None if run.approver_id is None else people.current(tx, run.approver_id)
    return {
        "id": run.id,
        "what": in_short(run),
        "state": _badge(run),
        "good": run.state == State.ENDED and run.result == "ok",
        "bad": run.state == State.ENDED and run.result != "ok",
        "words": run.words or run.progress or "",
        "since": run.started_at if run.state == State.RUNNING else None,
        "by": by.name if by is not None else STARTED_BY.get(run.who) or starter(run),
        "asked_at": run.asked_at,
        "values": []
        if outcome is None
        else [v for v in outcome.values.items() if v[0] != "why-key"],
        "steps": steps_of(run),
        "can_decide": waits
        and approver is None
        and me.person_id not in (run.asked_by, run.person_id),
        "approver": approver.name if waits and approver is not None else "",
        "can_undo": action is not None and running.can_undo(tx, run, action),
        "ticket": None if run.ticket_id is None else tx.get(Ticket, run.ticket_id),
    }


def _badge(run: ActionRun) -> str:
    if run.state != State.ENDED:
        return RUN[run.state]
    result = run.result or ""
    return RUN.get(result, result.replace("-", " ").capitalize())


def begin(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    """Fields of other actions are not in the form."""
    given = {
        name.removeprefix("with_"): value
        for name, value in visit.form.items()
        if name.startswith("with_") and value.strip()
    }
    name = visit.form.get("action", "")
    running.begin(visit.context.desk, tx, name, given, actor=visit.actor, ticket_id=ticket.id)
    return "begun"


def decide(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    return _decided(tx, visit)


def undo(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    running.undo(visit.context.desk, tx, _run(visit), visit.actor)
    return "undo"


def _decided(tx: Tx, visit: Visit) -> str:
    approved = bool(visit.form.get("approve"))
    why = visit.form.get("why", "").strip()[:300]
    desk, run = visit.context.desk, _run(visit)
    running.decide(desk, tx, run, why, visit.actor, approved=approved)
    return "approved" if approved else "declined"


def _run(visit: Visit) -> int:
    id = visit.form.get("run", "")
    if not id.isascii() or not id.isdecimal() or len(id) > 18:
        raise Invalid(f"“{id[:20]}” is no run’s number.")
    return int(id)


# -- all of them


def listing(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.WORK_ON_TICKETS)
    query = visit.request.query_params
    name = query.get("name", "")[:100]
    state = query.get("state", "") if query.get("state") in list(State) else ""
    runs = kept.latest(tx, name=name or None, state=state or None, limit=SHOWN)
    return visit.page(
        "actions.html",
        runs=[_shown(tx, visit, one) for one in runs if _may_see(tx, visit, one)],
        actions=sorted(visit.context.desk.actions),
        states=[(str(one), RUN[one]) for one in State],
        name=name,
        state=state,
        done=T.get(f"done_{query.get('done', '')}", ""),
        now=tx.now,
    )


def _may_see(tx: Tx, visit: Visit, run: ActionRun) -> bool:
    ticket = None if run.ticket_id is None else tx.get(Ticket, run.ticket_id)
    return ticket is None or may_see(visit.actor, ticket)


def decide_anywhere(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.WORK_ON_TICKETS)
    return to("/desk/actions", done=_decided(tx, visit))
