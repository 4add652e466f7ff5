"""Who did it, where it was no person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shareai_cms.permissions import INDEXING, VISITOR

_KINDS = {VISITOR: _("Visitor"), INDEXING: _("Background work")}


def actor_name(kind: str, label: str) -> str:
    """A person's name, else what kind of actor it was."""
    return label or str(_KINDS.get(kind, kind))
