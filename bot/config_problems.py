"""What is wrong with a configuration, in words that name what would be right."""

import difflib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot.config_file import Place

Problem = tuple[Place, str]

_NOUNS: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    tuple: 'a list as ["one", "two"]',
    Mapping: "a table",
    date: 'a day as "2026-12-24"',
}
_LIMITS = (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than"))


def explain(error: ValidationError, root: type[BaseModel]) -> list[Problem]:
    found = [
        (detail["type"], _explained(detail, root)) for detail in error.errors(include_url=False)
    ]
    places = [place for _, (place, _) in found]
    return [
        (place, words)
        for kind, (place, words) in found
        # A list is empty because what stands in it is wrong, which is told already.
        if kind != "too_short" or not any(other[: len(place)] == place != other for other in places)
    ]


def dotted(place: Place) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in place)


def one_of(given: object, allowed: Iterable[object]) -> str:
    names = [str(name) for name in allowed]
    if not names:
        return f'names "{given}", and nothing of that kind is set up here'
    return f'must be one of {", ".join(names)} (is "{given}").{did_you_mean(str(given), names)}'


def did_you_mean(given: str, allowed: Iterable[str]) -> str:
    names = {name.lower(): name for name in allowed}
    near = difflib.get_close_matches(given.lower(), names, 1)
    return f" Did you mean {names[near[0]]}?" if near else ""


def _explained(detail: Any, root: type[BaseModel]) -> Problem:
    place: Place = tuple(detail["loc"])
    if place[-1:] == ("[key]",):
        place = place[:-1]
        return place, _wrong_key(place, root)
    match detail["type"]:
        case "extra_forbidden":
            keys = _kind(place[:-1], root)[0].model_fields
            near = did_you_mean(str(place[-1]), keys)
            return place, f"is not known.{near} Known here: {', '.join(keys)}"
        case "missing":
            return place, f"is missing: it must be {_described(place, root)}"
        case "value_error":
            return place, str(detail["ctx"]["error"])
        case "literal_error" | "enum":
            kind, _ = _kind(place, root)
            return place, one_of(detail["input"], _choices(kind))
        case "string_pattern_mismatch" if usual := _usual(place, root):
            return place, f'must be as "{usual}" (is "{detail["input"]}")'
        case "string_too_short" | "too_short":
            return place, "must not be empty"
    shown = detail["input"] if isinstance(detail["input"], str | int | float) else ""
    return place, f"must be {_described(place, root)}" + (f' (is "{shown}")' if shown != "" else "")


def _usual(place: Place, root: type[BaseModel]) -> str:
    """What it is where nothing is given."""
    kind, _ = _kind(place[:-1], root)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return ""
    default = kind.model_fields[str(place[-1])].default
    return default if isinstance(default, str) else ""


def _wrong_key(place: Place, root: type[BaseModel]) -> str:
    mapping, _ = _kind(place[:-1], root)
    names, _ = _plain(get_args(mapping)[0], ())
    if choices := _choices(names):
        return one_of(place[-1], choices)
    return "is a name that must be small letters, digits and hyphens only"


def _described(place: Place, root: type[BaseModel]) -> str:
    kind, limits = _kind(place, root)
    if choices := _choices(kind):
        return "one of " + ", ".join(choices)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "a table with " + ", ".join(kind.model_fields)
    noun = _NOUNS.get(get_origin(kind) or kind, "a text in quotes")
    bounds = [
        f"{words} {getattr(limit, name)}"
        for name, words in _LIMITS
        for limit in limits
        if hasattr(limit, name)
    ]
    return " ".join([noun, " and ".join(bounds)]).strip()


def _choices(kind: Any) -> list[str]:
    if get_origin(kind) is Literal:
        return [str(choice) for choice in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(choice.value) for choice in kind]
    return []


def _kind(place: Place, root: type[BaseModel]) -> tuple[Any, tuple[Any, ...]]:
    """What type belongs at a place, and within which limits."""
    kind: Any = root
    limits: tuple[Any, ...] = ()
    for step in place:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields[str(step)]
            kind, limits = _plain(field.annotation, tuple(field.metadata))
        else:
            inside = get_args(kind)
            # tuple[item, ...] or Mapping[key, value]
            kind, limits = _plain(inside[0] if get_origin(kind) is tuple else inside[1], ())
    return kind, limits


def _plain(kind: Any, limits: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Without `| None` and without the annotation, whose limits are added."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(part for part in get_args(kind) if part is not NoneType)
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        told = [
            part for one in more for part in (one.metadata if isinstance(one, FieldInfo) else [one])
        ]
        return _plain(inner, (*limits, *told))
    return kind, limits
