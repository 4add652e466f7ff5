"""Addresses of the core views; an integration includes them inside its admin."""

from __future__ import annotations

from django.urls import URLPattern, path

from shareai_cms.views import actions, allowance, usage

app_name = "shareai_cms"


def patterns() -> list[URLPattern]:
    """Addresses made anew. Wagtail wraps the views of what it is given, which must not wrap them elsewhere."""
    return [
        path("actions/<str:slug>/", actions.run_action, name="run"),
        path("status/<str:key>/", actions.status, name="status"),
        path("suggestions/<int:pk>/", actions.decide, name="decide"),
        path("allowance/", allowance.allowance, name="allowance"),
        path("what-counts/", allowance.explaining, name="explaining"),
        path("usage/", usage.usage, name="usage"),
    ]


urlpatterns = patterns()
