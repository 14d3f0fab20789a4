"""Bytes to text, whatever charset they say they are in: valid UTF-8, declared, detected, replaced.

Labels are taken as what programs mean by them, not as what the registry says: "gb2312" is GB 18030,
"iso-8859-1" is Windows-1252, "ks_c_5601-1987" is Microsoft's code page 949.
"""

import codecs
import re
from functools import lru_cache
from typing import Final, NamedTuple

SAMPLE: Final = 8_000  # bytes looked at to detect a charset

# Labels that say nothing.
_NOTHING: Final = frozenset(
    ("ascii", "us-ascii", "ansi-x3.4-1968", "ansi-x3.110-1983", "ansi-x3.110", "unknown-8bit",
     "x-unknown", "unknown", "default", "none", "binary", "7bit", "8bit", "x-user-defined", "iso-8859",
     "iso8859", "ansi", "us", "utf", "null", "undefined", "any", "")
)  # fmt: skip
# What Python calls the widest charset a label is used for; every other label is Python's own affair.
_MEANT: Final = {
    "utf8": "utf-8", "utf-8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "unicode": "utf-16",
    "iso-10646-ucs-2": "utf-16-be", "ucs-2": "utf-16-be", "iso-10646-ucs-4": "utf-32-be",
    "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252", "iso-ir-100": "cp1252",
    "latin9": "iso8859-15", "latin2": "iso8859-2", "latin5": "cp1254", "latin-5": "cp1254",
    "ansi-1252": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "tis620": "cp874", "x-ms-ansi": "cp1252",
    "koi8": "koi8-r", "koi": "koi8-r", "koi8r": "koi8-r", "csko18r": "koi8-r", "iso-ir-111": "koi8-r",
    "koi8u": "koi8-u", "koi8-ru": "koi8-u", "x-koi8-ru": "koi8-u", "cp-koi8-r": "koi8-r",
    "visual": "iso8859-8", "logical": "iso8859-8", "x-cp866": "cp866", "dos-866": "cp866",
    "gb2312": "gb18030", "gb-2312": "gb18030", "gb2312-80": "gb18030", "gb-2312-80": "gb18030",
    "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "euc-cn": "gb18030",
    "x-euc-cn": "gb18030", "gb": "gb18030", "gb18030": "gb18030", "chinese": "gb18030",
    "hz-gb-2312": "hz", "hz": "hz", "gb-18030": "gb18030", "iso-2022-cn": "iso-2022-cn",
    "big5": "big5hkscs", "big-5": "big5hkscs", "cn-big5": "big5hkscs", "x-x-big5": "big5hkscs",
    "x-big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "big5hkscs", "big5-eten": "big5hkscs",
    "ks-c-5601-1987": "cp949", "ks-c-5601-1989": "cp949", "ks-c-5601": "cp949", "ksc5601": "cp949",
    "ksc-5601": "cp949", "korean": "cp949", "euc-kr": "cp949", "euckr": "cp949", "ks-x-1001": "cp949",
    "uhc": "cp949", "x-windows-949": "cp949", "ks-c-5601-1992": "cp949",
    "shift-jis": "cp932", "shiftjis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms-kanji": "cp932",
    "windows-31j": "cp932", "x-shift-jis": "cp932", "x-ms-cp932": "cp932", "ms932": "cp932",
    "x-euc-jp": "euc-jp", "eucjp": "euc-jp", "x-eucjp": "euc-jp", "jis": "iso-2022-jp",
    "x-iso-2022-jp": "iso-2022-jp", "iso-2022-jp-ms": "iso-2022-jp", "cp50220": "iso-2022-jp",
    "cp50221": "iso-2022-jp", "cp50222": "iso-2022-jp", "csiso2022jp": "iso-2022-jp",
    "iso-2022-jp": "iso-2022-jp", "iso-2022-jp-2": "iso-2022-jp", "iso-2022-jp-2004": "iso-2022-jp",
    "iso-2022-kr": "iso-2022-kr", "csiso2022kr": "iso-2022-kr", "iso-2022-jp-ext": "iso-2022-jp",
    "iso-2022-jp-1": "iso-2022-jp", "iso-2022-jp-3": "iso-2022-jp", "iso2022-jp": "iso-2022-jp",
    "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "mac": "mac-roman", "x-macroman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic", "x-mac-ukrainian": "mac-cyrillic", "x-mac-ce": "mac-latin2",
    "x-mac-centraleurroman": "mac-latin2", "x-mac-greek": "mac-greek", "x-mac-turkish": "mac-turkish",
    "x-mac-icelandic": "mac-iceland", "x-mac-croatian": "mac-croatian", "x-mac-romanian": "mac-romanian",
    "x-mac-japanese": "cp932", "x-mac-chinesesimp": "gb18030", "x-mac-chinesetrad": "big5hkscs",
    "x-mac-korean": "cp949", "x-mac-hebrew": "cp1255", "x-mac-arabic": "cp1256",
}  # fmt: skip
_PAGE: Final = re.compile(
    r"(?:x-)?(?:windows|win|cp|ms|ibm|ansi|dos|microsoft-cp|wcp)-?(\d{3,5})\b"
)
_ISO: Final = re.compile(r"(?:x-)?(?:csiso|iso)?-?8859-?(\d{1,2})(?![\d])")
_WITHIN: Final = re.compile(
    r"utf-?(?:8|7|16)|iso-?8859-?\d{1,2}|(?:windows|cp)-?125\d|koi8-?[ru]|gb2312|gbk|gb18030|big5"
    r"|shift-?jis|euc-?(?:kr|jp)|iso-2022-(?:jp|kr)"
)
# Codecs of Python that are not charsets, or cost more than they should.
_REFUSED: Final = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
)
_STATEFUL: Final = frozenset({"utf-7", "iso-2022-jp", "iso-2022-kr", "iso-2022-cn", "hz"})
_WIDE: Final = ("utf-16", "utf-32")


