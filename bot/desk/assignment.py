"""Whom a ticket is given to: who is there, has the skill and the language, and has least to do. Pure.

Skill before language before load: a wrong answer costs more than a translated one, and a translated one
more than a wait. Between equals it is whoever was given something longest ago.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

# A critical ticket keeps somebody as busy as four ordinary ones.
WEIGHT: Final = {"critical": 4.0, "high": 2.0, "medium": 1.0, "low": 0.5, "informational": 0.25}
SKILL: Final = 8.0  # what each counts for, in ordinary tickets that somebody has
LANGUAGE: Final = 6.0


class Candidate(Struct, frozen=True, kw_only=True):
    person_id: int
    is_there: bool  # on duty, and not away
    skills: frozenset[str] = frozenset()  # none: all that the desk does
    languages: frozenset[str] = frozenset()  # none: all
    load: float = 0.0  # open tickets by their `WEIGHT`
    given_at: datetime | None = None  # when they last were given one
    most: float | None = None  # load beyond which they are given nothing


class Need(Struct, frozen=True, kw_only=True):
    skills: frozenset[str] = frozenset()  # any of them; lower case
    language: str = "en"


def score(candidate: Candidate, need: Need) -> float:
    """The greater the better."""
    skill = bool(candidate.skills & need.skills) or not candidate.skills or not need.skills
    # Who names a skill is surer to have it than who names none.
    named = 1.0 if candidate.skills & need.skills else 0.5 if skill else 0.0
    language = not candidate.languages or need.language in candidate.languages
    return SKILL * named + LANGUAGE * language - candidate.load


def choose(candidates: Iterable[Candidate], need: Need) -> Candidate | None:
    """None: nobody is there who may be given more."""
    there = [
        one for one in candidates if one.is_there and (one.most is None or one.load < one.most)
    ]
    return min(
        there,
        key=lambda one: (
            -score(one, need),
            one.given_at is not None,
            one.given_at.timestamp() if one.given_at is not None else 0.0,
            one.person_id,
        ),
        default=None,
    )
