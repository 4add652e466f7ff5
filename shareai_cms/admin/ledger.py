"""Plans, rights and budgets to edit, the ledger and the work to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import router, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from shareai_cms import metering
from shareai_cms.admin.base import MeterForm, ModelAdmin, ReadOnly, TabularInline
from shareai_cms.models import (
    AccountPermission,
    Balance,
    Budget,
    BudgetAllocation,
    BudgetUse,
    Duty,
    Grant,
    Plan,
    PlanAllowance,
    SiteAccount,
    Suggestion,
    Usage,
    UsageAllocation,
    Wallet,
    Worker,
)
from shareai_cms.views.pages import links_for


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
            transaction.on_commit(lambda: metering.change_plan(obj, plan), using=alias)
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
