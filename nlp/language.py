"""Which of our three languages a text is in: by script, which settles it but for pasted code."""

import re
from typing import Final

from nlp.understanding import Language

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
