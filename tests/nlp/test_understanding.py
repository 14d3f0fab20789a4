"""The whole of the understanding on texts it has not seen: useful, calibrated, never slow, never broken."""

import re
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlp
from nlp import Understander
from nlp.facts import facts_in
from nlp.features import Features
from nlp.understand import DATA, Shipped, models_of, training_texts
from nlp.understanding import ArticleText, Category, Intent, Language, Level, TicketType
from tests.seconds import seconds

UNSEEN = [
    ("our printer eats the paper since lunch", "hardware", "incident"),
    ("the wireless in the lobby is dead", "network", "incident"),
    ("I cannot get into the VPN from my hotel", "network", "incident"),
    ("got a weird e-mail that wants my password", "security", "incident"),
    ("my account got locked this morning", "user-support", "incident"),
    ("could you please install Photoshop for me", "service-request", "request"),
    ("all my spreadsheets were deleted, can you restore them", "data-recovery", "incident"),
    ("my pc is terribly slow today", "performance", "incident"),
    ("what laptop would you advise for a designer", "consulting", "request"),
    ("Word crashes when I save", "software", "incident"),
    ("у меня не включается монитор", "hardware", "incident"),
    ("пропал интернет во всём офисе", "network", "incident"),
    ("пришло подозрительное письмо со ссылкой", "security", "incident"),
    ("забыла пароль от компьютера", "user-support", "incident"),
    ("случайно удалил папку с договорами", "data-recovery", "incident"),
    ("компьютер ужасно тормозит", "performance", "incident"),
    ("打印机又卡纸了", "hardware", "incident"),
    ("办公室无线网络连不上", "network", "incident"),
    ("收到一封钓鱼邮件", "security", "incident"),
    ("我的密码忘记了", "user-support", "incident"),
    ("文件被误删了，能恢复吗", "data-recovery", "incident"),
    ("电脑特别卡", "performance", "incident"),
]


def test_the_training_texts_are_many_and_in_every_language() -> None:
    typed = [one for one in training_texts() if one.type is not None]
    counts = Counter((one.language, one.category) for one in typed)
    assert set(counts) == {(language, category) for language in Language for category in Category}
    assert min(counts.values()) >= 40
    texts = [one.text for one in training_texts()]
    assert len(texts) == len(set(texts))


def test_a_template_of_the_training_texts_is_one_scenario() -> None:
    """It may be told in several languages, then under the name it has in the first."""
    scenarios: dict[str, set[Category]] = {}
    for one in training_texts():
        assert re.fullmatch(r"(?:en|ru|zh)-[a-z]{3}-x?\d{3,4}", one.template), one
        scenarios.setdefault(one.template, set()).add(one.category)
    assert {template: found for template, found in scenarios.items() if len(found) > 1} == {}


def test_a_broken_line_of_the_training_texts_is_named(tmp_path: Path) -> None:
    (tmp_path / "en.tsv").write_text(
        "template\tcategory\ttype\ttext\nen-har-001\thardware\tonly three\n"
    )
    with pytest.raises(ValueError, match=r"en\.tsv:2"):
        training_texts(tmp_path)
    assert DATA.is_dir()


def test_most_unseen_texts_are_read_rightly(understander: Understander) -> None:
    found = understander.understand([text for text, _, _ in UNSEEN], [None] * len(UNSEEN))
    right = sum(
        str(one.category) == category for one, (_, category, _) in zip(found, UNSEEN, strict=True)
    )
    types = sum(str(one.type) == type for one, (_, _, type) in zip(found, UNSEEN, strict=True))
    assert right >= 0.85 * len(UNSEEN)
    assert types >= 0.85 * len(UNSEEN)


def test_one_by_one_or_together_is_the_same(understander: Understander) -> None:
    texts = [text for text, _, _ in UNSEEN]
    together = understander.understand(texts, [None] * len(texts))
    assert [understander.understand([text], [None])[0] for text in texts] == together


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my printer is broken", "en"),
        ("принтер сломался, пишет Error 5", "ru"),
        ("我的 Outlook 打不开", "zh"),
        ("VPN не подключается", "ru"),
        ("Teams 没有声音", "zh"),
    ],
)
def test_the_language_is_told_by_what_people_write_not_by_names(text: str, language: str) -> None:
    found, sure = nlp.identify(text)
    assert (str(found), sure > 0.6) == (language, True)


def test_what_could_be_any_language_stays_in_the_conversations_own(
    understander: Understander,
) -> None:
    [one] = understander.understand(["0x80070005"], [Language.RU])
    assert one.language is Language.RU


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("VPN error 809", "error-code", "809"),
        ("ошибка 0x800CCC0E в почте", "error-code", "0x800CCC0E"),
        ("错误代码：1603", "error-code", "1603"),
        ("see INC-42 please", "ticket", "INC-42"),
        ("cannot ping 10.20.4.1", "ip", "10.20.4.1"),
        (r"folder \\fs01\sales is gone", "path", r"\\fs01\sales"),
        ("since Friday it is slow", "since", "since Friday"),
        ("с пятницы не работает", "since", "с пятницы"),
        ("从昨天开始断线", "since", "从昨天开始"),
        ("the whole team is affected", "affected", "the whole team"),
        ("у всего отдела", "affected", "у всего отдела"),
        ("整个部门都上不了网", "affected", "整个部门"),
        ('it says "cannot open file"', "error-text", "cannot open file"),
        ("Outlook does not open", "application", "Outlook"),
        ("аутлук не открывается", "application", "Outlook"),
        ("打印机坏了", "device", "Printer"),
        ("I restarted the router twice", "tried", "I restarted the router twice"),
        ("drops every ten minutes", "frequency", "every ten minutes"),
        ("Windows 11 laptop", "os", "Windows 11"),
        ("pc-0231 is dead", "host", "pc-0231"),
    ],
)
def test_facts_are_found(text: str, kind: str, value: str) -> None:
    assert value in [fact.value for fact in facts_in(text) if fact.kind == kind]


