"""Who pays for AI: plans, wallets of units, and the site accounts that draw on them."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

#: Longest house style of an account.
VOICE_CHARACTERS = 2_000


class Plan(models.Model):
    """What a wallet is given each period; a change applies from the next one."""

    slug = models.SlugField(_("identifier"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return self.name


class PlanAllowance(models.Model):
    """Units of one meter that a plan includes in each period."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.CASCADE, related_name="allowances")
    meter = models.CharField(_("meter"), max_length=32)
    units = models.PositiveIntegerField(_("units"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "meter"], name="shareai_planallowance_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.meter} {self.units}"


class Wallet(models.Model):
    """Owns the units. One per site account by default; several accounts may share one."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("closed")

    client = models.CharField(_("client"), max_length=255, blank=True)
    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="wallets")
    time_zone = models.CharField(_("time zone"), max_length=64, help_text=_("An IANA name, such as Europe/Vienna."))
    anchor_day = models.PositiveSmallIntegerField(
        _("day of the month on which the allowance resets"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.ACTIVE)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("wallet")
        verbose_name_plural = _("wallets")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(anchor_day__gte=1, anchor_day__lte=31), name="shareai_wallet_anchor_day"
            ),
        ]

    def __str__(self) -> str:
        return self.client or f"wallet {self.pk}"

    def clean(self) -> None:
        if self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("Enter an IANA time zone name, such as Europe/Vienna.")})


class SiteAccount(models.Model):
    """One site of one platform in one environment, drawing on one wallet."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("closed")

    class Payer(models.TextChoices):
        CLIENT = "client", _("the client, with its own ShareAI key")
        AGENCY = "agency", _("the agency, with the agency's key")

    platform = models.CharField(_("platform"), max_length=32)
    reference = models.CharField(_("reference"), max_length=255)
    environment = models.CharField(_("environment"), max_length=32)
    deployment = models.CharField(_("deployment"), max_length=64, blank=True)
    client = models.CharField(_("client"), max_length=255, blank=True)
    label = models.CharField(_("name"), max_length=255, blank=True)
    #: The site's own address, remembered to notice a database that was copied elsewhere.
    address = models.CharField(_("address"), max_length=255, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.ACTIVE)
    payer = models.CharField(_("payer"), max_length=16, choices=Payer.choices, default=Payer.CLIENT)
    voice = models.TextField(
        _("voice"),
        blank=True,
        max_length=VOICE_CHARACTERS,
        validators=[MaxLengthValidator(VOICE_CHARACTERS)],
        help_text=_(
            "The house style that every AI action of this site follows: how you address readers, words to use and "
            "words to avoid. At most 2,000 characters."
        ),
    )
    #: The live site's account in a database that was copied elsewhere: it has a wallet of its own there.
    is_copy = models.BooleanField(_("is a copy"), default=False, editable=False)
    #: What the account drew on before it was declared a copy.
    original_wallet = models.ForeignKey(
        Wallet,
        verbose_name=_("wallet before it was a copy"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="copied_accounts",
    )
    #: The site's own ShareAI key, encrypted; write-only (see ``shareai_cms.marketplace.keys``).
    encrypted_key = models.TextField(_("own key"), editable=False, blank=True)
    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="accounts")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("site account")
        verbose_name_plural = _("site accounts")
        constraints = [
            models.UniqueConstraint(fields=["platform", "reference", "environment"], name="shareai_siteaccount_unique"),
        ]

    def __str__(self) -> str:
        return self.label or f"{self.platform} {self.reference}"


class AccountPermission(models.Model):
    """A right of a group on one account, or on all of them."""

    class Permission(models.TextChoices):
        USE = "use", _("use AI")
        BULK = "bulk", _("run AI in bulk")
        BUY = "buy", _("buy top-ups")
        MANAGE = "manage", _("manage AI")

    group = models.ForeignKey(
        Group, verbose_name=_("group"), on_delete=models.CASCADE, related_name="shareai_permissions"
    )
    account = models.ForeignKey(
        SiteAccount,
        verbose_name=_("site account"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="permissions",
        help_text=_("Empty means every site."),
    )
    permission = models.CharField(_("right"), max_length=16, choices=Permission.choices)

    class Meta:
        verbose_name = _("AI permission")
        verbose_name_plural = _("AI permissions")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "account", "permission"],
                name="shareai_accountpermission_unique",
            ),
            models.UniqueConstraint(
                fields=["group", "permission"],
                condition=models.Q(account__isnull=True),
                name="shareai_accountpermission_unique_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.permission} {self.account_id or '*'}"
