"""The kinds of values that are checked."""

from __future__ import annotations

from dataclasses import dataclass

NUMBER, UNIT, SIZE = "number", "unit", "size"
MATERIAL, COLOUR, CERTIFICATION, BRAND = "material", "colour", "certification", "brand"

#: The value of an attribute of which the facts say another; the text of the flag is what they say. Of no text.
ATTRIBUTE = "attribute"

KINDS = (NUMBER, UNIT, SIZE, MATERIAL, COLOUR, CERTIFICATION, BRAND)


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A value in a text that the facts do not support."""

    kind: str
    #: As it stands in the text.
    text: str

    def told(self) -> dict[str, str]:
        """As it is stored."""
        return {"kind": self.kind, "text": self.text}
