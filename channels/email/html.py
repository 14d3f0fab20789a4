"""HTML of a mail to the lines that people see, each with what its container says of it.

An own reader of tags in one pass. A parser that follows the standard takes squared time, or worse, for tags
within tags, and a mail program that made such HTML is no reason to keep everybody waiting.
"""

import re
from collections import defaultdict
from functools import lru_cache
from html import unescape as _unescape
from itertools import islice
from typing import Final, NamedTuple

from msgspec import Struct

LONGEST: Final = 2_000_000  # characters; what comes after is only stripped of its tags
DEEPEST: Final = 64  # elements that one end tag is looked for in
WIDEST: Final = 60  # lines of a table's row that may still stand side by side
MOST_TAGS: Final = 40_000  # the rest of the HTML is only stripped, too
COMMON: Final = 200  # characters of a tag's attributes that may stand in other mails, too
MOST_BROKEN: Final = 20  # tags without an end, after which "<" is a character like others


class Line(Struct, frozen=True):
    text: str
    quoted: bool = False
    signature: bool = False
    header: bool = False  # introduces what is quoted: "On … wrote:", "From: …"


def to_text(html: str) -> str:
    return "\n".join(line.text for line in lines(html)).strip("\n")


def lines(html: str) -> list[Line]:
    end = min(LONGEST, len(html))
    if html.count("<") > MOST_TAGS:
        end = min(end, next(islice(re.finditer("<", html), MOST_TAGS, None)).start())
    page = _Page()
    page.read(html[:end])
    if end < len(html):
        page.add(_ANY_TAG.sub(" ", html[end:]))
    return page.finished()


# What holds for the text in an element, and for all in it.
QUOTED: Final = 1
SIGNATURE: Final = 2
HEADER: Final = 4
HIDDEN: Final = 8
TINY: Final = 16  # of no size, unless an element in it has one
KEPT: Final = 32  # its spaces and lines are
SAID: Final = QUOTED | SIGNATURE | HEADER

# What an element does besides.
REST: Final = 1  # it begins what was there before: all after it is quoted
PERHAPS: Final = 2  # so, if a block such as "From: … Sent: …" comes
REPLY: Final = 4  # the quote in it is over with its first blockquote; what follows is an answer


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


class _Traits(NamedTuple):
    gap: int  # 0 within the line, 1 on lines of its own, 2 apart from others
    on: int
    off: int
    doing: int
    attributes: dict[str, str]


class _Frame(NamedTuple):
    name: str
    gap: int
    flags: int  # before it
    doing: int


_TOKEN: Final = re.compile(
    r"(?P<text>[^<]++)"
    r"|<(?=[stinx])(?P<raw>script|style|title|iframe|noframes|noembed|xmp)(?=[\s/>])[^>]*+>"
    r"(?:[^<]++|<(?!/(?P=raw)))*+(?:</(?P=raw)[^>]*+>|\Z)"
    r"|<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)"
    r"(?P<attributes>(?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+)|[\"'])*+)>"
    r"|<!--(?:>|->|[^-]*+(?:-(?!-!?>)[^-]*+)*+(?:--!?>|\Z))"
    r"|<[!?/][^>]*+>?"
    r"|(?P<broken><)",
    re.IGNORECASE,
)
# What is no tag though it looks like one: "Ann <ann@example.org> wrote".
_ADDRESSES: Final = ("http:", "https:", "ftp:", "mailto:", "www.")
_CUT_OFF: Final = re.compile(
    r"</?[a-z][\w:-]{0,30}+(?:\s++[\w:-]{1,30}+\s*+=[^<]*+|\s*+/?)\Z", re.IGNORECASE
)
_ATTRIBUTE: Final = re.compile(
    r"([^\s/>=\"']++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]*+))|(?<![^\s/])hidden(?![^\s/])",
    re.IGNORECASE,
)
_ANY_TAG: Final = re.compile(r"<[^>]*+>?")
_LONG_NUMBER: Final = re.compile(r"&#0*+[1-9]\d{9,};?")
_SPACES: Final = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
_NO_WIDTH: Final = re.compile(
    "[\u200b\u2060\ufeff\u00ad\u034f\u180e]|(?<!\\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\\S)"
)
_URL: Final = re.compile(r"url\([^)]*+\)?")
_STYLE_SPACE: Final = re.compile(r"\s+|!important")
_HIDDEN: Final = re.compile(
    r"(?:^|;)(?:display:none|visibility:hidden|max-height:0(?:px|pt|em)?(?:;|$)|opacity:0(?:;|$))"
)
_TINY: Final = re.compile(r"(?:^|;)font-size:0*(?:\.0+)?(?:px|pt|em|rem|%)?(?:;|$)")
_NO_MARGIN: Final = re.compile(r"(?:^|;)margin(?:-top)?:0(?:px|pt|cm|in|em)?(?![\d.])")
_OUTLOOK: Final = re.compile(r"(?:^|;)border-top:(?:solid|#|rgb|\d)[^;]*")
_CITED: Final = re.compile(r"(?:^|;)border-left(?:-\w+)?:(?!none|0)")
_OUTLOOK_CITED: Final = re.compile(r"border:none;border-left:solidblue1\.5pt")

