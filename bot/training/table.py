"""A table of texts with labels, as ticket systems export them: any separator, encoding and headings."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.errors import Invalid
from channels.email.charsets import decode

SEPARATORS: Final = ",;\t|"
LOOKED: Final = 500  # rows by which columns are recognised
MANY: Final = 5_000  # words by which a charset is recognised
LONGEST_LABEL: Final = 80  # characters
# Words in headings, best first: English, Russian, Chinese, as exports of ticket systems have them.
_LABELS: Final = [
    "category",
    "label",
    "intent",
    "class",
    "topic",
    "queue",
    "group",
    "issue_type",
    "type",
    "категория",
    "метка",
    "класс",
    "тема",
    "группа",
    "очередь",
    "тип",
    "类别",
    "分类",
    "类型",
    "标签",
    "队列",
    "組別",
    "類別",
]
_TEXTS: Final = [
    "text",
    "message",
    "description",
    "body",
    "query",
    "utterance",
    "question",
    "content",
    "subject",
    "title",
    "summary",
    "short_description",
    "текст",
    "сообщение",
    "описание",
    "обращение",
    "вопрос",
    "содержание",
    "тема",
    "заголовок",
    "内容",
    "描述",
    "文本",
    "问题",
    "标题",
    "主题",
]

csv.field_size_limit(10_000_000)


class Examples(Struct, frozen=True, kw_only=True):
    """What a table tells, and what it was taken for."""

    texts: list[str]
    labels: list[str]
    encoding: str
    separator: str
    text_columns: tuple[str, ...]
    label_column: str
    without_text: int  # rows passed over
    without_label: int


def examples_of(
    file: Path,
    text: Sequence[str] = (),
    label: str | None = None,
    encoding: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Examples:
    """`text` and `label` name columns where the headings do not tell; several texts are joined.
    `names` renames labels; what is renamed to nothing is left out. Raises Invalid, saying what to do."""
    content, encoding = _read(file, encoding)
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    if not content.strip():
        raise Invalid(f"{file.name} is empty.")
    if len(_CONTROL.findall(content)) * 100 > len(content):
        raise Invalid(f"{file.name} is no text but binary data; save the table as CSV.")
    separator = _separator(content)
    rows = list(csv.reader(io.StringIO(content), delimiter=separator))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 3:
        raise Invalid(
            f"{file.name} has too few rows to learn from ({max(0, len(rows) - 1)} below the heading)."
        )
    if len(rows[0]) < 2:
        raise Invalid(
            f"{file.name} is not a table with a heading and at least two columns"
            f" (read as {encoding}, separated by {separator!r})."
        )
    heading, rows = [cell.strip().lstrip("\ufeff") for cell in rows[0]], rows[1:]
    texts = tuple(_column(heading, one, file) for one in text)
    wanted = _column(heading, label, file) if label else _label_column(heading, rows, texts)
    texts = texts or _text_columns(heading, rows, wanted)
    renamed = dict(names or {})
    found, labels, no_text, no_label = [], [], 0, 0
    for row in rows:
        said = "\n".join(cell for at in texts if (cell := _cell(row, at)))
        meant = _cell(row, wanted)
        meant = renamed.get(meant, meant).strip()
        no_text += not said
        no_label += bool(said) and not meant
        if said and meant:
            found.append(said)
            labels.append(meant)
    if len(set(labels)) < 2:
        raise Invalid(
            f"The column {heading[wanted]!r} of {file.name} has fewer than two labels;"
            f" name another with --label. There are {', '.join(heading)}."
        )
    return Examples(
        texts=found,
        labels=labels,
        encoding=encoding,
        separator=separator,
        text_columns=tuple(heading[at] for at in texts),
        label_column=heading[wanted],
        without_text=no_text,
        without_label=no_label,
    )


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _read(file: Path, encoding: str | None) -> tuple[str, str]:
    try:
        raw = file.read_bytes()
    except OSError as problem:
        raise Invalid(f"{file} cannot be read: {problem.strerror}.") from None
    if encoding:
        try:
            return raw.decode(encoding).replace("\0", ""), encoding
        except LookupError:
            raise Invalid(
                f"There is no encoding {encoding}; leave --encoding out to have it guessed."
            ) from None
        except UnicodeDecodeError:
            raise Invalid(
                f"{file.name} is not in {encoding}; leave --encoding out to have it guessed."
            ) from None
    found = decode(raw)
    if found.charset not in ("ascii", "utf-8", "utf-8-sig", "utf-16"):
        # Among much English the few words that tell the charset weigh too little.
        foreign = decode(b" ".join(_FOREIGN.findall(raw)[:MANY]))
        return raw.decode(foreign.charset, errors="replace").replace("\0", ""), foreign.charset
    return found.text.replace("\0", ""), found.charset


_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
_FOREIGN: Final = re.compile(rb"[^\s;,|\"]{0,40}[\x80-\xff][^\s;,|\"]{0,40}")


def _separator(content: str) -> str:
    """The one that cuts the first rows into the same number of cells, and into most."""

    def worth(separator: str) -> tuple[float, int]:
        rows = list(csv.reader(io.StringIO(content[:50_000]), delimiter=separator))[:50]
        counts = Counter(len(row) for row in rows[:-1] or rows if row)
        cells, often = counts.most_common(1)[0] if counts else (1, 0)
        return (often / max(1, counts.total()) if cells > 1 else 0.0, cells)

    return max(SEPARATORS, key=worth)


def _column(heading: Sequence[str], name: str, file: Path) -> int:
    plain = [one.casefold() for one in heading]
    if name.casefold() not in plain:
        raise Invalid(f"{file.name} has no column {name!r}; there are {', '.join(heading)}.")
    return plain.index(name.casefold())


def _named(heading: Sequence[str], words: Sequence[str]) -> list[int]:
    """Columns whose headings are, or have, one of the words; the best first."""
    plain = [one.casefold() for one in heading]
    exact = [plain.index(word) for word in words if word in plain]
    within = [
        at for word in words for at, one in enumerate(plain) if word in one and at not in exact
    ]
    return list(dict.fromkeys([*exact, *within]))


def _label_column(
    heading: Sequence[str], rows: Sequence[Sequence[str]], texts: Sequence[int]
) -> int:
    some = rows[:LOOKED]

    def looks_right(at: int) -> bool:
        cells = [cell for row in some if (cell := _cell(row, at))]
        kinds = set(cells)
        return (
            at not in texts
            and 2 <= len(kinds) <= max(2, 0.7 * len(cells))
            and max(map(len, kinds)) <= LONGEST_LABEL
        )

    for at in _named(heading, _LABELS):
        if looks_right(at):
            return at
    right = [at for at in range(len(heading)) if looks_right(at) and not _is_number(some, at)]
    if not right:
        raise Invalid(
            f"No column looks like labels; name it with --label. There are {', '.join(heading)}."
        )
    return right[-1]


def _is_number(rows: Sequence[Sequence[str]], at: int) -> bool:
    return all(_cell(row, at).replace(".", "").replace(",", "").isdigit() or not _cell(row, at)
               for row in rows)  # fmt: skip


def _text_columns(
    heading: Sequence[str], rows: Sequence[Sequence[str]], label: int
) -> tuple[int, ...]:
    some = rows[:LOOKED]

    def length(at: int) -> float:
        return sum(len(_cell(row, at)) for row in some) / max(1, len(some))

    named = [at for at in _named(heading, _TEXTS) if at != label and length(at) >= 8]
    if named:
        return tuple(sorted(named[:2]))  # a subject and a body, say
    others = [at for at in range(len(heading)) if at != label]
    return (max(others, key=length),)
