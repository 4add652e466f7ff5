from __future__ import annotations

from django.urls import include, path

from tests.urls import urlpatterns as usual

urlpatterns = [path("shareai/webhooks/", include("shareai_cms.webhooks")), *usual]
