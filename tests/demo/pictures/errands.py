"""Where the newer guides go: the ferry, the salt pans, a bakery; and the cat, who stays at home."""

from __future__ import annotations

import random

from tests.demo.pictures.canvas import (
    BRICK,
    BUTTER,
    CHALK,
    CLAY,
    DEEP,
    FOAM,
    INK,
    NIGHT,
    OCHRE,
    PAPER,
    PLUM,
    ROSE,
    RUST,
    SAND,
    SEA,
    SHALLOW,
    STONE,
    Canvas,
    smooth,
)


def ferry() -> Canvas:
    """The small car ferry in the middle of the sound, the green buoy before it."""
    c = Canvas(1200, 800, "#dfe8e2")
    c.circle(230, 190, 70, "#f7e7b5")
    c.land([(0, 360), (210, 318), (480, 352), (760, 312), (1000, 346), (1210, 322)], "#a9bdb4", floor=420)
    for index in range(9):
        x = 700 + index * 44
        c.rect(x, 330 - (index % 3) * 9, 34, 40, (CHALK, RUST, OCHRE)[index % 3])
        c.shape(
            [(x - 4, 331 - (index % 3) * 9), (x + 17, 308 - (index % 3) * 9), (x + 38, 331 - (index % 3) * 9)], BRICK
        )
    c.rect(0, 368, 1200, 432, SEA)
    c.waves(470, "#347485", height=4, length=230)
    c.waves(620, DEEP, height=6, length=280, shift=70)
    _hull(c, 560, 470)
    c.shape(smooth([(820, 560), (940, 566), (1080, 556), (1210, 566), (1210, 578), (820, 578)]), FOAM)
    _buoy(c, 190, 640)
    draw = random.Random(5)
    c.ripples([(draw.uniform(0, 1150), draw.uniform(600, 790), draw.uniform(20, 90)) for _ in range(34)], SHALLOW, 3.4)
    for x, y, span in ((420, 150, 24), (500, 190, 17), (880, 130, 20), (960, 168, 13)):
        c.bird(x, y, span, INK)
    return c


def _hull(c: Canvas, x: float, y: float) -> None:
    c.shape([(x - 290, y + 20), (x + 300, y + 20), (x + 250, y + 112), (x - 250, y + 112)], INK)
    c.rect(x - 290, y + 8, 590, 22, CHALK)
    c.rect(x - 246, y + 82, 492, 12, RUST)
    c.rect(x - 150, y - 82, 280, 92, CHALK, 6)
    for index in range(6):
        c.rect(x - 132 + index * 44, y - 62, 30, 32, "#2b4654", 4)
    c.rect(x - 70, y - 156, 130, 78, OCHRE, 6)
    for index in range(3):
        c.rect(x - 58 + index * 38, y - 142, 30, 30, "#2b4654", 3)
    c.rect(x + 74, y - 190, 44, 112, RUST, 4)
    c.rect(x + 74, y - 172, 44, 18, CHALK)
    c.line([(x - 96, y - 82), (x - 96, y - 236)], INK, 6)
    c.shape([(x - 96, y - 236), (x - 30, y - 220), (x - 96, y - 200)], RUST)
    for index, colour in enumerate((SHALLOW, OCHRE)):
        left = x - 262 + index * 424
        c.rect(left, y - 26, 88, 34, colour, 8)
        c.rect(left + 18, y - 50, 52, 30, colour, 9)
    c.line([(x - 290, y - 18), (x - 150, y - 18)], STONE, 3)
    c.line([(x + 130, y - 18), (x + 300, y - 18)], STONE, 3)


def _buoy(c: Canvas, x: float, y: float) -> None:
    c.shape([(x - 34, y), (x + 34, y), (x + 16, y - 110), (x - 16, y - 110)], "#3d7a58")
    c.rect(x - 11, y - 138, 22, 30, BUTTER, 4)
    c.oval(x, y + 4, 62, 16, "#2c5c43")
    c.oval(x + 10, y - 6, 44, 13, STONE)
    c.circle(x + 48, y - 16, 13, STONE)


def salt_pans() -> Canvas:
    """Evening over the pans: squares of water, heaps of salt, one chimney."""
    c = Canvas(1200, 800, "#f0c9a4")
    c.rect(0, 0, 1200, 130, "#e9b694")
    c.circle(880, 292, 74, "#fbe6bd")
    c.land([(0, 330), (300, 318), (700, 332), (1210, 316)], PLUM, floor=372)
    c.rect(0, 362, 1200, 438, "#8f6f63")
    for row in range(4):
        top, height = 386 + row * 44 + row * row * 14, 34 + row * 26
        for column in range(-1, 5):
            left = 600 + (column - 2) * (250 + row * 80) - row * 30
            width = 226 + row * 72
            colour = ("#f3d2ae", ROSE, "#dcb9a6", SHALLOW)[(row + column) % 4]
            c.shape(
                [
                    (left, top),
                    (left + width, top),
                    (left + width + 14 + row * 8, top + height),
                    (left - 14, top + height),
                ],
                colour,
            )
    for x, y, size in ((210, 470, 0.8), (330, 478, 0.7), (940, 560, 1.25), (1090, 576, 1.05)):
        _heap(c, x, y, size)
    c.rect(430, 250, 210, 120, BRICK)
    c.shape([(414, 254), (480, 200), (592, 200), (656, 254)], "#4d3a3f")
    c.shape([(584, 250), (592, 90), (624, 90), (634, 250)], "#7d3a2f")
    c.rect(586, 84, 44, 14, "#4d3a3f", 3)
    c.rect(500, 300, 46, 70, NIGHT, 3)
    c.line([(120, 560), (262, 500)], "#5b4436", 7)
    c.rect(248, 482, 14, 42, "#5b4436", 3)
    for x, y, span in ((240, 180, 20), (310, 150, 15), (362, 190, 12), (1040, 150, 18)):
        c.bird(x, y, span, PLUM)
    return c


