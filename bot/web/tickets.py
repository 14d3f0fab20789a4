"""The list of tickets, one ticket, and everything an agent does there.

A change is made although somebody else changed the ticket meanwhile, because every field is changed by
itself; the page then says what the others did (`since` in the address).
"""

import secrets
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from bot.desk import notes, people, tickets
from bot.desk.access import STAFF, Permission, require
from bot.desk.notes import InternalText
from bot.desk.priority import Priority
from bot.desk.status import ACTIVE, Status, choices
from bot.errors import Invalid, NotFound
from bot.web import markup, overview
from bot.web.overview import Happened, Wanted
from bot.web.visit import Visit, to
from bot.web.words import CATEGORY, EVENT, PRIORITY, STATUS, TYPE, WHO, T
from channels.message import PublicText
from nlp.understanding import Category, TicketType
from store import people as kept_people
from store import tickets as kept
from store.database import Tx
from store.tables import Person, Ticket

PAGE: Final = 50  # tickets of one page of the list
SORTS: Final = ("priority", "updated", "opened")


def listing(tx: Tx, visit: Visit) -> Response:
    asked = _asked(visit.request)
    desk = visit.context.desk
    rows, total = overview.rows(desk, tx, asked, visit.actor, size=PAGE)
    first = (asked.page - 1) * PAGE + 1
    counts = overview.counts(tx, visit.actor)
    agents = kept_people.with_roles(tx, sorted(STAFF))
    return visit.page(
        "list.html",
        asked=asked,
        rows=rows,
        tabs=[
            {"key": tab, "name": T[f"tab_{tab}"], "count": counts[tab]} for tab in overview.TABS
        ],
        queues=[(queue, queue) for queue in desk.queues],
        assignees=[
            ("me", T["mine"]),
            ("none", T["unassigned"]),
            *((str(one.id), one.name) for one in agents if one.active),
        ],
        is_filtered=bool(_query(asked, page=1).keys() - {"tab", "sort"}),
        now=tx.now,
        first=first,
        last=first + len(rows) - 1,
        total=total,
        earlier=_address(asked, asked.page - 1) if asked.page > 1 else "",
        later=_address(asked, asked.page + 1) if first + len(rows) - 1 < total else "",
    )


def _asked(request: Request) -> Wanted:
    query = request.query_params
    given = {
        name: query.get(name, "")[:200]
        for name in ("q", "status", "queue", "assignee", "category", "priority", "tag")
    }
    tab, sort, page = query.get("tab", ""), query.get("sort", ""), query.get("page", "1")
    if tab not in overview.TABS:
        # A search is about all tickets unless a tab was chosen.
        tab = "all" if given["q"] else "waiting"
    return Wanted(
        **given,
        tab=tab,
        sort=sort if sort in SORTS else "updated" if tab in ("resolved", "all") else "priority",
        page=int(page) if page.isdecimal() and 0 < int(page) < 100_000 else 1,
    )


def _query(asked: Wanted, page: int) -> dict[str, Any]:
    fields = msgspec.structs.asdict(asked) | {"page": "" if page == 1 else page}
    return {name: value for name, value in fields.items() if value}


def _address(asked: Wanted, page: int) -> str:
    return f"/desk/?{urlencode(_query(asked, page))}"


def show(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.WORK_ON_TICKETS)
    ticket = _ticket(tx, visit)
    desk, actor, query = visit.context.desk, visit.actor, visit.request.query_params
    history = overview.history(tx, ticket, actor)
    agents = [one for one in kept_people.with_roles(tx, sorted(STAFF)) if one.active]
    since = int(query["since"]) if query.get("since", "").isdecimal() else None
    return visit.page(
        "ticket.html",
        ticket=ticket,
        path=_path(ticket),
        requester=people.get(tx, ticket.requester_id).name or T["requester"],
        waiting=overview.waiting_since(tx, [ticket]).get(ticket.id),
        is_active=ticket.status in ACTIVE,
        done=T.get(f"done_{query.get('done', '')}", ""),
        meanwhile=[
            _told(one)
            for one in reversed(history)
            if since is not None and one.id > since and one.person_id != visit.me.id
        ],
        others=_others(tx, visit, ticket),
        talk=[_shown(entry) for entry in overview.talk(tx, ticket, actor)],
        statuses=_statuses(ticket),
        agents=[("", T["nobody"]), *((one.id, one.name) for one in agents)],
        queues=[(one, one) for one in dict.fromkeys((*desk.queues, ticket.queue))],
        tags=kept.tags(tx, ticket.id),
        facts=msgspec.json.decode(ticket.facts, type=list[tuple[str, str]]),
        decided=msgspec.json.decode(ticket.decided, type=dict[str, str]).items(),
        history=[_told(one) for one in history],
        seen=history[0].id if history else 0,
        key=secrets.token_urlsafe(12),
        now=tx.now,
    )


