"""The harbour town."""

from __future__ import annotations

import random

from tests.demo.pictures.canvas import (
    BRICK,
    BUTTER,
    CHALK,
    CLAY,
    DEEP,
    INK,
    NIGHT,
    OCHRE,
    PAPER,
    RUST,
    SEA,
    SHALLOW,
    STONE,
    Canvas,
    smooth,
)


def harbour() -> Canvas:
    """Gabled houses along the quay in the morning, boats in front of them."""
    c = Canvas(1200, 800, "#f4dcb8")
    c.circle(910, 250, 92, "#fbeccb")
    c.land([(0, 330), (200, 290), (420, 330), (640, 280), (900, 335), (1200, 295)], "#e7c49b")
    c.land([(0, 380), (260, 350), (520, 385), (820, 345), (1200, 380)], "#cda983")
    _row_of_houses(c)
    c.rect(0, 500, 1200, 44, STONE)
    c.rect(0, 500, 1200, 9, "#b7bfba")
    for x in range(30, 1200, 118):
        c.rect(x, 520, 70, 3, "#74807f")
    c.rect(0, 544, 1200, 256, DEEP)
    c.waves(566, SEA, height=3, length=210)
    c.waves(680, "#316c7e", height=4, length=260, shift=60)
    draw = random.Random(4)
    c.ripples([(draw.uniform(0, 1150), draw.uniform(585, 790), draw.uniform(20, 95)) for _ in range(46)], SHALLOW, 3.4)
    c.ripples([(860 + draw.uniform(-60, 60), 585 + 14 * i, draw.uniform(30, 90)) for i in range(13)], BUTTER, 4)
    for x in (96, 470, 1120):
        c.rect(x, 470, 14, 150, INK)
        c.rect(x - 4, 462, 22, 12, INK, 5)
    _fishing_boat(c, 260, 622, 1.0, RUST, CHALK)
    _fishing_boat(c, 700, 660, 1.22, INK, OCHRE)
    _rowing_boat(c, 1010, 640)
    for x, y, span in ((240, 150, 26), (312, 190, 18), (180, 214, 15), (700, 130, 20)):
        c.bird(x, y, span, INK)
    return c


def _row_of_houses(c: Canvas) -> None:
    draw = random.Random(11)
    walls = [
        "#b9573f",
        "#efe4cf",
        "#5d8791",
        "#d99a4e",
        "#8a4a3c",
        "#f3ead8",
        "#6f8458",
        "#c77f5e",
        "#e8d5ae",
        "#4f6f7c",
    ]
    roofs = ["#5b3830", "#6b4036", "#3f4a52", "#744638"]
    x = -20.0
    for index, wall in enumerate(walls):
        width, height = draw.uniform(108, 140), draw.uniform(120, 195)
        top = 500 - height
        roof = roofs[index % len(roofs)]
        if index % 3 == 1:
            _stepped_gable(c, x, top, width, wall)
        else:
            c.shape([(x - 8, top + 4), (x + width / 2, top - 74), (x + width + 8, top + 4)], roof)
        c.rect(x, top, width, height, wall)
        c.rect(x + width * 0.68, top - 66, 16, 44, roof)
        _windows(c, x, top, width, height, lit=draw.random() < 0.4)
        x += width + 1


def _stepped_gable(c: Canvas, x: float, top: float, width: float, wall: str) -> None:
    for step in range(4):
        inset = step * width / 9
        c.rect(x + inset, top - 20 * (step + 1), width - 2 * inset, 21, wall)
    c.circle(x + width / 2, top - 22, 9, INK)


