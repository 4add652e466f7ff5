"""How long suggestions are kept. Their rows stay, since usage points at them; their content goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from shareai_cms.models import Suggestion

#: Rows that one statement empties.
BATCH = 500


def erase(*, before: datetime, feature: str = "", goes_on: Callable[[], bool] = lambda: True) -> tuple[int, bool]:
    """Empty the suggestions made before a moment, all or those of one action; how many, and whether there are more."""
    erased = 0
    while oldest := list(_kept(before, feature).order_by("created_at").values_list("pk", flat=True)[:BATCH]):
        if not goes_on():
            return erased, True
        still = Suggestion.objects.filter(pk__in=oldest, erased_at__isnull=True)
        erased += still.update(result={}, erased_at=timezone.now())
    return erased, False


def is_waiting(before: datetime) -> bool:
    """Whether a suggestion of before that moment still has its content."""
    return _kept(before).exists()


def _kept(before: datetime, feature: str = "") -> QuerySet[Suggestion]:
    kept = Suggestion.objects.filter(erased_at__isnull=True, created_at__lt=before)
    return kept.filter(usage__feature=feature) if feature else kept
