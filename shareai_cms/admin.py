"""The tables for operators, in Django's admin: plans, rights and budgets to edit, the ledger to read.

The ledger's rows are never added, changed or deleted here: balances follow from them, and only
``shareai_cms.metering`` may move units.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import router, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from shareai_cms.metering import change_plan
from shareai_cms.metering.meters import Meter, all_meters, limited_meters
from shareai_cms.models import (
    AccountPermission,
    Alert,
    Balance,
    Budget,
    BudgetAllocation,
    BudgetUse,
    Bundle,
    BundleUnits,
    Duty,
    Embedding,
    Feed,
    Generation,
    Grant,
    IndexJob,
    Letter,
    Order,
    OrderAdjustment,
    OrderUnits,
    Passage,
    PaymentEvent,
    Plan,
    PlanAllowance,
    QueryVector,
    SearchClock,
    SearchDocument,
    SearchLog,
    SiteAccount,
    Suggestion,
    Usage,
    UsageAllocation,
    Wallet,
    Worker,
)
from shareai_cms.topups.money import is_currency, price_text
from shareai_cms.views.pages import links_for

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
else:  # generic to the type checker alone
    ModelAdmin, TabularInline, ModelForm = admin.ModelAdmin, admin.TabularInline, forms.ModelForm


class ReadOnly:
    """Rows to look at, for superusers too."""

    def has_add_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False


class MeterForm(ModelForm):
    """Offers the meters that are declared instead of free text."""

    def meters(self) -> Iterable[Meter]:
        return all_meters().values()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [(meter.slug, meter.plural) for meter in self.meters()]
        # A row may be older than a meter's removal from the settings.
        if self.instance.meter and self.instance.meter not in dict(choices):
            choices.append((self.instance.meter, self.instance.meter))
        self.fields["meter"] = forms.ChoiceField(label=_("meter"), choices=choices)


class PlanAllowanceInline(TabularInline):
    model = PlanAllowance
    form = MeterForm
    extra = 0


@admin.register(Plan)
class PlanAdmin(ModelAdmin):
    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (PlanAllowanceInline,)


class BalanceInline(ReadOnly, TabularInline):
    model = Balance
    fields = readonly_fields = ("meter", "available", "held", "frozen", "spent", "next_change_at")
    extra = 0


@admin.register(Wallet)
class WalletAdmin(ModelAdmin):
    list_display = ("__str__", "plan", "status", "time_zone", "anchor_day")
    list_filter = ("status", "plan")
    list_select_related = ("plan",)
    search_fields = ("client",)
    inlines = (BalanceInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Wallet | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Wallet, form: Any, change: bool) -> None:
        if change and "plan" in form.changed_data:
            plan = obj.plan
            obj.plan_id = form.initial["plan"]
            # The period that is running keeps its plan. Booking it needs transactions of its own, and
            # this view is inside one.
            alias = router.db_for_write(Wallet)
            transaction.on_commit(lambda: change_plan(obj, plan), using=alias)
        super().save_model(request, obj, form, change)


@admin.register(SiteAccount)
class SiteAccountAdmin(ModelAdmin):
    list_display = (
        "__str__",
        "platform",
        "environment",
        "is_copy",
        "client",
        "status",
        "payer",
        "has_own_key",
        "wallet",
    )
    list_filter = ("status", "environment", "platform", "payer")
    list_select_related = ("wallet",)
    search_fields = ("label", "client", "reference", "address")
    readonly_fields = (
        "platform",
        "reference",
        "environment",
        "is_copy",
        "deployment",
        "address",
        "has_own_key",
        "created_at",
    )
    autocomplete_fields = ("wallet",)
    change_list_template = "shareai_cms/pages/django_admin_accounts.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "shareai_pages": links_for(request)})

    @admin.display(boolean=True, description=_("own key"))
    def has_own_key(self, account: SiteAccount) -> bool:
        return bool(account.encrypted_key)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # opened on first use, with what identifies the site

    def has_delete_permission(self, request: HttpRequest, obj: SiteAccount | None = None) -> bool:
        return False


@admin.register(AccountPermission)
class AccountPermissionAdmin(ModelAdmin):
    list_display = ("group", "permission", "account")
    list_filter = ("permission", "group")
    list_select_related = ("group", "account")


@admin.register(Budget)
class BudgetAdmin(ModelAdmin):
    form = MeterForm
    list_display = ("wallet", "meter", "scope", "reference", "limit")
    list_filter = ("scope", "meter")
    list_select_related = ("wallet",)
    autocomplete_fields = ("wallet",)


@admin.register(Grant)
class GrantAdmin(ReadOnly, ModelAdmin):
    list_display = ("source_ref", "wallet", "meter", "kind", "units", "remaining", "state", "is_frozen", "expires_at")
    list_filter = ("kind", "state", "meter", "is_frozen")
    list_select_related = ("wallet",)
    search_fields = ("source_ref", "note")


class UsageAllocationInline(ReadOnly, TabularInline):
    model = UsageAllocation
    extra = 0


class BudgetAllocationInline(ReadOnly, TabularInline):
    model = BudgetAllocation
    extra = 0


@admin.register(Usage)
class UsageAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "account", "actor_label", "feature", "object_label", "units", "state", "outcome")
    list_filter = ("state", "outcome", "meter", "feature", "route", "late")
    list_select_related = ("account",)
    # No count of every row: the table grows by one row per action, for ever.
    show_full_result_count = False
    search_fields = ("key", "request_id", "actor_label", "object_label")
    inlines = (UsageAllocationInline, BudgetAllocationInline)


@admin.register(BudgetUse)
class BudgetUseAdmin(ReadOnly, ModelAdmin):
    list_display = ("budget", "period_start", "used")
    list_select_related = ("budget",)


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnly, ModelAdmin):
    list_display = ("usage", "state", "is_complete", "decided_by", "created_at")
    list_filter = ("state", "is_complete")
    list_select_related = ("usage",)
    # An editor's text is not an operator's business.
    exclude = ("result",)


@admin.register(Duty)
class DutyAdmin(ReadOnly, ModelAdmin):
    list_display = ("name", "due_at", "worker", "leased_until", "finished_at", "failures", "error")


@admin.register(Worker)
class WorkerAdmin(ReadOnly, ModelAdmin):
    list_display = ("reference", "started_at", "seen_at")


class SoldMeterForm(MeterForm):
    """What there is no limit to cannot be sold."""

    def meters(self) -> Iterable[Meter]:
        return limited_meters()


class BundleUnitsInline(TabularInline):
    model = BundleUnits
    form = SoldMeterForm
    extra = 0
    min_num = 1
    validate_min = True


class BundleForm(ModelForm):
    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if not is_currency(code):
            raise forms.ValidationError(_("Write a currency by its code of three letters, such as EUR."))
        return code


@admin.register(Bundle)
class BundleAdmin(ModelAdmin):
    form = BundleForm
    list_display = ("name", "price", "expires_days", "position", "is_active")
    list_filter = ("is_active", "currency")
    search_fields = ("name",)
    inlines = (BundleUnitsInline,)

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, bundle: Bundle) -> str:
        return price_text(bundle.price_minor, bundle.currency)


class OrderUnitsInline(ReadOnly, TabularInline):
    model = OrderUnits
    extra = 0


class OrderAdjustmentInline(ReadOnly, TabularInline):
    model = OrderAdjustment
    fields = ("kind", "status", "amount_minor", "provider_ref", "as_of")
    extra = 0


@admin.register(Order)
class OrderAdmin(ReadOnly, ModelAdmin):
    list_display = ("number", "created_at", "account", "bundle_name", "price", "state", "buyer_label", "provider")
    list_filter = ("state", "provider", "problem")
    list_select_related = ("account",)
    search_fields = ("number", "buyer_label", "session_ref", "payment_ref")
    inlines = (OrderUnitsInline, OrderAdjustmentInline)
    # Whoever has the address of a payment page can pay there, and the key is the buyer's own.
    exclude = ("checkout_url", "key")

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, order: Order) -> str:
        return price_text(order.price_minor, order.currency)


@admin.register(OrderAdjustment)
class OrderAdjustmentAdmin(ReadOnly, ModelAdmin):
    list_display = ("order", "kind", "status", "amount_minor", "provider_ref", "as_of")
    list_filter = ("kind", "status")
    list_select_related = ("order",)
    search_fields = ("order__number", "provider_ref")


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnly, ModelAdmin):
    list_display = ("received_at", "provider", "type", "event_id", "state", "order", "attempts", "error")
    list_filter = ("state", "provider")
    list_select_related = ("order",)
    search_fields = ("event_id", "order__number")
    # Names, addresses and parts of cards may stand there.
    exclude = ("body",)


@admin.register(Feed)
class FeedAdmin(ReadOnly, ModelAdmin):
    list_display = ("provider", "last_event", "read_at")


@admin.register(Alert)
class AlertAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "wallet", "meter", "threshold", "topups", "period_start")
    list_filter = ("threshold", "meter")
    list_select_related = ("wallet",)


@admin.register(Letter)
class LetterAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "kind", "language", "sent_at", "attempts", "error", "next_try_at")
    list_filter = ("kind",)
    # Whom it is for, and what about, is not an operator's business.
    exclude = ("to", "facts")


@admin.register(Generation)
class GenerationAdmin(ReadOnly, ModelAdmin):
    list_display = ("__str__", "dimensions", "floor", "created_at", "activated_at", "retired_at")
    list_filter = ("state",)


@admin.register(SearchDocument)
class SearchDocumentAdmin(ReadOnly, ModelAdmin):
    list_display = ("title", "object_type", "object_ref", "account", "language", "indexed_at")
    list_filter = ("account", "object_type", "language")
    list_select_related = ("account",)
    search_fields = ("title", "object_ref")


@admin.register(Passage)
class PassageAdmin(ReadOnly, ModelAdmin):
    list_display = ("document", "position", "heading", "version")
    list_select_related = ("document",)
    search_fields = ("document__title", "heading")


@admin.register(IndexJob)
class IndexJobAdmin(ReadOnly, ModelAdmin):
    list_display = ("object_type", "object_ref", "requested_at", "not_before", "failures", "error")
    search_fields = ("object_ref", "error")


@admin.register(SearchLog)
class SearchLogAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "account", "surface", "mode", "reason", "results", "units", "duration_ms")
    list_filter = ("account", "mode", "reason", "surface")
    list_select_related = ("account",)
    # What people searched for is for those who manage the site, in its report.
    exclude = ("text", "corrected")


@admin.register(Embedding, QueryVector, SearchClock)
class NumbersAdmin(ReadOnly, ModelAdmin):
    exclude = ("vector",)
