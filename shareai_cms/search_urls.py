"""Search for visitors: include it in the address space of a site, where it is to stand.

``path("search/", include("shareai_cms.search_urls"))``
"""

from __future__ import annotations

from django.urls import path

from shareai_cms.views.late import late

app_name = "shareai_search"

urlpatterns = [
    path("", late("shareai_cms.views.search.page.page"), name="search"),
    path("json/", late("shareai_cms.views.search.data.data", is_csrf_exempt=True), name="json"),
    path("answer/", late("shareai_cms.views.search.answer.answer"), name="answer"),
]
