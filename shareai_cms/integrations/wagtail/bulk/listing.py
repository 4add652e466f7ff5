"""Everything that a list of Wagtail's shows just now: its search and its filters are asked, page by page or not."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from inspect import unwrap
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, QueryDict
from django.urls import NoReverseMatch, Resolver404, ResolverMatch, get_script_prefix, resolve, reverse
from wagtail.admin.views.generic.base import BaseListingView

from shareai_cms.integrations.wagtail import compat

#: What a bulk action's address says beside the list's own filters.
OWN = ("id", "next", "childOf")
#: Lists of pages, whose views Wagtail picks by the type of the page.
PAGE_LISTS = frozenset(("wagtailadmin_explore_root", "wagtailadmin_explore", "wagtailadmin_pages:search"))


def everything_shown(request: HttpRequest, model: type[models.Model]) -> Iterable[Any] | None:
    """Keys of all that the list behind a bulk action shows, in its order; None where it cannot be asked.

    Wagtail's own bulk actions take everything of the model there, whatever the list was narrowed to.
    """
    for path, query in _addresses(request, model):
        view = _view_at(request, path, query)
        shown = getattr(view, "object_list", None)
        if shown is not None and _is_of(shown, model):
            return _keys(shown)
    return None


def _addresses(request: HttpRequest, model: type[models.Model]) -> Iterable[tuple[str, str]]:
    """Where the list is: the page from which the person came, else the model's own with the same filters."""
    back = urlsplit(request.GET.get("next", ""))
    if back.path and not back.netloc:
        yield back.path, back.query
    query = request.GET.copy()
    for name in OWN:
        query.pop(name, None)
    try:
        yield _own_list(request, model), query.urlencode()
    except NoReverseMatch:
        return


def _own_list(request: HttpRequest, model: Any) -> str:
    if compat.is_page_model(model):
        parent = request.GET.get("childOf", "")
        return reverse("wagtailadmin_explore", args=[parent]) if parent else reverse("wagtailadmin_pages:search")
    if compat.is_image_model(model):
        return reverse("wagtailimages:index")
    return reverse(model.snippet_viewset.get_url_name("list"))


def _view_at(request: HttpRequest, path: str, query: str) -> Any:
    """The view that shows the list, as it is for this person; None where it is none, or not for them."""
    prefix = get_script_prefix()
    if not path.startswith(prefix):
        return None
    asked = copy(request)
    asked.method, asked.path, asked.path_info = "GET", path, f"/{path.removeprefix(prefix)}"
    asked.GET = QueryDict(query)
    asked.META = {**request.META, "REQUEST_METHOD": "GET", "QUERY_STRING": query}
    try:
        match = resolve(asked.path_info)
        if not _is_list(match):
            return None
        asked.resolver_match = match
        # Without what Wagtail wraps around it, which would draw the page that nobody looks at.
        response = unwrap(match.func)(asked, *match.args, **match.kwargs)
    except (Resolver404, Http404, PermissionDenied, ValueError):
        return None
    return (getattr(response, "context_data", None) or {}).get("view")


def _is_list(match: ResolverMatch) -> bool:
    """Whether a list is there: no other view is asked, whatever address the browser sends."""
    found = getattr(unwrap(match.func), "view_class", None)
    is_listing = isinstance(found, type) and issubclass(found, BaseListingView)
    return is_listing or match.view_name in PAGE_LISTS


def _is_of(shown: Any, model: type[models.Model]) -> bool:
    """Whether the list holds objects of the bulk action's model."""
    listed = shown.model if isinstance(shown, models.QuerySet) else getattr(_queryset_of(shown), "model", None)
    return isinstance(listed, type) and issubclass(listed, model)


def _queryset_of(results: Any) -> Any:
    query = getattr(results, "query_compiler", None)
    return getattr(query, "queryset", None)


def _keys(shown: Any) -> Iterable[Any]:
    if isinstance(shown, models.QuerySet):
        return shown.prefetch_related(None).values_list("pk", flat=True)
    return [obj.pk for obj in shown]
