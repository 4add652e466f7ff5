"""Translation of one field into another language of the site."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.base import ActionInput
from shareai_cms.actions.languages import english_name, other_languages
from shareai_cms.actions.options import Option
from shareai_cms.actions.registry import register
from shareai_cms.actions.writing import Reworking


@register
class Translate(Reworking):
    """Says the same in another language, in the same form."""

    slug = "translate"
    label = _("Translate")
    description = _("Says the same in another language and keeps the formatting.")
    icon = "globe"
    keeps_structure = True
    is_compared = False
    options = (Option(name="language", label=_("Into"), choices=other_languages),)

    def instructions(self, given: ActionInput) -> str:
        code = str(given.options.get("language", ""))
        return (
            f"Translate the content into {english_name(code)} (language tag {code}), as a native writer would put it. "
            "Keep names of people, places and brands. Leave what is already in that language as it is."
        )

    def max_tokens(self, given: ActionInput) -> int:
        # Other scripts take more tokens for the same words.
        return 500 + 2 * len(given.text)
