"""How the index names an object of any model: by its key as text, and by a number that can be compared in bulk."""

from __future__ import annotations

import hashlib
import re
from typing import Any

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)
_LEAST, _MOST = -(2**63), 2**63 - 1


def reference_of(key: Any) -> str:
    """``SearchDocument.object_ref`` of a primary key."""
    return str(key)


def number_of(reference: str) -> int:
    """``SearchDocument.ref_number``: the reference itself where it is a whole number of 64 bits, else from its hash.

    Two references of one model may have the same number; nobody is shown anything for the number alone.
    """
    if _WHOLE.fullmatch(reference) and _LEAST <= (number := int(reference)) <= _MOST:
        return number
    digest = hashlib.sha256(reference.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
