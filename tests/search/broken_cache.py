"""A cache whose server is gone."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import BaseCache


class BrokenCache(BaseCache):
    """Raises on every use, as a client of a server does that nobody answers for."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, *_args: Any, **_kwargs: Any) -> bool:
        raise ConnectionError("nobody there")

    get = set = touch = delete = incr = clear = add  # type: ignore[assignment]
