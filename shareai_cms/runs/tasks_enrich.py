"""Enriching many products, each in one or several languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.enriching.action import EnrichProduct
from shareai_cms.actions.enriching.given import EnrichInput
from shareai_cms.actions.facts import (
    ATTRIBUTE,
    CATEGORY,
    DESCRIPTION,
    NAME,
    PARTS,
    REVIEW_SUMMARY,
    SHORT_DESCRIPTION,
    TAGS,
    ProductFacts,
)
from shareai_cms.catalog.base import Catalogue
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.runs.catalogues import catalogue_of, models_with
from shareai_cms.runs.parts import missing_of, proposals_of
from shareai_cms.runs.tasks import RETRANSLATE, Choice, Proposal, RunTask, register


@register
class Enrich(RunTask):
    """Proposes descriptions, attributes, tags and image texts from the facts of each product."""

    slug = "enrich"
    label = _("Enrich products")
    action = EnrichProduct()

    def models(self) -> tuple[type[Model], ...]:
        # Pages have places for search engines alone, which another task is for.
        return models_with(DESCRIPTION, SHORT_DESCRIPTION, ATTRIBUTE, TAGS, CATEGORY, REVIEW_SUMMARY)

    def choices(self, model: type[Model]) -> tuple[Choice, ...]:
        catalogue = catalogue_for(model)
        places = {spec.part: spec.label for spec in catalogue.parts(model)} if catalogue is not None else {}
        if NAME in places:
            places[NAME] = _("Name (in other languages)")
        return tuple(Choice(value=part, label=places[part]) for part in PARTS if part in places)

    def given(self, obj: Any, options: Mapping[str, Any], language: str) -> EnrichInput:
        catalogue = catalogue_of(obj)
        wanted = set(options.get("parts") or PARTS)
        facts, standing = catalogue.read(obj), _standing(catalogue, obj, language)
        # A translation that somebody has made is replaced only where that is asked for.
        is_kept = standing is not None and standing.language != facts.language and not options.get(RETRANSLATE)
        return EnrichInput(
            facts=facts,
            parts=tuple(spec for spec in catalogue.parts(type(obj)) if spec.part in wanted),
            target=language,
            standing=standing,
            is_only_empty=self.only_empty(options) or is_kept,
        )

    def proposals(self, result: Mapping[str, Any]) -> tuple[Proposal, ...]:
        return proposals_of(result)

    def needs_look(self, result: Mapping[str, Any]) -> bool:
        return bool(result.get("needs_look")) or super().needs_look(result)

    def missing(self, result: Mapping[str, Any]) -> tuple[str, ...]:
        return missing_of(result)


def _standing(catalogue: Catalogue, obj: Any, language: str) -> ProductFacts | None:
    """What stands in that language, None where nothing does."""
    if not language:
        return None
    found = catalogue.read(obj, language)
    return found if found.language.lower() == language.lower() else None
