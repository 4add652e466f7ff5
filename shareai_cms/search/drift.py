"""What the index lacks, as its tables show: for ``shareai_index --check``, the checks and the doctor."""

from __future__ import annotations

from shareai_cms.metering.retry import rows
from shareai_cms.models import IndexJob, SiteAccount
from shareai_cms.search import building, jobs


def findings(account: SiteAccount | None = None) -> list[str]:
    """A sentence for everything that is not as it should be, but for the objects themselves."""
    from shareai_cms.search import vectors
    from shareai_cms.search.stores.agreement import unseen

    found: list[str] = []
    active = building.active()
    if active is None:
        found.append("No generation of vectors is in use: searches use keywords alone.")
    else:
        lacking = vectors.without_vector(active)
        lacking = lacking.filter(document__account=account) if account is not None else lacking
        if number := lacking.count():
            found.append(f"Passages without a vector: {number}")
        if not building.is_current(active):
            found.append("The settings ask for another embedding model or length: until it is built, keywords answer.")
    if number := len(unseen(active)):
        found.append(f"Passages that searches do not see as they are: {number}")
    if waiting := rows(IndexJob).exclude(object_type=jobs.VECTORS).count():
        found.append(f"Objects waiting to be indexed: {waiting}")
    return found
