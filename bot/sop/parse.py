"""A Markdown file as an SOP. Every mistake is named with its line and what to write instead.

docs/sop.md describes the form; in short: front matter, then one `## step-id` a step with the words to say,
`- An answer → step`, `Why: …`, and lines that begin with a word of `DIRECTIVES`.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml
from msgspec import Struct

from bot.sop.model import OTHERWISE, Kind, Option, Sop, Step, Wanted
from channels.message import LABEL_LIMIT
from nlp.understanding import Category, Language, TicketType

LARGEST: Final = 100 * 1024  # bytes
MOST_STEPS: Final = 200
ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FRONT: Final = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING: Final = re.compile(r"##[ \t]+(.+?)[ \t]*#*")
_OPTION: Final = re.compile(r"[-*][ \t]+(.+?)[ \t]*(?:→|->|⇒|=>)[ \t]*(\S.*?)[ \t]*")
_NEXT: Final = re.compile(r"[ \t]*(?:→|->|⇒|=>)[ \t]*(\S.*?)[ \t]*")
_WHY: Final = re.compile(r"(?:Why|Зачем|为什么)[ \t]*[:：][ \t]*(.*)", re.IGNORECASE)
_ARROW_AT_END: Final = re.compile(r"(.*?)[ \t]*(?:→|->|⇒|=>)[ \t]*(\S+)[ \t]*")
_ARGUMENT: Final = re.compile(r"([a-z][a-z0-9_-]*)=(\"[^\"]*\"|\S+)")
_RANGE: Final = re.compile(r"(-?\d{1,9})?\.\.(-?\d{1,9})?")
_HTML: Final = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|style|form|svg|img|link|meta)\b", re.I
)
CONDITION: Final = re.compile(r"(<=|>=|<|>|=)[ \t]*(-?\d{1,9})")
DIRECTIVES: Final = ("Answer", "Check", "Branch", "Set", "Escalate", "Pass on", "Solved", "Why")
_DIRECTIVE: Final = re.compile(
    r"(Answer|Check|Branch|Set|Escalate|Pass on|Solved)\b[ \t]*(?:[:：][ \t]*(.*?))?[ \t]*"
)


class Flaw(Struct, frozen=True, kw_only=True):
    """Something to mend. A fatal one keeps the SOP out."""

    line: int
    message: str
    fatal: bool = True
    path: Path = Path("sop")

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'' if self.fatal else 'warning: '}{self.message}"


class Front(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What stands between the `---` lines."""

    id: str
    language: Language
    title: str
    about: str = ""
    keywords: tuple[str, ...] = ()
    category: Category
    type: TicketType = TicketType.INCIDENT
    owner: str = ""
    version: int = 1
    minutes: int = 5
    at_once: bool = False
    reviewed: date | None = None


