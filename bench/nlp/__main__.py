"""What the reading is worth, each figure beside a plain baseline of the same run: `make bench-nlp`.

    python3 -m bot bench-nlp [--quick] [part ...]

Without a part all are measured. Ends with 1 when a target is missed. A further part is one line in PARTS.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench import articles, facts, figures, languages, retrieval, storms
from bench.nlp import classification, desk

PARTS: Final[dict[str, Callable[[argparse.Namespace], bool]]] = {
    "classification": lambda options: classification.measure(options.clinc, options.quick),
    "desk": lambda options: desk.measure(options.picture),
    "language": lambda options: languages.measure(),
    "facts": lambda options: facts.measure(),
    "storms": lambda options: storms.measure(
        15 if options.quick else 60, 0.02 if options.quick else 1.0
    ),
    "retrieval": lambda options: retrieval.measure(),
    "articles": lambda options: articles.measure(10_000 if options.quick else 100_000),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("part", nargs="*", help=f"of {', '.join(PARTS)}; all if none")
    parser.add_argument("--quick", action="store_true", help="without what takes minutes more")
    parser.add_argument(
        "--clinc", type=Path, default=classification.clinc(),
        help="clinc150.json (or the variable CLINC150)",
    )  # fmt: skip
    parser.add_argument("--picture", type=Path, metavar="SVG", help="what the desk takes for what")
    options = parser.parse_args()
    if unknown := set(options.part) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(figures.load())
    good = True
    for name in options.part or PARTS:
        print(name)
        good &= PARTS[name](options)
    sys.exit(not good)


if __name__ == "__main__":
    main()
