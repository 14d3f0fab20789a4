"""Texts that a pattern nearly matches, again and again: what makes a bad one take for ever.

Made from the pattern itself: a text it matches, cut short or spoilt at its end, and repeated.
"""

import random
import re
from collections.abc import Iterable, Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, Final

# Runs that any pattern may meet.
RUNS: Final = (
    "1", "a", "я", "我", '"', ".", ":", " ", "\\", "/", "-", "@", "1 ", "a ", "я ", "1.", "a.", "a-", "a:", "1:", '" ', "'s ", "=", "\n",
)  # fmt: skip
_MOST: Final = 40  # of an unbounded or wide repeat


def patterns_in(module: ModuleType) -> dict[str, re.Pattern[str]]:
    """Every compiled pattern in a module's tables, by where it is."""
    found: dict[str, re.Pattern[str]] = {}
    for name, value in vars(module).items():
        if not name.startswith("__"):
            for place, regex in _inside(value, name, 0):
                found[place] = regex
    return found


def _inside(value: Any, place: str, depth: int) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern):
        yield place, value
    elif depth < 4 and isinstance(value, dict):
        for key, one in value.items():
            yield from _inside(one, f"{place}[{key}]", depth + 1)
    elif depth < 4 and isinstance(value, tuple | list):
        for number, one in enumerate(value):
            yield from _inside(one, f"{place}[{number}]", depth + 1)


def near_misses(regex: re.Pattern[str], count: int = 4) -> list[str]:
    """Short texts to be repeated."""
    tree = _parser.parse(regex.pattern, regex.flags & ~re.DEBUG)
    found = []
    for seed in range(count):
        chance = random.Random(seed)
        whole = "".join(_sample(tree, chance, long=seed % 2 == 0, groups={}))[:400]
        found += [whole[:-1] or whole, f"{whole[:-1]}\x00"]
    return list(dict.fromkeys(one for one in found if one))


def _sample(
    tree: Iterable[Any], chance: random.Random, groups: dict[int, str], *, long: bool
) -> list[str]:
    parts: list[str] = []
    for op, value in tree:
        match op:
            case sre.LITERAL:
                parts.append(chr(value))
            case sre.NOT_LITERAL:
                parts.append("a" if value != ord("a") else "b")
            case sre.ANY:
                parts.append("a")
            case sre.IN:
                parts.append(_member(value, chance))
            case sre.BRANCH:
                parts += _sample(chance.choice(value[1]), chance, groups, long=long)
            case sre.SUBPATTERN:
                inner = "".join(_sample(value[3], chance, groups, long=long))
                if value[0] is not None:
                    groups[value[0]] = inner
                parts.append(inner)
            case sre.ATOMIC_GROUP:
                parts += _sample(value, chance, groups, long=long)
            case sre.GROUPREF:
                parts.append(groups.get(value, ""))
            case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
                least, most, inner = value
                times = min(int(most), max(int(least), _MOST)) if long else int(least)
                for _ in range(times):
                    parts += _sample(inner, chance, groups, long=long)
            case _:
                pass  # an assertion asks for no letter of its own
    return parts


def _member(items: list[Any], chance: random.Random) -> str:
    negated = items[0][0] is sre.NEGATE
    if negated:
        excluded = {value for op, value in items if op is sre.LITERAL}
        return next((sign for sign in "ab1 .я" if ord(sign) not in excluded), "ж")
    op, value = chance.choice(items)
    match op:
        case sre.LITERAL:
            return chr(value)
        case sre.RANGE:
            return chr(chance.randint(*value))
        case sre.CATEGORY:
            return {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " ", sre.CATEGORY_NOT_SPACE: "a", sre.CATEGORY_NOT_WORD: "-"}.get(value, "a")  # fmt: skip
    return "a"
