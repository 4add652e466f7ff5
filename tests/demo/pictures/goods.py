"""What the shop sells, and the shop itself."""

from __future__ import annotations

import math
import random

from tests.demo.pictures.canvas import (
    BRICK,
    BUTTER,
    CHALK,
    CLAY,
    DEEP,
    FOAM,
    INK,
    MOSS,
    OCHRE,
    PAPER,
    PINE,
    RUST,
    SAND,
    SEA,
    SHALLOW,
    STONE,
    Canvas,
    Point,
    smooth,
)


def _table(wall: str, wood: str) -> Canvas:
    c = Canvas(1200, 800, wall)
    c.rect(0, 560, 1200, 240, wood)
    c.rect(0, 560, 1200, 8, (255, 255, 255, 60))
    for y in (640, 724):
        c.rect(0, y, 1200, 3, (40, 26, 14, 50))
    return c


def sheet_seven() -> Canvas:
    """A folded walking map, half open."""
    c = Canvas(1200, 800, "#dfe6df")
    c.shape([(160, 690), (1080, 720), (1080, 748), (160, 722)], (22, 48, 61, 46))
    panels = 5
    for index in range(panels):
        left, right = 150 + index * 180, 330 + index * 180
        high, low = (118, 148) if index % 2 else (148, 118)
        frame = [(left, high), (right, low), (right, low + 560), (left, high + 560)]
        c.shape(frame, PAPER)
        _map_panel(c, left, high, low, index)
        c.shape(frame, (22, 48, 61, 26) if index % 2 else (255, 255, 255, 0))
        c.line([(right, low), (right, low + 560)], (22, 48, 61, 60), 2)
    return c


def _map_panel(c: Canvas, left: float, high: float, low: float, index: int) -> None:
    def at(x: float, y: float) -> Point:
        return left + x * 180, high + (low - high) * x + y * 560

    coast = [0.62, 0.5, 0.55, 0.36, 0.42, 0.28]
    for offset, colour in ((0.0, "#bcd6d6"), (0.05, "#d8e6dd"), (0.1, "#efe2bd"), (0.16, "#cdd9ac"), (0.34, "#bccb98")):
        start, end = coast[index] + offset, coast[index + 1] + offset
        bend = 0.05 * math.sin(index * 2 + offset * 20)
        edge = [at(x / 12, start + (end - start) * x / 12 + bend * math.sin(math.pi * x / 12)) for x in range(13)]
        c.shape([*edge, at(1, 1), at(0, 1)] if offset else [at(0, 0), at(1, 0), at(1, 1), at(0, 1)], colour)
    for ring in range(3):
        c.line(
            [at(x / 8, 0.86 - ring * 0.05 + 0.03 * math.sin(x + index + ring)) for x in range(9)], "#a2b37c", 2
        )  # fmt: skip
    track = [at(x / 12, coast[index] + 0.2 + (coast[index + 1] - coast[index]) * x / 12) for x in range(13)]
    for start, end in zip(track[::2], track[1::2], strict=False):
        c.line([start, end], RUST, 5)
    c.circle(*at(0.5, coast[index] + 0.27), 9, INK)
    c.circle(*at(0.5, coast[index] + 0.27), 4, PAPER)
    c.line([at(0.12, 0.08), at(0.12, 0.94)], (22, 48, 61, 30), 1)
    if index == 1:
        _compass(c, *at(0.5, 0.2), 62)


def _compass(c: Canvas, x: float, y: float, radius: float) -> None:
    c.circle(x, y, radius, INK)
    c.circle(x, y, radius - 4, "#bcd6d6")
    for turn in range(8):
        angle = math.tau * turn / 8
        reach = radius * (0.88 if turn % 2 == 0 else 0.5)
        tip = (x + reach * math.sin(angle), y - reach * math.cos(angle))
        for side, colour in ((0.2, RUST if turn == 0 else INK), (-0.2, CHALK)):
            base = (x + radius * 0.26 * math.sin(angle + side * 4), y - radius * 0.26 * math.cos(angle + side * 4))
            c.shape([(x, y), tip, base], colour)


