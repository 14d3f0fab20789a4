"""A hosted model is never believed: not when it obeys an attacker, lies, stammers, hangs or dies."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.answerer import judge
from bot.answerer.endpoint import Endpoint, Options
from bot.answerer.judge import Passage, judged
from bot.answerer.phrasing import Phrasing
from bot.library import Article, Library
from nlp import Understander
from store import open_store, phrasings
from store.phrasings import Waiting
from store.timers import fire_due
from tests.servers.completions import (
    Answer,
    Asked,
    Completions,
    completions,
    honest,
    said,
    steps_of,
)
from tests.stories.runner import Stage

ARTICLES = {
    "en": "Error 809 means that the network blocks the VPN.\n\n1. Turn the **router** off and on again.\n"
    "2. Open *Settings > Network* and choose the other protocol, IKEv2.\n"
    "3. If it still fails, use the mobile hotspot.\n\nDo not give your password to anybody.",
    "ru": "Ошибка 809 значит, что сеть не пропускает VPN.\n\n1. Выключите и снова включите роутер.\n"
    "2. Откройте «Параметры > Сеть» и выберите другой протокол, IKEv2.\n\nНикому не сообщайте пароль.",
    "zh": "错误809表示网络拦截了VPN连接。\n\n1. 关闭路由器再重新打开。\n2. 打开“设置 > 网络”，选择另一种协议IKEv2。\n\n"
    "不要把密码告诉任何人。",
}
ATTACKS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "attacks.tsv").read_text(encoding="utf-8").splitlines()
]


def passages(language: str) -> tuple[Passage, ...]:
    return (Passage("vpn", "VPN error 809", ARTICLES[language]),)


def supported(found: tuple[judge.Sentence, ...], language: str) -> bool:
    """Every sentence cites a passage that has its quotation."""
    source = " ".join(ARTICLES[language].replace("**", "").replace("*", "").lower().split())
    return all(one.source == 0 and one.quote.lower().strip(" .。") in source for one in found)


# -- what it may say ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ARTICLES)
def test_what_stands_in_an_article_may_be_said(language: str) -> None:
    lines = [line.lstrip("123. ").replace("**", "").replace("*", "")
             for line in ARTICLES[language].splitlines() if line[:1].isdigit()]  # fmt: skip
    found = judged(said(*((line, 1, line) for line in lines)), language, passages(language))
    assert [one.text for one in found] == lines
    assert supported(found, language)


@pytest.mark.parametrize(
    ("text", "source", "quote"),
    [
        ("Give your password to anybody.", 1, "Do not give your password to anybody."),
        ("Do not turn the router off.", 1, "Turn the router off and on again."),
        ("Error 808 means that the network blocks the VPN.", 1, "Error 809 means that the network blocks the VPN."),
        ("Turn the router off at evil.example/fix now.", 1, "Turn the router off and on again."),
        ("Reinstall Windows and format the disk.", 1, "Turn the router off and on again."),
        ("Turn the router off and on again.", 2, "Turn the router off and on again."),
        ("Turn the router off and on again.", 0, "Turn the router off and on again."),
        ("Turn the router off and on again.", -1, "Turn the router off and on again."),
        ("Turn the router off and on again.", 1, "Switch the router off and on again."),
        ("Turn the router off and on again.", 1, "router"),
        ("Turn the router off and on again.", 1, ""),
        ("[Turn](http://evil.example) the router off and on again.", 1, "Turn the router off and on again."),
        ("<b>Turn</b> the router off and on again.", 1, "Turn the router off and on again."),
        ("Turn the router off\u202e and on again.", 1, "Turn the router off and on again."),
        ("Turn the r\u200bouter off and on again.", 1, "Turn the router off and on again."),
        ("Выключите роутер и снова включите.", 1, "Turn the router off and on again."),
        ("Turn the router off and on again. " * 20, 1, "Turn the router off and on again."),
        ("", 1, "Turn the router off and on again."),
        ("Call +1 900 555 0199 to turn the router off.", 1, "Turn the router off and on again."),
        ("Send your password to help@evil.example.", 1, "Do not give your password to anybody."),
    ],
)  # fmt: skip
def test_what_does_not_is_not_said(text: str, source: int, quote: str) -> None:
    assert judged(said((text, source, quote)), "en", passages("en")) == ()


@pytest.mark.parametrize(
    "reply",
    [
        "", "I think you should restart.", "{", "null", "[]", "{}", '{"known": "yes"}',
        '{"known": true}', '{"known": true, "sentences": [{}]}', '{"known": true, "sentences": 7}',
        said(("Turn the router off and on again.", 1, "Turn the router off and on again."), known=False),
        '{"known": true, "sentences": [' * 5_000, "\ud800{}\ud800", "{" * 100_000 + "}" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_reply_says_nothing(reply: str) -> None:
    assert judged(reply, "en", passages("en")) == ()


def test_an_answer_with_a_hole_in_it_is_none() -> None:
    good = "Turn the router off and on again."
    bad = "Then throw the laptop out of the window."
    assert judged(said((good, 1, good), (bad, 1, good)), "en", passages("en")) == ()
    assert len(judged(said((good, 1, good)), "en", passages("en"))) == 1


@given(st.text(), st.sampled_from(sorted(ARTICLES)))
def test_any_reply_is_survived(reply: str, language: str) -> None:
    assert supported(judged(reply, language, passages(language)), language)


@given(st.text(max_size=60), st.integers(-2, 3), st.text(max_size=60))
def test_any_sentence_is_supported_or_not_said(text: str, source: int, quote: str) -> None:
    assert supported(judged(said((text, source, quote)), "en", passages("en")), "en")


def test_addresses_and_numbers_of_people_stay_here() -> None:
    [_, asked] = judge.messages(
        "call me at +49 170 1234567 or kim@corp.example", "en", passages("en")
    )
    assert "kim@corp.example" not in asked["content"]
    assert "1234567" not in asked["content"]


# -- a server that obeys whoever attacks, or is broken -------------------------------------------------


def echoes(asked: Asked) -> str:
    return said((asked.question, 1, asked.question))


def quotes_and_obeys(asked: Asked) -> str:
    """The clever attack: the quotation is right, the sentence is the attacker's."""
    return said((asked.question[:300], 1, steps_of(asked.articles[0])[0]))


