"""Corrections count for like messages at once, for others not at all, and can be taken back."""

import random
from collections.abc import Iterator

import pytest

from nlp import Lesson, Understander
from nlp.classify import Classifier
from nlp.features import Features
from nlp.memory import OF_ONE, Memory
from nlp.understand import Models, training_texts


@pytest.fixture
def taught(understander: Understander) -> Iterator[Understander]:
    yield understander
    understander.learn([])


def category(understander: Understander, text: str) -> str:
    return str(understander.understand([text], [None])[0].category)


LESSONS = [
    ("the frobnicator in hall 2 shows a red light", "a red light on the frobnicator, hall 2", "hardware"),
    ("пропуск для машины подрядчика", "нужен пропуск на машину подрядчика", "service-request"),
    ("三号线的视觉相机老是误报", "视觉相机又误报了 三号线", "performance"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "like", "right"), LESSONS)
def test_a_like_message_is_understood_as_corrected_and_exactly_as_before_when_it_is_undone(
    taught: Understander, text: str, like: str, right: str
) -> None:
    other = "outlook does not open since the update"
    before = taught.understand([like, other], [None, None])
    taught.learn([Lesson(1, text, 7, right)])
    assert category(taught, like) == right
    assert taught.understand([other], [None])[0] == before[1]
    taught.learn([])
    assert taught.understand([like, other], [None, None]) == before


def test_of_two_lessons_of_one_agent_on_the_same_words_the_newer_counts(
    taught: Understander,
) -> None:
    text = "the frobnicator in hall 2 shows a red light"
    taught.learn([Lesson(1, text, 7, "hardware"), Lesson(2, text, 7, "security")])
    assert category(taught, text) == "security"


def test_two_agents_weigh_more_than_one(taught: Understander) -> None:
    text = "the frobnicator in hall 2 shows a red light"
    taught.learn([
        Lesson(1, text, 7, "hardware"), Lesson(2, text, 8, "hardware"), Lesson(3, text, 9, "security"),
    ])  # fmt: skip
    assert category(taught, text) == "hardware"


def test_five_hundred_wrong_lessons_of_one_agent_move_less_than_a_point_on_held_out_texts() -> None:
    chance = random.Random(4)
    known = [(str(one.category), str(one.type), one.text) for one in training_texts() if one.type]
    chance.shuffle(known)
    checked, learned = known[:500], known[500:2500]
    features = Features()
    matrix = features.fit([text for *_, text in learned])
    told = [text for *_, text in learned]
    understander = Understander(
        Models(
            Classifier(features, networks=False).fit(told, [c for c, *_ in learned], matrix),
            Classifier(features, networks=False).fit(told, [t for _, t, _ in learned], matrix),
        )
    )
    texts = [text for *_, text in checked]

    def right() -> float:
        found = understander.understand(texts, [None] * len(texts))
        hits = (str(f.category) == label for f, (label, *_) in zip(found, checked, strict=True))
        return sum(hits) / len(checked)

    before = right()
    labels = sorted({label for label, *_ in known})
    understander.learn(
        Lesson(n, text, 7, chance.choice([one for one in labels if one != label]))
        for n, (label, _, text) in enumerate(learned[:500])
    )
    assert right() > before - 0.01


def test_of_one_agent_only_so_many_count(understander: Understander) -> None:
    features = understander.categories.features
    memory = Memory(features, [Lesson(n, f"text {n}", 7, "other") for n in range(OF_ONE + 50)])
    assert len(memory.lessons) == OF_ONE
    assert min(one.id for one in memory.lessons) == 50
