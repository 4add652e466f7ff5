"""Mails about top-ups: kept as rows first, sent after the commit, tried again while the mail server is away."""

from __future__ import annotations

from typing import Any

from shareai_cms.models import Order


def write(kind: str, order: Order, **facts: Any) -> None:
    """Write to the people whom an order's news concerns; each is written to once."""
