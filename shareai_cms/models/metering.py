"""The ledger: balances, grants, budgets, and one usage row per action.

Balances change only by guarded UPDATE statements in ``shareai_cms.metering``; nothing else writes here.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shareai_cms.models.accounts import SiteAccount, Wallet


class Balance(models.Model):
    """The running totals of one meter of one wallet, in whole units."""

    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="balances")
    meter = models.CharField(_("meter"), max_length=32)
    available = models.BigIntegerField(_("available"), default=0)
    held = models.BigIntegerField(_("held"), default=0)
    frozen = models.BigIntegerField(_("frozen"), default=0)
    #: Units spent since the wallet was opened.
    spent = models.BigIntegerField(_("spent"), default=0)
    #: What ``spent`` was when the current period began: the difference is this period's use.
    spent_before_period = models.BigIntegerField(_("spent before this period"), default=0)
    #: Start of the period that was last rolled to, UTC.
    period_start = models.DateTimeField(_("period begins"))
    #: Its end, kept as it was computed: a later change of the wallet's zone or anchor day waits until then.
    period_end = models.DateTimeField(_("period ends"))
    #: Earliest moment at which time alone changes this balance, UTC.
    next_change_at = models.DateTimeField(_("next change"))

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        constraints = [
            models.UniqueConstraint(fields=["wallet", "meter"], name="shareai_balance_unique"),
            models.CheckConstraint(
                condition=Q(available__gte=0, held__gte=0, frozen__gte=0, spent__gte=0),
                name="shareai_balance_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(spent_before_period__gte=0, spent_before_period__lte=F("spent")),
                name="shareai_balance_period_spent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wallet_id} {self.meter} {self.available}"


class Grant(models.Model):
    """Units that were given or bought, and what became of them.

    At any time ``units = remaining + allocations of held and settled usage + expired + clawed_back``.
    """

    class Kind(models.TextChoices):
        ALLOWANCE = "allowance", _("included in the plan")
        PROMO = "promo", _("gift")
        ADJUSTMENT = "adjustment", _("correction")
        TOPUP = "topup", _("bought")

    class State(models.TextChoices):
        PENDING = "pending", _("not yet in effect")
        LIVE = "live", _("in effect")
        EXPIRED = "expired", _("expired")

    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="grants")
    meter = models.CharField(_("meter"), max_length=32)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    #: Burn order among grants that expire together; from the kind.
    rank = models.PositiveSmallIntegerField(_("burn order"))
    source_ref = models.CharField(_("source"), max_length=255, unique=True)
    units = models.BigIntegerField(_("units"))
    remaining = models.BigIntegerField(_("remaining"))
    expired = models.BigIntegerField(_("expired"), default=0)
    clawed_back = models.BigIntegerField(_("taken back"), default=0)
    #: Units to be taken when open holds give them back, after a refund or a lost dispute.
    clawback_due = models.BigIntegerField(_("to be taken back"), default=0)
    effective_at = models.DateTimeField(_("in effect from"))
    #: 9999-12-31 means never.
    expires_at = models.DateTimeField(_("expires"))
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.PENDING)
    is_frozen = models.BooleanField(_("frozen"), default=False)
    note = models.CharField(_("note"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.CheckConstraint(
                condition=Q(units__gt=0, remaining__gte=0, remaining__lte=F("units")),
                name="shareai_grant_remaining",
            ),
            models.CheckConstraint(
                condition=Q(expired__gte=0, clawed_back__gte=0, clawback_due__gte=0),
                name="shareai_grant_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(remaining__lte=F("units") - F("expired") - F("clawed_back")),
                name="shareai_grant_not_beyond_units",
            ),
        ]
        indexes = [
            models.Index(fields=["wallet", "meter", "state", "expires_at", "rank"], name="shareai_grant_burn"),
        ]

    def __str__(self) -> str:
        return self.source_ref


class Budget(models.Model):
    """A share of a wallet's units per period, for one account, group, person or business unit."""

    class Scope(models.TextChoices):
        ACCOUNT = "account", _("site")
        GROUP = "group", _("group")
        ACTOR = "actor", _("person")
        BUSINESS_UNIT = "business_unit", _("business unit")

    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.CASCADE, related_name="budgets")
    meter = models.CharField(_("meter"), max_length=32)
    scope = models.CharField(_("for whom"), max_length=16, choices=Scope.choices)
    #: Account or group primary key, ``kind:reference`` of an actor, or the business unit's name.
    reference = models.CharField(_("reference"), max_length=255)
    limit = models.PositiveIntegerField(_("units per period"))

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        constraints = [
            models.UniqueConstraint(fields=["wallet", "meter", "scope", "reference"], name="shareai_budget_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.reference}: {self.limit} {self.meter}"


class BudgetUse(models.Model):
    """What a budget's owner has held or spent in one period."""

    budget = models.ForeignKey(Budget, verbose_name=_("budget"), on_delete=models.CASCADE, related_name="uses")
    period_start = models.DateTimeField(_("period begins"))
    used = models.BigIntegerField(_("used"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["budget", "period_start"], name="shareai_budgetuse_unique"),
            models.CheckConstraint(condition=Q(used__gte=0), name="shareai_budgetuse_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id} {self.period_start:%Y-%m-%d} {self.used}"


class Usage(models.Model):
    """One AI action: its hold, its outcome and everything a bill has to explain."""

    class State(models.TextChoices):
        HELD = "held", _("running")
        SETTLED = "settled", _("counted")
        RELEASED = "released", _("not counted")
        EXPIRED = "expired", _("not counted, outcome unknown")

    class Outcome(models.TextChoices):
        NONE = "", _("running")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("stopped after the first words")
        CANCELLED_EARLY = "cancelled_early", _("stopped before the first word")
        FAILED = "failed", _("failed")
        BROKEN = "broken", _("broke off")
        REFUSED = "refused", _("answer not usable")
        UNKNOWN = "outcome_unknown", _("outcome unknown")

    class Route(models.TextChoices):
        STANDARD = "standard", _("standard")
        PREMIUM = "premium", _("premium")
        FALLBACK = "fallback", _("fallback")

    # Without an index of its own where a constraint below begins with the same column: fewer to write.
    account = models.ForeignKey(
        SiteAccount, verbose_name=_("site account"), on_delete=models.PROTECT, related_name="usage", db_index=False
    )
    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="usage")
    key = models.CharField(_("idempotency key"), max_length=128)
    #: SHA-256, hexadecimal, of action, object, options and input.
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.HELD)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, default=Outcome.NONE, blank=True)
    meter = models.CharField(_("meter"), max_length=32)
    units = models.PositiveIntegerField(_("units"))
    deadline = models.DateTimeField(_("deadline"))
    created_at = models.DateTimeField(_("created"))
    resolved_at = models.DateTimeField(_("ended"), null=True)
    #: A settle that came after the deadline: the text was delivered free.
    late = models.BooleanField(_("delivered too late"), default=False)

    actor_kind = models.CharField(_("kind of actor"), max_length=32)
    actor_ref = models.CharField(_("reference of the actor"), max_length=255)
    actor_label = models.CharField(_("person"), max_length=255, blank=True)
    feature = models.CharField(_("action"), max_length=64)
    object_type = models.CharField(_("type of object"), max_length=128, blank=True)
    object_ref = models.CharField(_("reference of the object"), max_length=255, blank=True)
    object_label = models.CharField(_("object"), max_length=255, blank=True)
    field = models.CharField(_("field"), max_length=255, blank=True)
    workspace = models.CharField(_("workspace"), max_length=255, blank=True)
    business_unit = models.CharField(_("business unit"), max_length=255, blank=True)

    route = models.CharField(_("route"), max_length=16, choices=Route.choices, default=Route.STANDARD)
    model_asked = models.CharField(_("model asked for"), max_length=255, blank=True)
    model_answered = models.CharField(_("model that answered"), max_length=255, blank=True)
    request_id = models.CharField(_("request ID"), max_length=255, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    tokens_in = models.PositiveIntegerField(_("tokens in"), default=0)
    tokens_out = models.PositiveIntegerField(_("tokens out"), default=0)
    is_estimated = models.BooleanField(_("tokens are estimated"), default=False)
    #: Money in millionths of the marketplace's currency, None where it did not say.
    cost_millionths = models.BigIntegerField(_("cost in millionths (estimated)"), null=True)
    surcharge_millionths = models.BigIntegerField(_("margin in millionths (estimated)"), null=True)
    duration_ms = models.PositiveIntegerField(_("duration in milliseconds"), default=0)
    error_code = models.CharField(_("error code"), max_length=64, blank=True)
    #: The technical reason, for people who manage AI; never content, never a secret.
    error_detail = models.CharField(_("technical reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="shareai_usage_key_unique"),
        ]
        indexes = [
            models.Index(fields=["account", "created_at"], name="shareai_usage_account"),
            models.Index(fields=["wallet", "meter", "deadline"], condition=Q(state="held"), name="shareai_usage_open"),
            models.Index(
                fields=["actor_kind", "actor_ref", "created_at"],
                condition=Q(outcome="cancelled_early"),
                name="shareai_usage_cancelled",
            ),
            models.Index(fields=["object_type", "object_ref"], name="shareai_usage_object"),
            models.Index(fields=["account", "created_at"], condition=Q(late=True), name="shareai_usage_late"),
            models.Index(fields=["account", "actor_kind", "actor_ref", "created_at"], name="shareai_usage_person"),
        ]

    def __str__(self) -> str:
        return f"{self.feature} {self.key} {self.state}"


class UsageAllocation(models.Model):
    """Which grants paid for an action, and how much each."""

    usage = models.ForeignKey(
        Usage, verbose_name=_("usage"), on_delete=models.CASCADE, related_name="allocations", db_index=False
    )
    grant = models.ForeignKey(Grant, verbose_name=_("grant"), on_delete=models.PROTECT, related_name="allocations")
    units = models.PositiveIntegerField(_("units"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["usage", "grant"], name="shareai_allocation_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.usage_id} {self.grant_id} {self.units}"


class BudgetAllocation(models.Model):
    """Which budgets an action was counted against, so that a release gives back the same ones."""

    usage = models.ForeignKey(
        Usage, verbose_name=_("usage"), on_delete=models.CASCADE, related_name="budget_allocations", db_index=False
    )
    use = models.ForeignKey(
        BudgetUse, verbose_name=_("use of the budget"), on_delete=models.CASCADE, related_name="allocations"
    )
    units = models.PositiveIntegerField(_("units"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["usage", "use"], name="shareai_budgetallocation_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.usage_id} {self.use_id} {self.units}"
