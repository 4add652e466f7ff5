"""Meta descriptions for many pages or products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.base import ActionInput
from shareai_cms.actions.facts import SEO_DESCRIPTION, ProductFacts
from shareai_cms.actions.seo import META_CHARACTERS, MetaDescription
from shareai_cms.conf import conf
from shareai_cms.errors import AlreadyFilled
from shareai_cms.runs.catalogues import facts_of, models_with, spec_of
from shareai_cms.runs.parts import one_part, proposals_of
from shareai_cms.runs.tasks import Choice, Proposal, RunTask, register


class OneMetaDescription(MetaDescription):
    """The first alternative, as a part of the object; the same action in reports and prompts."""

    def decode(self, output: str, given: ActionInput) -> dict[str, Any]:
        return given.codec.decode(super().decode(output, given)["items"][0])


@register
class MetaDescriptions(RunTask):
    """Writes the description that search engines show, from the object's own text."""

    slug = "meta-descriptions"
    label = _("Write meta descriptions")
    action = OneMetaDescription()
    is_only_empty = True

    def models(self) -> tuple[type[Model], ...]:
        return models_with(SEO_DESCRIPTION)

    def choices(self, model: type[Model]) -> tuple[Choice, ...]:
        return ()

    def given(self, obj: Any, options: Mapping[str, Any], language: str) -> ActionInput:
        facts, spec = facts_of(obj, language), spec_of(obj, SEO_DESCRIPTION)
        if facts.seo_description.strip() and self.only_empty(options):
            raise AlreadyFilled("the page has a meta description")
        return ActionInput(
            codec=one_part(facts, spec),
            text=text_of(facts),
            language=language or facts.language,
            max_length=min(spec.max_length or META_CHARACTERS, META_CHARACTERS),
            context={"title": facts.name},
        )

    def proposals(self, result: Mapping[str, Any]) -> tuple[Proposal, ...]:
        return proposals_of(result)


def text_of(facts: ProductFacts) -> str:
    """What the object says, as far as an action takes it."""
    description = facts.description
    if facts.description_format == "html":
        # Tags become gaps, or the words around them would run together.
        description = strip_tags(description.replace("<", " <"))
    parts = (facts.short_description, description, *facts.more.values())
    text = "\n\n".join(_lines(part) for part in parts if part.strip())
    return text[: conf.max_input_characters]


def _lines(text: str) -> str:
    """Without empty lines and gaps; a heading stays a line of its own, or it would run into what follows."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
