"""Search over many articles: how long a question takes, a change, a start, and how much memory it is.

    python -m bench.articles [--count 100000]

The articles are generated in three languages from sentences of the shipped ones, with systems, sites and
error codes of their own, and the desk finds them as it does: from the copy in memory, which is brought up
to date from the articles in the store.
"""

import argparse
import gc
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

from bench import figures
from bench.suggestions import shipped
from bot.library import Library
from bot.shelf import take_up
from nlp.search import Shelf
from nlp.understanding import Language
from store import knowledge as kept
from store import open_store, tables
from store.database import Store

FEW = 1_000
SYLLABLES = re.findall(
    "[^aeiou]*[aeiou]", "bacodifeguhajokilumanepaquirosatestewavoxiyozutralinokormexu"
)
SITES = ("Berlin", "Minsk", "Leeds", "Oslo", "Shenzhen", "Kazan", "Porto", "Turin")
WORDS = {
    Language.EN: (
        "How to set up {0}", "{0} shows error {1}", "{0} is slow in {2}", "Access to {0}",
        "{0} does not start after the update", "Ordering {0} for {2}",
    ),
    Language.RU: (
        "Как настроить {0}", "{0}: ошибка {1}", "{0} тормозит в офисе {2}", "Доступ к {0}",
        "{0} не запускается после обновления", "Заказать {0} для офиса {2}",
    ),
    Language.ZH: (
        "如何设置{0}", "{0}显示错误{1}", "{0}在{2}很慢", "申请{0}的权限", "更新后{0}打不开", "为{2}订购{0}",
    ),
}  # fmt: skip
_SENTENCE = re.compile(r"[^.!?。！？\n]{8,}[.!?。！？]?")


def made(count: int) -> Iterator[tuple[tables.Article, str]]:
    """Articles, and a question that asks for each."""
    draw = random.Random(7)
    sentences = {
        language: [
            found.strip()
            for one in shipped()
            if one.language is language
            for found in _SENTENCE.findall(one.body)
        ]
        for language in Language
    }
    systems = ["".join(draw.choices(SYLLABLES, k=3)).title() for _ in range(max(50, count // 25))]
    for number in range(count):
        language = draw.choices(list(Language), (6, 3, 1))[0]
        system, site = draw.choice(systems), draw.choice(SITES)
        code = f"{draw.choice('ABCDEF')}{draw.randrange(100, 9999)}"
        title = draw.choice(WORDS[language]).format(system, code, site)
        some = draw.choices(sentences[language], k=draw.randrange(5, 16))
        some.insert(draw.randrange(len(some)), f"{system} {code} {site}.")
        body = " ".join(some)
        yield (
            tables.Article(
                id=f"made-{number}", language=str(language), title=title, body=body, category="software",
                keywords="[]", audience="everyone", kind="article", reviewed=date(2026, 1, 1),
                sha256=sha256(body.encode()).hexdigest(),
            ),
            f"{title.lower()} {draw.choice(some)[:60]}",
        )  # fmt: skip


def measure(count: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'desk.db'}")
        made_ones = list(made(count))
        asked = [
            (Language(one.language), question)
            for one, question in made_ones[:: max(1, count // 600)]
        ]
        rows = [one for one, _ in made_ones]
        few = _up_to_date(store, Library(), rows[:FEW], Shelf(), f"{FEW} articles")
        small = _times(few, asked[:300])
        del few
        gc.collect()
        before = _resident()
        library = Library()
        shelf = _up_to_date(store, library, rows, Shelf(), f"{count} articles")
        figures.note("memory of the articles and the index", (_resident() - before) / 1e6, "MB")
        figures.note("of it the tables of the index", shelf.size / 1e6, "MB")
        large = _times(shelf, asked[:300])
        good = figures.at_most("a question, median", statistics.median(large) * 1e3, 10, "ms")
        figures.note(
            "a question, 99 of 100 take at most", sorted(large)[int(len(large) * 0.99)] * 1e3, "ms"
        )
        figures.note(
            f"over {FEW} articles",
            statistics.median(large) / statistics.median(small),
            f"times {statistics.median(small) * 1e3:.2f} ms",
        )
        found = sum(
            one.id in [hit.article for hit in shelf.suggest(question, Language(one.language))]
            for one, question in made_ones[:: max(1, count // 200)]
        )
        figures.note(
            "the article asked for is among three",
            100 * found / len(made_ones[:: max(1, count // 200)]),
            "%",
        )
        for many in (1, 100):
            rows = [*rows[many:], *(_changed(one) for one in rows[:many])]
            shelf = _up_to_date(store, library, rows, shelf, f"{many} of {count} changed")
        store.close()
    return good


def _changed(one: tables.Article) -> tables.Article:
    body = f"{one.body} Changed."
    return tables.Article(
        id=one.id, language=one.language, title=one.title, body=body, category=one.category,
        keywords=one.keywords, audience=one.audience, kind=one.kind, reviewed=one.reviewed,
        sha256=sha256(body.encode()).hexdigest(),
    )  # fmt: skip


def _up_to_date(
    store: Store, library: Library, rows: list[tables.Article], shelf: Shelf, what: str
) -> Shelf:
    """Into the store, from there into memory, from there into the index: what each step takes."""
    into = _took(lambda: store.write(lambda tx: kept.replace(tx, rows)))
    out = _took(lambda: store.read(lambda tx: take_up(tx, library)))
    texts = library.for_search()
    made: list[Shelf] = []
    indexed = _took(lambda: made.append(shelf.updated(texts)))
    figures.note(f"{what}: into the store", into, "s")
    figures.note(f"{what}: read from it", out, "s")
    figures.note(f"{what}: indexed", indexed, "s")
    return made[0]


def _took(do: Callable[[], object]) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


def _times(shelf: Shelf, asked: list[tuple[Language, str]]) -> list[float]:
    for language, question in asked[:20]:
        shelf.suggest(question, language)
    times = []
    for language, question in asked:
        begin = time.perf_counter()
        shelf.suggest(question, language)
        times.append(time.perf_counter() - begin)
    return times


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * float(resource.getpagesize())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    print(figures.load())
    sys.exit(not measure(parser.parse_args().count))


if __name__ == "__main__":
    main()
