"""Which object an action is about, checked by the rules of the ``ModelAdmin`` that edits it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from django.contrib.admin.sites import all_sites
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shareai_cms import actions
from shareai_cms.actions.base import Action, ActionInput
from shareai_cms.actions.codecs import PlainText
from shareai_cms.actions.fields import TEXTAREA, FieldSpec
from shareai_cms.actions.targets import AccountRef, Target, TargetPolicy, TargetRef, context_of, text_of
from shareai_cms.conf import conf
from shareai_cms.errors import NotPermitted, ObjectNotFound, UnknownAction
from shareai_cms.integrations.django_admin.fields import offered_to
from shareai_cms.models import Suggestion


@dataclass(frozen=True, kw_only=True)
class AdminTarget(Target):
    """An object, and the ``ModelAdmin`` by whose rules the person may change it."""

    model_admin: Any


def admins_of(model: type[models.Model]) -> list[Any]:
    """Every ``ModelAdmin`` of the model that offers AI; one model may be in several admin sites."""
    from shareai_cms.integrations.django_admin.mixin import AIAdminMixin  # which asks this policy

    # The sites are a set without order.
    sites = sorted(all_sites, key=lambda site: site.name)
    found = (site._registry.get(model) for site in sites)  # noqa: SLF001  is_registered gives no admin
    return [model_admin for model_admin in found if isinstance(model_admin, AIAdminMixin)]


class AdminPolicy(TargetPolicy):
    """An object may be changed by whoever its ``ModelAdmin`` lets change it, in a field of its form."""

    def handles(self, model: type[models.Model]) -> bool:
        return bool(admins_of(model))

    def resolve(self, request: HttpRequest, ref: TargetRef, *, payer: AccountRef | None = None) -> AdminTarget:
        model_admin, obj = self.find(request, ref)
        model = model_admin.model
        return AdminTarget(
            object_type=model._meta.label_lower,
            object_ref=str(obj.pk) if obj is not None else "",
            object_label=str(obj)[:255] if obj is not None else "",
            account=payer or self.account(request, model, obj),
            field=ref.field,
            path=ref.path,
            # Nothing says in which language an object is written, least of all that of the menus around it.
            language="",
            obj=obj,
            model_admin=model_admin,
        )

    def find(self, request: HttpRequest, ref: TargetRef) -> tuple[Any, Any]:
        """The admin and the object, None for a new one; raises ``ObjectNotFound`` or ``NotPermitted``."""
        admins = [each for each in admins_of(ref.model()) if each.admin_site.has_permission(request)]
        if ref.id:
            permitted = list(self.saved(request, admins, ref.id))
        else:
            permitted = [(each, None) for each in admins if each.has_add_permission(request)]
        if not permitted:
            raise NotPermitted(f"no ModelAdmin lets this person {'change' if ref.id else 'add'} {ref.type}")
        return permitted[0]

    def saved(self, request: HttpRequest, admins: list[Any], pk: str) -> Iterator[tuple[Any, Any]]:
        """The object by every admin that lets this person change it; raises ``ObjectNotFound``."""
        asked = [each for each in admins if each.has_change_permission(request)]
        # By the admin's own queryset: many sites narrow it to the person's own objects.
        found = [(each, obj) for each in asked if (obj := each.get_object(request, pk)) is not None]
        if asked and not found:
            raise ObjectNotFound(f"{asked[0].model._meta.label_lower} {pk[:40]}")
        return ((each, obj) for each, obj in found if each.has_change_permission(request, obj))

    def read(self, request: HttpRequest, target: Target, action: Action, payload: Mapping[str, Any]) -> ActionInput:
        spec = self.spec(request, target)
        text = text_of(payload)
        if action.reads == "object":
            text = self.whole(payload) or text
        codec = PlainText.like(text, is_multiline=spec.kind == TEXTAREA, max_length=spec.max_length)
        return ActionInput(
            text=text,
            codec=codec,
            max_length=spec.max_length,
            language=target.language,
            context=context_of(payload),
        )

    def spec(self, request: HttpRequest, target: Target) -> FieldSpec:
        """The field that the browser named; raises ``NotPermitted`` where the form does not offer it to this person."""
        specs = offered_to(cast("AdminTarget", target).model_admin, request, target.obj)
        found = next((spec for spec in specs if spec.name == target.field), None)
        if found is None:
            raise NotPermitted("the form offers no AI at target.field")
        return found

    def whole(self, payload: Mapping[str, Any]) -> str:
        """All texts of the form, as they stand in it; what is over the limit is left out."""
        given = payload.get("input")
        texts = given.get("object") if isinstance(given, Mapping) else None
        if not isinstance(texts, str):
            return ""
        return text_of({"input": {"text": texts[: conf.max_input_characters]}})

    def record_applied(
        self, request: HttpRequest, target: Target, suggestion: Suggestion, fields: Sequence[str] = ()
    ) -> None:
        """One line in the object's history: the action and the field. An unsaved object has none yet."""
        if target.obj is None:
            return
        target = cast("AdminTarget", target)
        usage = suggestion.usage
        try:
            action = str(actions.get(usage.feature).label)
        except UnknownAction:
            action = usage.feature
        labels = (self.field_label(request, target, name) for name in fields or [usage.field])
        field = ", ".join(label for label in labels if label)
        message = _("Applied an AI suggestion: %(action)s (%(field)s)") if field else _("Applied an AI suggestion")
        target.model_admin.log_change(request, target.obj, message % {"action": action, "field": field})

    def field_label(self, request: HttpRequest, target: AdminTarget, path: str) -> str:
        """The label of a field by the name of its input, which has a number where an inline's field has a ``*``."""
        specs = offered_to(target.model_admin, request, target.obj)
        return next((spec.label for spec in specs if fnmatchcase(path, spec.name)), "")
