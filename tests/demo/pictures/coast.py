"""The coast outside the town."""

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
    MOSS,
    OCHRE,
    PINE,
    ROSE,
    RUST,
    SAND,
    SEA,
    SHALLOW,
    Canvas,
    smooth,
)


def lighthouse() -> Canvas:
    """The North Light at dusk, its beam over the sound."""
    c = Canvas(1200, 800, "#34435f")
    for y, colour in ((250, "#54516e"), (380, "#8c5f70"), (470, "#c97f67"), (530, "#eeb06f")):
        c.waves(y, colour, height=9, length=720, shift=y)
    c.circle(330, 560, 66, "#fbdf9f")
    for x, y, r in (
        (110, 90, 2.5),
        (230, 160, 2),
        (420, 70, 3),
        (560, 150, 2),
        (980, 120, 2.6),
        (1120, 60, 2),
        (90, 230, 2),
    ):
        c.circle(x, y, r, "#f6e6c8")
    c.shape([(802, 218), (-20, 60), (-20, 255)], (250, 226, 160, 86))
    c.shape([(802, 218), (-20, 112), (-20, 205)], (252, 236, 190, 92))
    c.shape([(838, 218), (1220, 150), (1220, 262)], (250, 226, 160, 86))
    c.waves(570, "#41617a", height=4, length=300)
    c.waves(634, "#2f4c66", height=6, length=240, shift=40)
    draw = random.Random(9)
    c.ripples([(330 + draw.uniform(-110, 70), 584 + i * 11, draw.uniform(26, 100)) for i in range(14)], "#f3c583", 4)
    c.ripples([(draw.uniform(0, 1200), draw.uniform(590, 720), draw.uniform(20, 80)) for _ in range(24)], "#5a7d92", 3)
    c.land(
        [(420, 735), (560, 700), (640, 610), (740, 590), (900, 592), (1010, 640), (1100, 690), (1220, 700)], "#2a2f3f"
    )
    c.land([(480, 770), (620, 742), (760, 690), (880, 700), (1040, 742), (1220, 752)], "#1d2331")
    _tower(c, 820, 596)
    _keepers_house(c, 930, 602)
    c.waves(760, "#223a52", height=7, length=170)
    for x, y, span in ((520, 330, 20), (580, 366, 14), (468, 380, 12)):
        c.bird(x, y, span, "#f1d9b4")
    return c


def _tower(c: Canvas, x: float, foot: float) -> None:
    top = 262
    c.shape([(x - 58, foot), (x - 36, top), (x + 36, top), (x + 58, foot)], CHALK)
    for low, high in ((0.06, 0.27), (0.48, 0.69)):
        edge = [foot - (foot - top) * part for part in (low, high)]
        wide = [58 - 22 * part for part in (low, high)]
        c.shape([(x - wide[0], edge[0]), (x - wide[1], edge[1]), (x + wide[1], edge[1]), (x + wide[0], edge[0])], RUST)
    c.shape([(x + 12, foot), (x + 8, top), (x + 36, top), (x + 58, foot)], (20, 28, 46, 60))
    for y in (330, 430, 525):
        c.rect(x - 9, y, 18, 27, "#2b3a4f", 9)
    c.rect(x - 52, top - 12, 104, 14, INK, 3)
    for dx in range(-46, 50, 15):
        c.rect(x + dx, top - 34, 3, 24, INK)
    c.rect(x - 50, top - 36, 100, 4, INK)
    c.rect(x - 27, top - 78, 54, 67, "#fbe6a6")
    c.circle(x, top - 44, 15, "#fffbe9")
    for dx in (-27, -2, 23):
        c.rect(x + dx, top - 78, 4, 67, INK)
    c.shape([(x - 38, top - 76), (x, top - 118), (x + 38, top - 76)], BRICK)
    c.circle(x, top - 120, 7, INK)


def _keepers_house(c: Canvas, x: float, foot: float) -> None:
    c.rect(x, foot - 66, 120, 80, "#d8cdb8")
    c.shape([(x - 12, foot - 62), (x + 14, foot - 112), (x + 106, foot - 112), (x + 132, foot - 62)], "#5a3a35")
    c.rect(x + 84, foot - 134, 17, 40, "#5a3a35")
    for dx in (18, 76):
        c.rect(x + dx, foot - 48, 26, 28, BUTTER)
        c.rect(x + dx + 11, foot - 48, 3, 28, "#5a3a35")
    c.rect(x + 49, foot - 42, 22, 50, "#33404f", 3)


