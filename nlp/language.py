"""Which language a text is in: by script, which settles it but for pasted code and Latin letters.

`identify` knows the three languages we answer in, `of_text` those that people write in.
"""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nlp.cyrillic import of_cyrillic, words_of_languages
from nlp.latinised import in_cyrillic
from nlp.understanding import Language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

LOOKED_AT: Final = 4_000  # characters
TEXTS: Final = Path(__file__).parent / "data" / "training" / "en.tsv"
OURS: Final = frozenset(Language)

_QUOTED: Final = re.compile(r"\"[^\"]{0,300}\"|“[^”]{0,300}”|«[^»]{0,300}»|`[^`]{0,300}`")
_PASTED: Final = re.compile(  # of a program, not of a person
    r"[ \t]*(?:File \"|at [\w$.]{1,200}\(|Traceback|Caused by:|[\w.]{1,80}(?:Error|Exception)\b|(?:\d{4}-\d\d-\d\d|\[?\d\d:\d\d:\d\d)"
    r"|(?:from|to|cc|sent|subject|date|received|message-id|content-type|от|кому|тема|дата|发件人|收件人|主题|寄件者|收件者)[ \t]?[:：])",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"[ \t]*(?:--[ \t]*$|(?:(?:best|kind|warm|many)(?: regards| wishes)?|regards|cheers|sincerely|yours|sent from my"
    r"|mit freundlichen|viele grüße|gruß|с уважением|с наилучшими|отправлено с|此致|顺颂|祝好|敬上)\b)",
    re.IGNORECASE,
)
LOOSE: Final = 0.4  # of a Latin letter's weight counts, where there are other letters as well
OWN: Final = 8.0  # for a small word of English
EDGE: Final = 10.0  # for the script that a text begins or ends with, if it is not Latin
_OWN_RUSSIAN: Final = frozenset("и на не что это как у в с при меня мне нет".split())
_OWN_CHINESE: Final = re.compile("怎[么樣样]|什么|如何|[了吗嗎的我请請吧呢啊]|一下")
_FIRST: Final = re.compile(r"([^\W\d_])")
_LAST: Final = re.compile(r"([^\W\d_])[\W\d_]*$")
# Words that are Latin in every language: they say nothing about who writes.
_NAMES: Final = re.compile(
    r"\b(?:vpn|wi-?fi|pc|pdf|usb|ok|error|windows|outlook|excel|word|teams|zoom|office|sap|1c|dns|ip"
    r"|http|https|it|hr|crm|erp|id|sms|mac|macos|linux|android|iphone|chrome|onedrive|sharepoint"
    r"|anyconnect|citrix|rdp|bsod|hdmi|ssd|cpu|ram)\b",
    re.IGNORECASE,
)


def identify(text: str) -> tuple[Language, float]:
    """The one of our languages to answer in, and how sure that is, 0 to 1: 0 for a language that we do
    not speak. Quoted text and what machines write count little."""
    code, sure = spoken_in(text)
    return (Language(code), sure) if code in OURS else (Language.EN, 0.0)


# Letters of each script, and how much one says beside Latin ones, which stand in all texts about computers.
_SCRIPTS: Final = {
    "Han": (re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]"), 4.0),
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
_ARABIC_LETTERS: Final = (("ur", "ٹڈڑےںھ"), ("ckb", "ێۆڵڕ"), ("fa", "پچژگکی"))
_DEVANAGARI_WORDS: Final = {
    "hi": "है हैं का की के में से और नहीं को मैं मेरा मेरी कृपया",
    "mr": "आहे आहेत आणि नाही मी माझा माझे माझी चा ची चे मला कृपया",
    "ne": "छ छैन हो र मेरो लाई गर्न भएको कृपया",
}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LATIN_LANGUAGES: Final = _names(
    "en de fr es pt it nl pl cs sk sv da no fi hu ro tr hr sr sl lt lv et ca vi id"
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
        "de": "der die das ist nicht und ich ein eine einen den dem mit auf für zu kein keine wir es im beim mein "
        "meine bitte geht kann habe haben wird wurde noch immer wieder seit heute gestern nach von vom aus bei fehler "
        "drucker druckt papierstau fach leer hängt bildschirm rechner passwort konto gesperrt anmelden anmeldung "
        "langsam kaputt funktioniert laufwerk ordner datei tastatur maus netzwerk benutzer zugriff zugang "
        "startet stürzt lässt sich drucken öffnen lädt keinen defekt weg alles schon dringend hilfe "
        "postfach verteiler kalender monitor schwarz brauche brauchen neuen neue neuer lizenz abgelaufen",
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
        "hr": "ne je se i na do s u moj moja o to radi gdje ovdje tko što uopće također pisač zaporka zaporku "
        "računalo mogu prijaviti zahtjev nije nema hvala molim",
        "sr": "ne je se i na do s u moj moja o to radi gde ovde ko šta uopšte takođe štampač lozinka lozinku "
        "računar mogu da prijavim zahtev nije nema hvala molim nalog mejl sam vas mi treba opet obrisao "
        "zaboravio fasciklu zaključan spor sada",
        "tr": "bir ve bu için değil var yok",
        "fi": "ei on ja en se minun",
        "ro": "nu este și si am un o la cu pe pentru mea meu",
        "hu": "nem a az és van egy",
        "id": "tidak saya bisa yang dan di ini",
    }.items()
}
_SMALL_SAYS: Final = 3.0
_MET: Final = {"en": 5.0, "de": 3.0, "fr": 1.0, "es": 1.0}  # more often than the others, here
_GERMAN: Final = re.compile(
    "(?:..[aceiklnprst]kt|.iert|..ert|..elt|..tet|ung|ungen|heit|keit|..lich|..isch|schaft)$"
)
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
    return spoken_in(text)[0]