def _heap(c: Canvas, x: float, y: float, size: float) -> None:
    outline = [(x - 70 * size, y), (x - 22 * size, y - 58 * size), (x + 20 * size, y - 60 * size), (x + 72 * size, y)]
    c.shape(smooth(outline), CHALK)
    c.shape([(x + 4, y - 62 * size), (x + 72 * size, y), (x + 16 * size, y)], "#e4d8c8")


def bakery() -> Canvas:
    """A lit bakery window before dawn, loaves on the shelves."""
    c = Canvas(1200, 800, "#1d2f3a")
    for row in range(9):
        for column in range(13):
            c.rect(column * 98 - (row % 2) * 49, row * 78, 92, 72, "#233844" if row % 2 else "#213541")
    c.rect(0, 700, 1200, 100, "#141f27")
    c.shape([(150, 700), (860, 700), (1000, 800), (40, 800)], (243, 213, 138, 60))
    c.rect(140, 180, 660, 460, "#5d432c", 8)
    c.rect(164, 204, 612, 412, BUTTER)
    c.rect(164, 204, 612, 120, "#f8e3ad")
    for row in range(3):
        shelf = 330 + row * 112
        for index in range(5 - row % 2):
            x = 224 + index * 122 + (row % 2) * 58
            c.oval(x, shelf - 26, 50, 32, (CLAY, "#b4783f", "#a1612f")[(row + index) % 3])
            for cut in (-20, 0, 20):
                c.line([(x + cut - 7, shelf - 44), (x + cut + 7, shelf - 22)], SAND, 4)
        c.rect(164, shelf, 612, 14, "#8a6a45")
    c.rect(464, 204, 12, 412, "#5d432c")
    c.rect(880, 250, 200, 450, RUST, 6)
    c.rect(906, 280, 148, 190, BUTTER, 4)
    c.circle(1050, 520, 10, OCHRE)
    c.shape([(110, 190), (830, 190), (868, 110), (72, 110)], CHALK)
    for index in range(8):
        left = 72 + index * 99.5
        c.shape([(left, 110), (left + 50, 110), (110 + index * 90 + 45, 190), (110 + index * 90, 190)], RUST)
    c.line([(980, 250), (980, 170)], INK, 6)
    for radius, alpha in ((110, 30), (70, 50)):
        c.circle(980, 150, radius, (248, 214, 130, alpha))
    c.shape([(958, 120), (1002, 120), (994, 176), (966, 176)], "#fff1c4")
    c.shape([(950, 122), (980, 92), (1010, 122)], "#0b161d")
    return c


def cat() -> Canvas:
    """Errata on her chair, a page of proofs under one paw."""
    c = Canvas(900, 900, "#d7b98d")
    c.rect(0, 700, 900, 200, "#8a6242")
    c.oval(450, 770, 330, 46, "#774f33")
    c.rect(190, 210, 520, 420, BRICK, 60)
    c.rect(230, 250, 440, 360, "#b14d3a", 44)
    c.rect(150, 560, 600, 150, BRICK, 46)
    c.rect(190, 690, 34, 110, "#4c3322", 8)
    c.rect(676, 690, 34, 110, "#4c3322", 8)
    grey, dark = "#77838a", "#5d686f"
    c.line(smooth([(590, 560), (700, 570), (742, 480), (700, 420)]), dark, 34)
    c.shape(
        smooth([(320, 590), (306, 470), (380, 390), (470, 372), (560, 420), (606, 520), (590, 590), (320, 590)]), grey
    )
    c.circle(420, 340, 96, grey)
    c.shape([(336, 310), (340, 204), (416, 262)], grey)
    c.shape([(504, 310), (500, 204), (424, 262)], grey)
    c.shape([(352, 288), (354, 232), (394, 264)], ROSE)
    c.shape([(488, 288), (486, 232), (446, 264)], ROSE)
    for x in (384, 456):
        c.oval(x, 334, 17, 21, BUTTER)
        c.oval(x, 334, 6, 19, INK)
    c.shape([(408, 372), (432, 372), (420, 388)], ROSE)
    c.line(smooth([(396, 402), (410, 406), (420, 388), (430, 406), (444, 402)]), INK, 4)
    for dy in (-8, 4, 16):
        c.line([(392, 382 + dy / 2), (300, 376 + dy * 2)], CHALK, 2.4)
        c.line([(448, 382 + dy / 2), (540, 376 + dy * 2)], CHALK, 2.4)
    for x in (468, 512, 556):
        c.line(smooth([(x, 420), (x + 16, 460), (x + 8, 500)]), dark, 9)
    c.shape([(250, 600), (480, 586), (500, 690), (262, 706)], PAPER)
    for row in range(5):
        c.line([(278, 622 + row * 16), (460 - (row % 2) * 40, 611 + row * 16)], STONE, 4)
    c.line([(300, 662), (392, 656)], RUST, 6)
    c.oval(372, 596, 44, 24, grey)
    c.oval(516, 600, 48, 24, grey)
    return c


SCENES = {"ferry.webp": ferry, "salt-pans.webp": salt_pans, "bakery.webp": bakery, "cat.png": cat}
