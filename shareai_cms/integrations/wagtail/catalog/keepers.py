"""How Wagtail's own objects are checked, read and saved: a draft where they have drafts, never the published one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.log_actions import log
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, TranslatableMixin

from shareai_cms.actions import facts as parts
from shareai_cms.catalog.keeping import Keeper, passes, validate
from shareai_cms.catalog.paths import field_of
from shareai_cms.errors import NotPermitted
from shareai_cms.integrations.wagtail import compat, drafts, fields, rights
from shareai_cms.integrations.wagtail.catalog import translations
from shareai_cms.integrations.wagtail.targets.base import APPLIED


class WagtailKeeper(Keeper):
    """Snippets, and any model with one of Wagtail's mixins."""

    def handles(self, model: type[models.Model]) -> bool:
        mixins = (RevisionMixin, LockableMixin, TranslatableMixin)
        return issubclass(model, mixins) or compat.is_snippet_model(model)

    def check(self, user: Any, obj: Any) -> None:
        if user is None or not user.is_active:
            raise NotPermitted("nobody, or an account that is closed")
        rights.check_right(user, obj)
        rights.check_lock(user, obj)

    def may_change(self, user: Any, objects: Sequence[Any]) -> list[bool]:
        if user is None or not user.is_active:
            return [False] * len(objects)
        rights.prefetch(objects)
        return [passes(lambda obj=obj: rights.check_right(user, obj)) for obj in objects]  # type: ignore[misc]

    def latest(self, obj: Any) -> Any:
        return drafts.latest(obj)

    def keeps(self, model: type[models.Model], name: str) -> bool:
        return not issubclass(model, DraftStateMixin) or drafts.holds(model, name)

    def hidden(self, user: Any, model: type[models.Model]) -> frozenset[str]:
        return fields.hidden_from(user, model)

    def revision(self, obj: Any) -> str:
        return str(obj.latest_revision_id or "") if isinstance(obj, RevisionMixin) else ""

    def version(self, obj: Any) -> str:
        return self.revision(obj) or super().version(obj)

    def language(self, obj: Any) -> str:
        if isinstance(obj, TranslatableMixin) and obj.locale_id:
            return str(obj.locale.language_code)
        return ""

    def languages(self, obj: Any) -> tuple[str, ...]:
        return translations.languages(obj)

    def translation(self, obj: Any, language: str) -> Any:
        return translations.translation(obj, language)

    def translations(self, objects: Sequence[Any], language: str) -> Mapping[Any, Any]:
        return translations.translations(objects, language)

    def check_translating(self, user: Any, obj: Any, language: str) -> None:
        translations.check(user, obj, language)

    def translate(self, user: Any, obj: Any, language: str) -> Any:
        return translations.make(user, obj, language)

    def address(self, obj: Any) -> str:
        # Without a person: whether this one may open it is asked where it leads.
        return str(AdminURLFinder().get_edit_url(obj) or "") or super().address(obj)

    def save(self, user: Any, obj: Any, names: list[str], *, note: str = "", restored: Collection[str] = ()) -> bool:
        if not names:
            return False
        is_draft = isinstance(obj, DraftStateMixin)
        if is_draft:
            validate(obj, names, restored)
        else:
            super().save(user, obj, names, restored=restored)
        revision = self._revise(user, obj) if isinstance(obj, RevisionMixin) else None
        words = ", ".join(dict.fromkeys(fields.path_label(obj, name) for name in names))
        log(
            instance=obj,
            action=APPLIED,
            # Wagtail takes no line without one, and a page may have lost its title.
            title=self._title(obj) or f"{obj._meta.verbose_name} {obj.pk}",
            user=user,
            data={"action": note, "field": words[:200]},
            revision=revision,
            content_changed=True,
        )
        return is_draft

    def _title(self, obj: Any) -> str:
        return str(obj)

    def _revise(self, user: Any, obj: Any) -> Any:
        # What was written is validated; what stood there before is not this change's fault.
        return obj.save_revision(user=user, clean=False)


class PageKeeper(WagtailKeeper):
    """Pages: each is read and written as its own type."""

    def handles(self, model: type[models.Model]) -> bool:
        return compat.is_page_model(model)

    def queryset(self, model: type[models.Model]) -> models.QuerySet[Any]:
        # A page of a type that inherits from this one is written as its own type, and no other.
        return super().queryset(model).filter(content_type=ContentType.objects.get_for_model(model))

    def defaults(self, model: type[models.Model]) -> Mapping[str, str]:
        found = {parts.NAME: "title", parts.SEO_TITLE: "seo_title", parts.SEO_DESCRIPTION: "search_description"}
        # A base page of the site's own may have none of those for search engines.
        return {part: name for part, name in found.items() if field_of(model, name) is not None}

    def related(self) -> tuple[str, ...]:
        return ("locale",)

    def _title(self, obj: Any) -> str:
        return str(obj.get_admin_display_title())


class ImageKeeper(WagtailKeeper):
    """Images of the library, which have no drafts; collections decide who may change them."""

    def handles(self, model: type[models.Model]) -> bool:
        return compat.is_image_model(model)
