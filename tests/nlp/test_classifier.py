"""The classifier for any label set: what it promises whoever brings the labels."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

import nlp
from nlp import classify
from nlp.classify import Classifier, _held_out
from nlp.concepts import fields_of, kinds_of
from nlp.convolution import Convolution
from nlp.features import Features, Row
from nlp.net import Net
from nlp.understand import training_texts
from nlp.understanding import Language
from nlp.words import READ, words_of

THINGS = {
    "printing": ("printer", "toner", "cartridge", "paper tray", "scanner"),
    "network": ("wifi", "router", "vpn tunnel", "cable", "switch port"),
    "почта": ("почта", "письмо", "ящик", "вложение", "рассылка"),
    "显示": ("显示器", "屏幕", "投影仪", "分辨率", "亮度"),
}
FRAMES = ("{} is broken", "my {} again", "help with the {}", "{} не работает", "{} 坏了", "the {}?")


def told(frames: tuple[str, ...]) -> tuple[list[str], list[str]]:
    rows = [
        (frame.format(thing), label)
        for label, things in THINGS.items()
        for thing in things
        for frame in frames
    ]
    return [text for text, _ in rows], [label for _, label in rows]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(effort=0.3).fit(*told(FRAMES[:-1]))


def test_new_phrases_of_known_things_are_recognised(classifier: Classifier) -> None:
    texts, labels = told(FRAMES[-1:])
    assert [label for label, _ in classifier.predict(texts)] == labels


@given(st.lists(st.floats(-30, 30), min_size=3, max_size=3), st.floats(0.01, 4), st.floats(-9, 9))
def test_what_the_models_hold_likeliest_stays_so_however_unsure_it_is(
    scores: list[float], slope: float, shift: float
) -> None:
    *_, second, first = sorted(scores)
    assume(
        first - second > 0.001
    )  # else none is the likeliest, by as much as numbers of four bytes tell
    one = np.array([scores], np.float32)
    blend = classify._Blend((1.0, 1.0), (0.5, 0.5), slope, shift, strange=1.0)
    (chances,) = blend.of((one, one), np.array([0.5]))
    assert chances.sum() == pytest.approx(1, abs=1e-5)
    assert chances[int(one.argmax())] >= chances.max() - 1e-6


def test_chances_are_chances(classifier: Classifier) -> None:
    chances = classifier.chances(["the toner", "", "💾", "рассылка и wifi"])
    assert np.allclose(chances.sum(axis=1), 1)
    assert (chances >= 0).all()


def test_what_is_like_nothing_known_is_doubted(classifier: Classifier) -> None:
    known, *unknown = classifier.predict(["toner is broken", "", "qqq zzz", "💾"])
    assert all(sure < 0.7 < known[1] for _, sure in unknown), (known, unknown)


def test_strange_words_beside_a_known_one_leave_the_label_and_raise_doubt(
    classifier: Classifier,
) -> None:
    texts = ["the toner", "the toner zyx", "the toner zyx wvu tsr", "zyx wvu tsr qpo"]
    familiar = [row.familiar for row in classifier.features.of(texts)]
    assert familiar == sorted(familiar, reverse=True)
    assert familiar[-1] == 0
    (label, sure), *strange, _ = classifier.predict(texts)
    assert {name for name, _ in strange} == {label}
    assert sure > strange[0][1] > strange[1][1]


def test_rows_seen_with_others_are_as_familiar_as_they_would_be_later() -> None:
    frames = told(FRAMES[:3])[0]
    features = Features()
    matrix = features.fit(frames)
    (unseen,) = (n for n, text in enumerate(frames) if text == "my wifi again")
    seen = [n for n in range(len(frames)) if n != unseen]
    without = Features()
    without.fit([frames[n] for n in seen])
    later = without.of(["my wifi again"])[0].familiar
    assert features.familiar(matrix[seen], matrix[[unseen]])[0] == pytest.approx(later, abs=0.02)


def test_words_have_their_places_in_the_order_of_the_texts() -> None:
    texts = [words_of(text) for text in told(FRAMES)[0]]
    order = dict.fromkeys(word for text in texts for word in text)
    assert list(Convolution(texts, 4)._makeup.words) == list(
        order
    )  # not that of a set, new each time


def test_the_same_texts_make_the_same_classifier() -> None:
    texts, labels = told(FRAMES[:2])
    asked = ["toner", "屏幕", "vpn"]
    one, other = (Classifier(effort=0.1).fit(texts, labels).chances(asked) for _ in range(2))
    assert (one == other).all()


def test_alone_or_among_others_a_text_gets_the_same_answer(classifier: Classifier) -> None:
    texts = ["the toner", "a much longer text about the router and its cable", "屏幕"]
    together = classifier.chances(texts)
    alone = np.vstack([classifier.chances([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-4)


def test_two_labels_of_three_texts_are_enough() -> None:
    texts = ["vpn down", "vpn drops", "no vpn", "new mouse", "order a mouse", "mouse please"]
    small = nlp.classifier().fit(texts, ["a"] * 3 + ["b"] * 3)
    assert [label for label, _ in small.predict(["vpn", "mouse"])] == ["a", "b"]


def test_the_network_over_the_features_judges_without_those_that_read() -> None:
    texts, labels = told(FRAMES[:-1])
    asked, expected = told(FRAMES[-1:])
    helped = Classifier(readers=False).fit(texts, labels)
    assert [label for label, _ in helped.predict(asked)] == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the hinge of my notebook squeaks", "part"),
        ("принтер скрипит", "damage"),
        ("螢幕有條紋", "damage"),
        ("How do I roast a chicken", "food"),
        ("Сколько стоит ипотека", "money"),
    ],
)
def test_words_of_a_kind_are_known_in_every_language(text: str, kind: str) -> None:
    assert kind in kinds_of(text)


def test_where_many_labels_are_wrong_the_classifier_believes_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(4)
    rows = [one for one in training_texts() if one.language is Language.EN]
    rows = [rows[n] for n in random.permutation(len(rows))[:3_000]]
    texts, right = [one.text for one in rows], np.array([str(one.category) for one in rows])
    wrong = np.where(random.random(len(right)) < 0.25, random.permutation(right), right)
    learned, asked = slice(0, 2_000), slice(2_000, None)

    def accuracy(labels: np.ndarray) -> float:
        model = Classifier(networks=False).fit(texts[learned], list(labels[learned]))
        said = model.predict(texts[asked])
        return float(
            np.mean([label == true for (label, _), true in zip(said, right[asked], strict=True)])
        )

    both = accuracy(right), accuracy(wrong)
    monkeypatch.setattr(classify, "STRICTNESS", classify.STRICTNESS[:1])
    strict = accuracy(right), accuracy(wrong)
    assert both[0] == strict[0]
    assert both[1] > strict[1] + 0.01


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("the trackpad came off", {"computer part", "damage verb"}),
        ("what do penguins eat", {"animal", "food"}),
        ("my VPN client", {"network device"}),
        ("VPN не подключается", set()),  # one English word doesn't tell what the rest says
        ("VPN 连不上", set()),
    ],
)
def test_fields_are_known_of_english_texts(text: str, fields: set[str]) -> None:
    found = set(fields_of(text))
    assert found >= fields
    assert fields or not found


def test_a_network_may_look_at_some_features_only() -> None:
    matrix = csr_matrix(np.eye(4, dtype=np.float32)[[0, 1, 2, 3] * 50])
    net = Net(4, 2, kept=np.array([1, 3]))
    net.fit(matrix, np.array([0, 0, 1, 1] * 50))
    net = net.finished()
    rows = [Row(np.array([n]), np.ones(1, np.float32)) for n in range(4)]
    blind, seen, unseen, other = net.judge(rows)
    assert blind.tolist() == unseen.tolist()  # it can't tell them apart
    assert seen.argmax() == 0
    assert other.argmax() == 1
    assert np.allclose(net.scores_of(matrix[:4]), net.judge(rows), atol=1e-2)


def test_fewer_are_refused() -> None:
    with pytest.raises(ValueError, match="two different labels"):
        nlp.classifier().fit(["a", "b"], ["x", "x"])
    with pytest.raises(ValueError, match="2 texts but 1 labels"):
        nlp.classifier().fit(["a", "b"], ["x"])


def test_the_convolution_knows_what_comes_first() -> None:
    random = np.random.default_rng(1)
    filler = ["so", "well", "then", "now", "just", "and"]

    def said(first: str, second: str) -> tuple[str, ...]:
        before, after = random.choice(filler, random.integers(0, 4)), random.choice(filler, 2)
        return (*before, first, second, *after)

    texts = [said("man", "dog") if n % 2 else said("dog", "man") for n in range(160)]
    truth = np.arange(160) % 2
    model = Convolution(texts, 2)
    model.fit(texts[:120], truth[:120], share=0.6)
    assert (model.scores(texts[120:]).argmax(axis=1) == truth[120:]).mean() >= 0.9


def test_a_word_never_seen_is_understood_by_its_pieces() -> None:
    known = [("printer",), ("printing",), ("printed",), ("router",), ("routing",), ("routed",)]
    model = Convolution(known, 2)
    model.fit(known, np.array([0, 0, 0, 1, 1, 1]))
    assert model.scores([("prints",), ("routes",)]).argmax(axis=1).tolist() == [0, 1]


def test_a_word_never_seen_is_understood_by_its_senses() -> None:
    known = [
        ("dog",),
        ("cat",),
        ("horse",),
        ("sheep",),
        ("beer",),
        ("juice",),
        ("tea",),
        ("lemonade",),
    ]
    model = Convolution(known, 2)
    model.fit(known, np.repeat([0, 1], 4))
    assert model.scores([("pony",), ("wine",)]).argmax(axis=1).tolist() == [0, 1]


@given(st.text(max_size=300))
@settings(max_examples=40, deadline=None)
def test_any_text_has_words_and_not_too_many(text: str) -> None:
    assert 1 <= len(words_of(text)) <= READ


def test_words_stand_as_they_are_written() -> None:
    assert words_of("Wi-Fi 54 нет!") == ("wi", "-", "fi", "5", "4", "нет", "!")
    assert words_of("打印機壞了") == ("打", "印", "机", "坏", "了")
    assert words_of(" ") == ("",)


def test_paraphrases_are_held_out_together() -> None:
    groups = np.arange(400) // 4  # four texts a scenario
    truth = groups % 3
    seen, unseen = _held_out(truth, groups)
    assert not set(groups[seen]) & set(groups[unseen])
    assert 0.15 < len(unseen) / 400 <= 0.25
    assert set(truth[unseen]) == {0, 1, 2} == set(truth[seen])


def test_a_scenario_as_large_as_its_label_is_not_held_out() -> None:
    truth = np.array([0] * 10 + [1] * 90)
    _, unseen = _held_out(truth, np.where(truth == 0, 0, np.arange(100)))
    assert set(truth[unseen]) == {1}
