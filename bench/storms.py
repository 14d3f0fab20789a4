"""How soon many people with one trouble are noticed, how often wrongly, and what a message costs.

    python -m bench.storms [--days 60] [--quick]

Simulated weeks of a desk: ordinary reports from the training texts at office hours' rates, with a rush of
forgotten passwords every Monday morning, and outages planted among them in three languages
(bench/outages.tsv), each report by another person in words of its own. What the desk saw before and what
it is judged on are different texts about the same things. Thresholds were chosen on every other kind of
outage; the rest is held out. Types and categories are the classifier's; those of ordinary texts, which it
learned from, are as labelled, with as many mistakes as it makes with texts that are new to it.

Then the cost of a message, through the store, with 10,000 and with a million messages kept.
"""

import argparse
import csv
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from bench import figures
from bot.app import desk_of
from bot.settings import Settings
from bot.storms import Watch
from nlp import Understander
from nlp.storms import Detector, Report, Seen, signs_of
from nlp.understanding import Category, TicketType
from store import open_store
from store.base import micros
from store.database import Tx

HERE: Final = Path(__file__).parent
TRAINING: Final = HERE.parent / "nlp" / "data" / "training"
BEGIN: Final = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
WARM_UP: Final = 28  # days
# Reports of a working day that come in each hour, in parts of a thousand.
HOURS: Final = (
    4,
    3,
    2,
    2,
    3,
    6,
    15,
    45,
    110,
    125,
    110,
    90,
    60,
    85,
    95,
    85,
    70,
    45,
    18,
    10,
    7,
    5,
    3,
    2,
)
DAYS: Final = (1.25, 1.05, 1.0, 1.0, 0.9, 0.1, 0.07)
MODELS: Final = HERE.parent / ".cache" / "models"  # the tests' own
SEED: Final = 7
RATES: Final = (
    (120, True),
    (240, True),
    (400, False),
)  # a day, and whether that is held to the targets
A_DAY: Final = 2_000  # messages kept, for the cost
ROUNDS, NEW = 5, 400  # of the cost: rounds, and new messages in each
MISTAKEN: Final = 0.07  # of incidents and requests, by the classifier
LANGUAGES: Final = (("en", 0.5), ("ru", 0.3), ("zh", 0.2))
# scope -> (reports at least, at most, minutes until half of them are there)
SCOPES: Final = {
    "total": (9, 13, 10),
    "partial": (6, 11, 35),
    "regional": (5, 9, 25),
    "slow": (6, 10, 150),
}


class Text(NamedTuple):
    language: str
    signs: frozenset[str]
    trouble: bool


class Message(NamedTuple):
    report: Report
    outage: int | None


class Outage(NamedTuple):
    kind: str
    scope: str
    held_out: bool
    at: datetime


Outages = dict[tuple[str, str], list[Text]]  # kind and scope -> reports


class Ordinary(NamedTuple):
    """What people write on any day."""

    texts: dict[str, list[Text]]  # by language
    passwords: list[Text]  # what Monday mornings bring