class BadSop(Exception):
    """The text is no SOP. Says every line that has to be mended."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("\n".join(str(one) for one in flaws))
        self.flaws = flaws


def parsed(text: str, path: Path = Path("sop")) -> Sop:
    """Raises BadSop with all that is wrong in the form; what it means, `bot.sop.lint` judges."""
    reading = _Reading(path)
    try:
        sop = reading.sop(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    except _Broken as broken:
        reading.wrong(broken.line, str(broken))
        sop = None
    if sop is None or reading.flaws:
        raise BadSop(reading.flaws)
    return sop


@lru_cache(maxsize=256)
def known(text: str) -> Sop:
    """One that was good when it was kept."""
    return parsed(text)


class _Broken(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _Draft:
    """A step while its lines are read."""

    def __init__(self, id: str, line: int) -> None:
        self.id, self.line = id, line
        self.kind: Kind | None = None
        self.words: list[str] = []
        self.why: list[str] = []
        self.in_why = False
        self.next = ""
        self.options: list[Option] = []
        self.more: dict[str, Any] = {}


class _Reading:
    def __init__(self, path: Path) -> None:
        self.path, self.flaws = path, list[Flaw]()

    def wrong(self, line: int, message: str) -> None:
        self.flaws.append(Flaw(path=self.path, line=line, message=message))

    def sop(self, text: str) -> Sop | None:
        if len(text.encode("utf-8", "replace")) > LARGEST:
            raise _Broken(1, f"is larger than {LARGEST // 1024} KB; split it into several SOPs")
        found = _FRONT.match(text)
        if found is None:
            raise _Broken(1, "must begin with front matter between two lines of ---")
        front = _front(found[1])
        first = text[: found.end()].count("\n") + 1
        drafts = self._drafts(text[found.end() :], first)
        steps = {id: self._step(one) for id, one in drafts.items()}
        if not steps:
            raise _Broken(first, "has no step; begin one with a line such as ## is-it-on")
        if len(steps) > MOST_STEPS:
            raise _Broken(first, f"has more than {MOST_STEPS} steps; split it into several SOPs")
        return Sop(
            **{name: getattr(front, name) for name in Front.__struct_fields__},
            steps=steps,
            source=text,
            path=self.path,
        )

    def _drafts(self, body: str, first: int) -> dict[str, _Draft]:
        drafts: dict[str, _Draft] = {}
        draft: _Draft | None = None
        for number, line in enumerate(body.split("\n"), first):
            if heading := _HEADING.fullmatch(line):
                id = heading[1].strip()
                if not ID.fullmatch(id):
                    self.wrong(
                        number,
                        f"{id[:40]!r}: a step is named in lower-case words with hyphens, as ## is-it-on",
                    )
                elif id in drafts:
                    self.wrong(
                        number,
                        f"there is a step {id} already, in line {drafts[id].line}; rename one of them",
                    )
                draft = _Draft(id, number)
                drafts.setdefault(id, draft)
            elif draft is not None:
                self._line(draft, line, number)
            elif line.strip() and not line.startswith("#") and not line.startswith("<!--"):
                self.wrong(
                    number, "stands before the first step; begin with a line such as ## is-it-on"
                )
                draft = _Draft("", number)
        return drafts

    def _line(self, draft: _Draft, line: str, number: int) -> None:
        if html := _HTML.search(line):
            self.wrong(number, f"holds HTML ({html[0].strip()}…); write Markdown instead")
        if found := _WHY.fullmatch(line):
            draft.in_why = True
            draft.why.append(found[1])
        elif found := _DIRECTIVE.fullmatch(line):
            draft.in_why = False
            self._directive(draft, found[1], found[2] or "", number)
        elif found := _OPTION.fullmatch(line):
            draft.in_why = False
            self._option(draft, found[1], found[2], number)
        elif found := _NEXT.fullmatch(line):
            draft.in_why = False
            self._next(draft, found[1], number)
        elif not line.strip():
            draft.in_why = False
            draft.words.append("")
        elif draft.in_why:
            draft.why.append(line.strip())
        else:
            draft.words.append(line.rstrip())

    def _next(self, draft: _Draft, to: str, number: int) -> None:
        if draft.next:
            self.wrong(
                number,
                f"step {draft.id} goes on to {draft.next} already; a second → needs choices: - Yes → {to}",
            )
        draft.next = to

    def _option(self, draft: _Draft, label: str, to: str, number: int) -> None:
        label = label.strip().strip("*_").strip()
        if not label:
            self.wrong(number, "has no words before the arrow; write - Yes, it works → done")
        elif len(label) > LABEL_LIMIT - 10:
            self.wrong(
                number,
                f"{label[:30]!r}… is longer than {LABEL_LIMIT - 10} characters; buttons show no more",
            )
        if label.isdigit() and draft.kind is None:
            self.wrong(
                number, f"{label!r} is only a number, which may mean a place in the list; add words"
            )
        if any(label.casefold() == one.label.casefold() for one in draft.options):
            self.wrong(number, f"{label!r} stands there twice; reword one of them")
        draft.options.append(Option(label, to, number))

    def _directive(self, draft: _Draft, name: str, rest: str, number: int) -> None:
        if draft.kind is not None:
            self.wrong(
                number,
                f"step {draft.id} does something already; put “{name}” into a step of its own",
            )
            return
        if found := _ARROW_AT_END.fullmatch(rest):
            rest = found[1]
            self._next(draft, found[2], number)
        match name:
            case "Answer":
                draft.kind = Kind.ASK
                self._answer(draft, rest, number)
            case "Check":
                draft.kind = Kind.CHECK
                action, _, arguments = rest.partition(" ")
                if not action:
                    self.wrong(number, "names no action; write Check: ping host=vpn.example.com")
                draft.more |= {"action": action, "arguments": self._arguments(arguments, number)}
            case "Branch":
                draft.kind = Kind.BRANCH
                draft.more["on"] = rest
            case "Set":
                draft.kind = Kind.SET
                draft.more["arguments"] = self._arguments(rest.replace(" = ", "="), number)
                if not draft.more["arguments"]:
                    self.wrong(number, "sets nothing; write Set: priority=high")
            case "Escalate" | "Pass on":
                draft.kind = Kind.ESCALATE if name == "Escalate" else Kind.PASS_ON
                draft.more["arguments"] = self._arguments(rest, number)
            case _:
                draft.kind = Kind.SOLVED
                if rest:
                    self.wrong(
                        number, "“Solved” stands alone; what is said goes into the lines above it"
                    )

    def _answer(self, draft: _Draft, rest: str, number: int) -> None:
        words = rest.replace(",", " ").split()
        if not words or words[0] not in [str(one) for one in Wanted if one is not Wanted.CHOICE]:
            self.wrong(
                number,
                "must be Answer: text, Answer: number or Answer: file; choices need no such line",
            )
            return
        draft.more["wanted"] = Wanted(words[0])
        for word in words[1:]:
            if word == "optional":
                draft.more["optional"] = True
            elif draft.more["wanted"] is Wanted.NUMBER and (span := _RANGE.fullmatch(word)):
                low, high = (None if one is None else int(one) for one in span.groups())
                draft.more |= {"low": low, "high": high}
                if low is not None and high is not None and low > high:
                    self.wrong(
                        number, f"{word}: no number is in there; write the smaller one first"
                    )
            else:
                self.wrong(
                    number,
                    f"{word!r} is unknown here; allowed are optional and, for numbers, 1..31",
                )

    def _arguments(self, text: str, number: int) -> Mapping[str, str]:
        found = {name: value.strip('"') for name, value in _ARGUMENT.findall(text)}
        if left := _ARGUMENT.sub("", text).strip(" ,"):
            self.wrong(
                number,
                f'{left[:40]!r} is not name=value; put values with spaces into quotes: title="New phone"',
            )
        return found

    def _step(self, draft: _Draft) -> Step:
        kind = draft.kind
        if kind is None:
            kind = Kind.ASK if draft.options else Kind.SAY
        self._check_form(draft, kind)
        return Step(
            id=draft.id,
            line=draft.line,
            kind=kind,
            text="\n".join(draft.words).strip(),
            why=" ".join(" ".join(draft.why).split()),
            next=draft.next,
            options=tuple(draft.options),
            **draft.more,
        )

    def _check_form(self, draft: _Draft, kind: Kind) -> None:
        """What a step of its kind must have, and may not."""
        line, id = draft.line, draft.id
        forks = kind in (Kind.CHECK, Kind.BRANCH) or (
            kind is Kind.ASK and "wanted" not in draft.more
        )
        if forks and draft.next:
            self.wrong(
                line,
                f"step {id} has choices and goes on with → {draft.next} as well; keep one of the two",
            )
        if forks and not draft.options:
            self.wrong(
                line,
                f"step {id} leads nowhere; write lines such as - ok → done and - otherwise → next-step",
            )
        if not forks and draft.options:
            self.wrong(
                draft.options[0].line, f"step {id} has no use for choices; write → next-step"
            )
        if kind in (Kind.SOLVED, Kind.PASS_ON) and draft.next:
            self.wrong(line, f"step {id} ends the walk, so → {draft.next} cannot follow; remove it")
        goes_on = kind in (Kind.SAY, Kind.SET) or (kind is Kind.ASK and not forks)
        if goes_on and not draft.next:
            self.wrong(
                line,
                f"step {id} leads nowhere; add a line → next-step, or end it with Solved or Escalate",
            )
        if kind in (Kind.ASK, Kind.SAY) and not "".join(draft.words).strip():
            self.wrong(line, f"step {id} says nothing; write what the person should read")


def _front(text: str) -> Front:
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                raise _Broken(token.start_mark.line + 2, "uses & or *, which front matter may not")
        given: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        why = getattr(error, "problem", None) or "error"
        raise _Broken(line, f"front matter is not YAML: {why}; quote texts with a colon") from None
    except (RecursionError, ValueError, OverflowError):
        raise _Broken(1, "front matter cannot be understood") from None
    if not isinstance(given, dict):
        raise _Broken(1, "front matter must be lines of `key: value`")
    try:
        front = msgspec.convert(given, Front)
    except msgspec.ValidationError as error:
        raise _Broken(
            _key_line(text, str(error)), f"front matter: {_explained(str(error))}"
        ) from None
    if not ID.fullmatch(front.id):
        raise _Broken(
            _line_of(text, "id"),
            "front matter: id must be lower-case words with hyphens, as lost-device",
        )
    if not front.title.strip():
        raise _Broken(_line_of(text, "title"), "front matter: title is empty")
    return front


def _explained(error: str) -> str:
    """msgspec names the wrong value; who has to mend it wants the right ones too."""
    for key, allowed in (("category", Category), ("language", Language), ("type", TicketType)):
        if f"`$.{key}`" in error:
            return f"{error}; one of {', '.join(str(one) for one in allowed)}"
    if "unknown field" in error:
        names = ", ".join(one.replace("_", "-") for one in Front.__struct_fields__)
        return f"{error}; the keys are {names}"
    return error


def _key_line(text: str, error: str) -> int:
    named = re.search(r"`\$\.([\w-]+)|field `([\w-]+)`", error)
    return _line_of(text, (named[1] or named[2]) if named else "")


def _line_of(text: str, key: str) -> int:
    lines = (n for n, line in enumerate(text.split("\n"), 2) if key and line.startswith(f"{key}:"))
    return next(lines, 1)


def condition(label: str) -> tuple[str, int] | None:
    """Of a branch by a number: "< 10"."""
    found = CONDITION.fullmatch(label.strip())
    return None if found is None else (found[1], int(found[2]))


def is_otherwise(label: str) -> bool:
    return label.strip().casefold() == OTHERWISE
