"""Where Wagtail 7.4 and 8.x differ, and page models that may be swapped."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models


def base_page_model() -> type[models.Model]:
    """The project's base page model: ``wagtailcore.Page``, or what Wagtail 8's setting swaps in."""
    return apps.get_model(getattr(settings, "WAGTAIL_PAGE_MODEL", "wagtailcore.Page"))


def is_page_model(model: type[models.Model]) -> bool:
    """Whether the model is a page type, whatever the base page model is."""
    from wagtail.models import AbstractPage

    return issubclass(model, AbstractPage)


def is_snippet_model(model: type[models.Model]) -> bool:
    from wagtail.snippets.models import get_snippet_models

    return model in get_snippet_models()


def is_comment_model(model: type[models.Model]) -> bool:
    """What editors say to each other about a page stands in an inline form of it, and is not its content."""
    from wagtail.models import Comment

    return issubclass(model, Comment)


def is_image_model(model: type[models.Model]) -> bool:
    from wagtail.images import get_image_model

    return model is get_image_model()


def image_form_class() -> Any:
    """The form of the image library, for a new image as for one of it."""
    from wagtail.images import get_image_model
    from wagtail.images.forms import get_image_form

    return get_image_form(get_image_model())


def is_setting_model(model: type[models.Model]) -> bool:
    if not apps.is_installed("wagtail.contrib.settings"):
        return False
    from wagtail.contrib.settings.registry import registry

    return model in registry


def is_site_setting(model: type[models.Model]) -> bool:
    """Whether each site has its own; the others are one for all sites."""
    from wagtail.contrib.settings.models import BaseSiteSetting

    return issubclass(model, BaseSiteSetting)


def setting_edit_handler(model: type[models.Model]) -> Any:
    from wagtail.contrib.settings.views import get_setting_edit_handler

    return get_setting_edit_handler(model)


def permission_policy(model: type[models.Model]) -> Any:
    """Wagtail's permission policy for a model: the registry of 8.0, or where 7.4 keeps each one."""
    from wagtail import permissions

    registry = getattr(permissions, "policy_registry", None)
    if registry is not None:
        return registry.get_by_type(model)
    if is_image_model(model):
        from wagtail.images.permissions import permission_policy as images_policy

        return images_policy
    if is_setting_model(model):
        return model.get_permission_policy()  # type: ignore[attr-defined]
    viewset = getattr(model, "snippet_viewset", None)
    if viewset is not None:
        return viewset.permission_policy
    from wagtail.permission_policies import ModelPermissionPolicy

    return ModelPermissionPolicy(model)


def page_policy() -> Any:
    """Who may do what to pages; the same name in both versions, but not yet in the registry of 7.4."""
    from wagtail.permissions import page_permission_policy

    return page_permission_policy
