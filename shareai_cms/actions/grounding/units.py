"""Units of measure with their names in the five languages, and what they are of the base unit of their kind."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shareai_cms.actions.grounding.words.measures import CASED, UNITS

METRIC, IMPERIAL = "metric", "imperial"
MONEY, TEMPERATURE = "money-", "temperature"


@dataclass(frozen=True, slots=True)
class Unit:
    """How a number with this unit is turned into the base unit: ``value * factor + offset``."""

    dimension: str
    factor: float
    system: str = METRIC
    offset: float = 0.0


#: Those in capitals mean the same as the small ones.
_SHOUTED = {"L": "l", "KG": "kg", "CM": "cm", "MM": "mm", "ML": "ml"}


def _units() -> tuple[dict[str, Unit], dict[str, Unit]]:
    cased: dict[str, Unit] = {}
    others: dict[str, Unit] = {}
    for line in UNITS.strip().splitlines():
        kind, names = line.split("|")
        dimension, factor, system = kind.split()
        for name in names.split():
            unit = Unit(dimension, float(factor), system)
            (cased if name in CASED else others)[name if name in CASED else name.casefold()] = unit
    cased.update({shouted: cased.get(name) or others[name] for shouted, name in _SHOUTED.items()})
    celsius, fahrenheit = Unit(TEMPERATURE, 1.0), Unit(TEMPERATURE, 5 / 9, IMPERIAL, -160 / 9)
    for name in ("°c", "celsius", "°celsius", "grad celsius", "degrés celsius", "grados celsius", "degrees celsius"):
        others[name] = celsius
    for name in ("°f", "fahrenheit", "°fahrenheit", "degrees fahrenheit"):
        others[name] = fahrenheit
    others |= {"fl oz": others["floz"], "per cent": others["percent"], "pour cent": others["percent"]}
    others |= {"por ciento": others["percent"], "بالمئة": others["percent"], "درجة مئوية": celsius, "سنتيغراد": celsius}
    square_metre, square_foot = others["m²"], others["ft²"]
    others |= {"square metres": square_metre, "square meters": square_metre, "square feet": square_foot}
    others |= {"mètres carrés": square_metre, "metros cuadrados": square_metre, "متر مربع": square_metre}
    return cased, others


_CASED, _OTHERS = _units()
#: Names of two words, by the first.
_LONGER: dict[str, list[str]] = {}
for _name in _OTHERS:
    if " " in _name:
        _LONGER.setdefault(_name.split()[0], []).append(_name)
_NAME = r"[^\W\d_]+(?:/[^\W\d_]+)?[²³]?"
_AFTER = re.compile(rf" ?-? ?((?:fl\.? ?oz\.?)|g/m2|[°%€$£\"٪](?:[CFcf](?!\w))?|{_NAME})(?![\w²³])(?= ([^\W\d_]+))?")
_INCH = re.compile(r"(?:\.|\s*(?:x\b|\*|[),;]|$|(?:wide|tall|high|long|deep|thick|diameter|screen|display)\b))")


#: "18K gold", where the gold was found before.
_KARATS, _GOLD = frozenset(("K", "k", "kt", "Kt")), re.compile(r" ?-?#")


#: "Un t-shirt" weighs no tonne.
_JOINED = re.compile(r"-[^\W\d_]")


def unit_after(text: str, place: int) -> tuple[Unit, int] | None:
    """The unit that follows a number which ends at a place, and where its name ends."""
    match = _AFTER.match(text, place)
    if match is None:
        return None
    written = match[1]
    if written.lower() == "in":
        return (_OTHERS["inch"], match.end(1)) if _INCH.match(text, match.end(1)) else None
    if match[2] and written.casefold() in _LONGER:
        both = f"{written} {match[2]}".casefold()
        if both in _OTHERS:
            return _OTHERS[both], match.end(2)
    if written in _KARATS and _GOLD.match(text, match.end(1)):
        return _OTHERS["karat"], match.end(1)
    if len(written) == 1 and _JOINED.match(text, match.end(1)):
        return None
    unit = unit_named(written.replace(" ", "").replace("fl.oz", "fl oz").rstrip(".") if "oz" in written else written)
    return (unit, match.end(1)) if unit is not None else None


def unit_named(written: str) -> Unit | None:
    """The unit that is written so; None for a word that is none."""
    return _CASED.get(written) or (
        _OTHERS.get(written.casefold()) if written not in ("M", "G", "T", "S", "H") else None
    )
