"""The list of tickets, one ticket, and everything an agent does there.

A change is made although somebody else changed the ticket meanwhile, because every field is changed by
itself; the page then says what the others did (`since` in the address).
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec
from starlette.responses import FileResponse, PlainTextResponse, Response

from bot.catalogue import solved_like
from bot.desk import (
    escalation,
    notes,
    package,
    people,
    procedures,
    promises,
    stated,
    storms,
    tickets,
    views,
)
from bot.desk.access import Actor, Permission, Who, require, require_work
from bot.desk.agreements import name_of
from bot.desk.checklist import checklists
from bot.desk.desk import Desk
from bot.desk.events import What
from bot.desk.family import family_of
from bot.desk.notes import InternalText
from bot.desk.package import Package
from bot.desk.priority import Priority
from bot.desk.status import ACTIVE, Status, choices
from bot.desk.timeline import stories
from bot.desk.transcript import Line
from bot.desk.views import Asked, Change, Sort, Whole
from bot.errors import Invalid, NotFound
from bot.web import actions, markup
from bot.web.visit import Visit, to
from bot.web.words import EVENT, FIELD, LANGUAGE, STATUS, VALUE, WHO, T
from channels.message import PublicText
from nlp.understanding import Category, TicketType
from store import escalations, figures
from store import people as kept_people
from store import tickets as kept
from store.base import micros
from store.database import Tx
from store.tables import Person, Ticket

WITH_US: Final = (Status.NEW, Status.OPEN, Status.ESCALATED)  # waiting for nobody else
TABS: Final = {
    "waiting": Asked(statuses=WITH_US),
    "mine": Asked(mine=True),
    "unassigned": Asked(unassigned=True),
    "open": Asked(),
    "resolved": Asked(statuses=(Status.RESOLVED,)),
    "all": Asked(statuses=()),
}
FIELDS: Final = ("q", "status", "queue", "assignee", "category", "priority", "tag", "sla")
DUE: Final[Mapping[str, Asked]] = {
    "breached": Asked(sla="breached"),
    "hour": Asked(due_within=timedelta(hours=1)),
    "day": Asked(due_within=timedelta(days=1)),
    "paused": Asked(sla="paused"),
}


def listing(tx: Tx, visit: Visit) -> Response:
    query = visit.request.query_params
    asked = {name: query.get(name, "").strip()[:200] for name in FIELDS}
    tab = query.get("tab", "")
    if tab not in TABS:
        tab = "all" if asked["q"] else "waiting"  # a search is about all tickets
    by_default = Sort.UPDATED if tab in ("resolved", "all") else Sort.PRIORITY
    sort = Sort(query["sort"]) if query.get("sort") in list(Sort) else by_default
    page = int(query["page"]) if re.fullmatch(r"[1-9]\d{0,5}", query.get("page", "")) else 1
    desk, actor = visit.context.desk, visit.actor
    found = views.listing(desk, tx, _wanted(tab, asked), actor, sort=sort, page=page)
    waiting = _waiting(tx, [row.ticket for row in found.rows])
    first = (page - 1) * views.PAGE + 1

    def address(page: int) -> str:
        chosen = {"tab": tab, "sort": sort, "page": page, **asked}
        return f"/desk/?{urlencode({name: value for name, value in chosen.items() if value})}"

    return visit.page(
        "list.html",
        tab=tab,
        sort=sort,
        sorts=list(Sort),
        asked=asked,
        is_filtered=any(asked.values()),
        is_narrowed=any(value for name, value in asked.items() if name != "q"),
        tabs=[(one, T[f"tab_{one}"], _count(tx, one, visit)) for one in TABS],
        queues=[(queue, queue) for queue in desk.queues],
        dues=[(one, T[f"due_{one}"]) for one in DUE],
        assignees=[("me", T["mine"]), ("none", T["unassigned"]), *_agents(tx, visit)],
        rows=found.rows,
        waiting=waiting,
        active=ACTIVE,
        now=tx.now,
        first=first,
        last=first + len(found.rows) - 1,
        total=_counted(found.count),
        earlier=address(page - 1) if page > 1 else "",
        later=address(page + 1) if len(found.rows) == views.PAGE else "",
    )


def _wanted(tab: str, asked: Mapping[str, str]) -> Asked:
    wanted = msgspec.structs.replace(
        TABS[tab],
        queue=asked["queue"] or None,
        category=asked["category"] or None,
        priority=asked["priority"] or None,
        tag=asked["tag"].lower() or None,
        text=asked["q"],
    )
    if asked["sla"] in DUE:
        due = DUE[asked["sla"]]
        wanted = msgspec.structs.replace(wanted, sla=due.sla, due_within=due.due_within)
    if tab == "all" and asked["status"] in list(Status):
        wanted = msgspec.structs.replace(wanted, statuses=(Status(asked["status"]),))
    match asked["assignee"]:
        case "me":
            return msgspec.structs.replace(wanted, mine=True)
        case "none":
            return msgspec.structs.replace(wanted, unassigned=True)
        case id if id.isascii() and id.isdecimal():
            return msgspec.structs.replace(wanted, assignee_id=int(id))
    return wanted


def _count(tx: Tx, tab: str, visit: Visit) -> str:
    wanted = TABS[tab]
    which = kept.Filter(
        statuses=tuple(wanted.statuses),
        unassigned=wanted.unassigned,
        assignee_id=visit.me.id if wanted.mine else None,
        hides_restricted=not visit.actor.cleared,
    )
    return _counted(kept.count(tx, which, views.COUNTED))


def _counted(count: int) -> str:
    return f"{count}+" if count >= views.COUNTED else str(count)


def _waiting(tx: Tx, found: Sequence[Ticket]) -> dict[int, datetime]:
    """Whose requester waits for a person, and since when. Those that wait for others are not with us."""
    return figures.unanswered(tx, [one.id for one in found if one.status in WITH_US])


def _agents(tx: Tx, visit: Visit) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in people.agents(tx, visit.actor) if one.active]


def show(tx: Tx, visit: Visit) -> Response:
    ticket = _ticket(tx, visit)
    whole = views.whole(tx, ticket, visit.actor)
    query = visit.request.query_params
    desk = visit.context.desk
    queues = dict.fromkeys((*desk.queues, ticket.queue))
    clocks = promises.look(desk, tx, ticket, telling=True)
    return visit.page(
        "ticket.html",
        ticket=ticket,
        path=_path(ticket),
        requester=whole.requester.name or T["requester"],
        waiting=_waiting(tx, [ticket]).get(ticket.id),
        is_active=ticket.status in ACTIVE,
        agreement="" if ticket.terms is None else name_of(ticket.terms),
        stories=stories(clocks),
        done=T.get(f"done_{query.get('done', '')}", ""),
        meanwhile=_meanwhile(whole, query.get("since", ""), visit.me),
        others=_others(tx, visit, ticket),
        talk=_talk(tx, whole, visit.actor),
        statuses=_statuses(ticket),
        agents=[("", T["nobody"]), *_agents(tx, visit)],
        assignee="" if ticket.assignee_id is None else str(ticket.assignee_id),
        queues=[(one, one) for one in queues],
        tags=whole.tags,
        facts=stated.shown(desk.texts, ticket, "en", desk.timezone, tx.now),
        solved_before=solved_like(
            visit.context.desk,
            tx,
            f"{ticket.title}\n{ticket.description}",
            visit.actor,
            besides=ticket.id,
        ),
        decided=[(FIELD.get(field, field), why) for field, why in whole.decided.items()],
        history=_history(whole),
        seen=micros(whole.events[-1].at) if whole.events else 0,
        family=family_of(tx, ticket),
        actions=actions.of_ticket(tx, visit, ticket),
        levels=[one.name for one in desk.levels.all if one.name != ticket.level],
        level=ticket.level if desk.levels else None,
        waits=ticket.handed_at if desk.levels and ticket.status in ACTIVE else None,
        ways=_ways(tx, desk, ticket),
        may_return=_may_return(tx, ticket),
        checklists=checklists(tx, ticket),
        sops=procedures.offered(desk, desk.language, ticket.category),
        languages=list(LANGUAGE.items()),
        key=secrets.token_urlsafe(12),
        now=tx.now,
    )


def _ways(tx: Tx, desk: Desk, ticket: Ticket) -> list[dict[str, Any]]:
    """Every way up, the latest first, with what went along."""
    found = escalations.of(tx, ticket.id)
    ids = [id for one in found for id in (one.person_id, one.taken_by) if id is not None]
    names = kept_people.named(tx, ids)

    def name(id: int | None) -> str:
        return names[id].name if id in names else ""

    return [
        {
            "at": one.at,
            "old": one.old,
            "new": one.new,
            "why": VALUE["escalated-why"].get(one.why, one.why),
            "by": name(one.person_id),
            "taken_at": one.taken_at,
            "taken_by": name(one.taken_by),
            "outcome": one.outcome,
            "package": markup.html(
                package.shown(
                    desk, ticket, msgspec.json.decode(one.package, type=Package), tx.now, "en"
                )
            ),
        }
        for one in found
    ]


def _may_return(tx: Tx, ticket: Ticket) -> bool:
    return ticket.status in ACTIVE and escalations.current(tx, ticket.id) is not None


def _history(whole: Whole) -> list[dict[str, Any]]:
    """What happened, the latest first; what one did in one moment together."""
    moments = groupby(whole.events, key=lambda one: (one.at, one.who, one.name))
    return [{"at": at, "events": [_told(one) for one in events]} for (at, _, _), events in moments][
        ::-1
    ]


def _meanwhile(whole: Whole, since: str, me: Person) -> list[dict[str, Any]]:
    """What others changed since the page was made on which a form was filled in."""
    if not re.fullmatch(r"\d{1,17}", since):
        return []
    return [
        _told(one)
        for one in whole.events
        if micros(one.at) > int(since) and not (one.who == Who.AGENT and one.name == me.name)
    ]


def _talk(tx: Tx, whole: Whole, actor: Actor) -> list[dict[str, Any]]:
    """Everything said, in public and among agents, as it happened."""
    chosen = {line.extra.chosen for line in whole.messages}
    writers = kept_people.named(tx, [one.person_id for one in whole.notes])
    said = [
        {
            "kind": line.author,
            "id": line.id,
            "name": _speaker(line, whole.requester),
            "at": line.at,
            "text": line.text.body,
            # People's words are shown as they are, the desk's own are the Markdown it speaks.
            "html": None if line.author == "requester" else markup.html(line.text.body),
            "choices": [(one.label, one.value in chosen) for one in line.extra.choices],
            "attachments": line.extra.attachments,
            "folded": line.extra.folded,
            "original": line.extra.original,
        }
        for line in whole.messages
    ]
    noted = [
        {
            "kind": "note",
            "id": one.id,
            "name": writers[one.person_id].name if one.person_id in writers else T["agent"],
            "at": one.at,
            "text": one.text.reveal(actor),
            "html": None,
            "choices": (),
            "attachments": one.attachments,
            "folded": None,
            "original": None,
        }
        for one in whole.notes
    ]
    # Stable: messages of one moment stay as they were said.
    return sorted([*said, *noted], key=lambda entry: entry["at"])


def _speaker(line: Line, requester: Person) -> str:
    if line.author == "requester":
        if line.extra.author:
            return T["guest"].format(name=line.extra.author)
        return requester.name or T["requester"]
    return line.extra.author or T[line.author]


def _ticket(tx: Tx, visit: Visit) -> Ticket:
    """Raises Forbidden for what only some may see."""
    ticket = tickets.by_number(tx, visit.request.path_params["number"])
    require_work(visit.actor, ticket)
    return ticket


def _path(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.number}"


def _statuses(ticket: Ticket) -> list[tuple[str, str]]:
    """Where it is, and where it can go from there."""
    ways = (Status(ticket.status), *choices(Status(ticket.status)))
    return [(one, STATUS[one]) for one in Status if one in ways]


def _told(event: Change) -> dict[str, Any]:
    """One event in words."""
    known = VALUE.get(event.what, {})
    old, new = (known.get(one or "", one) for one in (event.old, event.new))
    if event.what == What.SOP_ENDED:
        old = None
    if event.what == What.AGREEMENT:
        old, new = (one and name_of(one) for one in (old, new))
    what = EVENT.get(event.what, event.what)
    match event.what:
        case What.OPENED:
            change = ""
        case What.WARNED | What.BREACHED | What.MET:
            change = (event.old or "").replace(":", " ").replace("-", " ")
        case What.AGREEMENT if old == new:
            change = new or ""
        case What.LINKED if old:  # told of the incident: which is part of it now
            change = f"+ {old}"
        case What.TAG | What.WATCHER:
            change = f"+ {new}" if new else f"− {old}"
        case What.ASSIGNEE:
            change = f"{old or T['nobody']} → {new or T['nobody']}"
        case _:
            change = " → ".join(one for one in (old, new) if one)
    return {
        "who": event.name or WHO.get(event.who, event.who),
        "text": f"{what}: {change}" if change else what,
        "why": event.why,
    }


# What agents do


def _acting(act: Callable[[Tx, Visit, Ticket], str]) -> Callable[[Tx, Visit], Response]:
    """An action on a ticket; its answer leads back to the ticket with the word for what was done."""

    def acted(tx: Tx, visit: Visit) -> Response:
        require(visit.actor, Permission.WORK_ON_TICKETS)
        ticket = _ticket(tx, visit)
        seen, changed = visit.form.get("seen", ""), micros(ticket.updated_at)
        done = act(tx, visit, ticket)
        is_news = re.fullmatch(r"\d{1,17}", seen) is not None and changed > int(seen)
        return to(_path(ticket), done=done, since=seen if is_news else None)

    return acted


@_acting
def walk(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    """Through an SOP, together with the requester."""
    procedures.order(visit.context.desk, tx, ticket, visit.form.get("sop", ""), visit.actor)
    return "sop"


@_acting
def tick(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    """A step that the agent has done by hand, or not."""
    done = not visit.form.get("undo")
    procedures.tick(tx, ticket, visit.form.get("step", ""), visit.actor, done=done)
    return "ticked" if done else "unticked"


@_acting
def reply(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    desk, actor = visit.context.desk, visit.actor
    text = visit.form.get("text", "").replace("\r\n", "\n").strip()
    resolving = bool(visit.form.get("resolve"))
    if not text and not visit.attachments and not resolving:
        raise Invalid(T["empty_reply"])
    if text or visit.attachments:
        words = PublicText(text)
        tickets.reply(desk, tx, ticket, words, actor, key=visit.key, attachments=visit.attachments)
    if resolving and ticket.status in ACTIVE:
        tickets.resolve(desk, tx, ticket, actor)
        return "resolved"
    return "reply"


@_acting
def note(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    text = InternalText(visit.form.get("text", "").replace("\r\n", "\n").strip())
    notes.write(visit.context.desk, tx, ticket, text, visit.actor, attachments=visit.attachments)
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
def escalate(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    level, words = visit.form.get("level", ""), visit.form.get("text", "")
    escalation.escalate(
        visit.context.desk, tx, ticket, visit.actor, level=level or None, note=words
    )
    return "escalated"


@_acting
def give_back(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    words = visit.form.get("text", "")
    escalation.give_back(visit.context.desk, tx, ticket, visit.actor, result=words)
    return "returned"


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


@_acting
def link(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    """To the incident that is named; or all that may be part of this one to it."""
    desk, named = visit.context.desk, visit.form.get("other", "").strip()
    if named:
        storms.link(desk, tx, ticket, tickets.by_number(tx, named), visit.actor)
    else:
        storms.link_all(desk, tx, ticket, visit.actor)
    return "linked"


@_acting
def part(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    other = tickets.by_number(tx, visit.form.get("other", ""))
    storms.part(visit.context.desk, tx, ticket, other, visit.actor)
    return "parted"


@_acting
def merge(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    into = tickets.by_number(tx, visit.form.get("other", "").strip())
    tickets.merge(visit.context.desk, tx, ticket, into, visit.actor)
    return "merged"


@_acting
def known(tx: Tx, visit: Visit, ticket: Ticket) -> str:
    words = {one: visit.form.get(f"known_{one}", "").replace("\r\n", "\n") for one in LANGUAGE}
    minutes = visit.form.get("minutes", "").strip()
    if minutes and not re.fullmatch(r"\d{1,5}", minutes):
        raise Invalid(f"“{minutes}” is no number of minutes.")
    wait = timedelta(minutes=int(minutes)) if minutes else None
    storms.set_known(visit.context.desk, tx, ticket, words, wait, visit.actor)
    return "known"


run, decide, undo = (_acting(one) for one in (actions.begin, actions.decide, actions.undo))

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
        names = [
            known[id].name for id, does in present.items() if does is is_writing and id in known
        ]
        if names:
            verb = T["is"] if len(names) == 1 else T["are"]
            found.append(T[word].format(names=f"{_and(names)} {verb}"))
    return " · ".join(found)


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {T['and']} {names[-1]}"


def attachment(tx: Tx, visit: Visit) -> Response:
    """A file of this ticket, to be saved: never shown as a page of ours."""
    ticket, wanted = _ticket(tx, visit), visit.request.path_params["sha256"]
    whole = views.whole(tx, ticket, visit.actor)
    said = (file for line in whole.messages for file in line.extra.attachments)
    noted = (file for note in whole.notes for file in note.attachments)
    for file in (*said, *noted):
        if file.sha256 == wanted:
            return FileResponse(
                visit.context.files.path(wanted),
                filename=file.name,
                media_type="application/octet-stream",
            )
    raise NotFound(T["no_file"])