class Decoded(NamedTuple):
    text: str
    charset: str  # what it was read as
    problem: str = ""


@lru_cache(512)
def known(label: str) -> str:
    """Python's name for what is meant by a label; "" when it says nothing or nothing known."""
    name = label.strip(" \t\r\n\"'<>;,").lower().removeprefix("charset=").strip("\"' ")
    name = name.replace("_", "-").replace(" ", "-")
    if not name or name in _NOTHING or len(name) > 100:
        return ""
    if name in _MEANT:
        return _MEANT[name]
    if page := _PAGE.match(name):
        number = page[1]
        return _MEANT.get(f"cp{number}") or _python(f"cp{number}") or _python(f"mac-{number}")
    if part := _ISO.match(name):
        return _MEANT.get(f"iso8859-{part[1]}") or _python(f"iso8859-{part[1]}")
    if found := _python(name):
        return found
    if inside := _WITHIN.search(name):
        return "" if inside[0] == name else known(inside[0])
    return ""


def _python(name: str) -> str:
    try:
        codec = codecs.lookup(name)
        plain = codec.name.replace("_", "-")
        # A codec that turns bytes into bytes ("zlib", "hex") fails here; with no bytes it would not.
        b"x".decode(plain, "replace")
    except (LookupError, ValueError, AssertionError):
        return ""
    return "" if plain in _REFUSED else plain


def decode(data: bytes, label: str = "", hint: str = "") -> Decoded:
    """`hint` is a charset for bytes that declare none, such as the body's for a raw header."""
    declared = known(label)
    unknown = (
        bool(label)
        and not declared
        and label.strip(" \"'").lower().replace("_", "-") not in _NOTHING
    )
    problem = "charset-unknown" if unknown else ""
    if data.isascii():
        return _seven_bits(data, declared, problem)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf":
        mark = "utf-8-sig" if data[:3] == b"\xef\xbb\xbf" else "utf-16"
        return Decoded(data.decode(mark, "replace"), mark, problem)
    if not declared.startswith(_WIDE):
        try:
            return Decoded(data.decode(), "utf-8", problem)
        except UnicodeDecodeError:
            pass
    for charset, trouble in ((declared, problem), (known(hint), problem or "charset-undeclared")):
        if charset and (text := _strictly(data, charset)) is not None:
            if charset == "cp1252" and (other := _not_western(data)):
                return Decoded(_leniently(data, other), other, "charset-wrong")
            return Decoded(text, charset, trouble)
    if declared:
        text = _leniently(data, declared)
        if (
            text.count("\ufffd") * (3 if declared == "utf-8" else 10)
            <= sum(map(_is_high, text)) + 3
        ):
            return Decoded(text, declared, "charset-invalid-bytes")
    charset = detect(data)
    trouble = problem or ("charset-wrong" if declared else "charset-undeclared")
    return Decoded(_leniently(data, charset), charset, trouble)


