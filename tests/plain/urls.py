from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("shareai/webhooks/", include("shareai_cms.webhooks")),
    path("shareai/", include("shareai_cms.urls")),
]
