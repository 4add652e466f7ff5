"""Graded values of attributes: what is proposed, and what the facts say beside the attribute's own name.

``language | label = allowed, allowed, … | facts | proposed | what they say instead``: the last cell is empty where the
proposed value is true. Those of ``LATER`` were written when the code was done: read for the first time, 7 of its 8
planted values were caught, and none of its 8 true ones flagged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shareai_cms.actions.facts import Attribute
from shareai_cms.actions.grounding import Ties

CASES = """
en | Lining = Unlined, Cotton, Wool, Recycled fleece | Outside: waxed cotton, 280 g; lining: wool. | Cotton | Wool
en | Lining = Unlined, Cotton, Wool, Recycled fleece | Waxed cotton with a lining of wool. | Cotton | Wool
en | Lining = Unlined, Cotton, Wool, Recycled fleece | Waxed cotton, lining: wool, shell: cotton. | Cotton | Wool
en | Lining = Cotton, Wool | A wool lining and a shell of cotton. | Cotton | Wool
en | Size = A4, A5, A6 | A lamp for A5 notebooks. Size: A4. | A5 | A4
en | Colour = Navy, Rust, White | White thread on the seams. Colour - navy. | White | Navy
en | Closure = Two-way zip, Press studs, Buckle | The pocket has press studs. Closure: two-way zip. | Press studs | Two-way zip
de | Futter = Baumwolle, Wolle, ohne | Außen gewachste Baumwolle, Futter: Wolle. | Baumwolle | Wolle
de | Farbe = Schwarz, Weiß, Rot | Schwarze Knöpfe. Die Farbe ist Rot. | Schwarz | Rot
de | Verschluss = Reißverschluss, Magnet, Schnalle | Verschluss: Schnalle. Die Innentasche hält ein Magnet. | Magnet | Schnalle
fr | Doublure = Coton, Laine, Polaire | Coton ciré, doublure : laine. | Coton | Laine
fr | Couleur = Blanc, Bleu, Rouge | Surpiqûres en blanc. Couleur : bleu. | Blanc | Bleu
es | Forro = Algodón, Lana, Poliéster | Algodón encerado, forro: lana. | Algodón | Lana
es | Color = Blanco, Azul, Rojo | Costuras en blanco. El color es azul. | Blanco | Azul
ar | البطانة = قطن, صوف | قطن مشمع. البطانة: صوف. | قطن | صوف
ar | اللون = أبيض, أزرق | خياطة بلون أبيض. اللون: أزرق. | أبيض | أزرق
en | Lining = Unlined, Cotton, Wool, Recycled fleece | Outside: waxed wool; lining: cotton. | Cotton |
en | Lining = Unlined, Cotton, Wool | Waxed cotton, wool lining. | Wool |
en | Lining = Cotton, Wool | Lining: 80 % wool, 20 % cotton. | Cotton |
en | Lining = Cotton, Wool | The sleeves are lined with wool. Sleeve lining: wool. Cotton inside. | Cotton |
en | Lining = Cotton, Wool | A wool lining and a shell of cotton. | Wool |
en | Colour = Navy, Blue, White | Colour: navy with white stripes. | Blue |
en | Size = S, M, L, XL | Size: S to XL. | M |
en | Material = Oak, Pine, Steel | Material: solid oak, legs of steel. | Oak |
en | Lining = Cotton, Wool | Made of cotton throughout. The lining keeps warm. | Cotton |
en | Lining = Cotton, Wool | The lining is not of wool. It is of cotton. | Cotton |
de | Futter = Baumwolle, Wolle | Außen Wolle, innen Futter aus Baumwolle. | Baumwolle |
de | Farbe = Schwarz, Weiß, Rot | Farbe: rotes Leder, schwarze Naht. | Rot |
de | Material = Eiche, Kiefer, Stahl | Material: Gestell aus Stahl, Platte aus Eiche. | Stahl |
fr | Doublure = Coton, Laine | Doublure en coton, extérieur en laine. | Coton |
fr | Couleur = Blanc, Bleu | Couleur : bleu marine, coutures blanches. | Bleu |
es | Forro = Algodón, Lana | Exterior de lana, forro de algodón. | Algodón |
es | Color = Blanco, Azul | Color: azul, con botones blancos. | Azul |
ar | البطانة = قطن, صوف | صوف مشمع، البطانة من القطن. | قطن |
ar | اللون = أبيض, أزرق | اللون أزرق وخيوط بيضاء. | أزرق |
"""
LATER = """
en | Glaze = Matt, Glossy, Speckled | Stoneware with a glossy rim. The glaze is matt. | Glossy | Matt
en | Light source (kind) = LED, E27 bulb, Candle | Looks like a candle. Light source: LED. | Candle | LED
en | Season = Summer, Winter, All year | Summer is when it was drawn. Season: all year. | Summer | All year
de | Größe = A4, A5, A6 | Passt zu A5. Größe: A6. | A5 | A6
de | Lichtquelle = LED, Kerze | Licht wie von einer Kerze; Lichtquelle: LED | Kerze | LED
fr | Taille = A4, A5 | Pour carnets A5. Taille : A4. | A5 | A4
es | Acabado = Mate, Brillante | Borde brillante. El acabado es mate. | Brillante | Mate
ar | المادة = خشب, معدن | مقبض من خشب. المادة: معدن. | خشب | معدن
en | Season = Summer, Winter, All year | For every season, from summer to winter. | Winter |
en | Glaze = Matt, Glossy | Glaze: matte inside, glossy outside. | Matt |
en | Closure = Two-way zip, Press studs | Closure: two-way zips. The hood has press studs. | Two-way zip |
en | Width = 120 cm, 180 cm | Width: 1.2 m. Length: 180 cm. | 120 cm |
de | Ärmelfutter = Baumwolle, Wolle | Futter: Wolle. Ärmelfutter: Baumwolle. | Baumwolle |
fr | Fermeture = Zip, Boutons, Aimant | Fermeture par aimant et boutons. | Aimant |
es | Material = Roble, Pino | El material es roble macizo, no pino. | Roble |
ar | المقاس = صغير, كبير | المقاس كبير. مناسب للصغير أيضا. | كبير |
"""


@dataclass
class TiesFound:
    """What was caught of what was planted, and what was flagged though it is true."""

    cases: int = 0
    planted: int = 0
    supported: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def read(table: str) -> Iterator[tuple[str, Attribute, str, str, str]]:
    """The cases of a table: language, attribute, facts, value, and what the facts say instead."""
    for line in table.strip().splitlines():
        language, declared, facts, value, instead = (cell.strip() for cell in f"{line} ".split("|"))
        label, _equals, allowed = declared.partition(" = ")
        choices = tuple(each.strip() for each in allowed.split(","))
        assert {value, instead} <= {*choices, ""}, line
        yield language, Attribute(key="k-1", label=label, allowed=choices), facts, value, instead


def grade(table: str) -> TiesFound:
    """Ask the facts of every case."""
    grades = TiesFound()
    for language, attribute, facts, value, instead in read(table):
        grades.cases += 1
        grades.planted += bool(instead)
        grades.supported += not instead
        found = Ties([facts], language).instead(attribute, value)
        if instead and found != instead:
            grades.missed.append(f"{attribute.label}: {value} in {facts!r}: {found!r}")
        elif found and not instead:
            grades.wrong.append(f"{attribute.label}: {value} in {facts!r}: {found!r}")
    return grades