def _ticket(tx: Tx, visit: Visit) -> Ticket:
    return tickets.by_number(tx, visit.request.path_params["number"])


def _path(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.number}"


def _statuses(ticket: Ticket) -> list[tuple[str, str]]:
    """Where it is, and where it can go from there."""
    ways = (Status(ticket.status), *choices(Status(ticket.status)))
    return [(one, STATUS[one]) for one in Status if one in ways]


def _shown(entry: overview.Entry) -> dict[str, Any]:
    """People's words are shown as they are; the desk's own are the small Markdown it speaks."""
    ours = entry.kind in ("bot", "agent")
    return {
        "kind": entry.kind,
        "id": entry.id,
        "name": entry.name or T[entry.kind],
        "at": entry.at,
        "text": entry.text,
        "html": markup.html(entry.text) if ours else None,
        "choices": [{"label": label, "chosen": chosen} for label, chosen in entry.choices],
        "attachments": entry.attachments,
    }


def _told(event: Happened) -> dict[str, Any]:
    names = {"status": STATUS, "priority": PRIORITY, "category": CATEGORY, "type": TYPE}
    known = names.get("status" if event.what == "reopened" else event.what, {})
    old, new = (known.get(one or "", one) for one in (event.old, event.new))
    what = EVENT.get(event.what, event.what)
    if event.what in ("tag", "watcher"):
        change = f"+ {new}" if new else f"− {old}"
    elif event.what in ("opened", "note", "reply", "message"):
        change = ""
    else:
        change = f"{old or T['nobody']} → {new or T['nobody']}" if old or new else ""
    return {
        "id": event.id,
        "at": event.at,
        "who": event.person or WHO.get(event.who, event.who),
        "text": f"{what}: {change}" if change else what,
        "why": event.why,
    }


# What agents do


def _acting(act: Callable[[Tx, Visit, Ticket], str]) -> Callable[[Tx, Visit], Response]:
    """An action on a ticket; its answer leads back to the ticket with the word for what was done."""

    def acted(tx: Tx, visit: Visit) -> Response:
        require(visit.actor, Permission.WORK_ON_TICKETS)
        ticket = _ticket(tx, visit)
        seen = visit.form.get("seen", "")
        latest = kept.events(tx, ticket.id)
        done = act(tx, visit, ticket)
        changed = seen.isdecimal() and latest and latest[-1].id > int(seen)
        return to(_path(ticket), done=done, since=seen if changed else None)

    return acted


