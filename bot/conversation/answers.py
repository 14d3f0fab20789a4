"""Which answer of a step somebody means whose words are not those on a button.

What was said and each answer are compared clause by clause, by the words that tell something, by what they
mean (nlp/data/answers.tsv) and by whether they are denied: "I didn't type anything, just clicked it" is
"Clicked a link, typed nothing in" and not "Typed in a password". Else it counts whether it says that all is
well, and which answer does. What fits two answers alike fits none, and the step is asked again. Pure.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.choices import NEGATION, plain
from nlp.meanings import Phrase, lexicon, spelled_out
from nlp.terms import terms

BRIEF, BRIEF_HAN = 3, 5  # words or Chinese characters of a mere yes or no
BY_THE_WAY: Final = 0.5  # what a word of no known meaning weighs
A_SIGN: Final = 0.25  # what a Chinese character of no known meaning weighs: a word has two or three
STATE: Final = 0.5  # what a word weighs that says no more than that something works or fails
LEAD: Final = 0.5  # of the best answer before the next, in words of its own
COVERED: Final = 0.33  # of what was said that an answer must have, or it was about something else
SHORT: Final = 80  # characters: a longer text says more than "no"
NEAR: Final = 0.8  # of SequenceMatcher.ratio: "labtop" is a laptop
LONG_WORD: Final = 4  # letters from which a part of a word, or one with a slip, counts for it

_GOOD, _BAD, _UNCHANGED, _OTHER = "good", "bad", "unchanged", "other"
_STATES: Final = frozenset({_GOOD, _BAD, _UNCHANGED, "wrong"})
_COLOURS: Final = frozenset(
    f"={one}" for one in ("green", "red", "orange", "yellow", "blue", "white", "grey", "black")
)
_UNDOES: Final = (
    "un",
    "dis",
    "non",
    "раз",
    "без",
    "бес",
    "не",
)  # "unlocked" is no slip of "locked"
_CLAUSES: Final = re.compile(r"[,;.!?:，。；！？：、…–—\n]|\bbut\b|\bно\b|但是?|\bthough\b|\bили\b")
_NO_DENIAL: Final = re.compile(r"чуть ли не|не только|not only|差不多|要不要|不错|不过")
_BUT: Final = re.compile(r"\bbut\b|\bно\b|但是?|可是|不过")
_DENIES: Final = re.compile(
    NEGATION.pattern
    + r"|\b(?:nope|nah|nothing|none|nobody|neither|nor|cannot|can'?t|cant|wont|dont|doesnt|isnt|didnt|wasnt"
    r"|without|empty|out of|ничего|никто|никогда|нету|без|никак|никакой"
    r"|кончил\w*|закончил\w*|нельзя|пуст(?:ой|ая|ое|ые|ую|о|а|ы)?)\b|缺|空了"
)
_STILL: Final = re.compile(
    r"\b(?:still|same|fail\w*|по-прежнему|так же|то же|все равно|все еще)\b|还是|仍|依然|一样|老样子"
)
_FINE: Final = re.compile(
    r"\b(?:ok(?:ay)? now|fine|all good|good now|better|works?|working|worked|helped|enough|solved|gone"
    r"|нормально|заработал\w*|помогло|получилось|лучше|хватает|прошло)\b|好了|可以了|行了|有用|好多了|够了"
)
_UNSURE: Final = re.compile(
    r"\b(?:i |we )?(?:do not|don'?t) know\b|\bnot sure\b|\bno (?:idea|clue)\b|\bdunno\b"
    r"|\b(?:hard to|can'?t) (?:say|tell)\b"
    r"|\bне (?:знаю|уверен\w*|помню)\b|\bпонятия\b|\b(?:трудно|сложно) сказать\b|\bхз\b"
    r"|(?<![导管板理他她])(?<![导管板理他她]还)不知道|不确定|不清楚|不太清楚|不记得|不好说|说不准"
)
_AGREES: Final = re.compile(r"(?:yes|да)\b|是|能|可以|有|会")
_LACK: Final = re.compile(r"(?:no|нет) (?!or\b|или\b)\w")
_NOTHING: Final = re.compile(
    r"\b(?:nothing|none|nope|nobody|ничего|никто|нет)\b|都没|也没|什么都不"
)
_TOO: Final = re.compile(r"\b(?:too|as well|also|either|neither|тоже|также)\b|也")
_ONLY: Final = re.compile(r"\b(?:only|just|только|лишь)\b|只")
_NOT_FOUND: Final = re.compile(
    r"\bcan(?:not|'?t| not) find\b|\bне (?:могу найти|нахожу|нашел|нашла)\b|找不到"
)
_REFUSES: Final = re.compile(rf"(?!{_LACK.pattern})(?:no|nope|not|нет|не)\b|[不没否无]")
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
        " say says said tell told show shows every keep keeps number got get"
        " getting now again теперь сейчас опять снова ago назад"
    )
)
_EMPTY_SIGNS: Final = frozenset(
    "的了是在我你您它他她们这那个一着过也都就很还和与或吗呢吧啊请把被给对到有可以已经能会要不没未无否又再说得现在前啥什么张点"
)
_REASONS: Final = re.compile(
    r"[\s,.;]*\b(?:because|otherwise|or else|потому что|так как|иначе|а то|поскольку)\b"
    r"|[，,。；]?(?:不然|否则|因为|要不)",
    re.IGNORECASE,
)
_ADDS: Final = re.compile(
    r"(?:and |oh,? |oh and |but )*(?:also|another (?:thing|problem|issue)|one more (?:thing|problem)"
    r"|by the way|btw|besides|on top of that|and now my|now my)\b|(?:и |а |да )+еще\b"
    r"|(?:и |а |да )*(?:еще (?:у|и|од|не|вот|такая)|кроме того|кстати|вдобавок|помимо|также)\b"
    r"|另外|还有[，,、]|顺便|对了[，,]|此外|而且我"
)
_HESITATES: Final = re.compile(
    r"(?:h+m+|u+h+m*|e+rm?|well|ну|х+м+|э+м*|мм+|嗯+|呃+|额+)(?:\s*(?:\.{2,}|…+|-+))+"
)
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def likest(said: str, labels: Sequence[str]) -> int | None:
    """The place of the one answer that has most of what was said in it."""
    text = plain(said)
    names = [plain(one) for one in labels]
    unsure = _only([n for n, one in enumerate(names) if _is_unsure(one)])
    if _UNSURE.search(text) or (unsure is not None and _is_unsure(text)):
        return unsure
    within = [n for n, one in enumerate(names) if _is_part(text, one)]
    if len(within) == 1:
        return within[0]
    near, covered = _nearest(text, names)
    if len(near) != 1 or covered < COVERED:
        return None
    *_, last = _BUT.split(text)
    if last != text and _claims(last):  # "I did not click, but my colleague did" is neither
        return (
            near[0]
            if any(
                _weights(one, [_claims(names[near[0]], of_answer=True)])[0] for one in _claims(last)
            )
            else None
        )
    return near[0]


def _nearest(text: str, labels: Sequence[str]) -> tuple[list[int], float]:
    """The places of those that have most of what was said; and what share of it the first has."""
    claims = list(_claims(text))
    if not claims or not labels:
        return [], 0.0
    answers = [_claims(one, of_answer=True) for one in labels]
    weights = [_weights(one, answers) for one in claims]
    scores = [sum(its[n] for its in weights) for n in range(len(labels))]
    top = max(scores)
    near = [n for n in range(len(labels)) if top > 0 and scores[n] > top - LEAD]
    if len(near) > 1:  # "office" is "In the office", and not "In the home office"
        whole = [n for n in near if all(any(_weights(c, [frozenset(claims)])) for c in answers[n])]
        near = whole if len(whole) == 1 else near
    return near, _share(claims, [its[near[0]] > 0 for its in weights]) if near else 0.0


def _is_unsure(text: str) -> bool:
    return bool(_UNSURE.search(text) or _NOT_FOUND.search(text))


def names_a_lack(label: str) -> bool:
    """ "No paper" tells what there is none of, and is no answer to yes or no."""
    return _LACK.match(label) is not None


def contradicts(said: str, label: str, question: str) -> bool:
    """ "Word fails as well" is no "Yes" to whether it prints from another program."""
    told, name = plain(said), plain(label)
    if _TOO.search(told) and _ONLY.search(name):
        return True
    well = wellness(told)
    right = well * wellness(_asked(question))
    opposite = _AGREES if right < 0 else _REFUSES
    return right != 0 and wellness(name) != well and opposite.match(name) is not None


def judged(
    said: str, labels: Sequence[str], question: str = "", *, agrees: bool = False
) -> int | None:
    """The place of the one answer that says the same of whether all is well; or of the one for "no", where
    somebody says that something is not so.

    `question`: the text of the step, by whose last words a mere "yes" is judged. `agrees`: it begins with
    yes.
    """
    text = plain(said)
    if len(text) > SHORT or _UNSURE.search(text):
        return None
    last = last_clause(text)
    names = [plain(one) for one in labels]
    sure = [n for n, one in enumerate(names) if not _is_unsure(one)]
    well, asked = wellness(text), wellness(_asked(question))
    if agrees and (well < 0 or is_no(last)):
        return None  # "sure, but it does not work" may be either
    alike = [n for n in sure if well and _wellness(names[n], asked) == well]
    if len(alike) > 1:  # "still not" is the one that says no more than that
        return _only(
            [n for n in alike if _REFUSES.match(names[n]) or _UNCHANGED in _meanings(names[n])]
        )
    if alike:
        return alike[0]
    if _OTHER in _meanings(text):
        return None
    near, _ = _nearest(text, names)
    refusing = [n for n in sure if _REFUSES.match(names[n])]
    if not refusing:
        total = _NOTHING.search(text) is not None
        denying = [n for n in sure if is_no(_first(names[n]))]
        refusing = [n for n in denying if total or not names_a_lack(names[n])]
    found = None
    if well < 0 or (well == 0 and is_no(last) and _is_about(last, (*names, question))):
        found = _only(refusing)
    elif well > 0 and refusing:
        found = _only([n for n in sure if n not in refusing])
    if found is not None and well == 0 and _others(text, names, found):
        return None
    # Where it speaks of what other answers say, a "not" in it says no "no".
    return found if found in near or not near else None


def _others(text: str, labels: Sequence[str], found: int) -> bool:
    """Whether what is denied stands in another answer, and this one is more than a mere "no"."""
    if not _claims(labels[found]):
        return False
    told = [replace(one, denied=False) for one in _claims(text)]
    of_each = [frozenset(replace(o, denied=False) for o in _claims(one)) for one in labels]
    at = {n for one in told for n, weight in enumerate(_weights(one, of_each)) if weight > 0}
    return bool(at) and found not in at


def echoed(said: str, labels: Sequence[str], question: str) -> int | None:
    """The place of the one answer for "yes" or "no", where what was asked is said again or denied."""
    text = plain(said)
    names = [plain(one) for one in labels]
    # "Did you not type it in?" asks for the same as "did you".
    asked = frozenset(replace(one, denied=False) for one in _claims(plain(_asked(question))))
    claims = _claims(text)
    if len(text) > SHORT or _UNSURE.search(text) or not claims or not asked:
        return None
    colours = frozenset[str]().union(*(one.facets & _COLOURS for one in asked))
    shown = frozenset[str]().union(*(one.facets & _COLOURS for one in claims if not one.denied))
    if colours and shown and not colours & shown:  # "Is it green?" "It is orange"
        return _only([n for n, one in enumerate(names) if _REFUSES.match(one)])
    said_again = list(claims)
    if _share(said_again, [any(_weights(one, [asked])) for one in said_again]) < COVERED:
        return None
    return _only([n for n, one in enumerate(names) if _AGREES.match(one)])


def wellness(text: str) -> int:
    """1: all is well; -1: it is not, or as bad as before; 0: neither or both. What comes last counts."""
    told = 0
    for clause in _clauses(text):
        read = lexicon().read(clause)
        meanings = [one.meanings for one in read.phrases]
        signs = [1 if _GOOD in one else -1 for one in meanings if one & {_GOOD, _BAD}]
        denies = _DENIES.search(read.rest) is not None
        if signs:
            told = -signs[-1] if denies else signs[-1]
        elif any(_UNCHANGED in one for one in meanings):
            told = -1
        elif denies and told > 0:
            return 0  # "Word prints, only Excel does not"
    return told


def _wellness(label: str, asked: int) -> int:
    """Of an answer: where it is a mere yes or no, by what was asked."""
    if well := wellness(label):
        return well
    if _REFUSES.match(label):
        return -asked
    return asked if _AGREES.match(label) else 0


def _asked(text: str) -> str:
    """The last question of a step."""
    asked = [
        one
        for one in re.split(r"(?<=[?？.。!！])\s*|\n", text)
        if one.rstrip().endswith(("?", "？"))
    ]
    return asked[-1] if asked else ""


def without_reasons(said: str) -> str:
    """What comes after "because" and "otherwise" is not so, or does not answer."""
    kept = _REASONS.split(said, maxsplit=1)[0]
    return kept if terms(kept) else said


def adds_another(said: str) -> bool:
    """Begins as a matter of its own does: "also, …"."""
    return _ADDS.match(said.strip().casefold()) is not None


def hesitates(said: str) -> bool:
    return _HESITATES.fullmatch(said.strip().casefold()) is not None


def _is_about(text: str, asked: Sequence[str]) -> bool:
    """Says nothing of its own besides "no": "never seen that one" does not answer whether it is better."""
    claims = [replace(one, denied=False) for one in _claims(text)]
    of_it = [frozenset(replace(one, denied=False) for one in _claims(plain(it))) for it in asked]
    if not claims or not asked[-1] or _NOTHING.search(text):
        return True
    return any(any(_weights(one, of_it)) for one in claims)


def is_brief(said: str) -> bool:
    """Whether it comes down to a word or two: "deleted the large ones, ok now"."""
    last = last_clause(plain(said))
    return len(last.split()) <= BRIEF and len(_HAN.findall(last)) <= BRIEF_HAN


def first_clause(text: str) -> str:
    return _first(text).strip()


def last_clause(text: str) -> str:
    return next((one.strip() for one in reversed(_CLAUSES.split(text)) if terms(one)), "")


def is_no(text: str) -> bool:
    """Says that something is not so, or as bad as before."""
    text = _NO_DENIAL.sub(" ", text)
    return bool(_DENIES.search(text) or _STILL.search(text))


def is_question(said: str) -> bool:
    """Asked back rather than answered."""
    text = said.strip().casefold()
    asks = text.endswith(("?", "？")) and _ASKS.search(text) is not None
    return asks or _BEGINS_TO_ASK.fullmatch(text) is not None


_BEGINS_TO_ASK: Final = re.compile(
    r"(?:and |but |so )?(?:which \w+|where (?:is|are|do|can|should)|how (?:do|can|should|to)"
    r"|what (?:is|are|does|do|should|kind)|who (?:is|should)|should i|can i|do i)\b[^?.,!]*"
    r"|(?:а |и |но )?(?:где|куда|как(?:ой|ая|ую|ое|ие)"
    r"|как (?:это|мне|его|ее|найти|открыть|узнать|понять|проверить)"
    r"|у кого|кого|кому|зачем|почему|что (?:такое|значит|делать)) [^?.,!]*"
)


_ASKS: Final = re.compile(
    r"^\W*(?:and |but |а |но |и )?(?:what|where|how|why|which|who|do i|should i|can i|is it|что"
    r"|где|как|зачем|почему|какой|какая|какое|какие|какую|кто|кого|кому|у кого|куда|надо ли|нужно ли)\b"
    r"|什么|怎么|哪|为什么|吗|如何|谁|是不是|有没有"
)


def _is_part(text: str, label: str) -> bool:
    """Stands in one of its clauses as it is: "not there" in "It is not there"."""
    if len(text) < LONG_WORD or _HAN.search(text):
        return False
    at = re.compile(rf"\b{re.escape(text)}\b")
    return any(at.search(one) and is_no(one) == is_no(text) for one in _CLAUSES.split(label))


class Claim(Struct, frozen=True):
    """One thing that is said, or denied."""

    facets: frozenset[str]  # the meanings of a phrase, "=home"; or one telling word
    denied: bool


def _claims(text: str, *, of_answer: bool = False) -> frozenset[Claim]:
    """`of_answer`: the words within its phrases count, too."""
    found: set[Claim] = set()
    for clause in _clauses(text):
        read = lexicon().read(clause)
        denied = _DENIES.search(read.rest) is not None
        states = [one.meanings for one in read.phrases if one.meanings <= _STATES]
        told = next((one for one in reversed(states) if one & {_GOOD, _BAD}), None)
        if denied and told is not None:
            # "the code does not work" says of the code that it fails
            found.add(Claim(frozenset({f"={_BAD if _GOOD in told else _GOOD}"}), denied=False))
            denied = False
        else:
            told = None
        rest = _HAN.sub(" ", _DENIES.sub(" ", read.rest))
        words = {one for one in terms(rest) if one not in _EMPTY}
        signs = {one for one in _HAN.findall(read.rest) if one not in _EMPTY_SIGNS}
        found |= {Claim(frozenset({one}), denied) for one in words | signs}
        found |= {
            _of_phrase(one, denied, of_answer) for one in read.phrases if one.meanings is not told
        }
    return frozenset(found)


def _clauses(text: str) -> list[str]:
    return _CLAUSES.split(_NO_DENIAL.sub(" ", spelled_out(text)))


def _of_phrase(phrase: Phrase, denied: bool, of_answer: bool) -> Claim:
    meanings = frozenset(f"={one}" for one in phrase.meanings)
    if _DENIES.search(phrase.words):
        return Claim(meanings, denied=False)  # "nobody can" denies what it means already
    words = frozenset(one for one in terms(phrase.words) if one not in _EMPTY)
    return Claim(meanings | words if of_answer or len(words) == 1 else meanings, denied)


def _meanings(text: str) -> frozenset[str]:
    phrases = lexicon().read(spelled_out(text)).phrases
    return frozenset[str]().union(*(one.meanings for one in phrases))


def _weights(claim: Claim, answers: Sequence[frozenset[Claim]]) -> list[float]:
    """What it tells for each answer. What several answers share tells little of which one is meant, and so
    does that something works or fails."""
    found = [0.0] * len(answers)
    for facet in claim.facets:
        at = [n for n, one in enumerate(answers) if _has(one, facet, claim.denied)]
        weight = STATE if facet[1:] in _STATES and facet[0] == "=" else 1.0
        for n in at:
            found[n] = max(found[n], weight / len(at))
    return found


def _share(claims: Sequence[Claim], fits: Sequence[bool]) -> float:
    """Of what was said, how much fits. A word of no known meaning may be there by the way."""
    sizes = [1.0 if fit else _size(one) for one, fit in zip(claims, fits, strict=True)]
    return sum(size for size, fit in zip(sizes, fits, strict=True) if fit) / sum(sizes)


def _size(claim: Claim) -> float:
    if len(claim.facets) > 1:
        return 1.0
    (facet,) = claim.facets
    return A_SIGN if _HAN.fullmatch(facet) else BY_THE_WAY


def _has(answer: frozenset[Claim], facet: str, denied: bool) -> bool:
    return any(
        denied == its.denied and any(_alike(facet, other) for other in its.facets) for its in answer
    )


def _alike(one: str, other: str) -> bool:
    """The same word, one that holds it, as "iphone" does, or a slip of the finger."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if (
        len(short) < LONG_WORD
        or "=" in (short[0], long[0])
        or _HAN.search(short)
        or long.startswith(_UNDOES)
    ):
        return False
    ends = long.endswith(short) and len(short) > LONG_WORD  # "iphone", but no "network" for "work"
    within = long.startswith(_core(short)) or ends
    near = one[0] == other[0] and SequenceMatcher(None, one, other).ratio() >= NEAR
    return within or near


def _core(word: str) -> str:
    """Without its last letter: stems of one word may differ by an e."""
    return word[:-1] if len(word) > LONG_WORD else word


def _first(label: str) -> str:
    return next((one for one in _CLAUSES.split(label) if one.strip()), label)


def _only(found: Sequence[int]) -> int | None:
    return found[0] if len(found) == 1 else None
