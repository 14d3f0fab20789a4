"""Whole conversations through the whole bot; the files beside this one tell them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.library import Library
from nlp import Understander
from store import open_store
from store.database import Store
from tests.stories.runner import Stage, Story, stories_of

STORIES = [
    pytest.param(story, id=f"{file.stem}: {story.title}")
    for file in sorted(Path(__file__).parent.glob("*.story"))
    for story in stories_of(file.read_text(encoding="utf-8"))
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/desk.db")
    yield store
    store.close()


@pytest.mark.parametrize("story", STORIES)
def test_story(story: Story, store: Store, understander: Understander, library: Library) -> None:
    Stage(store, understander, library).play(story)


def test_there_are_stories_enough_in_three_languages() -> None:
    assert len(STORIES) >= 40
