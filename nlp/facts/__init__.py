"""What a message states: codes, names, times, how many are affected, in three languages.

One module a subject, one table of patterns each; `reading` has what they share. `facts_in` is pure and knows
no clock; `dated` adds what times mean for somebody who said them at a moment, in a zone.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from nlp import times
from nlp.facts import addresses, codes, events, moments, people, places, systems, tried
from nlp.facts.beginnings import begins
from nlp.facts.catalogue import Catalogue, Thing, shipped, with_own
from nlp.facts.outcomes import BRIEFLY, HELPED
from nlp.facts.people import impact_of
from nlp.facts.reading import LOOKED_AT, Found, Pattern, Reading, is_question, read, sentence
from nlp.understanding import Fact

__all__ = [
    "LOOKED_AT", "THINGS", "Catalogue", "Thing", "dated", "facts_in", "impact_of", "shipped", "things_in",
    "with_own",
]  # fmt: skip

# What is exact takes its place in the text: of two that overlap the earlier in this order counts.
_EXACT: Final[tuple[Pattern, ...]] = (
    *addresses.PATTERNS[:5],  # URLs, e-mail and paths may contain anything
    *(one for one in codes.CODES if one.kind == "ticket"),
    *addresses.PATTERNS[5:8],
    *(one for one in places.PATTERNS if one.kind == "asset"),
    *(one for one in people.PATTERNS if one.kind == "user"),
    *systems.PATTERNS,
    *addresses.PATTERNS[8:10],
    *(one for one in codes.CODES if one.kind != "ticket"),
    *addresses.PATTERNS[10:],
)
# What is told in words may contain what is exact, but not lie within it.
_TIMES: Final[tuple[Pattern, ...]] = (*events.PATTERNS, *moments.PATTERNS)
_WORDED: Final[tuple[Pattern, ...]] = (
    *codes.TEXTS,
    *(one for one in people.PATTERNS if one.kind == "affected"),
    *tried.PATTERNS,
    *(one for one in places.PATTERNS if one.kind != "asset"),
)
PATTERNS: Final[tuple[Pattern, ...]] = (*_EXACT, *_TIMES, *_WORDED)
THINGS: Final = frozenset({"application", "device", "subject"})  # kinds that the catalogue finds
# Whoever names one of these has said what it is about.
_NAMING: Final = (
    "application", "device", "subject", "error-text", "error-code", "host", "url", "path",
)  # fmt: skip
CALLED: Final = 16  # characters between "phone" and its number
_EDGES: Final = " ,.;:，。；：、"


@lru_cache(maxsize=512)  # asked for the parts and the whole of a message
def facts_in(text: str, catalogue: Catalogue | None = None) -> tuple[Fact, ...]:
    """What the text states, each value of a kind once, in the order of the text."""
    reading = read(text)
    facts = _stated(reading)
    facts += [*_named(reading, catalogue or shipped(), facts)]
    facts.sort(key=lambda fact: (fact.start, fact.end))
    first = next((fact for kind in _NAMING for fact in facts if fact.kind == kind), None)
    if first is not None:
        facts.append(Fact("what", first.value, first.start, first.end))
    return tuple(facts)


def things_in(text: str) -> list[str]:
    """The names of what the shipped catalogue knows, each as often as it is named; for features."""
    return [one.thing.name for one in shipped().find(read(text).low) if one.thing.kind in THINGS]


def dated(facts: Iterable[Fact], said: datetime, zone: ZoneInfo) -> tuple[Fact, ...]:
    """The same, and when what they say about time was or will be, for who said it then and there."""
    return tuple(_dated(fact, said, zone) for fact in facts)


def _dated(fact: Fact, said: datetime, zone: ZoneInfo) -> Fact:
    if fact.when is not None or fact.kind not in (moments.SINCE, moments.DEADLINE):
        return fact
    meant = times.resolve if fact.kind == moments.SINCE else times.due
    return replace(fact, when=meant(fact.value, said, zone))


def _stated(reading: Reading) -> list[Fact]:
    found: dict[tuple[str, str], Fact] = {}
    taken: list[tuple[int, int]] = []

    def keep(kind: str, one: Found) -> bool:
        fact = _fact(reading, one.kind or kind, one)
        if fact is None:
            return False
        found.setdefault((fact.kind, fact.value.lower()), fact)
        return True

    for pattern in _EXACT:
        for one in pattern.find(reading):
            if not any(one.start < end and start < one.end for start, end in taken) and keep(
                pattern.kind, one
            ):
                taken.append((one.start, one.end))
    for patterns, exclusive in ((_TIMES, True), (_WORDED, False)):
        words: list[tuple[str, int, int]] = []
        for pattern in patterns:
            for one in pattern.find(reading):
                kind = one.kind or pattern.kind
                within = any(start <= one.start and one.end <= end for start, end in taken)
                within = within or (
                    kind in ("tried", "affected")
                    and any(
                        o == "error-text" and s <= one.start and one.end <= e for o, s, e in words
                    )
                )
                again = any(
                    one.start < end and start < one.end and (exclusive or other == kind)
                    for other, start, end in words
                )
                if not within and not again and keep(pattern.kind, one):
                    words.append((kind, one.start, one.end))
    _share_outcomes(reading, found)
    deeds = [fact for fact in found.values() if fact.kind == "tried"]
    facts = [fact for fact in found.values() if not _dates(fact, deeds, reading)]
    return [fact for fact in facts if not _is_told_closer(fact, facts, reading)]


_TODAY: Final = frozenset(("today", "сегодня", "今天"))


def _is_told_closer(fact: Fact, facts: Sequence[Fact], reading: Reading) -> bool:
    """Today we lost the network around eleven: the hour is enough."""
    if fact.kind != moments.SINCE or fact.value.lower() not in _TODAY:
        return False
    tail = sentence(reading, fact.start, fact.end)[1].split(",")[0]
    return any(
        one.kind == moments.SINCE and fact.end < one.start <= fact.end + len(tail) for one in facts
    )


_IN_ROW: Final = re.compile(r"\s*(?:[,、，]|and|и|then|потом|затем|,? ?(?:and|и) then)?\s*")


def _share_outcomes(reading: Reading, found: dict[tuple[str, str], Fact]) -> None:
    """Of what was done one after the other the outcome is told at the end."""
    following: Fact | None = None
    tried = [key for key, fact in found.items() if fact.kind == "tried"]
    for key in sorted(tried, key=lambda key: -found[key].start):
        fact = found[key]
        if (
            following is not None
            and not fact.means
            and following.means
            and _IN_ROW.fullmatch(reading.low, fact.end, following.start)
        ):
            fact = found[key] = replace(fact, means=following.means)
        following = fact


_PROMISED: Final = re.compile(
    r"(?<!\w)(?:would|promised|supposed to|обещал\w{0,2})(?: \w{2,12})? ?$|说(?:好)?(?:会)?$"
)
_WHO: Final = re.compile(r"(?<!\w)(?:whoever|who|кто)(?![\w-])")
_BY_YOU: Final = re.compile(  # what you did then
    r"(?<!\w)you (?:gave|did|sent|made|set|changed|installed)(?: (?:me|it|this|us))? $|(?<!\w)вы $|你们$"
)
_STILL: Final = re.compile(r"(?<!\w)(?:still|все так же|до сих пор) (?:\w+ ){0,2}$")
_AS_BEFORE: Final = re.compile(
    r" ?(?:还是|仍|依旧|(?:все )?так же|опять то же|все то же|все равно)"
)
_NOT_BEFORE: Final = re.compile(  # do not, before then
    r"(?<!\w)(?:do not|don't) (?!forget|have|know|work)|(?<!\w)не [а-я]{4,16}(?:йте|ите)(?!\w)|rather not|do ?n[o']?t want|policy|не хо(?:чу|телось)"
)
_HEARD: Final = re.compile(  # the vendor said the patch comes on Friday
    r"(?<!\w)(?:(?:vendor|supplier|provider|they|he|she|someone|engineer|colleague) (?:said|says|promised)|(?:was|were|been|we're|i'm) told|told (?:me|us)|heard)(?!\w)[^.!?]{0,40}(?:will|would|is|are|comes?|be)(?: (?:out|done|fixed|due|ready|back|come out|be out))? $"
    r"|(?<!\w)(?:сказал\w?|говорят|говорили|обещал\w?|слышал\w?)(?!\w)[^.!?]{0,40}(?:будет|выйдет|починят|исправят|сделают) $|(?:听说|据说|厂家说|供应商说|客服说)$"
)
_MUST: Final = re.compile(
    r"(?<!\w)(?:need|must|have to|has to|want|by|before|until|due by|нуж\w+|надо|должн\w+|до|к)(?!\w)|要|必须"
)
_OPEN_HOURS: Final = re.compile(
    r"(?:what time|when) (?:do|does|will|are|is) (?:you|the|we|your)|до скольки|со скольки|во сколько (?:вы|от|за)|你们?.{0,12}几点"
)
_MAY: Final = re.compile(
    r"(?:is it (?:ok|okay|possible|safe)|(?:can|could|may|should|shall|do|if) (?:i|we)(?: need)?|можно|нужно ли|надо ли|стоит ли|можем ли|能不能|可不可以|可以|要不要)(?![a-zа-я])"
)
_SINCE: Final = re.compile(r"(?:ever |right )?since (?!then)")
_FROM: Final = re.compile(r"(?:since|ever|from|after|со? |после|как |从|自|打)")


def _dates(fact: Fact, deeds: Sequence[Fact], reading: Reading) -> bool:
    """Whether it tells when, or how often, something was tried: "rebooted it twice this morning"."""
    if fact.kind not in (moments.SINCE, moments.DEADLINE, "frequency"):
        return False
    head, tail = sentence(reading, fact.start, fact.end)
    if fact.kind == moments.DEADLINE and _HEARD.search(head) and not _MUST.search(head):
        return True
    if fact.kind == moments.DEADLINE and _OPEN_HOURS.search(head + " " + tail):
        return True
    if fact.kind == moments.DEADLINE and (
        _NOT_BEFORE.search(head) or re.match(r"前?(?:不要|别|请勿|请不要)", tail)
    ):
        return True
    if (
        moments.will_see(head[-50:], tail[:50])
        and not _FROM.match(reading.low, fact.start)
        and fact.kind != "frequency"
    ):
        return True
    if (
        fact.kind == moments.SINCE
        and not _FROM.match(reading.low, fact.start)
        and (_WHO.search(head[-40:]) or _PROMISED.search(head[-32:]) or tail.startswith("谁"))
    ):
        return True
    if fact.kind == moments.SINCE:
        if not begins(reading, fact.start, fact.end):
            return True
        if not _FROM.match(reading.low, fact.start) and (
            _BY_YOU.search(head[-24:]) or _STILL.search(head[-24:]) or _AS_BEFORE.match(tail)
        ):
            return True
        asked = is_question(reading, fact.end, tail)
        if asked and _MAY.search(head[-60:] + tail[:12]):
            return True  # may we do it at the weekend?
    for deed in deeds:
        if (
            deed.means == BRIEFLY
            and fact.kind != "frequency"
            and 0 <= fact.start - deed.end <= 40
            and not re.search(
                r"[.!?\n。]|这样|如此|like th|been |(?<!\w)так(?!\w)",
                reading.low[deed.end : fact.start],
            )
        ):
            return True  # for how long it helped
        if fact.start < deed.start <= fact.end and deed.means == HELPED:
            return True  # it went away after that
        within = deed.start <= fact.start < deed.end and not _SINCE.match(reading.low, fact.start)
        if within or (
            reading.low[fact.end : deed.start] in ("", " ")
            and fact.end <= deed.start
            and fact.kind != moments.DEADLINE
            and not re.match("i|we|я |мы |我", reading.low[deed.start : deed.end])
            and not _FROM.match(reading.low, fact.start)
        ):
            return True
        if 0 <= fact.start - deed.end <= 24 and fact.kind != moments.DEADLINE:
            between = reading.low[deed.end : fact.start]
            if not re.search(r"[.,;:!?\n。、—–]| (?:and|but|и|но|а) ", between) and not _FROM.match(
                reading.low, fact.start
            ):
                return not re.search(r"[\u4e00-\u9fff]", between)
    return False


def _fact(reading: Reading, kind: str, one: Found) -> Fact | None:
    """Without the signs at its edges; its value reads as the text does, spaces apart."""
    words = reading.text[one.start : one.end]
    start = one.start + len(words) - len(words.lstrip().lstrip(_EDGES).lstrip())
    words = words.strip().strip(_EDGES).strip()
    if not words:
        return None
    return Fact(kind, " ".join(words.split()), start, start + len(words), one.means)


_IN_NAMES: Final = frozenset({"url", "path", "email", "host"})
_VERSION: Final = re.compile(
    r"[ ,]{0,2}(?:\(?(?:v|version|ver\.?|верси\w|релиз|版本号?|build)[ :.]{0,2})?(\d{1,5}(?:\.\d{1,6}){1,4})(?![a-z0-9_]|\.\d)"
)


def _named(reading: Reading, catalogue: Catalogue, stated: Sequence[Fact]) -> Iterable[Fact]:
    """What the catalogue knows. A server's name is no application, "my phone is +44…" no device; the number
    after an application is its version."""
    names = [(fact.start, fact.end) for fact in stated if fact.kind in _IN_NAMES]
    quoted = [(fact.start, fact.end) for fact in stated if fact.kind == "error-text"]
    times_ = [(fact.start, fact.end) for fact in stated if fact.kind == "deadline"]
    numbers = [fact.start for fact in stated if fact.kind == "phone"]
    known = {(fact.kind, fact.value) for fact in stated}
    for one in catalogue.find(reading.low):
        thing = one.thing
        if any(start <= one.start and one.end <= end for start, end in names):
            continue
        if (
            reading.low[one.end : one.end + 1] == "."
            and reading.low[one.end + 1 : one.end + 2].isalpha()
        ):
            continue  # java.net.SocketException
        if thing.kind == "device" and any(s <= one.start and one.end <= e for s, e in quoted):
            continue
        if thing.kind == "device" and any(s == one.start and one.end < e for s, e in times_):
            continue  # till noon
        if thing.name == "Phone" and any(0 <= at - one.end <= CALLED for at in numbers):
            continue
        if thing.kind == "application" and (told := _VERSION.match(reading.low, one.end)):
            place = told.span(1)
            if all(place[1] <= fact.start or fact.end <= place[0] for fact in stated):
                fact = Fact("version", reading.text[slice(*place)], *place)
                if (fact.kind, fact.value) not in known:
                    known.add((fact.kind, fact.value))
                    yield fact
        if (thing.kind, thing.name) not in known:
            known.add((thing.kind, thing.name))
            yield Fact(thing.kind, thing.name, one.start, one.end)
        if thing.service and ("service", thing.service) not in known:
            known.add(("service", thing.service))
            yield Fact("service", thing.service, one.start, one.end, thing.queue or "")
