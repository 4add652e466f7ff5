"""Addresses of the core views; an integration includes them inside its admin."""

from __future__ import annotations

from django.urls import URLPattern, path

from shareai_cms.views import actions, allowance, checkout, order_list, orders, search_report, topups, usage

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
        path("searches/", search_report.searches, name="searches"),
        path("topups/", topups.topups_page, name="topups"),
        path("topups/wish/", topups.ask, name="wish"),
        path("topups/<int:bundle>/", checkout.buy, name="buy"),
        path("orders/", order_list.orders, name="orders"),
        path("orders/<str:number>/", orders.show, name="order"),
        path("orders/<str:number>/status/", orders.status, name="order_status"),
        path("orders/<str:number>/pay/", orders.pay, name="order_pay"),
        path("orders/<str:number>/cancel/", orders.cancel, name="order_cancel"),
        path("orders/<str:number>/confirm/", orders.confirm, name="order_confirm"),
    ]


urlpatterns = patterns()
