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
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import Struct

from nlp.classify import Classifier
from nlp.facts import Catalogue, facts_in, impact_of, shipped
from nlp.features import Features
from nlp.intents import besides_the_wish, intent_of, is_angry, is_bare
from nlp.language import OURS, spoken_in
from nlp.latinised import in_cyrillic
from nlp.matters import Verdict, matters, pieces_of
from nlp.memory import Lesson, Memory
from nlp.names import OtherNames
from nlp.search import NOTHING, Shelf
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
LETTERS: Final = 8  # in a language that we do not speak, to be sure of it
KEPT: Final = 3  # models in the cache: going back is quick
POSSIBLE: Final = 0.05  # of a category: for it to be named beside a likelier one
PART: Final = 0.55  # of a category: to make it urgent


class Example(Struct, frozen=True):
    """A text of the organisation's own, to be learned beside the shipped ones."""

    text: str
    category: str
    type: str | None = None


class Shipped(NamedTuple):
    """A text of the shipped set. Rows that tell the same scenario in other words share a template:
    whoever measures splits by it, so that no paraphrase is both learned and asked."""

    template: str
    language: Language
    category: Category
    type: TicketType | None
    text: str


class Models:
    """What training makes. Both judge the same features."""

    def __init__(self, category: Classifier, type: Classifier) -> None:
        self.category, self.type = category, type


class Understander:
    """Thread-safe: the models never change, the shelf is swapped as a whole."""

    def __init__(self, models: Models, catalogue: Catalogue | None = None) -> None:
        self._models = models
        self._memory = Memory(models.category.features)
        self._shelf = Shelf()
        self._sops = Shelf()
        self._catalogue = catalogue or shipped()

    @classmethod
    def load(
        cls,
        cache: Path | None = None,
        more: Sequence[Example] = (),
        catalogue: Catalogue | None = None,
    ) -> "Understander":
        """From the cache folder; trained anew when there is nothing fitting in it. The catalogue is for
        the facts; what is learned depends on the shipped one only."""
        return cls(models_of(cache, more), catalogue)

    @property
    def categories(self) -> Classifier:
        return self._models.category

    def replace_models(self, models: Models) -> None:
        """What was learned and the articles stay."""
        self._memory = Memory(models.category.features, self._memory.lessons)
        self._models = models

    def replace_articles(
        self,
        articles: Sequence[ArticleText],
        shifts: Mapping[tuple[str, str], float] = NOTHING,
        names: OtherNames | None = None,
    ) -> None:
        """`shifts` by what became of them (`nlp.feedback`), `names` that were learned."""
        self._shelf = self._shelf.updated(articles, shifts, names)

    def replace_sops(self, sops: Sequence[ArticleText]) -> None:
        """Found like articles, and beside them: neither takes the other's place."""
        self._sops = self._sops.updated(sops)

    def learn(self, lessons: Iterable[Lesson]) -> None:
        """All that people corrected and did not take back: it counts from now on."""
        self._memory = Memory(self._models.category.features, lessons, self._memory)

    def understand(
        self, texts: Sequence[str], languages: Sequence[Language | None]
    ) -> list[Understanding]:
        """One for each text. `languages` are those of the conversations, for texts that could be any."""
        read = [in_cyrillic(text) or text for text in texts]
        intents = [intent_of(text) for text in read]
        told = [
            besides_the_wish(text) if intent is Intent.HUMAN else text
            for text, (intent, _) in zip(read, intents, strict=True)
        ]
        asking = [n for n, text in enumerate(told) if _says_something(text)]
        pieces = {n: pieces_of(read[n]) for n in asking if intents[n][0] is Intent.ASK}
        # The pieces of all texts are judged with the texts: what costs is the call.
        judged = self._judge(
            [
                *(told[n] for n in asking),
                *(piece.text for some in pieces.values() for piece in some),
            ]
        )
        whole = dict(zip(asking, judged, strict=False))
        rest = iter(judged[len(asking) :])
        parts = {
            n: matters(some, [next(rest).verdict for _ in some])
            for n, some in pieces.items()
            if some
        }
        shelf, sops = self._shelf, self._sops
        return [
            _one(
                text,
                read[n],
                hint,
                intents[n],
                whole.get(n),
                parts.get(n, ()),
                shelf,
                sops,
                self._catalogue,
            )
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
            _Judged(
                *category,
                *type,
                models.category.because(row, category[0]),
                models.type.because(row, type[0]),
                _runners_up(models.category.labels, chances, category[0]),
            )
            for row, chances, category, type in zip(
                rows,
                categories,
                models.category.best(categories),
                models.type.best(types),
                strict=True,
            )
        ]


class _Judged(NamedTuple):
    category: str
    confidence: float
    type: str
    type_confidence: float
    because: tuple[str, ...]
    type_because: tuple[str, ...]
    runners_up: tuple[tuple[Category, float], ...]

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.category, self.confidence, self.type, self.type_confidence)


def _runners_up(
    labels: Sequence[str], chances: Iterable[float], best: str
) -> tuple[tuple[Category, float], ...]:
    """The other categories that are no mere possibility, the likeliest first."""
    likely = [
        (Category(label), round(float(chance), 3))
        for label, chance in zip(labels, chances, strict=True)
        if label != best and chance >= POSSIBLE
    ]
    return tuple(sorted(likely, key=lambda one: -one[1]))