@given(st.text(max_size=400))
def test_every_fact_is_in_the_text(text: str) -> None:
    for fact in facts_in(text):
        assert 0 <= fact.start <= fact.end <= len(text)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a ",
        "!",
        "error ",
        "\\\\a\\",
        "0x",
        "http://",
        "the whole ",
        "我",
        "каждые ",
        '"',
        "1.",
        "@",
    ],
)
def test_the_time_grows_with_the_length_and_no_faster(
    unit: str, understander: Understander
) -> None:
    def work(text: str) -> None:
        facts_in.cache_clear()
        understander.understand([text], [None])

    def took(length: int) -> float:
        text = (unit * length)[:length]
        return min(seconds(partial(work, text)) for _ in range(3))

    # Twenty times the text may take a hundred times as long at most; a bad pattern takes thousands.
    assert took(20_000) < 100 * max(took(1000), 0.004)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(max_size=200), max_size=5))
def test_no_texts_whatever_break_it(texts: list[str]) -> None:
    found = understander_of_this_run().understand(texts, [None] * len(texts))
    assert len(found) == len(texts)


def understander_of_this_run() -> Understander:
    return _KEPT[0]


_KEPT: list[Understander] = []


@pytest.fixture(autouse=True)
def _keep(understander: Understander) -> None:
    _KEPT[:] = [understander]


def test_weight_comes_from_who_is_hit_and_how_soon_it_matters(understander: Understander) -> None:
    texts = [
        "the whole company has no internet, urgent",
        "the printer jams sometimes, no rush",
        "ransomware is encrypting the file server",
    ]
    all_, small, attack = understander.understand(texts, [None] * 3)
    assert (all_.impact, all_.urgency) == (Level.HIGH, Level.HIGH)
    assert small.urgency is Level.LOW
    assert attack.urgency is Level.HIGH


def test_two_problems_are_two_parts_and_one_long_story_is_one(understander: Understander) -> None:
    texts = [
        "Outlook crashes when I open it and also the printer on floor 2 jams",
        "Outlook crashes. It started on Friday. I restarted it twice. My colleague has it too.",
    ]
    two, one = understander.understand(texts, [None] * 2)
    assert len(two.parts) == 2
    assert one.parts == ()


def test_a_wish_for_a_person_alone_says_nothing_about_the_matter(
    understander: Understander,
) -> None:
    bare, told = understander.understand(
        ["I want to talk to a human", "I want to talk to a human, my laptop is broken"], [None] * 2
    )
    assert bare.intent is told.intent is Intent.HUMAN
    assert bare.category_confidence == 0
    assert told.category is Category.HARDWARE


def test_the_right_article_is_found_and_nonsense_finds_none() -> None:
    index = nlp.index()
    index.index({"vpn": ("VPN drops, error 809", "allow UDP 500"), "print": ("Printer jams", "x")})
    assert index.search("error 809 on my vpn")[0][0] == "vpn"
    assert index.search("zebra") == []
    assert index.search("") == []


def test_any_label_set_can_be_learned() -> None:
    classifier = nlp.classifier().fit(["red apple", "green pear"] * 3, ["a", "b"] * 3)
    assert classifier.predict(["an apple"])[0][0] == "a"
    with pytest.raises(ValueError, match="two different"):
        nlp.classifier().fit(["x"], ["only"])


def test_features_weigh_what_scikit_learn_gave_them() -> None:
    texts = ["The printer jams", "принтер не печатает", "打印机卡纸", "vpn vpn error 809"]
    features = Features()
    matrix = features.fit(texts)
    for n, row in enumerate(features.of(texts)):
        mine = dict(zip(row.columns.tolist(), row.weights.tolist(), strict=True))
        theirs = matrix[n].tocoo()
        assert mine.keys() == set(theirs.col.tolist())
        for column, weight in zip(theirs.col.tolist(), theirs.data.tolist(), strict=True):
            assert mine[column] == pytest.approx(weight, abs=1e-5)


def test_a_broken_model_file_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["the printer is broken", "no paper", "the vpn is down", "wifi is slow"]
    few = [
        Shipped(text, Language.EN, category, type, text)
        for text, category, type in zip(
            texts,
            [Category.HARDWARE] * 2 + [Category.NETWORK] * 2,
            [TicketType.INCIDENT, TicketType.REQUEST] * 2,
            strict=True,
        )
    ]
    # All shipped texts take a minute of both cores.
    monkeypatch.setattr("nlp.understand.training_texts", lambda: few)
    models_of(tmp_path)
    [file] = tmp_path.iterdir()
    file.write_bytes(b"broken")
    [one] = Understander.load(tmp_path).understand(["the printer is broken"], [None])
    assert one.category is Category.HARDWARE
    assert len(file.read_bytes()) > len(b"broken")


def test_articles_are_swapped_as_a_whole(models: Path) -> None:
    understander = Understander.load(models)
    article = ArticleText(
        id="zebra",
        language=Language.EN,
        title="Zebra scanner",
        body="x",
        category=Category.HARDWARE,
    )
    understander.replace_articles([article])
    [one] = understander.understand(["the zebra scanner is dead"], [None])
    assert one.suggestions[0].article == "zebra"
    understander.replace_articles([])
    [one] = understander.understand(["the zebra scanner is dead"], [None])
    assert one.suggestions == ()