def coast_path() -> Canvas:
    """The path along the cliffs, with one walker on it."""
    c = Canvas(1200, 800, "#cfe3e4")
    c.circle(210, 150, 60, "#fdf6e0")
    for x, y, size in ((420, 130, 1.0), (860, 90, 1.3), (1050, 190, 0.8)):
        _cloud(c, x, y, size)
    c.rect(0, 330, 1200, 470, SEA)
    c.rect(0, 330, 1200, 5, "#5f9aa7")
    c.land([(760, 335), (880, 286), (1010, 300), (1110, 268), (1210, 280)], "#8fb0ad", floor=336)
    draw = random.Random(2)
    c.ripples([(draw.uniform(0, 620), draw.uniform(352, 720), draw.uniform(24, 110)) for _ in range(40)], SHALLOW, 3.4)
    cliff = smooth([(1210, 330), (960, 372), (800, 400), (690, 470), (640, 560), (560, 640), (470, 700), (430, 810)])
    c.shape([*cliff, (1210, 810)], CLAY)
    for start, end in (
        ((820, 420), (760, 620)),
        ((900, 410), (850, 700)),
        ((700, 500), (660, 700)),
        ((590, 640), (560, 800)),
    ):
        c.line([start, end], "#b18d63", 9)
    c.line(smooth([(418, 810), (458, 694), (548, 632), (628, 552), (676, 462), (790, 391)]), FOAM, 9)
    c.land([(560, 800), (700, 640), (820, 480), (940, 420), (1080, 396), (1210, 380)], MOSS)
    c.land([(700, 810), (850, 640), (960, 560), (1090, 500), (1210, 488)], "#5d7445")
    path = smooth(
        [(760, 830), (900, 720), (850, 640), (950, 560), (900, 505), (980, 450), (1050, 420), (1120, 404)], 60
    )
    for index, (x, y) in enumerate(path):
        c.circle(x, y, 27 - 22 * index / len(path), SAND)
    for _ in range(60):
        x, y = draw.uniform(820, 1190), draw.uniform(520, 790)
        c.line([(x, y), (x + 3, y - 13)], draw.choice((PINE, "#87a05f", OCHRE)), 3)
    _walker(c, 896, 628)
    _finger_post(c, 1040, 700)
    for x, y, span in ((330, 290, 22), (270, 260, 15), (560, 240, 18)):
        c.bird(x, y, span, INK)
    _sail(c, 250, 400)
    return c


def _cloud(c: Canvas, x: float, y: float, size: float) -> None:
    for dx, dy, r in ((-60, 6, 26), (-24, -10, 38), (22, -4, 32), (58, 8, 22)):
        c.circle(x + dx * size, y + dy * size, r * size, CHALK)
    c.rect(x - 82 * size, y + 8 * size, 162 * size, 24 * size, CHALK, 12 * size)


def _walker(c: Canvas, x: float, y: float) -> None:
    c.line([(x, y - 26), (x - 9, y)], INK, 7)
    c.line([(x, y - 26), (x + 10, y - 1)], INK, 7)
    c.rect(x - 10, y - 62, 21, 40, RUST, 9)
    c.rect(x + 6, y - 58, 16, 28, "#7b5b3a", 6)
    c.line([(x - 5, y - 52), (x - 21, y - 32)], RUST, 7)
    c.line([(x - 21, y - 46), (x - 27, y + 4)], "#5b4632", 3.4)
    c.circle(x, y - 72, 11, "#e8bd98")
    c.pie(x, y - 74, 13, 180, 360, OCHRE)


def _finger_post(c: Canvas, x: float, y: float) -> None:
    c.rect(x, y - 104, 11, 112, "#6d553b", 3)
    c.shape([(x - 74, y - 96), (x + 18, y - 96), (x + 18, y - 72), (x - 74, y - 72), (x - 90, y - 84)], "#86693f")
    c.shape([(x - 6, y - 62), (x + 74, y - 62), (x + 90, y - 50), (x + 74, y - 38), (x - 6, y - 38)], "#86693f")
    c.line([(x - 62, y - 84), (x + 2, y - 84)], SAND, 4)
    c.line([(x + 8, y - 50), (x + 64, y - 50)], SAND, 4)


