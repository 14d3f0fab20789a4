"""What is known of each ticket at a moment, from its events alone: columns with a place for every ticket.

One pass over all events with numpy, because a report looks at hundreds of thousands. `docs/METRICS.md` says
in words what is done here; the tests hold this against a slow count written from that page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bot.desk.access import Who
from bot.desk.events import What
from bot.desk.origin import Origin, origin_of
from bot.desk.status import Status
from store.base import micros
from store.reports import NOTHING, Ints, Log

Flags = NDArray[np.bool_]

_READ: Final = (  # of these every event; of others what agents did
    What.OPENED, What.STATUS, What.REOPENED, What.ASSIGNEE, What.MESSAGE, What.REPLY, What.MERGED,
    What.RATED, What.TYPE, What.CATEGORY, What.PRIORITY, What.QUEUE, What.TAG, What.LINKED,
    What.PARTED, What.MET, What.BREACHED, What.ESCALATED, What.RETURNED, What.SOP_STARTED,
    What.SOP_ENDED,
)  # fmt: skip
KINDS: Final = {str(one): code for code, one in enumerate(_READ)}
OTHER: Final = len(KINDS)
WHO: Final = {str(one): code for code, one in enumerate(Who, 1)}
AGENT: Final = WHO[Who.AGENT]
REQUESTER: Final = WHO[Who.REQUESTER]
CLOCK: Final = WHO[Who.CLOCK]
NONE: Final = -1  # the place of an event that there is not

_TURNS: Final = (str(What.OPENED), str(What.STATUS), str(What.REOPENED))
_OVER: Final = frozenset({"resolved", "withdrawn", "closed"})
WAITING: Final = frozenset({Status.PENDING_USER, Status.PENDING_THIRD_PARTY})


class Facts(Struct, frozen=True, kw_only=True):
    """Of all tickets at one moment. Places are those of events in `log`, NONE where there is none; each
    array but the log's has one element for every ticket."""

    log: Log  # without what came later; times never go back within a ticket
    until: int  # microseconds
    tickets: Ints  # ids
    index: Ints  # of every event: the ticket's place
    holder: Ints  # of every event: who had the ticket then; 0: nobody
    opened: Ints  # place of the event
    counts: Flags  # it is one of the desk's tickets: not spam, not a part of another by merging
    spam: Flags
    done: Flags  # resolved, and not reopened since
    resolution: Ints  # place of the latest
    reopened: Ints  # place of the latest
    withdrawn: Flags  # the requester did not want it any more
    part: Flags  # of an incident
    response: Ints  # place of an agent's first answer
    resolver: Ints  # who resolved it; where no agent did, who had it then; 0: nobody
    agents: Ints  # how many did something to it before it was resolved
    stood: Ints  # microseconds in which it waited for others before it was resolved
    escalated: Flags  # before it was resolved
    sop: Flags  # one was begun before it was resolved
    sop_solved: Flags  # the last to end did with the problem solved
    one_go: Flags  # nothing was asked, answered or handed on after the first answer
    fields: dict[str, NDArray[np.int32]]  # "category", …: what it is at the end, as a word's number
    guessed: dict[str, NDArray[np.int32]]  # likewise, what the bot took it for; NOTHING: it did not
    origins: NDArray[np.int32]  # number of the word that tells where it came from

    @property
    def states(self) -> tuple[Ints, NDArray[np.int64]]:
        """Places of events that opened or finished a ticket, and what that adds to those that are open."""
        log = self.log
        turns = np.flatnonzero(np.isin(log.kind, [KINDS[one] for one in _TURNS]))
        over = np.array([word in _OVER for word in (*log.words, "")], dtype=np.bool_)
        is_open = ~((log.kind[turns] == KINDS[What.STATUS]) & over[log.value[turns]])
        was_open = np.concatenate(([False], is_open[:-1])) if len(turns) else is_open
        was_open &= np.diff(self.index[turns], prepend=-1) == 0
        return turns, is_open.astype(np.int64) - was_open.astype(np.int64)

    @property
    def at(self) -> Ints:
        return self.log.at

    def time(self, places: Ints) -> Ints:
        """Of events."""
        return self.log.at[places]

    def origin(self) -> tuple[Sequence[Origin], NDArray[np.int32]]:
        """Different ones, and which of them each ticket has."""
        some, which = np.unique(self.origins, return_inverse=True)
        found = [origin_of(None if one == NOTHING else self.log.words[one]) for one in some]
        return found, which.astype(np.int32)