def _one(
    text: str,
    read: str,
    hint: Language | None,
    wanted: tuple[Intent, Language | None],
    judged: _Judged | None,
    parts: tuple[str, ...],
    shelf: Shelf,
    sops: Shelf,
    catalogue: Catalogue,
) -> Understanding:
    intent, asked_for = wanted
    code, sure = spoken_in(text)
    foreign = code if code not in OURS and sure >= SURE and _is_told(text, LETTERS) else ""
    language, sure = (Language(code), sure) if code in OURS else (Language.EN, 0.0)
    if asked_for is not None:
        language, sure = asked_for, 1.0
    elif hint is not None and sure < SURE:
        language = hint
    facts = facts_in(text, catalogue)
    if intent is Intent.HUMAN:
        facts = (*facts, *_matter_told(text, facts))
    if judged is None or foreign:  # the words mean something else there, or nothing
        return Understanding(
            language=language, language_confidence=sure, foreign=foreign, intent=intent,
            facts=facts, angry=is_angry(text),
        )  # fmt: skip
    suggestions: tuple[Suggestion, ...] = ()
    walks: tuple[Suggestion, ...] = ()
    if intent in (Intent.ASK, Intent.STILL_BROKEN):
        suggestions = shelf.suggest(read, language)
        walks = sops.suggest(read, language, 1)
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
        angry=is_angry(read),
        facts=facts,
        suggestions=suggestions,
        sops=walks,
        parts=parts,
        because=judged.because if intent is Intent.ASK else (),
        type_because=judged.type_because if intent is Intent.ASK else (),
        impact_because=_affected(facts) if impact is not Level.LOW else (),
        urgency_because=_pressing(text, urgency),
        runners_up=judged.runners_up,
    )


def _matter_told(text: str, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Whoever wants a person and says what for has told it, even if we do not know the thing."""
    rest = besides_the_wish(text)
    if len(telling(rest)) < 2 or any(fact.kind == "what" for fact in facts):
        return ()
    return (Fact("what", rest[:100], 0, len(text)),)


def _is_told(text: str, letters: int) -> bool:
    return sum(letter.isalpha() for letter in text[:1_000]) >= letters


def _says_something(text: str) -> bool:
    return not is_bare(text) and any(letter.isalpha() for letter in text)


# Urgency. The words and what they mean for the desk.
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
    looked = text[:5_000]
    impact = impact_of(fact.means for fact in facts if fact.kind == "affected")
    if _PATIENT.search(looked):
        return impact, Level.LOW
    if _URGENT.search(looked) or category == Category.SECURITY or impact is Level.HIGH:
        return impact, Level.HIGH
    if category in (Category.CONSULTING, Category.SERVICE_REQUEST):
        return impact, Level.LOW
    return impact, Level.MEDIUM


def _affected(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(fact.value for fact in facts if fact.kind == "affected")


def _pressing(text: str, urgency: Level) -> tuple[str, ...]:
    """The words that made it urgent or the contrary; none where it is so by its category or impact."""
    pattern = {Level.HIGH: _URGENT, Level.LOW: _PATIENT}.get(urgency)
    found = pattern.search(text[:5_000]) if pattern is not None else None
    return (found[0],) if found is not None else ()


# Training and its cache


def training_texts(folder: Path = DATA) -> list[Shipped]:
    """The shipped examples; a bare phrase has no type. Raises ValueError with the line of a broken one."""
    found = []
    for file in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()[1:], 2):
            fields = line.split("\t")
            if len(fields) != 4:
                raise ValueError(f"{file.name}:{number}: four fields expected, {len(fields)} found")
            template, category, type, text = fields
            known = TicketType(type) if type else None
            found.append(Shipped(template, Language(file.stem), Category(category), known, text))
    return found


def models_of(cache: Path | None = None, more: Sequence[Example] = ()) -> Models:
    return trained(more) if cache is None else _cached(cache, more)


def trained(more: Sequence[Example] = ()) -> Models:
    shipped_ = training_texts()
    return taught(
        [*(Example(one.text, one.category, one.type) for one in shipped_), *more],
        [*(one.template for one in shipped_), *(f"own {n}" for n in range(len(more)))],
    )


def taught(examples: Sequence[Example], groups: Sequence[str]) -> Models:
    """From these texts and no others; those of one group say the same in other words."""
    texts = [one.text for one in examples]
    features = Features()
    matrix = features.fit(texts)
    typed = [n for n, one in enumerate(examples) if one.type is not None]
    return Models(
        Classifier(features, readers=False).fit(
            texts,
            [str(one.category) for one in examples],
            matrix,
            groups,
        ),
        Classifier(features, networks=False).fit(
            [texts[n] for n in typed],
            [str(examples[n].type) for n in typed],
            matrix[typed],
            [groups[n] for n in typed],
        ),
    )


def _fingerprint(more: Sequence[Example]) -> str:
    """Changes with the examples, our code and the libraries a pickled model depends on."""
    digest = hashlib.sha256()
    for file in [
        *sorted(DATA.parent.rglob("*.tsv")),
        DATA.parent / "catalogue.toml",
        Path(__file__),
        *(
            Path(__file__).parent / f"{name}.py"
            for name in (
                "classify",
                "concepts",
                "convolution",
                "facts/catalogue",
                "facts/reading",
                "features",
                "han",
                "latinised",
                "net",
                "terms",
                "words",
            )
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