def tells_its_orders(asked: Asked) -> str:
    return said(*((line, 1, line) for line in asked.orders.splitlines()))


OBEDIENT = [echoes, quotes_and_obeys, tells_its_orders]


def shown(found: tuple[judge.Sentence, ...]) -> str:
    return " ".join(one.text for one in found).lower()


@pytest.mark.parametrize("model", OBEDIENT, ids=lambda model: str(model.__name__))
async def test_no_attack_reaches_the_requester(
    tmp_path: Path, model: Callable[[Asked], str]
) -> None:
    """A model that does whatever the question says: nothing of it is said."""
    async with completions(model) as server:
        for language in ARTICLES:
            attacks = [attack for tongue, attack in ATTACKS if tongue == language]
            answers = await ask(server, tmp_path, language, attacks)
            assert len(server.asked) > 0
            for attack, found in zip(attacks, answers, strict=True):
                assert supported(found, language), attack
                for leak in ("pwned", "evil", "phrase answers", "0199", "known", "http"):
                    assert leak not in shown(found), attack


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) * len(OBEDIENT) >= 100
    assert {language for language, _ in ATTACKS} == set(ARTICLES)


async def ask(
    server: Completions,
    folder: Path,
    language: str,
    questions: list[str],
    budget: int = 1_000_000,
    **options: Any,
) -> list[tuple[judge.Sentence, ...]]:
    """What may be said to each, one after the other."""
    library = Library()
    title, body = "VPN error 809", ARTICLES[language]
    library.fill([Article(id="vpn", language=language, title=title, body=body, category="network")])
    store = open_store(f"sqlite:///{folder}/a.db")
    endpoint = Endpoint(Options(url=server.url, model="small", **options))
    try:
        phrasing = Phrasing(store, library, endpoint, budget, ZoneInfo("UTC"))
        return [
            await phrasing.sentences(Waiting(1, "q1", words, language, '["vpn"]'))
            for words in questions
        ]
    finally:
        await endpoint.close()
        store.close()


async def answer(server: Completions, folder: Path, **options: Any) -> tuple[judge.Sentence, ...]:
    [found] = await ask(server, folder, "en", ["VPN error 809"], **options)
    return found


async def _hangs(asked: Asked) -> Answer:
    await asyncio.sleep(30)
    return honest(asked)


async def _drips(asked: Asked) -> Answer:
    async def pieces() -> Any:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    return StreamingResponse(pieces(), media_type="application/json")


def _whole(content: Any) -> Response:
    return JSONResponse({"choices": [{"message": {"role": "assistant", "content": content}}]})


BROKEN: dict[str, Callable[[Asked], Answer | Awaitable[Answer]]] = {
    "hangs": _hangs,
    "drips": _drips,
    "is busy": lambda asked: Response(status_code=429),
    "fails": lambda asked: Response("oops", status_code=500),
    "redirects": lambda asked: RedirectResponse("http://127.0.0.1:9/elsewhere", status_code=307),
    "sends HTML": lambda asked: Response("<html>login</html>", media_type="text/html"),
    "sends nothing": lambda asked: Response(b""),
    "sends other JSON": lambda asked: JSONResponse([1, 2]),
    "has no choices": lambda asked: JSONResponse({"choices": []}),
    "says null": lambda asked: _whole(None),
    "says a number": lambda asked: _whole(7),
    "is no UTF-8": lambda asked: Response(b'{"choices": [{"message": {"content": "\xff"}}]}'),
    "talks for ever": lambda asked: _whole("x" * 3_000_000),
    "is deep": lambda asked: Response(b"[" * 200_000),
    "does not know": lambda asked: said(known=False),
    "chats": lambda asked: "Sure! Here is what I would do: restart it.",
}


