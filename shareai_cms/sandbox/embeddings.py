"""Embeddings that put related words near each other: hashed character n-grams and general concepts.

Hashing as in "Feature Hashing for Large Scale Multitask Learning" (Weinberger et al., 2009): each
feature adds to two places of the vector with a sign of its own, so that collisions cancel out.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache

from .concepts import concepts_of
from .language import STOP_WORDS

DIMENSIONS = 384
MODEL = "sandbox-embedding"

WORD_WEIGHT = 1.0
GRAM_WEIGHT = 0.8
#: Of words that mean nearly the same, and of those that are about the same.
MEANING_WEIGHT = 1.0
TOPIC_WEIGHT = 0.8
STOP_WORD_WEIGHT = 0.08
#: How often a word of the first line counts, which says what a text is about.
TITLE_COUNT = 3
GRAM_LENGTHS = (3, 4, 5)
#: A word longer than this adds nothing more; it is no word.
LONGEST_WORD = 40

_WORD = re.compile(r"\w+")
_EVERY_STOP_WORD = frozenset().union(*STOP_WORDS.values())


def embed(text: str) -> list[float]:
    """A vector of 384 floats with length 1; the same text gives the same vector on every machine."""
    vector = [0.0] * DIMENSIONS
    title, _line, rest = text.casefold().strip().partition("\n")
    words = Counter(_WORD.findall(rest))
    for word in _WORD.findall(title):
        words[word] += TITLE_COUNT if rest else 1
    for word, count in words.items():
        weight = (STOP_WORD_WEIGHT if word in _EVERY_STOP_WORD else 1.0) * (1 + math.log(count))
        for place, share in _places(word[:LONGEST_WORD]):
            vector[place] += share * weight
    length = math.sqrt(sum(value * value for value in vector))
    if not length:
        # A text without words is near nothing, but still a vector of length 1.
        return [1.0, *vector[1:]]
    return [round(value / length, 7) for value in vector]


@lru_cache(maxsize=50_000)
def _places(word: str) -> tuple[tuple[int, float], ...]:
    """What one word adds, place by place."""
    plain = _without_accents(word)
    padded = f"<{plain}>"
    grams = [padded[at : at + size] for size in GRAM_LENGTHS for at in range(len(padded) - size + 1)]
    features = [(f"w:{plain}", WORD_WEIGHT)]
    features += [(f"g:{gram}", GRAM_WEIGHT / math.sqrt(len(grams))) for gram in grams]
    for topic, number in concepts_of(word):
        features += [(f"t:{topic}", TOPIC_WEIGHT), (f"m:{topic}.{number}", MEANING_WEIGHT)]
    return tuple(place for feature, weight in features for place in _hashed(feature, weight / math.sqrt(2)))


def _without_accents(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def _hashed(feature: str, weight: float) -> tuple[tuple[int, float], tuple[int, float]]:
    digest = hashlib.blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    first, second = int.from_bytes(digest[:4], "big"), int.from_bytes(digest[4:], "big")
    return _signed(first, weight), _signed(second, weight)


def _signed(number: int, weight: float) -> tuple[int, float]:
    return (number >> 1) % DIMENSIONS, weight if number & 1 else -weight
