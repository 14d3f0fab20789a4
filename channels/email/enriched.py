"""text/enriched (RFC 1896) and its forerunner text/richtext (RFC 1341) as plain text."""

import re
from typing import Final

_PARAM: Final = re.compile(r"<param>[^<]{0,500}</param>", re.I)
_COMMENT: Final = re.compile(r"<comment>[^<]{0,5000}</comment>", re.I)
_TAG: Final = re.compile(r"</?[A-Za-z][\w.-]{0,60}>")
_BREAKS: Final = re.compile(r"\n+")


def from_enriched(text: str) -> str:
    text = text.replace("<<", "\0")
    # One line end is a blank, n of them are n - 1.
    text = _BREAKS.sub(
        lambda match: " " if len(match[0]) == 1 else "\n" * (len(match[0]) - 1), text
    )
    return _TAG.sub("", _PARAM.sub("", text)).replace("\0", "<").strip(" ")


def from_richtext(text: str) -> str:
    text = _BREAKS.sub(" ", _COMMENT.sub("", text))
    text = re.sub(r"<nl>|<np>|</?paragraph>", "\n", text, flags=re.I)
    return _TAG.sub("", text.replace("<lt>", "\0")).replace("\0", "<").strip(" ")