def _is_high(character: str) -> bool:
    return character > "\x7f"


def _seven_bits(data: bytes, declared: str, problem: str) -> Decoded:
    if declared.startswith(_WIDE) and b"\0" not in data:
        declared = ""
    elif not declared.startswith(_WIDE) and (wide := _wide(data)):
        declared = wide
    if declared.startswith("iso-2022") or b"\x1b$" in data:
        name = declared if declared.startswith("iso-2022") else "iso-2022-jp"
        return Decoded(_escaped(data, name), name, problem)
    if declared in _STATEFUL or declared.startswith(_WIDE):
        return Decoded(data.decode(declared, "replace"), declared, problem)
    return Decoded(data.decode("ascii"), "ascii", problem)


def _wide(data: bytes) -> str:
    """UTF-16 that does not say so: every other byte is NUL."""
    start = data[:200]
    if len(start) < 8 or start.count(0) < 0.4 * len(start):
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


_JIS: Final = re.compile(rb"\x1b(\$[@B]|\$\([A-Z]|\([A-Z])([^\x1b]*)")


def _escaped(data: bytes, name: str) -> str:
    """ISO-2022 as sent: with the vendors' characters that the standard and Python do not know."""
    if name == "iso-2022-kr":
        with_header = data if b"\x1b$)C" in data else b"\x1b$)C" + data
        return with_header.decode("iso2022_kr", "replace")
    if name == "iso-2022-cn":
        # SO and SI switch to and from GB 2312, as they do in Korean to KS X 1001.
        parts = re.split(rb"\x0e([^\x0f\n]*)\x0f?", re.sub(rb"\x1b\$\)[A-Z]", b"", data))
        return "".join(
            _raised(part).decode("gb18030", "replace") if i % 2 else part.decode("ascii", "replace")
            for i, part in enumerate(parts)
        )
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        pass
    start = data.find(b"\x1b")
    found = [data[:start].decode("ascii", "replace")]
    for match in _JIS.finditer(data, max(start, 0)):
        kind, run = match[1], match[2]
        if kind in (b"$@", b"$B", b"$(O", b"$(Q"):
            # Line ends are not part of double-byte text, though some forget to switch back before.
            text = (
                "".join(
                    line if line == b"\n" else _raised(line).decode("euc_jis_2004", "replace")  # type: ignore[misc]
                    for line in re.split(rb"(\n)", run)
                )
                if b"\n" not in run
                else _raised(run.replace(b"\n", b"")).decode("euc_jis_2004", "replace") + "\n"
            )
        elif kind == b"(I":
            text = _raised(run).decode("cp932", "replace")
        else:
            text = run.decode("ascii", "replace").replace("\x0e", "").replace("\x0f", "")
        found.append(text)
    return "".join(found)


_HIGH_BIT: Final = bytes(byte | 0x80 if 0x20 < byte < 0x7F else byte for byte in range(256))


def _raised(data: bytes) -> bytes:
    return data.translate(_HIGH_BIT)


def _strictly(data: bytes, charset: str) -> str | None:
    if charset in ("iso-2022-jp", "iso-2022-cn", "iso-2022-kr"):
        return None
    wider = {"big5hkscs": ("big5hkscs", "cp950"), "euc-jp": ("euc-jp", "euc_jis_2004")}
    for name in wider.get(charset, (charset,)):
        try:
            return _plausible(data, name)
        except (UnicodeError, ValueError):
            continue
    return None


def _plausible(data: bytes, name: str) -> str:
    # The ISO parts have control characters where the Windows pages have what was meant.
    page = _PAGE_OF.get(name)
    if page and _C1.search(data):
        return data.decode(page)
    return data.decode(name)


_C1: Final = re.compile(rb"[\x80-\x9f]")
_PAGE_OF: Final = {
    "iso8859-2": "cp1250", "iso8859-5": "cp1251", "iso8859-7": "cp1253", "iso8859-8": "cp1255",
    "iso8859-6": "cp1256", "iso8859-13": "cp1257", "iso8859-15": "cp1252", "iso8859-4": "cp1257",
}  # fmt: skip


def _leniently(data: bytes, charset: str) -> str:
    if charset.startswith("iso-2022"):
        return _escaped(data, charset)
    return data.decode(charset, "replace")


# Detection: each charset reads the bytes, and the one whose text looks most like a language wins.

