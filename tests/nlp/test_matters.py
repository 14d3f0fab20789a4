"""Several matters in one message."""

import pytest

from nlp import Understander

TWO = [
    "My laptop is very slow since yesterday and also I need access to the finance share.",
    "Hi, the printer on floor 3 is jammed. Also please install Visio on my PC.",
    "Two things: Outlook won't open, and I need a new mouse.",
    "1. VPN drops every ten minutes 2. Excel crashes when saving",
    "Please reset my SAP password. And my monitor flickers.",
    "Ноутбук тормозит, и ещё нужен доступ к папке бухгалтерии",
    "Не печатает принтер. Также прошу установить Zoom.",
    "Забыл пароль от почты, кроме того не работает телефон",
    "1) не открывается 1С 2) закажите мышь",
    "我的电脑很慢,另外需要安装Photoshop",
    "打印机卡纸了。还有,我忘记了邮箱密码。",
    "VPN连不上,同时显示器闪烁",
    "一、邮箱登录不了;二、申请一个新鼠标",
]
ONE = [
    "My laptop is slow and Outlook crashes when I open the calendar",
    "I can't print because the VPN is down",
    "Outlook says error 0x800CCC0E and my mail does not send",
    "The laptop with the docking station shows no picture on the monitor",
    "The printer is broken. I also tried to restart the print server.",
    "I need a laptop, a monitor and a mouse for a new colleague",
    "VPN is down. I restarted it twice and the laptop, too. Please help.",
    "После обновления Windows не работает принтер и сканер",
    "Ноутбук не видит wifi, сайты не открываются",
    "Не могу войти в почту, пароль уже менял, и телефон перезагружал",
    "电脑连不上WiFi,网页打不开,邮箱也收不到",
    "打印机坏了,我重启了电脑还是不行",
]


@pytest.mark.parametrize("text", TWO)
def test_two_matters_are_two(text: str, understander: Understander) -> None:
    (found,) = understander.understand([text], [None])
    assert len(found.parts) == 2
    left = [part for part in found.parts if part not in text]
    assert left == [], "the words of each part are the requester's own"


@pytest.mark.parametrize("text", ONE)
def test_one_matter_is_one(text: str, understander: Understander) -> None:
    (found,) = understander.understand([text], [None])
    assert found.parts == ()


def test_hardly_any_of_the_shipped_texts_is_taken_for_several(understander: Understander) -> None:
    """They are told as one matter each."""
    from nlp.understand import training_texts

    texts = [one.text for one in training_texts()][::10]
    several = [one for one in understander.understand(texts, [None] * len(texts)) if one.parts]
    assert len(several) <= len(texts) / 500
