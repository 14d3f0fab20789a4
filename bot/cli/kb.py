"""`firstline kb import|search|list|lint`: the knowledge base."""

import argparse
import os
import sys
from datetime import UTC, datetime

import nlp
from bot import knowledge, settings
from bot.cli.common import Commands, opened, shown
from bot.shelf import SHIPPED, bring_in, stored
from store import knowledge as kept


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
            action.add_argument("folder", nargs="?", help="default: [knowledge] folder")
        action.set_defaults(run=run)
    search = actions.add_parser("search", help="what would be offered for some words")
    search.add_argument("words", nargs="+")
    search.add_argument("-n", type=int, default=5, help="how many (default: 5)")
    search.set_defaults(run=_search)


def _folder(arguments: argparse.Namespace) -> "os.PathLike[str]":
    chosen = settings.load(arguments.config, os.environ).knowledge.folder
    return knowledge.Path(arguments.folder) if arguments.folder else chosen or SHIPPED


def _import(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        changed, problems = bring_in(store, knowledge.Path(_folder(arguments)))
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
    print(shown(rows))
    return 0


def _lint(arguments: argparse.Namespace) -> int:
    articles, problems = knowledge.read_folder(knowledge.Path(_folder(arguments)))
    findings = [*problems, *knowledge.lint(articles, datetime.now(UTC).date())]
    for finding in findings:
        print(finding)
    print(f"{len(articles)} articles, {len(findings)} findings")
    return 1 if any(finding.fatal for finding in findings) else 0


def _search(arguments: argparse.Namespace) -> int:
    with opened(arguments) as store:
        articles = {(one.id, one.language): one for one in store.read(stored)}
    index = nlp.index()
    index.index({f"{id} {language}": (one.title, one.body) for (id, language), one in articles.items()})
    rows = []
    for name, score in index.search(" ".join(arguments.words), arguments.n):
        id, language = name.split(" ")
        title = articles[id, language].title
        rows.append({"score": f"{score:.2f}", "id": id, "language": language, "title": title})
    print(shown(rows))
    return 0
