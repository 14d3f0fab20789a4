"""Many people with one trouble, noticed while they write: an outage, a bad update, a dead link to one site.

A report is a set of signs that are the same in every language where they can be: concepts, programs,
error codes, places, words. Two are as alike as what they share is rare. It is a storm when more people
than usual write something so much alike within some time. What is usual is read off a sample of ordinary
reports of the last weeks, at that hour of the week; how improbable a storm must be follows from how many
false alarms a month are put up with. What one report sees, the others it is like must see as well.

Everything is bounded: reports lie in numbered slots, and for each sign the slots that have it are the
bits of one number. What a report costs does not depend on how many came before.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from nlp.concepts import thesaurus
from nlp.facts import facts_in
from nlp.terms import telling, terms

LOOKED_AT: Final = 2_000  # characters of a report: what comes after them is a log
MOST_SIGNS: Final = 40  # of one report
RECENT: Final = 4_096  # reports that a storm may be found in
SAMPLE: Final = 8_192  # ordinary reports that are remembered
REMEMBERED: Final = timedelta(weeks=4)  # how far back they go, about
WINDOWS: Final = tuple(timedelta(minutes=n) for n in (10, 30, 120, 480))
LIVES: Final = timedelta(hours=4)  # a storm, after its last report
MOST_STORMS: Final = 64  # at once
TESTS: Final = 30  # independent ones that a report amounts to, about; see `bench.storms`
SHAPE: Final = 6.0  # how steady ordinary reports come: the less, the more they come in clusters
SHRINK: Final = 200  # reports that an hour's own share has to outweigh
HOURS: Final = 168
JOINS: Final = 3.0  # of the evidence: to belong to a storm
STRONGEST: Final = 5.0  # evidence of one sign
OWN: Final = 0.3  # of what a report of a storm says, the part that others of it say as well
COMMON: Final = 2.5  # what is said this often tells nothing: a logarithm
HOPE: Final = 6.0  # evidence that may still be missing when a cluster is looked at closer
UNLIKELY: Final = 0.7  # how much a storm is the less likely, the slower it comes
COMPARED: Final = 24  # reports of one cluster
UNSURE: Final = (
    6.0  # evidence that a report may lack where the others of the cluster make up for it
)
ASKED: Final = 5  # of the others
CONVINCING: Final = 15.0  # what all of them tell together; see `bench.storms`

CATEGORY: Final = (
    "in:"  # of the sign that tells what kind of matter it is: a few for all, so it always counts
)

NAMED: Final = ("error-code", "host", "site", "room", "floor", "service")  # kinds of facts


class Report(Struct, frozen=True):
    """One person's words about one matter."""

    id: int
    who: int  # one person counts once
    at: datetime
    signs: frozenset[str]
    trouble: bool = True  # rather than a wish; a wish may be part of a storm and makes none


class Storm:
    """Reports of one cause."""

    def __init__(self, id: int, expected: float, window: timedelta) -> None:
        self.id = id
        self.expected, self.window = expected, window  # reports like these, usually, in that time
        self.members: dict[int, Report] = {}
        self.given: Counter[str] = Counter()  # sign -> members
        self.last: datetime | None = None

    def add(self, report: Report) -> None:
        if report.id not in self.members:
            self.members[report.id] = report
            self.given.update(report.signs)
            self.last = report.at if self.last is None else max(self.last, report.at)

    def drop(self, report_id: int) -> Report | None:
        found = self.members.pop(report_id, None)
        if found is not None:
            self.given.subtract(found.signs)
        return found

    @property
    def people(self) -> int:
        return len({one.who for one in self.members.values()})


class Seen(Struct, frozen=True):
    """What a report turned out to be part of."""

    storm: Storm
    joined: tuple[int, ...]  # reports that belong to it since now