def rows() -> Iterator[tuple[str, str, str, str]]:
    """(language, text, type)"""
    for language, _ in LANGUAGES:
        with (TRAINING / f"{language}.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield language, row["text"], row["type"], row["category"]


def ordinary(chance: random.Random) -> tuple[Ordinary, Ordinary]:
    """Of before, and of the days that count: other words about the same things."""
    halves = (Ordinary({}, []), Ordinary({}, []))
    for language, words, type, category in rows():
        half = halves[chance.randrange(2)]
        # These are the texts that the classifier learned from: as with others, it is sometimes wrong.
        trouble = (type != "request") != (chance.random() < MISTAKEN)
        if chance.random() < MISTAKEN:
            category = chance.choice(list(Category))
        text = Text(language, signs_of(words, category), trouble)
        half.texts.setdefault(language, []).append(text)
        if any(one in words.lower() for one in ("password", "парол", "密码")):
            half.passwords.append(text)
    return halves


def outage_texts(understander: Understander) -> Outages:
    with (HERE / "outages.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    meanings = understander.understand([row["text"] for row in rows], [None] * len(rows))
    found: Outages = {}
    for row, meaning in zip(rows, meanings, strict=True):
        text = Text(
            row["language"],
            signs_of(row["text"], meaning.category),
            meaning.type is TicketType.INCIDENT,
        )
        found.setdefault((row["kind"], row["scope"]), []).append(text)
    return found


class Days:
    """A desk's days, one after the other."""

    def __init__(self, a_day: float, chance: random.Random) -> None:
        self.a_day, self.chance = a_day, chance
        self._ids = 0
        self._decks: dict[int, list[Text]] = {}

    def draw(self, texts: list[Text]) -> Text:
        """Nobody repeats another's very words by chance: each comes once before one comes again."""
        deck = self._decks.setdefault(id(texts), [])
        if not deck:
            deck += texts
            self.chance.shuffle(deck)
        return deck.pop()

    def message(self, at: datetime, text: Text, outage: int | None, who: int = 0) -> Message:
        self._ids += 1
        return Message(Report(self._ids, who or self._ids, at, text.signs, text.trouble), outage)

    def ordinary(self, day: datetime, says: Ordinary) -> list[Message]:
        found = []
        # Days differ by more than chance: releases, weather, holidays.
        busy = self.chance.gammavariate(20, 1 / 20) * DAYS[day.weekday()]
        for hour, part in enumerate(HOURS):
            for _ in range(_poisson(self.chance, self.a_day * busy * part / 1000)):
                at = day + timedelta(hours=hour, seconds=self.chance.uniform(0, 3600))
                language = self.chance.choices(*zip(*LANGUAGES, strict=True))[0]
                message = self.message(at, self.draw(says.texts[language]), None)
                found.append(message)
                if self.chance.random() < 0.04:  # the same person, again
                    again = at + timedelta(minutes=self.chance.uniform(1, 40))
                    report = message.report
                    self._ids += 1
                    found.append(
                        Message(
                            Report(self._ids, report.who, again, report.signs, report.trouble), None
                        )
                    )
        if day.weekday() == 0:
            for _ in range(round(self.a_day / 30)):
                at = day + timedelta(hours=8.5, minutes=self.chance.triangular(0, 120, 30))
                found.append(self.message(at, self.draw(says.passwords), None))
        return found

    def outage(self, id: int, at: datetime, scope: str, texts: list[Text]) -> list[Message]:
        least, most, half = SCOPES[scope]
        count = min(self.chance.randint(least, most), len(texts))
        times = sorted(
            at + timedelta(minutes=self.chance.expovariate(math.log(2) / half))
            for _ in range(count)
        )
        # Who is without what they need writes in their language; languages come as people do.
        return [
            self.message(when, text, id)
            for when, text in zip(times, self.chance.sample(texts, count), strict=True)
        ]


def _poisson(chance: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


class Found(NamedTuple):
    outages: list[Outage]
    reports: dict[int, int]  # outage -> reports until it was found
    minutes: dict[int, float]
    false: int
    again: int  # alarms for what had been found
    joined: int  # reports said to be of an outage
    joined_right: int
    of_outages: int  # reports that are
    days: int


def simulate(
    outages_of: Outages,
    a_day: float,
    days: int,
    seed: int,
    *,
    plant: bool = True,
    only: Callable[[int], bool] = lambda number: True,
) -> Found:
    chance = random.Random(seed)
    before, now = ordinary(chance)
    kinds = list(outages_of.items())
    makes = Days(a_day, chance)
    detector = Detector()
    day = BEGIN
    for _ in range(WARM_UP):
        for message in _sorted(makes.ordinary(day, before)):
            detector.see(message.report)
        day += timedelta(days=1)
    outages: list[Outage] = []
    waiting: list[int] = []
    begun: dict[int, list[datetime]] = {}
    reports: dict[int, int] = {}
    minutes: dict[int, float] = {}
    of: dict[int, int | None] = {}
    said: dict[int, int] = {}
    alarms: dict[int, int | None] = {}
    false = again = 0
    carried: list[Message] = []
    for _ in range(days):
        messages = carried + makes.ordinary(day, now)
        if plant and day.weekday() < 5:
            for _ in range(chance.choice((1, 1, 2))):
                if not waiting:
                    waiting = [n for n in range(len(kinds)) if only(n)]
                    chance.shuffle(waiting)
                number = waiting.pop()
                (kind, scope), texts = kinds[number]
                at = day + timedelta(hours=chance.uniform(8, 16))
                outages.append(Outage(kind, scope, number % 2 == 1, at))
                messages += makes.outage(len(outages) - 1, at, scope, texts)
        day += timedelta(days=1)
        carried = [one for one in messages if one.report.at >= day]
        for message in _sorted(one for one in messages if one.report.at < day):
            report, outage = message
            of[report.id] = outage
            if outage is not None:
                begun.setdefault(outage, []).append(report.at)
            seen = detector.see(report)
            if seen is None:
                continue
            said.update(dict.fromkeys(seen.joined, seen.storm.id))
            if seen.storm.id in alarms:
                continue
            about = _about(seen, of)
            alarms[seen.storm.id] = about
            if about is None:
                false += 1
            elif about in reports:
                again += 1
            else:
                reports[about] = len(begun[about])
                minutes[about] = (report.at - begun[about][0]) / timedelta(minutes=1)
    right = sum(alarms[storm] is not None and alarms[storm] == of[id] for id, storm in said.items())
    return Found(
        outages, reports, minutes, false, again, len(said), right,
        sum(one is not None for one in of.values()), days,
    )  # fmt: skip


def _sorted(messages: Iterator[Message] | list[Message]) -> list[Message]:
    return sorted(messages, key=lambda one: one.report.at)


def _about(seen: Seen, of: dict[int, int | None]) -> int | None:
    """The outage that most of an alarm's reports are of."""
    said = [of[id] for id in seen.storm.members if id in of]
    most = max(set(said), key=said.count, default=None)
    return most if most is not None and said.count(most) * 2 > len(seen.storm.members) else None


def tell(found: Found, name: str, which: Callable[[Outage], bool] = lambda one: True) -> float:
    """The median of reports until an outage was found; a missed one took for ever."""
    numbers = [n for n, one in enumerate(found.outages) if which(one)]
    delays = sorted(found.reports.get(n, math.inf) for n in numbers)
    waited = [found.minutes[n] for n in numbers if n in found.minutes] or [math.nan]
    missed = sum(n not in found.reports for n in numbers)
    median = statistics.median_low(delays)
    print(
        f"      {name:10} {len(numbers):3} outages, found after {median:.0f} reports,"
        f" {statistics.median(waited):.0f} min (medians); within five {_share(delays, 5):.2f};"
        f" missed {missed}"
    )
    return median


def _share(delays: list[float], most: float) -> float:
    return sum(one <= most for one in delays) / len(delays)


def detection(outages: Outages, days: int, only: Callable[[int], bool]) -> bool:
    good = True
    for a_day, held_to in RATES:
        found = simulate(outages, a_day, days, SEED, only=only)
        alarms = len(found.reports) + found.again + found.false
        print(f"   {a_day} reports a working day, {days} days")
        median = tell(found, "all")
        if any(one.held_out for one in found.outages):
            tell(found, "held out", lambda one: one.held_out)
        for scope in SCOPES:
            tell(found, scope, lambda one, scope=scope: one.scope == scope)  # type: ignore[misc]
        precision = (alarms - found.false) / max(1, alarms)
        joined = found.joined_right / max(1, found.joined)
        share = found.joined_right / max(1, found.of_outages)
        print(
            f"      {alarms} alarms, {found.false} false, {found.again} again for the same;"
            f" of {found.joined} reports joined {joined:.3f} rightly, {share:.3f} of the outages' reports"
        )
        quiet = simulate(outages, a_day, days, SEED + 1, plant=False)
        if held_to:
            good &= figures.at_most(f"reports until found, {a_day} a day", median, 5, "median")
            good &= figures.at_least(f"precision, {a_day} a day", precision, 0.95, "of alarms")
        else:
            figures.note(f"reports until found, {a_day} a day", median, "median")
            figures.note(f"precision, {a_day} a day", precision, "of alarms")
        figures.note(f"false alarms in {days} days without outages", quiet.false, f"{a_day} a day")
    return good


# -- cost


_MESSAGE: Final = (
    "INSERT INTO message (conversation_id, key, author, person_id, at, body)"
    " VALUES (?, ?, 'requester', ?, ?, ?)"
)


def cost(understander: Understander, scale: float) -> bool:
    """Of a message that is committed, until the watch has judged it; understanding it is another's cost."""
    known: dict[str, object] = {}

    def understand(texts: list[str], languages: object) -> list[object]:
        new = [one for one in texts if one not in known]
        known.update(zip(new, understander.understand(new, [None] * len(new)), strict=True))
        return [known[one] for one in texts]

    texts = [words for _, words, _, _ in rows()]
    understand(texts[:NEW], None)
    with tempfile.TemporaryDirectory() as folder:
        watches = []
        for count in (round(10_000 * scale), round(1_000_000 * scale)):
            store = open_store(f"sqlite:///{folder}/{count}.db")
            now = store.clock()
            for begin in range(0, count, 10_000):
                store.write(partial(_fill, texts, begin, min(begin + 10_000, count), count, now))
            watch = Watch(store, desk_of(Settings()), understand)  # type: ignore[arg-type]
            began = time.perf_counter()
            watch.prepare()
            figures.note(
                f"taking up the watch, {count:,} messages", time.perf_counter() - began, "s"
            )
            watches.append((store, watch, count))
        times: list[list[float]] = [[], []]
        for turn in range(ROUNDS):
            for at, (store, watch, count) in enumerate(watches):
                begin = count + turn * NEW
                store.write(partial(_fill, texts[:NEW], begin, begin + NEW, 0, store.clock()))
                began = time.process_time()
                while watch.look():
                    pass
                times[at].append((time.process_time() - began) / NEW)
        for store, _, _ in watches:
            store.close()
    return figures.growth("cost of a message, a million kept over 10,000", times[1], times[0], 1.3)


def _fill(texts: list[str], begin: int, end: int, count: int, now: datetime, tx: Tx) -> None:
    """As many messages a day, however many there are, up to now; with no `count` all of them now."""
    chance = random.Random(begin)
    rows = []
    for number in range(begin, end):
        at = now - timedelta(days=(count - number) / A_DAY) if count else now
        rows.append((number + 1, f"k{number}", number + 1, micros(at), chance.choice(texts)))
    tx.run(_MESSAGE, rows)


def measure(days: int, scale: float, only: Callable[[int], bool] = lambda n: True) -> bool:
    """`scale`: of the stored messages among which the cost of one is measured; 1 is up to a million."""
    understander = Understander.load(MODELS)
    good = detection(outage_texts(understander), days, only)
    return cost(understander, scale) and good


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--quick", action="store_true", help="fewer days and messages")
    parser.add_argument("--tune", action="store_true", help="only kinds that are not held out")
    options = parser.parse_args()
    only: Callable[[int], bool] = (lambda n: n % 2 == 0) if options.tune else (lambda n: True)
    sys.exit(
        not measure(15 if options.quick else options.days, 0.02 if options.quick else 1.0, only)
    )


if __name__ == "__main__":
    main()
