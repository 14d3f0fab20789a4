"""What is wrong with SOPs beyond their form: steps that nobody comes to, that never end, or that name what
does not exist. Run at every start and by `firstline sop lint`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from bot.sop.model import Kind, Sop, Step, Wanted
from bot.sop.parse import Flaw, condition, is_otherwise
from bot.sop.walk import PLACEHOLDER
from nlp.understanding import Category, Language, TicketType

PRIORITIES: Final = ("critical", "high", "medium", "low")
LONG: Final = 900  # characters of one step: more is not read on a telephone
MANY: Final = 6  # choices of one step
REVIEW_AFTER: Final = timedelta(days=365)
_SET: Final = ("priority", "category", "type", "queue", "tag", "title")


class House(Struct, frozen=True, kw_only=True):
    """What steps may name. None: not known here, so not judged."""

    queues: tuple[str, ...] | None = None
    levels: tuple[str, ...] | None = None
    actions: Mapping[str, "Known"] | None = None


class Known(Struct, frozen=True):
    """An action: what it is called with, and how it can end."""

    parameters: frozenset[str]
    needed: frozenset[str]
    results: frozenset[str]


NOTHING_KNOWN: Final = House()


def flaws_of(sop: Sop, house: House = NOTHING_KNOWN) -> list[Flaw]:
    """Of one SOP by itself, in the order of the lines."""
    found = [*_targets(sop)]
    if not found:  # the rest follows the arrows
        found += [*_unreachable(sop), *_endless(sop), *_loops(sop)]
    found += [flaw for step in sop.steps.values() for flaw in _step(sop, step, house)]
    return sorted(found, key=lambda one: one.line)


def translations(sops: Sequence[Sop]) -> Iterator[Flaw]:
    """What a translation lacks that the English one has, or has otherwise."""
    by_id: dict[str, dict[Language, Sop]] = {}
    for one in sops:
        by_id.setdefault(one.id, {})[one.language] = one
    for tongues in by_id.values():
        original = tongues.get(Language.EN) or next(iter(tongues.values()))
        for other in tongues.values():
            if other is not original:
                yield from _translation(original, other)
        if 1 < len(tongues) < len(Language):
            missing = ", ".join(str(one) for one in Language if one not in tongues)
            yield _warn(original, 1, f"is not translated to {missing}")


def findings(sop: Sop, today: date) -> Iterator[Flaw]:
    """What is not wrong and yet not good."""
    if sop.reviewed is None:
        yield _warn(sop, 1, "was never reviewed; set reviewed to the date of the review")
    elif today - sop.reviewed > REVIEW_AFTER:
        yield _warn(sop, 1, f"was reviewed on {sop.reviewed}; review it again")
    if not sop.keywords:
        yield _warn(sop, 1, "has no keywords; add the words people use for the problem")
    if not sop.owner:
        yield _warn(sop, 1, "has no owner; name who keeps it true")
    for step in sop.steps.values():
        if len(step.text) > LONG:
            yield _warn(
                sop,
                step.line,
                f"step {step.id} is longer than {LONG} characters; make two steps of it",
            )
        if step.kind is Kind.ASK and len(step.options) > MANY:
            yield _warn(
                sop, step.line, f"step {step.id} has more than {MANY} choices; ask in two steps"
            )


def is_same_walk(one: Sop, other: Sop) -> bool:
    """Whether a walk begun in one can go on in the other: a translation of the same version."""
    return one.version == other.version and not any(flaw.fatal for flaw in _translation(one, other))


def _targets(sop: Sop) -> Iterator[Flaw]:
    for step in sop.steps.values():
        for to, line in step.ways():
            if to not in sop.steps:
                near = _near(to, sop.steps)
                yield _flaw(sop, line, f"there is no step {to}{near}")


def _near(name: str, steps: Iterable[str]) -> str:
    alike = [one for one in steps if one.startswith(name[:4]) or name in one]
    return f"; did you mean {alike[0]}?" if alike else f"; the steps are {', '.join(steps)}"


def _unreachable(sop: Sop) -> Iterator[Flaw]:
    reached, ahead = {sop.first.id}, [sop.first.id]
    while ahead:
        for to, _ in sop.steps[ahead.pop()].ways():
            if to not in reached:
                reached.add(to)
                ahead.append(to)
    for step in sop.steps.values():
        if step.id not in reached:
            yield _flaw(
                sop, step.line, f"nothing leads to step {step.id}; add an arrow to it, or remove it"
            )


def _endless(sop: Sop) -> Iterator[Flaw]:
    """Steps from which no end can be come to."""
    leads = {step.id for step in sop.steps.values() if step.ends}
    while True:
        more = {
            step.id
            for step in sop.steps.values()
            if step.id not in leads and any(to in leads for to, _ in step.ways())
        }
        if not more:
            break
        leads |= more
    for step in sop.steps.values():
        if step.id not in leads:
            yield _flaw(
                sop,
                step.line,
                f"from step {step.id} there is no way to an end; add one with Solved, Escalate or Pass on",
            )


def _loops(sop: Sop) -> Iterator[Flaw]:
    """Circles that turn without anybody being asked."""
    silent = {step.id for step in sop.steps.values() if step.kind is not Kind.ASK}
    for step in sop.steps.values():
        if step.id not in silent:
            continue
        seen: set[str] = set()
        ahead = [to for to, _ in step.ways()]
        while ahead:
            to = ahead.pop()
            if to == step.id:
                yield _flaw(
                    sop,
                    step.line,
                    f"step {step.id} comes back to itself and asks nobody; put a question into the loop",
                )
                break
            if to in silent and to not in seen:
                seen.add(to)
                ahead += [way for way, _ in sop.steps[to].ways()]


def _step(sop: Sop, step: Step, house: House) -> Iterator[Flaw]:
    texts = (step.text, step.why, *step.arguments.values())
    for name in dict.fromkeys(name for text in texts for name in PLACEHOLDER.findall(text)):
        asked = sop.steps.get(name)
        if asked is None or asked.kind not in (Kind.ASK, Kind.CHECK):
            yield _flaw(
                sop,
                step.line,
                f"step {step.id}: {{{name}}} stands for no question; name a step that asks",
            )
    match step.kind:
        case Kind.BRANCH:
            yield from _branch(sop, step)
        case Kind.CHECK:
            yield from _check(sop, step, house)
        case Kind.SET:
            yield from _fields(sop, step, house)
        case Kind.ESCALATE | Kind.PASS_ON:
            yield from _where_to(sop, step, house)
        case _:
            pass


def _branch(sop: Sop, step: Step) -> Iterator[Flaw]:
    asked = sop.steps.get(step.on)
    if asked is None or asked.kind not in (Kind.ASK, Kind.CHECK):
        yield _flaw(
            sop,
            step.line,
            f"step {step.id}: Branch must name a step that asks or checks, not {step.on or 'nothing'!r}",
        )
        return
    labels = {one.label.casefold() for one in asked.options}
    is_number = asked.kind is Kind.ASK and asked.wanted is Wanted.NUMBER
    for option in step.options:
        known = is_otherwise(option.label) or option.label.casefold() in labels
        if is_number:
            known = known or condition(option.label) is not None
        if not known and (labels or is_number):
            offered = "< 10, >= 10" if is_number else ", ".join(one.label for one in asked.options)
            yield _flaw(
                sop,
                option.line,
                f"{option.label!r} is no answer to {step.on}; there are {offered} and otherwise",
            )
    covered = {one.label.casefold() for one in step.options}
    if not any(is_otherwise(one.label) for one in step.options) and not (
        labels and labels <= covered
    ):
        yield _flaw(
            sop,
            step.line,
            f"step {step.id} does not say where else it goes on; add - otherwise → …",
        )


def _check(sop: Sop, step: Step, house: House) -> Iterator[Flaw]:
    if not any(is_otherwise(one.label) for one in step.options):
        yield _flaw(
            sop,
            step.line,
            f"step {step.id} does not say what follows when the check fails; add - otherwise → …",
        )
    if house.actions is None:
        return
    action = house.actions.get(step.action)
    if action is None:
        names = ", ".join(sorted(house.actions)) or "none"
        yield _flaw(sop, step.line, f"there is no action {step.action}; there are {names}")
        return
    results = ", ".join(sorted(action.results))
    for option in step.options:
        if not is_otherwise(option.label) and option.label not in action.results:
            yield _flaw(
                sop,
                option.line,
                f"{step.action} never ends as {option.label!r}; its results are {results}",
            )
    for name in sorted(step.arguments.keys() - action.parameters):
        yield _flaw(
            sop,
            step.line,
            f"{step.action} takes no {name}; it takes {', '.join(sorted(action.parameters))}",
        )
    for name in sorted(action.needed - step.arguments.keys()):
        yield _flaw(sop, step.line, f"{step.action} needs {name}=…")


def _fields(sop: Sop, step: Step, house: House) -> Iterator[Flaw]:
    allowed: dict[str, Sequence[str] | None] = {
        "priority": PRIORITIES,
        "category": [str(one) for one in Category],
        "type": [str(one) for one in TicketType],
        "queue": house.queues,
    }
    for name, value in step.arguments.items():
        if name not in _SET:
            yield _flaw(
                sop,
                step.line,
                f"step {step.id}: a ticket has no {name} to set; there are {', '.join(_SET)}",
            )
        values = allowed.get(name)
        if values is not None and value not in values:
            yield _flaw(
                sop,
                step.line,
                f"step {step.id}: {name} cannot be {value!r}; allowed are {', '.join(values)}",
            )


def _where_to(sop: Sop, step: Step, house: House) -> Iterator[Flaw]:
    known = {"queue": house.queues}
    if step.kind is Kind.ESCALATE:
        known["level"] = house.levels
    for name, value in step.arguments.items():
        values = known.get(name, ())
        if name not in known:
            yield _flaw(
                sop,
                step.line,
                f"step {step.id}: {name} is not known here; there are {', '.join(known)}",
            )
        elif values is not None and value not in values:
            yield _flaw(
                sop,
                step.line,
                f"step {step.id}: there is no {name} {value}; there are {', '.join(values) or 'none'}",
            )


def _translation(original: Sop, other: Sop) -> Iterator[Flaw]:
    name = (
        original.path.name
        if original.path.parent == other.path.parent
        else "/".join(original.path.parts[-2:])
    )
    for step in original.steps.values():
        its = other.steps.get(step.id)
        if its is None:
            yield _flaw(
                other,
                1,
                f"lacks step {step.id}, which {name} has in line {step.line}; translate it",
            )
        elif _bones(its) != _bones(step):
            yield _flaw(
                other,
                its.line,
                f"step {step.id} goes other ways than in line {step.line} of {name}; only words may differ",
            )
    for step in other.steps.values():
        if step.id not in original.steps:
            yield _flaw(
                other,
                step.line,
                f"has a step {step.id}, which {name} has not; remove it, or add it there",
            )
    if other.version != original.version:
        yield _warn(
            other, 1, f"is of version {other.version}, and {name} of version {original.version}"
        )


def _bones(step: Step) -> tuple[object, ...]:
    """All but the words."""
    named = () if step.kind in (Kind.ASK, Kind.BRANCH) else tuple(one.label for one in step.options)
    fixed = {name: value for name, value in step.arguments.items() if name != "title"}
    ways = tuple(one.to for one in step.options)
    return (
        step.kind, step.next, ways, named, step.wanted, step.optional, step.low, step.high,
        step.action, fixed, step.on,
    )  # fmt: skip


def _flaw(sop: Sop, line: int, message: str) -> Flaw:
    return Flaw(path=sop.path, line=line, message=message)


def _warn(sop: Sop, line: int, message: str) -> Flaw:
    return Flaw(path=sop.path, line=line, message=message, fatal=False)
