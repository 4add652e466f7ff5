"""Who asks, and who pays, where a search begins at a queryset that knows neither."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.related_lookups import RelatedExact
from django.db.models.lookups import Exact, StartsWith
from django.db.models.sql.where import AND, WhereNode
from django.http import HttpRequest
from wagtail.models import Locale, Site

from shareai_cms.integrations.wagtail import accounts, compat
from shareai_cms.search.limits import client_of
from shareai_cms.search.results import Asker
from shareai_cms.views.search.answering import is_ahead

_asker: ContextVar[Asker | None] = ContextVar("shareai_cms_asker", default=None)


@contextmanager
def asking(asker: Asker) -> Iterator[Asker]:
    """Searches that begin inside are this asker's, whenever their results are read.

    ``with asking(asker_of(request)): results = Page.objects.live().search(text, backend="semantic")``
    """
    token = _asker.set(asker)
    try:
        yield asker
    finally:
        _asker.reset(token)


def asker_of(request: HttpRequest, *, surface: str = "backend") -> Asker:
    """The visitor behind a request, for whom the request's site pays; raises ``Site.DoesNotExist``."""
    site = Site.find_for_request(request)
    if site is None:
        raise Site.DoesNotExist("no site answers at this address")
    client, spends = client_of(request), not is_ahead(request)
    return Asker(account=accounts.account_of(site), client=client, surface=surface, is_logged=spends, spends=spends)


def named() -> Asker | None:
    """Who was named with ``asking``."""
    return _asker.get()


def asker_for(queryset: QuerySet[Any]) -> Asker | None:
    """Somebody unknown, for whom the site of the queryset pays; None where there is no site.

    That is the site below whose root page the queryset looks, else the default site.
    """
    site = _site_of(queryset) or Site.objects.filter(is_default_site=True).first()
    return Asker(account=accounts.account_of(site), surface="backend") if site is not None else None


def language_of(queryset: QuerySet[Any]) -> str:
    """The one language that a queryset is in, by its locale or its place in the tree of pages; else empty: any."""
    for child in _conditions(queryset.query.where):
        if isinstance(child, Exact | RelatedExact) and _column(child) == "locale":
            locale = Locale.objects.filter(pk=child.rhs).first() if isinstance(child.rhs, int) else None
            return str(locale.language_code) if locale is not None else ""
    page = _lowest_page(queryset)
    return str(page.locale.language_code) if page is not None and page.depth > 1 else ""


def _site_of(queryset: QuerySet[Any]) -> Site | None:
    page = _lowest_page(queryset)
    return page.get_site() if page is not None else None


def _lowest_page(queryset: QuerySet[Any]) -> Any:
    """The page that all found ones are below: read from ``path__startswith``, which ``descendant_of`` asks for."""
    if not compat.is_page_model(queryset.model):
        return None
    conditions = _conditions(queryset.query.where)
    paths = [str(each.rhs) for each in conditions if isinstance(each, StartsWith) and _column(each) == "path"]
    base: Any = compat.base_page_model()
    return base._base_manager.filter(path=max(paths, key=len)).first() if paths else None


def _conditions(node: WhereNode) -> Iterator[Any]:
    """Every condition that all found objects fulfil."""
    if node.negated or node.connector != AND:
        return
    for child in node.children:
        if isinstance(child, WhereNode):
            yield from _conditions(child)
        else:
            yield child


def _column(lookup: Any) -> str:
    return str(getattr(getattr(lookup.lhs, "target", None), "name", ""))
