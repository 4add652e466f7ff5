"""What has to be in place for an ``AIAdminMixin``; asked with the admin's own checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import NoReverseMatch, reverse


def check_addresses(model_admin: type[Any]) -> Iterator[CheckMessage]:
    """Wagtail's integration includes them by itself; with Django's admin alone the site does it once."""
    try:
        reverse("shareai_cms:run", args=["rewrite"])
    except NoReverseMatch:
        yield Error(
            "AIAdminMixin is used, but the addresses of shareai_cms are not in ROOT_URLCONF.",
            hint='Add path("shareai/", include("shareai_cms.urls")) to urlpatterns.',
            obj=model_admin,
            id="shareai_cms.E020",
        )
