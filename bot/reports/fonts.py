"""A font of this machine that has the letters of a text, for PDF and PNG, which bring none of their own."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTCollection, TTFont, TTLibError
from msgspec import Struct

from bot.errors import Invalid

FOLDERS: Final = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
    "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts",
)  # fmt: skip
# Plain sans faces that are common; those that have Chinese as well come last, for their Latin is plainer.
NAMES: Final = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf",
    "FreeSans.ttf", "Ubuntu-R.ttf", "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf", "NotoSansCJKsc-Regular.otf", "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "PingFang.ttc",
    "STHeiti Light.ttc", "Arial Unicode.ttf",
)  # fmt: skip
WANTED: Final = (
    "Install one (on Debian: fonts-dejavu-core for Latin and Cyrillic, fonts-noto-cjk for Chinese too),"
    " or name a file in [figures] font."
)


class Font(Struct, frozen=True):
    file: Path
    number: int = 0  # of a collection: which of its fonts
    bold: Path | None = None


def font_for(text: str, configured: Path | None = None) -> Font:
    """The first that has every letter. Raises Invalid, which says what to do."""
    wanted = frozenset(ord(letter) for letter in text if not letter.isspace())
    least: tuple[int, Font | None] = (len(wanted) + 1, None)
    for file in (configured,) if configured else _installed():
        missing = len(wanted - _letters(file))
        if missing == 0:
            return _font(file)
        if missing < least[0]:
            least = missing, _font(file)
    missing, found = least
    # A name in an alphabet that is rare here must not keep the report from being made.
    if found is None or missing > len(wanted) // 10:
        raise Invalid(f"No font was found that has the letters of this report. {WANTED}")
    return found


def check(file: Path) -> None:
    """Raises ValueError for a file that cannot be used."""
    if not _letters(file):
        raise ValueError(f"{file} is no TrueType or OpenType font that can be read")


@lru_cache(maxsize=1)
def _installed() -> tuple[Path, ...]:
    found: dict[str, Path] = {}
    for folder in FOLDERS:
        for file in _files(Path(folder).expanduser()):
            found.setdefault(file.name, file)
    return tuple(found[name] for name in NAMES if name in found)


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(file for file in folder.rglob("*") if file.name in NAMES)
    except OSError:
        return


def _font(file: Path) -> Font:
    bold = file.with_name(file.name.replace("-Regular", "-Bold"))
    if file.name == "DejaVuSans.ttf":
        bold = file.with_name("DejaVuSans-Bold.ttf")
    return Font(file, _place(file), bold if bold != file and bold.exists() else None)


@lru_cache(maxsize=32)
def _place(file: Path) -> int:
    """Of a collection for several languages, the simplified Chinese one."""
    if file.suffix.lower() != ".ttc":
        return 0
    with TTCollection(file, lazy=True) as collection:
        names = [font["name"].getDebugName(1) or "" for font in collection.fonts]
    return next((place for place, name in enumerate(names) if name.endswith(" SC")), 0)


@lru_cache(maxsize=32)
def _letters(file: Path) -> frozenset[int]:
    try:
        with TTFont(file, fontNumber=_place(file), lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()