def _windows(c: Canvas, x: float, top: float, width: float, height: float, *, lit: bool) -> None:
    pane = BUTTER if lit else "#2b4654"
    columns = 3 if width > 124 else 2
    gap = width / columns
    for row in range(int((height - 56) // 46)):
        for column in range(columns):
            left = x + gap * column + gap / 2 - 11
            c.rect(left - 3, top + 18 + row * 46, 28, 34, CHALK)
            c.rect(left, top + 21 + row * 46, 22, 28, pane)
            c.rect(left + 10, top + 21 + row * 46, 2, 28, CHALK)
    c.rect(x + width * 0.5 - 13, 452, 27, 48, INK, 3)
    c.circle(x + width * 0.5 + 8, 478, 2.4, OCHRE)


def _fishing_boat(c: Canvas, x: float, y: float, size: float, hull: str, cabin: str) -> None:
    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + dx * size, y + dy * size

    c.shape([at(-120, 60), at(110, 60), at(60, 92), at(-80, 92)], "#24596a")
    c.line([at(-20, 10), at(-20, -170)], INK, 6 * size)
    c.line([at(-20, -160), at(120, -6)], INK, 2.4 * size)
    c.line([at(-20, -160), at(-116, -2)], INK, 2.4 * size)
    c.shape([at(-12, -138), at(-12, -30), at(62, -30)], PAPER)
    c.rect(*at(-78, -52), 62 * size, 60 * size, cabin, 5)
    c.rect(*at(-84, -60), 74 * size, 11 * size, INK, 4)
    for dx in (-70, -44):
        c.rect(*at(dx, -38), 19 * size, 18 * size, "#2b4654", 3)
    c.shape(smooth([at(-130, -6), at(-118, 40), at(-88, 64), at(84, 64), at(118, 26), at(140, -16)]), hull)
    c.shape([at(-130, -8), at(140, -20), at(136, -4), at(-127, 6)], CHALK)
    c.circle(*at(98, 18), 6 * size, CHALK)


def _rowing_boat(c: Canvas, x: float, y: float) -> None:
    c.shape(smooth([(x - 66, y), (x - 44, y + 30), (x + 44, y + 30), (x + 70, y - 4)]), OCHRE)
    c.shape([(x - 66, y - 2), (x + 70, y - 6), (x + 66, y + 5), (x - 62, y + 8)], BRICK)
    c.line([(x - 20, y), (x - 96, y + 40)], CLAY, 5)


def lamplighter() -> Canvas:
    """A street of lamps at night, the last of them just being lit."""
    c = Canvas(1200, 800, NIGHT)
    c.circle(940, 150, 62, "#f4e4b8")
    c.circle(968, 134, 54, NIGHT)
    draw = random.Random(21)
    for _ in range(50):
        c.circle(draw.uniform(0, 1200), draw.uniform(0, 330), draw.uniform(0.8, 2.4), "#c9d4d2")
    c.land([(0, 420), (240, 380), (520, 410), (840, 366), (1210, 400)], "#18303f")
    x = 0.0
    while x < 1200:
        width, height = draw.uniform(90, 140), draw.uniform(110, 230)
        c.rect(x, 590 - height, width, height, "#1b3544")
        c.shape([(x - 6, 592 - height), (x + width / 2, 530 - height), (x + width + 6, 592 - height)], "#152a37")
        for row in range(int(height // 60)):
            lit = BUTTER if draw.random() < 0.28 else "#264556"
            c.rect(x + width * 0.3, 618 - height + row * 58, 22, 30, lit, 2)
            c.rect(x + width * 0.62, 618 - height + row * 58, 22, 30, "#264556", 2)
        x += width + 4
    c.rect(0, 590, 1200, 210, "#20333c")
    c.shape([(0, 690), (1200, 650), (1200, 800), (0, 800)], "#182830")
    for index in range(15):
        c.oval(40 + index * 84, 740 + (index % 3) * 18, 30, 7, "#223842")
    for lamp, height in ((170, 250), (480, 275)):
        c.oval(lamp, 650, 150, 34, (243, 213, 138, 60))
        _street_lamp(c, lamp, 650, height, lit=True)
    _street_lamp(c, 820, 660, 306, lit=True)
    c.oval(820, 668, 190, 40, (243, 213, 138, 70))
    _man_with_pole(c, 930, 690)
    return c


def _street_lamp(c: Canvas, x: float, foot: float, height: float, *, lit: bool) -> None:
    top = foot - height
    if lit:
        for radius, alpha in ((120, 26), (84, 40), (52, 66)):
            c.circle(x, top + 4, radius, (248, 214, 130, alpha))
    c.rect(x - 5, top + 30, 10, height - 30, "#0b161d")
    c.rect(x - 14, foot - 22, 28, 26, "#0b161d", 4)
    c.shape(
        [(x - 18, top - 22), (x + 18, top - 22), (x + 11, top + 32), (x - 11, top + 32)],
        "#fff1c4" if lit else "#31505d",
    )
    c.shape([(x - 24, top - 20), (x, top - 50), (x + 24, top - 20)], "#0b161d")
    c.line([(x, top - 20), (x, top + 30)], "#0b161d", 2.6)
    c.rect(x - 34, top + 52, 68, 5, "#0b161d", 2)


def _man_with_pole(c: Canvas, x: float, y: float) -> None:
    c.oval(x, y + 6, 54, 9, "#101d24")
    c.line([(x - 2, y - 90), (x - 18, y)], "#0d1a22", 15)
    c.line([(x + 4, y - 90), (x + 20, y)], "#0d1a22", 15)
    c.shape(
        smooth([(x - 26, y - 170), (x - 34, y - 70), (x + 36, y - 66), (x + 26, y - 170), (x - 26, y - 170)]), "#35505c"
    )
    c.line([(x + 64, y - 60), (x - 106, y - 332)], "#8a6c44", 6)
    c.circle(x - 108, y - 336, 8, "#ffe7a3")
    c.line([(x - 14, y - 158), (x - 34, y - 214)], "#35505c", 15)
    c.line([(x + 18, y - 158), (x + 34, y - 112)], "#35505c", 15)
    c.circle(x, y - 192, 19, "#d9a983")
    c.shape([(x - 28, y - 200), (x + 24, y - 200), (x + 18, y - 222), (x - 20, y - 222)], "#0d1a22")
    c.line([(x - 20, y - 176), (x + 16, y - 174)], RUST, 11)


SCENES = {"harbour.webp": harbour, "lamplighter.jpg": lamplighter}
