"""Core pages inside the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.forms import Media
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from shareai_cms.integrations.wagtail import menu
from shareai_cms.views.assets import asset
from shareai_cms.views.frames import Frame


def report_media() -> Media:
    return Media(css={"all": [asset("shareai_cms/css/report.css")]})


def home_crumb() -> dict[str, str]:
    return {"url": reverse("wagtailadmin_home"), "label": _("Home")}


def _is_inside(request: HttpRequest) -> bool:
    try:
        return request.path.startswith(reverse("wagtailadmin_home"))
    except NoReverseMatch:
        return False


def _admits(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.has_perm("wagtailadmin.access_admin"))


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    menu.decide(request)
    return {
        "header_title": title,
        "page_title": title,
        "header_icon": "shareai",
        "breadcrumbs_items": [home_crumb(), {"url": "", "label": title}],
        "page_media": report_media(),
    }


WAGTAIL = Frame(
    template="shareai_cms/wagtail/page.html",
    fits=_is_inside,
    context=_context,
    admits=_admits,
    report_url_name="shareai_cms_wagtail:report",
)
