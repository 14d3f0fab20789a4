"""The walk through an SOP: where somebody is, what they answered, where that leads. Pure.

A place is the step that is waited at and the trail that led there, so going back is taking steps off the
trail, and restores exactly what was. No step is entered more than `ROUNDS` times: every walk ends.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec import Struct

from bot.sop.model import End, Kind, Sop, Step, Wanted
from bot.sop.parse import condition, is_otherwise

ROUNDS: Final = 5  # times one step is come to; then a person is worth more
PLACEHOLDER: Final = re.compile(r"\{([a-z0-9-]+)\}")
LONGEST: Final = 2000  # characters of an answer that are kept in the trail
_NUMBER: Final = re.compile(r"-?\d{1,9}")
_TAKEN: Final = frozenset({Kind.SET, Kind.ESCALATE, Kind.PASS_ON})


class Visit(Struct, frozen=True):
    step: str
    answer: str = ""  # as it was given; of a check, its result
    pick: int = -1  # which of the options it was
    at: datetime | None = None


class Place(Struct, frozen=True):
    step: str
    trail: tuple[Visit, ...] = ()


class Walked(Struct, frozen=True, kw_only=True):
    """Where somebody got to."""

    place: Place
    said: tuple[Step, ...]  # on the way, in order; the step that is waited at is the last
    done: tuple[Step, ...] = ()  # that change the ticket, in order
    end: End | None = None


def begin(sop: Sop, at: datetime | None = None) -> Walked:
    return _on(sop, sop.first.id, (), at)


def waits_at(sop: Sop, place: Place) -> Step:
    return sop.steps[place.step]


def choose(sop: Sop, place: Place, pick: int, at: datetime | None = None) -> Walked:
    """The option of this number was taken. Raises IndexError when there is none."""
    option = waits_at(sop, place).options[pick]
    visit = Visit(place.step, option.label, pick, at)
    return _on(sop, option.to, (*place.trail, visit), at)


def answer(sop: Sop, place: Place, words: str, at: datetime | None = None) -> Walked:
    """A text, a number or names of files, already found good; "" for what was skipped."""
    visit = Visit(place.step, words[:LONGEST], -1, at)
    return _on(sop, waits_at(sop, place).next, (*place.trail, visit), at)


def found(sop: Sop, place: Place, result: str, at: datetime | None = None) -> Walked:
    """The check that is waited for has ended."""
    pick = _matching(waits_at(sop, place), lambda label: label.casefold() == result.casefold())
    visit = Visit(place.step, result, pick, at)
    return _on(sop, waits_at(sop, place).options[pick].to, (*place.trail, visit), at)


def back(sop: Sop, place: Place) -> Place | None:
    """Where the last question was answered, as it was then; None at the beginning."""
    trail = place.trail
    while trail:
        *rest, last = trail
        trail = tuple(rest)
        if sop.steps[last.step].kind is Kind.ASK:
            return Place(last.step, trail)
    return None


def can_go_back(sop: Sop, place: Place) -> bool:
    return any(sop.steps[visit.step].kind is Kind.ASK for visit in place.trail)


def number_in(words: str, step: Step) -> int | None:
    """The one number in an answer, if it is within the bounds."""
    numbers = _NUMBER.findall(words)
    if len(numbers) != 1:
        return None
    number = int(numbers[0])
    if (step.low is not None and number < step.low) or (
        step.high is not None and number > step.high
    ):
        return None
    return number


def answer_at(place: Place, step: str) -> Visit | None:
    """The latest answer given at a step."""
    return next((visit for visit in reversed(place.trail) if visit.step == step), None)


def filled(text: str, place: Place, quote: Callable[[str], str] = str) -> str:
    """With the answers in place of {step}."""

    def put(match: re.Match[str]) -> str:
        visit = answer_at(place, match[1])
        return "—" if visit is None or not visit.answer else quote(visit.answer)

    return PLACEHOLDER.sub(put, text)


def leads_to(sop: Sop, step: str) -> Kind:
    """Where one gets from a step without being asked anything more: a question, a check or an end."""
    seen: set[str] = set()
    while step not in seen:
        seen.add(step)
        at = sop.steps[step]
        if at.kind in (Kind.ASK, Kind.CHECK, Kind.BRANCH) or at.ends:
            return at.kind
        step = at.next
    return Kind.SAY


def _on(sop: Sop, to: str, trail: tuple[Visit, ...], at: datetime | None) -> Walked:
    """From one step to the next that waits, or to an end."""
    said: list[Step] = []
    done: list[Step] = []
    while True:
        step = sop.steps[to]
        place = Place(to, trail)
        if sum(visit.step == to for visit in trail) >= ROUNDS:
            return Walked(place=place, said=tuple(said), done=tuple(done), end=End.ROUNDS)
        if step.text:
            said.append(step)
        if step.kind in _TAKEN:
            done.append(step)
        if step.ends:
            ended = {
                Kind.SOLVED: End.SOLVED,
                Kind.PASS_ON: End.PASSED_ON,
                Kind.ESCALATE: End.ESCALATED,
            }[step.kind]
            return Walked(place=place, said=tuple(said), done=tuple(done), end=ended)
        match step.kind:
            case Kind.ASK | Kind.CHECK:
                return Walked(place=place, said=tuple(said), done=tuple(done))
            case Kind.BRANCH:
                pick = _branch(sop, step, place)
                trail = (*trail, Visit(to, step.options[pick].label, pick, at))
                to = step.options[pick].to
            case _:
                trail = (*trail, Visit(to, at=at))
                to = step.next


def _branch(sop: Sop, step: Step, place: Place) -> int:
    visit = answer_at(place, step.on)
    if visit is None:
        return _matching(step, lambda label: False)
    asked = sop.steps[step.on]
    number = int(visit.answer) if asked.wanted is Wanted.NUMBER and visit.answer else None
    # By its place, not by the words: they may have been said in another language.
    said = asked.options[visit.pick].label if 0 <= visit.pick < len(asked.options) else visit.answer

    def holds(label: str) -> bool:
        compared = condition(label)
        if number is not None and compared is not None:
            return _compares(number, *compared)
        return label.casefold() == said.casefold()

    return _matching(step, holds)


def _compares(number: int, sign: str, bound: int) -> bool:
    return {
        "<": number < bound,
        ">": number > bound,
        "<=": number <= bound,
        ">=": number >= bound,
        "=": number == bound,
    }[sign]


def _matching(step: Step, holds: Callable[[str], bool]) -> int:
    """The first option that holds, else `otherwise`, else the last."""
    labels = [one.label for one in step.options]
    found = [n for n, label in enumerate(labels) if not is_otherwise(label) and holds(label)]
    found += [n for n, label in enumerate(labels) if is_otherwise(label)]
    return found[0] if found else len(labels) - 1
