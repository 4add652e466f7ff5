"""Somebody who may use AI and not buy asks those who may: one mail to each, however often they click."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shareai_cms import permissions
from shareai_cms.errors import InvalidRequest, NotPermitted
from shareai_cms.metering import period_at
from shareai_cms.models import SiteAccount
from shareai_cms.permissions import BUY, USE, Actor
from shareai_cms.topups import letters, outbox
from shareai_cms.topups.alerts import topups_of


class WishState(models.TextChoices):
    """What came of asking; the label is the sentence for the person who asked."""

    SENT = "sent", _("The people who may buy top-ups have been asked by mail.")
    ALREADY_ASKED = "already_asked", _("You have asked already. You can ask again after the next top-up or reset.")
    NOBODY = "nobody", _("Nobody who may buy top-ups can be reached by mail. Ask the people who run this site.")


def wish(account: SiteAccount, actor: Actor, way_back: str = "", *, now: datetime | None = None) -> WishState:
    """Ask those who may buy for an account, with its wallet loaded; once in each period and after each top-up.

    ``way_back`` is the path on this site that the person was at. Raises ``NotPermitted`` for who may not use
    AI there, ``InvalidRequest`` for who may buy.
    """
    held = permissions.rights(actor, account)
    if USE not in held:
        raise NotPermitted("no right to use AI on this account")
    if BUY in held:
        raise InvalidRequest("may buy, and need not ask")
    period = period_at(account.wallet, now or timezone.now())
    parts = actor.kind, actor.reference, period.start.isoformat(), str(topups_of(account.wallet_id))
    name = f"{account.pk}:{hashlib.sha256('|'.join(parts).encode()).hexdigest()}"
    facts = {"person": actor.label, "page": way_back[:2_000]}
    written = letters.wish_letters(account, name, facts, but=actor.reference if actor.kind == "user" else "")
    if not written:
        return WishState.NOBODY
    return WishState.SENT if outbox.put(written) else WishState.ALREADY_ASKED
