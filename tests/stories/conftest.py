"""The shipped articles, read once for all stories."""

import pytest

from bot import shelf
from bot.library import Library
from nlp import Understander
from store import open_store


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, understander: Understander) -> Library:
    """The shipped articles, also in the understander's shelf."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('library')}/l.db")
    shelf.bring_in(store, shelf.SHIPPED)
    library = Library()
    library.fill(store.read(shelf.stored))
    understander.replace_articles(library.for_search())
    store.close()
    return library
