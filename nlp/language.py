"""Which language a text is in: by script, which settles it but for pasted code and Latin letters.

`identify` knows the three languages we answer in, `of_text` those that people write in.
"""

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final

from nlp.understanding import Language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

LOOKED_AT: Final = 4_000  # characters

_QUOTED: Final = re.compile(r"\"[^\"]{0,300}\"|“[^”]{0,300}”|«[^»]{0,300}»|`[^`]{0,300}`")
_MACHINE: Final = re.compile(
    r"https?://\S{1,300}|[\w.+-]{1,64}@[\w.-]{1,100}|\S{0,100}[\\/_=<>{}|]\S{0,100}"
    r"|\b\w{0,40}\d\w{0,40}\b"
)
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN: Final = re.compile(r"[a-z]", re.IGNORECASE)
# Words that are Latin in every language: they say nothing about who writes.
_NAMES: Final = re.compile(
    r"\b(?:vpn|wi-?fi|pc|pdf|usb|ok|error|windows|outlook|excel|word|teams|zoom|office|sap|1c|dns|ip"
    r"|http|https|it|hr|crm|erp|id|sms|mac|macos|linux|android|iphone|chrome|onedrive|sharepoint"
    r"|anyconnect|citrix|rdp|bsod|hdmi|ssd|cpu|ram)\b",
    re.IGNORECASE,
)


def identify(text: str) -> tuple[Language, float]:
    """The language and how sure that is, 0 to 1. Quoted text and what machines write count little."""
    words = text[:LOOKED_AT]
    own = _NAMES.sub(" ", _MACHINE.sub(" ", _QUOTED.sub(" ", words)))
    for part, trust in ((own, 1.0), (words, 0.5)):
        # A Chinese character is about as much as three letters.
        han = 3 * len(_HAN.findall(part))
        cyrillic, latin = len(_CYRILLIC.findall(part)), len(_LATIN.findall(part))
        # Latin words stand in Russian and Chinese texts far more often than the other way round.
        weights = {Language.ZH: 2.0 * han, Language.RU: 2.0 * cyrillic, Language.EN: float(latin)}
        total = sum(weights.values())
        if total >= 2:
            best = max(weights, key=lambda language: weights[language])
            share = weights[best] / total
            enough = min(1.0, total / 6)
            return best, round(share * enough * trust, 3)
    return Language.EN, 0.0


# Letters of each script, and how much one says beside Latin ones, which stand in all texts about computers.
_SCRIPTS: Final = {
    "Han": (re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]"), 6.0),
    "Kana": (re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc\uff66-\uff9d]"), 4.0),
    "Hangul": (re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]"), 5.0),
    "Cyrillic": (re.compile(r"[\u0400-\u052f]"), 2.0),
    "Arabic": (re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\ufb50-\ufeff]"), 2.0),
    "he": (re.compile(r"[\u05d0-\u05ea]"), 2.0),
    "el": (re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), 2.0),
    "th": (re.compile(r"[\u0e01-\u0e4e]"), 2.0),
    "lo": (re.compile(r"[\u0e81-\u0edf]"), 2.0),
    "ka": (re.compile(r"[\u10a0-\u10ff\u1c90-\u1cbf]"), 2.0),
    "hy": (re.compile(r"[\u0531-\u0587]"), 2.0),
    "Devanagari": (re.compile(r"[\u0900-\u097f]"), 2.0),
    "bn": (re.compile(r"[\u0980-\u09ff]"), 2.0),
    "pa": (re.compile(r"[\u0a00-\u0a7f]"), 2.0),
    "gu": (re.compile(r"[\u0a80-\u0aff]"), 2.0),
    "ta": (re.compile(r"[\u0b80-\u0bff]"), 2.0),
    "te": (re.compile(r"[\u0c00-\u0c7f]"), 2.0),
    "kn": (re.compile(r"[\u0c80-\u0cff]"), 2.0),
    "ml": (re.compile(r"[\u0d00-\u0d7f]"), 2.0),
    "si": (re.compile(r"[\u0d80-\u0dff]"), 2.0),
    "my": (re.compile(r"[\u1000-\u109f]"), 2.0),
    "km": (re.compile(r"[\u1780-\u17ff]"), 2.0),
    "am": (re.compile(r"[\u1200-\u137f]"), 2.0),
    "Latin": (re.compile(r"[^\W\d_\u0370-\U0010ffff]"), 1.0),
}
_ASCII: Final = re.compile(r"[!-~]{2,}")
_ADDRESSES: Final = re.compile(r"https?://[!-~]+|[!-?A-~]{1,64}@[!-~]+")
_CODE: Final = re.compile(r"[\\/_=<>{}|@\d]|\w\.\w")
_ANSWERED: Final = re.compile(r"^[ \t]*[>|].*$", re.MULTILINE)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