def spoken_in(text: str) -> tuple[str, float]:
    """ISO 639-1 code, and how sure it is: 1 where all letters say so, and there are enough of them."""
    whole = text[:LOOKED_AT]
    for part, trust in (
        (_NAMES.sub(" ", _without_code(_QUOTED.sub(" ", own_words(whole)))), 1.0),
        (_NAMES.sub(" ", _without_code(_ANSWERED.sub(" ", whole))), 0.8),
        (_without_code(whole), 0.5),
        (_ADDRESSES.sub(" ", whole), 0.5),
    ):
        weights = _weights(part)
        total = sum(weights.values())
        if total >= 2:
            script = max(weights, key=lambda name: weights[name])
            enough = min(1.0, total / 6) * weights[script] / total
            return _of_script(part, script), round(enough * trust, 3)
    return "", 0.0


def own_words(text: str) -> str:
    """Without what was pasted or comes by itself: the letter answered, stack traces, logs, the signature.
    All of it when nothing would remain."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and _CLOSING.match(line):
            break
        if not (_ANSWERED.match(line) or _PASTED.match(line)):
            lines.append(line)
    own = "\n".join(lines)
    return own if any(letter.isalpha() for letter in own) else text


def _weights(text: str) -> dict[str, float]:
    """How much each script of a text says about whoever wrote it. Latin words stand in all texts about
    computers: only the small words of English among them are somebody's own."""
    weights = {name: count * _SCRIPTS[name][1] for name, count in _letters(text).items() if count}
    if len(weights) > 1:
        words = [
            word.lower() for word in _WORD.findall(text.replace("’", "'")) if not word.isupper()
        ]
        if "Latin" in weights:
            own = sum(word in _ENGLISH for word in words)
            if own:
                own += sum(word in _ALSO_ENGLISH for word in words)
            weights["Latin"] = LOOSE * weights["Latin"] + OWN * own
        if "Cyrillic" in weights:
            weights["Cyrillic"] += OWN * sum(word in _OWN_RUSSIAN for word in words)
        if "Han" in weights:
            weights["Han"] += OWN * len(_OWN_CHINESE.findall(text))
        for edge in (_FIRST.search(text), _LAST.search(text)):
            script = next(
                (name for name in weights if edge and _SCRIPTS[name][0].match(edge[1])), ""
            )
            if script not in ("", "Latin"):
                weights[script] += EDGE
    return weights


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


def _of_script(text: str, script: str) -> str:
    counts = _letters(text)
    match script:
        case "Han" | "Kana":
            # Japanese is never without kana for long; Chinese has one at most in a name.
            return "ja" if counts["Kana"] * 12 > counts["Han"] else "zh"
        case "Hangul":
            return "ko"
        case "Cyrillic":
            return of_cyrillic(text)
        case "Arabic":
            return _by_letters(text, _ARABIC_LETTERS, counts[script]) or "ar"
        case "Devanagari":
            return _by_words(text, _DEVANAGARI_WORDS, "hi")
        case "Latin":
            return "ru" if in_cyrillic(text) else _of_latin(text)
    return script


def _by_letters(text: str, letters: tuple[tuple[str, str], ...], total: int) -> str:
    found = Counter(text.lower())
    for language, own in letters:
        # A name or two in another language does not make the text so.
        if sum(found[letter] for letter in own) * 120 > total:
            return language
    return ""


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
    known = _english()
    said = [word for word in words if word not in _ENGLISH]
    small: Counter[str] = Counter(
        {name: sum(word in some for word in said) for name, some in _SMALL.items()}
    )
    met = words_of_languages()
    strange = [word for word in said if word not in known]
    small.update(met[word] for word in strange if word in met)
    small["de"] += sum(_GERMAN.search(word) is not None for word in strange)
    english = sum(word in known for word in words)
    ranked = [(str(name), float(value)) for name, value in _latin().rank(" ".join(words))]
    if letters < _SHORT:
        small["en"] = english - sum(len(word) > 3 for word in strange)
        ranked = [
            (name, value + _SMALL_SAYS * small[name] + _MET.get(name, 0.0))
            for name, value in ranked
        ]
        ranked.sort(key=lambda one: -one[1])
    best, score = ranked[0]
    if best in _RARE:
        usual, second = next(one for one in ranked if one[0] not in _RARE)
        if score - second < max(_CLEARLY[0], _CLEARLY[1] * letters):
            best, score = usual, second
    if text.isascii() and letters < _FEW and not small[best]:
        # Too little to tell, and most names of things and faults are English.
        theirs = next(value for language, value in ranked if language == "en")
        if score - theirs < _CLEAR:
            return "en"
    return str(best)


@cache
def _english() -> frozenset[str]:
    """The words of the texts that the desk learns English from, and of programs' messages."""
    words = Counter(_WORD.findall(TEXTS.read_text(encoding="utf-8").lower()))
    met = words_of_languages()
    often = (word for word, count in words.items() if count > 1 or met.get(word) == "en")
    return frozenset((*often, *(word for word, home in met.items() if home == "en")))


@cache
def _latin() -> "LanguageIdentifier":
    # Its model takes a moment to load and memory to keep: only where a text needs it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LATIN_LANGUAGES | _RARE)
    return identifier
