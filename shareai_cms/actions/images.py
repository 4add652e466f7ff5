"""Actions on images."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.base import Action, ActionInput
from shareai_cms.actions.prompts import prompt
from shareai_cms.actions.registry import register
from shareai_cms.errors import ImageUnusable
from shareai_cms.marketplace import Message

ALT_CHARACTERS = 125


@register
class ImageAltText(Action):
    """Describes an image for people who cannot see it."""

    slug = "image-alt-text"
    label = _("Describe the image")
    description = _("Writes alternative text for people who cannot see the image.")
    icon = "image"
    field_kinds = frozenset({"image"})
    is_streamed = False
    least = 0

    def check(self, given: ActionInput) -> None:
        if not given.image:
            raise ImageUnusable("no image was given")

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        limit = min(ALT_CHARACTERS, given.max_length or ALT_CHARACTERS)
        language = f" Write in the language with the tag {given.language}." if given.language else ""
        instructions = (
            f"Write alternative text for the image in one sentence of at most {limit} characters. "
            f'Say what it shows; do not begin with "image of".{language}'
        )
        return prompt(self.slug, instructions, given)

    def max_tokens(self, given: ActionInput) -> int:
        return 300
