"""Reading: text in; language, intent, category with confidence, facts and matching articles out."""

from nlp.classify import Classifier
from nlp.language import identify
from nlp.memory import Lesson
from nlp.ranking import Index
from nlp.terms import terms
from nlp.understand import Example, Understander

__all__ = [
    "Classifier",
    "Example",
    "Lesson",
    "Understander",
    "classifier",
    "identify",
    "index",
    "terms",
]


def classifier() -> Classifier:
    """A text classifier for any label set: `fit(texts, labels)`, `predict(texts)`."""
    return Classifier()


def index() -> Index:
    """A search index: `index({id: (title, body)})`, `search(query, k)`."""
    return Index()
