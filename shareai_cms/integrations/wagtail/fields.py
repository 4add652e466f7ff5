"""Which fields of a form AI can help with, and what kind each one is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from treebeard.mp_tree import MP_Node
from wagtail.admin.widgets import AdminAutoHeightTextInput

from shareai_cms.actions import fields as plain
from shareai_cms.actions.fields import IMAGE, RICH_TEXT, SHORTEST, TEXT, TEXTAREA, FieldSpec, is_excluded
from shareai_cms.integrations.wagtail import compat

__all__ = [
    "IMAGE",
    "RICH_TEXT",
    "SHORTEST",
    "TEXT",
    "TEXTAREA",
    "FieldSpec",
    "fields_of",
    "hidden_from",
    "is_alt_text",
    "is_excluded",
    "is_prose",
    "kind_of_widget",
    "path_label",
    "usable",
]

#: Names under which image models keep their alternative text; Wagtail's own is the first.
ALT_TEXT_NAMES = ("description", "alt_text", "alt", "default_alt_text", "default_alt")

# Exact classes, not subclasses: colour pickers, tag fields and slug inputs are text inputs too.
_WIDGETS: dict[type[forms.Widget], str] = {
    forms.TextInput: TEXT,
    forms.Textarea: TEXTAREA,
    AdminAutoHeightTextInput: TEXTAREA,
}
#: Text fields of Wagtail's form pages that hold e-mail addresses of people.
_ADDRESSES = frozenset(("to_address", "from_address"))


def fields_of(form_class: Any, model: type[models.Model], user: Any) -> list[FieldSpec]:
    """The fields of a form that AI can help with, in the form's order."""
    specs = (_spec(model, name, form_field) for name, form_field in usable(form_class, model, user))
    return [spec for spec in specs if spec is not None]


def usable(form_class: Any, model: type[models.Model], user: Any) -> Iterator[tuple[str, forms.Field]]:
    """The fields of a form that this person may fill in and that the settings do not exclude."""
    rights = getattr(getattr(form_class, "_meta", None), "field_permissions", None) or {}
    for name, form_field in form_class.base_fields.items():
        if form_field.disabled or is_excluded(model, name):
            continue
        if name not in rights or user.has_perm(rights[name]):
            yield name, form_field


def path_label(model: Any, path: str) -> str:
    """A field's place in words, from the name of its input: ``remarks-0-text`` is "Remarks: text"."""
    first, *rest = path.replace("/", "-").replace(".", "-").split("-")
    try:
        label = _label_of(model, model._meta.get_field(first), first)
    except FieldDoesNotExist:
        label = first.replace("_", " ")
    names = [name for name in rest if name.isidentifier() and name != "value"]
    inner = f": {names[-1].replace('_', ' ')}" if names else ""
    return f"{capfirst(label)}{inner}"


def _label_of(model: Any, field: Any, name: str) -> str:
    """A field in words; rows of another model as the form calls them."""
    if not field.auto_created or field.concrete:
        return str(getattr(field, "verbose_name", name.replace("_", " ")))
    through = field.related_model
    # Tags are kept in rows of their own, behind the field that people know.
    tags = (each for each in model._meta.get_fields() if getattr(each.remote_field, "through", None) is through)
    if (found := next(tags, None)) is not None and not found.auto_created:
        return str(found.verbose_name)
    return _heading(_handler(model), name) or name.replace("_", " ")


def _heading(panel: Any, relation: str) -> str:
    """What the panel of an inline form is called."""
    if getattr(panel, "relation_name", None) == relation:
        return str(panel.heading)
    return next(filter(None, (_heading(child, relation) for child in getattr(panel, "children", ()))), "")


def _handler(model: Any) -> Any:
    """The panels of a model's edit form; None where Wagtail knows of none."""
    model = model if isinstance(model, type) else type(model)
    if compat.is_page_model(model):
        return model.get_edit_handler()
    if compat.is_snippet_model(model):
        return model.snippet_viewset.get_edit_handler()
    return compat.setting_edit_handler(model) if compat.is_setting_model(model) else None


def hidden_from(user: Any, model: Any) -> frozenset[str]:
    """Names of the fields whose panel, or a panel around it, asks for a permission that this person lacks."""
    handler = _handler(model)
    if handler is None:
        return frozenset()
    shown, hidden = set[str](), set[str]()
    _sort_panels(handler, user, shown, hidden)
    # A field may stand in two panels, of which one is open to everybody.
    return frozenset(hidden - shown)


def _sort_panels(panel: Any, user: Any, shown: set[str], hidden: set[str]) -> None:
    permission = getattr(panel, "permission", None)
    into = shown if not permission or user.has_perm(permission) else hidden
    # Of inline forms, the relation that their rows stand in.
    name = getattr(panel, "field_name", None) or getattr(panel, "relation_name", None)
    if isinstance(name, str):
        into.add(name)
    for child in getattr(panel, "children", ()):
        _sort_panels(child, user, into, hidden)


def _spec(model: type[models.Model], name: str, form_field: forms.Field) -> FieldSpec | None:
    label = str(form_field.label or name.replace("_", " ").capitalize())
    features = getattr(form_field.widget, "features", None)
    if features is not None and hasattr(form_field.widget, "converter"):
        return FieldSpec(name=name, kind=RICH_TEXT, label=label, features=tuple(features))
    kind = _text_kind(model, name, form_field)
    longest = getattr(form_field, "max_length", None)
    return FieldSpec(name=name, kind=kind, label=label, max_length=longest) if kind else None


def _text_kind(model: type[models.Model], name: str, form_field: forms.Field) -> str:
    kind = kind_of_widget(form_field)
    if not kind or not isinstance(form_field, forms.CharField) or not is_prose(model, name):
        return ""
    if form_field.max_length is not None and form_field.max_length < SHORTEST:
        return ""
    return IMAGE if is_alt_text(model, name) else kind


def kind_of_widget(form_field: forms.Field) -> str:
    """``text`` or ``textarea``; empty for every input that is made for something else."""
    return _WIDGETS.get(type(form_field.widget), "")


def is_alt_text(model: type[models.Model], name: str) -> bool:
    """Whether this is where the image model keeps its alternative text."""
    return compat.is_image_model(model) and name in ALT_TEXT_NAMES


def is_prose(model: type[models.Model], name: str) -> bool:
    """Whether the model field behind a form field holds text that people write and read."""
    is_place_in_tree = name == "path" and issubclass(model, MP_Node)
    return name not in _ADDRESSES and not is_place_in_tree and plain.is_prose(model, name)
