"""What a visitor of a Wagtail site searches: its public pages, and what belongs to the site and has an address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import AutoField, BigIntegerField, Exists, IntegerField, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from wagtail.models import Locale, Site, TranslatableMixin, get_page_models

from shareai_cms.integrations.wagtail import accounts, compat
from shareai_cms.metering.retry import ledger_alias, rows
from shareai_cms.models import SearchDocument, SiteAccount
from shareai_cms.search.sources.registry import indexed_models, source_for
from shareai_cms.views.search.places import Models, Place, Shelf, has_address, source_address

_WHOLE_NUMBERS = (AutoField, IntegerField, BigIntegerField)


def place_of(request: HttpRequest, language: str) -> Place | None:
    """The place of the request's site; None where no Wagtail site answers."""
    site = Site.find_for_request(request)
    if site is None:
        return None
    account, locale = accounts.account_of(site), locale_of(language)
    return Place(
        account=account,
        language=locale.language_code if locale else language,
        shelves=(_pages(site, locale), *_others(account, locale)),
        address=address,
    )


def address(request: HttpRequest, obj: Any) -> str:
    if compat.is_page_model(type(obj)):
        return str(obj.get_url(request) or "")
    return source_address(request, obj)


def locale_of(language: str) -> Locale | None:
    """The locale whose content is searched; None on a site in one language, where everything is."""
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return None
    try:
        return Locale.objects.get_for_language(language)
    except (LookupError, Locale.DoesNotExist):
        return Locale.get_active()


def public_pages(site: Site, locale: Locale | None) -> QuerySet[Any]:
    """The site's pages in a language, as everybody may see them, without what stands in their bodies."""
    roots = [site.root_page]
    if locale is not None:
        roots += site.root_page.get_translations()
    pages: Any = compat.base_page_model()
    below = Q()
    for root in roots:
        below |= Q(path__startswith=root.path)
    found = pages.objects.live().public().filter(below)
    if locale is not None:
        found = found.filter(locale=locale)
    return found.defer_streamfields().specific()


def _pages(site: Site, locale: Locale | None) -> Shelf:
    models = tuple(model for model in get_page_models() if source_for(model) is not None)
    return Shelf(queryset=public_pages(site, locale), models=models, narrowed=_of_types)


def _of_types(pages: QuerySet[Any], models: Models) -> QuerySet[Any]:
    return pages.exact_type(*models)  # type: ignore[attr-defined]


def _others(account: SiteAccount, locale: Locale | None) -> Iterator[Shelf]:
    is_shared = Site.objects.count() > 1
    for source, model in indexed_models():
        if compat.is_page_model(model) or not has_address(source, model):
            continue
        queryset = source.queryset(model)
        if locale is not None and issubclass(model, TranslatableMixin):
            queryset = queryset.filter(locale=locale)
        yield Shelf(queryset=of_account(queryset, account) if is_shared else queryset, models=(model,))


def of_account(queryset: QuerySet[Any], account: SiteAccount) -> QuerySet[Any]:
    """Those objects that the index holds for an account: another site's are not shown here."""
    model: type[Model] = queryset.model
    mine = rows(SearchDocument).filter(account=account, object_type=model._meta.label_lower)
    # No statement reaches into two databases.
    if isinstance(model._meta.pk, _WHOLE_NUMBERS) and queryset.db == ledger_alias():
        return queryset.filter(Exists(mine.filter(ref_number=OuterRef("pk"))))
    references = mine.values_list("object_ref", flat=True)
    return queryset.filter(pk__in=[model._meta.pk.to_python(reference) for reference in references])
