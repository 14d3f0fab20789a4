"""Reading, checking and walking, held to what must be true of any SOP."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sop import book, walk
from bot.sop.lint import House, Known, flaws_of, is_same_walk, translations
from bot.sop.model import End, Kind, Sop, Wanted
from bot.sop.parse import BadSop, Flaw, parsed
from tests.sop.ways import moves, taken

SHIPPED = list(book.read([book.SHIPPED])[0].sops.values())
HEAD = "---\nid: test\nlanguage: en\ntitle: A test\ncategory: network\n---\n\n"


def sop(body: str, head: str = HEAD) -> Sop:
    return parsed(head + body, Path("test.md"))


def wrong(body: str, house: House | None = None) -> list[str]:
    """Line and words of all that is found, in its form or in what it means."""
    try:
        one = sop(body)
    except BadSop as bad:
        return [f"{flaw.line}: {flaw.message}" for flaw in bad.flaws]
    return [f"{flaw.line}: {flaw.message}" for flaw in flaws_of(one, house or House())]


def form_of(text: str) -> list[Flaw]:
    """What is wrong in its form; there is always something when it is refused."""
    try:
        parsed(text)
    except BadSop as bad:
        return bad.flaws or [Flaw(line=0, message="refused for nothing")]
    return []


# -- reading

_PIECES = st.sampled_from(
    [
        "## one",
        "## two",
        "## Three!",
        "- Yes → two",
        "- No -> one",
        "→ two",
        "-> nowhere",
        "Solved",
        "Escalate: queue=network",
        "Pass on",
        "Check: ping host={one}",
        "- otherwise → one",
        "Answer: number 1..9",
        "Answer: text, optional → two",
        "Answer: colour",
        "Branch: one",
        "- < 3 → two",
        "Set: priority=high",
        "Set:",
        "Why: because",
        "Why：因为",
        "Does it work?",
        "",
        "<script>",
        "→",
        "- → x",
        "---",
        "id: x",
        "\t- a → b",
        "* b ⇒ one",
        "{two}",
        "## two ##",
    ]
)


@given(st.lists(_PIECES, max_size=30), st.booleans())
@settings(max_examples=400, deadline=None)
def test_whatever_is_written_is_read_or_answered_with_lines(lines: list[str], headed: bool) -> None:
    text = (HEAD if headed else "") + "\n".join(lines)
    flaws = form_of(text)
    assert all(1 <= flaw.line <= text.count("\n") + 1 and flaw.message for flaw in flaws)
    if not flaws and not any(flaw.fatal for flaw in flaws_of(parsed(text))):
        walk.begin(parsed(text))


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    assert form_of(text)
    form_of(HEAD + text)


# -- what is wrong, and where

MISTAKES = [
    pytest.param(body, words, id=title)
    for title, body, words in re.findall(
        r"=== (.+)\n((?:.*\n)+?)>>> (.+)\n",
        (Path(__file__).parent / "mistakes.txt").read_text(encoding="utf-8"),
    )
]


@pytest.mark.parametrize(("body", "words"), MISTAKES)
def test_a_mistake_is_named_with_its_line(body: str, words: str) -> None:
    house = House(
        queues=("service-desk", "network"),
        levels=("L1", "L2"),
        actions={
            "ping": Known(
                parameters=frozenset({"host"}),
                needed=frozenset({"host"}),
                results=frozenset({"ok", "unreachable"}),
            )
        },
    )
    found = wrong(body, house)
    assert any(words in one for one in found), found


def test_wrong_front_matter_says_what_is_right() -> None:
    with pytest.raises(BadSop, match=r":5: front matter: .* one of .*network"):
        sop("## a\nSolved\n", HEAD.replace("network", "weather"))
    with pytest.raises(BadSop, match="the keys are id, language, title"):
        sop("## a\nSolved\n", HEAD.replace("title:", "titel: x\ntitle:"))


def test_a_translation_lacks_nothing() -> None:
    body = "## a\nOn?\n- Yes → b\n- No → c\n\n## b\nGood.\nSolved\n\n## c\nHm.\nEscalate: queue=x\n"
    english = sop(body)
    russian = HEAD.replace("language: en", "language: ru")
    assert next(translations([english, sop(body, russian)])).fatal is False  # Chinese is missing
    shorter = sop(
        body.replace("\n## c\nHm.\nEscalate: queue=x\n", "").replace("→ c", "→ b"), russian
    )
    found = [str(one) for one in translations([english, shorter]) if one.fatal]
    assert "lacks step c, which test.md has in line 17" in found[1]
    other = sop(body.replace("queue=x", "queue=y"), russian)
    assert "step c goes other ways" in str(next(translations([english, other])))
    assert is_same_walk(english, sop(body.replace("On?", "Вкл?"), russian))
    assert not is_same_walk(english, shorter)


def test_a_broken_file_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(HEAD + "## a\nGood.\nSolved\n", encoding="utf-8")
    (tmp_path / "broken.md").write_text(HEAD.replace("test", "other") + "## a\n", encoding="utf-8")
    (tmp_path / "binary.md").write_bytes(b"---\n\xff\xfe")
    (tmp_path / "twin.md").write_text(HEAD + "## a\nToo.\nSolved\n", encoding="utf-8")
    found, flaws = book.read([tmp_path])
    assert found.ids == ["test"]
    assert {one.path.name for one in flaws if one.fatal} == {"broken.md", "binary.md", "twin.md"}
    assert book.read([tmp_path / "nowhere"])[1][0].message == "there is no such folder"


def test_an_own_sop_takes_the_place_of_the_shipped_one_in_every_language(tmp_path: Path) -> None:
    own = HEAD.replace("id: test", "id: vpn") + "## a\nGood.\nSolved\n"
    (tmp_path / "vpn.md").write_text(own, encoding="utf-8")
    shipped, _ = book.read([book.SHIPPED])
    found = shipped.over(book.read([tmp_path])[0])
    russian = found.find("vpn", "ru")
    assert russian is not None
    assert (russian.title, russian.language) == ("A test", "en")
    assert found.find("printer", "ru") is shipped.find("printer", "ru")


# -- walking


@given(st.sampled_from(SHIPPED), st.data())
@settings(max_examples=150, deadline=None)
def test_every_walk_ends_whatever_is_answered(one: Sop, data: st.DataObject) -> None:
    walked, count = walk.begin(one), 0
    while walked.end is None:
        count += 1
        assert count <= walk.ROUNDS * len(one.steps)
        step = walk.waits_at(one, walked.place)
        walked = taken(one, walked.place, data.draw(st.sampled_from(list(moves(one, step)))))
    assert walked.end in (End.SOLVED, End.ESCALATED, End.PASSED_ON, End.ROUNDS)


@given(st.sampled_from(SHIPPED), st.data())
@settings(max_examples=150, deadline=None)
def test_going_back_restores_exactly_what_was(one: Sop, data: st.DataObject) -> None:
    walked, asked = walk.begin(one), list[walk.Place]()
    while walked.end is None and len(asked) < 30:
        step = walk.waits_at(one, walked.place)
        if step.kind is Kind.ASK:
            asked.append(walked.place)
        walked = taken(one, walked.place, data.draw(st.sampled_from(list(moves(one, step)))))
    place = walked.place
    while asked:
        before = walk.back(one, place)
        assert before == asked.pop()
        place = before
    assert walk.back(one, place) is None
    assert not walk.can_go_back(one, place)


def test_a_branch_goes_by_the_answer() -> None:
    one = sop(
        "## n\nHow many?\nAnswer: number 1..100\n→ b\n\n"
        "## b\nBranch: n\n- < 10 → few\n- otherwise → many\n\n"
        "## few\n{n} are few.\nPass on\n\n## many\n{n} are many.\nPass on\n"
    )
    for answer, words in (("9", "9 are few."), ("10", "10 are many.")):
        walked = walk.answer(one, walk.begin(one).place, answer)
        assert walk.filled(walked.said[0].text, walked.place) == words


def test_a_branch_goes_by_the_place_of_an_answer_said_in_another_language() -> None:
    body = (
        "## a\n{}?\n- {} → b\n- {} → b\n\n## b\nBranch: a\n- {} → c\n- otherwise → d\n\n"
        "## c\nSolved\n\n## d\nSolved\n"
    )
    english = sop(body.format("On", "Yes", "No", "No"))
    russian = sop(body.format("Вкл", "Да", "Нет", "Нет"), HEAD.replace(": en", ": ru"))
    said = walk.choose(russian, walk.begin(russian).place, 1)
    assert walk.choose(english, walk.begin(english).place, 1).place.step == said.place.step == "c"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("3", 3),
        ("about 12 of us", 12),
        ("3 or 4", None),
        ("0", None),
        ("many", None),
        ("101", None),
    ],
)
def test_one_number_within_the_bounds(words: str, number: int | None) -> None:
    one = sop("## n\nHow many?\nAnswer: number 1..100\n→ b\n\n## b\nGood.\nSolved\n")
    assert one.first.wanted is Wanted.NUMBER
    assert walk.number_in(words, one.first) == number


def test_an_unknown_result_goes_the_other_way() -> None:
    one = sop(
        "## a\nCheck: ping host=x\n- ok → b\n- otherwise → c\n\n## b\nSolved\n\n## c\nHm.\nPass on\n"
    )
    place = walk.begin(one).place
    assert walk.found(one, place, "ok").end is End.SOLVED
    assert walk.found(one, place, "garbage").end is End.PASSED_ON
