from __future__ import annotations

from django.urls import include, path

from shareai_cms.integrations.wagtail import report, views
from shareai_cms.integrations.wagtail.search import admin
from shareai_cms.integrations.wagtail.settings import urls as settings_urls

app_name = "shareai_cms_wagtail"

urlpatterns = [
    path("config/", views.config, name="config"),
    path("address/", views.answer_address, name="answer_address"),
    path("history/", views.past, name="past"),
    path("search/", admin.search_pages, name="search"),
    path("site/", views.pick_site, name="pick_site"),
    path("report/", report.UsageReportView.as_view(), name="report"),
    path("report/results/", report.UsageReportView.as_view(results_only=True), name="report_results"),
    path("settings/", include(settings_urls.urlpatterns)),
]
