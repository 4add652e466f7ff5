"""Who asks, and who pays, where a search begins at a queryset that knows neither."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import QuerySet
from django.db.models.lookups import StartsWith
from django.db.models.sql.where import AND, WhereNode
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Site

from shareai_cms.integrations.wagtail import accounts, compat
from shareai_cms.models import SiteAccount
from shareai_cms.search.results import Asker

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
    return Asker(account=account_of(site), client=str(request.META.get("REMOTE_ADDR", "")), surface=surface)


def named() -> Asker | None:
    """Who was named with ``asking``."""
    return _asker.get()


def asker_for(queryset: QuerySet[Any]) -> Asker | None:
    """Somebody unknown, for whom the site of the queryset pays; None where there is no site.

    That is the site below whose root page the queryset looks, else the default site.
    """
    site = _site_of(queryset) or Site.objects.filter(is_default_site=True).first()
    return Asker(account=account_of(site), surface="backend") if site is not None else None


def account_of(site: Site) -> SiteAccount:
    """The site's account, opened on first use."""
    return accounts.open_account(accounts.reference_of(site))


def language_now() -> str:
    """The language that is active, in which the words of a search are taken to be."""
    return get_language() or ""


def _site_of(queryset: QuerySet[Any]) -> Site | None:
    """Read from ``path__startswith``, which is what ``descendant_of`` and ``in_site`` put into a queryset of pages."""
    if not compat.is_page_model(queryset.model):
        return None
    paths = list(_paths(queryset.query.where))
    base: Any = compat.base_page_model()
    page = base._base_manager.filter(path=max(paths, key=len)).first() if paths else None
    return page.get_site() if page is not None else None


def _paths(node: WhereNode) -> Iterator[str]:
    """Every path that all found pages are below."""
    if node.negated or node.connector != AND:
        return
    for child in node.children:
        if isinstance(child, WhereNode):
            yield from _paths(child)
        elif isinstance(child, StartsWith) and getattr(getattr(child.lhs, "target", None), "name", "") == "path":
            yield str(child.rhs)
