"""Making the next version of what the desk learned, and using it only if it is better.

Both models, the running one and the next, are made without the texts that they are judged by.
"""

import asyncio
import multiprocessing
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.learning import Correction
from bot.loop import rest
from bot.training.report import Report, report_of, split
from bot.training.versions import Version, Versions
from nlp import Example
from nlp.understand import Understander, trained

LOOK: Final = 0.5  # seconds between looks whether the training has ended
FEWEST: Final = 20  # texts of one's own that a judgement can be based on

Say = Callable[[str], None]


class Compared(Struct, frozen=True):
    """On held-out texts of the organisation's own."""

    running: Report
    next: Report

    @property
    def is_better(self) -> bool:
        return self.next.accuracy >= self.running.accuracy

    @property
    def figures(self) -> dict[str, float]:
        return {
            "accuracy": self.next.accuracy,
            "macro_f1": self.next.macro_f1,
            "before": self.running.accuracy,
        }


class Outcome(Struct, frozen=True, kw_only=True):
    """`version` is None when nothing was switched."""

    fresh: int  # texts that the running model does not know
    compared: Compared | None = None  # None: too few texts, or nothing new
    version: Version | None = None


def next_examples(
    before: Sequence[Example], corrections: Sequence[Correction], given: Sequence[Example] = ()
) -> tuple[list[Example], int]:
    """All that the next version knows, and how many of it are new. An agent's word beats a table's."""
    known = {one.text for one in before}
    lessons = [one for one in corrections if not one.forgotten and one.field == "category"]
    said = {one.text: one.said for one in lessons}
    fresh = [one for one in given if one.text not in known]
    known |= {one.text for one in fresh}
    fresh += [Example(text, label) for text, label in said.items() if text not in known]
    own = [
        Example(one.text, said.get(one.text, one.category), one.type) for one in (*before, *fresh)
    ]
    return own, len(fresh)


def compare(before: Sequence[Example], own: Sequence[Example], say: Say) -> Compared | None:
    """None when there are too few texts to judge by."""
    if len(own) < FEWEST:
        return None
    learn, check = split([one.text for one in own], [one.category for one in own])
    aside = {own[n].text for n in check}
    truth = [own[n].category for n in check]
    reports = []
    for some in ([one for one in before if one.text not in aside], [own[n] for n in learn]):
        say(f"Learning from the shipped texts and {len(some)} of your own …")
        model = trained(some).category
        reports.append(report_of(truth, model.predict([own[n].text for n in check])))
    return Compared(*reports)


def retrain(
    folder: Path,
    corrections: Sequence[Correction],
    at: datetime,
    given: Sequence[Example] = (),
    *,
    dry_run: bool = False,
    say: Say = lambda words: None,
) -> Outcome:
    """Takes minutes of one core. A running desk takes up the new version by itself."""
    versions = Versions(folder)
    before = versions.examples()
    own, fresh = next_examples(before, corrections, given)
    if not fresh and own == before:
        return Outcome(fresh=0)
    say(f"{len(before)} texts of your own were known, {fresh} are new.")
    compared = compare(before, own, say)
    if dry_run or (compared is not None and not compared.is_better):
        return Outcome(fresh=fresh, compared=compared)
    say("Learning from all …")
    Understander.load(folder, own)  # first: whoever sees the new version finds its model there
    version = versions.add(own, at, {} if compared is None else compared.figures)
    return Outcome(fresh=fresh, compared=compared, version=version)


async def retrain_beside(
    folder: Path, corrections: Sequence[Correction], at: datetime, stop: asyncio.Event
) -> int | None:
    """The same in a process of its own, while everything else goes on. Broken off by `stop`, and then
    nothing was switched. Returns how the process ended, as `multiprocessing` has it."""
    training = multiprocessing.get_context("spawn").Process(
        target=retrain, args=(folder, corrections, at), daemon=True
    )
    training.start()
    while training.is_alive() and not stop.is_set():
        await rest(LOOK, stop)
    training.terminate()  # nothing to a process that has ended
    await asyncio.to_thread(training.join)
    return training.exitcode
