"""The sums agree with counting everything out; the questions keep to their limits."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, combinations
from math import log2

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.conversation import diagnose
from bot.conversation.flows import clarify
from bot.conversation.state import IDLE, Matter, Suggesting
from bot.conversation.turn import ArticleBrief, Policy, Turn
from bot.diagnosis import reasoning
from bot.diagnosis.library import LANGUAGES, Question, answer_key, shipped
from bot.diagnosis.reasoning import Told
from bot.text import Texts
from nlp.facts import facts_in
from nlp.understanding import Category, Fact

LIBRARY = shipped()
TEXTS = Texts.load()
ASKED_FROM = Policy().question_worth


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, float], Question, dict[str, int]]:
    """Chances of some causes, a question that speaks of some of them, and a division of the causes."""
    causes = [f"c{n}" for n in range(draw(st.integers(1, 6)))]
    weights = st.floats(0.01, 1)
    known = reasoning.normalised({id: draw(weights) for id in causes})
    count = draw(st.integers(2, 5))
    spoken = draw(st.lists(st.sampled_from(causes), unique=True, min_size=1))
    speaks = {}
    for id in spoken:
        row = [draw(weights) for _ in range(count)]
        speaks[id] = tuple(one / sum(row) for one in row)
    answers = tuple(
        msgspec.convert({"id": f"a{n}", "label": {}, "said": []}, type=type(SOME_ANSWER))
        for n in range(count)
    )
    question = Question(id="q", about="", words={"en": "?"}, answers=answers, speaks=speaks)
    return known, question, {id: draw(st.integers(0, 2)) for id in causes}


SOME_ANSWER = next(iter(LIBRARY.questions.values())).answers[0]


def counted_out(known: dict[str, float], question: Question, of: dict[str, int]) -> float:
    """Mutual information from the whole joint table of parts and answers."""
    mass = sum(known[id] for id in question.speaks)
    numbers = range(len(question.answers))
    whole = [
        sum(known[id] * chances[n] for id, chances in question.speaks.items()) / mass
        for n in numbers
    ]
    joint: dict[tuple[int, int], float] = defaultdict(float)
    for id, chance in known.items():
        for n in numbers:
            joint[of[id], n] += chance * question.speaks.get(id, whole)[n]
    parts: dict[int, float] = defaultdict(float)
    answers: dict[int, float] = defaultdict(float)
    for (part, answer), chance in joint.items():
        parts[part] += chance
        answers[answer] += chance
    return sum(
        chance * log2(chance / (parts[part] * answers[answer]))
        for (part, answer), chance in joint.items()
        if chance > 0
    )


@given(tables())
def test_gain_is_what_counting_out_gives(
    table: tuple[dict[str, float], Question, dict[str, int]],
) -> None:
    known, question, of = table
    assert reasoning.gain(known, question, of.__getitem__) == pytest.approx(
        counted_out(known, question, of), abs=1e-9
    )
    each = {id: n for n, id in enumerate(known)}
    assert reasoning.gain(known, question) == pytest.approx(
        counted_out(known, question, each), abs=1e-9
    )


@given(tables())
def test_gain_is_the_mean_drop_of_what_is_uncertain(
    table: tuple[dict[str, float], Question, dict[str, int]],
) -> None:
    known, question, _ = table
    before = reasoning.entropy(known.values())
    left = sum(
        chance * reasoning.entropy(reasoning.after(known, question, n).values())
        for n, chance in enumerate(reasoning.expected(known, question))
    )
    assert reasoning.gain(known, question) == pytest.approx(before - left, abs=1e-9)
    assert 0 <= reasoning.gain(known, question) <= before + 1e-9


def matter(text: str, category: str, type: str = "incident") -> Matter:
    return Matter(words=(text,), facts=facts_in(text), category=category, confidence=0.9, type=type)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_nothing_is_asked_twice_and_nothing_that_was_answered(data: st.DataObject) -> None:
    words = [
        "wifi",
        "printer",
        "не работает",
        "很慢",
        "password",
        "error 809",
        "phone works",
        "nobody",
    ]
    text = " ".join(data.draw(st.lists(st.sampled_from(words), max_size=5)))
    one = matter(text, str(data.draw(st.sampled_from(Category))))
    asked: list[str] = []
    for _ in range(8):
        id = diagnose.best_question(one, 0.2)
        if id is None:
            break
        assert id not in asked
        assert id not in reasoning.heard(LIBRARY, diagnose.told_of(one))
        asked.append(id)
        answers = LIBRARY.questions[id].answers
        one = replace(one, asked=(*one.asked, id))
        given = data.draw(st.booleans())
        if answers and given:
            answer = data.draw(st.sampled_from(answers)).id
            one = replace(
                one, picked={**one.picked, id: answer}, answers={**one.answers, id: answer}
            )


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_chances_stay_chances(data: st.DataObject) -> None:
    answers = {}
    for id, question in LIBRARY.questions.items():
        given = data.draw(st.booleans())
        if question.answers and given:
            answers[id] = data.draw(st.sampled_from(question.answers)).id
    category = str(data.draw(st.sampled_from(Category)))
    told = Told(words=("the printer",), answers=answers, categories={category: 0.7})
    found = reasoning.chances(LIBRARY, told)
    assert sum(found.values()) == pytest.approx(1)
    assert min(found.values()) >= 0


def tellings(question: Question) -> Iterator[Matter]:
    """Matters that name the things the question is about, and nothing else."""
    things = {LIBRARY.causes[cause].thing for cause in question.speaks}
    named = [LIBRARY.things[id] for id in sorted(things)]
    types = ("incident", "request")
    if not named:
        yield from (matter("", str(one), type) for one in Category for type in types)
    for one, other in combinations(named, 2):
        if not question.thing and one.category != other.category:
            told = matter(f"{one.words[-1]}, {other.words[-1]}", one.category)
            yield replace(told, confidence=0.5, runners_up=((other.category, 0.45),))
    for thing in named:
        facts = tuple(Fact("application", name, 0, 0) for name in sorted(thing.named))
        for type in types:
            yield from (matter(words, thing.category, type) for words in thing.words)
            yield from (replace(matter("", thing.category, type), facts=(one,)) for one in facts)


@pytest.mark.parametrize("id", sorted(LIBRARY.questions))
def test_every_question_is_asked_of_somebody(id: str) -> None:
    """There is a matter in which it is worth an interruption, at once or after another answer, and then
    most of all that are left."""
    begun = list(tellings(LIBRARY.questions[id]))
    answered = (more for first in begun for more in after_an_answer(first, id))
    for one in chain(begun, answered):
        worth = dict(diagnose.worths(one))
        if worth.get(id, 0.0) >= ASKED_FROM:
            better = tuple(other for other in worth if worth[other] > worth[id])
            assert diagnose.best_question(replace(one, asked=better), ASKED_FROM) == id
            return
    raise AssertionError(f"{id} is never worth asking")


def after_an_answer(one: Matter, id: str) -> Iterator[Matter]:
    thing = LIBRARY.questions[id].thing
    for other in LIBRARY.questions.values():
        if other.id != id and thing and (other.thing == thing or other.id == "affected"):
            for answer in other.answers:
                yield replace(one, picked={other.id: answer.id}, asked=(other.id,))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_in_words_is_read(language: str) -> None:
    """A label typed by hand means its answer, by the rule for buttons where it is short."""
    for question in LIBRARY.questions.values():
        if question.is_general:
            continue
        for answer in question.answers:
            label = TEXTS.label(answer_key(question, answer.id), language)
            if len(label) >= 8:
                around = f"– {label.upper()} !"
                assert diagnose.read_answer(question, around) == answer.id, (question.id, label)


@pytest.mark.parametrize(
    ("question", "words", "answer"),
    [
        ("wifi-others", "yes, my phone connects without trouble", "works"),
        ("wifi-others", "no", "fails"),
        ("wifi-others", "да, на телефоне всё работает", "works"),
        ("wifi-others", "手机可以", "works"),
        ("wifi-others", "my phone does not connect either", "fails"),
        ("printer-shows", "it says paper jam in tray 2", "paper"),
        ("printer-shows", "I have not looked", None),
        ("sign-in-says", "пишет, что учетная запись заблокирована", "locked"),
        ("slow-space", "空间不足", "little"),
    ],
)
def test_an_answer_in_ones_own_words(question: str, words: str, answer: str | None) -> None:
    assert diagnose.read_answer(LIBRARY.questions[question], words) == answer


def test_what_is_denied_is_no_sign() -> None:
    said = reasoning.heard(LIBRARY, Told(words=("wifi fails, the phone does not connect",)))
    assert said.get("wifi-others") != "works"
    said = reasoning.heard(LIBRARY, Told(words=("wifi fails, but the phone connects",)))
    assert said["wifi-others"] == "works"


def test_a_guess_names_its_evidence() -> None:
    told = Told(
        words=("Wi-Fi does not connect since the password change, my phone works",),
        facts=(("application", "Wi-Fi"),),
        categories={"network": 0.9},
    )
    best, *_ = reasoning.guesses(LIBRARY, told)
    assert best.cause.id == "wifi-password"
    assert best.chance > 0.5
    assert "“password change”" in best.because
    assert "Other devices on that Wi-Fi: Yes, others work" in best.because


def test_no_guess_is_better_than_a_poor_one() -> None:
    assert reasoning.guesses(LIBRARY, Told(words=("it does not work",))) == ()
    assert diagnose.guess_in_words(matter("something is odd", "other")) == ""


def test_an_unsure_category_is_worth_a_question_that_tells_it() -> None:
    """Sign-in or program: the question that parts them is worth more when it is open which it is."""
    text = "login to the program fails"
    sure = matter(text, "software")
    unsure = replace(sure, confidence=0.5, runners_up=(("user-support", 0.45),))
    worth = {name: dict(diagnose.worths(one)) for name, one in (("s", sure), ("u", unsure))}
    assert worth["u"]["across-sign-in"] > worth["s"]["across-sign-in"]
    assert diagnose.best_question(unsure, 0.2) == "across-sign-in"


def test_a_long_log_is_looked_at_in_bounded_time() -> None:
    from time import process_time

    log = "2026-11-29 printer jam wifi password, not found; " * 40_000
    begin = process_time()
    reasoning.heard(LIBRARY, Told(words=(log,)))
    assert process_time() - begin < 2


def test_the_article_that_the_answers_speak_for_is_offered_before_a_ticket() -> None:
    told = replace(
        matter("my laptop does not turn on", "hardware"),
        confidence=0.97,
        articles=("laptop-does-not-start",),
        asked=("power-press", "power-light", "affected"),
        picked={"power-press": "message", "power-light": "yes"},
    )
    turn = Turn(
        message=None,
        understanding=None,
        state=IDLE,
        language="en",
        now=datetime(2026, 3, 2, tzinfo=UTC),
        texts=TEXTS,
        articles={"blue-screen": ArticleBrief("blue-screen", "Blue screen", 100)},
    )
    state = clarify.begin(told, turn).state
    assert isinstance(state, Suggesting)
    assert state.shown == ("blue-screen",)
    again = replace(told, articles=(*told.articles, "blue-screen"))
    assert clarify.begin(again, turn).state == IDLE
    assert clarify.begin(told, replace(turn, articles={})).state == IDLE


@pytest.mark.parametrize("angry", [False, True])
def test_never_more_than_three_and_to_the_angry_one(angry: bool) -> None:
    turn = Turn(
        message=None,
        understanding=None,
        state=IDLE,
        language="en",
        now=datetime(2026, 3, 2, tzinfo=UTC),
        texts=TEXTS,
    )
    for category in Category:
        told = replace(matter("everything is odd", str(category)), angry=angry, confidence=0.3)
        assert len(clarify.missing(told, turn)) <= (1 if angry else 3)
        assert clarify.missing(told, turn)
        fewer = replace(turn, policy=Policy(questions=0))
        assert clarify.missing(told, fewer) == ()