@_acting
def reply(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    desk, actor = visit.context.desk, visit.actor
    text = visit.form.get("text", "").replace("\r\n", "\n").strip()
    resolving = bool(visit.form.get("resolve"))
    if not text and not visit.attachments and not resolving:
        raise Invalid(T["empty_reply"])
    if text or visit.attachments:
        words = PublicText(text)
        tickets.reply(
            desk, tx, ticket, words, actor, key=visit.key, attachments=visit.attachments
        )
    if resolving and ticket.status in ACTIVE:
        tickets.resolve(desk, tx, ticket, actor)
        return "resolved"
    return "reply"


@_acting
def note(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    text = InternalText(visit.form.get("text", "").replace("\r\n", "\n").strip())
    notes.write(
        visit.context.desk, tx, ticket, text, visit.actor, attachments=visit.attachments
    )
    return "note"


@_acting
def claim(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    """From nobody, or knowingly from the colleague whom the form names."""
    if visit.form.get("from"):
        tickets.assign(visit.context.desk, tx, ticket, visit.me, visit.actor)
    else:
        tickets.claim(visit.context.desk, tx, ticket, visit.actor)
    return "claimed"


@_acting
def release(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    tickets.release(visit.context.desk, tx, ticket, visit.actor)
    return "released"


@_acting
def change(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    """Only what the form's sender changed in it: the rest may have been changed by others meanwhile."""
    desk, actor, form = visit.context.desk, visit.actor, visit.form
    chosen = {
        name: form[name]
        for name in ("type", "category", "priority", "queue", "assignee", "status")
        if name in form and form[name] != form.get(f"was_{name}")
    }
    if "type" in chosen:
        tickets.set_type(desk, tx, ticket, _one_of(TicketType, chosen["type"]), actor)
    if "category" in chosen:
        tickets.set_category(desk, tx, ticket, _one_of(Category, chosen["category"]), actor)
    if "priority" in chosen:
        tickets.set_priority(desk, tx, ticket, _one_of(Priority, chosen["priority"]), actor)
    if "queue" in chosen:
        tickets.set_queue(desk, tx, ticket, chosen["queue"], actor)
    if "assignee" in chosen:
        tickets.assign(desk, tx, ticket, _person(tx, chosen["assignee"]), actor)
    if "status" in chosen and chosen["status"] != ticket.status:
        tickets.set_status(desk, tx, ticket, _one_of(Status, chosen["status"]), actor)
    return "saved" if chosen else "nothing"


@_acting
def tag(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    tickets.add_tag(tx, ticket, visit.form.get("tag", ""), visit.actor)
    return "saved"


@_acting
def untag(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    tickets.remove_tag(tx, ticket, visit.form.get("tag", ""), visit.actor)
    return "saved"


Chosen = TypeVar("Chosen", bound=StrEnum)


def _one_of(kind: type[Chosen], value: str) -> Chosen:
    try:
        return kind(value)
    except ValueError:
        raise Invalid(f"“{value}” is none of {', '.join(kind)}.") from None


def _person(tx: Tx, id: str) -> Person | None:
    if not id:
        return None
    if not id.isdecimal():
        raise Invalid(f"“{id}” is nobody's number.")
    return people.get(tx, int(id))


# Who else is here


def others(tx: Tx, visit: Visit) -> Response:
    """Who else has the ticket open, in words; asked for by the page when it hears of a change."""
    require(visit.actor, Permission.WORK_ON_TICKETS)
    return PlainTextResponse(_others(tx, visit, _ticket(tx, visit)))


def here(tx: Tx, visit: Visit) -> Response:
    """A sign of life from a page; answers like `others`. It writes nothing."""
    require(visit.actor, Permission.WORK_ON_TICKETS)
    ticket, presence = _ticket(tx, visit), visit.context.presence
    if visit.form.get("gone"):
        presence.gone(ticket.id, visit.me.id)
    else:
        presence.here(ticket.id, visit.me.id, writing=bool(visit.form.get("writing")))
    return PlainTextResponse(_others(tx, visit, ticket))


def _others(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    present = visit.context.presence.at(ticket.id)
    present.pop(visit.me.id, None)
    known = kept_people.named(tx, list(present))
    found = []
    for word, is_writing in (("writing", True), ("looking", False)):
        names = [known[id].name for id, does in present.items() if does is is_writing and id in known]
        if names:
            verb = T["is"] if len(names) == 1 else T["are"]
            found.append(T[word].format(names=f"{_and(names)} {verb}"))
    return " · ".join(found)


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {T['and']} {names[-1]}"


def attachment(tx: Tx, visit: Visit) -> Response:
    """A file of this ticket, to be saved: never shown as a page of ours."""
    require(visit.actor, Permission.WORK_ON_TICKETS)
    ticket, wanted = _ticket(tx, visit), visit.request.path_params["sha256"]
    for entry in overview.talk(tx, ticket, visit.actor):
        for file in entry.attachments:
            if file.sha256 == wanted:
                return FileResponse(
                    visit.context.files.path(wanted),
                    filename=file.name,
                    media_type="application/octet-stream",
                )
    raise NotFound(T["no_file"])
