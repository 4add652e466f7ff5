from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("django-admin/", admin.site.urls),
    path("shareai/webhooks/", include("shareai_cms.webhooks")),
    path("search/", include("shareai_cms.search_urls")),
    path("shareai/", include("shareai_cms.urls")),
]
