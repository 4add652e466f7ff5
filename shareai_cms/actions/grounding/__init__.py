"""Which values in a text the facts support: numbers, units, sizes, materials, colours, certifications and brands.

By code and vocabularies, never by a model. Nothing else is called checked.
"""

from shareai_cms.actions.grounding.grounds import Grounds
from shareai_cms.actions.grounding.kinds import (
    ATTRIBUTE,
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
from shareai_cms.actions.grounding.tied import Ties

__all__ = [
    "ATTRIBUTE",
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
    "Ties",
]
