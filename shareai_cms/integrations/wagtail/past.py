"""What AI has done for one object: who, what, in which field, when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shareai_cms import actions, metering, permissions
from shareai_cms.actions.targets import policy_for
from shareai_cms.errors import ActionRefused, UnknownAction
from shareai_cms.integrations.wagtail import accounts, fields
from shareai_cms.integrations.wagtail.surfaces import Surface, surface_at
from shareai_cms.integrations.wagtail.targets.base import Found, WagtailPolicy
from shareai_cms.metering import meters
from shareai_cms.models import SiteAccount, Suggestion, Usage

PAGE = 20


@dataclass(frozen=True, kw_only=True)
class PastAction:
    """One action in words; ``icon`` says the decision a second time, so that colour is not all."""

    action: str
    field: str
    person: str
    at: datetime
    moment: str
    decision: str
    icon: str
    units: str


@dataclass(frozen=True, kw_only=True)
class PastPage:
    """Some of the actions, newest first; ``next`` is the number of the following page, 0 for none."""

    actions: tuple[PastAction, ...]
    number: int
    next: int


def past_of(request: HttpRequest, path: str, number: int) -> PastPage | None:
    """The actions on the object of the form at an address; None for people who may not use AI for it.

    What another site paid for is that site's own: an object may be shared.
    """
    surface = surface_at(path)
    if surface is None:
        return None
    number = max(1, number)
    if not surface.ref.id:
        return PastPage(actions=(), number=number, next=0)
    admitted = _admitted(request, surface)
    if admitted is None:
        return None
    found, account = admitted
    rows = list(_rows(found, account)[(number - 1) * PAGE : number * PAGE + 1])
    shown = tuple(_described(found.model, usage) for usage in rows[:PAGE])
    return PastPage(actions=shown, number=number, next=number + 1 if len(rows) > PAGE else 0)


def _admitted(request: HttpRequest, surface: Surface) -> tuple[Found, SiteAccount | None] | None:
    policy = policy_for(surface.model)
    if not isinstance(policy, WagtailPolicy):
        return None
    try:
        found = policy.find(request, surface.ref)
        payer = policy.payer(request, found)
    except ActionRefused:
        return None
    actor = accounts.actor_of(request)
    account = metering.find_account(payer.platform, payer.reference, actor=actor)
    return (found, account) if permissions.can(actor, permissions.USE, account) else None


def _rows(found: Found, account: SiteAccount | None) -> Any:
    mine = Usage.objects.filter(object_type=found.model._meta.label_lower, object_ref=str(found.obj.pk))
    # The text of a suggestion can be long, and nobody reads it here.
    listed = mine.filter(account=account).select_related("suggestion", "wallet").defer("suggestion__result")
    return listed.order_by("-created_at", "-pk")


def _described(model: Any, usage: Usage) -> PastAction:
    decision, icon = _decision(usage)
    return PastAction(
        action=_action_label(usage.feature),
        field=fields.path_label(model, usage.field) if usage.field else "",
        person=usage.actor_label,
        at=usage.created_at,
        moment=meters.moment_text(usage.created_at, usage.wallet.time_zone),
        decision=decision,
        icon=icon,
        units=meters.units_text(usage.meter, usage.units) if usage.state == Usage.State.SETTLED else "",
    )


def _action_label(slug: str) -> str:
    try:
        return str(actions.get(slug).label)
    except UnknownAction:
        return slug


def _decision(usage: Usage) -> tuple[str, str]:
    if usage.state == Usage.State.HELD:
        return _("Running"), "spinner"
    if usage.state != Usage.State.SETTLED:
        reason = usage.get_outcome_display() if usage.outcome else usage.get_state_display()
        return _("Not counted: %(reason)s") % {"reason": reason}, "warning"
    words = {
        Suggestion.State.ACCEPTED: (_("Accepted"), "check"),
        Suggestion.State.DISCARDED: (_("Discarded"), "cross"),
    }
    undecided = (_("Stopped before the end"), "cross") if _was_stopped(usage) else (_("Not decided"), "history")
    return words.get(_state_of(usage), undecided)


def _was_stopped(usage: Usage) -> bool:
    return usage.outcome == Usage.Outcome.CANCELLED


def _state_of(usage: Usage) -> Any:
    suggestion = getattr(usage, "suggestion", None)
    return suggestion.state if suggestion is not None else None
