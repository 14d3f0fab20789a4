"""What people want with a short message, in three languages; and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.intents import intent_of, is_angry, is_bare
from nlp.understanding import Intent, Language

SAID: dict[Intent, str] = {
    Intent.GREETING: """hi / Hello! / hey there / good morning / hi again / good evening team
        / привет / Здравствуйте! / добрый день / доброе утро / привет всем / 你好 / 您好！ / 大家好 / 早上好 / 在吗""",
    Intent.THANKS: """thanks / Thank you so much! / thx / ok thanks / great, thank you / cheers
        / спасибо / Спасибо большое! / спс / хорошо, спасибо / благодарю / 谢谢 / 谢谢您 / 好的谢谢 / 非常感谢 / 辛苦了""",
    Intent.STILL_BROKEN: """thanks, still broken / did not help / it doesn't work / still not working / no luck
        / same problem again / it is back again / not solved / не помогло / всё равно не работает
        / спасибо, но не помогло / снова не работает / проблема осталась / опять то же самое
        / it drops again / it still drops / still dropping / this is still crashing / опять отваливается
        / всё ещё отваливается / по-прежнему тормозит / 又掉线了 / 还在掉线
        / 还是不行 / 没用 / 谢谢，还是不行 / 没有解决 / 问题依旧 / 又断了""",
    Intent.SOLVED: """it works now / solved / that helped / fixed! / everything is working again / never mind, it works
        / помогло / заработало / всё работает / решено / 解决了 / 好了 / 可以了，谢谢 / 已经解决了 / 能用了""",
    Intent.HUMAN: """I want to talk to a human / get me a person / agent / speak to someone please
        / connect me to an operator / позовите человека / оператор / соедините с оператором
        / хочу поговорить с человеком / нужен живой человек / 转人工 / 人工 / 我要人工客服 / 找真人 / 给我接人工
        / human please / a person please / I don't want to talk to a bot / человека позовите / человека мне
        / оператора дайте / живого человека / с человеком соедините / переключи на оператора
        / не хочу разговаривать с роботом / 叫人来 / 我要找人 / 请叫人工 / 不想跟机器人说""",
    Intent.STATUS: """what is the status of my ticket? / status / any update? / where is my ticket / INC-12 / REQ-7?
        / my tickets / какой статус моей заявки? / статус / что с моей заявкой / где моя заявка? / 我的工单进度怎么样了 / 查进度 / 进度""",
    Intent.STOP: """stop / cancel / never mind / forget it / please cancel INC-1 / cancel my request / close the ticket
        / стоп / отмена / хватит / отмените заявку / не надо / 取消 / 算了 / 不用了 / 停 / 取消工单""",
    Intent.SKIP: """skip / I don't know / no idea / not sure / next / пропустить / не знаю / без понятия / дальше
        / 跳过 / 不知道 / 不清楚 / 不确定""",
    Intent.YES: "yes / yep / sure / ok / correct / да / ага / конечно / хорошо / 是的 / 好的 / 对 / 嗯 / 👍",
    Intent.NO: "no / nope / not really / нет / неа / 不 / 不是 / 没有 / 👎",
    Intent.SMALLTALK: """how are you? / are you a robot? / who are you / what can you do / bye / test
        / как дела? / ты бот? / кто ты / что ты умеешь / до свидания / 你是谁 / 你是机器人吗 / 你好吗 / 再见 / 测试""",
    Intent.ASK: """my printer is broken, thanks in advance / hello, the VPN drops / Outlook crashes
        / thank you for the quick help yesterday, now the mouse is dead / cancel button does not react in SAP
        / нет интернета / здравствуйте, не работает принтер / спасибо, но теперь сломалась мышь
        / не знаю, куда делась папка с отчётами, помогите найти / 打印机坏了，谢谢 / 你好，VPN连不上 / 没有网络了
        / 电脑一直重启 / I am still waiting / is the shop still open / всё ещё жду ответа
        / access for a new person in the sales team / the agent on the server stopped / I need a human resources form
        / дайте доступ новому сотруднику / переведите сотрудника в другой отдел / нужен доступ специалисту
        / можно добавить оператора в очередь? / человек на ресепшене не может войти / 找人事部的电话""",
}
CASES = [
    pytest.param(text.strip(), intent, id=text.strip())
    for intent, texts in SAID.items()
    for text in texts.split("/")
]


def test_there_are_cases_enough() -> None:
    assert len(CASES) >= 150


@pytest.mark.parametrize(("text", "intent"), CASES)
def test_intent(text: str, intent: Intent) -> None:
    assert intent_of(text)[0] is intent


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("in english please", Language.EN),
        ("по-русски, пожалуйста", Language.RU),
        ("на русском", Language.RU),
        ("请说中文", Language.ZH),
        ("switch to chinese", Language.ZH),
    ],
)
def test_a_language_is_asked_for(text: str, language: Language) -> None:
    assert intent_of(text) == (Intent.LANGUAGE, language)


@pytest.mark.parametrize(
    "text",
    [
        "THIS IS RIDICULOUS!!!",
        "fed up with this",
        "Сколько можно!",
        "достали уже",
        "太差了！",
        "气死我了",
    ],
)
def test_anger_is_noticed(text: str) -> None:
    assert is_angry(text)


@pytest.mark.parametrize(
    "text", ["Outlook does not open", "VPN", "ERROR 809 ON SAP", "принтер не печатает!", "打不开。"]
)
def test_a_sober_message_is_not_called_angry(text: str) -> None:
    assert not is_angry(text)


@given(st.text(max_size=3000))
def test_no_text_whatever_breaks_it(text: str) -> None:
    intent_of(text)
    is_bare(text)
    is_angry(text)
