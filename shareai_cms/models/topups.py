"""What is sold, what was ordered, and what the payment providers said of it.

An order changes its state only by guarded UPDATE statements in ``shareai_cms.topups``. Money is in the
currency's minor unit, as ISO 4217 counts it: cents, yen, fils.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shareai_cms.models.accounts import SiteAccount, Wallet

#: Far above any bundle; a number with too many zeros is a slip.
MOST_MINOR = 100_000_000
MOST_DAYS = 3_650
is_currency = RegexValidator(r"^[A-Z]{3}\Z", _("Write the three capital letters of a currency, such as EUR."))


class Bundle(models.Model):
    """Units for one or several meters at a price. Orders keep what it was when they were made."""

    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=255, blank=True)
    price_minor = models.PositiveIntegerField(
        _("price in the smallest unit"), validators=[MinValueValidator(1), MaxValueValidator(MOST_MINOR)]
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[is_currency])
    #: Days after the purchase; empty means never.
    expires_days = models.PositiveIntegerField(
        _("days until the units expire"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_("Counted from the purchase. Leave empty for units that never expire."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("on sale"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        ordering = ["position", "price_minor", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="shareai_bundle_price"),
        ]

    def __str__(self) -> str:
        return self.name


class BundleUnits(models.Model):
    """Units of one meter in a bundle."""

    bundle = models.ForeignKey(Bundle, verbose_name=_("bundle"), on_delete=models.CASCADE, related_name="contents")
    meter = models.CharField(_("meter"), max_length=32)
    units = models.PositiveIntegerField(_("units"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("units of a bundle")
        verbose_name_plural = _("units of a bundle")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "meter"], name="shareai_bundleunits_unique"),
            models.CheckConstraint(condition=Q(units__gt=0), name="shareai_bundleunits_units"),
        ]

    def __str__(self) -> str:
        return f"{self.bundle_id} {self.meter} {self.units}"


class Order(models.Model):
    """One purchase: what was promised at which price, and how far it has got."""

    class State(models.TextChoices):
        CREATED = "created", _("not yet at the payment provider")
        OPEN = "open", _("waiting for the payment")
        PENDING = "pending", _("payment on its way")
        PAID = "paid", _("paid, units not booked yet")
        FULFILLED = "fulfilled", _("paid")
        FAILED = "failed", _("payment failed")
        EXPIRED = "expired", _("expired")
        CANCELLED = "cancelled", _("cancelled")

    #: What people and providers call it: unguessable, unique, short enough to read out.
    number = models.CharField(_("order number"), max_length=32, unique=True)
    account = models.ForeignKey(
        SiteAccount, verbose_name=_("site account"), on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    #: Where the units go, whatever the account draws on later.
    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="orders")
    bundle = models.ForeignKey(
        Bundle, verbose_name=_("bundle"), on_delete=models.SET_NULL, null=True, related_name="orders"
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.CREATED)
    #: The key of the click that made it, unique per account: a second click finds the first one's order.
    key = models.CharField(_("idempotency key"), max_length=128)

    bundle_name = models.CharField(_("bundle"), max_length=120)
    price_minor = models.PositiveIntegerField(_("price in the smallest unit"))
    currency = models.CharField(_("currency"), max_length=3)
    #: What was charged in all, with the tax that the provider added; None before it said so.
    total_minor = models.PositiveIntegerField(_("charged in the smallest unit"), null=True)
    expires_days = models.PositiveIntegerField(_("days until the units expire"), null=True)
    payer = models.CharField(_("who pays ShareAI"), max_length=16, choices=SiteAccount.Payer.choices)
    #: Who sold it, as the receipt says: texts of ``name``, ``address``, ``email``, ``tax_note``, ``tax_id``.
    seller = models.JSONField(_("seller"), default=dict, blank=True)

    provider = models.CharField(_("payment provider"), max_length=64)
    #: The provider's name for the checkout, empty before it has one.
    session_ref = models.CharField(_("checkout session"), max_length=255, blank=True)
    #: The provider's name for the payment, where it is another one.
    payment_ref = models.CharField(_("payment"), max_length=255, blank=True)
    #: What the provider was first asked for, word by word: the same key with other words would be refused for ever.
    asked = models.JSONField(_("what the provider was asked for"), default=dict, editable=False)
    checkout_url = models.TextField(_("address of the payment page"), blank=True)
    receipt_url = models.TextField(_("address of the receipt"), blank=True)
    #: Until when the payment page is open, UTC.
    open_until = models.DateTimeField(_("payment page open until"), null=True)
    #: Why it stands still, as a code of ours; empty while nothing is wrong.
    problem = models.CharField(_("problem"), max_length=64, blank=True)

    buyer_kind = models.CharField(_("kind of buyer"), max_length=32)
    buyer_ref = models.CharField(_("reference of the buyer"), max_length=255)
    buyer_label = models.CharField(_("buyer"), max_length=255, blank=True)
    #: The language that the buyer read, for mails.
    language = models.CharField(_("language"), max_length=16, blank=True)
    #: Path on this site to which the buyer goes back.
    way_back = models.CharField(_("way back"), max_length=2_000, blank=True)

    created_at = models.DateTimeField(_("created"))
    paid_at = models.DateTimeField(_("paid"), null=True)
    fulfilled_at = models.DateTimeField(_("units booked"), null=True)
    #: When it failed, expired or was cancelled.
    closed_at = models.DateTimeField(_("ended"), null=True)
    #: When the provider is to be asked again; empty when there is nothing left to ask.
    next_look_at = models.DateTimeField(_("next look"), null=True)
    looks = models.PositiveIntegerField(_("looks"), default=0)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="shareai_order_key_unique"),
            models.UniqueConstraint(
                fields=["provider", "session_ref"], condition=~Q(session_ref=""), name="shareai_order_session_unique"
            ),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="shareai_order_price"),
        ]
        indexes = [
            models.Index(fields=["account", "created_at"], name="shareai_order_account"),
            models.Index(fields=["next_look_at"], condition=Q(next_look_at__isnull=False), name="shareai_order_looks"),
            models.Index(
                fields=["provider", "payment_ref"], condition=~Q(payment_ref=""), name="shareai_order_payment"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderUnits(models.Model):
    """Units of one meter that an order promises; its grant is ``order:<id>:<meter>``."""

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.CASCADE, related_name="contents")
    meter = models.CharField(_("meter"), max_length=32)
    units = models.PositiveIntegerField(_("units"))

    class Meta:
        ordering = ["meter"]
        constraints = [
            models.UniqueConstraint(fields=["order", "meter"], name="shareai_orderunits_unique"),
            models.CheckConstraint(condition=Q(units__gt=0), name="shareai_orderunits_units"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.meter} {self.units}"


class OrderAdjustment(models.Model):
    """Money of an order that went back, or is being fought over: one row per refund and per dispute.

    What became of the order's units follows from these rows alone, in whatever order they arrived.
    """

    class Kind(models.TextChoices):
        REFUND = "refund", _("refund")
        DISPUTE = "dispute", _("dispute")

    class Status(models.TextChoices):
        #: A refund that is on its way, or a dispute that is not decided.
        OPEN = "open", _("open")
        #: The money is back with the payer.
        RETURNED = "returned", _("returned to the payer")
        #: The money stays with the seller: a failed refund, a dispute that was won.
        KEPT = "kept", _("kept by the seller")

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="adjustments")
    provider = models.CharField(_("payment provider"), max_length=64)
    provider_ref = models.CharField(_("the provider's reference"), max_length=255)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices)
    amount_minor = models.PositiveIntegerField(_("amount in the smallest unit"))
    #: The provider's own time of the news that the status is from: older news changes nothing.
    as_of = models.DateTimeField(_("as of"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("refund or dispute")
        verbose_name_plural = _("refunds and disputes")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_ref"], name="shareai_orderadjustment_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.provider_ref} {self.status}"


class PaymentEvent(models.Model):
    """A provider's message as it came, kept before anything is done about it."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        PROCESSED = "processed", _("processed")
        IGNORED = "ignored", _("not about an order of this site")
        FAILED = "failed", _("failed")

    provider = models.CharField(_("payment provider"), max_length=64)
    event_id = models.CharField(_("event"), max_length=255)
    type = models.CharField(_("type"), max_length=128)
    #: The raw body, as it was signed.
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.RECEIVED)
    order = models.ForeignKey(
        Order, verbose_name=_("order"), on_delete=models.SET_NULL, null=True, related_name="events"
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    #: Class and code of the last error, empty after a success.
    error = models.CharField(_("error"), max_length=255, blank=True)
    received_at = models.DateTimeField(_("received"))
    processed_at = models.DateTimeField(_("processed"), null=True)
    #: When it is tried again; empty when it is done with, one way or the other.
    next_try_at = models.DateTimeField(_("next try"), null=True)

    class Meta:
        verbose_name = _("payment event")
        verbose_name_plural = _("payment events")
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="shareai_paymentevent_unique"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="shareai_event_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id} {self.state}"


class Feed(models.Model):
    """How far a provider's list of events was read."""

    provider = models.CharField(_("payment provider"), max_length=64, unique=True)
    last_event = models.CharField(_("last event"), max_length=255, blank=True)
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("list of events")
        verbose_name_plural = _("lists of events")

    def __str__(self) -> str:
        return f"{self.provider} {self.last_event}"


class Alert(models.Model):
    """A threshold that a meter's use has reached: told once, and again only after a top-up or in a new period."""

    wallet = models.ForeignKey(
        Wallet, verbose_name=_("wallet"), on_delete=models.CASCADE, related_name="alerts", db_index=False
    )
    meter = models.CharField(_("meter"), max_length=32)
    period_start = models.DateTimeField(_("period begins"))
    threshold = models.PositiveSmallIntegerField(_("threshold in per cent"))
    #: Purchases that the wallet had got by then.
    topups = models.PositiveIntegerField(_("top-ups"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["wallet", "meter", "period_start", "threshold", "topups"], name="shareai_alert_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wallet_id} {self.meter} {self.threshold} %"


class Letter(models.Model):
    """A mail to one person, kept until it is sent: a mail server that is down loses none, and none is sent twice."""

    #: What it is about and to whom; one mail for each.
    reference = models.CharField(_("reference"), max_length=255, unique=True)
    kind = models.CharField(_("kind"), max_length=32)
    #: Emptied once it is sent.
    to = models.CharField(_("to"), max_length=320, blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    #: Keys of rows and plain values, from which the text is made when it is sent.
    facts = models.JSONField(_("facts"), default=dict)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=255, blank=True)
    #: When it is tried next; a sender moves it ahead before it sends. Empty when it is sent or given up.
    next_try_at = models.DateTimeField(_("next try"), null=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="shareai_letter_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
