"""What tells that an object is no longer the one that was read."""

from __future__ import annotations

import hashlib
import json

from shareai_cms.actions.facts import ProductFacts


def version_of(revision: str, facts: ProductFacts) -> str:
    """64 characters of the revision and of every value that may be proposed for.

    A stock level, or a review that came in, does not count: writing the values back would not touch either.
    """
    values = [
        revision,
        [facts.name, facts.description, facts.short_description, facts.seo_title, facts.seo_description],
        [[each.key, list(each.values)] for each in facts.attributes],
        [[each.key, each.alt] for each in facts.images],
        list(facts.tags),
        facts.category,
        facts.review_summary if isinstance(facts.review_summary, str) else dict(facts.review_summary),
    ]
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()
