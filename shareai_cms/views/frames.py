"""The page around the core pages: Django's admin, unless an integration brings its own for its addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from shareai_cms.conf import conf


def _nothing(_request: HttpRequest, _title: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A base template with the blocks ``shareai_title``, ``shareai_head`` and ``shareai_content``."""

    template: str
    #: Whether a request came to an address inside the integration's admin.
    fits: Callable[[HttpRequest], bool]
    #: What the base template needs besides the request and the page's title.
    context: Callable[[HttpRequest, str], dict[str, Any]] = _nothing
    #: The address name of a report of the integration's own, to be used instead of the core page.
    report_url_name: str = "shareai_cms:usage"


_frames: list[Frame] = []


def register_frame(frame: Frame) -> None:
    """Show core pages inside an integration's admin; the latest registered that fits is used."""
    _frames.append(frame)


def frame_for(request: HttpRequest) -> Frame:
    return next((frame for frame in reversed(_frames) if frame.fits(request)), DJANGO_ADMIN)


def render_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A core page inside the frame of the request; ``context`` has its ``title``."""
    frame = frame_for(request)
    around = {
        **frame.context(request, str(context["title"])),
        "base_template": frame.template,
        "report_url": report_url(request),
        "search_report_url": search_report_url(),
    }
    return render(request, template, {**around, **context})


def report_url(request: HttpRequest) -> str:
    return reverse(frame_for(request).report_url_name)


def search_report_url() -> str:
    """Empty where nothing is searched, and so nothing to be reported."""
    return reverse("shareai_cms:searches") if conf.search else ""


def _django_admin_context(request: HttpRequest, _title: str) -> dict[str, Any]:
    from django.contrib import admin

    try:
        return admin.site.each_context(request)
    except NoReverseMatch:
        # Installed, but at no address: its templates work without.
        return {"has_permission": False}


def _always(_request: HttpRequest) -> bool:
    return True


DJANGO_ADMIN = Frame(template="shareai_cms/pages/django_admin.html", fits=_always, context=_django_admin_context)
