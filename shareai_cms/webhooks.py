"""Addresses outside of any admin, for payment providers: include them where the internet can reach them.

``path("shareai/webhooks/", include("shareai_cms.webhooks"))``
"""

from __future__ import annotations

from django.urls import path

from shareai_cms.views.late import late

app_name = "shareai_cms_webhooks"

urlpatterns = [
    path("<slug:provider>/", late("shareai_cms.views.webhooks.receive", is_csrf_exempt=True), name="webhook")
]
