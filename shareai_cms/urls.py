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
        path("status/<str:key>/", _view("actions.status"), name="status"),
        path("suggestions/<int:pk>/", _view("actions.decide"), name="decide"),
        path("allowance/", _view("allowance.allowance"), name="allowance"),
        path("what-counts/", _view("allowance.explaining"), name="explaining"),
        path("usage/", _view("usage.usage"), name="usage"),
        path("searches/", _view("search_report.searches"), name="searches"),
        path("topups/", _view("topups.topups_page"), name="topups"),
        path("topups/wish/", _view("topups.ask"), name="wish"),
        path("topups/<int:bundle>/", _view("checkout.buy"), name="buy"),
        path("orders/", _view("order_list.orders"), name="orders"),
        path("orders/<str:number>/", _view("orders.show"), name="order"),
        path("orders/<str:number>/status/", _view("orders.status"), name="order_status"),
        path("orders/<str:number>/pay/", _view("orders.pay"), name="order_pay"),
        path("orders/<str:number>/cancel/", _view("orders.cancel"), name="order_cancel"),
        path("orders/<str:number>/confirm/", _view("orders.confirm"), name="order_confirm"),
    ]


urlpatterns = patterns()