_VOID: Final = _names(
    "area base basefont bgsound br col embed frame hr img input link meta param source track wbr"
)
_GAPS: Final = dict.fromkeys(
    _names(
        """
        address article aside body center dd details dir div dt fieldset figcaption figure footer
        button form header html legend li main nav section summary table tbody td textarea tfoot th
        thead tr caption
        """
    ),
    1,
) | dict.fromkeys(_names("blockquote dl h1 h2 h3 h4 h5 h6 hr menu ol p pre listing ul"), 2)
_UNSEEN: Final = _names("applet audio canvas datalist math object rp select svg template video xml")
_LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
# An element of these kinds ends one of those that is open, unless a border lies between.
_ENDS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "li": (frozenset({"li"}), _LISTS),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "td": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "th": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "tbody": (frozenset({"tbody", "thead", "tfoot", "tr"}), frozenset({"table"})),
}
_TABLE: Final = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th"})
_CELLS: Final = frozenset({"td", "th", "caption"})
_PARAGRAPH: Final = frozenset({"p"})


def _words(bits: int, names: str) -> dict[str, int]:
    return dict.fromkeys(names.split(), bits)


# Classes, ids and names by which mail programs mark what is not new, in lower case.
_MARKS: Final = (
    _words(
        QUOTED,
        """gmail_quote_container yahoo_quoted yahoo-quoted-begin yahoo-quoted-text moz-forward-container
        mail-editor-reference-message-container protonmail_quote tutanota_quote zmail_extra blockquote_zmail
        mail_quote isreplycontent xm_compose_origin_mail_container front-blockquote freshdesk_quote
        quotedreply missive_quote nylas-quote clean_bq messagereplysection olk_src_body_section
        __quoted_text__ quoted-text quoted_text quotedtext elided-text appleoriginalcontents nh_extra
        hs_reply replybody1 quote ntes-pcmail-quote quotedmessage original-message orig-message
        helpscout-quote wm_quote cm_quote front_quote hey-quote groupwisereplyheader""",
    )
    | _words(
        QUOTED | HEADER,
        """gmail_attr moz-cite-prefix moz-email-headers-table outlookmessageheader airmail_on airmail_ext_on
        reply-intro __headers__ divrplyfwdmsg zmail_extra_hr protonmail_quote_header""",
    )
    | _words(
        SIGNATURE,
        """gmail_signature gmail_signature_prefix moz-signature signature applemailsignature _rc_sig
        ms-outlook-mobile-signature protonmail_signature_block yandex_signature divneteasemailcard
        composer_signature messagesignaturesection -x-evo-signature-wrapper -x-evo-signature
        k9mail-signature signature_old hs_signature sh-signature bloop_sign mail_signature email-signature
        email_signature mailsignature user-signature zmail_signature ntes-pcmail-signature
        ntes-pcmac-signature _foxfromname fmsigseperator front-signature missive_signature
        xm_mail_sign_style mobile-signature""",
    )
)  # fmt: skip
_PREFIXES: Final = re.compile(
    r"(yahoo_quoted_|ydp\w{0,12}yahoo_quoted|_reply|mr_css_attr_quote|ms-outlook-mobile-reply)"
    r"|(bloop_sign|protonmail_signature_block-|zmail_signature|signature_)"
)
_DOES: Final = (
    _words(REST, "divrplyfwdmsg appendonsend zwchr __divider__ stopspelling")
    | _words(REST, "ms-outlook-mobile-body-separator-line")
    | _words(REPLY, "gmail_quote")
)

