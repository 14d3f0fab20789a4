"""Articles as files: Markdown with YAML front matter, read, checked, and never trusted.

A broken file is reported with what to do and hides none of the good ones.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml
from msgspec import Struct

from bot.errors import Invalid
from nlp.understanding import Category, Language

LARGEST: Final = 200 * 1024  # bytes
LONGEST_TITLE: Final = 80  # characters; a button or a list line shows it whole
REVIEW_AFTER: Final = timedelta(days=365)

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FRONT: Final = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_HTML: Final = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|style|form|svg|img|link|meta)\b", re.I
)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


class Kind(StrEnum):
    ARTICLE = "article"
    SOP = "sop"


class Audience(StrEnum):
    EVERYONE = "everyone"
    AGENTS = "agents"


class Front(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands between the `---` lines."""

    id: str
    language: Language
    title: str
    category: Category
    keywords: tuple[str, ...] = ()
    audience: Audience = Audience.EVERYONE
    reviewed: date | None = None
    kind: Kind = Kind.ARTICLE


class Article(Struct, frozen=True, kw_only=True):
    id: str
    language: Language
    title: str
    body: str
    category: Category
    keywords: tuple[str, ...]
    audience: Audience
    reviewed: date | None
    kind: Kind
    path: Path
    sha256: str  # of the file


class Problem(Struct, frozen=True, kw_only=True):
    """Something to mend. A fatal one keeps its file out."""

    path: Path
    line: int
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'' if self.fatal else 'warning: '}{self.message}"


class _Broken(Exception):
    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def read_folder(folder: Path) -> tuple[list[Article], list[Problem]]:
    """All good articles below the folder, and what is wrong with the others. Never raises."""
    articles: dict[tuple[str, Language], Article] = {}
    problems: list[Problem] = []
    if not folder.is_dir():
        return [], [Problem(path=folder, line=0, message="there is no such folder")]
    for path in sorted(folder.rglob("*.md")):
        try:
            article = _read(path)
        except _Broken as broken:
            problems.append(Problem(path=path, line=broken.line, message=str(broken)))
            continue
        twin = articles.setdefault((article.id, article.language), article)
        if twin is not article:
            words = f"{twin.path.name} has the same id and language; change one of them"
            problems.append(Problem(path=path, line=1, message=words))
    english = {id for id, language in articles if language is Language.EN}
    problems += (
        Problem(path=one.path, line=1, message=f"there is no English article {one.id}", fatal=False)
        for one in articles.values()
        if one.id not in english
    )
    return list(articles.values()), problems


