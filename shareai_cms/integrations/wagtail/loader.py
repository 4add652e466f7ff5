"""The one tag that every edit form gets."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html

from shareai_cms.views.assets import LOADER, asset

#: The form of an editor; where many images are uploaded, the list that grows a form for each.
FORM = "form[data-edit-form], #upload-list"


def script_tag() -> str:
    """The loader; everything else follows only where the configuration asks for it."""
    config_url = reverse("shareai_cms_wagtail:config")
    return format_html(
        '<script src="{}" data-config-url="{}" data-form="{}" defer></script>', asset(LOADER), config_url, FORM
    )