_LABEL: Final = re.compile(r"\s{0,9}[*>]{0,3}[^\W\d][^\d:：@<]{0,24}?\s{0,3}\*?\s?[:：]")
# "On 5 May 2024 at 10:11 Ann wrote:", whatever the language.
_INTRODUCES: Final = re.compile(
    r"(?=.{0,300}?(?:@|\b(?:19|20)\d\d\b|\d:\d\d|\d[./]\d)).{0,400}[:：]\s{0,3}$"
)
_NO_PICTURE: Final = re.compile(
    r"\S+\.(?:png|jpe?g|gif|bmp|svg|webp|tiff?)\b|https?:|cid:|(?:image|img|logo|icon|spacer|pixel)s?\d*$"
    r"|.{0,60}\b(?:logo|icon|banner|facebook|twitter|linkedin|instagram|youtube)\b"
    r"|(?:inline|embedded|встроенное) \w+ ?\d*$|.*(?:automatically generated|ai-generated)",
    re.IGNORECASE | re.DOTALL,
)
_LINK: Final = re.compile(r"\s*(?:https?|ftp)://[^\s<>]{3,2000}\s*$", re.IGNORECASE)
_MAILTO: Final = re.compile(r"\s*mailto:([^\s?<>]{3,300})", re.IGNORECASE)


