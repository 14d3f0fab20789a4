"""Whole conversations through the whole bot; the files beside this one tell them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.library import Library
from nlp import Understander
from store import open_store
from store.database import Store
from store.tables import Message
from tests.stories.runner import Stage, Story, stories_of

# A sentence: names of things are shorter.
ENGLISH = re.compile(r"(?:\b[A-Za-z][a-z']+,? ){4,}[a-z]+")
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
    stage = Stage(store, understander, library)
    stage.play(story)
    if not story.title.isascii():  # told in Russian or Chinese
        assert [one for one in said_by_the_bot(store) if ENGLISH.search(one)] == []


def said_by_the_bot(store: Store) -> list[str]:
    return store.read(
        lambda tx: list(tx.session.scalars(sa.select(Message.body).where(Message.author == "bot")))
    )


def test_there_are_stories_enough_in_three_languages() -> None:
    assert len(STORIES) >= 40