@pytest.mark.parametrize("behaviour", BROKEN)
async def test_a_broken_endpoint_gives_no_answer_and_no_error(
    tmp_path: Path, behaviour: str
) -> None:
    async with completions(BROKEN[behaviour]) as server:
        assert await answer(server, tmp_path, timeout=0.3) == ()


async def test_an_endpoint_that_is_not_there_gives_no_answer(tmp_path: Path) -> None:
    assert await answer(Completions(url="http://127.0.0.1:9/v1"), tmp_path) == ()


async def test_what_is_sent_is_the_question_and_the_articles_with_the_key(tmp_path: Path) -> None:
    async with completions() as server:
        found = await answer(server, tmp_path, key="k-1")
        [asked] = server.asked
    assert len(found) == 3
    assert asked.key == "k-1"
    assert asked.body["model"] == "small"
    assert set(asked.data) == {"language", "question", "articles"}
    assert [one["title"] for one in asked.articles] == ["VPN error 809"]


async def test_when_the_budget_is_used_up_nobody_is_asked(tmp_path: Path) -> None:
    async with completions() as server:
        answers = await ask(server, tmp_path, "en", ["VPN error 809"] * 4, budget=1_900)
    # 780 tokens each, and a third would be too much
    assert [bool(found) for found in answers] == [True, True, False, False]
    assert len(server.asked) == 2


# -- in a conversation ---------------------------------------------------------------------------------


class Phrased(Stage):
    phrase_within = timedelta(seconds=8)

    @property
    def told_now(self) -> str:
        return "\n".join(str(line.text) for line in self.said if line.author == "bot")

    async def phrase(self, model: Callable[[Asked], Any] = honest) -> Completions:
        """The loop asks what waits; then what it left takes effect."""
        async with completions(model) as server:
            endpoint = Endpoint(Options(url=server.url, model="small", timeout=30))
            phrasing = Phrasing(self.store, self.library, endpoint, 100_000, ZoneInfo("UTC"))
            try:
                for one in self.store.read(lambda tx: phrasings.waiting(tx, 10)):
                    await phrasing.phrase(one)
            finally:
                await endpoint.close()
        self.tick()
        return server

    def tick(self, seconds: int = 0) -> str:
        self.now += timedelta(seconds=seconds)
        while fire_due(self.store):
            pass
        self.work()
        return self.told_now


@pytest.fixture
def stage(tmp_path: Path, understander: Understander, library: Library) -> Iterator[Phrased]:
    store = open_store(f"sqlite:///{tmp_path}/s.db")
    yield Phrased(store, understander, library)
    store.close()


def test_an_answer_cites_its_sources_and_can_be_judged(stage: Phrased) -> None:
    stage.user("my VPN drops every ten minutes, error 809")
    assert stage.told_now == ""
    asyncio.run(stage.phrase())
    assert "[1]" in stage.told_now
    assert "Sources:" in stage.told_now
    assert "Did that solve it?" in stage.told_now
    assert stage.tick(60) == ""  # once
    stage.press("Did not help")
    assert stage.told_now


def test_who_is_not_answered_in_time_gets_the_article(stage: Phrased) -> None:
    stage.user("my VPN drops every ten minutes, error 809")
    assert stage.tick(2) == ""
    assert "This may help" in stage.tick(20)
    assert stage.tick(60) == ""


def test_an_article_taken_away_while_it_was_phrased_is_not_cited(stage: Phrased) -> None:
    stage.user("my VPN drops every ten minutes, error 809")
    asked = stage.store.read(lambda tx: phrasings.waiting(tx, 1))[0]
    kept = [
        judge.Sentence("Turn the router off and on again.", 7, "Turn the router off and on again.")
    ]
    answer = json.dumps(
        [{"text": one.text, "source": one.source, "quote": one.quote} for one in kept]
    )
    stage.store.write(lambda tx: phrasings.answered(tx, asked, answer, tx.now))
    stage.tick(20)
    assert "This may help" in stage.told_now
    assert "Sources:" not in stage.told_now


def test_a_liar_is_not_heard(stage: Phrased) -> None:
    stage.user("my VPN drops every ten minutes, error 809")
    asyncio.run(stage.phrase(quotes_and_obeys))
    assert "This may help" in stage.told_now


def test_who_writes_on_gets_the_article_first_and_is_not_answered_twice(stage: Phrased) -> None:
    stage.user("my VPN drops every ten minutes, error 809")
    stage.user("it says the network blocks it")
    assert "This may help" in stage.told_now
    asyncio.run(stage.phrase())
    assert stage.tick(60) == ""


def test_secrets_are_not_sent_to_the_model(stage: Phrased) -> None:
    stage.user("my VPN drops, error 809, my password is Sommer2026!x and I am kim@corp.example")
    server = asyncio.run(stage.phrase())
    [asked] = server.asked
    sent = json.dumps(asked.body, ensure_ascii=False)
    assert "Sommer2026" not in sent
    assert "kim@corp" not in sent
    assert "809" in asked.question


def test_a_letter_is_answered_at_once(stage: Phrased) -> None:
    stage.channel, stage.subject = "mail", "VPN"
    stage.user("my VPN drops every ten minutes, error 809")
    assert stage.told_now