def tide_chart() -> Canvas:
    """A poster of one month of tides."""
    c = Canvas(1200, 800, "#d9cbb4")
    c.rect(338, 62, 540, 690, (30, 22, 12, 50))
    c.rect(326, 50, 540, 690, PAPER)
    c.rect(352, 76, 488, 4, INK)
    c.rect(352, 700, 488, 4, INK)
    c.circle(800, 124, 26, OCHRE)
    c.circle(812, 118, 22, PAPER)
    c.rect(352, 104, 230, 16, INK, 3)
    c.rect(352, 132, 150, 9, STONE, 3)
    for row in range(7):
        base, swing = 228 + row * 68, 20 + 9 * math.sin(row * math.pi / 6 + 0.3)
        curve = [(352 + step * 4, base - swing * math.sin(step / 121 * math.tau * 7 + row)) for step in range(123)]
        c.shape(
            [*curve, (840, base + 31), (352, base + 31)], (DEEP, SEA, "#568f9c", SHALLOW)[min(row % 6, 5 - row % 6)]
        )
        c.line(curve, INK, 2.4)
        for day in range(1, 7):
            c.line([(352 + day * 70, base + 26), (352 + day * 70, base + 31)], PAPER, 2)
    c.circle(596, 40, 9, BRICK)
    return c


def notebook() -> Canvas:
    """A notebook in the rain that does not mind."""
    c = Canvas(1200, 800, "#8fb0b5")
    draw = random.Random(3)
    for _ in range(46):
        x, y = draw.uniform(0, 1200), draw.uniform(-20, 520)
        c.line([(x, y), (x - 12, y + 46)], "#b3cbcd", 3)
    c.rect(0, 560, 1200, 240, "#6d7f7d")
    for x, y, rx in ((170, 690, 120), (1010, 720, 140), (960, 610, 70), (380, 760, 90)):
        c.oval(x, y, rx, rx * 0.17, "#9fb6b8")
        c.oval(x + rx * 0.1, y - 2, rx * 0.6, rx * 0.07, "#c3d4d3")
    c.shape([(330, 700), (820, 726), (880, 690), (420, 640)], (16, 32, 44, 70))
    c.shape([(352, 196), (764, 150), (826, 654), (410, 704)], "#efe7d3")
    for step in range(5):
        c.line([(412 + step, 700 - step * 4), (824, 650 - step * 4)], "#cbbf9f", 1.6)
    c.shape([(340, 190), (752, 142), (812, 636), (398, 686)], "#c8902f")
    c.shape([(340, 190), (398, 184), (456, 678), (398, 686)], "#a8751f")
    c.shape([(478, 268), (690, 244), (702, 344), (490, 369)], PAPER)
    c.line([(510, 300), (668, 282)], INK, 6)
    c.line([(514, 330), (624, 317)], STONE, 5)
    c.shape([(684, 150), (710, 147), (770, 641), (744, 644)], INK)
    _pencil(c, 860, 330, 960, 700)
    for _ in range(42):
        x, y = draw.uniform(400, 770), draw.uniform(210, 640)
        radius = draw.uniform(2.5, 7)
        c.circle(x, y, radius, "#e3b866")
        c.circle(x - radius * 0.3, y - radius * 0.3, radius * 0.35, CHALK)
    return c


