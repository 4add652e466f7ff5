"""Which inputs of an admin form AI can help with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.admin import widgets
from django.db import models
from django.http import HttpRequest

from shareai_cms.actions.fields import SHORTEST, TEXT, TEXTAREA, FieldSpec, is_excluded, is_prose

# Exact classes, not subclasses: the editors for HTML and Markdown of other packages are text areas too.
_WIDGETS: dict[type[forms.Widget], str] = {
    forms.TextInput: TEXT,
    forms.Textarea: TEXTAREA,
    widgets.AdminTextInputWidget: TEXT,
    widgets.AdminTextareaWidget: TEXTAREA,
}


def offered_to(model_admin: Any, request: HttpRequest, obj: Any) -> list[FieldSpec]:
    """The fields that this person may change in the form of this object (None while it is being added).

    A field of an inline is named ``prefix-*-name``, for all of its rows.
    """
    may_save = model_admin.has_change_permission(request, obj) if obj else model_admin.has_add_permission(request)
    if not may_save:
        return []  # then the admin shows inlines as plain text too, whatever their own rules
    # What is read-only is not in the form.
    form_class = model_admin.get_form(request, obj, change=obj is not None)
    found = list(_specs(form_class, model_admin.model))
    for prefix, inline, formset in _inlines(model_admin, request, obj):
        for spec in _specs(formset.form, inline.model):
            label = f"{inline.verbose_name}: {spec.label}"
            found.append(
                FieldSpec(name=f"{prefix}-*-{spec.name}", kind=spec.kind, label=label, max_length=spec.max_length)
            )
    return found


def _inlines(model_admin: Any, request: HttpRequest, obj: Any) -> Iterator[tuple[str, Any, Any]]:
    """The inlines of which this person may change or add rows, under the prefixes that the admin gives them."""
    seen: Counter[str] = Counter()
    for formset, inline in model_admin.get_formsets_with_inlines(request, obj):
        prefix = formset.get_default_prefix()
        seen[prefix] += 1
        if seen[prefix] != 1 or not prefix:
            prefix = f"{prefix}-{seen[prefix]}"
        if inline.has_change_permission(request, obj) or inline.has_add_permission(request, obj):
            yield prefix, inline, formset


def _specs(form_class: Any, model: type[models.Model]) -> Iterator[FieldSpec]:
    for name, form_field in form_class.base_fields.items():
        kind = _WIDGETS.get(type(form_field.widget), "")
        longest = getattr(form_field, "max_length", None)
        is_usable = isinstance(form_field, forms.CharField) and not form_field.disabled
        if not kind or not is_usable or (longest is not None and longest < SHORTEST):
            continue
        if is_prose(model, name) and not is_excluded(model, name):
            label = str(form_field.label or name.replace("_", " ").capitalize())
            yield FieldSpec(name=name, kind=kind, label=label, max_length=longest)
