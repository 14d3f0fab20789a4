"""Understanding messages, many at a time: language, intent, category, facts, articles.

The models are trained from the shipped texts at the first start and kept in a file whose name changes
with everything they depend on. Importing this is cheap; the first `load` brings in scikit-learn.
"""

import hashlib
import os
import pickle
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import Struct

from nlp.classify import Classifier
from nlp.facts import facts_in
from nlp.features import Features
from nlp.intents import besides_the_wish, intent_of, is_angry, is_bare
from nlp.language import identify
from nlp.memory import Lesson, Memory
from nlp.search import Shelf
from nlp.terms import telling
from nlp.understanding import (
    ArticleText,
    Category,
    Fact,
    Intent,
    Language,
    Level,
    Suggestion,
    TicketType,
    Understanding,
)

DATA: Final = Path(__file__).parent / "data" / "training"
SURE: Final = 0.6  # of a language: below it the conversation's own counts
KEPT: Final = 3  # models in the cache: going back is quick
PART: Final = 0.55  # of a category: for a part to be a matter of its own, or to make it urgent


class Example(Struct, frozen=True):
    """A text of the organisation's own, to be learned beside the shipped ones."""

    text: str
    category: str
    type: str | None = None


class Models:
    """What training makes. Both judge the same features."""

    def __init__(self, category: Classifier, type: Classifier) -> None:
        self.category, self.type = category, type


class Understander:
    """Thread-safe: the models never change, the shelf is swapped as a whole."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._memory = Memory(models.category.features)
        self._shelf = Shelf()

    @classmethod
    def load(cls, cache: Path | None = None, more: Sequence[Example] = ()) -> "Understander":
        """From the cache folder; trained anew when there is nothing fitting in it."""
        return cls(models_of(cache, more))

    @property
    def categories(self) -> Classifier:
        return self._models.category

    def replace_models(self, models: Models) -> None:
        """What was learned and the articles stay."""
        self._memory = Memory(models.category.features, self._memory.lessons)
        self._models = models

    def replace_articles(self, articles: Sequence[ArticleText]) -> None:
        self._shelf = Shelf(articles)

    def learn(self, lessons: Iterable[Lesson]) -> None:
        """All that people corrected and did not take back: it counts from now on."""
        self._memory = Memory(self._models.category.features, lessons, self._memory)

    def understand(
        self, texts: Sequence[str], languages: Sequence[Language | None]
    ) -> list[Understanding]:
        """One for each text. `languages` are those of the conversations, for texts that could be any."""
        intents = [intent_of(text) for text in texts]
        told = [
            besides_the_wish(text) if intent is Intent.HUMAN else text
            for text, (intent, _) in zip(texts, intents, strict=True)
        ]
        asking = [n for n, text in enumerate(told) if _says_something(text)]
        pieces = {n: _pieces(texts[n]) for n in asking if intents[n][0] is Intent.ASK}
        # The pieces of all texts are judged with the texts: what costs is the call.
        judged = self._judge(
            [*(told[n] for n in asking), *(piece for some in pieces.values() for piece in some)]
        )
        whole = dict(zip(asking, judged, strict=False))
        rest = iter(judged[len(asking) :])
        parts = {
            n: _matters(some, [next(rest) for _ in some]) for n, some in pieces.items() if some
        }
        shelf = self._shelf
        return [
            _one(text, hint, intents[n], whole.get(n), parts.get(n, ()), shelf)
            for n, (text, hint) in enumerate(zip(texts, languages, strict=True))
        ]

    def _judge(self, texts: Sequence[str]) -> "list[_Judged]":
        if not texts:
            return []
        models, memory = self._models, self._memory
        rows = models.category.features.of(texts)
        categories, types = models.category.weigh(rows), models.type.weigh(rows)
        if memory:
            for number, text in enumerate(texts):
                if like := memory.like(text):
                    for model, chances, field in (
                        (models.category, categories, "category"),
                        (models.type, types, "type"),
                    ):
                        places = {label: at for at, label in enumerate(model.labels)}
                        chances[number] = memory.judged(like, field, places, chances[number])
        return [
            _Judged(*category, *type, models.category.because(row, category[0]))
            for row, category, type in zip(
                rows, models.category.best(categories), models.type.best(types), strict=True
            )
        ]


class _Judged(NamedTuple):
    category: str
    confidence: float
    type: str
    type_confidence: float
    because: tuple[str, ...]


def _one(
    text: str,
    hint: Language | None,
    wanted: tuple[Intent, Language | None],
    judged: _Judged | None,
    parts: tuple[str, ...],
    shelf: Shelf,
) -> Understanding:
    intent, asked_for = wanted
    language, sure = identify(text)
    if asked_for is not None:
        language, sure = asked_for, 1.0
    elif hint is not None and sure < SURE:
        language = hint
    facts = facts_in(text)
    if intent is Intent.HUMAN:
        facts = (*facts, *_matter_told(text, facts))
    if judged is None:
        return Understanding(
            language=language, language_confidence=sure, intent=intent,
            facts=facts, angry=is_angry(text),
        )  # fmt: skip
    suggestions: tuple[Suggestion, ...] = ()
    if intent in (Intent.ASK, Intent.STILL_BROKEN):
        suggestions = shelf.suggest(text, language)
    known = judged.category if judged.confidence >= PART else Category.OTHER
    impact, urgency = _weight(text, facts, known)
    return Understanding(
        language=language,
        language_confidence=sure,
        intent=intent,
        category=Category(judged.category),
        category_confidence=round(judged.confidence, 3),
        type=TicketType(judged.type),
        type_confidence=round(judged.type_confidence, 3),
        impact=impact,
        urgency=urgency,
        angry=is_angry(text),
        facts=facts,
        suggestions=suggestions,
        parts=parts,
        because=judged.because if intent is Intent.ASK else (),
    )


def _matter_told(text: str, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Whoever wants a person and says what for has told it, even if we do not know the thing."""
    rest = besides_the_wish(text)
    if len(telling(rest)) < 2 or any(fact.kind == "what" for fact in facts):
        return ()
    return (Fact("what", rest[:100], 0, len(text)),)


