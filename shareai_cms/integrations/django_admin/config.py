"""What the scripts need to know about one form of the admin, gathered in one request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin.utils import quote
from django.http import HttpRequest
from django.http.request import HttpHeaders
from django.urls import reverse

from shareai_cms import metering, permissions
from shareai_cms.actions.fields import FieldSpec
from shareai_cms.actions.targets import TargetPolicy, TargetRef, policy_for
from shareai_cms.errors import AccountUnclear, ActionRefused, NotMigrated
from shareai_cms.integrations.django_admin.fields import offered_to
from shareai_cms.integrations.django_admin.policy import AdminPolicy
from shareai_cms.permissions import Actor
from shareai_cms.views.assets import PANEL_SCRIPTS, PANEL_STYLES, files
from shareai_cms.views.configuration import NOTHING, Form, for_account, offers, told, without_account

SCRIPTS = (
    "django_admin/controllers",
    "django_admin/host",
    "dom",
    "django_admin/fields",
    "field_controller",
    "start",
)
STYLES = ("button", "django_admin")


def offers_something(model_admin: Any, request: HttpRequest, obj: Any) -> bool:
    """Whether the form's page loads anything of ours: one query, and none for superusers."""
    actor = Actor.from_user(request.user)
    try:
        with metering.tables_ready():
            if not permissions.can_somewhere(actor, permissions.USE):
                return False
    except NotMigrated:
        return False
    policy = policy_for(model_admin.model)
    return bool(offers(_specs(model_admin, request, obj, policy)))


def configuration(model_admin: Any, request: HttpRequest, pk: str) -> dict[str, Any]:
    """The configuration of the form of an object, or of a new one; never raises for what the site got wrong."""
    try:
        with metering.tables_ready():
            return _configuration(model_admin, request, pk)
    except NotMigrated:
        return NOTHING


def _configuration(model_admin: Any, request: HttpRequest, pk: str) -> dict[str, Any]:
    actor = Actor.from_user(request.user)
    if not permissions.can_somewhere(actor, permissions.USE):
        return NOTHING
    try:
        ref = TargetRef.parse({"type": model_admin.opts.label_lower, "id": pk})
    except ActionRefused:
        return NOTHING
    obj = model_admin.get_object(request, pk) if pk else None
    policy = policy_for(model_admin.model)
    form = _form(ref, _specs(model_admin, request, obj, policy), _path(model_admin, pk))
    if not form.offers or (pk and obj is None):
        return NOTHING
    try:
        payer = policy.resolve(request, ref).account
    except AccountUnclear as error:
        return {**without_account(form), **_csrf(), "problem": told(error)}
    except ActionRefused:
        return NOTHING
    found = for_account(actor, form, payer)
    return {**found, **_csrf()} if found["can_use"] else NOTHING


def _specs(model_admin: Any, request: HttpRequest, obj: Any, policy: TargetPolicy) -> list[FieldSpec]:
    specs = offered_to(model_admin, request, obj)
    # A model that Wagtail edits too is asked about there, where rows of the admin's inlines are not known.
    return specs if isinstance(policy, AdminPolicy) else [spec for spec in specs if "*" not in spec.name]


def _path(model_admin: Any, pk: str) -> str:
    """Where the form is, as the admin's own links lead to it."""
    name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_{'change' if pk else 'add'}"
    return reverse(name, args=[quote(pk)] if pk else [], current_app=model_admin.admin_site.name)


def _form(ref: TargetRef, specs: list[FieldSpec], path: str) -> Form:
    return Form(
        ref=ref,
        path=path,
        offers=offers(specs),
        assets={
            "form": files(styles=STYLES, scripts=SCRIPTS),
            "panel": files(styles=PANEL_STYLES, scripts=("django_admin/icons", "text_field", *PANEL_SCRIPTS)),
        },
        # This admin has no dashboard of ours that would lead there.
        urls={"left": reverse("shareai_cms:allowance")},
    )


def _csrf() -> dict[str, str]:
    return {"csrf_header": str(HttpHeaders.parse_header_name(settings.CSRF_HEADER_NAME))}
