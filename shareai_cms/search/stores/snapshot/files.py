"""A part as a folder of files: one for each array, and a header that says what they are."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shareai_cms.search.clock import Moment
from shareai_cms.search.stores.arrays import FileArrays, mapped
from shareai_cms.search.stores.building import write
from shareai_cms.search.stores.part import Facts, Part, part
from shareai_cms.search.stores.rows import Piece
from shareai_cms.search.words import version as version_of_words

#: Of the files and of what stands in them; another number means that they are made anew.
FORMAT = 1
_HEADER = "header.json"
_CHUNK = 1 << 20


class DamagedError(Exception):
    """The files are cut, changed, or of another version: they are of no use and are made anew."""


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a snapshot was made of."""

    born: int
    version: int
    #: 0 before there are vectors.
    generation: int
    #: Tells generations with the same number apart, as in a database that was made anew.
    model: str
    dimensions: int

    @property
    def moment(self) -> Moment:
        return Moment(self.born, self.version)

    @property
    def name(self) -> str:
        return f"{self.generation}-{self.born}-{self.version}"


def save(pieces: Iterable[Piece], label: Label, folder: Path) -> None:
    """Write the snapshot into an empty folder; the header comes last."""
    arrays = FileArrays(folder)
    try:
        facts = write(pieces, arrays, label.dimensions)
    finally:
        arrays.close()
    files = {name: [*kind, *_measure(folder / name)] for name, kind in arrays.kinds.items()}
    content = {"label": asdict(label), "facts": asdict(facts), "files": files, **_made_by()}
    body = json.dumps(content, sort_keys=True)
    (folder / _HEADER).write_text(json.dumps({"checksum": zlib.crc32(body.encode()), "content": body}))


def load(folder: Path) -> tuple[Label, Part]:
    """The snapshot in a folder, its files mapped; raises ``DamagedError`` where anything is not as it was written."""
    try:
        label, content = _read_header(folder)
        arrays = {}
        for name, (kind, shape, size, checksum) in content["files"].items():
            if _measure(folder / name) != (size, checksum):
                raise DamagedError(name)
            arrays[name] = mapped(folder / name, kind, tuple(shape))
        facts = content["facts"]
        return label, part(Facts(**{**facts, "types": tuple(facts["types"])}), arrays)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedError(type(error).__name__) from error


def _read_header(folder: Path) -> tuple[Label, dict[str, Any]]:
    header = json.loads((folder / _HEADER).read_text())
    body = header["content"]
    if zlib.crc32(body.encode()) != header["checksum"]:
        raise DamagedError(_HEADER)
    content = json.loads(body)
    if {name: content.get(name) for name in _made_by()} != _made_by():
        raise DamagedError("format")
    return Label(**content["label"]), content


def _made_by() -> dict[str, Any]:
    return {"format": FORMAT, "words": version_of_words(), "byte_order": sys.byteorder}


def _measure(path: Path) -> tuple[int, int]:
    """Bytes and CRC-32."""
    checksum = size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            checksum = zlib.crc32(chunk, checksum)
            size += len(chunk)
    return size, checksum
