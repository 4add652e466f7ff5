"""Makes text from outside safe to keep: valid Unicode, no NUL, short labels without secrets."""

from __future__ import annotations

_HIGH = range(0xD800, 0xDC00)
#: Shorter than any real key. The sandbox takes any word for one, and such a word may well be part of a name.
_SHORTEST_SECRET = 8


def clean(text: str) -> str:
    """Text that every database and encoding takes: no NUL, no half of a surrogate pair.

    JSON may escape an emoji as two halves; both halves together become the emoji again.
    """
    text = text.replace("\x00", "")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class Joiner:
    """Cleans text that comes in pieces, one half of a pair in each if need be."""

    def __init__(self) -> None:
        self._half = ""

    def add(self, piece: str) -> str:
        piece, self._half = self._half + piece, ""
        if piece and ord(piece[-1]) in _HIGH:
            piece, self._half = piece[:-1], piece[-1]
        return clean(piece)


def label(value: object, *, secret: str = "", longest: int = 255) -> str:
    """A name that the marketplace gave (model, request id, code), fit to be stored and logged; else nothing.

    Dropped if it repeats the secret, which some services do in their messages.
    """
    text = value.strip() if isinstance(value, str) else ""
    has_secret = len(secret) >= _SHORTEST_SECRET and secret in text
    return text[:longest] if text.isascii() and text.isprintable() and not has_secret else ""


def in_digits(number: int) -> str:
    """12345 as ``12 345``."""
    return f"{number:,}".replace(",", " ")