def signs_of(text: str, category: str | None = None) -> frozenset[str]:
    """What a report says, each thing once: a word that names a concept counts as the concept."""
    text = text[:LOOKED_AT]
    names = thesaurus()
    found, said = [] if category is None else [f"{CATEGORY}{category}"], set[str]()
    for fact in facts_in(text):
        if fact.kind in NAMED:
            found.append(f"{fact.kind}:{fact.value.lower()}")
            said.update(terms(fact.value))
        elif fact.kind == "application" and not names.of(fact.value):
            found.append(f"application:{fact.value}")
            said.update(terms(text[fact.start : fact.end]))
    found += names.of(text)
    rest = telling(names.without_chinese(text))
    found += [
        term for term in rest if _tells(term) and term not in said and not names.of_term(term)
    ]
    return frozenset(list(dict.fromkeys(found))[:MOST_SIGNS])


def _tells(term: str) -> bool:
    if "\u3400" <= term[0] <= "\u9fff":
        return len(term) > 1 and not _GRAMMAR.intersection(term)
    return len(term) > 1 and term not in _EMPTY


# Words and characters that are said about everything, beside those that search leaves out.
_EMPTY: Final = frozenset(
    terms(
        "there here could should would might must may keep keeps kept we us they them their he she his "
        "her all any each every some few lot lots many much more most less least other another both "
        "such same from into onto out off over under up down back away after before during until while "
        "since again then than so too very also even only just really quite almost about around through "
        "between be been being am is are was were do does did done doing have has had having get gets "
        "got getting go goes going gone went come comes came coming make makes made take takes took put "
        "set let say says said tell told see sees seen saw look looks seem seems think know want try "
        "trying one two three thing things stuff way ways kind sort bit minute minutes hour hours day "
        "days week weeks month year morning afternoon evening night noon today yesterday tomorrow "
        "tonight monday tuesday wednesday thursday friday first last next new old own whole able like "
        "well ok okay yes no nobody everybody everyone somebody someone anyone nothing everything "
        "itself myself ve re ll don doesn didn isn aren wasn can won pls please weird sudden suddenly "
        "good bad"
    )
    + terms(
        "там тут здесь туда сюда они он она его её их им нас вас вам нам наш ваш свой сам сама все всё "
        "весь вся точно хоть хотя просто вместо раз то та те тот эта эти этого того тому тем чем чтобы "
        "чтоб если потом после перед до от об про через под над без между около почти даже лишь тоже "
        "также или либо быть был была было были будет есть стал стала стало стать идёт идти пришёл "
        "пришла пришло приходит делать сделать сделал дать дайте дал хочу хотим надо можем могу может "
        "мог понимаю понимать видно вижу видит пишет писать сказать сказал говорит один одна одно два "
        "две три пара несколько много мало минут минута минуты час часа часов день дня дней неделя "
        "недели месяц год года утро вечер ночь понедельник вторник среда четверг пятница первый второй "
        "последний новый старый друг другой другая каждый каждую любой ещё очень совсем опять снова "
        "вдруг нормально хорошо плохо ну вот да нет ли"
    )
)
_GRAMMAR: Final = frozenset(
    "的了着过不没也都是在我你他她它这那就还又很太把被给和跟与有无一二两三个些么什怎吗呢吧啊哦请麻烦想要会能可以"
    "只才从到对向为因所但而或如果说叫让用做去来上下里外前后中间时候天月年点分秒几多少好"
)


def name_of(sign: str, language: str) -> str | None:
    """A sign in words; None for what is only the stem of some."""
    _, _, value = sign.partition(":")
    if value:
        return None if sign.startswith(CATEGORY) else value
    if not sign.startswith("="):
        return sign if any(letter.isdigit() for letter in sign) else None
    names = thesaurus().names[int(sign[1:])]
    script = _SCRIPTS.get(language)
    return next((name for name in names if script is not None and script(name)), names[0])


