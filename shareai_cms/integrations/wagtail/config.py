"""What the editor's scripts need to know about one edit form, gathered in one request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.images import get_image_model

from shareai_cms import metering
from shareai_cms.actions.targets import policy_for
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.conf import conf
from shareai_cms.errors import InvalidRequest, NotMigrated, NotPermitted, ObjectLocked, ObjectNotFound
from shareai_cms.integrations.wagtail import accounts, compat
from shareai_cms.integrations.wagtail.fields import IMAGE, fields_of
from shareai_cms.integrations.wagtail.outline import Outline
from shareai_cms.integrations.wagtail.surfaces import Surface, surface_at
from shareai_cms.integrations.wagtail.targets.base import Found, WagtailPolicy
from shareai_cms.views.assets import PANEL_SCRIPTS, PANEL_STYLES, files
from shareai_cms.views.buying import safe_path
from shareai_cms.views.configuration import (
    NOTHING,
    Form,
    Offer,
    described,
    for_account,
    offers,
    slugs_of,
    told,
    unready,
    without_account,
)

SCRIPTS = ("wagtail_host", "dom", "fields", "field_controller", "start", "wagtail_start")
STYLES = ("button",)
#: How each kind of field is read and written: not asked before the first panel opens.
FIELD_SCRIPTS = ("text_field", "draftail_field", "upload_field")
#: Opens a panel from elsewhere on the page; it knows where Wagtail hides fields.
OPENING_SCRIPTS = ("opening",)
#: Needed where images are uploaded: with their own forms, elsewhere with the first chooser.
IMAGE_SCRIPTS = ("image_forms",)
#: Loaded when the side panel of the editor opens, after those of the panels.
SIDE_SCRIPTS = ("filling", "enriching", "side_panel")
SIDE_STYLES = ("side", "enriching")
#: Loaded by the click that leaves the form to buy units, and by the form that somebody comes back to.
LEAVING_SCRIPTS = ("drafts", "leaving")
RETURNING_SCRIPTS = ("returning",)


def configuration(request: HttpRequest, path: str) -> dict[str, Any]:
    """The configuration of the form at an admin address; never raises for what the site got wrong."""
    surface = surface_at(path)
    policy = policy_for(surface.model) if surface else None
    if surface is None or not isinstance(policy, WagtailPolicy):
        return NOTHING
    try:
        with metering.tables_ready():
            found = policy.find(request, surface.ref)
            form = replace(_form(surface, request.user, policy.language_of(found)), path=safe_path(path))
            if not form.slugs and "enrich" not in form.urls:
                return NOTHING
            payer = policy.payer(request, found)
    except NotMigrated as missing:
        return unready(accounts.actor_of(request), _form(surface, request.user, ""), missing)
    except accounts.SiteNotPicked as error:
        return {**without_account(form), **_undecided(error)}
    except (NotPermitted, ObjectNotFound, InvalidRequest):
        return NOTHING
    return for_account(accounts.actor_of(request), form, payer, locked=_lock(request, policy, found))


def _form(surface: Surface, user: Any, language: str) -> Form:
    """The form's own fields, the texts inside its streams and inline forms, and those of images chosen for it."""
    own = offers(fields_of(surface.form_class, surface.model, user), language) if surface.form_class else ()
    outline = Outline(surface.form_class, surface.model, user, language)
    images = _images_of(surface, user, is_empty=not (own or outline.slugs))
    urls = _urls(surface)
    return Form(
        ref=surface.ref,
        meters=_meters() if "enrich" in urls else (),
        offers=own,
        language=language,
        also=(*outline.slugs, *slugs_of(images)),
        more={"nested": outline.as_json(), "images": _images(images), "drafts": surface.has_drafts},
        assets=_assets(surface),
        urls=urls,
    )


def _is_product(surface: Surface) -> bool:
    """Whether what is being edited is stored, and something that a catalogue lets enrich."""
    if not surface.ref.id or catalogue_for(surface.model) is None:
        return False
    from shareai_cms.runs import tasks  # not at the start of a site

    return surface.model in tasks.get("enrich").models()


def _meters() -> tuple[str, ...]:
    from shareai_cms.runs import tasks  # not at the start of a site

    return (tasks.get("enrich").action.meter,)


def _urls(surface: Surface) -> dict[str, str]:
    return {
        **({"enrich": reverse("shareai_cms:enrich")} if _is_product(surface) else {}),
        "pick": reverse("shareai_cms_wagtail:pick_site"),
        "address": reverse("shareai_cms_wagtail:answer_address"),
        "past": reverse("shareai_cms_wagtail:past"),
    }


def _images_of(surface: Surface, user: Any, *, is_empty: bool) -> tuple[Offer, ...]:
    """The alternative text of images that are added or chosen while the form is open."""
    is_one_image = surface.is_image and surface.ref.id
    if is_one_image or (is_empty and surface.form_class is not None):
        return ()
    specs = fields_of(compat.image_form_class(), get_image_model(), user)
    return offers(spec for spec in specs if spec.kind == IMAGE)


def _images(offered: tuple[Offer, ...]) -> dict[str, Any] | None:
    """For the upload forms of the image library, which open in a chooser or grow on their own page."""
    if not offered:
        return None
    return {
        "type": get_image_model()._meta.label_lower,
        "edge": conf.image_edge,
        "fields": [described(spec, slugs) for spec, slugs in offered],
    }


def _assets(surface: Surface) -> dict[str, Any]:
    """The files by when they are needed: with the form, with the first panel, with what opens beside the form."""
    images = IMAGE_SCRIPTS if surface.is_image else ()
    return {
        "form": files(styles=STYLES, scripts=(*SCRIPTS, *images)),
        "panel": files(styles=PANEL_STYLES, scripts=(*FIELD_SCRIPTS, *PANEL_SCRIPTS, *OPENING_SCRIPTS)),
        "images": files(styles=(), scripts=IMAGE_SCRIPTS),
        "side": files(styles=SIDE_STYLES, scripts=SIDE_SCRIPTS),
        "leave": files(styles=(), scripts=LEAVING_SCRIPTS),
        "back": files(styles=(), scripts=RETURNING_SCRIPTS),
    }


def _lock(request: HttpRequest, policy: WagtailPolicy, found: Found) -> ObjectLocked | None:
    try:
        policy.check_lock(request, found)
    except ObjectLocked as error:
        return error
    return None


def _undecided(error: accounts.SiteNotPicked) -> dict[str, Any]:
    sites = [{"id": str(site.pk), "label": accounts.reference_of(site).label} for site in error.sites]
    return {"problem": told(error), "sites": sites}
