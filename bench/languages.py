"""How well the language of a few words is told: `python -m bench.languages`.

On tests/nlp/short.tsv: short messages, neighbours among them, with pasted code, quotes and signatures;
beside the same with the library alone (py3langid, of all its languages).
"""

import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Final

from nlp.language import of_text

MESSAGES: Final = Path(__file__).parent.parent / "tests" / "nlp" / "short.tsv"
ACCURACY, MILLISECONDS = 0.99, 1.0


def measure() -> bool:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    alone = LanguageIdentifier.from_model_file(MODEL_FILE)
    rows = [line.split("\t") for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    said = [(codes.split(), text.replace("\\n", "\n")) for codes, text in rows]
    for text in ("warm up", "разогрев"):
        of_text(text)
    wrong: Counter[str] = Counter()
    took = []
    for codes, text in said:
        began = time.perf_counter()
        code = of_text(text)
        took.append(time.perf_counter() - began)
        if code not in codes:
            wrong[f"{codes[0]} for {code}"] += 1
    right = 1 - wrong.total() / len(said)
    plain = sum(alone.classify(text)[0] in codes for codes, text in said) / len(said)
    milliseconds = 1e3 * median(took)
    print(
        f"language: {right:.4f} right of {len(said)} short messages (wanted {ACCURACY});"
        f" py3langid alone {plain:.4f}"
    )
    print(f"   {milliseconds:.2f} ms a message at the median (wanted {MILLISECONDS})")
    taken = ", ".join(f"{what} {n}" for what, n in wrong.most_common())
    print(f"   taken for another: {taken or 'none'}")
    return right >= ACCURACY and milliseconds <= MILLISECONDS


if __name__ == "__main__":
    raise SystemExit(not measure())
