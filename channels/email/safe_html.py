"""The HTML of a stranger's mail as an agent may see it: its words and shape, and nothing that acts.

Only listed tags, attributes and style properties pass. Nothing is loaded from anywhere: pictures are those
that came with the mail, at addresses of ours, or small ones inside the HTML itself.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

import nh3

LONGEST: Final = 2_000_000  # characters
MOST_AMPERSANDS: Final = 100_000
MOST_ATTRIBUTES: Final = 10_000  # of one tag
FEW_TAGS: Final = 8_000  # that may even stand all within each other
MOST_TAGS: Final = 40_000
LARGEST_INLINE: Final = 200_000  # characters of a picture inside the HTML
LONGEST_STYLE: Final = 2_000  # characters


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS: Final = _words(
    """
    a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del details
    dfn div  dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q
    rp rt ruby s samp  section small span strike strong sub summary sup table tbody td tfoot th
    thead time tr tt u ul var wbr
    """
)
# Not even their words: they are programs, styles and names of pages, or what is shown without them.
_DROPPED: Final = _words(
    """
    applet audio canvas datalist embed frame frameset head iframe math noembed noframes noscript
    object  option plaintext script select style svg template title video xml xmp
    """
)
_ATTRIBUTES: Final = {
    "*": {"align", "dir", "lang", "style", "title"},
    "a": {"href"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "font": {"color", "face", "size"},
    "hr": {"width", "size"},
    "img": {"src", "alt", "width", "height"},
    "li": {"value"},
    "ol": {"start", "type"},
    "table": {"bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": {"bgcolor", "colspan", "height", "rowspan", "valign", "width"},
    "th": {"bgcolor", "colspan", "height", "rowspan", "scope", "valign", "width"},
    "tr": {"bgcolor", "valign"},
    "ul": {"type"},
}
_NUMBERS: Final = _words(
    """
    border cellpadding cellspacing colspan height rowspan size span start value width
    """
)
_PROPERTIES: Final = _words(
    """
    background-color border border-bottom border-bottom-color border-bottom-style border-bottom-
    width  border-collapse border-color border-left border-left-color border-left-style border-left-
    width  border-radius border-right border-right-color border-right-style border-right-width
    border-spacing  border-style border-top border-top-color border-top-style border-top-width
    border-width color direction  font font-family font-size font-style font-variant font-weight
    height letter-spacing line-height  list-style-type margin margin-bottom margin-left margin-right
    margin-top max-width padding  padding-bottom padding-left padding-right padding-top text-align
    text-decoration text-indent  text-transform vertical-align white-space width word-break
    """
)
_LONG_TAG: Final = re.compile(r"<[^<>]{20000,}")
_BETWEEN: Final = re.compile(r"[\s/]+")
_OPEN: Final = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,20})")
_CLOSE: Final = re.compile(r"</([A-Za-z][A-Za-z0-9]{0,20})")
# Closed by the next of their kind, or by nothing.
_SHALLOW: Final = _words(
    "br hr img wbr col p li td th tr dd dt tbody thead tfoot meta link input area"
)
_COLOUR: Final = re.compile(r"\b(?:rgb|hsl)a?\([\d\s.,%/]{1,40}\)", re.IGNORECASE)
# No brackets, so no url() or expression(); no backslash that could spell them; nothing pulled aside by less
# than nothing.
_VALUE: Final = re.compile(r"(?!.*(?:^|[\s,])-[\d.])[\w\s.,%#'\"!/+-]*", re.DOTALL)
_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\x00-\x20\x7f]*", re.IGNORECASE)
_PICTURE: Final = re.compile(
    r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"\s*\d{1,4}(?:px|%)?\s*")
_WORD: Final = re.compile(r"[#\w ,'+-]{0,100}")


def safe(html: str, images: Mapping[str, str]) -> str:
    """A fragment for a page of ours. `images`: where a picture of the mail is found, by its Content-ID
    without brackets. Empty for HTML that is made to keep a computer busy: then the mail's text is shown."""
    if _is_a_burden(html):
        return ""

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name in ("alt", "title"):
            return value
        if name == "href":
            link = value.strip()
            return link if _LINK.fullmatch(link) else None
        if name == "src":
            return _source(value.strip(), images)
        if name == "style":
            return _style(value)
        if name in _NUMBERS and tag != "font":
            return value.strip() if _NUMBER.fullmatch(value) else None
        return value if _WORD.fullmatch(value) else None

    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        # Which schemes stand where is decided above; these must only get that far.
        url_schemes={"http", "https", "mailto", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _is_a_burden(html: str) -> bool:
    """Any parser that follows the standard takes squared time for tags within tags, attributes of one tag
    and lone ampersands; so there are not to be many."""
    if len(html) > LONGEST or html.count("&") > MOST_AMPERSANDS:
        return True
    if any(len(_BETWEEN.findall(tag[0])) > MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(html)):
        return True
    tags = html.count("<")
    if tags <= FEW_TAGS:
        return False
    unclosed = Counter(name.lower() for name in _OPEN.findall(html))
    unclosed.subtract(name.lower() for name in _CLOSE.findall(html))
    deep = sum(count for name, count in unclosed.items() if count > 0 and name not in _SHALLOW)
    return tags > MOST_TAGS or deep > FEW_TAGS // 4


def _source(source: str, images: Mapping[str, str]) -> str | None:
    if source[:4].lower() == "cid:":
        return images.get(unquote(source[4:])) or images.get(source[4:])
    if len(source) <= LARGEST_INLINE and _PICTURE.fullmatch(source):
        return source
    return None


def _style(style: str) -> str | None:
    if len(style) > LONGEST_STYLE:
        return None
    kept: list[str] = []
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name in _PROPERTIES and value and _VALUE.fullmatch(_COLOUR.sub("", value)):
            kept.append(f"{name}:{value}")
    return ";".join(kept) or None
