"""Roll-ups: what closed days came to, so that a report need not read every row of them again.

They repeat what the usage rows say and can be dropped and built again at any time; only
``shareai_cms.reports`` writes here.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shareai_cms.models.accounts import SiteAccount


class RollUp(models.Model):
    """How far one account's usage is rolled up, and what that can be relied on for."""

    account = models.OneToOneField(
        SiteAccount, verbose_name=_("site account"), on_delete=models.CASCADE, related_name="roll_up"
    )
    #: The zone whose days were built: in another one they would begin at other moments.
    time_zone = models.CharField(_("time zone"), max_length=64)
    #: The first day that is not built; every day before it is.
    until = models.DateField(_("built until"))
    #: Late deliveries among the rows of the built days: a row that is marked late afterwards changes the count.
    late = models.PositiveIntegerField(_("delivered too late"), default=0)

    class Meta:
        verbose_name = _("roll-up")
        verbose_name_plural = _("roll-ups")

    def __str__(self) -> str:
        return f"{self.account_id} until {self.until}"


class UsageDay(models.Model):
    """The sums of one account's rows of a day that agree in all the columns before the sums."""

    account = models.ForeignKey(
        SiteAccount, verbose_name=_("site account"), on_delete=models.CASCADE, db_index=False, related_name="usage_days"
    )
    #: In the wallet's zone.
    day = models.DateField(_("day"))
    meter = models.CharField(_("meter"), max_length=32)
    feature = models.CharField(_("action"), max_length=64)
    route = models.CharField(_("route"), max_length=16)
    state = models.CharField(_("state"), max_length=16)
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)
    error_code = models.CharField(_("error code"), max_length=64, blank=True)

    actions = models.PositiveIntegerField(_("actions"))
    #: Units asked for; they were counted where the state is ``settled``.
    units = models.BigIntegerField(_("units"))
    late = models.PositiveIntegerField(_("delivered too late"))
    tokens_in = models.BigIntegerField(_("tokens in"))
    tokens_out = models.BigIntegerField(_("tokens out"))
    cost_millionths = models.BigIntegerField(_("cost in millionths (estimated)"))
    surcharge_millionths = models.BigIntegerField(_("margin in millionths (estimated)"))
    #: Actions for which the marketplace said what they cost.
    priced = models.PositiveIntegerField(_("actions with a price"))

    class Meta:
        verbose_name = _("day of usage")
        verbose_name_plural = _("days of usage")
        indexes = [models.Index(fields=["account", "day"], name="shareai_usageday_day")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day} {self.feature} {self.state}"


class UsagePerson(models.Model):
    """Somebody who acted on an account on a built day; a report offers their names to choose from."""

    account = models.ForeignKey(
        SiteAccount,
        verbose_name=_("site account"),
        on_delete=models.CASCADE,
        db_index=False,
        related_name="usage_people",
    )
    actor_kind = models.CharField(_("kind of actor"), max_length=32)
    actor_ref = models.CharField(_("reference of the actor"), max_length=255)
    actor_label = models.CharField(_("person"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("person of a report")
        verbose_name_plural = _("persons of a report")
        constraints = [
            models.UniqueConstraint(fields=["account", "actor_kind", "actor_ref"], name="shareai_usageperson_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.actor_kind}:{self.actor_ref}"
