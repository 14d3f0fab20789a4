"""How well the desk's questions find their articles, and the numbers of the curve that tells the chance.

    python -m bench.suggestions

prints for each language how often the right article comes first and among three, what a threshold
would buy, and the weights that a logistic regression finds for `nlp.search.CHANCE` on the labelled
questions of bot/content/questions.tsv.
"""

from pathlib import Path
from typing import NamedTuple

from bot import knowledge, shelf
from nlp.search import Shelf, asked_of
from nlp.understanding import ArticleText, Category, Language, Suggestion

QUESTIONS = Path(__file__).parent.parent / "bot" / "content" / "questions.tsv"


class Question(NamedTuple):
    language: Language
    article: str  # "-" when none is right
    text: str


def questions() -> list[Question]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [
        Question(Language(language), article, text)
        for language, article, text in (line.split("\t") for line in lines)
    ]


def shipped() -> list[ArticleText]:
    articles, _ = knowledge.read_folder(shelf.SHIPPED)
    return [
        ArticleText(
            id=one.id,
            language=Language(str(one.language)),
            title=one.title,
            body=one.body,
            category=Category(str(one.category)),
            keywords=tuple(one.keywords),
        )
        for one in articles
    ]


def fitted(articles: list[ArticleText], asked: list[Question]) -> list[float]:
    from sklearn.linear_model import LogisticRegression

    found = Shelf(articles)
    evidence, right = [], []
    for question in asked:
        for tongue in dict.fromkeys((question.language, Language.EN)):
            for id, one in found.evidences(asked_of(question.text), question.text, tongue):
                evidence.append(one)
                right.append(id == question.article)
    model = LogisticRegression().fit(evidence, right)
    return [round(float(x), 2) for x in (*model.coef_[0], model.intercept_[0])]


def main() -> None:
    articles, asked = shipped(), questions()
    shelf = Shelf(articles)
    print(f"{len(articles)} articles, {len(asked)} questions")
    for language in Language:
        here: list[tuple[Question, tuple[Suggestion, ...]]] = [
            (one, shelf.suggest(one.text, language)) for one in asked if one.language is language
        ]
        known = [(one, found) for one, found in here if one.article != "-"]
        first = sum(bool(found) and found[0].article == one.article for one, found in known)
        among = sum(one.article in [s.article for s in found] for one, found in known)
        print(f"{language}: first {first / len(known):.2f}, among three {among / len(known):.2f}")
        for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
            shown = [
                (one, found[0]) for one, found in here if found and found[0].score >= threshold
            ]
            right = sum(best.article == one.article for one, best in shown)
            false = sum(one.article == "-" for one, _ in shown)
            print(
                f"   shown from {threshold}: {right} of {len(known)} helped,"
                f" {len(shown) - right} wrong, {false} of them where nothing is right"
            )
    print("weights fitted:", fitted(articles, asked))


if __name__ == "__main__":
    main()
