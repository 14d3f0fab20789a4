"""What people corrected, at hand for the next like message.

A lesson changes the answer for texts that are very like its own, and for nothing else: so one person's
lessons, however many and however wrong, move little. The next training takes the lessons in for good.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from nlp.features import Features

NEAR: Final = 0.45  # likeness from which a lesson begins to count
CLOSE: Final = 0.65  # and at which it counts fully
MOST: Final = 0.9  # of the answer that one person's lessons may decide
OF_ONE: Final = 200  # lessons of one person that count: the newest


class Lesson(Struct, frozen=True):
    """Somebody said what a text is. `id` grows with time."""

    id: int
    text: str
    teacher: int
    category: str | None = None
    type: str | None = None


class Memory:
    """Never changes; a change is another memory that takes over what is the same."""

    def __init__(
        self,
        features: Features,
        lessons: Iterable[Lesson] = (),
        before: "Memory | None" = None,
    ) -> None:
        kept: dict[int, list[Lesson]] = defaultdict(list)
        for lesson in sorted(lessons, key=lambda one: -one.id):
            if len(kept[lesson.teacher]) < OF_ONE:
                kept[lesson.teacher].append(lesson)
        self.lessons = [lesson for some in kept.values() for lesson in some]
        self._features = features
        known = before._profiles if before is not None else {}
        self._profiles: dict[tuple[int, str], dict[str, float]] = {
            (one.id, one.text): known.get((one.id, one.text)) or features.profile(one.text)
            for one in self.lessons
        }
        self._having: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, profile in enumerate(self._profiles.values()):
            for name, weight in profile.items():
                self._having[name].append((number, weight))

    def __bool__(self) -> bool:
        return bool(self.lessons)

    def like(self, text: str) -> list[tuple[float, Lesson]]:
        """(likeness, lesson) of the lessons that count for a text, each person's nearest only."""
        likeness: dict[int, float] = defaultdict(float)
        for name, weight in self._features.profile(text).items():
            for number, other in self._having.get(name, ()):
                likeness[number] += weight * other
        nearest: dict[int, tuple[float, Lesson]] = {}
        for number, found in likeness.items():
            lesson = self.lessons[number]
            # of lessons on the same words the newest counts: they come first
            best = nearest.get(lesson.teacher)
            if found >= NEAR and (best is None or found > best[0] + 1e-6):
                nearest[lesson.teacher] = (found, lesson)
        return sorted(nearest.values(), key=lambda one: -one[0])

    @staticmethod
    def judged(
        like: Sequence[tuple[float, Lesson]],
        field: str,
        labels: Mapping[str, int],
        chances: np.ndarray,
    ) -> np.ndarray:
        """The chances of one text, with what its like lessons say."""
        votes = np.zeros_like(chances)
        doubt = 1.0
        for likeness, lesson in like:
            label = getattr(lesson, field)
            if label in labels:
                says = MOST * min(1.0, (likeness - NEAR) / (CLOSE - NEAR))
                votes[labels[label]] += says
                doubt *= 1 - says
        if not votes.any():
            return chances
        return np.asarray(doubt * chances + (1 - doubt) * votes / votes.sum())
