"""How often the right text comes first when a question is put in other words, beside plain BM25.

    python -m bench.retrieval

Sets of several kinds, none of which the index was trained on, for it is not trained. Only the words of
data/questions-and-answers.tsv and bot/content/questions.tsv are by the hand that wrote the thesaurus;
CLINC150 (Larson et al. 2019, not shipped) and the training texts of the classifier are not.
"""

import json
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import nlp
from bench import figures
from bench.baselines import BM25, Fused
from bench.suggestions import questions, shipped
from nlp.understand import DATA
from nlp.understanding import Language

CLINC = next(
    (
        file
        for folder in Path(__file__).parents
        if (file := folder / "shared" / "data" / "clinc150.json").exists()
    ),
    None,
)
ANSWERS = Path(__file__).parent / "data" / "questions-and-answers.tsv"
SEVERAL = 3  # draws of a set, so that no single choice of texts decides
LEAST = 6.0  # points of P@1 over BM25


class Asked(NamedTuple):
    name: str
    strange: bool  # nobody wrote its words for this index
    documents: Mapping[str, tuple[str, str]]
    queries: list[tuple[str, frozenset[str]]]


class Searcher(Protocol):
    def index(self, documents: Mapping[str, tuple[str, str]]) -> None: ...

    def search(self, query: str, k: int) -> list[tuple[str, float]]: ...


def clinc() -> Iterator[Asked]:
    if CLINC is None:
        return
    data = json.loads(CLINC.read_text(encoding="utf-8"))
    known: dict[str, list[str]] = defaultdict(list)
    asked: dict[str, list[str]] = defaultdict(list)
    for part, into in (("train", known), ("test", asked)):
        for text, intent in data[part]:
            into[intent].append(text)
    for each, apart in ((1, False), (5, False), (5, True), (20, True)):
        for seed in range(SEVERAL if each < 20 else 1):
            draw = random.Random(seed)
            documents, right = {}, defaultdict(set)
            for intent in sorted(known):
                first, *more = draw.sample(known[intent], each)
                if not apart:
                    documents[intent] = (first, ". ".join(more))
                    right[intent] = {intent}
                    continue
                for n, text in enumerate((first, *more)):
                    documents[f"{intent} {n}"] = (text, "")
                    right[intent].add(f"{intent} {n}")
            queries = [
                (text, frozenset(right[intent]))
                for intent in sorted(asked)
                for text in draw.sample(asked[intent], 8)
            ]
            kind = (
                f"{each} texts of an intent, each alone" if apart else f"{each} of an intent as one"
            )
            yield Asked(f"CLINC150, {kind}", True, documents, queries)


def paraphrases(language: str) -> Iterator[Asked]:
    """One text of a scenario is indexed, others ask for it."""
    same = defaultdict(list)
    for line in (DATA / f"{language}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        template, _, _, text = line.split("\t")
        if len(text) <= 200:
            same[template].append(text)
    for seed in range(SEVERAL):
        draw = random.Random(seed)
        documents, queries = {}, []
        for template, texts in same.items():
            first, *more = draw.sample(texts, min(3, len(texts)))
            documents[template] = (first, "")
            queries += [(text, frozenset([template])) for text in more]
        if len(queries) > 200:
            some = draw.sample(queries, min(800, len(queries)))
            yield Asked(f"IT scenarios, {language}", True, documents, some)


def answered() -> Iterator[Asked]:
    documents, queries = {}, []
    for line in ANSWERS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            question, answer, others = line.split("\t")
            documents[question] = (question, answer)
            queries += [(other, frozenset([question])) for other in others.split("|")]
    yield Asked("questions with answers, in other words", False, documents, queries)
    bare = {id: (title, "") for id, (title, _) in documents.items()}
    yield Asked("the same without the answers", False, bare, queries)


def articles() -> Iterator[Asked]:
    for language in Language:
        documents = {one.id: (one.title, one.body) for one in shipped() if one.language is language}
        asked = [
            (one.text, frozenset([one.article]))
            for one in questions()
            if one.language is language and one.article in documents
        ]
        yield Asked(f"shipped articles, {language}", False, documents, asked)


def first(searcher: Searcher, asked: Asked) -> tuple[float, list[float]]:
    """Per cent of the questions whose first text is right, and the seconds that each took."""
    searcher.index(asked.documents)
    right, took = 0, []
    for query, good in asked.queries:
        begin = time.perf_counter()
        found = searcher.search(query, 1)
        took.append(time.perf_counter() - begin)
        right += bool(found) and found[0][0] in good
    return 100 * right / len(asked.queries), took


def measure() -> bool:
    sets = [*clinc(), *answered(), *articles()]
    for language in Language:
        sets += paraphrases(language)
    rows: dict[str, list[tuple[Asked, list[float]]]] = defaultdict(list)
    took: list[float] = []
    for asked in sets:
        results = [first(one, asked) for one in (BM25(), Fused(), nlp.index())]
        took += results[2][1]
        rows[asked.name].append((asked, [result for result, _ in results]))
    print(f"   {'P@1 in per cent':46}{'texts':>6}{'BM25':>8}{'+chars':>8}{'ours':>8}{'gain':>8}")
    gains = []
    for name, some in rows.items():
        plain, fused, ours = (statistics.mean(one[1][n] for one in some) for n in range(3))
        texts = len(some[0][0].documents)
        mark = "" if some[0][0].strange else "  *"
        print(f"   {name:46}{texts:6}{plain:8.1f}{fused:8.1f}{ours:8.1f}{ours - plain:+8.1f}{mark}")
        if some[0][0].strange and not name.endswith("zh"):
            gains.append((ours - plain, fused - plain))
    print("   * words by the hand that wrote the thesaurus; BM25 cannot cut Chinese")
    figures.note(
        "BM25 fused with characters, mean of the sets without *",
        statistics.mean(f for _, f in gains),
        "points",
    )
    good = figures.at_least(
        "P@1 over BM25, mean of the sets without *",
        statistics.mean(g for g, _ in gains),
        LEAST,
        "points",
    )
    figures.note("a question, median", statistics.median(took) * 1e3, "ms")
    return good


if __name__ == "__main__":
    sys.exit(not measure())
