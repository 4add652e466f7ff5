from __future__ import annotations

from django.urls import include, path

from shareai_cms.integrations.wagtail.settings import urls as settings_urls
from shareai_cms.views.late import View, late

app_name = "shareai_cms_wagtail"


def _view(name: str, **initkwargs: bool) -> View:
    return late(f"shareai_cms.integrations.wagtail.{name}", **initkwargs)


urlpatterns = [
    path("config/", _view("views.config"), name="config"),
    path("address/", _view("views.answer_address"), name="answer_address"),
    path("history/", _view("views.past"), name="past"),
    path("search/", _view("search.admin.search_pages"), name="search"),
    path("site/", _view("views.pick_site"), name="pick_site"),
    path("report/", _view("report.UsageReportView"), name="report"),
    path("report/results/", _view("report.UsageReportView", results_only=True), name="report_results"),
    path("settings/", include(settings_urls.urlpatterns)),
]
