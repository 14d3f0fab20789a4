"""What employees answer to a step in their own words: the right choice or asked again, never a wrong one.

The cases are in answers.tsv."""

from collections.abc import Mapping

import pytest

from bot.conversation import answers
from bot.conversation.effects import CallHuman, Say
from bot.conversation.state import Walking
from bot.library import Library
from nlp import Understander
from tests.sop import said
from tests.sop.said import AGAIN, Case

CASES = said.cases()
STEP_STAYS = {AGAIN, "question", "thanks"}
DOCK = "Is the light on the dock green?"


@pytest.fixture(scope="module")
def taken(understander: Understander, library: Library) -> Mapping[Case, str]:
    return dict(zip(CASES, said.taken(CASES, understander), strict=True))


@pytest.mark.parametrize("case", CASES, ids=[one.name for one in CASES])
def test_the_right_choice_or_asked_again(case: Case, taken: Mapping[Case, str]) -> None:
    """ "3?" is 3, or asked again; that the step stays is enough where nothing is chosen."""
    right, got = case.right.removesuffix("?"), taken[case]
    if case.right.endswith("?") or right in STEP_STAYS:
        assert got in {right, *STEP_STAYS}
    else:
        assert got == right


def test_what_was_understood_is_said(understander: Understander, library: Library) -> None:
    (case,) = (one for one in CASES if one.words == "it's a MacBook")
    says = {
        one.key for one in said.decisions([case], understander)[0].effects if isinstance(one, Say)
    }
    assert "sop-taken-as" in says


def test_nobody_is_asked_the_same_a_third_time(
    understander: Understander, library: Library
) -> None:
    (case,) = (one for one in CASES if one.words == "hmm")
    for astray, called in ((0, False), (1, True)):
        state = Walking(question="q1", astray=astray)
        (decision,) = said.decisions([case], understander, state)
        assert any(isinstance(one, CallHuman) for one in decision.effects) is called


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("it's blinking orange", 1), ("red", 1), ("solid green", 0), ("yes it is green", 0),
        ("it is not green", 1), ("dunno", None),
    ],
)  # fmt: skip
def test_another_colour_is_a_no(words: str, place: int | None) -> None:
    found = answers.echoed(words, ("Yes", "No"), DOCK)
    assert (answers.judged(words, ("Yes", "No"), DOCK) if found is None else found) == place