_DOUBLE: Final = ("cp949", "gb18030", "big5hkscs", "cp932", "euc-jp")
# The letters that make up most of a text, by what the charsets of a line are used for.
_SINGLE: Final = (
    (("cp1251", "koi8-u", "cp866", "iso8859-5", "mac-cyrillic"), "оеаинтсрвлкмдпуяыьгзбчйіїєў"),
    (("cp1253", "iso8859-7"), "αοιετσνηυρπκμλωςδγχθφβάέήίόύώ"),
    (("cp1255",), "יוהלארתבשמנדכקעחפגםטזןצסך"),
    (("cp1256",), "ايلمونرتبةعدسفهكقحجشصطخإأئءى"),
    (("cp874",), "านรกเงอลมยวส่้ะ์ัิีืทปตคดบใไแห"),
)
_LATIN: Final = (
    ("cp1252", "äöüßéèêàáâãçñíóõôúåøæëïîùû¿¡ÄÖÜÉÀ’“”„–—…«» \xa0€°§œ"),
    ("cp1250", "ąćęłńóśźżáčďéěíňřšťúůýžőűăâîşţäöüßŁŚŻČŘŠŽÁÉ’“”„–…«» \xa0đ"),
    ("iso8859-2", "ąćęłńóśźżáčďéěíňřšťúůýžőűăâîşţäöüßŁŚŻČŘŠŽÁÉ\xa0đ"),
    ("cp1254", "ığşçöüİĞŞÇÖÜâ’“”–"),
    ("cp1257", "ąčęėįšųūžāēģīķļņõäöüŠŽ’“”„–"),
    ("cp850", "äöüßéèêàáâçñíóúÄÖÜÉåøæãõ"),
    ("mac-roman", "äöüßéèêàáâçñíóúÄÖÜÉåøæ’“”–—…"),
)


def detect(data: bytes) -> str:
    """The charset that bytes of no declared one, and not UTF-8, are most likely in."""
    if b"\x1b$" in data[:SAMPLE]:
        return "iso-2022-jp"
    if wide := _wide(data):
        return wide
    sample = _sample(data)
    high = sum(map(len, _HIGH_RUN.findall(sample)))
    if not high:
        return "cp1252"
    best, score = "cp1252", 0.0
    dense = high > 0.35 * (high + len(_LETTER.findall(sample)))
    # UTF-8 with some broken bytes: its sequences hardly come about by chance.
    valid = sum(map(len, _UTF8.findall(sample)))
    if valid >= 4 * (high - valid):
        return "utf-8"
    for charset in _DOUBLE:
        if (found := _double(sample, charset, dense)) > score:
            best, score = charset, found
    if score >= 0.8 and (dense or score > 0.95) and _not_latin(sample)[0] <= score:
        return best
    if dense:
        found, charset = _not_latin(sample)
        if found > max(score, 0.45):
            return charset
    return max(_LATIN, key=lambda line: _latin(sample, *line))[0] if score < 0.6 else best


_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_LETTER: Final = re.compile(rb"[A-Za-z]")
_UTF8: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def _sample(data: bytes) -> bytes:
    """The lines that have anything to tell, as far as there is room."""
    if len(data) <= SAMPLE:
        return data
    first = _HIGH_RUN.search(data)
    start = data.rfind(b"\n", 0, first.start()) + 1 if first else 0
    start = max(start, first.start() - 500) if first else 0
    cut = data[start : start + SAMPLE]
    return cut[: cut.rfind(b"\n") + 1] or cut


_FREQUENT: Final = {
    "cp949": "이다는을를에의가하고지니요기사로도은한인서있습해시어대리정안주수그자부일제스만여보녕세트테"
    "합없청문드메목전화번호확감",
    "gb18030": "的一是不了在有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对"
    "可里后小么心多天而能好都然没日于起还发成事只作当想看文无开用主行方又如前所本见经公同三已从"
    "动两长知现分将外但高意进把法此实回二理点月明其全工者向情部正名定问力机给等几很业最间新什打"
    "便位因重被电第门次信关并内加化由件附请您谢测试网络帮助接连司",
}
_TOGETHER: Final = re.compile(r"[^\x00-\x7f]{2,}")