def _pencil(c: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    c.line([(x0 + 14, y0 + 20), (x1 + 16, y1 + 6)], (16, 32, 44, 60), 20)
    c.line([(x0, y0), (x1, y1)], RUST, 22)
    c.line([(x0 - 3, y0), (x1 - 3, y1)], "#d9705a", 6)
    c.shape([(x1 - 12, y1 - 4), (x1 + 12, y1 - 12), (x1 + 14, y1 + 44)], SAND)
    c.shape([(x1 + 6, y1 + 22), (x1 + 14, y1 + 20), (x1 + 14, y1 + 44)], INK)
    c.line([(x0 - 4, y0 - 14), (x0, y0)], CHALK, 22)


def print_harbour() -> Canvas:
    """A linocut in two colours, framed, on the wall."""
    c = _table("#e9dfcc", "#8a6443")
    c.rect(352, 76, 520, 408, (40, 26, 14, 50))
    c.rect(340, 62, 520, 408, INK)
    c.rect(354, 76, 492, 380, CHALK)
    c.rect(400, 116, 400, 300, DEEP)
    c.circle(700, 196, 40, OCHRE)
    for index, width in enumerate((54, 44, 62, 48, 58, 40, 60)):
        x = 404 + index * 57
        top = 236 - (index * 37) % 50
        c.shape([(x, 300), (x, top), (x + width / 2, top - 34), (x + width, top), (x + width, 300)], PAPER)
        for row in range(2):
            c.rect(x + 12, top + 12 + row * 26, 9, 14, DEEP)
            c.rect(x + width - 22, top + 12 + row * 26, 9, 14, DEEP)
    c.rect(400, 300, 400, 7, PAPER)
    for row in range(8):
        for dash in range(7):
            x = 408 + dash * 58 + (row % 2) * 24
            c.line(
                [(x, 322 + row * 12), (min(x + 22 + row * 7 % 18, 794), 322 + row * 12)],
                OCHRE if row < 5 and dash == 5 else SHALLOW,
                3,
            )
    _mug(c, 1000, 556)
    c.rect(120, 520, 190, 34, RUST, 4)
    c.rect(134, 488, 170, 33, PINE, 4)
    c.rect(116, 454, 182, 34, BUTTER, 4)
    for y in (532, 500, 466):
        c.rect(150, y, 60, 6, CHALK, 2)
    return c


def _mug(c: Canvas, x: float, foot: float) -> None:
    c.circle(x + 56, foot - 52, 34, SEA)
    c.circle(x + 56, foot - 52, 20, "#e9dfcc")
    c.rect(x - 50, foot - 100, 104, 108, SEA, 12)
    c.rect(x - 50, foot - 62, 104, 14, FOAM)
    for index, brush in enumerate((RUST, CLAY, MOSS)):
        c.line([(x - 22 + index * 20, foot - 98), (x - 40 + index * 36, foot - 190)], brush, 9)


def books() -> Canvas:
    """The press's guides on a windowsill."""
    c = _table("#bcd3d2", "#ece2cb")
    c.rect(80, 0, 26, 560, CHALK)
    c.rect(1094, 0, 26, 560, CHALK)
    c.rect(0, 300, 1200, 16, CHALK)
    c.land([(106, 280), (380, 236), (700, 276), (1094, 230)], "#8fb0ad", floor=300)
    c.rect(106, 316, 988, 244, SEA)
    for x, y, length in ((180, 360, 90), (330, 400, 60), (900, 350, 120), (960, 430, 80), (240, 480, 70)):
        c.line([(x, y), (x + length, y)], SHALLOW, 4)
    x = 190.0
    for width, height, cover, band in (
        (62, 330, RUST, BUTTER), (48, 300, PINE, PAPER), (74, 352, INK, OCHRE), (54, 316, OCHRE, INK),
        (66, 338, DEEP, FOAM),
    ):  # fmt: skip
        c.rect(x, 566 - height, width, height, cover, 3)
        c.rect(x, 566 - height + 34, width, 10, band)
        c.rect(x, 566 - 62, width, 10, band)
        c.rect(x + width / 2 - 5, 566 - height + 74, 10, height * 0.4, band, 3)
        x += width + 3
    _standing_guide(c, 640, 566)
    return c


def _standing_guide(c: Canvas, x: float, foot: float) -> None:
    c.shape([(x + 250, foot), (x + 330, foot), (x + 262, foot - 330)], (22, 48, 61, 60))
    c.shape([(x, foot), (x + 244, foot), (x + 262, foot - 356), (x + 18, foot - 356)], NIGHT_COVER)
    c.shape([(x, foot), (x + 16, foot), (x + 34, foot - 356), (x + 18, foot - 356)], "#0b161d")
    c.circle(x + 176, foot - 286, 28, BUTTER)
    c.circle(x + 188, foot - 292, 24, NIGHT_COVER)
    for step, height in enumerate((70, 96, 124)):
        left = x + 58 + step * 62
        c.circle(left, foot - 84 - height, 24, (248, 214, 130, 70))
        c.circle(left, foot - 84 - height, 11, "#ffe7a3")
        c.rect(left - 3, foot - 84 - height + 10, 6, height + 14, CHALK)
    c.rect(x + 34, foot - 66, 196, 5, CHALK)
    c.rect(x + 36, foot - 46, 150, 11, OCHRE, 3)
    c.rect(x + 35, foot - 26, 96, 7, STONE, 3)


NIGHT_COVER = "#1b3544"


def parcel() -> Canvas:
    """A parcel on the counter, tied with string."""
    c = _table("#d6a58a", "#6f4c34")
    c.rect(760, 120, 300, 12, "#6f4c34")
    for x, width, height, colour in (
        (780, 40, 120, PAPER),
        (826, 52, 96, PINE),
        (884, 44, 130, INK),
        (936, 60, 104, OCHRE),
    ):
        c.rect(x, 120 - height, width, height, colour, 3)
    c.oval(470, 664, 330, 30, (30, 18, 10, 80))
    c.shape([(200, 372), (520, 420), (520, 670), (200, 606)], "#c29a68")
    c.shape([(520, 420), (760, 362), (760, 592), (520, 670)], "#a87f50")
    c.shape([(200, 372), (446, 322), (760, 362), (520, 420)], "#d8b684")
    c.line([(356, 396), (356, 637)], CHALK, 7)
    c.line([(356, 396), (600, 341)], CHALK, 7)
    c.line([(200, 484), (520, 541), (760, 472)], CHALK, 7)
    for side in (-1, 1):
        c.line(smooth([(470, 370), (470 + side * 52, 330), (470 + side * 78, 366), (470, 374)]), CHALK, 7)
    c.shape([(556, 500), (722, 452), (722, 548), (556, 602)], PAPER)
    for row in range(3):
        c.line([(576, 520 + row * 25), (690 - row * 22, 486 + row * 26 + row * 2)], INK, 5)
    c.circle(288, 524, 34, BRICK)
    c.circle(288, 524, 22, "#b65744")
    _ball_of_string(c, 960, 600)
    return c


def _ball_of_string(c: Canvas, x: float, y: float) -> None:
    c.oval(x + 8, y + 74, 92, 14, (30, 18, 10, 80))
    c.circle(x, y, 78, PAPER)
    for turn in range(5):
        c.line(
            smooth(
                [(x - 70 + turn * 16, y - 30), (x - 10 + turn * 18, y - 54 + turn * 20), (x + 30 + turn * 10, y + 50)]
            ),
            SAND,
            5,
        )
    c.line(smooth([(x - 66, y + 40), (x - 170, y + 92), (x - 240, y + 70), (x - 300, y + 112)]), PAPER, 6)


def shop_front() -> Canvas:
    """The chandlery's front, with its awning out."""
    c = Canvas(1200, 800, "#a9503c")
    for row in range(9):
        for column in range(12):
            x = column * 106 - (row % 2) * 53
            c.rect(x, row * 30, 102, 26, ("#a9503c", "#b05a45", "#a04936")[(row * 5 + column) % 3])
    c.rect(0, 690, 1200, 110, "#9aa39f")
    for x in range(-40, 1240, 150):
        c.line([(x, 800), (x + 60, 692)], "#868f8c", 3)
    c.rect(110, 190, 980, 510, DEEP, 6)
    c.rect(150, 330, 560, 290, "#f6dfa6")
    c.rect(770, 330, 180, 370, "#173a49")
    c.rect(790, 350, 140, 200, "#f3d58a")
    c.circle(916, 580, 8, OCHRE)
    c.rect(985, 330, 76, 290, "#f6dfa6")
    _window_display(c)
    c.rect(150, 620, 560, 18, "#173a49")
    c.rect(150, 208, 900, 60, "#173a49", 4)
    for index, width in enumerate((64, 150, 52, 210)):
        c.rect((360, 440, 606, 674)[index], 230, width, 16, BUTTER, 4)
    _awning(c)
    for x in (60, 1120):
        c.rect(x - 34, 610, 90, 84, "#6f4c34", 6)
        for dx, dy, r in ((-14, -16, 34), (28, -30, 38), (10, -62, 32)):
            c.circle(x + dx + 8, 610 + dy, r, PINE)
        for dx, dy in ((-20, -20), (30, -40), (14, -70), (2, -36)):
            c.circle(x + dx + 8, 610 + dy, 7, "#f2c4ae")
    return c


def _awning(c: Canvas) -> None:
    stripes, left, width = 14, 120, 960 / 14
    for index in range(stripes):
        colour = CHALK if index % 2 else RUST
        top, low = left + index * width, left - 24 + index * (width + 48 / stripes)
        wide = width + 48 / stripes
        c.shape([(top, 276), (top + width, 276), (low + wide, 366), (low, 366)], colour)
        c.pie(low + wide / 2, 365, wide / 2, 0, 180, colour)


def _window_display(c: Canvas) -> None:
    c.rect(190, 560, 480, 60, "#d7b06f")
    c.rect(214, 430, 110, 130, PAPER)
    c.land([(214, 520), (250, 496), (290, 516), (324, 486)], SEA, floor=560)
    c.circle(296, 466, 12, RUST)
    for x, width, height, colour in (
        (360, 30, 110, INK),
        (394, 24, 96, RUST),
        (422, 34, 122, MOSS),
        (460, 26, 100, OCHRE),
    ):
        c.rect(x, 560 - height, width, height, colour, 2)
    c.circle(576, 496, 62, INK)
    c.circle(576, 496, 54, "#bcd6d6")
    for x, y, r in ((556, 476, 24), (600, 510, 20), (580, 530, 14)):
        c.circle(x, y, r, MOSS)
    c.rect(571, 556, 10, 10, INK)
    c.rect(1000, 430, 46, 150, CHALK)
    c.circle(1023, 470, 15, SEA)


SCENES = {
    "sheet-seven.png": sheet_seven,
    "tide-chart.png": tide_chart,
    "notebook.jpg": notebook,
    "print-harbour.webp": print_harbour,
    "books.jpg": books,
    "parcel.jpg": parcel,
    "shop-front.webp": shop_front,
}
