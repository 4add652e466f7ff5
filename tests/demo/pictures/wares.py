"""Jackets, bags, lamps and mugs, as a shop photographs them: one thing before a quiet wall."""

from __future__ import annotations

from functools import partial

from tests.demo.pictures.canvas import (
    BUTTER,
    CHALK,
    DEEP,
    FOAM,
    INK,
    OCHRE,
    PAPER,
    RUST,
    SAND,
    SEA,
    STONE,
    Canvas,
    smooth,
)

SHADE = (22, 36, 44, 46)
GLOW = (255, 236, 170, 70)


def _wall(wall: str, shelf: str) -> Canvas:
    c = Canvas(800, 600, wall)
    c.rect(0, 470, 800, 130, shelf)
    c.rect(0, 470, 800, 6, (255, 255, 255, 70))
    return c


def jacket(cloth: str, dark: str, *, wall: str) -> Canvas:
    """On a wooden hanger, buttoned up."""
    c = Canvas(800, 600, wall)
    c.rect(0, 92, 800, 12, "#8a6443")
    c.line(smooth([(400, 98), (414, 110), (400, 126), (400, 140)]), STONE, 6)
    c.shape([(262, 566), (552, 566), (570, 552), (270, 552)], SHADE)
    for side in (-1, 1):
        sleeve = [(400 + side * x, y) for x, y in ((96, 150), (150, 176), (206, 440), (150, 452), (104, 300))]
        c.shape(sleeve, dark)
        c.line([(400 + side * 204, 424), (400 + side * 150, 436)], cloth, 8)
    c.shape([(304, 150), (400, 132), (496, 150), (520, 556), (280, 556)], cloth)
    c.shape([(340, 146), (400, 200), (460, 146), (436, 120), (364, 120)], dark)
    c.shape([(362, 122), (400, 176), (438, 122), (420, 114), (380, 114)], PAPER)
    c.line([(400, 200), (400, 552)], dark, 5)
    for y in (238, 310, 382, 454):
        c.circle(414, y, 8, BUTTER)
    for side in (-1, 1):
        left = 400 + side * 66 - 38
        c.rect(left, 400, 76, 84, dark, 8)
        c.rect(left - 4, 392, 84, 26, cloth, 6)
        c.rect(left - 4, 415, 84, 4, dark)
        c.circle(left + 38, 410, 5, BUTTER)
    return c


def bag(cloth: str, dark: str, *, wall: str) -> Canvas:
    """A rucksack with a rolled top, leaning against nothing."""
    c = _wall(wall, "#c9a67a")
    c.oval(400, 520, 190, 18, SHADE)
    for side in (-1, 1):
        c.line(smooth([(400 + side * 60, 190), (400 + side * 196, 260), (400 + side * 150, 480)]), dark, 22)
    c.shape(
        smooth([(262, 220), (290, 150), (510, 150), (538, 220), (550, 490), (520, 520), (280, 520), (250, 490)]), cloth
    )
    c.rect(276, 118, 248, 62, dark, 28)
    c.rect(276, 134, 248, 8, cloth)
    for x in (320, 462):
        c.rect(x, 126, 18, 268, "#7d5a3c", 4)
        c.rect(x - 6, 300, 30, 30, BUTTER, 5)
        c.rect(x + 1, 307, 16, 16, "#7d5a3c", 2)
    c.rect(296, 372, 208, 112, dark, 16)
    c.rect(296, 372, 208, 34, cloth, 14)
    c.rect(296, 402, 208, 4, "#7d5a3c")
    c.rect(376, 428, 48, 30, PAPER, 4)
    c.line([(384, 443), (416, 443)], RUST, 4)
    return c


