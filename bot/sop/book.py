"""All SOPs of the desk: the shipped ones, and an administrator's own over them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from msgspec import Struct

from bot.sop.lint import NOTHING_KNOWN, House, findings, flaws_of, translations
from bot.sop.model import Kind, Sop
from bot.sop.parse import LARGEST, BadSop, Flaw, parsed
from nlp.understanding import ArticleText, Language

SHIPPED: Final = Path(__file__).parents[1] / "content" / "sop"
FALLBACK: Final = Language.EN


class Book(Struct, frozen=True):
    sops: Mapping[tuple[str, Language], Sop] = {}

    def find(self, id: str, language: str) -> Sop | None:
        """In that language, or in English, or in any that there is."""
        for tongue in dict.fromkeys((language, FALLBACK, *Language)):
            if (id, tongue) in self.sops:
                return self.sops[id, Language(tongue)]
        return None

    def over(self, own: "Book") -> "Book":
        """With these in place of those of the same id, in every language."""
        replaced = {id for id, _ in own.sops}
        mine = {key: one for key, one in self.sops.items() if key[0] not in replaced}
        return Book({**mine, **own.sops})

    @property
    def ids(self) -> list[str]:
        return sorted({id for id, _ in self.sops})

    def titles(self, language: str) -> list[tuple[str, str]]:
        """Id and title of each, by title."""
        some = ((id, self.find(id, language)) for id in self.ids)
        found = [(id, one.title) for id, one in some if one is not None]
        return sorted(found, key=lambda one: one[1].casefold())

    def for_search(self) -> list[ArticleText]:
        return [
            ArticleText(
                id=one.id,
                language=one.language,
                title=one.title,
                body=f"{one.about}\n{_asked(one)}",
                category=one.category,
                keywords=one.keywords,
            )
            for one in self.sops.values()
        ]


EMPTY: Final = Book()


def _asked(sop: Sop) -> str:
    return "\n".join(step.text for step in sop.steps.values() if step.kind in (Kind.ASK, Kind.SAY))


def read(folders: Iterable[Path], house: House = NOTHING_KNOWN) -> tuple[Book, list[Flaw]]:
    """All good SOPs below the folders, a later folder's in place of an earlier one's of the same id, and
    what is wrong. Never raises."""
    book, flaws = EMPTY, list[Flaw]()
    for folder in folders:
        own, wrong = read_folder(folder, house)
        book = book.over(Book(own))
        flaws += wrong
    return book, flaws


def read_folder(
    folder: Path, house: House = NOTHING_KNOWN
) -> tuple[dict[tuple[str, Language], Sop], list[Flaw]]:
    good: dict[tuple[str, Language], Sop] = {}
    flaws: list[Flaw] = []
    if not folder.is_dir():
        return {}, [Flaw(path=folder, line=0, message="there is no such folder")]
    for path in sorted(folder.rglob("*.md")):
        sop, wrong = read_file(path, house)
        flaws += wrong
        if sop is None:
            continue
        twin = good.setdefault((sop.id, sop.language), sop)
        if twin is not sop:
            words = f"{twin.path.name} has the same id and language; change one of them"
            flaws.append(Flaw(path=path, line=1, message=words))
    wrong = list(translations(list(good.values())))
    flaws += wrong
    bad_paths = {one.path for one in wrong if one.fatal}
    return {key: one for key, one in good.items() if one.path not in bad_paths}, flaws


def read_file(path: Path, house: House = NOTHING_KNOWN) -> tuple[Sop | None, list[Flaw]]:
    """None where it cannot be walked through."""
    try:
        sop = parsed(_text(path), path)
    except BadSop as bad:
        return None, bad.flaws
    flaws = flaws_of(sop, house)
    return None if any(one.fatal for one in flaws) else sop, flaws


def reviewed(sops: Sequence[Sop], today: date) -> list[Flaw]:
    return [flaw for one in sops for flaw in findings(one, today)]


def _text(path: Path) -> str:
    """Raises BadSop."""

    def bad(line: int, message: str) -> BadSop:
        return BadSop([Flaw(path=path, line=line, message=message)])

    try:
        if path.stat().st_size > LARGEST:
            raise bad(1, f"is larger than {LARGEST // 1024} KB; split it into several SOPs")
        raw = path.read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise bad(1, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise bad(
            raw[: error.start].count(b"\n") + 1, "is not UTF-8; save it in that encoding"
        ) from None
