"""What was left out of a proposal, in words for the merchant."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

#: By reason; what the facts do not say is told by its name alone.
SENTENCES = {
    "unsupported": _("%(label)s: the facts do not support the answer."),
    "not_allowed": _("%(label)s: the answer is nothing that can be entered there."),
    "too_long": _("%(label)s: the answer was too long."),
    "image_unusable": _("%(label)s: the image cannot be read."),
    "description_too_long": _("%(label)s: the text is too long to be rewritten."),
}


def told(entry: Mapping[str, str]) -> str:
    """One entry of a result's ``missing``."""
    label = str(entry.get("label") or entry.get("part", ""))
    sentence = SENTENCES.get(entry.get("reason", ""))
    return str(sentence) % {"label": label} if sentence is not None else label
