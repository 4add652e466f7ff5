"""Where the core pages are, for admins that lead people to them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from shareai_cms import permissions
from shareai_cms.permissions import BUY, MANAGE, SEES, Actor
from shareai_cms.views.frames import report_url, search_report_url


@dataclass(frozen=True, kw_only=True)
class PageLink:
    label: str
    url: str


def links_for(request: HttpRequest) -> list[PageLink]:
    """The core pages that the person may see; none where their addresses are not included."""
    actor = Actor.from_user(request.user)
    if not any(permissions.can_somewhere(actor, right) for right in SEES):
        return []
    try:
        found = [
            PageLink(label=_("What is left"), url=reverse("shareai_cms:allowance")),
            PageLink(label=_("What counts"), url=reverse("shareai_cms:explaining")),
            PageLink(label=_("What is on sale"), url=reverse("shareai_cms:topups")),
        ]
        reports = [PageLink(label=_("AI usage"), url=report_url(request))]
        if searches := search_report_url():
            reports.append(PageLink(label=_("AI search"), url=searches))
        orders = PageLink(label=_("Orders"), url=reverse("shareai_cms:orders"))
    except NoReverseMatch:
        return []
    manages, buys = (permissions.can_somewhere(actor, right) for right in (MANAGE, BUY))
    return [*found, *(reports if manages else []), *([orders] if manages or buys else [])]
