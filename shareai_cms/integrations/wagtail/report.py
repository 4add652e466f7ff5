"""Reports → AI usage."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton

from shareai_cms.integrations.wagtail import menu
from shareai_cms.integrations.wagtail.frame import report_media
from shareai_cms.models import SiteAccount, Usage
from shareai_cms.reports import UsageList, choices, words
from shareai_cms.views.files import TooManyRowsError
from shareai_cms.views.filter_form import account_choices
from shareai_cms.views.frames import search_report_url
from shareai_cms.views.usage import UsageReport, managed_accounts, report_of, too_many_rows, usage_file
from shareai_cms.views.usage_form import usage_filter


def _date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class UsageFilterSet(WagtailFilterSet):
    """The same questions as the core page's form, by the same names."""

    account = django_filters.MultipleChoiceFilter(label=_("Sites"), widget=forms.CheckboxSelectMultiple)
    first = django_filters.DateFilter(label=pgettext_lazy("period", "From"), widget=_date_input())
    last = django_filters.DateFilter(label=pgettext_lazy("period", "To"), widget=_date_input())
    meter = django_filters.ChoiceFilter(label=_("Kind of unit"), empty_label=_("All"))
    feature = django_filters.ChoiceFilter(label=_("Action"), empty_label=_("All"))
    person = django_filters.ChoiceFilter(label=_("Person"), empty_label=_("All"))
    route = django_filters.ChoiceFilter(label=_("Route"), empty_label=_("All"))
    counted = django_filters.ChoiceFilter(label=_("Counted"), empty_label=_("All"))

    class Meta:
        model = Usage
        fields: list[str] = []

    def __init__(self, *args: Any, accounts: list[SiteAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "account": account_choices(accounts),
            "meter": choices.meters(),
            "feature": choices.features(),
            "person": choices.people(accounts),
            "route": choices.routes(),
            "counted": choices.counted(),
        }
        for name, found in offered.items():
            self.filters[name].extra["choices"] = found
        if len(accounts) < 2:
            del self.filters["account"]


class DetailedColumn(Column):
    """A value with a smaller line below it."""

    cell_template_name = "shareai_cms/wagtail/report/detailed_cell.html"

    def __init__(self, name: str, *, detail: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self._detail = detail

    def get_cell_context_data(self, instance: words.Line, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "detail": getattr(instance, self._detail)}


class StateColumn(DetailedColumn):
    """Whether an action was counted, and why not."""

    cell_template_name = "shareai_cms/wagtail/report/state_cell.html"


class UsageReportView(ReportView):
    """The usage of the accounts that a person manages; its rows come from ``reports``, not from a queryset."""

    page_title = _("AI usage")
    header_icon = "shareai"
    index_url_name = "shareai_cms_wagtail:report"
    index_results_url_name = "shareai_cms_wagtail:report_results"
    results_template_name = "shareai_cms/wagtail/report/results.html"
    filterset_class = UsageFilterSet
    #: Only says that there are buttons for a download; the columns are those of ``reports.export``.
    list_export = ["pk"]
    columns = [
        Column("time", label=_("Time"), classname="shareai-time"),
        Column("site", label=_("Site")),
        Column("person", label=_("Person")),
        DetailedColumn("action", label=_("Action"), detail="about"),
        StateColumn("state", label=_("Counted"), detail="why"),
        Column("units", label=_("Units")),
        DetailedColumn("route", label=_("Route"), detail="model"),
        Column("cost", label=_("Cost (estimated)")),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.accounts = managed_accounts(request.user)
        menu.note(request, True)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        counts = HeaderButton(_("What counts"), url=reverse("shareai_cms:explaining"), icon_name="help")
        if searches := search_report_url():
            return [HeaderButton(_("AI search"), url=searches, icon_name="search"), counts]
        return [counts]

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(), "accounts": self.accounts}

    @cached_property
    def report(self) -> UsageReport:
        given = self.filters.form.cleaned_data if self.filters.is_valid() else {}
        return report_of(usage_filter(self.accounts, given))

    def get_filtered_queryset(self) -> UsageList:
        return self.report.rows

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_export or not self.filters.is_valid():
            return super().get(request, *args, **kwargs)
        kind = request.GET["export"]
        try:
            return usage_file(request, self.report, kind)
        except TooManyRowsError:
            messages.error(request, too_many_rows())
            return redirect(self._without_export())

    def _without_export(self) -> str:
        given = self.request.GET.copy()
        given.pop("export")
        return f"{self.index_url}?{given.urlencode()}"

    def paginate_queryset(self, queryset: UsageList, page_size: int) -> tuple[Any, Any, list[words.Line], bool]:
        paginator, page, rows, has_others = super().paginate_queryset(queryset, page_size)
        return paginator, page, [words.line(row) for row in rows], has_others

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        context["report"] = self.report
        context["media"] += report_media()
        return context
