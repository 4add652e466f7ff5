"""Where the arrays of an index are put while it is made: in memory, or in files of a folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Arrays(ABC):
    """Named arrays that grow row by row, or have their size from the start."""

    @abstractmethod
    def append(self, name: str, rows: Array) -> None:
        """Put rows of the same kind and width at the end."""

    @abstractmethod
    def read(self, name: str) -> Array:
        """What was appended."""

    @abstractmethod
    def create(self, name: str, dtype: type, size: int) -> Array:
        """An array to be written in any order."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Forget an array that was only needed on the way."""

    def put(self, name: str, array: Array) -> None:
        self.append(name, array)


class MemoryArrays(Arrays):
    def __init__(self) -> None:
        self._parts: dict[str, list[Array]] = defaultdict(list)

    def append(self, name: str, rows: Array) -> None:
        self._parts[name].append(rows)

    def read(self, name: str) -> Array:
        parts = self._parts[name]
        if len(parts) > 1:
            parts[:] = [np.concatenate(parts)]
        return parts[0]

    def create(self, name: str, dtype: type, size: int) -> Array:
        made: Array = np.zeros(size, dtype=dtype)
        self._parts[name] = [made]
        return made

    def drop(self, name: str) -> None:
        del self._parts[name]

    def all(self) -> dict[str, Array]:
        return {name: self.read(name) for name in self._parts}


class FileArrays(Arrays):
    """One file for each array: its rows and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, BinaryIO] = {}
        #: Kind of number and shape of one row.
        self.kinds: dict[str, tuple[str, tuple[int, ...]]] = {}

    def append(self, name: str, rows: Array) -> None:
        if name not in self._files:
            self._files[name] = (self._folder / name).open("wb")
            self.kinds[name] = (rows.dtype.str, rows.shape[1:])
        np.ascontiguousarray(rows).tofile(self._files[name])

    def read(self, name: str) -> Array:
        self._files[name].flush()
        return mapped(self._folder / name, *self.kinds[name])

    def create(self, name: str, dtype: type, size: int) -> Array:
        self.kinds[name] = (np.dtype(dtype).str, ())
        if not size:
            (self._folder / name).touch()
            return np.zeros(0, dtype=dtype)
        return np.memmap(self._folder / name, dtype=dtype, mode="w+", shape=(size,))

    def drop(self, name: str) -> None:
        if file := self._files.pop(name, None):
            file.close()
        del self.kinds[name]
        (self._folder / name).unlink()

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()


def mapped(path: Path, kind: str, shape: tuple[int, ...]) -> Array:
    """The file's rows, read when they are touched and shared by every process that maps it."""
    dtype = np.dtype(kind)
    width = int(np.prod(shape, dtype=np.int64))
    if not width or not path.stat().st_size:
        count = 0 if width else -1
        return np.zeros((max(count, 0), *shape), dtype=dtype)
    flat = np.memmap(path, dtype=dtype, mode="r")
    return np.asarray(flat).reshape(-1, *shape)
