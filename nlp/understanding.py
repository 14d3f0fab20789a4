"""What one message turned out to mean. Everything here is a frozen value."""

from enum import StrEnum

from msgspec import Struct

from nlp.times import Span


class Language(StrEnum):
    EN = "en"
    RU = "ru"
    ZH = "zh"


class Category(StrEnum):
    HARDWARE = "hardware"
    SOFTWARE = "software"
    NETWORK = "network"
    SECURITY = "security"
    USER_SUPPORT = "user-support"
    SERVICE_REQUEST = "service-request"
    DATA_RECOVERY = "data-recovery"
    PERFORMANCE = "performance"
    CONSULTING = "consulting"
    OTHER = "other"


class TicketType(StrEnum):
    INCIDENT = "incident"
    REQUEST = "request"


class Level(StrEnum):
    """ITIL's three grades of impact and of urgency."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Intent(StrEnum):
    """What the sender wants with this message, apart from what it is about."""

    ASK = "ask"  # describes a problem or a wish; the default
    GREETING = "greeting"  # nothing but hello
    THANKS = "thanks"  # nothing but thanks, it works
    STILL_BROKEN = "still-broken"  # "thanks, still broken", "did not help"
    SOLVED = "solved"  # "it works now", "never mind, fixed"
    HUMAN = "human"  # wants a person
    STATUS = "status"  # asks where a ticket stands
    STOP = "stop"  # cancel, forget it, stop
    SKIP = "skip"  # "don't know", "skip"
    YES = "yes"
    NO = "no"
    LANGUAGE = "language"  # asks to switch language; Understanding.language is the one asked for
    SMALLTALK = "smalltalk"  # "how are you", "are you a robot"


class Fact(Struct, frozen=True):
    """One thing the text says: `text[start:end]` reads as `value` of `kind`.

    Kinds: error-code, error-text, ticket (a reference such as INC-12), host, user, asset, ip, mac, url,
    email, path, phone, version, os, site, room, since, deadline, frequency, affected, tried; by the
    catalogue, whose name is the value: application, device, subject, service; what (the symptom itself).
    """

    kind: str
    value: str
    start: int
    end: int
    # How many are affected: "me", "some", "team", "site", "all" or a number; what came of what was
    # tried: "yes", "brief", "no" or nothing; the queue of a service, if it has one.
    means: str = ""
    when: Span | None = None  # of since and deadline, where it is known who said it and when


class Suggestion(Struct, frozen=True):
    """An article that may help. `score` is the estimated chance, 0 to 1, that it is the right one."""

    article: str
    score: float


class Understanding(Struct, frozen=True, kw_only=True):
    language: Language
    language_confidence: float  # 0 to 1; low for "ok" or a bare error code
    foreign: str = ""  # ISO 639-1 code of the language, when it clearly is one we do not speak
    intent: Intent = Intent.ASK
    category: Category = Category.OTHER
    category_confidence: float = 0.0  # calibrated
    type: TicketType = TicketType.INCIDENT
    type_confidence: float = 0.0
    impact: Level = Level.LOW
    urgency: Level = Level.MEDIUM
    angry: bool = False
    facts: tuple[Fact, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()  # best first, at most three
    sops: tuple[Suggestion, ...] = ()  # likewise, of the SOPs
    parts: tuple[str, ...] = ()  # the separate requests in one message; empty when it is one
    because: tuple[str, ...] = ()  # the words that carried the category, strongest first
    type_because: tuple[str, ...] = ()
    impact_because: tuple[str, ...] = ()
    urgency_because: tuple[str, ...] = ()
    runners_up: tuple[tuple[Category, float], ...] = ()  # other categories that it may be

    @property
    def carried(self) -> dict[str, tuple[str, ...]]:
        """Field -> the words that carried it, where words did."""
        told = {
            "category": self.because,
            "type": self.type_because,
            "impact": self.impact_because,
            "urgency": self.urgency_because,
        }
        return {field: words for field, words in told.items() if words}

    def fact(self, kind: str) -> str | None:
        """The first fact of that kind."""
        return next((fact.value for fact in self.facts if fact.kind == kind), None)


class ArticleText(Struct, frozen=True, kw_only=True):
    """What search needs to know about one article."""

    id: str  # the same in every language
    language: Language
    title: str
    body: str
    category: Category
    keywords: tuple[str, ...] = ()
