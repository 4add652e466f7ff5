"""Addresses of the core views; an integration includes them inside its admin."""

from __future__ import annotations

from django.urls import URLPattern, path

from shareai_cms.views.late import View, late

app_name = "shareai_cms"


def _view(name: str) -> View:
    return late(f"shareai_cms.views.{name}")


def patterns() -> list[URLPattern]:
    """Addresses made anew. Wagtail wraps the views of what it is given, which must not wrap them elsewhere."""
    return [
        path("actions/<str:slug>/", _view("actions.run_action"), name="run"),
        path("enrich/", _view("enriching.enrich"), name="enrich"),
        path("enrich/<int:pk>/", _view("enriching.enrichment"), name="enrichment"),
        path("status/<str:key>/", _view("actions.status"), name="status"),
        path("suggestions/<int:pk>/", _view("actions.decide"), name="decide"),
        path("allowance/", _view("allowance.allowance"), name="allowance"),
        path("what-counts/", _view("allowance.explaining"), name="explaining"),
        path("usage/", _view("usage.usage"), name="usage"),
        path("searches/", _view("search_report.searches"), name="searches"),
        path("topups/", _view("topups.topups_page"), name="topups"),
        path("topups/wish/", _view("topups.ask"), name="wish"),
        path("topups/<int:bundle>/", _view("checkout.buy"), name="buy"),
        *run_patterns(),
        path("orders/", _view("order_list.orders"), name="orders"),
        path("orders/<str:number>/", _view("orders.show"), name="order"),
        path("orders/<str:number>/status/", _view("orders.status"), name="order_status"),
        path("orders/<str:number>/pay/", _view("orders.pay"), name="order_pay"),
        path("orders/<str:number>/cancel/", _view("orders.cancel"), name="order_cancel"),
        path("orders/<str:number>/confirm/", _view("orders.confirm"), name="order_confirm"),
    ]


def run_patterns() -> list[URLPattern]:
    """Addresses of bulk runs."""
    one = "runs/<uuid:reference>/"
    return [
        path("runs/", _view("runs.listing.runs"), name="runs"),
        path(one, _view("runs.page.show"), name="run_page"),
        path(f"{one}status/", _view("runs.page.status"), name="run_status"),
        path(f"{one}choose/", _view("runs.acting.choose"), name="run_choose"),
        path(f"{one}start/", _view("runs.acting.start"), name="run_start"),
        path(f"{one}pause/", _view("runs.acting.pause"), name="run_pause"),
        path(f"{one}resume/", _view("runs.acting.resume"), name="run_resume"),
        path(f"{one}cancel/", _view("runs.acting.cancel"), name="run_cancel"),
        path(f"{one}retry/", _view("runs.acting.retry"), name="run_retry"),
        path(f"{one}review/", _view("runs.review.review"), name="run_review"),
        path(f"{one}decide/", _view("runs.deciding.decide"), name="run_decide"),
        path(f"{one}sure/", _view("runs.sure.sure"), name="run_sure"),
        path(f"{one}picture/<int:item>/", _view("runs.picture.picture"), name="run_picture"),
        path(f"{one}export/", _view("runs.export.export"), name="run_export"),
    ]


urlpatterns = patterns()
