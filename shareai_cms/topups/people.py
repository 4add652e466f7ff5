"""To whom a mail goes, and in which language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from shareai_cms.models import Order

#: The code of the language that a user reads, empty where it is not known.
LanguageOf = Callable[[Any], str]

_languages: list[LanguageOf] = []


def register_language(language_of: LanguageOf) -> None:
    """Say how to find the language of a user; the latest that knows one is used."""
    _languages.append(language_of)


def language_of(user: Any) -> str:
    """The language in which a user is written to: their own where it is known, else the site's."""
    found = (each(user) for each in reversed(_languages))
    return next((code for code in found if code), str(settings.LANGUAGE_CODE))


def address_of(user: Any) -> str:
    """The mail address of a user; empty for one who has none, or who is no longer active."""
    if not user.is_active:
        return ""
    # A user model of the site's own may name the field otherwise.
    return str(getattr(user, user.get_email_field_name(), "") or "").strip()


def buyer_of(order: Order) -> Any | None:
    """The user who made an order; None where it was nobody of this site, or somebody who is gone."""
    if order.buyer_kind != "user":
        return None
    try:
        return get_user_model()._default_manager.filter(pk=order.buyer_ref).first()
    except (ValueError, TypeError, ValidationError):
        return None