# Among the languages of a script, the letters or words that only one of them has. First come, first served.
_CYRILLIC_LETTERS: Final = (
    ("kk", "әғқңұһ"), ("be", "ў"), ("uk", "їєґ"), ("tg", "ҷӣӯ"), ("mk", "ѓќѕ"), ("sr", "ђћ"),
    ("mn", "өү"), ("sr", "љњџ"),
)  # fmt: skip
_CYRILLIC_WORDS: Final = {
    "uk": "і та що не як це для від або але мене мій моя потрібно дякую будь ласка працює "
          "добрий день вітаю",
    "bg": "съм се в мога могат че ще си сте моля благодаря здравейте може който което имам "
          "няма това какво много е във със към работи нов при след тази този не на да за от",
    "sr": "је сам се да не ми ви хвала здраво може ово како ће има нема са мој моја ништа шта кад од у",
    "mk": "сум е се дека не ми ви благодарам здраво може ова како ќе има нема со мојот мојата ништо "
          "што кога некој на од",
    "be": "і што не як гэта для мне дзякуй вітаю калі ласка",
    "ru": "и не что как это для меня мой нужно спасибо здравствуйте пожалуйста работает "
          "добрый день у в с я на да за от мне вас нет по после при",
}  # fmt: skip
_ARABIC_LETTERS: Final = (("ur", "ٹڈڑےںھ"), ("ckb", "ێۆڵڕ"), ("fa", "پچژگکی"))
_DEVANAGARI_WORDS: Final = {
    "hi": "है हैं का की के में से और नहीं को मैं मेरा मेरी कृपया",
    "mr": "आहे आहेत आणि नाही मी माझा माझे माझी चा ची चे मला कृपया",
    "ne": "छ छैन हो र मेरो लाई गर्न भएको कृपया",
}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LATIN_LANGUAGES: Final = _names(
    "en de fr es pt it nl pl cs sk sv da no fi hu ro tr hr sl lt lv et ca vi id"
)
# Seldom met: only where the text says so clearly, as they are alike to what is met more often.
_RARE: Final = _names("is az af sq eu gl cy ga mt sw tl")
_CLEARLY: Final = (30.0, 0.3)  # more in all, and more a letter, than the best of the others
# A word or two of courtesy are too little for counting letters.
_COURTESY: Final = {
    word: language
    for language, words in {
        "de": "danke dank vielen guten hallo bitte grüße",
        "fr": "merci bonjour beaucoup salut",
        "es": "gracias muchas hola saludos",
        "it": "grazie mille buongiorno ciao",
        "pt": "obrigado obrigada olá",
        "nl": "bedankt dankjewel hartelijk",
        "sv": "tack hej",
        "da": "tak mange",
        "no": "takk tusen",
        "fi": "kiitos hei",
        "pl": "dziękuję dzięki witam",
        "cs": "děkuji díky",
        "sk": "ďakujem",
        "hu": "köszönöm köszi",
        "ro": "mulțumesc multumesc",
        "tr": "teşekkürler merhaba",
        "hr": "hvala",
        "id": "terima kasih",
        "vi": "cảm ơn",
    }.items()
    for word in words.split()
}
# Small words, which tell near languages apart where there are too few letters to count.
_SMALL: Final = {
    language: _names(words)
    for language, words in {
        "de": "der die das ist nicht und ich ein eine den dem mit auf für zu kein wir es im",
        "nl": "de het een is niet en ik van met op voor te geen wij kan mijn in",
        "fr": "le la les est pas et je un une des du avec sur pour ne mon ma il en ce",
        "es": "el la los las es no y yo un una del con para mi su en que ya al",
        "pt": "o a os as é não nao e eu um uma do da com para meu minha no na em que",
        "it": "il lo la gli le è non e io un una di del della con per mio mia in che",
        "sv": "är inte och jag en ett den det med på för min att",
        "da": "er ikke og jeg en et den det med på til min af",
        "no": "er ikke og jeg en et den det med på til min av inn",
        "pl": "nie jest się sie i na do z w mam moja mój o to",
        "cs": "ne je se a na do s v mám můj moje o to nefunguje prosím prosim",
        "sk": "nie je sa a na do s v mám môj moje o to nefunguje prosím prosim",
        "hr": "ne je se i na do s u moj moja o to radi",
        "tr": "bir ve bu için değil var yok",
        "fi": "ei on ja en se minun",
        "ro": "nu este și si am un o la cu pe pentru mea meu",
        "hu": "nem a az és van egy",
        "id": "tidak saya bisa yang dan di ini",
    }.items()
}
_SMALL_SAYS: Final = 3.0
# Frequent and in no other large language.
_ENGLISH: Final = _names(
    "the and my you your have has this that with please are cannot can't can't doesn't "
    "don't isn't from which when would should could been they their we it's i'm what why "
    "how get after does thanks thank hello not"
)
_ALSO_ENGLISH: Final = _names(
    "i a to is in of it on for be or at as an me do so but by if was will"
)
_FEW: Final = 25  # letters, below which a guess needs to be a clear one
_CLEAR: Final = 6.0
_SHORT: Final = 60


