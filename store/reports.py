"""The events that figures are computed from, as columns: hundreds of thousands in a second or two.

Only tables that are added to and never changed are read here: events of tickets, and what became of
articles. So whoever asks about a past day gets the same rows again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from store.base import micros
from store.database import Tx

Ints = NDArray[np.int64]

BLOCK = 50_000  # numbers of events that are asked for at a time
CHUNK = 20_000  # rows fetched at a time
NOTHING = -1  # the code of a value that is NULL


class Log(NamedTuple):
    """Events, by ticket and within it in their order; arrays of one length."""

    ticket: Ints  # id
    at: Ints  # microseconds since 1970
    kind: NDArray[np.int8]  # the code that the caller gave it
    who: NDArray[np.int8]  # likewise
    person: Ints  # id; 0: nobody's act
    value: NDArray[np.int32]  # place in `words`; NOTHING: none
    words: tuple[str, ...]


# conversation, at in microseconds, 0 or 1 for what comes first of one moment, id of the row, "shown",
# "helped", "not-helped" or "opened", channel, language, the ticket's id or 0
Use = tuple[int, int, int, int, str, str, str, int]


# What is of use of an event, besides what it is: mostly what a field became.
_VALUE = """CASE
 WHEN what IN ('type', 'category', 'priority', 'queue', 'assignee', 'rated', 'escalated', 'returned',
  'sop-ended')
  THEN new
 WHEN what = 'status' THEN CASE WHEN why = 'withdrawn by the requester'
  THEN 'withdrawn' ELSE new END
 WHEN what IN ('opened', 'sla-met', 'sla-breached') THEN old
 WHEN what = 'message' THEN CASE WHEN why = 'another sender in the thread' THEN 'guest' END
 WHEN what = 'merged' THEN CASE WHEN old IN ('INC-' || ticket_id, 'REQ-' || ticket_id) THEN 'away' END
 WHEN what = 'tag' THEN CASE WHEN new = 'spam' THEN 'on' WHEN old = 'spam' THEN 'off' END
 WHEN what = 'linked' THEN CASE WHEN new IS NOT NULL THEN 'part' END END"""
# Those that anything happened to, and those that were open as the time began. Everything about them is
# read, for a ticket is judged by all its past.
_ALIVE = """SELECT ticket_id FROM ticket_event WHERE at >= ? AND at < ?
 UNION SELECT ticket_id FROM ticket_event
 WHERE at < ? AND what IN ('opened', 'reopened', 'status') GROUP BY ticket_id
 HAVING max(CASE WHEN what = 'reopened' THEN id ELSE 0 END)
 >= max(CASE WHEN what = 'status' AND new = 'resolved' THEN id ELSE 0 END)"""
# All events are one row, whose columns are lists in text: numpy reads those far faster than a driver makes
# rows.
_EVENTS = """SELECT {numbers}, {list}(what || '\x1f' || who || '\x1f' || coalesce(value, ''), '\n')
 FROM (SELECT id, ticket_id, at, coalesce(person_id, 0) AS person_id, what, who, {value} AS value
 FROM ticket_event WHERE at < ? AND (who = 'agent' OR what IN ({names})) AND {which}) event"""
_NUMBERS = ("ticket_id", "id", "at", "person_id")
_LAST = "SELECT max(id) FROM ticket_event"
_RECENT = "SELECT count(*) FROM ticket_event WHERE at >= ? AND at < ?"
_MANY = 0.2  # where so large a share of all events is of the time, all are read in their order


def log(
    tx: Tx,
    since: datetime,
    until: datetime,
    kinds: Mapping[str, int],
    other: int,
    who: Mapping[str, int],
) -> Log:
    """All events before `until` of every ticket that something happened to since `since`, or that was open
    then; of others perhaps, too. `kinds` and `who` give names their codes; `other` is that of all else that
    agents did."""
    begin, end = micros(since), micros(until)
    numbers = [np.empty((len(_NUMBERS), 0), dtype=np.int64)]
    told = [np.empty(0, dtype=np.int64)]
    codes: dict[str, int] = {}
    for *columns, text in _lists(tx, kinds, begin, end):
        numbers.append(np.array([np.fromstring(one, np.int64, sep=",") for one in columns]))
        words = text.split("\n")
        for word in set(words) - codes.keys():
            codes[word] = len(codes)
        told.append(np.fromiter(map(codes.__getitem__, words), np.int64, len(words)))
    ticket, id, at, person = np.concatenate(numbers, axis=1)
    order = np.lexsort((id, ticket))
    what, by, value, values = _read(codes, kinds, other, who)
    code = np.concatenate(told)[order]
    return Log(
        ticket=ticket[order],
        at=at[order],
        kind=what[code],
        who=by[code],
        person=person[order],
        value=value[code],
        words=values,
    )


def _lists(tx: Tx, kinds: Mapping[str, int], begin: int, end: int) -> Iterator[Sequence[str]]:
    """The events as lists in text: of the tickets that are wanted, or where those are many, of all, which
    makes no difference to any figure."""
    tx.flush()
    last = tx.run(_LAST).scalar() or 0
    few = tx.run(_RECENT, (begin, end)).scalar() < _MANY * last
    as_list = "string_agg" if tx.is_postgres else "group_concat"
    statement = _EVENTS.format(
        numbers=", ".join(f"{as_list}(CAST({one} AS text), ',')" for one in _NUMBERS),
        list=as_list,
        value=_VALUE,
        names=", ".join(f"'{name}'" for name in kinds),
        which=f"ticket_id IN ({_ALIVE})" if few else "id > ? AND id <= ?",
    )
    blocks = [(begin, end, begin)] if few else [(n, n + BLOCK) for n in range(0, last, BLOCK)]
    for block in blocks:
        row = tx.run(statement, (end, *block)).one()
        if row[0] is not None:
            yield tuple(row)


def _read(
    codes: Mapping[str, int], kinds: Mapping[str, int], other: int, who: Mapping[str, int]
) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int32], tuple[str, ...]]:
    """What, who and value of each of the words that tell all three; and the values."""
    places: dict[str, int] = {"": NOTHING}
    parts = [word.split("\x1f", 2) for word in codes]
    for _, _, value in parts:
        places.setdefault(value, len(places) - 1)
    return (
        np.array([kinds.get(what, other) for what, _, _ in parts], dtype=np.int8),
        np.array([who.get(by, 0) for _, by, _ in parts], dtype=np.int8),
        np.array([places[value] for _, _, value in parts], dtype=np.int32),
        tuple(value for value in places if value),
    )


_USED = """SELECT u.conversation_id, u.at, 0, u.id, u.what, c.channel, u.language, 0 FROM article_use u
 JOIN conversation c ON c.id = u.conversation_id WHERE u.at < ? AND u.conversation_id IN ({some})"""
_OPENED = """SELECT i.conversation_id, e.at, 1, e.id, e.what, i.channel, '', e.ticket_id FROM ticket_event e
 JOIN inbox i ON i.id = e.inbox_id
 WHERE e.what = 'opened' AND e.at < ? AND i.conversation_id IN ({some})"""
_USING = "SELECT conversation_id FROM article_use WHERE at >= ? AND at < ?"


def uses(tx: Tx, since: datetime, until: datetime) -> list[Use]:
    """What became of articles before `until` in the conversations where some were shown since `since`, and
    the tickets opened there; by conversation and then in their order."""
    begin, end = micros(since), micros(until)
    found: list[Use] = []
    for statement in (_USED, _OPENED):
        for rows in _chunks(tx, statement.format(some=_USING), (end, begin, end)):
            found += rows
    found.sort()
    return found


def names(tx: Tx, person_ids: Sequence[int]) -> dict[int, str]:
    """What people are called now."""
    if not person_ids:
        return {}
    marks = ", ".join("?" * len(person_ids))
    return dict(
        tx.run(f"SELECT id, name FROM person WHERE id IN ({marks})", tuple(person_ids)).all()
    )


def first_event(tx: Tx) -> int | None:
    """When the first ticket was opened, in microseconds."""
    found = tx.run("SELECT min(at) FROM ticket_event").scalar()
    return None if found is None else int(found)


def _chunks(tx: Tx, statement: str, parameters: tuple[int, ...]) -> Iterator[list[Any]]:
    """Past SQLAlchemy's rows, whose making would cost as much again as the database."""
    tx.flush()
    driver = tx.connection.connection.cursor()
    execute: Callable[..., Any] = driver.execute
    try:
        execute(statement.replace("?", "%s") if tx.is_postgres else statement, parameters)
        while rows := driver.fetchmany(CHUNK):
            yield list(rows)
    finally:
        driver.close()
