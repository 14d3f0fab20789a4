"""The language of a text, from one sentence to a page, and of what is no language at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.language import identify, of_text
from nlp.latinised import in_cyrillic
from nlp.understanding import Language

# The code or codes that are right; a sentence as somebody in trouble writes it; the same at length.
# Where two codes stand, the text is the same, or nearly, in both languages.
SAID = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "languages.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("codes", "sentence", "_"), SAID, ids=[said[1][:20] for said in SAID])
def test_a_sentence_is_enough(codes: str, sentence: str, _: str) -> None:
    assert of_text(sentence) in codes.split()


@pytest.mark.parametrize(("codes", "_", "text"), SAID, ids=[said[1][:20] for said in SAID])
def test_a_longer_text_is_known(codes: str, _: str, text: str) -> None:
    assert of_text(text) in codes.split()
    assert of_text(text.upper()) in codes.split()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            "de",
            "Hallo, beim Start von Outlook kommt: Cannot start Microsoft Outlook."
            " Cannot open the Outlook window."
            " Was soll ich jetzt tun? Ich habe den Rechner schon zweimal neu gestartet.",
        ),
        (
            "ru",
            "Здравствуйте! При подключении к VPN ошибка Failed to connect, timeout. Что делать?",
        ),
        ("zh", "你好，Outlook打不开，提示 Cannot open the Outlook window，怎么办？"),
        ("ja", "ログインすると Access denied と表示されます。"),
        ("ru", "Не работает Microsoft Teams"),
        ("zh", "VPN连不上"),
        (
            "fr",
            "Bonjour,\n\nMon imprimante HP LaserJet 4200 affiche PC LOAD LETTER et rien ne sort. Merci d'avance\n\nhttps://support.example.com/printer/error\n",
        ),
        ("es", "¿Alguien me puede ayudar? El error es: ERROR 0x80070005: Access is denied."),
    ],
)
def test_an_error_quoted_in_english_does_not_make_it_english(code: str, text: str) -> None:
    assert of_text(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "12345 67-89",
        "?!… — ***",
        "https://example.org/a/b?c=d",
        "kim@example.org",
        "😀👍🏽",
        "\0\ufffd",
    ],
)
def test_what_has_no_words_has_no_language(text: str) -> None:
    assert of_text(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return {k: v for k, v in x.items()}\n",
        "Mar  2 09:00:00 mx1 postfix/smtp[1]: 4F2A: to=<z@example.net>, status=sent",
        "Kim Lee",
    ],
)
def test_code_logs_and_names_are_survived(text: str) -> None:
    found = of_text(text)
    assert found == "" or (len(found) == 2 and found.islower())


@pytest.mark.parametrize("text", ["ok", "Hello", "thanks!", "printer broken", "help", "yes please"])
def test_a_word_or_two_of_english_are_english(text: str) -> None:
    assert of_text(text) == "en"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ru", "спасибо"),
        ("ru", "привет"),
        ("zh", "谢谢"),
        ("zh", "您好"),
        ("ja", "ありがとう"),
        ("ko", "감사합니다"),
        ("de", "Danke schön"),
        ("fr", "Merci beaucoup"),
        ("es", "Muchas gracias"),
        ("de", "Vielen Dank"),
        ("it", "Grazie mille"),
        ("uk", "Дякую"),
        ("el", "ευχαριστώ"),
        ("ar", "شكرا"),
        ("he", "תודה"),
    ],
)
def test_thanks_in_a_word_are_known(code: str, text: str) -> None:
    assert of_text(text) == code


SHORT = [
    (codes.split(), text.replace("\\n", "\n"))
    for codes, text in (
        line.split("\t")
        for line in (Path(__file__).parent / "short.tsv").read_text(encoding="utf-8").splitlines()
    )
]


def test_a_few_words_are_enough_even_beside_neighbours_code_and_signatures() -> None:
    wrong = [text for codes, text in SHORT if of_text(text) not in codes]
    assert len(SHORT) >= 600
    assert len(wrong) <= len(SHORT) // 100, wrong


def test_no_neighbour_is_answered_as_one_of_ours() -> None:
    ours = {"en", "ru", "zh"}
    taken = [text for codes, text in SHORT if ours.isdisjoint(codes) and identify(text)[1] > 0.6]
    assert len(taken) <= 8, taken


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ne rabotaet printer", "не работает принтер"),
        ("nye rabotayet pochta", "не работает почта"),
        ("kompyuter ne vklyuchaetsya", "компьютер не включается"),
        ("ghbynth yt gtxfnftn", "принтер не печатает"),
    ],
)
def test_russian_in_latin_letters_is_russian(typed: str, meant: str) -> None:
    assert (in_cyrillic(typed), of_text(typed)) == (meant, "ru")


@pytest.mark.parametrize(
    "text",
    [
        "my printer is broken",
        "is the net slow today",
        "Drucker druckt nicht",
        "ne mogu da se prijavim",
    ],
)
def test_other_latin_letters_stay(text: str) -> None:
    assert in_cyrillic(text) is None


@given(st.text())
def test_any_text_has_a_language_or_none(text: str) -> None:
    language, sure = identify(text)
    assert language in Language
    assert 0.0 <= sure <= 1.0
    assert of_text(text) == "" or len(of_text(text)) in (2, 3)
