"""A short rest for a person who keeps stopping actions before their first word."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, QuerySet, Subquery
from django.utils import timezone

from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Usage
from shareai_cms.permissions import Actor

#: These stops cost the editor nothing but may cost us the call.
EARLY_CANCELS = 5
WINDOW = timedelta(minutes=10)


def cooldown_until(actor: Actor, now: datetime | None = None) -> datetime | None:
    """When the actor may act again; None where nothing keeps them. One query."""
    stopped = _stopped(actor, now or timezone.now()).order_by("-created_at")
    latest = patiently(lambda: list(stopped.values_list("created_at", flat=True)[:EARLY_CANCELS]))
    return latest[-1] + WINDOW if len(latest) == EARLY_CANCELS else None


def early_cancels(actor: Actor, now: datetime | None = None) -> Subquery:
    """How many early stops count against the actor now, to be read along with another row."""
    stopped = _stopped(actor, now or timezone.now()).order_by().values("actor_ref")
    return Subquery(stopped.annotate(number=Count("pk")).values("number"))


def _stopped(actor: Actor, moment: datetime) -> QuerySet[Usage]:
    return rows(Usage).filter(
        actor_kind=actor.kind,
        actor_ref=actor.reference,
        outcome=Usage.Outcome.CANCELLED_EARLY,
        created_at__gt=moment - WINDOW,
    )
