"""From the address of an admin page to the form that it edits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve
from wagtail.images import get_image_model
from wagtail.models import DraftStateMixin

from shareai_cms.actions.targets import TargetRef
from shareai_cms.integrations.wagtail import compat

MANY_IMAGES = "wagtailimages:add_multiple"


@dataclass(frozen=True, kw_only=True)
class Surface:
    """An edit form of the Wagtail admin: the object it is about and the class of its form.

    None stands for a page that has no form of its own, but gets some while it is open.
    """

    ref: TargetRef
    model: type[models.Model]
    form_class: Any
    #: Whether Wagtail can keep what is in the form as a draft. An earlier version comes back by a person alone.
    has_drafts: bool = False

    @property
    def is_image(self) -> bool:
        return compat.is_image_model(self.model)


def surface_at(path: str) -> Surface | None:
    """The form at an admin address, or None where there is none that AI could help with."""
    # A browser's address begins with the prefix under which the project runs; those of the project do not.
    prefix = get_script_prefix()
    if not path.startswith(prefix):
        return None
    try:
        match = resolve(f"/{path.removeprefix(prefix)}")
    except (Resolver404, ValueError):
        return None
    finders = (_existing_page, _new_page, _image, _snippet, _setting)
    return next((found for finder in finders if (found := finder(match))), None)


def _existing_page(match: ResolverMatch) -> Surface | None:
    if match.view_name not in ("wagtailadmin_pages:edit", "wagtailadmin_pages:revisions_revert"):
        return None
    pk = match.kwargs["page_id"]
    base: Any = compat.base_page_model()
    page = base._base_manager.filter(pk=pk).select_related("content_type").first()
    model = page.specific_class if page else None
    return _page_surface(match, model, id=str(pk)) if model else None


def _new_page(match: ResolverMatch) -> Surface | None:
    if match.view_name != "wagtailadmin_pages:add":
        return None
    names = match.kwargs["content_type_app_name"], match.kwargs["content_type_model_name"]
    model = _model(*names)
    if model is None or not compat.is_page_model(model):
        return None
    return _page_surface(match, model, parent=str(match.kwargs["parent_page_id"]))


def _page_surface(match: ResolverMatch, model: Any, **ref: str) -> Surface:
    return Surface(
        ref=TargetRef(type=model._meta.label_lower, **ref),
        model=model,
        form_class=model.get_edit_handler().get_form_class(),
        has_drafts=_has_drafts(match, model),
    )


def _has_drafts(match: ResolverMatch, model: type[models.Model]) -> bool:
    return issubclass(model, DraftStateMixin) and "revision_id" not in match.kwargs


#: Forms of the image library; the last one grows a form for each file that was uploaded.
_IMAGE_FORMS = ("wagtailimages:edit", "wagtailimages:add", MANY_IMAGES)


def _image(match: ResolverMatch) -> Surface | None:
    if match.view_name not in _IMAGE_FORMS:
        return None
    model = get_image_model()
    ref = TargetRef(type=model._meta.label_lower, id=str(match.kwargs.get("image_id", "")))
    form_class = compat.image_form_class() if match.view_name != MANY_IMAGES else None
    return Surface(ref=ref, model=model, form_class=form_class)


def _snippet(match: ResolverMatch) -> Surface | None:
    """Any snippet's own viewset: its views carry their class and model on the URL's callback."""
    from wagtail.admin.views.generic import CreateView, EditView

    view_class = getattr(match.func, "view_class", None)
    model = getattr(match.func, "view_initkwargs", {}).get("model")
    if not isinstance(view_class, type) or model is None or not compat.is_snippet_model(model):
        return None
    pk = ""
    if issubclass(view_class, EditView):
        pk = str(_unquoted(match.kwargs.get("pk", "")))
    elif not issubclass(view_class, CreateView):
        return None
    handler = model.snippet_viewset.get_edit_handler()
    ref = TargetRef(type=model._meta.label_lower, id=pk)
    return Surface(ref=ref, model=model, form_class=handler.get_form_class(), has_drafts=_has_drafts(match, model))


def _setting(match: ResolverMatch) -> Surface | None:
    """A setting's form; that of a site setting is addressed by its site."""
    if match.view_name != "wagtailsettings:edit" or "pk" not in match.kwargs:
        return None
    model = _model(match.kwargs["app_name"], match.kwargs["model_name"])
    if model is None or not compat.is_setting_model(model):
        return None
    by = "site_id" if compat.is_site_setting(model) else "pk"
    setting = model._default_manager.filter(**{by: match.kwargs["pk"]}).only("pk").first()
    if setting is None:
        return None
    ref = TargetRef(type=model._meta.label_lower, id=str(setting.pk))
    return Surface(ref=ref, model=model, form_class=compat.setting_edit_handler(model).get_form_class())


def _unquoted(pk: Any) -> Any:
    from django.contrib.admin.utils import unquote

    return unquote(str(pk))


def _model(app_label: str, model_name: str) -> type[models.Model] | None:
    try:
        return apps.get_model(app_label, model_name)
    except LookupError:
        return None
