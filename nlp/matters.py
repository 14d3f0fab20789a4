"""Several matters in one message: an incident and a request are two tickets, one long story is one.

Conservative, because two tickets for one trouble cost more than one ticket for two. A piece is a matter of
its own when it names other things than those before it and is of another category, or of another type.
How sure one has to be depends on what joins it to the rest: "and also" and numbers announce something
new, a full stop may, a mere "and" hardly does.
"""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from nlp.facts import THINGS, facts_in

LONGEST: Final = 1_000  # characters: more is a story
MOST: Final = 6  # pieces: more is a story, too
SHORTEST: Final = 4  # characters of a piece
KNOWN: Final = 0.55  # of a category, to be another one
SURE_OF_TYPE: Final = 0.75


class Joint(IntEnum):
    """What comes before a piece: the higher, the likelier it is something new."""

    AND = 0
    STOP = 1
    ALSO = 2


class Piece(NamedTuple):
    text: str
    joint: Joint
    things: frozenset[str]


class Verdict(NamedTuple):
    category: str
    confidence: float
    type: str
    type_confidence: float


_ALSO: Final = (
    r"(?:and |but )?(?:also|another (?:thing|issue|problem)|one more thing|besides|plus|second(?:ly)?"
    r"|thirdly|in addition|additionally|on top of that|separately|by the way)\b"
    r"|(?:(?:а|и|да) )?(?:ещ[её]|также|кроме того|помимо этого|во-вторых|в-третьих|плюс|заодно|отдельно)\b"
    r"|另外|还有|此外|其次|同时|顺便|第二[，,、]?|[二三]、"
    r"|\d[.)] ?(?=[^\W\d])"
)
_STOP: Final = r"(?<=[.!?])\s|[。！？；;\n]"
_AND: Final = (
    r",?\sand (?=(?:the|my|our|i|please)\b)|, ?(?:а|и) (?=(?:мо[йяеи]|наш|у меня|нуж|прошу|закаж|не )\w*)"
    r"|, ?(?=(?:need|please|прошу|нуж)\w*)|[，,](?=(?:我|需要|请|想|申请))"
)
# In one pass, so that what is between two pieces is read whole: "; and also".
_JOINT: Final = re.compile(
    rf"(?:(?P<stop>{_STOP})|(?P<comma>[,，]))?\s{{0,9}}(?P<also>(?:^|(?<=[\s,，。；;.!?]))(?:{_ALSO}))[,:，：]?\s{{0,9}}"
    rf"|(?P<end>{_STOP})\s{{0,9}}(?P<begins>and )?|(?P<and>{_AND})",
    re.IGNORECASE,
)
_TOLD: Final = re.compile(  # trouble or a wish: without one of them a piece only goes on
    r"\b(?:not|n't|no|broken|fail\w*|drops?|jams?|jammed|error|crash\w*|slow|lost|need|want|would like"
    r"|stuck|down|can't|cannot|won't|doesn't|isn't|stopped|freez\w*|missing|locked|expired|install\w*|access|forgot\w*|reset"
    r"|flicker\w*|order|request|give|dead|hangs?|blinks?|noisy|hot|please|could (?:you|i)|can (?:you|i))\b"
    r"|(?:\b|^)(?:не|нет|нужен|нужн\w+|надо|слома\w+|завис\w+|тормоз\w+|отвал\w+|ошибк\w+|пропал\w*|забыл\w*|заблокир\w+"
    r"|застр\w+|жует|жуёт|мигает|прош\w+|закаж\w+|установ\w+|медленн\w+|греется|шумит|дайте|выдайте|сброс\w+)\b"
    r"|不|没|坏|断|慢|卡|错|丢|忘|需要|想要|申请|失败|死机|崩溃|锁|闪|请|安装|重置|开通",
    re.IGNORECASE,
)


def pieces_of(text: str) -> list[Piece]:
    """Sentences and clauses that might be matters of their own; none where the words already tell that
    they cannot be: judging them costs most of all."""
    if len(text) > LONGEST:
        return []
    found: list[Piece] = []
    begin, joint = 0, Joint.AND
    for match in (*_JOINT.finditer(text), None):
        end = len(text) if match is None else match.start()
        words = text[begin:end].strip(" \t\n,.;:，。；、：!！")
        if len(words) >= SHORTEST or (words and _is_chinese(words) and len(words) > 2):
            found.append(Piece(words, joint, _things(words)))
            joint = Joint.AND
        if match is not None:
            begin, joint = match.end(), max(joint, _kind(match))
    told = [one for one in found if one.things and _TOLD.search(one.text)]
    apart = any(not one.things & other.things for one in told for other in told)
    return found if 2 <= len(found) <= MOST and apart else []


def _kind(match: re.Match[str]) -> Joint:
    if match["also"] or match["begins"]:
        return Joint.ALSO
    return Joint.AND if match["and"] else Joint.STOP


def _is_chinese(words: str) -> bool:
    return "\u3400" <= words[0] <= "\u9fff"


def _things(words: str) -> frozenset[str]:
    return frozenset(fact.value for fact in facts_in(words) if fact.kind in THINGS)


def matters(pieces: Sequence[Piece], judged: Sequence[Verdict]) -> tuple[str, ...]:
    """The words of each matter; empty unless there clearly are several."""
    found: list[tuple[list[str], set[str], Verdict | None]] = []  # words, things, what it is
    for piece, verdict in zip(pieces, judged, strict=True):
        told = bool(piece.things) and _TOLD.search(piece.text) is not None
        before = [one for one in found if one[2] is not None]
        if not found or (
            told and before and all(_apart(piece, verdict, *one[1:]) for one in before)
        ):
            found.append(([piece.text], set(piece.things), verdict if told else None))
        else:
            words, things, first = found[-1]
            words.append(piece.text)
            things |= piece.things
            if first is None and told:
                found[-1] = (words, things, verdict)
    return tuple(". ".join(words) for words, *_ in found) if len(found) > 1 else ()


def _apart(piece: Piece, verdict: Verdict, things: set[str], other: Verdict | None) -> bool:
    if other is None or piece.things & things:
        return False
    types = min(verdict.type_confidence, other.type_confidence) >= SURE_OF_TYPE
    another_type = types and verdict.type != other.type
    known = min(verdict.confidence, other.confidence) >= KNOWN
    another_category = known and verdict.category != other.category
    if piece.joint is Joint.AND:
        return another_type and another_category
    return another_type or another_category
