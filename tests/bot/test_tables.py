"""Tables of an organisation's own tickets, as other programs write them."""

import contextlib
import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli import main
from bot.errors import Invalid
from bot.training.table import examples_of

THINGS = [
    "принтер",
    "почта",
    "ноутбук",
    "впн",
    "монитор",
    "мышь",
    "телефон",
    "сканер",
    "диск",
    "пароль",
]
TROUBLE = ["не работает", "сломался", "завис", "нужен новый", "потерялся", "просит обновить"]
HEADING = ["Номер", "Описание обращения", "Категория работ", "Автор"]


def written(file: Path, rows: list[list[str]], encoding: str, separator: str, end: str) -> Path:
    content = io.StringIO()
    csv.writer(content, delimiter=separator, lineterminator=end).writerows(rows)
    file.write_bytes(content.getvalue().encode(encoding))
    return file


def sixty_labels(texts: int) -> list[list[str]]:
    """Some without words, some without a label."""
    chance = random.Random(5)
    rows = [HEADING]
    for number in range(texts):
        thing, trouble = chance.choice(THINGS), chance.choice(TROUBLE)
        hello = chance.choice(["Добрый день! ", "привет, ", ""])
        where = chance.choice(["", " с утра", " второй день", " у всего отдела", " на складе"])
        said = "" if chance.random() < 0.03 else f"{hello}{thing} {trouble}{where}"
        meant = "" if chance.random() < 0.03 else f"{thing} / {trouble}"
        rows.append([str(number), said, meant, chance.choice(["Иванов", "Петрова"])])
    return rows


@settings(max_examples=60, deadline=None)
@given(
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1251", "utf-16", "koi8-r"]),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    texts=st.integers(60, 200),
)
def test_a_table_is_read_however_it_was_written(
    encoding: str, separator: str, end: str, texts: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = sixty_labels(texts)
    file = written(tmp_path_factory.mktemp("t") / "t.csv", rows, encoding, separator, end)
    found = examples_of(file)
    assert (found.separator, found.label_column) == (separator, "Категория работ")
    assert found.text_columns == ("Описание обращения",)
    assert list(zip(found.texts, found.labels, strict=True)) == [
        (said, meant) for _, said, meant, _ in rows[1:] if said and meant
    ]
    assert found.without_text == sum(not said for _, said, _, _ in rows[1:])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b" \r\n \r\n", "is empty"),
        (b"a;b\n1;2\n", "too few rows"),
        (b"just\nsome\nlines\n", "not a table"),
        (bytes(range(256)) * 20, "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "binary"),
        (b"text,label\na,x\nb,x\nc,x\n", "No column looks like labels"),
    ],
)
def test_what_is_no_table_is_said_to_be_none(content: bytes, what: str, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(content)
    with pytest.raises(Invalid, match=what):
        examples_of(file)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("t") / "t.csv"
    file.write_bytes(content)
    with contextlib.suppress(Invalid):
        found = examples_of(file)
        assert len(found.texts) == len(found.labels)


def test_a_new_administrator_trains_on_it_and_evaluates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIRSTLINE_DATABASE__DATA_DIR", str(tmp_path / "data"))
    rows = sixty_labels(420)
    file = written(tmp_path / "tickets.csv", rows, "cp1251", ";", "\r\n")
    assert main(["train", "--from", str(file), "--picture", str(tmp_path / "p.svg")]) == 0
    said = capsys.readouterr()
    assert "60 labels" in said.err
    assert "Kept as 'tickets'" in said.err
    assert (tmp_path / "p.svg").read_text(encoding="utf-8").startswith("<svg")
    other = written(tmp_path / "other.csv", rows[:120], "utf-8", ",", "\n")
    assert main(["evaluate", "--model", "tickets", "--from", str(other)]) == 0
    accuracy = next(
        line for line in capsys.readouterr().out.splitlines() if line.startswith("accuracy")
    )
    assert float(accuracy.split()[1]) >= 0.95


def test_an_encoding_that_there_is_not_is_not_the_fault_of_the_file(tmp_path: Path) -> None:
    file = written(tmp_path / "t.csv", sixty_labels(100), "cp1251", ";", "\n")
    with pytest.raises(Invalid, match="There is no encoding klingon"):
        examples_of(file, encoding="klingon")
    with pytest.raises(Invalid, match=r"t\.csv is not in utf-8"):
        examples_of(file, encoding="utf-8")