class _Page:
    """The lines so far, and where in the HTML we are."""

    def __init__(self) -> None:
        self.out: list[tuple[str, int]] = []
        self.line: list[str] = []  # pieces of the line that is written
        self.said = 0
        self.gap = 0  # before the next piece: 1 a new line, 2 an empty one as well
        self.flags = 0
        self.rest = 0
        self.stack: list[_Frame] = []
        self.open: defaultdict[str, int] = defaultdict(int)
        self.rows: list[list[int]] = []  # where the cells of each open row begin
        self.lists: list[int] = []  # the next number; 0 where there are none
        self.marker = ""
        self.link = ""
        self.linked: list[str] = []
        self.perhaps: list[int] = []  # lines before which something may begin that was there before

    # Tags

    def read(self, html: str) -> None:
        broken = 0
        position = 0
        while broken < MOST_BROKEN:
            for token in _TOKEN.finditer(html, position):
                kind = token.lastgroup
                if kind == "text":
                    self.write(token[0])
                elif kind == "attributes":
                    name = token["name"].lower()
                    if "@" in name or name.startswith(_ADDRESSES):
                        self.write(token[0])
                    elif token["end"]:
                        self.end(name)
                    else:
                        self.begin(name, token["attributes"])
                elif kind == "broken":
                    if _CUT_OFF.match(html, token.start()):
                        return
                    self.write("<")
                    # An end was looked for in all that follows.
                    if html[token.end() : token.end() + 1].isalpha():
                        broken += 1
                        position = token.end()
                        if broken == MOST_BROKEN:
                            break
            else:
                return
        self.write(html[position:])

    def begin(self, name: str, written: str) -> None:
        traits = _known(name, written) if len(written) < COMMON else _traits(name, written)
        if name == "br":
            self.break_line()
            return
        if name == "img":
            self.picture(traits.attributes)
            return
        if name == "a":
            self.end_link()
            self.link = traits.attributes.get("href", "")
        if not (traits.gap or traits.on or traits.off or traits.doing or self.open[name]):
            return  # as of most tags in a line: nothing to end
        before = self.flags
        if traits.gap:
            self.end_others(name)
            before = self.flags
            self.part(1 if self.lists and name in ("p", "ul", "ol") else traits.gap)
        if traits.doing & REST and not before & QUOTED:
            self.part(1)
            self.rest = QUOTED
        elif traits.doing & PERHAPS and not before & QUOTED:
            self.part(1)
            self.perhaps.append(len(self.out))
        if name in _VOID:
            return
        if name == "blockquote" and not traits.on & QUOTED and self.follows_an_introduction():
            traits = traits._replace(on=traits.on | QUOTED)
        self.flags = (before & ~traits.off) | traits.on
        if (self.flags ^ before) & SAID:
            self.part(1)
        self.stack.append(_Frame(name, traits.gap, before, traits.doing))
        self.open[name] += 1
        if traits.gap:
            self.begin_block(name, traits.attributes)

    def begin_block(self, name: str, attributes: dict[str, str]) -> None:
        if name == "tr":
            self.rows.append([])
        elif name in _CELLS:
            if self.rows:
                self.gap = 1
                self.rows[-1].append(len(self.out))
        elif name in _LISTS:
            self.lists.append(_number(attributes.get("start", ""), 1) if name == "ol" else 0)
        elif name == "li":
            number = self.lists[-1] if self.lists else 0
            if number:
                number = _number(attributes.get("value", ""), number)
                self.lists[-1] = number + 1
            indent = "  " * min(len(self.lists) - 1, 8)
            self.marker = f"{indent}{number}. " if number else f"{indent}- "

    def end_others(self, name: str) -> None:
        """What the standard ends when a block begins: a paragraph, the row or the item before."""
        if self.open["p"]:
            self.end_one(_PARAGRAPH, _CELLS)
        if name in _ENDS:
            self.end_one(*_ENDS[name])

    def end_one(self, names: frozenset[str], border: frozenset[str]) -> None:
        for back in range(1, min(len(self.stack), DEEPEST) + 1):
            open = self.stack[-back].name
            if open in names:
                self.leave(back)
                return
            if open in border:
                return

    def end(self, name: str) -> None:
        if name == "a":
            self.end_link()
        if name in ("br", "p") and not self.open[name]:
            self.break_line() if name == "br" else self.part(2)
            return
        if not self.open[name]:
            return
        block = name in _GAPS
        for back in range(1, min(len(self.stack), DEEPEST) + 1):
            frame = self.stack[-back]
            if frame.name == name:
                self.leave(back)
                return
            if (frame.gap and not block) or (frame.name in _CELLS and name not in _TABLE):
                return

    def leave(self, count: int) -> None:
        for _ in range(count):
            frame = self.stack.pop()
            self.open[frame.name] -= 1
            gap = frame.gap
            if frame.name == "li":
                self.marker = ""
            elif frame.name in _LISTS:
                if self.lists:
                    self.lists.pop()
                gap = 1 if self.lists else gap
            elif frame.name == "p" and self.lists:
                gap = 1
            if gap or (frame.flags ^ self.flags) & SAID:
                self.part(max(gap, 1))
            self.flags = frame.flags
            if frame.name == "tr" and self.rows:
                self.end_row(self.rows.pop())
            if frame.name == "blockquote" and self.stack and self.stack[-1].doing & REPLY:
                # Gmail: an answer that stands below its quote is in the same container.
                self.flags = (frame.flags & ~QUOTED) | (self.stack[-1].flags & QUOTED)

    def add(self, text: str) -> None:
        """What nobody reads the tags of."""
        self.end_link()
        self.part(2)
        self.flags &= SAID
        self.write(text)

    def end_row(self, cells: list[int]) -> None:
        """Cells of one line each stand side by side."""
        if len(cells) < 2 or len(self.out) - cells[0] > WIDEST:
            return
        said: list[tuple[str, int]] = []
        for begin, end in zip(cells, [*cells[1:], len(self.out)], strict=True):
            written = [line for line in self.out[begin:end] if line[0]]
            if len(written) > 1:
                return
            said += written
        if len(said) > 1 and len({flags for _, flags in said}) == 1:
            del self.out[cells[0] :]
            self.out.append(("  ".join(text for text, _ in said), said[0][1]))

    # Words

    def write(self, text: str) -> None:
        flags = self.flags
        if flags & (HIDDEN | TINY):
            return
        text = _unescaped(text)
        if flags & KEPT:
            first, *others = text.replace("\r", "").split("\n")
            self.put(first)
            for other in others:
                self.break_line()
                self.put(other)
            return
        text = _SPACES.sub(" ", text)
        if text[:1] == " " and (not self.line or self.line[-1][-1] == " "):
            text = text[1:]
        self.put(text)

    def put(self, text: str) -> None:
        if not text:
            return
        if not self.line:
            said = (self.flags | self.rest) & SAID
            if self.gap > 1 and self.out and self.out[-1][0]:
                self.out.append(("", said & self.out[-1][1]))
            self.gap = 0
            self.said = said
            if self.marker and not text.isspace():
                self.line.append(self.marker)
                self.marker = ""
        else:
            self.said &= self.flags | self.rest
        self.line.append(text)
        if self.link:
            self.linked.append(text)

    def part(self, gap: int) -> None:
        if self.line:
            self.end_line()
        if gap > self.gap:
            self.gap = gap

    def break_line(self) -> None:
        if self.line:
            self.end_line()
            self.gap = max(self.gap, 1)
        else:
            self.gap = 2

    def end_line(self) -> None:
        text = "".join(self.line)
        self.line.clear()
        if not text.isascii():
            text = _NO_WIDTH.sub("", text.replace("\xa0", " "))
        text = text if text == "-- " and self.flags & KEPT else text.rstrip()
        if text[:1] == " " and text[1:2] != " ":
            text = text[1:]
        if text:
            self.out.append((text, self.said))
        else:
            self.gap = 2

    def picture(self, attributes: dict[str, str]) -> None:
        alt = " ".join(attributes.get("alt", "").split())
        if not alt or len(alt) > 120 or self.flags & (HIDDEN | TINY):
            return
        if attributes.get("width") == "1" or attributes.get("height") == "1":
            return
        if any(letter.isalnum() for letter in alt):
            # One that came with the mail is seen itself.
            inside = attributes.get("src", "").lower().startswith(("cid:", "data:"))
            if inside or _NO_PICTURE.match(alt):
                return
        elif alt.isascii():
            return
        self.put(alt)

    def end_link(self) -> None:
        link, self.link = self.link, ""
        text = "".join(self.linked).strip()
        self.linked.clear()
        if not text or not link:
            return
        if mail := _MAILTO.match(link):
            address = mail[1]
            if address.casefold() in text.casefold():
                return
            link = address
        elif not _LINK.match(link) or _bare(link) == _bare(text):
            return
        addition = f" <{link.strip()}>"
        if self.line:
            self.line[-1] = self.line[-1].rstrip()
            self.line.append(addition)
        elif self.out and self.out[-1][0]:
            self.out[-1] = (self.out[-1][0] + addition, self.out[-1][1])

    # What was there before

    def follows_an_introduction(self) -> bool:
        """A blockquote without a mark may be the writer's own; after "On … wrote:" it is not."""
        return bool(self.out and _INTRODUCES.match(self.out[-1][0][-400:]))

    def finished(self) -> list[Line]:
        self.end_link()
        self.part(0)
        begins, header = self.beginning()
        return [
            Line(
                text,
                bool(flags & QUOTED) or number >= begins,
                bool(flags & SIGNATURE),
                bool(flags & HEADER) or begins <= number < header,
            )
            for number, (text, flags) in enumerate(self.out)
        ]

    def beginning(self) -> tuple[int, int]:
        """The first line at which a block such as "From: … Sent: …" stands where Outlook puts it."""
        for first in self.perhaps[:100]:
            last = first
            labelled = 0
            for number, (text, _) in enumerate(self.out[first : first + 8], first):
                if _LABEL.match(text):
                    labelled += 1
                    last = number + 1
                elif text and labelled:
                    break
            if labelled >= 2:
                return first, last
        return len(self.out), 0


