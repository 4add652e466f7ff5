"""The press room, and the people who work in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.demo.pictures.canvas import (
    BRICK,
    BUTTER,
    CHALK,
    CLAY,
    DEEP,
    FOAM,
    INK,
    OCHRE,
    PAPER,
    PINE,
    RUST,
    SAND,
    SEA,
    SHALLOW,
    STONE,
    Canvas,
    smooth,
)


def press_room() -> Canvas:
    """The flatbed press under the window, sheets drying above it."""
    c = Canvas(1200, 800, "#d9c7a4")
    c.rect(0, 640, 1200, 160, "#7d5a3c")
    for x in range(-60, 1260, 130):
        c.line([(x, 800), (x + 50, 642)], "#6c4c31", 3)
    c.rect(420, 90, 380, 330, CHALK)
    for column in range(3):
        for row in range(2):
            c.rect(436 + column * 120, 106 + row * 154, 108, 142, "#c4dcdd")
    c.land([(436, 366), (560, 340), (680, 360), (784, 336)], SEA, floor=402)
    for x in (548, 668):
        c.rect(x - 4, 98, 12, 310, CHALK)
    c.rect(430, 248, 360, 12, CHALK)
    c.line(smooth([(0, 70), (300, 92), (600, 84), (900, 94), (1200, 66)]), INK, 3)
    for index, x in enumerate((60, 190, 880, 1010)):
        c.rect(x, 86, 100, 136, PAPER)
        c.rect(x + 46, 76, 8, 22, BRICK)
        c.circle(x + 50, 132, 24, (RUST, SEA, OCHRE, PINE)[index])
        for row in range(3):
            c.rect(x + 18, 172 + row * 14, 64 - row * 12, 5, STONE)
    _type_case(c, 60, 400)
    _press(c, 660, 640)
    c.rect(1030, 520, 130, 130, "#5d432c", 4)
    for index, colour in enumerate((RUST, DEEP, OCHRE)):
        c.rect(1040 + index * 40, 484, 32, 38, colour, 4)
        c.rect(1038 + index * 40, 480, 36, 9, STONE, 3)
    return c


def _type_case(c: Canvas, x: float, y: float) -> None:
    c.rect(x, y, 250, 250, "#8a6443", 6)
    for row in range(6):
        c.rect(x + 12, y + 14 + row * 39, 226, 30, "#6f4c34", 3)
        c.rect(x + 112, y + 25 + row * 39, 26, 7, OCHRE, 3)
    c.shape([(x - 10, y), (x + 260, y), (x + 236, y - 62), (x + 14, y - 62)], "#a87f50")
    for column in range(9):
        for row in range(2):
            c.rect(x + 24 + column * 23, y - 54 + row * 26, 18, 20, "#7d5a3c" if (row + column) % 3 else STONE)


def _press(c: Canvas, x: float, foot: float) -> None:
    c.oval(x, foot + 16, 270, 20, (40, 24, 10, 80))
    for dx in (-190, 150):
        c.shape(
            [(x + dx, foot - 150), (x + dx + 46, foot - 150), (x + dx + 62, foot + 12), (x + dx - 14, foot + 12)], INK
        )
    c.rect(x - 250, foot - 188, 500, 46, INK, 8)
    c.rect(x - 232, foot - 206, 464, 22, STONE, 4)
    c.rect(x - 190, foot - 220, 200, 15, PAPER)
    c.circle(x + 60, foot - 250, 76, "#24495a")
    c.circle(x + 60, foot - 250, 60, DEEP)
    c.circle(x + 60, foot - 250, 14, OCHRE)
    c.circle(x + 216, foot - 122, 76, INK)
    c.circle(x + 216, foot - 122, 62, "#d9c7a4")
    for dx, dy in ((0, 1), (1, 0), (0.7, 0.7), (0.7, -0.7)):
        c.line([(x + 216 - 64 * dx, foot - 122 - 64 * dy), (x + 216 + 64 * dx, foot - 122 + 64 * dy)], INK, 8)
    c.circle(x + 216, foot - 122, 14, RUST)
    c.line([(x + 262, foot - 170), (x + 298, foot - 206)], "#8a6443", 13)


def _bust(background: str, skin: str, coat: str, paint: Callable[[Canvas], None]) -> Canvas:
    c = Canvas(600, 600, background)
    c.circle(300, 330, 236, (255, 255, 255, 50))
    c.shape(smooth([(70, 610), (96, 500), (190, 436), (300, 420), (410, 436), (504, 500), (530, 610)]), coat)
    c.rect(262, 350, 76, 104, skin, 34)
    c.oval(300, 280, 94, 116, skin)
    paint(c)
    return c


def _face(c: Canvas, brow: str, *, smile: float = 14) -> None:
    for side in (-1, 1):
        c.circle(300 + side * 36, 276, 6.5, INK)
        c.line([(300 + side * 50, 254), (300 + side * 24, 250)], brow, 6)
    c.line(smooth([(300, 282), (308, 312), (294, 316)]), (120, 60, 40, 150), 5)
    c.line(smooth([(268, 342), (300, 342 + smile), (332, 342)]), "#7c3527", 6)


def _ida(c: Canvas) -> None:
    hair = "#c9ccc6"
    c.shape(
        smooth(
            [
                (196, 300),
                (190, 200),
                (250, 140),
                (330, 136),
                (404, 190),
                (406, 300),
                (380, 230),
                (300, 196),
                (224, 240),
                (196, 300),
            ]
        ),
        hair,
    )
    c.circle(318, 132, 44, hair)
    _face(c, "#9aa09b", smile=18)
    c.shape([(232, 430), (300, 500), (368, 430), (384, 452), (300, 560), (216, 452)], RUST)
    for side in (-1, 1):
        c.circle(300 + side * 92, 316, 8, OCHRE)


def _jonas(c: Canvas) -> None:
    hair = "#5b3a27"
    c.shape(
        smooth(
            [(208, 300), (222, 388), (300, 430), (378, 388), (392, 300), (366, 330), (300, 316), (234, 330), (208, 300)]
        ),
        hair,
    )
    _face(c, hair, smile=10)
    c.shape(smooth([(196, 232), (206, 150), (300, 118), (394, 150), (404, 232)]), "#24495a")
    c.rect(190, 214, 220, 34, INK, 16)
    for side in (-1, 1):
        c.circle(300 + side * 37, 277, 31, INK)
        c.circle(300 + side * 37, 277, 25, "#f0cfae")
        c.circle(300 + side * 37, 277, 6.5, INK)
    c.rect(292, 270, 16, 6, INK)
    c.rect(180, 470, 18, 140, PAPER)
    c.rect(402, 470, 18, 140, PAPER)


def _wren(c: Canvas) -> None:
    hair = "#1f1a1c"
    for x, y, r in (
        (206, 210, 54),
        (250, 166, 58),
        (312, 150, 60),
        (372, 182, 56),
        (402, 240, 46),
        (198, 270, 44),
        (404, 296, 38),
        (196, 322, 34),
    ):
        c.circle(x, y, r, hair)
    c.oval(300, 290, 88, 106, "#8d5b3f")
    _face(c, hair, smile=20)
    c.rect(196, 486, 208, 130, PAPER, 10)
    c.line([(220, 490), (240, 430)], PAPER, 14)
    c.line([(380, 490), (360, 430)], PAPER, 14)
    c.rect(250, 530, 100, 60, SAND, 6)
    c.line([(330, 536), (346, 476)], BRICK, 10)
    c.shape(smooth([(200, 214), (300, 168), (400, 214), (398, 236), (300, 194), (202, 238), (200, 214)]), OCHRE)


SCENES = {
    "press-room.webp": press_room,
    "ida.png": partial(_bust, SHALLOW, "#efc3a0", PINE, _ida),
    "jonas.png": partial(_bust, BUTTER, "#f0cfae", CLAY, _jonas),
    "wren.png": partial(_bust, FOAM, "#8d5b3f", SEA, _wren),
}
