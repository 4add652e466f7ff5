"""Snippets, saved and being written."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest

from shareai_cms.actions.targets import TargetRef
from shareai_cms.errors import NotPermitted
from shareai_cms.integrations.wagtail import compat
from shareai_cms.integrations.wagtail.targets.base import Found, WagtailPolicy


class SnippetPolicy(WagtailPolicy):
    """A snippet may be changed by whoever its permission policy lets change it."""

    def handles(self, model: type[models.Model]) -> bool:
        return compat.is_snippet_model(model)

    def find(self, request: HttpRequest, ref: TargetRef) -> Found:
        model: Any = ref.model()
        policy = compat.permission_policy(model)
        if not ref.id:
            if not policy.user_has_permission(request.user, "add"):
                raise NotPermitted(f"no permission to add {model._meta.label_lower}")
            return Found(model=model, obj=model())
        obj = self.load(model, ref.id)
        if not policy.user_has_permission_for_instance(request.user, "change", obj):
            raise NotPermitted(f"no permission to change this {model._meta.label_lower}")
        return Found(model=model, obj=obj)
