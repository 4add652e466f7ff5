"""Snippets, saved and being written."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest

from shareai_cms.actions.targets import TargetRef
from shareai_cms.integrations.wagtail import compat, rights
from shareai_cms.integrations.wagtail.targets.base import Found, WagtailPolicy


class SnippetPolicy(WagtailPolicy):
    """A snippet may be changed by whoever its permission policy lets change it."""

    def handles(self, model: type[models.Model]) -> bool:
        return compat.is_snippet_model(model)

    def find(self, request: HttpRequest, ref: TargetRef) -> Found:
        model: Any = ref.model()
        if not ref.id:
            rights.check_adding(request.user, model)
            return Found(model=model, obj=model())
        obj = self.load(model, ref.id)
        rights.check_right(request.user, obj)
        return Found(model=model, obj=obj)