def _sail(c: Canvas, x: float, y: float) -> None:
    c.shape([(x, y - 90), (x, y), (x + 46, y)], CHALK)
    c.shape([(x - 6, y - 74), (x - 6, y), (x - 32, y)], ROSE)
    c.shape(smooth([(x - 44, y + 6), (x - 30, y + 20), (x + 34, y + 20), (x + 52, y + 4)]), INK)


def mudflats() -> Canvas:
    """The sound at low water: channels, withies, a heron."""
    c = Canvas(1200, 800, "#e9e2d0")
    c.waves(150, "#efe8d8", height=6, length=800)
    c.land([(0, 262), (180, 246), (420, 262), (700, 240), (980, 262), (1210, 250)], "#9fb0a4", floor=300)
    c.rect(0, 268, 1200, 532, "#b9a98b")
    c.rect(0, 268, 1200, 22, SHALLOW)
    c.land([(0, 330), (300, 318), (640, 336), (900, 316), (1210, 330)], "#c6b697")
    channel = smooth([(660, 290), (560, 330), (760, 380), (520, 450), (700, 540), (330, 660), (420, 820)], 90)
    for index, (x, y) in enumerate(channel):
        c.oval(x, y, 12 + 150 * (index / len(channel)) ** 1.5, 9 + 44 * (index / len(channel)), SHALLOW)
    for index, (x, y) in enumerate(channel[80:]):
        c.oval(x + 14, y - 3, 5 + 84 * (index / len(channel)) ** 1.6, 2 + 15 * index / len(channel), FOAM)
    draw = random.Random(7)
    for _ in range(70):
        x, y = draw.uniform(0, 1200), draw.uniform(330, 790)
        c.oval(x, y, draw.uniform(16, 70) * y / 700, draw.uniform(2, 5), (120, 100, 74, 70))
    for index in range(7):
        x, y = 740 + index * 58, 330 + index * 50
        height = 60 + index * 24
        c.line([(x, y), (x + 5, y - height)], "#4c3d2f", 4 + index * 0.7)
        for twig in (-1, 1):
            c.line([(x + 4, y - height * 0.75), (x + twig * (10 + 3 * index), y - height * 1.1)], "#4c3d2f", 2.6)
    _stranded_boat(c, 250, 440)
    _heron(c, 850, 742)
    for x, y, span in ((420, 150, 17), (470, 175, 12), (380, 186, 11), (520, 140, 12)):
        c.bird(x, y, span, INK)
    return c


def _stranded_boat(c: Canvas, x: float, y: float) -> None:
    c.oval(x + 6, y + 34, 120, 12, "#9b8a6b")
    c.shape(smooth([(x - 108, y - 34), (x - 84, y + 18), (x - 30, y + 34), (x + 72, y + 24), (x + 116, y - 12)]), DEEP)
    c.shape([(x - 108, y - 38), (x + 116, y - 16), (x + 112, y - 3), (x - 104, y - 22)], RUST)
    c.line([(x + 10, y - 26), (x + 34, y - 168)], "#4c3d2f", 6)
    c.line([(x + 33, y - 160), (x + 108, y - 16)], "#4c3d2f", 2)
    c.line([(x + 116, y - 10), (x + 190, y + 40)], "#4c3d2f", 2.4)


def _heron(c: Canvas, x: float, y: float) -> None:
    c.line([(x - 8, y - 60), (x - 12, y + 18)], INK, 4)
    c.line([(x + 10, y - 60), (x + 14, y + 18)], INK, 4)
    c.shape(
        smooth(
            [(x - 62, y - 66), (x - 20, y - 112), (x + 34, y - 104), (x + 40, y - 72), (x, y - 52), (x - 62, y - 66)]
        ),
        "#6f8894",
    )
    c.line(smooth([(x + 32, y - 96), (x + 58, y - 132), (x + 36, y - 166), (x + 50, y - 196)]), CHALK, 11)
    c.circle(x + 54, y - 200, 12, CHALK)
    c.shape([(x + 60, y - 207), (x + 112, y - 194), (x + 60, y - 192)], OCHRE)
    c.line([(x + 60, y - 206), (x + 26, y - 214)], INK, 4)
    c.circle(x + 57, y - 202, 2.4, INK)


SCENES = {"lighthouse.jpg": lighthouse, "coast-path.jpg": coast_path, "mudflats.webp": mudflats}
