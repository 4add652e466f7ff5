"""What people look through when a run has proposed something, and decisions on many objects at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shareai_cms.conf import conf
from shareai_cms.errors import RunClosed, ShareAIError
from shareai_cms.errors.places import place_of
from shareai_cms.metering.retry import patiently, rows, transact
from shareai_cms.models import AppliedChange, Run, RunItem
from shareai_cms.runs import applying, control

log = logging.getLogger("shareai_cms.runs")

Review, State = RunItem.Review, RunItem.State
#: Objects that a worker reads at once, and old rows that one statement deletes.
BATCH, OLD_BATCH = 50, 500

#: What the list can be narrowed to, in the order of its tabs.
FILTERS: Mapping[str, tuple[Any, Q]] = {
    "look": (_("Needs a look"), Q(review=Review.OPEN, needs_look=True)),
    "open": (_("To be reviewed"), Q(review__in=(Review.OPEN, Review.ACCEPTED))),
    "applied": (_("Applied"), Q(review__in=(Review.APPLIED, Review.RETURNING))),
    "refused": (_("Could not be applied"), Q(review=Review.REFUSED)),
    "declined": (_("Declined"), Q(review=Review.DECLINED)),
    "undone": (_("Taken back"), Q(review=Review.UNDONE)),
    "nothing": (_("Nothing to change"), Q(state=State.DONE, review=Review.NONE)),
    "failed": (_("Failed"), Q(state=State.FAILED)),
    "skipped": (_("Left out"), Q(state=State.SKIPPED)),
    "all": (_("All"), Q()),
}


def listed(run: Run, narrowed: str = "open") -> QuerySet[RunItem]:
    """The objects of a tab, those that need a look first; raises ``KeyError`` for an unknown one."""
    found = rows(RunItem).filter(FILTERS[narrowed][1], run=run.pk).prefetch_related("changes")
    return found.select_related("run__account__wallet", "usage__suggestion").order_by("-needs_look", "position")


def acceptable(run: Run, narrowed: str = "all") -> QuerySet[RunItem]:
    """What of a tab may be accepted unseen: those that need a look are left to be looked at."""
    return _of(run, narrowed).filter(state=State.DONE, review=Review.OPEN, needs_look=False)


def declinable(run: Run, narrowed: str = "all") -> QuerySet[RunItem]:
    """What of a tab can be left as it is."""
    return _of(run, narrowed).filter(state=State.DONE, review__in=(Review.OPEN, Review.REFUSED))


def returnable(run: Run, narrowed: str = "all") -> QuerySet[RunItem]:
    """What of a tab is applied and young enough to be taken back."""
    # Not ``reviewed_at``, which a refused attempt to take it back moves on.
    young = AppliedChange.objects.filter(undone_at__isnull=True, applied_at__gte=oldest(), item__run=run.pk)
    return _of(run, narrowed).filter(review=Review.APPLIED, pk__in=young.values("item"))


def declined(run: Run, narrowed: str = "all") -> QuerySet[RunItem]:
    """What of a tab was declined and can be opened again."""
    return _of(run, narrowed).filter(state=State.DONE, review=Review.DECLINED)


def accept_all(run: Run, user: Any, narrowed: str = "all") -> int:
    """Have a worker apply what a tab shows and needs no look, as this person; how many. Raises ``NotPermitted``."""
    control.check(user, run)
    return patiently(lambda: acceptable(run, narrowed).update(**_decided(user, Review.ACCEPTED)))


def decline_all(run: Run, user: Any, narrowed: str = "all") -> int:
    """Leave every open object of a tab as it is; how many. Raises ``NotPermitted``."""
    control.check(user, run)
    return _decide_all(run, declinable(run, narrowed), user, Review.DECLINED)


def undo_all(run: Run, user: Any, narrowed: str = "all") -> int:
    """Have a worker take back what a tab shows as applied and is young enough, as this person; how many."""
    control.check(user, run)
    return patiently(lambda: returnable(run, narrowed).update(**_decided(user, Review.RETURNING)))


def reopen_all(run: Run, user: Any, narrowed: str = "all") -> int:
    """Let what was declined be decided anew; how many. Raises ``NotPermitted``."""
    control.check(user, run)
    return _decide_all(run, declined(run, narrowed), user, Review.OPEN)


def _decide_all(run: Run, found: QuerySet[RunItem], user: Any, after: str) -> int:
    """Decide at once what no worker has to carry out, and say so of the suggestions."""
    decided = _decided(user, after)

    def body() -> int:
        number = found.update(**decided)
        mine = rows(RunItem).filter(run=run.pk, review=after, reviewed_at=decided["reviewed_at"])
        applying.note_decisions(mine, decided["reviewed_by"], after)
        return number

    return transact(body)


def _of(run: Run, narrowed: str) -> QuerySet[RunItem]:
    return rows(RunItem).filter(FILTERS[narrowed][1], run=run.pk)


def stop(run: Run, user: Any) -> int:
    """Call off what no worker has written yet; how many decisions were taken back."""
    control.check(user, run)
    accepted = rows(RunItem).filter(run=run.pk, review=Review.ACCEPTED)
    returning = rows(RunItem).filter(run=run.pk, review=Review.RETURNING)
    number = patiently(lambda: accepted.update(review=Review.OPEN))
    return number + patiently(lambda: returning.update(review=Review.APPLIED))


def oldest(now: datetime | None = None) -> datetime:
    """Changes from before this moment cannot be taken back any more."""
    return (now or timezone.now()) - timedelta(days=conf.run_undo_days)


def is_waiting(since: datetime) -> bool:
    """Whether a decision of before that moment was not carried out yet."""
    decided = rows(RunItem).filter(review__in=(Review.ACCEPTED, Review.RETURNING), reviewed_at__lte=since)
    return decided.exists()


def work(goes_on: Callable[[], bool], run: Run | None = None) -> tuple[int, bool]:
    """Carry out decisions, of one run or of all, as the people who took them; how many, and whether there are more."""
    done = 0
    while batch := _decisions(run):
        for item in batch:
            if not goes_on():
                return done, True
            _carry_out(item)
            done += 1
    return done, False


def forget(goes_on: Callable[[], bool]) -> tuple[int, bool]:
    """Delete the values of changes that can no longer be taken back; how many, and whether there are more."""
    done = 0
    while old := list(_old().values_list("pk", flat=True)[:OLD_BATCH]):
        if not goes_on():
            return done, True
        done += rows(AppliedChange).filter(pk__in=old).delete()[0]
    return done, False


def _old() -> QuerySet[AppliedChange]:
    return rows(AppliedChange).filter(applied_at__lt=oldest())


def _decisions(run: Run | None = None) -> list[RunItem]:
    waiting = applying.items().filter(review__in=(Review.ACCEPTED, Review.RETURNING)).select_related("reviewer")
    waiting = waiting if run is None else waiting.filter(run=run.pk)
    return patiently(lambda: list(waiting.order_by("reviewed_at", "pk")[:BATCH]))


def _carry_out(item: RunItem) -> None:
    action = applying.apply if item.review == Review.ACCEPTED else applying.undo
    # As it was decided: what was called off meanwhile, or decided anew, is not touched.
    decision = rows(RunItem).filter(pk=item.pk, review=item.review, reviewed_at=item.reviewed_at)
    after = Review.REFUSED if item.review == Review.ACCEPTED else Review.APPLIED
    code = "-"
    try:
        action(item, item.reviewer, is_decided=True)
    except RunClosed as error:
        code = error.code
        _let_go(decision, after, error)
    except ShareAIError as error:
        code = error.code
    except (OperationalError, InterfaceError):
        raise  # the database is away or busy: the duty is tried again
    except Exception as error:  # noqa: BLE001  a save() of the site's own may raise anything: the others go on
        code = place_of(error)
        _let_go(decision, after, ShareAIError(code))
    log.info("run=%s item=%d event=%s code=%s", item.run_id, item.pk, action.__name__, code)


def _let_go(decision: QuerySet[RunItem], after: str, error: ShareAIError) -> None:
    """A decision that cannot be carried out is not tried for ever."""
    note = {"review_error": error.code[:64], "review_note": f"{error.sentence} {error.remedy}"[:500]}
    patiently(lambda: decision.update(review=after, **note))


def _decided(user: Any, review: str) -> dict[str, Any]:
    label = getattr(user, "get_full_name", str)() or user.get_username()
    moment = {"reviewed_at": timezone.now(), "reviewed_by": label[:255], "reviewer": user}
    return {"review": review, "review_error": "", "review_note": "", **moment}
