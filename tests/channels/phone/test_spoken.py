"""What is cut from spoken words, and what only looks as if it were nothing."""

import pytest

from channels.phone.spoken import understandable


@pytest.mark.parametrize(
    ("language", "spoken", "meant"),
    [
        ("en", "Um, my VPN, uh, drops", "my VPN, drops"),
        ("en-US", "so, the the printer is is broken", "the printer is broken"),
        ("en", "I want I want to print", "I want to print"),
        ("en", "my prin- printer is, you know, jammed", "my printer is, jammed"),
        ("en", "I can't, I can't log in", "I can't log in"),
        ("ru", "Э-э, ну, у меня не работает впн", "у меня не работает впн"),
        ("ru", "не не могу во- войти, как бы, в почту", "не могу войти, в почту"),
        ("ru", "эм принтер, это самое, сломался", "принтер, сломался"),
        ("zh", "嗯，那个，打印机坏了", "打印机坏了"),
        ("zh", "我我我的电脑，呃，开不了机", "我的电脑，开不了机"),
        ("zh", "那个那个打印机坏了", "那个打印机坏了"),
        (None, "uh the screen is black", "the screen is black"),
    ],
)
def test_fillers_and_stammering_are_cut(language: str, spoken: str, meant: str) -> None:
    assert understandable(spoken, language) == meant


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "error 8 8 0 9"),
        ("en", "eight eight zero nine"),
        ("en", "it is W W W dot"),
        ("en", "No. No, it is not"),
        ("en", "uh-huh"),
        ("en", "I like the new laptop"),
        ("en", "two  spaces stay"),
        ("de", "um 9 Uhr hat er angerufen"),
        ("pt", "um problema"),
        ("ru", "восемь восемь ноль девять"),
        ("zh", "那个打印机坏了"),
        ("zh", "谢谢，我试试看"),
        ("en", "um"),
        ("zh", "嗯"),
    ],
)
def test_words_that_mean_something_stay(language: str, text: str) -> None:
    assert understandable(text, language) == text


def test_four_hours_of_stammering_are_read_at_once() -> None:
    assert understandable("the the " * 50_000, "en") == "the"
