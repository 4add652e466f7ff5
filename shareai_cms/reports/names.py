"""What people know things as that usage rows keep as slugs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shareai_cms.actions import all_actions
from shareai_cms.permissions import INDEXING, VISITOR

#: What happens without a click of an editor.
_FEATURES = {"search": _("Search by meaning"), "indexing": _("Indexing for search")}
_KINDS = {VISITOR: _("Visitor"), INDEXING: _("Background work")}


def feature_names() -> dict[str, str]:
    """Every action that this site has, and what is used without one, by slug."""
    actions = {action.slug: str(action.label) for action in all_actions()}
    return {**actions, **{slug: str(name) for slug, name in _FEATURES.items()}}


def actor_name(kind: str, label: str) -> str:
    """A person's name, else what kind of actor it was."""
    return label or str(_KINDS.get(kind, kind))
