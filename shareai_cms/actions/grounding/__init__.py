"""Which values in a text the facts support: numbers, units, sizes, materials, colours, certifications and brands.

By code and vocabularies, never by a model. Nothing else is called checked.
"""

from shareai_cms.actions.grounding.grounds import Grounds
from shareai_cms.actions.grounding.kinds import (
    BRAND,
    CERTIFICATION,
    COLOUR,
    KINDS,
    MATERIAL,
    NUMBER,
    SIZE,
    UNIT,
    Flag,
)

__all__ = [
    "BRAND",
    "CERTIFICATION",
    "COLOUR",
    "KINDS",
    "MATERIAL",
    "NUMBER",
    "SIZE",
    "UNIT",
    "Flag",
    "Grounds",
]