def storm_lamp() -> Canvas:
    """A storm lamp that is lit."""
    c = _wall("#24414f", "#5d432c")
    for radius in (230, 170, 118):
        c.circle(400, 290, radius, GLOW)
    c.oval(400, 520, 120, 14, (0, 0, 0, 90))
    c.line(smooth([(300, 210), (316, 70), (400, 40), (484, 70), (500, 210)]), STONE, 8)
    for x in (296, 496):
        c.line([(x, 200), (x, 450)], RUST, 14)
    c.shape([(330, 180), (470, 180), (440, 118), (360, 118)], RUST)
    c.rect(372, 92, 56, 30, RUST, 8)
    c.shape(smooth([(344, 186), (322, 300), (352, 400), (448, 400), (478, 300), (456, 186)]), "#f8e8b6")
    c.shape(smooth([(400, 226), (374, 318), (400, 372), (426, 318), (400, 226)]), OCHRE)
    c.shape(smooth([(400, 276), (386, 328), (400, 362), (414, 328), (400, 276)]), CHALK)
    c.rect(336, 396, 128, 26, "#9c3f2f", 6)
    c.rect(290, 420, 220, 92, RUST, 22)
    c.rect(290, 452, 220, 10, "#9c3f2f")
    c.circle(478, 436, 12, BUTTER)
    return c


def table_lamp() -> Canvas:
    """A reading lamp with a shade of paper."""
    c = _wall("#e9dfcc", "#8a6443")
    c.shape([(250, 470), (550, 470), (520, 250), (280, 250)], (255, 224, 140, 70))
    c.oval(400, 494, 110, 18, (40, 26, 14, 70))
    c.rect(392, 240, 16, 230, "#c8902f")
    c.oval(400, 478, 84, 22, "#c8902f")
    c.oval(400, 472, 84, 20, "#dcab4e")
    c.shape([(318, 84), (482, 84), (566, 262), (234, 262)], PAPER)
    for x in (356, 400, 444):
        c.line([(x, 90), (400 + (x - 400) * 2.0, 258)], SAND, 3)
    c.rect(234, 256, 332, 10, OCHRE, 4)
    c.line([(446, 266), (446, 330)], STONE, 3)
    c.circle(446, 336, 8, RUST)
    for y, width, colour in ((448, 150, SEA), (426, 130, RUST)):
        c.rect(560, y, width, 22, colour, 4)
        c.rect(584, y + 8, 46, 5, CHALK, 2)
    return c


def mug(glaze: str, band: str, *, wall: str) -> Canvas:
    """A mug of something hot."""
    c = _wall(wall, "#8a6443")
    c.oval(400, 506, 170, 18, (40, 26, 14, 80))
    for x in (350, 400, 450):
        c.line(smooth([(x, 190), (x - 16, 150), (x + 14, 112), (x - 6, 70)]), (255, 255, 255, 110), 9)
    c.circle(548, 350, 84, glaze)
    c.circle(548, 350, 52, wall)
    c.shape(smooth([(262, 226), (268, 400), (300, 500), (500, 500), (532, 400), (538, 226)]), glaze)
    c.oval(400, 228, 138, 30, CHALK)
    c.oval(400, 232, 124, 23, "#6f4c34")
    c.shape([(266, 330), (534, 330), (532, 376), (268, 376)], band)
    for x in range(292, 520, 44):
        c.line(smooth([(x, 356), (x + 12, 344), (x + 24, 356)]), CHALK, 4)
    for x, y in ((306, 440), (330, 278), (488, 420), (470, 292), (420, 456)):
        c.circle(x, y, 4, INK)
    return c


SCENES = {
    "jacket-navy.webp": partial(jacket, DEEP, "#143646", wall="#e4dcc8"),
    "jacket-ochre.webp": partial(jacket, OCHRE, "#b97f22", wall="#cfe2de"),
    "bag-sand.webp": partial(bag, "#d8c091", "#a98a57", wall="#cfe2de"),
    "bag-green.webp": partial(bag, "#5d8f82", "#3a6a60", wall="#efe7d3"),
    "lamp-storm.webp": storm_lamp,
    "lamp-table.webp": table_lamp,
    "mug-white.webp": partial(mug, CHALK, SEA, wall="#cbb894"),
    "mug-rust.webp": partial(mug, RUST, "#8f3a2a", wall=FOAM),
}
