"""Who wants their ticket to go further up, and who only speaks of managers."""

import pytest

from bot.conversation.raising import asks


@pytest.mark.parametrize(
    "words",
    [
        "Please escalate this",
        "escalate",
        "Can you escalate my ticket?",
        "I want to escalate INC-12",
        "I want to speak to your manager",
        "let me talk with a supervisor, now",
        "Get me the boss",
        "I would like to make a formal complaint",
        "Эскалируйте, пожалуйста",
        "прошу эскалацию",
        "позовите начальника",
        "Хочу поговорить с вашим руководителем",
        "соедините меня с руководством",
        "я буду жаловаться",
        "请升级处理",
        "我要找你们经理",
        "我要投诉",
    ],
)
def test_it_goes_up(words: str) -> None:
    assert asks(words)


@pytest.mark.parametrize(
    "words",
    [
        "Please give my manager access to the folder",
        "my boss cannot open the file either",
        "I need my manager's approval",
        "the escalator in the lobby is stuck",
        "a privilege escalation warning from the virus scanner",
        "the task manager shows 100 %",
        "I want the device manager to show it",
        "не могу передать файл руководителю",
        "у моего начальника то же самое",
        "начальник отдела не видит папку",
        "经理的电脑也打不开",
        "给领导发邮件失败",
    ],
)
def test_it_is_another_matter(words: str) -> None:
    assert not asks(words)


def test_a_long_text_takes_no_long_time() -> None:
    assert not asks("get call give to please want " * 20_000)
