"""Budgets: a site's, a group's or a person's share of a wallet in each period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shareai_cms import metering
from shareai_cms.integrations.wagtail.settings.access import Desk, wallet_name
from shareai_cms.integrations.wagtail.settings.base import DeskFormView, address
from shareai_cms.metering import meters
from shareai_cms.models import AccountPermission, Balance, Budget, BudgetUse, SiteAccount, Wallet
from shareai_cms.permissions import Actor

MOST_PEOPLE = 500
MOST_UNITS = 100_000_000


@dataclass(frozen=True, kw_only=True)
class BudgetLine:
    """One budget in words."""

    pk: int
    owner: str
    kind: str
    used: str


def budget_lines(wallet: Wallet) -> list[BudgetLine]:
    """The wallet's budgets and how much of each is used in the current period."""
    budgets = list(Budget.objects.filter(wallet=wallet).order_by("meter", "scope", "pk"))
    used = _used(wallet, budgets)
    names = _names(budgets)
    return [
        BudgetLine(
            pk=budget.pk,
            owner=names.get((budget.scope, budget.reference), budget.reference),
            kind=budget.get_scope_display(),
            used=_("%(used)s of %(units)s in this period")
            % {"used": number_format(used.get(budget.pk, 0)), "units": meters.units_text(budget.meter, budget.limit)},
        )
        for budget in budgets
    ]


def _used(wallet: Wallet, budgets: Iterable[Budget]) -> dict[int, int]:
    # What is left has been asked for before, so that the balances are those of this period.
    metering.allowance(SiteAccount(wallet=wallet))
    begins = dict(Balance.objects.filter(wallet=wallet).values_list("meter", "period_start"))
    wanted = Q(pk__in=[])
    for budget in budgets:
        if budget.meter in begins:
            wanted |= Q(budget=budget, period_start=begins[budget.meter])
    return dict(BudgetUse.objects.filter(wanted).values_list("budget", "used"))


def _names(budgets: Iterable[Budget]) -> dict[tuple[str, str], str]:
    """The owners' names, read together by kind."""
    references: dict[str, list[str]] = {}
    for budget in budgets:
        references.setdefault(budget.scope, []).append(budget.reference.removeprefix("user:"))
    models: dict[str, Any] = {
        Budget.Scope.ACCOUNT: SiteAccount,
        Budget.Scope.GROUP: Group,
        Budget.Scope.ACTOR: get_user_model(),
    }
    names: dict[tuple[str, str], str] = {}
    for scope, model in models.items():
        known = [reference for reference in references.get(scope, []) if reference.isdecimal()]
        for row in model._default_manager.filter(pk__in=known):
            is_person = scope == Budget.Scope.ACTOR
            label = Actor.from_user(row).label if is_person else str(row)
            names[scope, f"user:{row.pk}" if is_person else str(row.pk)] = label
    return names


def _owners(desk: Desk, wallet: Wallet) -> list[Any]:
    """Whom a budget can be for, grouped by kind; the value is the budget's scope and reference."""
    accounts = desk.accounts.filter(wallet=wallet)
    rights = AccountPermission.objects.filter(Q(account__in=accounts) | Q(account__isnull=True))
    people: Any = get_user_model()
    groups = desk.groups
    members = people._default_manager.filter(
        groups__in=groups.filter(pk__in=rights.values("group")), is_active=True
    ).distinct()[:MOST_PEOPLE]
    named = sorted(
        ((f"actor user:{each.pk}", Actor.from_user(each).label) for each in members), key=lambda pair: pair[1]
    )
    return [
        (_("Sites"), [(f"account {each.pk}", str(each)) for each in accounts]),
        (_("Groups"), [(f"group {each.pk}", each.name) for each in groups]),
        (_("People"), named),
    ]


class BudgetForm(forms.Form):
    """Who may use how much in each period."""

    owner = forms.ChoiceField(label=gettext_lazy("For whom"))
    meter = forms.ChoiceField(label=gettext_lazy("Kind of unit"))
    limit = forms.IntegerField(
        label=gettext_lazy("Units per period"),
        min_value=0,
        max_value=MOST_UNITS,
        help_text=gettext_lazy("At most this many. It is a share of the wallet and gives no units by itself."),
    )

    def __init__(self, *args: Any, desk: Desk, wallet: Wallet, budget: Budget | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wallet = wallet
        self._budget = budget
        if budget is not None:
            # What a budget is about is what its use was counted for.
            del self.fields["owner"], self.fields["meter"]
            self.fields["limit"].initial = budget.limit
            return
        self._choices("owner", [("", "---------"), *_owners(desk, wallet)])
        self._choices("meter", [(meter.slug, meter.plural) for meter in meters.limited_meters()])

    def _choices(self, name: str, offered: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = offered

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self._budget is None and given.get("owner") and given.get("meter"):
            scope, reference = given["owner"].split(" ", 1)
            given |= {"scope": scope, "reference": reference}
            same = Budget.objects.filter(wallet=self._wallet, meter=given["meter"], scope=scope, reference=reference)
            if same.exists():
                raise forms.ValidationError(_("There is such a budget already. Change that one instead."))
        return given

    def save(self) -> None:
        given = self.cleaned_data
        if self._budget is not None:
            Budget.objects.filter(pk=self._budget.pk).update(limit=given["limit"])
            return
        columns = {name: given[name] for name in ("meter", "scope", "reference")}
        Budget.objects.get_or_create(wallet=self._wallet, **columns, defaults={"limit": given["limit"]})


class BudgetView(DeskFormView):
    """A new budget of a wallet, or one that is there: to change, or to remove."""

    form_class = BudgetForm
    template_name = "shareai_cms/wagtail/settings/budget.html"

    def prepare(self, **kwargs: Any) -> None:
        self.wallet = self.desk.wallet(kwargs["wallet"])
        found = Budget.objects.filter(wallet=self.wallet, pk=kwargs.get("pk", 0)).first()
        self.budget = self.desk.found(found) if "pk" in kwargs else None
        self.back = address("wallet", self.wallet.pk)

    def get_page_title(self) -> str:
        if self.budget is None:
            return _("New budget")
        names = _names([self.budget])
        owner = names.get((self.budget.scope, self.budget.reference), self.budget.reference)
        return _("Budget of %(owner)s") % {"owner": owner}

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.back, "label": _("Wallet of %(client)s") % {"client": wallet_name(self.wallet)}}]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "desk": self.desk, "wallet": self.wallet, "budget": self.budget}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if "remove" not in request.POST or self.budget is None:
            return super().post(request, *args, **kwargs)
        self.budget.delete()
        return self.leave(_("The budget was removed."))

    def save(self, form: Any) -> None:
        form.save()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        line = next((each for each in budget_lines(self.wallet) if self.budget and each.pk == self.budget.pk), None)
        return {**super().get_context_data(**kwargs), "budget": self.budget, "line": line}
