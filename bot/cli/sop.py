"""`firstline sop list|lint|run`: procedures that people are walked through."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot import settings
from bot.actions import diagnostics
from bot.actions.action import Action, Hook, Link, read_arguments
from bot.actions.diagnostics import Tools
from bot.app import desk_of, house_of, sops_of
from bot.cli.common import Commands, shown
from bot.conversation import answers
from bot.conversation.choices import plain
from bot.conversation.flows.walking import meant
from bot.desk.desk import Desk
from bot.errors import DeskError, Invalid, NotFound
from bot.settings import Settings
from bot.sop import book, walk
from bot.sop.model import Kind, Sop, Step, Wanted
from bot.sop.walk import Place, Walked
from bot.text import LANGUAGES, Texts, phrases
from channels.markup import to_plain
from channels.message import Choice

BACK: Final = "b"
WHY: Final = "?"
QUIT: Final = "q"


def add(commands: Commands) -> None:
    group = commands.add_parser("sop", help="procedures that people are walked through")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="all SOPs, with their languages")
    listed.set_defaults(run=_list)
    lint = actions.add_parser("lint", help="what is wrong with the files; 1 if anything is")
    lint.add_argument("folder", type=Path, nargs="?", help="default: the shipped and [sop] folder")
    lint.set_defaults(run=_lint)
    run = actions.add_parser("run", help="walk through one here, as a requester would")
    run.add_argument("id", help="its name, or a file", metavar="ID")
    run.add_argument("--language", choices=LANGUAGES, default="en")
    run.add_argument(
        "--live", action="store_true", help="really look, where a step checks; else you are asked"
    )
    run.set_defaults(run=_run)


def _settings(arguments: argparse.Namespace) -> Settings:
    return settings.load(arguments.config, os.environ)


def _list(arguments: argparse.Namespace) -> int:
    chosen = _settings(arguments)
    found, _ = sops_of(chosen, desk_of(chosen))
    rows = []
    for id in found.ids:
        one = found.find(id, "en")
        assert one is not None  # the book has this id
        rows.append(
            {
                "id": id,
                "version": one.version,
                "category": str(one.category),
                "languages": " ".join(
                    sorted(str(lang) for other, lang in found.sops if other == id)
                ),
                "steps": len(one.steps),
                "owner": one.owner,
                "title": one.title,
            }
        )
    print(shown(rows))
    return 0


def _lint(arguments: argparse.Namespace) -> int:
    chosen = _settings(arguments)
    if arguments.folder is None:
        found, flaws = sops_of(chosen, desk_of(chosen))
    else:
        if not arguments.folder.is_dir():
            raise Invalid(f"There is no folder {arguments.folder}.")
        found, flaws = book.read([arguments.folder], house_of(desk_of(chosen)))
    warnings = book.reviewed(list(found.sops.values()), datetime.now(UTC).date())
    for flaw in (*flaws, *warnings):
        print(flaw)
    broken = sum(flaw.fatal for flaw in flaws)
    print(
        f"{_counted(len(found.sops), 'SOP')} good, {_counted(broken, 'mistake')}", file=sys.stderr
    )
    return 1 if broken else 0


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _run(arguments: argparse.Namespace) -> int:
    chosen = _settings(arguments)
    desk = desk_of(chosen)
    sop = _chosen(arguments.id, arguments.language, chosen, desk)
    check = _Live(chosen, desk) if arguments.live else None
    walker = _Walker(sop, desk.texts, arguments.language, check)
    try:
        walker.go()
    except EOFError:
        print()
    return 0


def _chosen(id: str, language: str, chosen: Settings, desk: Desk) -> Sop:
    """By its name or, while it is being written, by its file. Raises DeskError."""
    if id.endswith(".md"):
        good, flaws = book.read_file(Path(id), house_of(desk))
        if good is None:
            raise Invalid("\n".join(map(str, flaws)))
        return good
    found, _ = sops_of(chosen, desk)
    sop = found.find(id, language)
    if sop is None:
        raise NotFound(f"There is no SOP {id}; there are {', '.join(found.ids) or 'none'}.")
    return sop


_WANTED: Final = {
    Wanted.CHOICE: "choose one of these",
    Wanted.NUMBER: "one number within the bounds",
    Wanted.TEXT: "write something",
    Wanted.FILE: "write the name of a file, as if it were sent",
}


class _Live:
    """Looks for itself; what would change something is left to the person."""

    def __init__(self, chosen: Settings, desk: Desk) -> None:
        self._desk = desk
        self._tools = Tools(targets=desk.targets, trusted=chosen.actions.trusted_certificates)

    def __call__(self, name: str, arguments: Mapping[str, str]) -> str | None:
        action = self._desk.actions.get(name)
        if action is None or isinstance(action.how, Hook | Link):
            return None
        try:
            read = read_arguments(action, arguments, self._desk.targets)
        except DeskError as error:
            print(f"   ({error})")
            return "refused"
        return asyncio.run(self._look(action, read))

    async def _look(self, action: Action, read: Mapping[str, str]) -> str:
        try:
            async with asyncio.timeout(action.limit.total_seconds()):
                return str((await diagnostics.look(action, read, self._tools)).result)
        except TimeoutError:
            return "timed-out"


class _Walker:
    def __init__(
        self,
        sop: Sop,
        texts: Texts,
        language: str,
        check: Callable[[str, Mapping[str, str]], str | None] | None,
    ) -> None:
        self._sop, self._texts, self._language, self._check = sop, texts, language, check

    def go(self) -> None:
        print(f"== {self._sop.title} ({self._sop.id}, version {self._sop.version})")
        walked = walk.begin(self._sop)
        while True:
            self._tell(walked)
            if walked.end is not None:
                print(f"== {walked.end}")
                return
            following = self._next(walked.place)
            if following is None:
                print("== stopped")
                return
            walked = following

    def _tell(self, walked: Walked) -> None:
        for step in walked.said:
            print(f"\n{to_plain(walk.filled(step.text, walked.place))}")
        for step in walked.done:
            told = " ".join(f"{name}={value}" for name, value in step.arguments.items())
            print(f"   [{step.kind} {walk.filled(told, walked.place)}]".replace(" ]", "]"))

    def _next(self, place: Place) -> Walked | None:
        step = walk.waits_at(self._sop, place)
        if step.kind is Kind.CHECK:
            return self._checked(step, place)
        self._offer(step, place)
        while True:
            words = input("> ").strip()
            if words == QUIT:
                return None
            if words == BACK or plain(words) in phrases("back"):
                earlier = walk.back(self._sop, place)
                if earlier is not None:
                    return Walked(place=earlier, said=(walk.waits_at(self._sop, earlier),))
                print(self._say("sop-at-the-beginning"))
            elif words == WHY or words in phrases("explain"):
                print(step.why or self._say("sop-no-why"))
            elif (following := self._answered(step, place, words)) is not None:
                return following

    def _offer(self, step: Step, place: Place) -> None:
        for number, option in enumerate(step.options, 1):
            print(f"  {number}. {option.label}")
        wanted = "" if step.wanted is Wanted.CHOICE else f"{step.wanted}, "
        skip = "empty to skip, " if step.optional else ""
        why = f"{WHY} what it means, " if step.why else ""
        back = f"{BACK} back, " if walk.can_go_back(self._sop, place) else ""
        print(f"  ({wanted}{skip}{why}{back}{QUIT} stop)")

    def _answered(self, step: Step, place: Place, words: str) -> Walked | None:
        if step.wanted is Wanted.CHOICE:
            offered = [Choice(f"q:answer:{n}", one.label) for n, one in enumerate(step.options)]
            pick = meant(words, [offered])
            if pick is not None:
                return walk.choose(self._sop, place, int(pick.argument))
            labels = [one.label for one in step.options]
            for find in (answers.likest, answers.judged):
                if (chosen := find(words, labels)) is not None:
                    print(f"  ({self._say('sop-taken-as', answer=labels[chosen])})")
                    return walk.choose(self._sop, place, chosen)
        elif step.wanted is Wanted.NUMBER and (number := walk.number_in(words, step)) is not None:
            return walk.answer(self._sop, place, str(number))
        elif step.wanted is not Wanted.NUMBER and (words or step.optional):
            return walk.answer(self._sop, place, words)
        print(f"  ({_WANTED[step.wanted]})")
        return None

    def _checked(self, step: Step, place: Place) -> Walked:
        arguments = {name: walk.filled(value, place) for name, value in step.arguments.items()}
        told = " ".join((step.action, *(f"{name}={value}" for name, value in arguments.items())))
        result = None if self._check is None else self._check(step.action, arguments)
        if result is None:
            known = ", ".join(option.label for option in step.options)
            result = input(f"   [check {told}] its result ({known}): ").strip()
        else:
            print(f"   [check {told}: {result}]")
        return walk.found(self._sop, place, result)

    def _say(self, key: str, **values: str) -> str:
        return self._texts.label(key, self._language, **values)
