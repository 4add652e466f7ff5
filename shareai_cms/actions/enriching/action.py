"""The action that enriches one product in one language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.base import Action, ActionInput
from shareai_cms.actions.enriching.given import EnrichInput
from shareai_cms.actions.facts import DESCRIPTION
from shareai_cms.actions.registry import register
from shareai_cms.errors import AlreadyFilled, ImageUnusable, InputEmpty, InputTooLong, InvalidRequest
from shareai_cms.marketplace import Message

#: Tokens of the shorter parts together, of one alt text, and of one attribute.
SHORT_TOKENS, IMAGE_TOKENS, ATTRIBUTE_TOKENS = 1_500, 120, 60
MOST_TOKENS = 32_000


@register
class EnrichProduct(Action):
    """Proposes texts, attributes, tags, alt texts and a summary of reviews for one product, in one language.

    No field offers it: catalogues and runs give it its input.
    """

    slug = "enrich-product"
    label = _("Enrich a product")
    description = _("Proposes descriptions, attributes and alt texts for a product from its facts.")
    icon = "shareai"
    meter = "products"
    is_streamed = False
    is_compared = False
    least = 0

    def check(self, given: ActionInput) -> None:
        """Refuse what nothing can be proposed for; raises an ``ActionRefused``."""
        enriching = _enriching(given)
        _check_language(enriching)
        if enriching.wanted:
            return
        if enriching.is_filled:
            raise AlreadyFilled("every part that is wanted holds a value")
        if any(spec.part == DESCRIPTION for spec in enriching.parts) and enriching.is_description_too_long:
            raise InputTooLong(
                f"a description of {len(enriching.facts.description)} characters",
                sentence=_("The description is too long to be rewritten."),
                remedy=_("Shorten it, or choose other parts of the product."),
            )
        raise InputEmpty(
            "nothing but a name, or nothing for the parts that are wanted",
            sentence=_("Too little is known of this product to write about it."),
            remedy=_("Fill in a few facts first, such as a description or attributes."),
        )

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        from shareai_cms.actions.enriching.prompt import messages

        enriching = _enriching(given)
        if set(enriching.wanted) == {"alt_text"} and not enriching.images:
            raise ImageUnusable(f"none of {len(enriching.first_images)} images can be sent")
        return messages(enriching)

    def max_tokens(self, given: ActionInput) -> int:
        enriching = _enriching(given)
        long = len(enriching.facts.description) if DESCRIPTION in enriching.wanted else 0
        shorter = SHORT_TOKENS + IMAGE_TOKENS * len(enriching.images)
        return min(MOST_TOKENS, shorter + ATTRIBUTE_TOKENS * len(enriching.open_attributes) + 2_000 + long)

    def decode(self, output: str, given: ActionInput) -> dict[str, Any]:
        """What is proposed: see ``docs/reference/actions.md``; raises an ``OutputRefused``."""
        # The vocabularies are read when the first product is checked, not when the site starts.
        from shareai_cms.actions.enriching.deciding import Decision
        from shareai_cms.actions.enriching.shape import read

        return Decision(_enriching(given), read(output)).result()

    def decode_partial(self, output: str, given: ActionInput) -> dict[str, Any]:
        return self.decode(output, given)


def _enriching(given: ActionInput) -> EnrichInput:
    if not isinstance(given, EnrichInput):
        raise InvalidRequest("an enrichment needs the facts of a product")
    return given


def _check_language(given: EnrichInput) -> None:
    """A product's own language is always one to write in, whatever the site's list says."""
    if not given.target or given.target.lower() == given.facts.language.lower():
        return
    declared = getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", None) or settings.LANGUAGES
    if given.target.lower() not in {code.lower() for code, _label in declared}:
        raise InvalidRequest(
            "the site has no such language",
            sentence=_("This site has no content in that language."),
            remedy=_("Choose one of the languages of the site."),
        )
