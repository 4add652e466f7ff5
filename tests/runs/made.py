"""Products and pages with proposals as a run has left them, without a call."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from shareai_cms.models import Run, RunItem, SiteAccount, Suggestion, Usage


def made_run(account: SiteAccount, owner: Any, *, task: str = "meta-descriptions") -> Run:
    return Run.objects.create(
        account=account, task=task, owner=owner, title="3 products", state=Run.State.FINISHED, total=0
    )


def part(name: str, before: Any, after: Any, *, key: str = "", flags: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "part": name,
        "key": key,
        "label": name.replace("_", " ").capitalize(),
        "before": before,
        "after": after,
        "format": "plain",
        "flags": [{"kind": "number", "text": text} for text in flags],
    }


def proposed(run: Run, obj: Any, *parts: dict[str, Any], language: str = "") -> RunItem:
    """An object of the run that is done, with these parts to be reviewed."""
    run.total += 1
    run.save()
    usage = Usage.objects.create(
        account=run.account,
        wallet=run.account.wallet,
        key=f"run:{run.pk}:{run.total}:1",
        fingerprint="0" * 64,
        state=Usage.State.SETTLED,
        meter="products",
        units=1,
        deadline=timezone.now(),
        created_at=timezone.now(),
        actor_kind="user",
        actor_ref="1",
        feature="enrich-product",
    )
    result = {"kind": "enrichment", "language": "en", "parts": list(parts), "missing": [], "needs_look": False}
    Suggestion.objects.create(usage=usage, result=result)
    return RunItem.objects.create(
        run=run,
        position=run.total,
        object_type=type(obj)._meta.label_lower,
        object_ref=str(obj.pk),
        object_label=str(obj)[:255],
        language=language,
        state=RunItem.State.DONE,
        units=1,
        usage=usage,
        review=RunItem.Review.OPEN if parts else RunItem.Review.NONE,
        needs_look=any(each["flags"] for each in parts),
        finished_at=timezone.now(),
    )
