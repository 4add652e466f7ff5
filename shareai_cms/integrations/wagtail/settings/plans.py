"""Plans and what they include, for those who manage AI on all sites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from shareai_cms import metering
from shareai_cms.integrations.wagtail.settings.base import DeskFormView, DeskMixin, address
from shareai_cms.metering import meters
from shareai_cms.models import Plan

MOST_UNITS = 100_000_000


def included_text(plan: Plan) -> str:
    """For example "50 writing actions; 500 searches"."""
    known = {meter.slug for meter in meters.limited_meters()}
    found = [each for each in plan.allowances.all() if each.meter in known]
    return "; ".join(meters.units_text(each.meter, each.units) for each in found) or _("nothing")


class PlansView(DeskMixin, BaseListingView):
    page_title = gettext_lazy("Plans")
    index_url_name = "shareai_cms_wagtail:plans"
    paginate_by = 20
    columns = [
        TitleColumn("name", label=gettext_lazy("Plan"), get_url=lambda row: address("plan", row.pk)),
        Column("included", label=gettext_lazy("Included a month"), accessor=included_text),
        Column("number", label=gettext_lazy("Wallets")),
    ]

    def prepare(self, **kwargs: Any) -> None:
        self.desk.check_manages_all()

    def get_base_queryset(self) -> Any:
        return self.desk.plans.prefetch_related("allowances").annotate(number=Count("wallets", distinct=True))

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Add a plan"), url=address("add_plan"), icon_name="plus")]


class PlanForm(forms.Form):
    """A plan's name and its units of each meter."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)

    def __init__(self, *args: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        included = dict(plan.allowances.values_list("meter", "units")) if plan else {}
        self.fields["name"].initial = plan.name if plan else ""
        for meter in meters.limited_meters():
            words = str(meter.plural)
            self.fields[f"units_{meter.slug}"] = forms.IntegerField(
                label=words[:1].upper() + words[1:],
                min_value=0,
                max_value=MOST_UNITS,
                initial=included.get(meter.slug, 0),
                help_text=_("A month; 0 for none. A change applies from each wallet's next reset."),
            )

    def included(self) -> dict[str, int]:
        return {meter.slug: self.cleaned_data[f"units_{meter.slug}"] for meter in meters.limited_meters()}


class PlanView(DeskFormView):
    """One plan, or a new one."""

    form_class = PlanForm

    def prepare(self, **kwargs: Any) -> None:
        self.desk.check_manages_all()
        self.plan = self.desk.plan(kwargs["pk"]) if "pk" in kwargs else None
        self.back = address("plans")

    def get_page_title(self) -> str:
        return self.plan.name if self.plan else _("New plan")

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.back, "label": _("Plans")}]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "plan": self.plan}

    def save(self, form: Any) -> None:
        name = form.cleaned_data["name"]
        if self.plan is None:
            self.plan = Plan.objects.create(name=name, slug=_free_slug(name))
        elif self.plan.name != name:
            self.plan.name = name
            self.plan.save(update_fields=["name"])
        metering.change_allowances(self.plan, form.included())


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:40] or "plan"
    taken = set(Plan.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)