def _read(path: Path) -> Article:
    try:
        if path.stat().st_size > LARGEST:
            raise _Broken(f"is larger than {LARGEST // 1024} KB; split the article")
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise _Broken(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _Broken("is not UTF-8; save it in that encoding", line) from None
    return _parsed(text, path, hashlib.sha256(raw).hexdigest())


def written(text: str) -> Article:
    """An article that somebody wrote at the desk. Raises Invalid with what to mend."""
    if len(text.encode()) > LARGEST:
        raise Invalid(f"The article is larger than {LARGEST // 1024} KB; split it.")
    try:
        return _parsed(text, Path("article"), hashlib.sha256(text.encode()).hexdigest())
    except _Broken as broken:
        raise Invalid(f"The article {broken}.") from None


def markdown(
    id: str,
    language: str,
    title: str,
    category: str,
    keywords: Iterable[str],
    body: str,
    **more: str,
) -> str:
    """An article as its file."""
    front = [
        f"id: {id}",
        f"language: {language}",
        f"title: {_quoted(title)}",
        f"category: {category}",
        f"keywords: [{', '.join(map(_quoted, keywords))}]",
        *(f"{key}: {value}" for key, value in more.items()),
    ]
    return "\n".join(["---", *front, "---", body, ""])


def _quoted(text: str) -> str:
    """As JSON writes it, which YAML reads."""
    return msgspec.json.encode(" ".join(text.split())).decode()


def _parsed(text: str, path: Path, sha256: str) -> Article:
    found = _FRONT.match(text)
    if found is None:
        raise _Broken("must begin with front matter between two lines of ---")
    front = _front(found[1])
    body = text[found.end() :].strip()
    first = text[: found.end()].count("\n") + 1
    if not body:
        raise _Broken("has no text after the front matter", first)
    if html := _HTML.search(_CODE.sub(lambda code: " " * len(code[0]), body)):
        line = first + body[: html.start()].count("\n") + 1
        raise _Broken(f"holds HTML ({html[0].strip()}…); write Markdown instead", line)
    return Article(
        id=front.id,
        language=front.language,
        title=front.title.strip(),
        body=body,
        category=front.category,
        keywords=front.keywords,
        audience=front.audience,
        reviewed=front.reviewed,
        kind=front.kind,
        path=path,
        sha256=sha256,
    )


def _front(text: str) -> Front:
    try:
        # An alias can stand for a thousand others: none is needed here.
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                raise _Broken("uses & or *, which front matter may not", _line(token))
        given: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        raise _Broken(
            f"front matter is not YAML: {getattr(error, 'problem', 'error')}", line
        ) from None
    except (RecursionError, ValueError):
        raise _Broken("front matter cannot be understood") from None
    if not isinstance(given, dict):
        raise _Broken("front matter must be lines of `key: value`")
    try:
        front = msgspec.convert(given, Front)
    except msgspec.ValidationError as error:
        raise _Broken(
            f"front matter: {_explained(str(error))}", _key_line(text, str(error))
        ) from None
    if not _ID.fullmatch(front.id):
        raise _Broken("front matter: id must be lower-case words with hyphens, as vpn-drops")
    if not front.title.strip():
        raise _Broken("front matter: title is empty")
    return front


def _explained(error: str) -> str:
    """msgspec names the wrong value; an administrator wants the right ones too."""
    if "`$.category`" in error:
        return f"{error}; one of {', '.join(Category)}"
    if "`$.language`" in error:
        return f"{error}; one of {', '.join(Language)}"
    if "unknown field" in error:
        return f"{error}; the keys are {', '.join(Front.__struct_fields__)}"
    return error


def _key_line(text: str, error: str) -> int:
    named = re.search(r"`\$\.(\w+)|field `(\w+)`", error)
    key = (named[1] or named[2]) if named else ""
    lines = (n for n, line in enumerate(text.split("\n"), 2) if key and line.startswith(f"{key}:"))
    return next(lines, 1)


def _line(token: yaml.Token) -> int:
    return int(token.start_mark.line) + 2


def lint(articles: Sequence[Article], today: date) -> list[Problem]:
    """What is not broken and yet not good."""
    return list(_findings(articles, today))


def _findings(articles: Iterable[Article], today: date) -> Iterator[Problem]:
    ids = {one.id for one in articles}
    translated: dict[str, set[Language]] = defaultdict(set)
    for one in articles:
        translated[one.id].add(one.language)
    for one in articles:
        if one.reviewed is None:
            yield _warning(one, "was never reviewed; set reviewed to the date of the review")
        elif today - one.reviewed > REVIEW_AFTER:
            yield _warning(one, f"was reviewed on {one.reviewed}; review it again")
        elif one.reviewed > today:
            yield _warning(one, f"is reviewed in the future ({one.reviewed})")
        if len(one.title) > LONGEST_TITLE:
            yield _warning(one, f"has a title of over {LONGEST_TITLE} characters")
        if not one.keywords:
            yield _warning(one, "has no keywords; add the words people use for the problem")
        for link in _LINK.findall(one.body):
            if "://" not in link and not link.startswith(("mailto:", "#")) and link not in ids:
                yield _warning(one, f"links to {link}, and there is no such article")
        missing = set(Language) - translated[one.id]
        if one.language is Language.EN and missing and missing != set(Language) - {Language.EN}:
            yield _warning(one, f"is not translated to {', '.join(sorted(missing))}")


def _warning(article: Article, message: str) -> Problem:
    return Problem(path=article.path, line=1, message=message, fatal=False)
