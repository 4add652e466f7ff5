"""When pages change: what must not be found any more leaves the index at once, the rest waits for a worker.

Everything happens after the commit of whatever changed the page, and never fails it. Rows that are loaded from a
fixture are left to ``shareai_index``.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import router
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.models import PageViewRestriction, Site, get_page_models
from wagtail.query import PageQuerySet
from wagtail.signals import post_page_move

from shareai_cms.integrations.wagtail import compat
from shareai_cms.integrations.wagtail.search.pages import PageSource, findable
from shareai_cms.metering.retry import rows
from shareai_cms.models import SearchDocument
from shareai_cms.search import indexing
from shareai_cms.search.after_commit import later
from shareai_cms.search.references import reference_of

#: Pages looked at in one go.
CHUNK = 500
#: What Wagtail writes beside the content: drafts, locks, schedules.
_BOOKKEEPING = frozenset(
    (
        "alias_of", "draft_title", "expire_at", "expired", "go_live_at", "has_unpublished_changes", "latest_revision",
        "latest_revision_created_at", "live_revision", "locked", "locked_at", "locked_by", "numchild", "owner",
    )
)  # fmt: skip
_UID = "shareai_search"


def connect() -> None:
    """Called once, when the app is ready."""
    post_page_move.connect(_moved, dispatch_uid=_UID)
    for model in get_page_models():
        post_save.connect(_saved, sender=model, dispatch_uid=f"{_UID}.{model._meta.label_lower}")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"{_UID}.{model._meta.label_lower}")
    pre_save.connect(_about_to_restrict, sender=PageViewRestriction, dispatch_uid=_UID)
    for signal in (post_save, post_delete):
        signal.connect(_restricted, sender=PageViewRestriction, dispatch_uid=_UID)
        signal.connect(_site_changed, sender=Site, dispatch_uid=_UID)


def refresh_below(path: str) -> None:
    """Bring a subtree up to whom its pages are for and which site they belong to."""
    _refresh(PageQuerySet(compat.base_page_model()).filter(path__startswith=path))


def refresh_sites() -> None:
    """The same for every page, as after a site has got another root page."""
    _refresh(PageQuerySet(compat.base_page_model()).filter(depth__gt=1))


def _refresh(pages: Any) -> None:
    """What is not for everybody (any more) leaves the index now; what is new in it, or another's, is read again."""
    shown = set(findable(pages).values_list("pk", flat=True))
    roots = Site.get_site_root_paths()
    columns, last = ("path", "pk", "content_type", "url_path"), ""
    while chunk := list(pages.filter(path__gt=last).order_by("path").values_list(*columns)[:CHUNK]):
        last = chunk[-1][0]
        known = _owners([reference_of(pk) for _path, pk, _content_type, _url_path in chunk])
        stale, hidden = [], []
        for _path, pk, content_type, url_path in chunk:
            named = (_label(content_type), reference_of(pk))
            sites = {str(root.site_id) for root in roots if url_path.startswith(root.root_path)}
            if pk not in shown:
                hidden.append(named)
            elif named[0] and known.pop(named, None) not in sites:
                stale.append(named)
        # Those that are not indexed yet as well: a worker may have read one of them a moment ago.
        indexing.forget(dict.fromkeys([*known, *hidden]))
        indexing.enqueue(stale)


def _owners(references: list[str]) -> dict[tuple[str, str], str]:
    """The reference of the site that each of these pages is indexed for."""
    documents = rows(SearchDocument).filter(source=PageSource.slug, object_ref__in=references)
    columns = ("object_type", "object_ref", "account__reference")
    return {(label, reference): site for label, reference, site in documents.values_list(*columns)}


# Wagtail saves a page for whatever it does to it, and sends its own signals beside: those would cost the same again.
def _saved(instance: Any, using: str, update_fields: Any = None, raw: bool = False, **_kwargs: Any) -> None:
    if raw or (update_fields is not None and _BOOKKEEPING.issuperset(update_fields)):
        return
    told = indexing.enqueue_later if instance.live else indexing.forget_later
    told([_named(instance)], using=using)


def _deleted(instance: Any, using: str, **_kwargs: Any) -> None:
    indexing.forget_later([_named(instance)], using=using)


def _moved(instance: Any, **_kwargs: Any) -> None:
    page = instance.pk
    later(lambda: _refresh_page(page), using=_alias(instance))


def _about_to_restrict(instance: Any, using: str, raw: bool = False, **_kwargs: Any) -> None:
    """A restriction may be on its way to another page: the one that it leaves is for everybody again."""
    if instance.pk and not raw:
        former = PageViewRestriction.objects.using(using).filter(pk=instance.pk).exclude(page=instance.page_id)
        # Looked at when the row is written: outside a transaction nothing waits for it.
        instance._shareai_left = list(former.values_list("page", flat=True))  # noqa: SLF001


def _restricted(instance: Any, using: str, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        for page in [instance.page_id, *instance.__dict__.pop("_shareai_left", ())]:
            later(partial(_refresh_page, page), using=using)


def _site_changed(using: str, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        later(refresh_sites, using=using)


def _refresh_page(pk: Any) -> None:
    path = PageQuerySet(compat.base_page_model()).filter(pk=pk).values_list("path", flat=True).first()
    if path is not None:  # else the page was deleted, and its restriction with it
        refresh_below(path)


def _named(page: Any) -> tuple[str, str]:
    """The page as the index names it: by its own type, whatever class it was loaded as."""
    return _label(page.content_type_id) or type(page)._meta.label_lower, reference_of(page.pk)


def _label(content_type: Any) -> str:
    model: type[Model] | None = ContentType.objects.get_for_id(content_type).model_class()
    return model._meta.label_lower if model is not None else ""


def _alias(page: Any) -> str:
    return router.db_for_write(type(page), instance=page)
