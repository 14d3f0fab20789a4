"""The shortest ways through an SOP to each of its ends."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from bot.sop import walk
from bot.sop.model import Kind, Sop, Step, Wanted
from bot.sop.parse import condition
from bot.sop.walk import Place, Walked

FAILED: Final = "failed"  # of a check, where a step says "otherwise"


class Move(Struct, frozen=True):
    """One answer: which option, or what words, or what a check found."""

    pick: int = -1
    words: str = ""
    result: str = ""


Way = tuple[Move, ...]


def moves(sop: Sop, step: Step) -> Iterator[Move]:
    if step.kind is Kind.CHECK:
        for option in step.options:
            yield Move(result=FAILED if option.label == "otherwise" else option.label)
    elif step.wanted is Wanted.CHOICE:
        yield from (Move(pick=n) for n in range(len(step.options)))
    elif step.wanted is Wanted.NUMBER:
        yield from (Move(words=str(number)) for number in _numbers(sop, step))
    else:
        yield Move(words="picture.png" if step.wanted is Wanted.FILE else "Jo Miller")


def _numbers(sop: Sop, step: Step) -> list[int]:
    """Within the bounds, on each side of what branches ask."""
    wanted = {step.low if step.low is not None else 1}
    for branch in sop.steps.values():
        if branch.on == step.id:
            compared = [condition(one.label) for one in branch.options]
            wanted |= {one[1] + more for one in compared if one for more in (-1, 0, 1)}
    return sorted(
        one
        for one in wanted
        if (step.low is None or one >= step.low) and (step.high is None or one <= step.high)
    )


def taken(sop: Sop, place: Place, move: Move) -> Walked:
    if move.result:
        return walk.found(sop, place, move.result)
    if move.pick >= 0:
        return walk.choose(sop, place, move.pick)
    return walk.answer(sop, place, move.words)


def deciding(sop: Sop, place: Place) -> tuple[str, ...]:
    """The answers by which a branch may go on."""
    asked = {one.on for one in sop.steps.values() if one.kind is Kind.BRANCH}
    return tuple(one.answer for one in place.trail if one.step in asked)


def to_each_end(sop: Sop, *, checks: bool = True) -> dict[str, Way]:
    """The shortest way to each step that ends it. `checks`: the desk can do those of the SOP."""
    found: dict[str, Way] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    ahead: list[tuple[Walked, Way]] = [(walk.begin(sop), ())]
    while ahead:
        walked, way = ahead.pop(0)
        if walked.end is not None:
            found.setdefault(walked.place.step, way)
            continue
        at = (walked.place.step, deciding(sop, walked.place))
        if at in seen:
            continue
        seen.add(at)
        step = walk.waits_at(sop, walked.place)
        ahead += [
            (taken(sop, walked.place, one), (*way, one))
            for one in moves(sop, step)
            if checks or one.result in ("", FAILED)
        ]
    return found
