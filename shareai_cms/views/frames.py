"""The page around the core pages: Django's admin, unless an integration brings its own for its addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from shareai_cms.conf import conf


def _nothing(_request: HttpRequest, _title: str) -> dict[str, Any]:
    return {}


def _staff(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_active and user.is_staff)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A base template with the blocks ``shareai_title``, ``shareai_head`` and ``shareai_content``."""

    template: str
    #: Whether a request came to an address inside the integration's admin.
    fits: Callable[[HttpRequest], bool]
    #: What the base template needs besides the request and the page's title.
    context: Callable[[HttpRequest, str], dict[str, Any]] = _nothing
    #: Whether the person may be in that admin at all.
    admits: Callable[[HttpRequest], bool] = _staff
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


def render_missing(request: HttpRequest, title: str) -> HttpResponse:
    """Nothing is there, or nothing for this person; inside the admin for those who may be there.

    Not with 404: of such an answer Django makes a way to the same address in the site's language, where others answer.
    """
    if not frame_for(request).admits(request):
        raise Http404
    answer = render_page(request, "shareai_cms/pages/missing.html", {"title": title})
    answer.status_code = 403
    return answer


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