def _number(written: str, otherwise: int) -> int:
    fits = written.isascii() and written.isdigit() and len(written) < 6
    return int(written) if fits else otherwise


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    # A number of thousands of digits is refused by Python, and is no character.
    return _unescape(_LONG_NUMBER.sub("\ufffd", text) if "&#" in text else text)


def _bare(url: str) -> str:
    text = url.strip().casefold()
    return text.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _traits(name: str, written: str) -> _Traits:
    gap = _GAPS.get(name, 0)
    on = HIDDEN if name in _UNSEEN else KEPT if name in ("pre", "listing") else 0
    off = doing = 0
    if not written or written.isspace():
        return _Traits(gap, on, off, doing, {})
    attributes: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(written):
        key = (match[1] or "hidden").lower()
        value = match[2] or match[3] or match[4] or ""
        attributes.setdefault(key, _unescaped(value))
    if "hidden" in attributes:
        on |= HIDDEN
    for key in ("class", "id", "name", "data-marker", "data-smartmail"):
        if value := attributes.get(key, ""):
            marked, does = _marks(value, name)
            on |= marked
            doing |= does
    if name == "p" and "mso" in attributes.get("class", "").lower():
        gap = 1
    if name == "hr" and attributes.get("tabindex") == "-1":
        doing |= PERHAPS
    style = _STYLE_SPACE.sub("", attributes.get("style", "").lower())
    if style:
        if "url(" in style:
            style = _URL.sub("", style)
        if "none" in style or "hidden" in style or ":0" in style:
            on |= HIDDEN if _HIDDEN.search(style) else 0
        if "font-size:" in style:
            on, off = (on | TINY, off) if _TINY.search(style) else (on, off | TINY)
        if "white-space:" in style:
            kept = "white-space:pre" in style or "white-space:break-spaces" in style
            on, off = (on | KEPT, off) if kept else (on & ~KEPT, off | KEPT)
        if gap == 2 and _NO_MARGIN.search(style):
            gap = 1
        if "border-top" in style and name in ("div", "p") and _OUTLOOK.search(style):
            doing |= PERHAPS
        if "background:#efefef" in style and "font-size:12px" in style:  # QQ's header
            doing |= REST
        if _OUTLOOK_CITED.search(style):
            on |= QUOTED
    if name == "blockquote" and (
        attributes.get("type", "").lower() == "cite"
        or "cite" in attributes
        or "data-email" in attributes
        or "quote" in attributes.get("class", "").lower()
        or "cite" in attributes.get("class", "").lower()
        or _CITED.search(style)
    ):
        on |= QUOTED
        doing &= ~REPLY
    elif doing & REPLY:
        on |= QUOTED
    return _Traits(gap, on, off, doing, attributes)


# Mail programs write the same few thousand tags into all mails.
_known = lru_cache(maxsize=4096)(_traits)


def _marks(value: str, name: str) -> tuple[int, int]:
    on = doing = 0
    for word in value.lower().split()[:20]:
        while word.startswith("x_"):  # what Outlook on the web made of another's
            word = word[2:]
        on |= _MARKS.get(word, 0)
        doing |= _DOES.get(word, 0)
        if prefix := _PREFIXES.match(word):
            on |= QUOTED if prefix[1] else SIGNATURE
    return on, doing
