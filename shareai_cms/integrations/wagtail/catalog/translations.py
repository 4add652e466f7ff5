"""The same page or snippet in another language: the one that there is, or an unpublished copy to be written to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import DraftStateMixin, Locale, TranslatableMixin

from shareai_cms.catalog.keeping import refusal
from shareai_cms.errors import ChangeRefused, NotPermitted
from shareai_cms.integrations.wagtail import compat, rights


def languages(obj: Any) -> tuple[str, ...]:
    """The languages of the site's locales but the object's own."""
    if not isinstance(obj, TranslatableMixin):
        return ()
    found = Locale.objects.exclude(pk=obj.locale_id).order_by("pk")
    return tuple(found.values_list("language_code", flat=True))


def translation(obj: Any, language: str) -> Any:
    """The object's translation; None where there is none."""
    locale = _locale(language) if isinstance(obj, TranslatableMixin) else None
    if locale is None:
        return None
    # Not the default manager: a site may filter it.
    found = type(obj)._base_manager.filter(translation_key=obj.translation_key, locale=locale)
    return found.select_related("locale").first()


def translations(objects: Sequence[Any], language: str) -> dict[Any, Any]:
    """The translations that there are of objects of one class, by the objects' primary keys; two queries."""
    locale = _locale(language) if objects and isinstance(objects[0], TranslatableMixin) else None
    if locale is None:
        return {}
    keys = [obj.translation_key for obj in objects]
    found = type(objects[0])._base_manager.filter(translation_key__in=keys, locale=locale).select_related("locale")
    by_key = {each.translation_key: each for each in found}
    return {obj.pk: by_key[obj.translation_key] for obj in objects if obj.translation_key in by_key}


def check(user: Any, obj: Any, language: str) -> None:
    """Raise ``NotPermitted`` or ``ChangeRefused`` where this person could not have a translation made."""
    if user is None or not user.is_active:
        raise NotPermitted("nobody, or an account that is closed")
    if not isinstance(obj, TranslatableMixin) or _locale(language) is None:
        raise ChangeRefused(sentence=_("This is not kept in that language."))
    if compat.is_page_model(type(obj)):
        _check_page(user, obj, language)
        return
    rights.check_adding(user, type(obj))
    rights.check_right(user, obj)
    if not isinstance(obj, DraftStateMixin):
        raise ChangeRefused(
            sentence=_("There is no translation yet, and a new one would be public at once."),
            remedy=_("Make the translation first, then apply this to it."),
        )


def _check_page(user: Any, page: Any, language: str) -> None:
    if not page.permissions_for_user(user).can_edit():
        raise NotPermitted("no right to edit this page")
    parent = _parent(page, language)
    if parent is None:
        raise ChangeRefused(
            sentence=_("The page above this one has no translation yet."),
            remedy=_("Translate the page above first."),
        )
    if not parent.permissions_for_user(user).can_add_subpage():
        raise NotPermitted("no right to add a page below the translated parent")


def _parent(page: Any, language: str) -> Any:
    parent = page.get_parent()
    if parent is None or parent.is_root():
        return parent
    return translation(parent, language)


def make(user: Any, obj: Any, language: str) -> Any:
    """An unpublished copy of the object for another language; raises ``ChangeRefused`` where the model takes none."""
    check(user, obj, language)
    copy = obj.copy_for_translation(_locale(language))
    if copy.pk is not None:
        return copy  # a page is saved, as a draft, when it is copied
    copy.live, copy.has_unpublished_changes = False, True
    try:
        copy.validate_unique()
        copy.validate_constraints()
    except ValidationError as error:
        raise refusal(copy, error) from None
    copy.save()
    return copy


def _locale(language: str) -> Any:
    return Locale.objects.filter(language_code=language).first()