_SCRIPTS: Final[Mapping[str, Callable[[str], bool]]] = {
    "en": str.isascii,
    "ru": lambda name: "а" <= name[0].lower() <= "я",
    "zh": lambda name: "\u3400" <= name[0] <= "\u9fff",
}


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Of what two reports say, the share that both say."""
    return len(one & other) / max(1, min(len(one), len(other)))


class _Shelf:
    """Reports in slots, and for each sign the slots that have it as the bits of a number."""

    def __init__(self, size: int) -> None:
        self.held: list[Report | None] = [None] * size
        self.bits: dict[str, int] = {}
        self.count = 0

    def put(self, slot: int, report: Report) -> None:
        self.clear(slot)
        self.held[slot] = report
        self.count += 1
        bit = 1 << slot
        for sign in report.signs:
            self.bits[sign] = self.bits.get(sign, 0) | bit

    def clear(self, slot: int) -> Report | None:
        old, self.held[slot] = self.held[slot], None
        if old is not None:
            self.count -= 1
            rest = ~(1 << slot)
            for sign in old.signs:
                left = self.bits[sign] & rest
                if left:
                    self.bits[sign] = left
                else:
                    del self.bits[sign]
        return old

    def alike(self, weights: Mapping[str, float]) -> "np.ndarray[Any, Any]":
        """For each slot, what the signs weigh that its report has of these."""
        size = len(self.held)
        found = np.zeros(size, dtype=np.float32)
        for sign, weight in weights.items():
            if (bits := self.bits.get(sign)) is not None:
                found[_array(bits, size)] += weight
        return found


class Arrivals:
    """How many reports an hour of the week brings."""

    def __init__(self) -> None:
        self._rate = [0.0] * HOURS
        self._known = [0] * HOURS  # weeks
        self._hour: int | None = None  # since the epoch
        self._count = 0

    def add(self, hour: int, slot: int) -> None:
        """One report, in an hour since the epoch that is this one of the week."""
        if self._hour is None:
            self._hour = hour
        while self._hour < hour:
            self._close(slot - (hour - self._hour))
            self._hour = max(self._hour + 1, hour - HOURS)
        self._count += 1

    def _close(self, slot: int) -> None:
        slot %= HOURS
        self._known[slot] = min(self._known[slot] + 1, 8)
        share = max(1 / self._known[slot], 0.25)
        self._rate[slot] += (self._count - self._rate[slot]) * share
        self._count = 0

    def set(self, rates: Sequence[float], weeks: int) -> None:
        """What was counted before: reports in each hour of a week, over so many weeks."""
        self._rate, self._known = list(rates), [weeks] * HOURS

    def expected(self, slot: int) -> float:
        """In one hour, smoothed by its neighbours."""
        around = [(slot - 1) % HOURS, slot, (slot + 1) % HOURS]
        known = [
            (2.0 if one == slot else 1.0, self._rate[one]) for one in around if self._known[one]
        ]
        if not known:
            return self.mean()
        return sum(w * rate for w, rate in known) / sum(w for w, _ in known)

    def mean(self) -> float:
        known = [rate for rate, weeks in zip(self._rate, self._known, strict=True) if weeks]
        return sum(known) / len(known) if known else float(self._count)


class Detector:
    """Shown every report once, in about the order they came."""

    def __init__(
        self,
        *,
        people: int = 3,
        false_alarms: float = 1.0,
        zone: ZoneInfo | None = None,
        seed: int = 0,
    ) -> None:
        """`people`: so many make a storm at least. `false_alarms`: a month, about."""
        self.people, self.false_alarms = people, false_alarms
        self._zone = zone or ZoneInfo("UTC")
        self._random = random.Random(seed)
        self.storms: dict[int, Storm] = {}
        self._numbers = 0
        self.arrivals = Arrivals()
        # The last reports, in a ring, numbered from `_oldest` to before `_next`.
        self._recent = _Shelf(RECENT)
        self._oldest = self._next = 0
        self._begins = [0] * len(WINDOWS)
        self._taken = 0  # bits of those that belong to a storm
        # A sample of ordinary ones.
        self._past = _Shelf(SAMPLE)
        self._by_hour = [0] * HOURS
        self._hour_of: list[int] = [0] * SAMPLE

    # -- ordinary times

    def remember(self, reports: Iterable[Report]) -> None:
        """Ordinary reports of before, for what people usually write and when."""
        for report in reports:
            self._keep(report)

    def _keep(self, report: Report) -> None:
        full = self._past.count >= SAMPLE
        if full and self._random.random() > self._share_kept():
            return
        slot = self._random.randrange(SAMPLE) if full else self._past.count
        hour = self._hour(report.at)
        self._by_hour[self._hour_of[slot]] &= ~(1 << slot)
        self._past.put(slot, report)
        self._by_hour[hour] |= 1 << slot
        self._hour_of[slot] = hour

    def _share_kept(self) -> float:
        weeks = REMEMBERED / timedelta(weeks=1)
        return min(1.0, SAMPLE / max(1.0, self.arrivals.mean() * HOURS * weeks))

    def _hour(self, at: datetime) -> int:
        here = at.astimezone(self._zone)
        return here.weekday() * 24 + here.hour

    def _expected(self, at: datetime) -> list[float]:
        """Reports in each window that ends now."""
        found = []
        for window in WINDOWS:
            hours, total, end = window / timedelta(hours=1), 0.0, at
            while hours > 0:
                here = end.astimezone(self._zone)
                part = min(hours, (here.minute * 60 + here.second) / 3600 or 1.0)
                total += part * self.arrivals.expected(self._hour(end - timedelta(seconds=1)))
                hours -= part
                end -= timedelta(hours=part)
            found.append(total)
        return found

    # -- storms

    def see(self, report: Report) -> Seen | None:
        self._forget(report.at)
        if not report.trouble:
            best = self._belongs(report)
            if best is None:
                return None
            best.add(report)
            return Seen(best, (report.id,))
        self.arrivals.add(int(report.at.timestamp() // 3600), self._hour(report.at))
        slot = self._next % RECENT
        self._recent.put(slot, report)
        self._taken &= ~(1 << slot)
        self._next += 1
        best = self._belongs(report)
        if best is not None:
            best.add(report)
            self._taken |= 1 << slot
            return Seen(best, (report.id,))
        return self._find(report)

    def _forget(self, now: datetime) -> None:
        """What is over: it becomes the past, unless it was a storm."""
        for at, window in enumerate(WINDOWS):
            begin = max(self._begins[at], self._oldest)
            while begin < self._next and self._is_before(begin, now - window):
                begin += 1
            self._begins[at] = begin
        while self._oldest < self._begins[-1] or self._next - self._oldest >= RECENT:
            slot = self._oldest % RECENT
            old = self._recent.clear(slot)
            if old is not None and not self._taken >> slot & 1:
                self._keep(old)
            self._taken &= ~(1 << slot)
            self._oldest += 1
        over = [one for one in self.storms.values() if one.last and now - one.last > LIVES]
        for storm in over:
            del self.storms[storm.id]

    def _is_before(self, number: int, moment: datetime) -> bool:
        held = self._recent.held[number % RECENT]
        return held is None or held.at < moment

    def _since(self, number: int) -> int:
        """The slots of the reports from that number on, as bits."""
        count, first = self._next - number, number % RECENT
        run = ((1 << count) - 1) << first
        return (run | run >> RECENT) & ((1 << RECENT) - 1)

    def _belongs(self, report: Report) -> Storm | None:
        scored = [(self.evidence(report, one), one.id, one) for one in self.storms.values()]
        best = max(scored, default=None)
        return best[2] if best is not None and best[0] >= JOINS else None

    def evidence(self, report: Report, storm: Storm) -> float:
        """That a report is of a storm rather than an ordinary one: a logarithm of odds, about."""
        others = len(storm.members) - (report.id in storm.members)
        if others < 1:
            return -math.inf
        given = storm.given
        if report.id in storm.members:
            given = given - Counter(report.signs)
        past, count = self._past.bits, self._past.count + 1
        usual = {
            sign: (past.get(sign, 0).bit_count() + 0.5) / count
            for sign in {*report.signs, *(one for one in given if given[one] * 2 > others)}
        }
        return _agreement(report.signs, given, others, usual)

    def weights(self, signs: Iterable[str]) -> dict[str, float]:
        """What it tells that two reports share a sign: nothing for what everybody says."""
        past, count = self._past.bits, self._past.count + 1
        found = {
            sign: -math.log((past.get(sign, 0).bit_count() + 0.5) / count)
            - (0.0 if sign.startswith(CATEGORY) else COMMON)
            for sign in signs
        }
        return {sign: min(weight, STRONGEST) for sign, weight in found.items() if weight > 0}

    def _find(self, report: Report) -> Seen | None:
        first = self._densest(report, self.weights(report.signs))
        if first is None or first.evidence < self._needed() - HOPE:
            return None
        # What those have in common may be said by others who do not share it with this one.
        common = Counter(report.signs)
        for one in first.reports:
            common.update(one.signs)
        shared = self.weights(sign for sign, count in common.items() if count > 1)
        second = self._densest(report, shared)
        best = first if second is None or first.evidence >= second.evidence else second
        if best.evidence < self._needed() - UNSURE or not self._coherent(report, best):
            return None
        return self._begin(report, best)

    def _coherent(self, report: Report, found: "_Cluster") -> bool:
        """Whether the others see it as well, and all have something in common.

        Of reports by the hundred some are always like one, each in a way of its own.
        """
        others = [self._densest(one, self.weights(one.signs)) for one in found.reports[:ASKED]]
        views = sorted((one.evidence for one in others if one is not None), reverse=True)
        first, second = (*views, 0.0, 0.0)[:2]
        group = (report, *found.reports)
        said = Counter(sign for one in group for sign in one.signs if not sign.startswith(CATEGORY))
        shared = {sign: n / len(group) for sign, n in said.items() if 2 * n >= len(group)}
        weights = self.weights(shared)
        core = sum(share * weights.get(sign, 0.0) for sign, share in shared.items())
        told = (found.evidence - self._needed()) / 2 + first / 2 + second + core
        return told >= CONVINCING

    def _densest(self, report: Report, weights: dict[str, float]) -> "_Cluster | None":
        """The least probable gathering of reports that share these signs with each other."""
        scores = self._recent.alike(weights)
        scores[~_array(self._since(self._oldest) & ~self._taken, RECENT)] = 0.0
        like = np.flatnonzero(scores)
        if len(like) < self.people:
            return None
        # The latest first.
        ages = sorted(((self._next - 1 - int(slot)) % RECENT, int(slot)) for slot in like)
        best_of: dict[int, tuple[float, int]] = {}  # person -> score, slot
        usual = self._usual(weights, report.at)
        expected: list[float] | None = None
        found: _Cluster | None = None
        at = 0
        for number, window in enumerate(WINDOWS):
            length = self._next - self._begins[number]
            while at < len(ages) and ages[at][0] < length:
                slot = ages[at][1]
                held = self._recent.held[slot]
                at += 1
                if held is not None and held.who != report.who:
                    one = float(scores[slot]), slot
                    best_of[held.who] = max(best_of.get(held.who, one), one)
            if len(best_of) + 1 < self.people:
                continue
            expected = self._expected(report.at) if expected is None else expected
            ranked = sorted(best_of.values(), reverse=True)[:COMPARED]
            others = (self._since(self._begins[number]) & ~self._taken).bit_count()
            slower = UNLIKELY * math.log(window / WINDOWS[0])
            for count in range(self.people, len(ranked) + 2):
                score = ranked[count - 2][0]
                share, seen = usual(score)
                mean = share * max(expected[number], others - count)
                # The one that all are held against is like itself: what counts is the others.
                total = -math.log(tail(count - 1, mean, min(seen + 0.5, SHAPE))) - slower
                if found is None or total > found.evidence:
                    near = [self._recent.held[slot] for _, slot in ranked[: count - 1]]
                    reports = tuple(one for one in near if one is not None)
                    found = _Cluster(total, reports, mean, window)
        return found

    def _usual(
        self, weights: dict[str, float], at: datetime
    ) -> "Callable[[float], tuple[float, float]]":
        """Of ordinary reports, the share that is so much alike; and how many that was seen in."""
        scores = self._past.alike(weights)
        hour = self._hour(at)
        near = self._by_hour[hour - 1] | self._by_hour[hour] | self._by_hour[(hour + 1) % HOURS]
        at_hour = np.sort(scores[_array(near, SAMPLE)])
        in_all = np.sort(scores[scores > 0])

        def usual(score: float) -> tuple[float, float]:
            seen = float(len(in_all) - np.searchsorted(in_all, score - 1e-9))
            share = (seen + 0.5) / (self._past.count + 1)
            here = len(at_hour) - np.searchsorted(at_hour, score - 1e-9)
            return max(share, (here + SHRINK * share) / (len(at_hour) + SHRINK)), seen

        return usual

    def _needed(self) -> float:
        """How improbable a cluster must be, as a logarithm."""
        month = max(500.0, self.arrivals.mean() * 730)
        return math.log(month * TESTS / self.false_alarms)

    def _begin(self, report: Report, cluster: "_Cluster") -> Seen:
        self._numbers += 1
        storm = Storm(self._numbers, cluster.mean, cluster.window)
        for one in (report, *cluster.reports):
            storm.add(one)
        # Who said it in other words before is of it, too.
        for slot in _slots(self._since(self._begins[2]) & ~self._taken):
            held = self._recent.held[slot]
            if held is None or held.id in storm.members:
                continue
            if self.evidence(held, storm) >= JOINS:
                storm.add(held)
        for slot in _slots(self._since(self._oldest)):
            held = self._recent.held[slot]
            if held is not None and held.id in storm.members:
                self._taken |= 1 << slot
        joined = tuple(storm.members)
        if (old := self._same(storm)) is not None:
            for one in storm.members.values():
                old.add(one)
            storm = old
        self.storms[storm.id] = storm
        if len(self.storms) > MOST_STORMS:
            del self.storms[min(self.storms)]
        return Seen(storm, joined)

    def _same(self, storm: Storm) -> Storm | None:
        """The storm that this is more of, in other words."""
        for old in self.storms.values():
            agreeing = sum(self.evidence(one, old) > 0 for one in storm.members.values())
            if agreeing * 2 >= len(storm.members):
                return old
        return None

    def part(self, storm: Storm, report_ids: Iterable[int]) -> None:
        """They were no part of it, said somebody who knows: so they are ordinary."""
        for id in report_ids:
            gone = storm.drop(id)
            if gone is not None:
                self._keep(gone)

    def end(self, storm: Storm) -> None:
        """It is over; what comes now is another."""
        self.storms.pop(storm.id, None)

    def cause(self, storm: Storm, most: int = 3) -> tuple[str, ...]:
        """The signs that tell most of a storm."""
        weights = self.weights(storm.given)
        told = {
            sign: weight * storm.given[sign]
            for sign, weight in weights.items()
            if storm.given[sign] > 1
        }
        return tuple(sorted(told, key=lambda sign: (-told[sign], sign))[:most])


class _Cluster(Struct, frozen=True):
    """More reports than usual of what may be one cause, besides the one that was held against them."""

    evidence: float  # minus the logarithm of the chance
    reports: tuple[Report, ...]
    mean: float  # usually so many
    window: timedelta


def _agreement(
    signs: frozenset[str], given: Counter[str], others: int, usual: dict[str, float]
) -> float:
    """The logarithm of the odds that signs come from where `others` reports came from that gave some so
    often, and not from ordinary reports, where each has its usual share."""
    total = 0.0
    for sign in signs:
        share = given[sign] / others
        total += min(STRONGEST, math.log(1 - OWN + OWN * share / usual[sign]))
    for sign, count in given.items():
        if sign not in signs and count * 2 > others and sign in usual:
            total += math.log(1 - OWN * count / others + OWN * usual[sign])
    return total


def _array(bits: int, size: int) -> "np.ndarray[Any, Any]":
    packed = np.frombuffer(bits.to_bytes(size // 8, "little"), dtype=np.uint8)
    return np.unpackbits(packed, bitorder="little").view(bool)


def _slots(bits: int) -> Iterable[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def tail(count: int, mean: float, shape: float) -> float:
    """The chance of `count` or more: Poisson, with a rate known no better than `shape` events tell."""
    mean = max(mean, 1e-9)
    ratio = mean / (mean + shape)
    term = math.exp(
        math.lgamma(shape + count) - math.lgamma(shape) - math.lgamma(count + 1)
        + shape * math.log(shape / (mean + shape)) + count * math.log(ratio)
    )  # fmt: skip
    total = 0.0
    for more in range(200):
        total += term
        term *= ratio * (shape + count + more) / (count + more + 1)
        if term < total * 1e-6:
            break
    return min(1.0, total)
