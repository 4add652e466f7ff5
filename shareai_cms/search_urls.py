"""Search for visitors: include it in the address space of a site, where it is to stand.

``path("search/", include("shareai_cms.search_urls"))``
"""

from __future__ import annotations

from django.urls import path

from shareai_cms.views.search.answer import answer
from shareai_cms.views.search.data import data
from shareai_cms.views.search.page import page

app_name = "shareai_search"

urlpatterns = [path("", page, name="search"), path("json/", data, name="json"), path("answer/", answer, name="answer")]
