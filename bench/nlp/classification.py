"""The classifier on CLINC150 and on what is made of it, beside TF-IDF with a linear SVM.

The proxies stand for label sets nobody here has seen: few texts, few labels, long texts, wrong labels,
other languages. They are learned from the training part and asked of the validation part; the test part
is asked once, for the figures that have targets. Ten shipped categories are asked of one template in five.
"""

import json
import os
import pickle
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

import nlp
from bench import figures
from nlp.understand import training_texts

BESIDE: Final = Path("shared", "data", "clinc150.json")  # beside the repository


BETTER: Final = 2.0  # points above the plain one, wherever it is asked
BINS: Final = 15


def clinc() -> Path:
    """Where it is said to be; else beside the repository, or above."""
    if named := os.environ.get("CLINC150"):
        return Path(named)
    beside = [folder / BESIDE for folder in Path(__file__).resolve().parents[3:]]
    return next((file for file in beside if file.exists()), beside[0])


class Data(NamedTuple):
    texts: list[str]
    labels: list[str]


class Plain:
    """The floor: words one and two, pieces of two to five characters, a linear SVM."""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> "Plain":
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline, make_union
        from sklearn.svm import LinearSVC

        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        self._model = make_pipeline(make_union(words, pieces), LinearSVC(C=1.0))
        self._model.fit(texts, labels)
        return self

    def predict(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        margins = self._model.decision_function(texts)
        if margins.ndim == 1:
            margins = np.stack([-margins, margins], axis=1)
        labels = self._model.classes_
        return [(str(labels[row.argmax()]), float(row.max())) for row in margins]


def measure(path: Path, quick: bool = False) -> bool:
    good = True
    if path.exists():
        parts = json.loads(path.read_text(encoding="utf-8"))
        data = {name: Data(*map(list, zip(*rows, strict=True))) for name, rows in parts.items()}
        good &= _clinc(data)
        cases = _cases(data)
    else:
        print(
            f"   CLINC150 is not measured: there is no {path}. Give --clinc PATH or set CLINC150."
        )
        cases = iter(())
    if quick:
        return good
    for name, train, test in (*cases, *_languages()):
        good &= _beside(name, train, test)
    return good


def _clinc(data: dict[str, Data]) -> bool:
    train, test = data["train"], data["test"]
    model, plain = nlp.classifier(), Plain()
    seconds, work = _timed(model, train)
    plain_seconds, _ = _timed(plain, train)
    said, floor = model.predict(test.texts), plain.predict(test.texts)
    outside = data["oos_test"].texts
    good = figures.at_least(
        "CLINC150, accuracy",
        100 * _right(said, test),
        95,
        "%",
        f"plain {100 * _right(floor, test):.2f}",
    )
    good &= figures.at_least(
        "out of scope, hundredths of AUROC", 100 * _told_apart(said, model.predict(outside)), 97, "",
        f"plain {100 * _told_apart(floor, plain.predict(outside)):.2f}",
    )  # fmt: skip
    good &= figures.at_most("expected calibration error", _calibration(said, test), 0.05, "")
    good &= figures.at_most(
        "one message, p50", _one(model, test), 3.0, "ms", f"plain {_one(plain, test):.2f} ms"
    )
    good &= figures.at_most("the model", len(pickle.dumps(model, 5)) / 1e6, 200, "MB")
    return figures.at_most(
        "training", seconds, 180, "s", f"{work:.0f} s of work on both cores; plain {plain_seconds:.0f} s"
    ) and good  # fmt: skip


def _cases(data: dict[str, Data]) -> Iterator[tuple[str, Data, Data]]:
    """Other kinds of label sets, made of this one."""
    random = np.random.default_rng(3)
    train, test = data["train"], data["val"]
    for count in (10, 20, 50):
        yield f"{count} texts a label", _few(train, count), test
    some = sorted(set(train.labels))[::5]
    yield "30 labels", _of(train, some), _of(test, some)
    groups = {label: f"group {at % 8}" for at, label in enumerate(sorted(set(train.labels)))}
    yield "8 groups of labels", _grouped(train, groups), _grouped(test, groups)
    wrong = [
        str(random.choice(train.labels)) if random.random() < 0.15 else label
        for label in train.labels
    ]
    yield "15 % of the labels wrong", Data(train.texts, wrong), test
    yield (
        "long texts: six of a group",
        _joined(train, groups, random),
        _joined(test, groups, random),
    )


def _languages() -> Iterator[tuple[str, Data, Data]]:
    """The shipped texts of each language, split by template."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for one in training_texts():
        rows[str(one.language)].append(one)
    for language, some in sorted(rows.items()):
        templates = sorted({one.template for one in some})
        aside = {templates[at] for at in np.random.default_rng(5).permutation(len(templates))[::5]}
        train = [one for one in some if one.template not in aside]
        test = [one for one in some if one.template in aside]
        yield (
            f"the shipped categories, {language}",
            Data([one.text for one in train], [str(one.category) for one in train]),
            Data([one.text for one in test], [str(one.category) for one in test]),
        )


def _beside(name: str, train: Data, test: Data) -> bool:
    """Reported, not judged: the targets are on sets that nobody here has seen."""
    model = nlp.classifier()
    seconds, _ = _timed(model, train)
    said = model.predict(test.texts)
    ours, floor = (
        100 * _right(said, test),
        100 * _right(Plain().fit(*train).predict(test.texts), test),
    )
    figures.note(
        name, ours, f"%  plain {floor:.2f}, {ours - floor:+.2f} (wanted {BETTER:+g});"
        f" calibration error {_calibration(said, test):.3f}; {len(train.texts)} texts in {seconds:.0f} s",
    )  # fmt: skip
    return True


def _few(data: Data, count: int) -> Data:
    seen: dict[str, int] = defaultdict(int)
    rows = []
    for text, label in zip(*data, strict=True):
        seen[label] += 1
        if seen[label] <= count:
            rows.append((text, label))
    return Data(*map(list, zip(*rows, strict=True)))


def _of(data: Data, labels: Sequence[str]) -> Data:
    rows = [(text, label) for text, label in zip(*data, strict=True) if label in labels]
    return Data(*map(list, zip(*rows, strict=True)))


def _grouped(data: Data, groups: dict[str, str]) -> Data:
    return Data(data.texts, [groups[label] for label in data.labels])


def _joined(data: Data, groups: dict[str, str], random: np.random.Generator) -> Data:
    """Half of each text's sentences are of any group: one sees what most of it is about."""
    texts, labels = [], []
    by_group: dict[str, list[str]] = defaultdict(list)
    for text, label in zip(*data, strict=True):
        by_group[groups[label]].append(text)
    for group, own in sorted(by_group.items()):
        for _ in range(len(own) // 3):
            picked = [*random.choice(own, 3), *random.choice(data.texts, 3)]
            texts.append(". ".join(random.permutation(picked)))
            labels.append(group)
    return Data(texts, labels)


def _timed(model: Any, data: Data) -> tuple[float, float]:
    """Seconds on the clock, and of the processor."""
    clock, work = time.perf_counter(), time.process_time()
    model.fit(data.texts, data.labels)
    return time.perf_counter() - clock, time.process_time() - work


def _one(model: Any, data: Data) -> float:
    """Milliseconds for a single message, in the median."""
    times = []
    for text in data.texts[:500]:
        begin = time.perf_counter()
        model.predict([text])
        times.append(time.perf_counter() - begin)
    return float(np.median(times)) * 1e3


def _right(said: Sequence[tuple[str, float]], data: Data) -> float:
    return float(
        np.mean([label == true for (label, _), true in zip(said, data.labels, strict=True)])
    )


def _told_apart(inside: Sequence[tuple[str, float]], outside: Sequence[tuple[str, float]]) -> float:
    from sklearn.metrics import roc_auc_score

    known = [1] * len(inside) + [0] * len(outside)
    return float(roc_auc_score(known, [sure for _, sure in (*inside, *outside)]))


def _calibration(said: Sequence[tuple[str, float]], data: Data) -> float:
    """Expected calibration error, in bins of as many texts each."""
    sure = np.array([chance for _, chance in said])
    right = np.array([label == true for (label, _), true in zip(said, data.labels, strict=True)])
    bins = np.array_split(np.argsort(sure, kind="stable"), BINS)
    return float(sum(len(b) * abs(right[b].mean() - sure[b].mean()) for b in bins) / len(sure))
