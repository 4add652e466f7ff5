"""What mails need to know of a person in Wagtail's admin: their language, and where the admin is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.urls import NoReverseMatch, reverse

from shareai_cms.topups.links import at_base


def language_of(user: Any) -> str:
    """The language that the person chose for the admin; empty where they chose none."""
    try:
        return str(user.wagtail_userprofile.preferred_language)
    except (ObjectDoesNotExist, AttributeError):
        return ""


def admin_url(name: str, args: Sequence[str]) -> str:
    """A page of the admin as it is reached from a mail; empty while ``WAGTAILADMIN_BASE_URL`` is not set."""
    base = str(getattr(settings, "WAGTAILADMIN_BASE_URL", None) or "")
    if not base:
        return ""
    try:
        return at_base(base, reverse(name, args=args))
    except NoReverseMatch:
        return ""