def _double(sample: bytes, charset: str, dense: bool) -> float:
    """The share of double-byte characters that are in the part of the charset for daily use."""
    text = sample.decode(charset, "replace")
    wide = [c for c in text if c > "\x7f"]
    if not wide:
        return 0.0
    broken = text.count("\ufffd")
    if broken > 1 + len(wide) // 50:
        return 0.0
    good = 0.0
    kana = sum("\u3040" <= c <= "\u30ff" for c in wide)
    for character in wide:
        if character in "，。、！？：；“”（）《》「」…—　・ー～￥【】":
            good += 1
        elif "\u4e00" <= character <= "\u9fff":
            good += _common(character, charset, kana > 0)
        elif "\u3040" <= character <= "\u30ff":
            good += 1 if charset in ("cp932", "euc-jp") else 0.3
        elif "\uac00" <= character <= "\ud7a3":
            good += 1 if charset == "cp949" and character.encode("cp949")[1] >= 0xA1 else 0.3
        elif "\uff61" <= character <= "\uff9f":
            good += 0.1  # half-width kana: any byte of a single-byte charset is one
        elif "\uff01" <= character <= "\uff5e":
            good += 0.9
    # An accented letter stands between plain ones; words of these scripts do not.
    together = len(wide) if dense else sum(map(len, _TOGETHER.findall(text)))
    # A Korean text is all of characters that are common in Chinese as well, so the commonest decide.
    frequent = _FREQUENT.get(charset, "")
    bonus = 0.1 * sum(character in frequent for character in wide) / len(wide)
    return bonus + (good - broken) / len(wide) * together / len(wide)


def _common(character: str, charset: str, japanese: bool) -> float:
    """Chinese charsets have the common characters in a block of their own, sorted before the rare."""
    try:
        lead, *rest = character.encode(charset)
    except UnicodeEncodeError:
        return 0.0
    match charset:
        case "gb18030":
            return 1.0 if 0xB0 <= lead <= 0xD7 and rest[0] >= 0xA1 else 0.3
        case "big5hkscs":
            return 1.0 if 0xA4 <= lead <= 0xC6 else 0.3
        case "cp949":
            return 0.1  # Koreans hardly write them
        case "euc-jp":
            return 1.0 if japanese and 0xB0 <= lead <= 0xCF else 0.6
    return 1.0 if japanese and 0x88 <= lead <= 0x98 else 0.6


def _not_latin(sample: bytes) -> tuple[float, str]:
    """The best of the charsets for one other script, the likelier one where two are as good."""
    scores = [
        (_letters(sample, charset, common), charset)
        for charsets, common in _SINGLE
        for charset in charsets
    ]
    return max(scores, key=lambda score: score[0])


_PLAIN: Final = re.compile(r".?[A-Za-z]")


def _letters(sample: bytes, charset: str, common: str) -> float:
    text = sample.decode(charset, "replace")
    found, before, count = 0.0, " ", 0
    for i, character in enumerate(text):
        if character > "\x7f":
            count += 1
            if character.isalpha() and _PLAIN.match(text[i - 1 : i] + text[i + 1 : i + 2]):
                found -= 0.5  # scripts do not mix within a word
            elif character.isalpha():
                rank = common.find(character.lower())
                worth = 0.2 if rank < 0 else 1.0 if rank < 12 else 0.7
                # Capitals begin words or make up whole ones; in the midst they tell of a wrong charset.
                if character.isupper() and before.isalpha():
                    worth = worth * 0.97 if before.isupper() else -0.5
                found += worth
            elif character in " \xa0«»–—“”„’…№":
                found += 0.8
            elif not character.isprintable() or character == "\ufffd":
                found -= 1.0
        before = character
    return found / max(1, count)


def _latin(sample: bytes, charset: str, common: str) -> float:
    text = sample.decode(charset, "replace")
    found = 0.0
    for i, character in enumerate(text):
        if character > "\x7f":
            within = text[i - 1 : i].isalpha() or text[i + 1 : i + 2].isalpha()
            if character in common and (character != "õ" or text[i + 1 : i + 2] == "e"):
                found += 1.0
            elif character.isalpha():
                found += 0.3
            elif character == "\ufffd" or not character.isprintable() or within:
                found -= 1.0
    return found


_WORD: Final = re.compile(rb"[A-Za-z\x80-\xff]{3,}")


def _not_western(data: bytes) -> str:
    """Declared as Latin, yet whole words of nothing but high letters: a label nobody looked at."""
    sample = _sample(data)
    words = _WORD.findall(sample)
    high = [word for word in words if not _LETTER.search(word)]
    if len(high) < 3 or sum(map(len, high)) < 0.5 * sum(map(len, words)):
        return ""
    found, charset = _not_latin(sample)
    return charset if found > 0.6 else ""
