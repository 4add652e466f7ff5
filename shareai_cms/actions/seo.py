"""Actions on how a page presents itself, drawn from the text of the whole page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.base import Action, ActionInput
from shareai_cms.actions.codecs import Alternatives
from shareai_cms.actions.prompts import prompt
from shareai_cms.actions.registry import register
from shareai_cms.marketplace import Message

TITLE_CHARACTERS = 60
#: Search engines cut longer ones.
META_CHARACTERS = 155
SUMMARY_CHARACTERS = 300


class Suggesting(Action):
    """Base of the actions that offer several short texts to choose from."""

    reads = "object"
    is_streamed = False
    #: Longest alternative, where the field does not take fewer.
    characters: ClassVar[int] = 0

    def limit(self, given: ActionInput) -> int:
        return min(self.characters, given.max_length or self.characters)

    def max_tokens(self, given: ActionInput) -> int:
        return 600


@register
class TitleAlternatives(Suggesting):
    """Offers several titles to choose from."""

    slug = "title-alternatives"
    label = _("Suggest titles")
    description = _("Offers up to five titles drawn from the text of the page.")
    icon = "title"
    field_kinds = frozenset({"text"})
    field_names = frozenset({"title", "seo_title", "headline", "heading", "name"})
    characters = TITLE_CHARACTERS

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        instructions = (
            f"Suggest 5 different titles for the content, each of at most {self.limit(given)} characters. "
            "Answer with a JSON array of strings."
        )
        return prompt(self.slug, instructions, given)

    def decode(self, output: str, given: ActionInput) -> dict[str, Any]:
        return Alternatives(max_length=given.max_length).decode(output)


@register
class MetaDescription(Suggesting):
    """Offers several descriptions for search engines to choose from."""

    slug = "meta-description"
    label = _("Suggest meta descriptions")
    description = _("Offers up to three descriptions for search engines, drawn from the text of the page.")
    icon = "search"
    field_kinds = frozenset({"text", "textarea"})
    field_names = frozenset(
        {"search_description", "meta_description", "seo_description", "og_description", "social_description"}
    )
    characters = META_CHARACTERS

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        instructions = (
            f"Suggest 3 different meta descriptions for the content, each of at most {self.limit(given)} characters: "
            "one or two full sentences that say what the reader finds on the page. Answer with a JSON array of strings."
        )
        return prompt(self.slug, instructions, given)

    def decode(self, output: str, given: ActionInput) -> dict[str, Any]:
        return Alternatives(most=3, max_length=self.limit(given)).decode(output)


@register
class PageSummary(Action):
    """Sums the page up in the field that introduces it."""

    slug = "page-summary"
    label = _("Summarise the page")
    description = _("Sums the whole page up in this field.")
    icon = "doc-full"
    field_kinds = frozenset({"text", "textarea"})
    field_names = frozenset(
        {"abstract", "blurb", "excerpt", "intro", "introduction", "lead", "standfirst", "summary", "teaser"}
    )
    reads = "object"
    room = 80
    is_compared = False

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        limit = min(SUMMARY_CHARACTERS, given.max_length or SUMMARY_CHARACTERS)
        instructions = (
            f"Sum the content up in one to three sentences of at most {limit} characters that make people want to "
            "read on. Promise nothing that the content does not hold."
        )
        return prompt(self.slug, instructions, given)

    def max_tokens(self, given: ActionInput) -> int:
        return 600