def facts(log: Log, until: datetime) -> Facts:
    return _Fold(_before(log, micros(until)), micros(until)).facts()


def _before(log: Log, until: int) -> Log:
    keep = log.at < until
    if not keep.all():
        log = Log(
            ticket=log.ticket[keep],
            at=log.at[keep],
            kind=log.kind[keep],
            who=log.who[keep],
            person=log.person[keep],
            value=log.value[keep],
            words=log.words,
        )
    backwards = (np.diff(log.at) < 0) & (np.diff(log.ticket) == 0)
    if not backwards.any():
        return log
    at = log.at.copy()
    for place in np.flatnonzero(
        backwards
    ):  # a clock was set back: no time goes by till it caught up
        if at[place + 1] < at[place]:
            end = np.searchsorted(log.ticket, log.ticket[place], "right")
            at[place:end] = np.maximum.accumulate(at[place:end])
    return log._replace(at=at)


class _Fold:
    def __init__(self, log: Log, until: int) -> None:
        self.log, self.until = log, until
        fresh = np.diff(log.ticket, prepend=-1) != 0
        self.index: Ints = np.cumsum(fresh) - 1
        self.tickets: Ints = log.ticket[fresh]
        self.begins = np.flatnonzero(fresh)
        self.place: Ints = np.arange(len(log.ticket))
        self.by_agent: Flags = log.who == AGENT

    def facts(self) -> Facts:
        log = self.log
        opened = self._first(self._is(What.OPENED))
        ending = self._is(What.STATUS) & (self._says(Status.RESOLVED) | self._says("withdrawn"))
        resolution, reopened = self._last(ending), self._last(self._is(What.REOPENED))
        done = resolution > reopened
        end = np.where(resolution == NONE, len(log.at), resolution)  # what counts came before it
        before = self.place < end[self.index]
        holder = self._holder()
        response = self._first(
            self.by_agent & (self._is(What.REPLY) | ending) & (self.place >= opened[self.index])
        )
        away = self._last(self._is(What.MERGED) & self._says("away")) != NONE
        spam = self._holds(
            self._is(What.TAG) & self._says("on"), self._is(What.TAG) & self._says("off")
        )
        acted = self.by_agent & (self.place <= end[self.index])
        escalated = before & (
            self._is(What.ESCALATED) | (self._is(What.STATUS) & self._says(Status.ESCALATED))
        )
        return Facts(
            log=log,
            until=self.until,
            tickets=self.tickets,
            index=self.index,
            holder=holder,
            opened=opened,
            counts=(opened != NONE) & ~away & ~spam,
            spam=spam,
            done=done,
            resolution=resolution,
            reopened=reopened,
            withdrawn=self._said_at(resolution, "withdrawn"),
            part=self._holds(self._is(What.LINKED) & self._says("part"), self._is(What.PARTED)),
            response=response,
            resolver=self._resolver(resolution, holder),
            agents=self._distinct(acted),
            stood=self._stood(before),
            escalated=self._any(escalated),
            sop=self._any(before & self._is(What.SOP_STARTED)),
            sop_solved=self._said_at(self._last(before & self._is(What.SOP_ENDED)), "solved"),
            one_go=self._one_go(before, response, reopened),
            fields={
                str(one): self._value(self._last(self._is(one)))
                for one in (What.TYPE, What.CATEGORY, What.PRIORITY, What.QUEUE)
            }
            | {"level": self._level()},
            guessed={str(one): self._guess(one) for one in (What.TYPE, What.CATEGORY)},
            origins=self._value(opened),
        )  # fmt: skip

    # Events

    def _is(self, what: What) -> Flags:
        found: Flags = self.log.kind == KINDS[what]
        return found

    def _says(self, word: str) -> Flags:
        number = self.log.words.index(word) if word in self.log.words else NOTHING - 1
        found: Flags = self.log.value == number
        return found

    # Tickets

    def _last(self, which: Flags) -> Ints:
        """The place of the last such event of each."""
        found = np.full(len(self.tickets), NONE, dtype=np.int64)
        places = np.flatnonzero(which)
        found[self.index[places]] = places  # of several the last is kept
        return found

    def _first(self, which: Flags) -> Ints:
        found = np.full(len(self.tickets), NONE, dtype=np.int64)
        places = np.flatnonzero(which)[::-1]
        found[self.index[places]] = places
        return found

    def _any(self, which: Flags) -> Flags:
        found = np.zeros(len(self.tickets), dtype=np.bool_)
        found[self.index[which]] = True
        return found

    def _holds(self, on: Flags, off: Flags) -> Flags:
        found: Flags = self._last(on) > self._last(off)
        return found

    def _value(self, places: Ints) -> NDArray[np.int32]:
        if not len(self.log.value):
            return np.empty(0, dtype=np.int32)
        found: NDArray[np.int32] = np.where(
            places == NONE, np.int32(NOTHING), self.log.value[places]
        )
        return found

    def _said_at(self, places: Ints, word: str) -> Flags:
        says = self._says(word)
        found = np.zeros(len(places), dtype=np.bool_)
        there = places != NONE
        found[there] = says[places[there]]
        return found

    def _guess(self, what: What) -> NDArray[np.int32]:
        first = self._first(self._is(what))
        found = self._value(first)
        there = first != NONE
        found[there] = np.where(self.log.who[first[there]] == WHO[Who.BOT], found[there], NOTHING)
        return found

    def _holder(self) -> Ints:
        """Of every event: whom the ticket was assigned to as of then."""
        set_by = self._is(What.ASSIGNEE)
        ids = np.array([_number(word) for word in (*self.log.words, "")], dtype=np.int64)
        known = np.where(set_by, self.place, 0)
        known[self.begins] = self.begins
        latest = np.maximum.accumulate(known) if len(known) else known
        found: Ints = np.where(set_by[latest], ids[self.log.value[latest]], 0)
        return found

    def _resolver(self, resolution: Ints, holder: Ints) -> Ints:
        found = np.zeros(len(self.tickets), dtype=np.int64)
        there = resolution != NONE
        places = resolution[there]
        found[there] = np.where(self.by_agent[places], self.log.person[places], holder[places])
        return found

    def _distinct(self, which: Flags) -> Ints:
        """How many people did such things to each."""
        people, code = np.unique(self.log.person[which], return_inverse=True)
        pairs = np.unique(self.index[which] * max(len(people), 1) + code)
        return np.bincount(pairs // max(len(people), 1), minlength=len(self.tickets))

    def _stood(self, before: Flags) -> Ints:
        """While it was pending, or resolved and not yet reopened."""
        turns = np.flatnonzero(
            self._is(What.OPENED) | self._is(What.STATUS) | self._is(What.REOPENED)
        )
        still = np.zeros(len(self.log.at), dtype=np.bool_)
        for status in (*WAITING, Status.RESOLVED, Status.CLOSED, "withdrawn"):
            still |= self._is(What.STATUS) & self._says(str(status))
        here, after = turns[:-1], turns[1:]
        same = (self.index[here] == self.index[after]) & still[here] & before[here]
        spans = np.where(same, self.log.at[after] - self.log.at[here], 0)
        sums = np.bincount(self.index[here], weights=spans, minlength=len(self.tickets))
        return sums.astype(np.int64)

    def _one_go(self, before: Flags, response: Ints, reopened: Ints) -> Flags:
        first = np.where(response == NONE, len(self.log.at), response)
        later = before & (self.place > first[self.index])
        heard = self._is(What.MESSAGE) & (self.log.who == REQUESTER) & ~self._says("guest")
        waited = np.zeros(len(self.log.at), dtype=np.bool_)
        for status in WAITING:
            waited |= self._is(What.STATUS) & self._says(str(status))
        found: Flags = (reopened == NONE) & ~self._any(later & heard) & ~self._any(before & waited)
        return found

    def _level(self) -> NDArray[np.int32]:
        moved = self._is(What.ESCALATED) | self._is(What.RETURNED)
        return self._value(self._last(moved & (self.log.value != NOTHING)))


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 19 else 0