def of_text(text: str) -> str:
    """ISO 639-1 code of the language most of a text is in; empty when it has no letters."""
    whole = text[:LOOKED_AT]
    unquoted = _ANSWERED.sub(" ", whole)
    words = _ADDRESSES.sub(" ", whole)
    for part in (_NAMES.sub(" ", _without_code(unquoted)), _without_code(whole), words):
        counts = _letters(part)
        if sum(counts.values()) >= 2:
            return _of_script(part, counts)
    return ""


def _without_code(text: str) -> str:
    return _ASCII.sub(lambda run: " " if _CODE.search(run[0]) else run[0], text)


def _letters(text: str) -> dict[str, int]:
    """How many of each script."""
    found = Counter(text)
    each = "".join(found)
    scripts = ("Latin",) if text.isascii() else _SCRIPTS
    return {
        name: sum(found[letter] for letter in _SCRIPTS[name][0].findall(each)) for name in scripts
    }


def _of_script(text: str, counts: dict[str, int]) -> str:
    script = max(counts, key=lambda name: counts[name] * _SCRIPTS[name][1])
    match script:
        case "Han" | "Kana":
            # Japanese is never without kana for long; Chinese has one at most in a name.
            return "ja" if counts["Kana"] * 12 > counts["Han"] else "zh"
        case "Hangul":
            return "ko"
        case "Cyrillic":
            return _by_letters(text, _CYRILLIC_LETTERS, counts[script]) or _of_cyrillic(text)
        case "Arabic":
            return _by_letters(text, _ARABIC_LETTERS, counts[script]) or "ar"
        case "Devanagari":
            return _by_words(text, _DEVANAGARI_WORDS, "hi")
        case "Latin":
            return _of_latin(text)
    return script


def _by_letters(text: str, letters: tuple[tuple[str, str], ...], total: int) -> str:
    found = Counter(text.lower())
    for language, own in letters:
        # A name or two in another language does not make the text so.
        if sum(found[letter] for letter in own) * 120 > total:
            return language
    return ""


def _of_cyrillic(text: str) -> str:
    lower = text.lower()
    if "і" in lower and not re.search("[ъёэ]", lower):
        return "be" if "ы" in lower else "uk"
    if re.search("[ыэё]", lower):
        return "ru"
    if "ј" in lower:
        return _by_words(text, {name: _CYRILLIC_WORDS[name] for name in ("sr", "mk")}, "sr")
    return _by_words(text, _CYRILLIC_WORDS, "ru")


def _by_words(text: str, words: dict[str, str], otherwise: str) -> str:
    # Marks of vowels are no letters to a pattern, so words are what stands between blanks.
    found = Counter(word.strip('.,!?:;()"«»।') for word in text.lower().split())
    scores = {language: sum(found[word] for word in own.split()) for language, own in words.items()}
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > scores[otherwise] else otherwise


def _of_latin(text: str) -> str:
    words = _WORD.findall(text.lower().replace("’", "'"))
    own = sum(word in _ENGLISH for word in words)
    also = sum(word in _ALSO_ENGLISH for word in words)
    if (
        text.isascii()
        and own
        and (own * 5 >= len(words) or (own >= 2 and (own + also) * 4 >= len(words)))
    ):
        return "en"
    letters = sum(map(len, words))
    if letters < _FEW and (said := [_COURTESY[word] for word in words if word in _COURTESY]):
        return Counter(said).most_common(1)[0][0]
    ranked = _latin().rank(" ".join(words))
    if letters < _SHORT:
        ranked = sorted(
            (
                (name, value + _SMALL_SAYS * sum(word in _SMALL.get(name, ()) for word in words))
                for name, value in ranked
            ),
            key=lambda one: -one[1],
        )
    best, score = ranked[0]
    if best in _RARE:
        usual, second = next(one for one in ranked if one[0] not in _RARE)
        if score - second < max(_CLEARLY[0], _CLEARLY[1] * letters):
            best, score = usual, second
    if text.isascii() and letters < _FEW:
        # Too little to tell, and most names of things and faults are English.
        english = next(value for language, value in ranked if language == "en")
        if score - english < _CLEAR:
            return "en"
    return str(best)


@cache
def _latin() -> "LanguageIdentifier":
    # Its model takes a moment to load and memory to keep: only where a text needs it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LATIN_LANGUAGES | _RARE)
    return identifier