def _pieces(text: str) -> list[str]:
    """The sentences and clauses that might be matters of their own; none where the words already tell
    that they cannot be: judging them costs most of all."""
    named = [fact for fact in facts_in(text) if fact.kind == "application"]
    if len(text) > 1_000 or len(named) < 2:
        return []
    pieces = [part for piece in _JOINT.split(text) if len(part := piece.strip(" ,.;，。；、")) >= 4]
    if not 2 <= len(pieces) <= 6:
        return []
    begins = [(text.find(piece), piece) for piece in pieces if _TROUBLE.search(piece)]
    in_trouble = {
        fact.value
        for fact in named
        if any(begin <= fact.start < begin + len(piece) for begin, piece in begins)
    }
    return pieces if len(in_trouble) > 1 else []


def _matters(pieces: Sequence[str], judged: Sequence[_Judged]) -> tuple[str, ...]:
    """The separate matters in one message; empty unless there clearly are several. Conservative:
    each must be sure of a category of its own, and name another thing than the others."""
    subjects: list[tuple[str, str, list[str]]] = []  # category, thing, words
    for piece, said in zip(pieces, judged, strict=True):
        thing = next((f.value for f in facts_in(piece) if f.kind == "application"), "")
        fresh = thing and said.confidence >= PART and _TROUBLE.search(piece)
        if fresh and all(thing != other for _, other, _ in subjects):
            subjects.append((said.category, thing, [piece]))
        elif subjects:
            subjects[-1][2].append(piece)
        else:
            subjects.append((said.category, thing, [piece]))
    whole = [". ".join(words) for _, thing, words in subjects if thing]
    categories = {category for category, thing, _ in subjects if thing}
    return tuple(whole) if len(whole) >= 2 and len(categories) >= 2 else ()


_JOINT: Final = re.compile(
    r"(?<=[.!?])\s+|[。！？；;\n]+|,?\s+(?:and also|and another thing|also|besides|plus|secondly|and (?=the |my |our |i ))\s*"
    r"|,?\s+(?:а еще|а ещё|и еще|и ещё|также|кроме того|во-вторых|а также|плюс)\s+|[，,]?(?:另外|还有|而且|同时|以及|其次)[，,]?",
    re.IGNORECASE,
)
_TROUBLE: Final = re.compile(
    r"\b(?:not|n't|no|broken|fail\w*|drops?|jams?|jammed|error|crash\w*|slow|lost|need|want|stuck|down|can't|cannot|won't"
    r"|doesn't|isn't|stopped|freez\w*|missing|locked|expired|install\w*|access)\b"
    r"|(?:\b|^)(?:не|нет|нужн\w+|надо|слома\w+|завис\w+|тормоз\w+|отвал\w+|ошибк\w+|пропал\w*|забыл\w*|заблокир\w+|застр\w+|жует|мигает)\b"
    r"|不|没|坏|断|慢|卡|错|丢|忘|需要|想要|申请|失败|死机|崩溃|锁",
    re.IGNORECASE,
)


def _says_something(text: str) -> bool:
    return not is_bare(text) and any(letter.isalpha() for letter in text)


