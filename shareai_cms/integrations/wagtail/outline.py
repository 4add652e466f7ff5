"""What the browser is told about the texts inside streams and inline forms: a graph of types.

The browser walks it by the types of the blocks around an input. Equal nodes are listed once, so that a
block that is used in many places, or contains itself, costs its few bytes once.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from wagtail.blocks import BlockField

from shareai_cms import actions
from shareai_cms.integrations.wagtail import compat, fields, places
from shareai_cms.integrations.wagtail.places import Leaf, Place


class Outline:
    """The graph of one form; ``roots`` are its streams and inline forms, as places in ``nodes``."""

    def __init__(self, form_class: Any, model: type[models.Model], user: Any, language: str) -> None:
        self._language = language
        self.nodes: list[dict[str, Any]] = []
        self._known: dict[Any, int | None] = {}
        self.roots = self._of_form(form_class, model, user) if form_class else {}

    @property
    def slugs(self) -> list[str]:
        """The actions that any of the texts is offered."""
        return list(dict.fromkeys(slug for node in self.nodes for slug in node.get("actions", ())))

    def as_json(self) -> dict[str, Any]:
        return {"roots": self.roots, "nodes": self.nodes}

    def _of_form(self, form_class: Any, model: type[models.Model], user: Any) -> dict[str, int]:
        """The streams of a form and the forms inside it, by name."""
        found: dict[str, int | None] = {}
        for name, form_field in fields.usable(form_class, model, user):
            if isinstance(form_field, BlockField):
                found[name] = self._of_place(places.root(model, model._meta.get_field(name)))
        for name, formset in getattr(form_class, "formsets", {}).items():
            if not fields.is_excluded(model, name):
                found[name] = self._of_inline(formset.form, user)
        return {name: node for name, node in found.items() if node is not None}

    def _of_inline(self, form_class: Any, user: Any) -> int | None:
        model = form_class._meta.model
        if compat.is_comment_model(model):
            return None
        inside: dict[str, int] = dict(self._of_form(form_class, model, user))
        for spec in fields.fields_of(form_class, model, user):
            node = self._of_leaf(Leaf(kind=spec.kind, name=spec.name, max_length=spec.max_length))
            if node is not None:
                inside[spec.name] = node
        return self._listed({"in": inside}) if inside else None

    def _of_place(self, place: Place) -> int | None:
        key = (id(place.block), place.excluded, place.image, place.name if place.image else "")
        if key in self._known:
            return self._known[key]
        leaf = place.leaf()
        if leaf is not None:
            return self._of_leaf(leaf)
        # Before its children: they may contain it again.
        self.nodes.append({})
        self._known[key] = at = len(self.nodes) - 1
        inside = {child.name: self._of_place(child) for child in place.children()}
        fruitful = {name: node for name, node in inside.items() if node is not None and node != at}
        if fruitful:
            self.nodes[at]["in"] = {name: node for name, node in inside.items() if node is not None}
            return at
        self._known[key] = None
        return None

    def _of_leaf(self, leaf: Leaf) -> int | None:
        # What is drawn from the whole page belongs to the page's own fields.
        fitting = [
            action.slug
            for action in actions.for_field(leaf.kind, leaf.name, leaf.max_length)
            if action.reads == "field" and action.is_available(self._language)
        ]
        if not fitting or leaf.is_short:
            return None
        node = {"kind": leaf.kind, "actions": fitting} | ({"image": leaf.image} if leaf.image else {})
        return self._listed(node)

    def _listed(self, node: dict[str, Any]) -> int:
        key = repr(node)
        if key not in self._known:
            self.nodes.append(node)
            self._known[key] = len(self.nodes) - 1
        return self._known[key] or 0
