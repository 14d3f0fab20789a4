"""`firstline train` and `firstline evaluate`: models of one's own tickets, and what they are worth."""

import argparse
import json
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

import nlp
from bot import learning, settings
from bot.cli.common import Commands, opened, shown
from bot.errors import Invalid, NotFound
from bot.training import review
from bot.training.report import Report, picture, report_of, split, table
from bot.training.retrain import FEWEST, retrain
from bot.training.table import Examples, examples_of
from bot.training.versions import Versions
from nlp import Example
from nlp.understand import Understander
from nlp.understanding import Category

CATEGORIES: Final = frozenset(map(str, Category))


def add(commands: Commands) -> None:
    train = commands.add_parser(
        "train",
        help="learn from your own tickets and from the agents' corrections",
        description="Without --from: takes the agents' corrections into the desk's model. With --from:"
        " learns a table as well. Labels that are the desk's ten categories (see --map) teach the desk;"
        " any others make a model of their own. The desk's model is only switched if the new one is at"
        " least as good on texts that neither has seen.",
    )
    _table(train)
    train.add_argument("--name", help="of a model with labels of its own (default: the file's)")
    train.add_argument(
        "--versions", action="store_true", help="list what the desk learned, and end"
    )
    train.add_argument(
        "--use", type=int, metavar="VERSION", help="go back to one of them (0: none)"
    )
    train.add_argument("--dry-run", action="store_true", help="only say how good it would be")
    train.set_defaults(run=_train)
    evaluate = commands.add_parser(
        "evaluate",
        help="figures and a picture of how good the understanding is",
        description="Without --from: the desk's categories beside what agents made of them. With --from:"
        " a model on a table with labels.",
    )
    _table(evaluate)
    evaluate.add_argument("--model", help="one that `train` made (default: the desk's own)")
    evaluate.set_defaults(run=_evaluate)


def _table(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="file", type=Path, metavar="CSV", help="texts with labels")
    command.add_argument(
        "--text", action="append", default=[], metavar="COLUMN",
        help="with the words; several are joined (default: told by the headings)",
    )  # fmt: skip
    command.add_argument("--label", metavar="COLUMN", help="with the labels (default: likewise)")
    command.add_argument("--encoding", help="such as cp1251 (default: found out)")
    command.add_argument(
        "--map", action="append", default=[], metavar="LABEL=NAME",
        help="call a label otherwise; to nothing: leave it out",
    )  # fmt: skip
    command.add_argument("--picture", type=Path, metavar="SVG", help="what is taken for what")
    command.add_argument("--json", action="store_true", help="the report as one JSON object")


def _train(arguments: argparse.Namespace) -> int:
    folder = _models(arguments)
    versions = Versions(folder)
    if arguments.versions:
        print(_listed(versions))
        return 0
    if arguments.use is not None:
        versions.use(arguments.use)
        print(f"The desk uses version {arguments.use} now; a running one takes it up by itself.")
        return 0
    given = _given(arguments)
    if given is not None and not set(given.labels) <= CATEGORIES:
        return _train_other(arguments, given, folder)
    return _train_desk(arguments, given, folder)


def _train_other(arguments: argparse.Namespace, given: Examples, folder: Path) -> int:
    """Labels of their own: a model of their own."""
    known = set(given.labels) & CATEGORIES
    if known:
        _say(f"Of the labels only {', '.join(sorted(known))} are categories of the desk; --map the others"
             " to teach it. This makes a model of its own.")  # fmt: skip
    learn, check = split(given.texts, given.labels)
    if not check:
        raise Invalid(
            "There are too few texts to hold any out: every label needs at least two that differ by more"
            " than numbers and punctuation."
        )
    began = time.monotonic()
    _say(f"Learning from {len(learn)} texts, {len(check)} are held out …")
    model = nlp.classifier().fit([given.texts[n] for n in learn], [given.labels[n] for n in learn])
    report = report_of(
        [given.labels[n] for n in check], model.predict([given.texts[n] for n in check])
    )
    _show(arguments, report, f"{arguments.file.name}, held out")
    if arguments.dry_run:
        return 0
    _say("Learning from all …")
    whole = nlp.classifier().fit(given.texts, given.labels)
    name = arguments.name or arguments.file.stem
    file = folder / f"own-{name}.pickle"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as draft:
        pickle.dump(whole, draft, protocol=5)
    os.replace(draft.name, file)
    _say(f"Kept as {name!r}, {file.stat().st_size / 1e6:.0f} MB, after {time.monotonic() - began:.0f} s."
         f" Try it: firstline evaluate --model {name} --from OTHER.csv")  # fmt: skip
    return 0


