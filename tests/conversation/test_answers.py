"""Which answer is meant, held to labels of the shipped SOPs and to what people write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import answers

DID = (
    "Nothing, I only looked at it", "Clicked a link, typed nothing in",
    "Typed in a password or a code", "Opened an attachment or installed something",
    "Sent money, or data of others",
)  # fmt: skip
WHAT = ("A laptop", "A phone or tablet", "A badge, key or token", "A USB stick or disk")
LOCKED = (
    "No, it was locked or switched off", "Yes, it was unlocked, or the password is with it",
    "I do not know",
)  # fmt: skip
SIGN_IN = (
    "It says the password is wrong", "It says the account is locked",
    "It says the password has expired", "I have forgotten it", "The code on my phone does not work",
)  # fmt: skip
DISPLAY = (
    "It looks ready", "Paper jam", "No paper or no toner", "It is off or dark", "Another error",
    "I am not near it",
)  # fmt: skip
FORGET = ("It works now", "It refuses my password", "It still does not connect")
ROOM = ("Enough room", "Not enough, or nothing was in there")
FOUND = ("It is there", "It is not there", "I have no such portal")
PRINTS = ("It prints now", "Still nothing")
WHERE = ("In the office", "At home, in the home office or on the road")
OPENS = ("Yes, it opens", "No, it does not")
LOST_RU = ("Украли, или похоже на то", "Потерял или где-то забыл", "Не знаю")
DID_RU = (
    "Ничего, только посмотрел", "Нажал ссылку, но ничего не вводил", "Ввёл пароль или код",
    "Открыл вложение или что-то установил", "Отправил деньги или чужие данные",
)  # fmt: skip
DID_ZH = (
    "什么都没做，只是看了看", "点了链接，但没输入任何东西", "输入了密码或验证码", "打开了附件或装了东西",
    "转了钱，或发了别人的资料",
)  # fmt: skip
ERROR_ZH = (
    "用户名或密码错误", "在等手机确认或验证码", "连不上服务器，或错误 809", "能连上，但老是断", "其他提示",
)  # fmt: skip

LIKEST = [
    (DID, "i just clicked it, nothing else", 1),
    (DID, "I didn't type anything, just clicked", 1),
    (DID, "I clicked and typed my password", 2),
    (DID, "opened the pdf", 3),
    (DID, "sent them 500 euro", 4),
    (DID, "I did not click", 0),
    (DID, "it was blue", None),
    (WHAT, "iphone", 1),
    (WHAT, "a labtop", 0),
    (WHAT, "keys", 2),
    (LOCKED, "it was locked", 0),
    (LOCKED, "unlocked i think", 1),
    (LOCKED, "not sure", 2),
    (SIGN_IN, "wrong password", 0),
    (SIGN_IN, "it's locked", 1),
    (SIGN_IN, "forgot it", 3),
    (SIGN_IN, "code doesnt work", 4),
    (SIGN_IN, "password", None),
    (DISPLAY, "jammed", 1),
    (DISPLAY, "toner is empty", 2),
    (DISPLAY, "out of paper", 2),
    (DISPLAY, "error 49", 4),
    (OPENS, "the printer on the third floor does not print", None),
    (FOUND, "not there", 1),
    (FOUND, "there", 0),
    (WHERE, "home office", 1),
    (WHERE, "office", 0),
    (WHERE, "on the road", 1),
    (OPENS, "", None),
    (OPENS, "???", None),
    (LOST_RU, "забыла в такси", 1),
    (LOST_RU, "украли", 0),
    (LOST_RU, "не помню", 2),
    (DID_RU, "ввела пароль", 2),
    (DID_RU, "открыл файл", 3),
    (DID_ZH, "点了一下", 1),
    (DID_ZH, "输了密码", 2),
    (ERROR_ZH, "总是断", 3),
    (ERROR_ZH, "密码错误", 0),
]
JUDGED = [
    (("Ничего конфиденциального", "Данные клиентов или коллег", "Не знаю"), "ничего секретного", 0),
    (ROOM, "deleted the big ones, ok now", 0),
    (ROOM, "i emptied it, still full", 1),
    (PRINTS, "done, no change", 1),
    (PRINTS, "done", None),
    (PRINTS, "better", 0),
    (DID, "no", 0),
    (DID, "I did not click", 0),
    (DID, "I did not click, but my colleague did", None),
    (OPENS, "nothing", 1),
    (OPENS, "doesn't open", 1),
    (OPENS, "I don't know", None),
    (OPENS, "yes", None),
    (FORGET, "still not working", 2),
    (FORGET, "didn't help", 2),
    (ROOM, "still full", 1),
    (("Да, открываются", "Нет, ничего не открывается"), "всё равно не работает", 1),
    (("空间够了", "不够，或者里面没东西"), "还是不行", 1),
    (("It says no", "No", "Not at all"), "no", None),
]


@pytest.mark.parametrize(("labels", "said", "place"), LIKEST)
def test_the_likest(labels: tuple[str, ...], said: str, place: int | None) -> None:
    assert answers.likest(said, labels) == place


@pytest.mark.parametrize(("labels", "said", "place"), JUDGED)
def test_yes_or_no(labels: tuple[str, ...], said: str, place: int | None) -> None:
    assert answers.judged(said, labels) == place


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=6))
@settings(max_examples=200, deadline=None)
def test_whatever_is_said_is_one_of_them_or_none(said: str, labels: list[str]) -> None:
    for find in (answers.likest, answers.judged):
        place = find(said, labels)
        assert place is None or 0 <= place < len(labels)


@pytest.mark.parametrize("label", [*DID, *WHAT, *SIGN_IN, *DISPLAY, *DID_RU, *DID_ZH])
def test_a_label_is_its_own_likest(label: str) -> None:
    for labels in (DID, WHAT, SIGN_IN, DISPLAY, DID_RU, DID_ZH):
        if label in labels:
            assert answers.likest(label, labels) == labels.index(label)
