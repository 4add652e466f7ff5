"""Flat shapes on paper, drawn at three times the size and scaled down, so that edges are smooth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

SCALE = 3

Point = tuple[float, float]
Colour = str | tuple[int, int, int, int]

INK = "#16303d"
NIGHT = "#10202c"
DEEP = "#1d4a5c"
SEA = "#3c7c8d"
SHALLOW = "#79aeb4"
FOAM = "#cfe2de"
PAPER = "#f6f0e2"
SAND = "#e6d3ab"
CLAY = "#c9a67a"
RUST = "#c4543a"
BRICK = "#9c3f2f"
OCHRE = "#e3a43c"
BUTTER = "#f3d58a"
MOSS = "#6c8250"
PINE = "#3f5b48"
PLUM = "#57465f"
ROSE = "#e2a58e"
STONE = "#8f9a98"
CHALK = "#fbf8f0"


def smooth(points: Sequence[Point], steps: int = 16) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    padded = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        curve += [_between(before, start, end, after, step / steps) for step in range(steps)]
    return [*curve, points[-1]]


def _between(before: Point, start: Point, end: Point, after: Point, t: float) -> Point:
    def axis(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)

    return (
        axis(before[0], start[0], end[0], after[0]),
        axis(before[1], start[1], end[1], after[1]),
    )


class Canvas:
    """A picture in the making; all coordinates and widths are those of the finished picture."""

    def __init__(self, width: int, height: int, background: Colour) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), background)
        self._draw = ImageDraw.Draw(self.image, "RGBA")

    def rect(self, x: float, y: float, width: float, height: float, fill: Colour, radius: float = 0) -> None:
        box = [(x * SCALE, y * SCALE), ((x + width) * SCALE, (y + height) * SCALE)]
        self._draw.rounded_rectangle(box, radius * SCALE, fill=fill)

    def shape(self, points: Iterable[Point], fill: Colour) -> None:
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def circle(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self.oval(x, y, radius, radius, fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        box = [((x - rx) * SCALE, (y - ry) * SCALE), ((x + rx) * SCALE, (y + ry) * SCALE)]
        self._draw.ellipse(box, fill=fill)

    def pie(self, x: float, y: float, radius: float, start: float, end: float, fill: Colour) -> None:
        """A slice of a disc, in degrees clockwise from three o'clock."""
        box = [((x - radius) * SCALE, (y - radius) * SCALE), ((x + radius) * SCALE, (y + radius) * SCALE)]
        self._draw.pieslice(box, start, end, fill=fill)

    def line(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, fill=fill, width=max(1, round(width * SCALE)), joint="curve")
        for x, y in (points[0], points[-1]):
            self.circle(x, y, width / 2, fill)

    def land(self, points: Sequence[Point], fill: Colour, *, floor: float | None = None) -> None:
        """Everything below a smooth line."""
        bottom = self.height if floor is None else floor
        curve = smooth(points)
        self.shape([*curve, (curve[-1][0], bottom), (curve[0][0], bottom)], fill)

    def waves(self, y: float, fill: Colour, *, height: float = 6, length: float = 90, shift: float = 0) -> None:
        """Water up to a line of low waves, down to the bottom edge."""
        steps = range(-10, self.width + 20, 6)
        top = [(x, y + height * math.sin((x + shift) / length * math.tau)) for x in steps]
        self.shape([*top, (self.width + 10, self.height), (-10, self.height)], fill)

    def ripples(self, spots: Iterable[tuple[float, float, float]], fill: Colour, width: float = 4) -> None:
        """Short strokes of light on water: x, y and length of each."""
        for x, y, length in spots:
            self.line([(x, y), (x + length, y)], fill, width)

    def bird(self, x: float, y: float, span: float, fill: Colour) -> None:
        left = smooth([(x - span, y - span * 0.25), (x - span * 0.45, y - span * 0.42), (x, y)])
        right = smooth([(x, y), (x + span * 0.5, y - span * 0.5), (x + span, y - span * 0.3)])
        self.line([*left, *right], fill, span * 0.13)

    def save(self, path: Path) -> None:
        """Write the picture; flat colours make small files in any format."""
        small = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        if path.suffix == ".png":
            small.quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)
        elif path.suffix == ".webp":
            small.save(path, quality=84, method=6)
        else:
            small.save(path, quality=80, optimize=True, progressive=True, subsampling=0)
