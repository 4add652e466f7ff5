"""Checks of what the site declares of its products in ``shareai_catalog.py``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning

from shareai_cms.catalog.registry import all_catalogues


@register
def check_the_declarations(**_: Any) -> Iterable[CheckMessage]:
    from shareai_cms.catalog.checking import misnamed, problems_of, unkept
    from shareai_cms.catalog.model_catalog import ModelCatalog

    for catalogue in all_catalogues():
        if not isinstance(catalogue, ModelCatalog):
            continue
        for text, hint in misnamed(catalogue):
            yield CheckWarning(text, hint=hint, id="shareai_cms.W016")
        is_sound = True
        for problem in problems_of(catalogue):
            is_sound = False
            if problem.is_unknown:
                yield Error(problem.text, hint=problem.hint, id="shareai_cms.E033")
            else:
                yield Error(problem.text, hint=problem.hint, id="shareai_cms.E034")
        for text in unkept(catalogue) if is_sound else ():
            yield CheckWarning(
                f"{text}, which the drafts of its objects do not keep: it is read, and never written.",
                hint="Use a ParentalKey, a ParentalManyToManyField or a ClusterTaggableManager of modelcluster.",
                id="shareai_cms.W015",
            )
