"""`firstline kb import|search|list|lint|synonyms|gaps|threshold`: the knowledge base."""

import argparse
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nlp
from bot import gaps, knowledge, names, settings, thresholds
from bot.cli.common import Commands, opened, shown
from bot.library import Library
from bot.shelf import SHIPPED, bring_in, stored, take_up
from store import knowledge as kept
from store.database import Tx


def add(commands: Commands) -> None:
    group = commands.add_parser("kb", help="the knowledge base")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    for name, run, words in (
        ("import", _import, "read the folder; a running desk takes it up by itself"),
        ("list", _list, "articles with how often they were shown and helped"),
        ("lint", _lint, "what is wrong with the files, or will be"),
    ):
        action = actions.add_parser(name, help=words)
        if name != "list":
            action.add_argument("folder", type=Path, nargs="?", help="default: [knowledge] folder")
        action.set_defaults(run=run)
    synonyms = actions.add_parser(
        "synonyms", help="names that were learned from the organisation's own texts"
    )
    chosen = synonyms.add_mutually_exclusive_group()
    chosen.add_argument("--refuse", nargs=2, metavar=("NAME", "OTHER"), help="let it count no more")
    chosen.add_argument("--accept", nargs=2, metavar=("NAME", "OTHER"), help="let it count again")
    synonyms.set_defaults(run=_synonyms)
    missing = actions.add_parser("gaps", help="what is asked and no article answers")
    missing.add_argument(
        "--draft", type=int, metavar="N", help="print the draft for the Nth of them"
    )
    missing.add_argument("-n", type=int, default=20, help="how many (default: 20)")
    missing.set_defaults(run=_gaps)
    bought = actions.add_parser("threshold", help="what each threshold of suggestions would buy")
    bought.add_argument("--days", type=int, default=90, help="of what was recorded (default: 90)")
    bought.set_defaults(run=_threshold)
    search = actions.add_parser("search", help="what would be offered for some words")
    search.add_argument("words", nargs="+")
    search.add_argument("-n", type=int, default=5, help="how many (default: 5)")
    search.set_defaults(run=_search)


def _folder(arguments: argparse.Namespace) -> Path:
    chosen = settings.load(arguments.config, os.environ).knowledge.folder
    return arguments.folder or chosen or SHIPPED


def _import(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        changed, problems = bring_in(store, _folder(arguments))
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{changed} articles added, changed or removed")
    return 1 if any(problem.fatal for problem in problems) else 0


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        articles = store.read(stored)
        uses = store.read(kept.uses)
    rows = [
        {
            "id": one.id,
            "language": one.language,
            "category": one.category,
            "shown": uses.get((one.id, "shown"), 0),
            "helped": uses.get((one.id, "helped"), 0),
            "did not help": uses.get((one.id, "not-helped"), 0),
            "title": one.title,
        }
        for one in articles
    ]
    print(shown(rows, "There are no articles."))
    return 0


def _lint(arguments: argparse.Namespace) -> int:
    articles, problems = knowledge.read_folder(_folder(arguments))
    findings = [*problems, *knowledge.lint(articles, datetime.now(UTC).date())]
    for finding in findings:
        print(finding)
    print(f"{len(articles)} articles, {len(findings)} findings")
    return 1 if any(finding.fatal for finding in findings) else 0


def _search(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        articles = {(one.id, one.language): one for one in store.read(stored)}
    index = nlp.index()
    index.index(
        {f"{id} {language}": (one.title, one.body) for (id, language), one in articles.items()}
    )
    rows = []
    for name, score in index.search(" ".join(arguments.words), arguments.n):
        id, language = name.split(" ")
        title = articles[id, language].title
        rows.append({"score": f"{score:.2f}", "id": id, "language": language, "title": title})
    print(shown(rows, "Nothing was found."))
    return 0


def _synonyms(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        if arguments.refuse:
            name, other = arguments.refuse
            store.write(lambda tx: kept.refuse(tx, name, other, None))
        elif arguments.accept:
            name, other = arguments.accept
            store.write(lambda tx: kept.accept_again(tx, name, other))
        library = Library()

        def look(tx: Tx) -> list[names.Learned]:
            take_up(tx, library)
            return names.learned(tx, library)

        found = store.read(look)
    rows = [
        {
            "name": one.name,
            "other": one.other,
            "kind": str(one.kind),
            "seen": one.seen,
            "": "refused" if one.refused else "",
        }
        for one in found
    ]
    print(shown(rows, "No other name was learned yet."))
    return 0


def _gaps(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        found = store.read(gaps.gaps)
        if arguments.draft is not None:
            if not 1 <= arguments.draft <= len(found):
                print(f"there are {len(found)} gaps", file=sys.stderr)
                return 1
            chosen = found[arguments.draft - 1]
            print(gaps.as_markdown(store.read(lambda tx: gaps.draft(tx, chosen))))
            return 0
    rows = [
        {
            "": number,
            "tickets": len(one.tickets),
            "people": one.people,
            "offered in vain": one.offered,
            "language": one.language,
            "category": one.category,
            "question": one.title[:70],
        }
        for number, one in enumerate(found[: arguments.n], 1)
    ]
    print(shown(rows, "No two tickets are alike without an article."))
    return 0


def _threshold(arguments: argparse.Namespace) -> int:
    now = settings.load(arguments.config, os.environ).conversation.suggest_threshold
    with opened(arguments) as store:
        library = Library()

        def look(tx: Tx) -> tuple[list[thresholds.Case], int]:
            take_up(tx, library)
            return thresholds.recorded(tx, tx.now - timedelta(days=arguments.days))

        cases, questions = store.read(look)
    labelled = thresholds.labelled(library)
    print(
        f"suggest_threshold is {now:.2f}; {questions} questions recorded, {len(labelled)} labelled"
    )
    ours = {one.threshold: one for one in thresholds.bought(cases, questions)}
    theirs = {one.threshold: one for one in thresholds.bought(labelled, len(labelled))}
    rows = [
        {
            "from": f"{step:.2f}",
            "offered": f"{ours[step].coverage:.0%}" if step in ours else "",
            "helps": _rate(ours.get(step)),
            "labelled: offered": f"{theirs[step].coverage:.0%}" if step in theirs else "",
            "right": _rate(theirs.get(step)),
        }
        for step in thresholds.STEPS
    ]
    print(shown(rows))
    return 0


def _rate(bought: thresholds.Bought | None) -> str:
    if bought is None or bought.rate is None:
        return ""
    return f"{bought.rate:.0%} ({bought.low:.0%}-{bought.high:.0%})"
