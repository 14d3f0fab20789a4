"""Which answer of a step somebody means whose words are not those on a button.

What was said and each answer are compared clause by clause, by the words that tell something and by whether
they are denied: "I didn't type anything, just clicked it" is "Clicked a link, typed nothing in" and not
"Typed in a password". What fits two answers alike fits none, and the step is asked again. Pure.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from bot.conversation.choices import NEGATION, plain
from nlp.terms import terms

BRIEF, BRIEF_HAN = 3, 5  # words or Chinese characters of a mere yes or no
LEAD: Final = 0.5  # of the best answer before the next, in words of its own
COVERED: Final = 1 / 3  # of what was said that an answer must have, or it was about something else
SHORT: Final = 80  # characters: a longer text says more than "no"
NEAR: Final = 0.8  # of SequenceMatcher.ratio: "labtop" is a laptop
LONG_WORD: Final = 4  # letters from which a part of a word, or one with a slip, counts for it

_UNDOES: Final = ("un", "раз")  # "unlocked" is no slip of "locked"
_CLAUSES: Final = re.compile(r"[,;.!?:，。；！？：、…–—\n]|\bbut\b|\bно\b|但是?|\bthough\b")
_DENIES: Final = re.compile(
    NEGATION.pattern
    + r"|\b(?:nope|nah|nothing|none|nobody|neither|nor|cannot|can'?t|cant|wont|dont|doesnt|isnt|didnt|wasnt"
    r"|without|empty|out of|ничего|никто|нету|без|никак|никакой|кончил\w*|закончил\w*|пуст\w*)\b|缺|空了"
)
_STILL: Final = re.compile(
    r"\b(?:still|same|fail\w*|по-прежнему|так же|то же|все равно|все еще)\b|还是|仍|依然|一样|老样子"
)
_FINE: Final = re.compile(
    r"\b(?:ok(?:ay)? now|fine|all good|good now|better|works?|working|worked|helped|enough|solved|gone"
    r"|нормально|заработал\w*|помогло|получилось|лучше|хватает|прошло)\b|好了|可以了|行了|有用|好多了|够了"
)
_UNSURE: Final = re.compile(
    r"\b(?:do not|don'?t) know\b|\bnot sure\b|\bno idea\b|\bdunno\b|\bcan(?:not|'?t| not) find\b"
    r"|\bне (?:знаю|уверен\w*|помню|могу найти|нахожу|нашел|нашла)\b|\bбез понятия\b"
    r"|不知道|不确定|不清楚|不记得|找不到"
)
_REFUSES: Final = re.compile(r"(?:no|nope|not|нет|не)\b|[不没否无]")
# Words that are in every answer, and say nothing of which it is.
_EMPTY: Final = frozenset(
    terms(
        "a an the i you he she it we they my me your our his her its this that these those is are was"
        " were be been am do does did have has had having will would can could should may might of in"
        " on at for with to from by and or so as if then than there here just only also too very"
        " really please thanks thank yes no ok well now s t m re ve ll d im ive what which who"
        " some any all both about else them anything something because when while я ты вы он она оно"
        " мы они мне меня мой моя мое у в на с со по к из за для о об и а же бы ли это этот эта все"
        " уже еще только просто очень да нет ну вот там тут так что как был была было были есть не ни"
        " или когда not"
    )
)
_EMPTY_SIGNS: Final = frozenset(
    "的了是在我你您它他她们这那个一着过也都就很还和与或吗呢吧啊请把被给对到有可以已经能会要不没未无否又再说得"
)
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def likest(said: str, labels: Sequence[str]) -> int | None:
    """The place of the one answer that has most of what was said in it."""
    text = plain(said)
    if _UNSURE.search(text):
        return _only([n for n, one in enumerate(labels) if _UNSURE.search(plain(one))])
    names = [plain(one) for one in labels]
    within = [n for n, one in enumerate(names) if _is_part(text, one)]
    if len(within) == 1:
        return within[0]
    words = _claims(text)
    if not words or not labels:
        return None
    answers = [_claims(one) for one in names]
    # What several answers share tells little of which one is meant.
    shared = {one: [n for n, its in enumerate(answers) if _has(its, one)] for one in words}
    scores = [sum(1 / len(at) for at in shared.values() if n in at) for n in range(len(labels))]
    covered = [sum(n in at for at in shared.values()) / len(words) for n in range(len(labels))]
    top = max(scores)
    near = [n for n in range(len(labels)) if top > 0 and scores[n] > top - LEAD]
    if len(near) > 1:  # "office" is "In the office", and not "In the home office"
        near = [n for n in near if all(_has(words, one) for one in answers[n])]
    return near[0] if len(near) == 1 and covered[near[0]] >= COVERED else None


def judged(said: str, labels: Sequence[str]) -> int | None:
    """The place of the one answer for "no", where somebody says that it is not so or as bad as before; or
    of the only other, where they say that it is well."""
    text = plain(said)
    if len(text) > SHORT or _UNSURE.search(text):
        return None
    last = last_clause(text)
    names = [plain(one) for one in labels]
    sure = [n for n, one in enumerate(names) if not _UNSURE.search(one)]
    refusing = [n for n in sure if _REFUSES.match(names[n])]
    refusing = refusing or [n for n in sure if is_no(_first(names[n]))]
    if is_no(last):
        return _only(refusing)
    if _FINE.search(last) and refusing:
        return _only([n for n in sure if n not in refusing])
    return None


def is_brief(said: str) -> bool:
    """Whether it comes down to a word or two: "deleted the large ones, ok now"."""
    last = last_clause(plain(said))
    return len(last.split()) <= BRIEF and len(_HAN.findall(last)) <= BRIEF_HAN


def last_clause(text: str) -> str:
    return next((one.strip() for one in reversed(_CLAUSES.split(text)) if terms(one)), "")


def is_no(text: str) -> bool:
    """Says that something is not so, or as bad as before."""
    return bool(_DENIES.search(text) or _STILL.search(text))


def is_question(said: str) -> bool:
    """Asked back rather than answered."""
    text = said.strip().casefold()
    return text.endswith(("?", "？")) and _ASKS.search(text) is not None


_ASKS: Final = re.compile(
    r"^\W*(?:and |but |а |но |и )?(?:what|where|how|why|which|who|do i|should i|can i|is it|что"
    r"|где|как|зачем|почему|какой|какая|какое|какие|кто|куда|надо ли|нужно ли)\b"
    r"|什么|怎么|哪|为什么|吗|如何"
)


def _is_part(text: str, label: str) -> bool:
    """Stands in one of its clauses as it is: "not there" in "It is not there"."""
    if len(text) < LONG_WORD or _HAN.search(text):
        return False
    at = re.compile(rf"\b{re.escape(text)}\b")
    return any(at.search(one) and is_no(one) == is_no(text) for one in _CLAUSES.split(label))


def _claims(text: str) -> frozenset[tuple[str, bool]]:
    """The telling words, and whether each is denied."""
    found: set[tuple[str, bool]] = set()
    for clause in _CLAUSES.split(text):
        denies = _DENIES.search(clause) is not None
        rest = _HAN.sub(" ", _DENIES.sub(" ", clause))
        words = {one for one in terms(rest) if one not in _EMPTY}
        signs = {one for one in _HAN.findall(clause) if one not in _EMPTY_SIGNS}
        found |= {(one, denies) for one in words | signs}
    return frozenset(found)


def _has(answer: frozenset[tuple[str, bool]], claim: tuple[str, bool]) -> bool:
    word, denies = claim
    return any(denies == other and _alike(word, its) for its, other in answer)


def _alike(one: str, other: str) -> bool:
    """The same word, one that holds it, as "iphone" does, or a slip of the finger."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < LONG_WORD or _HAN.search(short) or long.startswith(_UNDOES):
        return False
    within = _core(short) in long or (len(short) == len(long) and _core(long) in short)
    near = one[0] == other[0] and SequenceMatcher(None, one, other).ratio() >= NEAR
    return within or near


def _core(word: str) -> str:
    """Without its last letter: stems of one word may differ by an e."""
    return word[:-1] if len(word) > LONG_WORD else word


def _first(label: str) -> str:
    return next((one for one in _CLAUSES.split(label) if one.strip()), label)


def _only(found: Sequence[int]) -> int | None:
    return found[0] if len(found) == 1 else None