# Impact and urgency. The words and what they mean for the desk.
_MANY: Final = re.compile(
    r"whole|entire|everyone|everybody|all (?:users|of us|staff|employees)|nobody can|no one can|company|building|site|"
    r"ве(?:сь|сь наш)|вся\b|всего|всей|всех|ни у кого|компани|филиал|整个|所有|大家|全员|全公司|全部",
    re.IGNORECASE,
)
_SOME: Final = re.compile(
    r"team|colleague|several|people|users|room|\d+|отдел|коллег|несколько|нескольких|человек|команд|同事|几个|很多|我们|组|团队|办公室",
    re.IGNORECASE,
)
_URGENT: Final = re.compile(
    r"\burgent\w*|\basap\b|immediately|right now|emergency|critical|can(?:'|no)?t work|cannot work|deadline|production (?:is )?(?:down|stopped)"
    r"|\bin (?:\d+|ten|five|thirty|an?) (?:min|minutes|hour)\b|presentation|customers? waiting|outage|hacked|ransom\w*|stolen|breach\w*|leak\w*|data loss"
    r"|срочн\w+|немедленно|как можно (?:скорее|быстрее)|авари\w+|критичн\w+|не могу работать|работа (?:стоит|встала)|все встало|дедлайн|через (?:час|полчаса|\d+ минут)|горит|взлом\w+|украл\w+|шифровальщик\w*|утечк\w+"
    r"|紧急|急用|很急|马上|立刻|尽快|火急|加急|没法(?:工作|办公|上班)|无法(?:工作|办公)|截止|客户(?:在)?等|被盗|黑客|勒索|泄露|瘫痪",
    re.IGNORECASE,
)
_PATIENT: Final = re.compile(
    r"no rush|not urgent|no hurry|when(?:ever)? you have (?:a )?(?:time|moment|chance)|whenever convenient|low priority|at your convenience|just (?:wondering|curious)"
    r"|не срочно|не к спеху|когда будет время|при возможности|не горит|по возможности|терпит|не торопясь"
    r"|不急|有空|不着急|方便的时候|有时间再",
    re.IGNORECASE,
)


def _weight(text: str, facts: Iterable[Fact], category: str) -> tuple[Level, Level]:
    affected = " ".join(fact.value for fact in facts if fact.kind == "affected")
    looked = text[:5_000]
    impact = Level.LOW
    if affected and _MANY.search(affected):
        impact = Level.HIGH
    elif affected and _SOME.search(affected):
        impact = Level.MEDIUM
    if _PATIENT.search(looked):
        return impact, Level.LOW
    if _URGENT.search(looked) or category == Category.SECURITY or impact is Level.HIGH:
        return impact, Level.HIGH
    if category in (Category.CONSULTING, Category.SERVICE_REQUEST):
        return impact, Level.LOW
    return impact, Level.MEDIUM


# Training and its cache


def training_texts(
    folder: Path = DATA,
) -> list[tuple[Language, Category, TicketType | None, str]]:
    """The shipped examples; a bare phrase has no type. Raises ValueError with the line of a broken one."""
    found = []
    for file in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()[1:], 2):
            fields = line.split("\t")
            if len(fields) != 3:
                raise ValueError(
                    f"{file.name}:{number}: three fields expected, {len(fields)} found"
                )
            category, type, text = fields
            known = TicketType(type) if type else None
            found.append((Language(file.stem), Category(category), known, text))
    return found


def models_of(cache: Path | None = None, more: Sequence[Example] = ()) -> Models:
    return trained(more) if cache is None else _cached(cache, more)


def trained(more: Sequence[Example] = ()) -> Models:
    examples = [
        *training_texts(),
        *((None, one.category, one.type, one.text) for one in more),
    ]
    texts = [text for *_, text in examples]
    features = Features()
    matrix = features.fit(texts)
    typed = [n for n, (_, _, type, _) in enumerate(examples) if type is not None]
    return Models(
        Classifier(features).fit(texts, [str(category) for _, category, *_ in examples], matrix),
        Classifier(features).fit(
            [texts[n] for n in typed], [str(examples[n][2]) for n in typed], matrix[typed]
        ),
    )


def _fingerprint(more: Sequence[Example]) -> str:
    """Changes with the examples, our code and the libraries a pickled model depends on."""
    digest = hashlib.sha256()
    for file in [
        *sorted(DATA.parent.rglob("*.tsv")),
        Path(__file__),
        *(
            Path(__file__).with_name(f"{name}.py")
            for name in ("classify", "concepts", "facts", "features", "han", "net", "terms")
        ),
    ]:
        digest.update(file.read_bytes())
    for one in more:
        digest.update(repr(one).encode())
    for library in ("scikit-learn", "numpy", "scipy"):
        digest.update(metadata.version(library).encode())
    digest.update(sys.version.encode())
    return digest.hexdigest()[:16]


def _cached(folder: Path, more: Sequence[Example]) -> Models:
    """Our own file in our own data folder, which is why unpickling it is safe."""
    file = folder / f"model-{_fingerprint(more)}.pickle"
    try:
        loaded = pickle.loads(file.read_bytes())  # noqa: S301
        if isinstance(loaded, Models):
            return loaded
    except FileNotFoundError:
        pass
    except Exception:  # noqa: S110  # whatever a broken pickle raises: it is made anew
        pass
    models = trained(more)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="model-", delete=False) as draft:
        pickle.dump(models, draft, protocol=5)
    os.replace(draft.name, file)
    kept = sorted(folder.glob("model-*.pickle"), key=lambda one: -one.stat().st_mtime)
    for old in kept[KEPT:]:
        old.unlink(missing_ok=True)
    return models
