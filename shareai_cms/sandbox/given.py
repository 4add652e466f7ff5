"""Vectors that the sandbox was given for certain texts, to measure ranking with those of a real model."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path


class VectorFileError(Exception):
    """The file holds no vectors that could be served."""


def key_of(text: str) -> str:
    """SHA-256 of the text's words, whatever their case and the spaces between them."""
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def read_vectors(path: Path) -> Mapping[str, bytes]:
    """Little-endian float32 by ``key_of`` the text; the file is a JSON object of the same in Base64."""
    try:
        content = json.loads(path.read_bytes())
        vectors = {str(key): base64.b64decode(value, validate=True) for key, value in content.items()}
    except (OSError, ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise VectorFileError(f"{path} cannot be read as a JSON object of vectors: {type(error).__name__}.") from error
    sizes = {len(vector) for vector in vectors.values()}
    if len(sizes) != 1 or sizes == {0} or sizes.pop() % 4:
        raise VectorFileError(f"{path} has to hold vectors of one size, each float32 in Base64.")
    return vectors


def write_vectors(path: Path, vectors: Mapping[str, bytes]) -> None:
    """The file for ``--vectors`` from little-endian float32 by text."""
    content = {key_of(text): base64.b64encode(vector).decode() for text, vector in vectors.items()}
    path.write_text(json.dumps(content))
