"""A picture as a few shapes, which every format draws alike: SVG on pages, vectors in PDF, PNG in chats.

Lengths are units of 1/720 of the picture's width; y grows downwards. Text is never smaller than SMALL, 9
points where a picture is as wide as a page between its margins (180 mm).
"""

from html import escape
from typing import Final, Literal

from msgspec import Struct

WIDE: Final = 720.0
SMALL: Final = 13.0
PLAIN: Final = 14.0
INK, QUIET, GRID, PAPER = "#1b2a33", "#51606a", "#d3dbe0", "#ffffff"
# Told apart without colour as well: one is dark, one light with an edge; of lines one is dashed.
DARK, LIGHT, SECOND = "#1f4e79", "#b9d3e6", "#a8471f"

Anchor = Literal["start", "middle", "end"]


class Rect(Struct, frozen=True, kw_only=True):
    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: str | None = None


class Path(Struct, frozen=True, kw_only=True):
    points: tuple[tuple[float, float], ...]
    color: str
    width: float = 1.0
    dashed: bool = False


class Text(Struct, frozen=True, kw_only=True):
    x: float
    y: float  # of the line it stands on
    words: str
    size: float = SMALL
    anchor: Anchor = "start"
    color: str = INK
    bold: bool = False


Shape = Rect | Path | Text


class Picture(Struct, frozen=True, kw_only=True):
    name: str  # what it is of, for programs
    title: str
    says: str  # in words, for whoever does not see it
    height: float
    shapes: tuple[Shape, ...]


def svg(picture: Picture) -> str:
    inner = "".join(_svg_of(one) for one in picture.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {picture.height:g}" role="img"'
        f' aria-label="{escape(picture.title)}: {escape(picture.says)}"'
        " font-family=\"system-ui,-apple-system,'Segoe UI','Noto Sans','Noto Sans CJK SC',sans-serif\">"
        f"{inner}</svg>"
    )


def _svg_of(shape: Shape) -> str:
    match shape:
        case Rect():
            edge = f' stroke="{shape.edge}"' if shape.edge else ""
            return (
                f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}"'
                f' height="{shape.height:.1f}" fill="{shape.fill}"{edge}/>'
            )
        case Path():
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
            dashed = ' stroke-dasharray="7 4"' if shape.dashed else ""
            return (
                f'<polyline points="{points}" fill="none" stroke="{shape.color}"'
                f' stroke-width="{shape.width:g}" stroke-linejoin="round"{dashed}/>'
            )
        case Text():
            bold = ' font-weight="600"' if shape.bold else ""
            return (
                f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size:g}"'
                f' text-anchor="{shape.anchor}" fill="{shape.color}"{bold}>{escape(shape.words)}</text>'
            )
