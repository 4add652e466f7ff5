"""The base of the tree, and the way to find every class of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ShareAIError(Exception):
    """The base of everything that can go wrong on the road of an action."""

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    sentence: StrOrPromise = _("Something went wrong, and nothing was counted.")
    remedy: StrOrPromise = _("Please try again.")

    def __init__(
        self,
        detail: str = "",
        *,
        sentence: StrOrPromise | None = None,
        remedy: StrOrPromise | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        if sentence is not None:
            self.sentence = sentence
        if remedy is not None:
            self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


def error_classes() -> dict[str, type[ShareAIError]]:
    """Every class of the tree by its code."""
    found: dict[str, type[ShareAIError]] = {}
    waiting: list[type[ShareAIError]] = [ShareAIError]
    while waiting:
        cls = waiting.pop()
        # A class that inherits its code tells more of the same error, which keeps the name.
        found.setdefault(cls.code, cls)
        waiting.extend(cls.__subclasses__())
    return found
