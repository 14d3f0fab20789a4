"""A picture as PNG, for chats and mails."""

import io
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot.reports.drawing import PAPER, WIDE, Path, Picture, Rect, Text
from bot.reports.fonts import Font

SCALE: Final = 2.0  # pixels a unit: sharp on a telephone, and not large
MARGIN: Final = 16.0  # units of paper around it
DASH, GAP = 7.0, 4.0


def png(picture: Picture, font: Font) -> bytes:
    size = (round((WIDE + 2 * MARGIN) * SCALE), round((picture.height + 2 * MARGIN) * SCALE))
    image = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(image)
    for shape in picture.shapes:
        match shape:
            case Rect():
                draw.rectangle(
                    (
                        *_at(shape.x, shape.y),
                        *_at(shape.x + shape.width, shape.y + shape.height),
                    ),
                    fill=shape.fill,
                    outline=shape.edge,
                )
            case Path():
                _line(draw, shape)
            case Text():
                anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
                face = _face(font, round(shape.size * SCALE), shape.bold)
                draw.text(
                    _at(shape.x, shape.y), shape.words, fill=shape.color, font=face, anchor=anchor
                )
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _at(x: float, y: float) -> tuple[float, float]:
    return (x + MARGIN) * SCALE, (y + MARGIN) * SCALE


def _line(draw: ImageDraw.ImageDraw, path: Path) -> None:
    width = max(round(path.width * SCALE), 1)
    if not path.dashed:
        points = [_at(*point) for point in path.points]
        draw.line(points, fill=path.color, width=width, joint="curve")
        return
    for begin, end in dashes(path):
        draw.line([_at(*begin), _at(*end)], fill=path.color, width=width)


Point = tuple[float, float]


def dashes(path: Path) -> list[tuple[Point, Point]]:
    """The drawn pieces of a dashed line; the pattern goes on around corners."""
    found: list[tuple[Point, Point]] = []
    drawn, left = True, DASH
    for (x, y), (to_x, to_y) in zip(path.points, path.points[1:], strict=False):
        length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
        done = 0.0
        while length - done > 1e-9:
            part = min(left, length - done)
            if drawn:
                a, b = done / length, (done + part) / length
                found.append(
                    (
                        (x + (to_x - x) * a, y + (to_y - y) * a),
                        (x + (to_x - x) * b, y + (to_y - y) * b),
                    )
                )
            done, left = done + part, left - part
            if left <= 1e-9:
                drawn, left = not drawn, GAP if drawn else DASH
    return found


@lru_cache(maxsize=64)
def _face(font: Font, size: int, bold: bool) -> ImageFont.FreeTypeFont:
    file = font.bold if bold and font.bold is not None else font.file
    return ImageFont.truetype(str(file), size, index=font.number)
