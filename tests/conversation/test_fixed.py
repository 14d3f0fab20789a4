"""What people answer when they are asked whether it is fixed."""

import pytest

from bot.conversation.fixed import is_fixed

YES = (
    "yes", "Yes!", "Yes, thank you", "yes thanks", "Yes, it is fixed, thank you!", "All good now, thanks",
    "works", "It works, thanks a lot", "1", "Yes, thank you.\n\nBest regards,\nMarta",
    "Hello, yes, all fine now. Thanks!", "да", "Да, спасибо", "Да, всё хорошо",
    "Да, всё работает, спасибо!", "спасибо, работает", "всё ок", "Да!\n\nС уважением,\nMarta Jensen",
    "是的，谢谢", "好了，谢谢", "可以了，谢谢", "没问题了，谢谢！", "正常了。",
)  # fmt: skip
NO = ("no", "No, thanks", "nope!", "2", "Нет, спасибо", "нет", "没有", "不行，谢谢", "not solved")
MORE = (
    "Thank you", "yes, but now Outlook is broken", "да, но теперь не печатает принтер", "",
    "Yes and no", "yes, no", "And what about my other ticket?", "好了，但是打印机坏了", "Marta",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "fixed"),
    [(one, True) for one in YES] + [(one, False) for one in NO] + [(one, None) for one in MORE],
)
def test_it_is_fixed_or_not_or_more_is_said(said: str, fixed: bool | None) -> None:
    assert is_fixed(said, "Marta Jensen") is fixed


def test_a_name_is_no_answer_and_no_answer_is_taken_for_one() -> None:
    assert is_fixed("Да", "Дарья") is True
    assert is_fixed("Дарья", "Дарья") is None
    assert is_fixed("Yes.\n\nBest regards,\nA. Costa\nAcme Ltd") is True
    assert is_fixed("Best regards, yes") is None
