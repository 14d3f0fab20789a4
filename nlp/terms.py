"""The one analyser of full-text search: text in, terms out, the same for both databases and the index.

Lower case; Snowball stems for Russian and English; pairs of neighbouring characters for Chinese, which
has no spaces; codes and numbers kept whole. Linear in the length of the text.
"""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Final

import snowballstemmer

from nlp.han import simplified

LONGEST: Final = (
    60_000  # characters of a text that are analysed: the rest of a pasted log adds nothing
)
LONGEST_TERM: Final = 40

_TOKEN: Final = re.compile(
    r"[a-z0-9а-яё]+(?:[-_.:][a-z0-9а-яё]+)*|[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W_]+"
)
_local = threading.local()  # Snowball's stemmers keep state


def terms(text: str) -> list[str]:
    """The terms of a text in their order, repeats included."""
    return list(_terms(text))


@lru_cache(maxsize=64)  # one message is asked about several times while it is handled
def _terms(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKC", simplified(text[:LONGEST])).lower().replace("ё", "е")
    found: list[str] = []
    for match in _TOKEN.finditer(folded):
        token = match.group()
        if "\u3400" <= token[0] <= "\u9fff":
            found += _pairs(token)
        elif len(token) <= LONGEST_TERM:
            found += _words(token)
    return tuple(found)


def _pairs(run: str) -> list[str]:
    if len(run) == 1:
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)]


@lru_cache(maxsize=50_000)
def _words(token: str) -> tuple[str, ...]:
    parts = [part for part in re.split(r"[-_.:]", token) if part]
    if len(parts) == 1:
        return (_stem(token),)
    # "inc-12" and "wi-fi" are found whole and by their parts
    return (token, *(_stem(part) for part in parts if len(part) > 1))


def _stem(word: str) -> str:
    if any(letter.isdigit() for letter in word):
        return word
    language = "russian" if "а" <= word[0] <= "я" else "english"
    stemmers = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(language)
    return str(stemmers[language].stemWord(word))


def telling(text: str) -> list[str]:
    """The terms that say something about the matter."""
    return [term for term in terms(text) if term not in _EMPTY]


# Words that are said about everything.
_EMPTY: Final = frozenset(
    terms(
        "how who what when where which why me us our your am were if then"
        " the a an and or but is are was be to of in on at for with my me i you it this that have has had"
        " not no do does did can cannot will would please help need want get got hello hi thanks dear"
        " и в во на не что как у меня мне мой моя я мы вы это этот но а или по с со из за для бы же есть"
        " нет можно нужно помогите пожалуйста здравствуйте добрый день спасибо когда уже так очень"
        " still again broken works working worked work problem issue since today yesterday now version"
        " any more just try tried times time something anything nothing happens happen since morning"
        " работает работать проблема снова опять сегодня вчера сейчас еще все только утра версия"
        " перестал перестала перестало случилось происходит"
        " 我的 你好 请问 一下 怎么 什么 这个 那个 可以 不能 没有 帮忙 麻烦 谢谢 问题 不行 还是 出现"
        " 今天 昨天 现在 刚才 一直 突然 又不 不了 还没 没有解决 没解决 未解决 仍然 依然"
    )
)


def is_common(term: str) -> bool:
    """Whether a stem is part of any question: it says something only if nothing else does."""
    return term in _COMMON


_COMMON: Final = frozenset(
    terms(
        "a an the and or but if then so than that this these those there here is are was were be been"
        " being am do does did done doing have has had having can could will would shall should may"
        " might must i me my mine myself we us our ours you your yours it its he she they them their his"
        " her who whom whose what which when where why how to of in on at for with by from into about as"
        " up out off over under again just only also too very really please kindly thanks thank hi hello"
        " hey let lets s t m re ve ll d don isn aren doesn didn won wouldn couldn shouldn cant dont im"
        " ive id not no any some all get got getting want wanted need needed like know tell help try"
        " trying give make way possible able wondering wonder possibly exactly currently now something"
        " anything someone go going because while after before since until during without within between"
        " through around more most much many other same own such one two first last next new use used"
        " using come take put keep happen see look find think feel seem say said ask looking ever never"
        " always still yet already else lot bit thing things stuff today actually right okay ok yes sure"
        " well back away good great best unable wont sort kind type called regarding concerning"
        " и в во на не что как у меня мне мой моя мою мои я мы вы нас вас нам вам это этот эта эти но а"
        " или по с со из за для бы б же есть нет да ли то так там тут к ко от до о об при без под над"
        " можно нужно надо могу может хочу хотел хотела помогите подскажите пожалуйста здравствуйте"
        " привет добрый день спасибо когда где куда кто какой какая какие почему зачем сколько если чтобы"
        " уже еще очень сейчас сегодня сделать делать свой свою он она они его ее их был была было быть"
        " 我 的 了 吗 呢 请问 怎么 什么 这个 那个 可以 一下 我的 你们 是否 如何 为什么 哪里 谁 想要 需要"
    )
)
