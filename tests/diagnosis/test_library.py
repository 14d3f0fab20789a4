"""The linter finds each kind of mistake, and none in what is shipped."""

from copy import deepcopy
from typing import Any

import pytest

from bot.diagnosis import lint
from bot.diagnosis.library import read, shipped
from bot.shelf import SHIPPED
from nlp.facts.catalogue import shipped as catalogue

ARTICLES = {file.stem for file in SHIPPED.rglob("*.md")}

SMALL: dict[str, Any] = {
    "network": {
        "wifi": {
            "words": ["wifi"],
            "causes": {
                "a": {"name": "A", "prior": 0.5, "articles": ["wifi-does-not-connect"]},
                "b": {"name": "B", "prior": 0.5},
            },
            "questions": {
                "q": {
                    "about": "Q",
                    "en": "Q?",
                    "ru": "В?",
                    "zh": "问？",
                    "answers": [["y", "Yes", "Да", "是"], ["n", "No", "Нет", "否"]],
                    "speaks": {"a": [0.9, 0.1], "b": [0.1, 0.9]},
                }
            },
        }
    }
}


def test_what_is_shipped_is_sound() -> None:
    assert list(lint.mistakes_in(shipped(), ARTICLES)) == []


def test_things_are_named_as_facts_name_them() -> None:
    known = {thing.name for thing in catalogue().things}
    for thing in shipped().things.values():
        assert thing.named <= known, thing.id


def test_there_are_causes_and_questions_enough_for_every_category() -> None:
    library = shipped()
    for category in {thing.category for thing in library.things.values()}:
        things = {id for id, one in library.things.items() if one.category == category}
        causes = [one for one in library.causes.values() if one.thing in things and one.is_named]
        assert len(causes) >= 4, category
        assert sum(one.thing in things for one in library.questions.values()) >= 4, category
    assert len({thing.category for thing in library.things.values()}) == 10


@pytest.mark.parametrize(
    ("path", "value", "mistake"),
    [
        (("network", "wifi", "questions", "q", "ru"), "", "q: no words in ru"),
        (("network", "wifi", "questions", "q", "answers", 0, 3), "", "q, y: no words in zh"),
        (("network", "wifi", "questions", "q", "answers", 0, 1), "x" * 61, "more than 60"),
        (("network", "wifi", "questions", "q", "speaks", "a"), [0.9, 0.2], "do not sum"),
        (("network", "wifi", "questions", "q", "speaks", "a"), [1.0], "a chance for each"),
        (("network", "wifi", "questions", "q", "speaks", "z"), [0.5, 0.5], "no cause z"),
        (("network", "wifi", "questions", "q", "speaks"), {}, "speak for nothing"),
        (("network", "wifi", "causes", "a", "articles"), ["none"], "no article none"),
        (("network", "wifi", "causes", "a", "prior"), 0.6, "priors"),
        (("network", "wifi", "questions", "q", "speaks", "a"), [0.1, 0.9], "a: no answers"),
        (("nothing",), SMALL["network"], "no category nothing"),
    ],
)
def test_a_mistake_is_found(path: tuple[Any, ...], value: Any, mistake: str) -> None:
    files = deepcopy(SMALL)
    *way, last = path
    place: Any = files
    for step in way:
        place = place[step]
    place[last] = deepcopy(value)
    with pytest.raises(lint.BadLibrary, match=mistake):
        lint.check(read(files), ARTICLES)


def test_the_small_one_is_sound_before_that() -> None:
    lint.check(read(deepcopy(SMALL)), ARTICLES)