def _train_desk(arguments: argparse.Namespace, given: Examples | None, folder: Path) -> int:
    with opened(arguments) as store:
        corrections = store.read(learning.corrections)
    table_ = [Example(*one) for one in zip(given.texts, given.labels, strict=True)] if given else []
    outcome = retrain(
        folder, corrections, datetime.now(UTC), table_, dry_run=arguments.dry_run, say=_say
    )
    if outcome.compared is not None:
        both = outcome.compared
        _show(arguments, both.next, "Held-out texts of your own")
        _say(f"accuracy on {both.next.texts} held-out texts: {both.running.accuracy:.3f} now,"
             f" {both.next.accuracy:.3f} with what is new")  # fmt: skip
    elif outcome.fresh:
        _say(f"Fewer than {FEWEST} texts of your own: too few to judge the new model by.")
    if outcome.version is not None:
        print(
            f"The desk uses version {outcome.version.number} now; a running one takes it up by itself."
        )
    elif not outcome.fresh:
        print("There is nothing new to learn.")
    elif outcome.compared is not None and not outcome.compared.is_better:
        _say("The new model is worse on held-out texts: the desk keeps the one it has.")
        return 1
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    given = _given(arguments)
    if given is None:
        return _review(arguments)
    if arguments.model:
        model = _own(_models(arguments), arguments.model)
    else:
        folder = _models(arguments)
        model = Understander.load(folder, Versions(folder).examples()).categories
    unknown = sorted(set(given.labels) - set(model.labels))
    if unknown:
        _say(f"The model does not know {len(unknown)} of the labels, which counts as wrong:"
             f" {', '.join(unknown[:10])}")  # fmt: skip
    report = report_of(given.labels, model.predict(given.texts))
    _show(arguments, report, f"{arguments.file.name} by {arguments.model or 'the desk'}")
    return 0


def _review(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        judged, corrections = store.read(lambda tx: (learning.judged(tx), learning.corrections(tx)))
    if not judged:
        print("No ticket was solved yet; --from judges a table.")
        return 0
    report = report_of(
        [one.category for one in judged], [(one.thought, one.confidence) for one in judged]
    )
    _show(arguments, report, "Solved tickets: what they are, and what the desk took them for")
    if not arguments.json:
        print(_reviewed(judged, corrections, settings.load(arguments.config, os.environ)))
    return 0


def _reviewed(
    judged: Sequence[learning.Judged],
    corrections: Sequence[learning.Correction],
    chosen: settings.Settings,
) -> str:
    often = [
        {
            "thought": one.thought,
            "agents said": one.said,
            "tickets": one.count,
            "share": f"{one.share:.0%}",
        }
        for one in review.often_corrected(judged)
    ]
    agreed = review.agreement(corrections)
    kappa = "" if agreed.kappa is None else f", kappa {agreed.kappa:.2f}"
    weeks = [
        {
            "week of": str(one.monday), "tickets": one.tickets, "right": f"{one.right:.0%}",
            "sure": f"{one.confidence:.0%}", "decided alone": f"{one.decided:.0%}",
        }
        for one in review.weeks(judged, chosen.conversation.category_threshold)
    ]  # fmt: skip
    return "\n".join(
        (
            "", "most often corrected", shown(often), "",
            f"agents agree on like texts: {agreed.agreed} of {agreed.pairs} pairs{kappa}", "",
            "by week", shown(weeks),
        )
    )  # fmt: skip


def _own(folder: Path, name: str) -> nlp.Classifier:
    file = folder / f"own-{name}.pickle"
    if not file.is_file() or file.parent != folder:
        there = sorted(one.stem.removeprefix("own-") for one in folder.glob("own-*.pickle"))
        raise NotFound(f"There is no model {name!r}; there are: {', '.join(there) or 'none'}.")
    # Our own file in our own data folder, which is why unpickling it is safe.
    model: nlp.Classifier = pickle.loads(file.read_bytes())  # noqa: S301
    return model


def _given(arguments: argparse.Namespace) -> Examples | None:
    if arguments.file is None:
        return None
    names = dict(_renamed(one) for one in arguments.map)
    given = examples_of(arguments.file, arguments.text, arguments.label, arguments.encoding, names)
    _say(f"{arguments.file.name}: {given.encoding}, separated by {given.separator!r},"
         f" words in {' and '.join(given.text_columns)}, labels in {given.label_column}")  # fmt: skip
    _say(f"{len(given.texts)} texts, {len(set(given.labels))} labels; passed over:"
         f" {given.without_text} without words, {given.without_label} without a label")  # fmt: skip
    return given


def _renamed(pair: str) -> tuple[str, str]:
    old, equals, new = pair.rpartition("=")
    if not equals:
        raise Invalid(f"--map {pair}: write LABEL=NAME, such as --map Сеть=network.")
    return old.strip(), new.strip()


def _show(arguments: argparse.Namespace, report: Report, title: str) -> None:
    print(json.dumps(_plain(report), ensure_ascii=False) if arguments.json else table(report))
    if arguments.picture:
        try:
            arguments.picture.write_text(picture(report, title), encoding="utf-8")
        except OSError as error:
            raise Invalid(f"{arguments.picture} cannot be written: {error.strerror}.") from None
        _say(f"The picture is in {arguments.picture}")


def _plain(report: Report) -> Any:
    return msgspec.to_builtins(report)


def _listed(versions: Versions) -> str:
    rows = [
        {
            "version": f"{one.number}{' *' if one.number == versions.current else ''}",
            "made": f"{one.at:%Y-%m-%d %H:%M}",
            "texts": str(one.texts),
            "accuracy": f"{one.figures.get('accuracy', 0):.3f}" if one.figures else "not judged",
        }
        for one in versions.all()
    ]
    return shown(rows) if rows else "nothing yet: the desk knows what was shipped"


def _models(arguments: argparse.Namespace) -> Path:
    return settings.load(arguments.config, os.environ).database.data_dir / "models"


def _say(words: str) -> None:
    print(words, file=sys.stderr)
