"""Alternative texts for many images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.base import ActionInput
from shareai_cms.actions.codecs import PlainText
from shareai_cms.actions.facts import ALT_TEXT, DESCRIPTION
from shareai_cms.actions.images import ALT_CHARACTERS, ImageAltText
from shareai_cms.errors import AlreadyFilled, ImageUnusable
from shareai_cms.runs.catalogues import facts_of, models_with, spec_of
from shareai_cms.runs.parts import one_part, proposals_of
from shareai_cms.runs.tasks import Choice, Proposal, RunTask, register


class OneAltText(ImageAltText):
    """The description as a part of the image; the same action in reports and prompts."""

    def decode(self, output: str, given: ActionInput) -> dict[str, Any]:
        line = PlainText(is_multiline=False, max_length=given.max_length)
        return given.codec.decode(line.decode(output)["text"])


@register
class AltTexts(RunTask):
    """Describes images for people who cannot see them."""

    slug = "alt-texts"
    label = _("Describe images")
    action = OneAltText()
    is_only_empty = True

    def models(self) -> tuple[type[Model], ...]:
        # A product has images beside other things, and gets their texts with the rest of its enrichment.
        return models_with(ALT_TEXT, without=DESCRIPTION)

    def choices(self, model: type[Model]) -> tuple[Choice, ...]:
        return ()

    def given(self, obj: Any, options: Mapping[str, Any], language: str) -> ActionInput:
        facts, spec = facts_of(obj, language), spec_of(obj, ALT_TEXT)
        image = next(iter(facts.images), None)
        if image is None or image.load is None:
            raise ImageUnusable("the object has no image")
        if image.alt.strip() and self.only_empty(options):
            raise AlreadyFilled("the image has an alternative text")
        return ActionInput(
            codec=one_part(facts, spec, image.key),
            image=image.load(),
            image_type="image/jpeg",
            language=language or facts.language,
            max_length=min(spec.max_length or ALT_CHARACTERS, ALT_CHARACTERS * 2),
            context={"title": image.title or facts.name},
        )

    def proposals(self, result: Mapping[str, Any]) -> tuple[Proposal, ...]:
        return proposals_of(result)
