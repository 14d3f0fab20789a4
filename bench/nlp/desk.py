"""The desk's own categories and types on texts whose whole template was held out: `make bench-nlp
ARGS=desk`.

A template is one scenario in several wordings; a fifth of them, by a hash of their names, is never learned
from. The same split is given to the plain baseline: TF-IDF of words 1-2 and characters 2-5, linear SVM.
"""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.settings import Settings
from bot.training.report import picture, report_of
from nlp import Example
from nlp.understand import Shipped, taught, training_texts
from nlp.understanding import Language

CATEGORY, TYPE, CALIBRATION = 0.90, 0.93, 0.05  # macro F1, macro F1, expected error
HELD_OUT: Final = 5  # one template in so many

Said = Sequence[tuple[str, float]]


def is_held_out(template: str) -> bool:
    return hashlib.sha256(template.encode()).digest()[0] % HELD_OUT == 0


def measure(file: Path | None = None) -> bool:
    """`file`: where the picture of the confusions is written."""
    rows = training_texts()
    learn = [one for one in rows if not is_held_out(one.template)]
    check = [one for one in rows if is_held_out(one.template)]
    began, used = time.perf_counter(), time.process_time()
    models = taught(
        [Example(one.text, one.category, one.type) for one in learn],
        [one.template for one in learn],
    )
    took, cpu = time.perf_counter() - began, time.process_time() - used
    texts = [one.text for one in check]
    categories, types = models.category.predict(texts), models.type.predict(texts)
    plain_categories, plain_types = _plain(learn, check)
    threshold = Settings().conversation.category_threshold
    print(
        f"   {len(learn)} texts learned in {took:.0f} s ({cpu:.0f} s of CPU),"
        f" {len(check)} of other templates"
    )
    good = True
    for language in Language:
        here = [n for n, one in enumerate(check) if one.language is language]
        good &= _told(
            f"{language} category", [str(check[n].category) for n in here],
            [categories[n] for n in here], [plain_categories[n] for n in here], CATEGORY, threshold,
        )  # fmt: skip
        typed = [n for n in here if check[n].type is not None]
        good &= _told(
            f"{language} type", [str(check[n].type) for n in typed],
            [types[n] for n in typed], [plain_types[n] for n in typed], TYPE, threshold,
        )  # fmt: skip
    if file is not None:
        report = report_of([str(one.category) for one in check], categories)
        file.write_text(picture(report, "Texts of other templates"), encoding="utf-8")
        print(f"   the picture is in {file}")
    return good


def _told(
    name: str, truth: list[str], said: Said, plain: Said, wanted: float, threshold: float
) -> bool:
    report = report_of(truth, said)
    baseline = report_of(truth, plain).macro_f1
    sure = [
        guess == label
        for (guess, confidence), label in zip(said, truth, strict=True)
        if confidence >= threshold
    ]
    print(
        f"   {name:12} macro F1 {report.macro_f1:.3f} (wanted {wanted}; plain {baseline:.3f}),"
        f" calibration error {report.calibration_error:.3f} (wanted {CALIBRATION}); from {threshold:.2f}:"
        f" {len(sure) / len(said):.0%} decided, {sum(sure) / max(1, len(sure)):.1%} right"
    )
    return report.macro_f1 >= wanted and report.calibration_error <= CALIBRATION


def _plain(learn: Sequence[Shipped], check: Sequence[Shipped]) -> tuple[Said, Said]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    found = []
    for field in ("category", "type"):
        some = [one for one in learn if getattr(one, field) is not None]
        model = make_pipeline(
            make_union(
                TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
                TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
            ),
            LinearSVC(C=1),
        ).fit([one.text for one in some], [str(getattr(one, field)) for one in some])
        found.append([(str(one), 1.0) for one in model.predict([one.text for one in check])])
    return found[0], found[1]
