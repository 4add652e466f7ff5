"""The duties of the rooms below: what time changes in the ledger, and what is kept only for a while.

Each imports its room at its turn: every process of a site registers the duties, and only workers do them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from shareai_cms.conf import conf
from shareai_cms.work.registry import Duty, Turn, register_duty

SOON, MINUTE, HOUR = 2.0, 60.0, 3600.0


def roll_balances(turn: Turn) -> int:
    """Book what time has changed in wallets that nobody looks at: periods, expiries, overdue holds."""
    from shareai_cms import metering

    rolled, turn.has_more = metering.roll_due(goes_on=turn.goes_on)
    return rolled


def erase_suggestions(turn: Turn) -> int:
    """Empty the suggestions that are older than ``SUGGESTION_DAYS``."""
    from shareai_cms.actions import kept

    erased, turn.has_more = kept.erase(before=_oldest_kept(timezone.now()), goes_on=turn.goes_on)
    return erased


def erase_searches(turn: Turn) -> int:
    """Empty the words of searches and the answers older than ``SEARCH_QUERY_DAYS``; delete the oldest searches."""
    from shareai_cms.actions import kept
    from shareai_cms.actions.answers import ANSWER
    from shareai_cms.search import logbook

    now = timezone.now()
    steps: tuple[Callable[[], tuple[int, bool]], ...] = (
        lambda: logbook.erase(before=_oldest_words(now), goes_on=turn.goes_on),
        lambda: kept.erase(before=_oldest_words(now), feature=ANSWER.slug, goes_on=turn.goes_on),
        lambda: logbook.delete(before=now - timedelta(days=logbook.ROW_DAYS), goes_on=turn.goes_on),
    )
    done = 0
    for step in steps:
        changed, turn.has_more = step()
        done += changed
        if turn.has_more:
            break
    return done


def roll_up_usage(turn: Turn) -> int:
    """Sum up the days that are over, so that reports need not read their rows."""
    from shareai_cms import reports

    return reports.roll_up(budget_seconds=turn.seconds)


def reconcile_payments(turn: Turn) -> int:
    """Ask payment providers for what their messages have not said, and try failed messages again."""
    from shareai_cms import topups

    done = topups.reconcile(goes_on=turn.goes_on)
    turn.has_more = done.has_more
    return done.looked + done.events


def forget_payments(turn: Turn) -> int:
    """Empty the payment providers' messages, and delete the mails, that are long done with."""
    from shareai_cms import topups
    from shareai_cms.topups import outbox

    return topups.erase_bodies() + outbox.forget() if turn.goes_on() else 0


def find_alerts(turn: Turn) -> int:
    """Tell of what little is left, where no action has told of it."""
    from shareai_cms import topups

    told, turn.has_more = topups.find_alerts(goes_on=turn.goes_on)
    return told


def send_mails(turn: Turn) -> int:
    """Send the mails that could not be sent at once."""
    from shareai_cms.topups import outbox

    sent, turn.has_more = outbox.send_due(goes_on=turn.goes_on)
    return sent


def index_changes(turn: Turn) -> int:
    """Read what has changed, and ask for the vectors that are missing."""
    from shareai_cms.search import indexing

    done, turn.has_more = indexing.work(turn.goes_on)
    return done


def refresh_store(turn: Turn) -> int:
    """Bring what searches are scanned in up to the tables, so that no visitor waits for it."""
    from shareai_cms.search import building, clock
    from shareai_cms.search.stores.current import store_for

    if turn.goes_on() and conf.search and clock.now():
        store_for(building.active()).refresh()
    return 0


def clean_index(turn: Turn) -> int:
    """Delete vectors of generations that were replaced, of texts that stand nowhere any more and of old questions."""
    from shareai_cms.search import building, remembered

    building.resume()
    erased = building.purge() if turn.goes_on() else 0
    forgotten, turn.has_more = remembered.purge(turn.goes_on)
    return erased + forgotten


def payments_wait(since: datetime) -> bool:
    from shareai_cms import topups

    return topups.is_waiting(since)


def mails_wait(since: datetime) -> bool:
    from shareai_cms.topups import outbox

    return outbox.is_waiting(since)


def suggestions_wait(since: datetime) -> bool:
    from shareai_cms.actions import kept

    return kept.is_waiting(_oldest_kept(since) - timedelta(days=1))


def changes_wait(since: datetime) -> bool:
    from shareai_cms.search import jobs

    return jobs.is_waiting(since)


def searches_wait(since: datetime) -> bool:
    from shareai_cms.search import logbook

    return logbook.is_waiting(_oldest_words(since) - timedelta(days=1))


def carry_out_reviews(turn: Turn) -> int:
    """Write what reviewers of runs have accepted, and take back what they have asked for."""
    from shareai_cms.runs import reviewing

    done, turn.has_more = reviewing.work(turn.goes_on)
    return done


def forget_changes(turn: Turn) -> int:
    """Delete the values that runs have replaced so long ago that they cannot be taken back."""
    from shareai_cms.runs import reviewing

    done, turn.has_more = reviewing.forget(turn.goes_on)
    return done


def decisions_wait(since: datetime) -> bool:
    from shareai_cms.runs import reviewing

    return reviewing.is_waiting(since)


def forget_drafts(turn: Turn) -> int:
    """Delete the drafts of runs that nobody has started."""
    from shareai_cms.runs import drafts

    forgotten, turn.has_more = drafts.forget(turn.goes_on)
    return forgotten


def runs_wait(since: datetime) -> bool:
    from shareai_cms.runs import drafts

    return drafts.is_waiting(since)


def _oldest_kept(now: datetime) -> datetime:
    return now - timedelta(days=conf.suggestion_days)


def _oldest_words(now: datetime) -> datetime:
    return now - timedelta(days=conf.search_query_days)


def register_duties() -> None:
    """Called once, when the app is ready."""
    # Readers book what is due for themselves, so an idle wallet's balance keeps nobody waiting.
    register_duty(Duty(name="ledger", every=MINUTE, run=roll_balances, counts="balances rolled forward"))
    register_duty(
        Duty(
            name="payments",
            every=MINUTE,
            run=reconcile_payments,
            counts="orders and messages looked at",
            is_waiting=payments_wait,
        )
    )
    register_duty(
        Duty(name="payment-messages", every=HOUR, run=forget_payments, counts="messages emptied or mails deleted")
    )
    # Banners say it as well, on every page.
    register_duty(Duty(name="alerts", every=MINUTE, run=find_alerts, counts="alerts told"))
    register_duty(Duty(name="mails", every=MINUTE, run=send_mails, counts="mails sent", is_waiting=mails_wait))
    # Reports are exact without it, only slower.
    register_duty(Duty(name="reports", every=HOUR, run=roll_up_usage, counts="days rolled up"))
    register_duty(
        Duty(
            name="suggestions",
            every=HOUR,
            run=erase_suggestions,
            counts="suggestions erased",
            is_waiting=suggestions_wait,
        )
    )
    # A visitor finds what is published about as soon as its author looks for it.
    register_duty(
        Duty(
            name="search-index",
            every=SOON,
            run=index_changes,
            counts="objects read or texts embedded",
            is_waiting=changes_wait,
        )
    )
    # The runs themselves are worked on beside the duties, by as many workers as there are.
    register_duty(
        Duty(
            name="runs",
            every=HOUR,
            run=forget_drafts,
            counts="objects of drafts forgotten",
            is_waiting=runs_wait,
        )
    )
    register_duty(Duty(name="search-store", every=MINUTE, run=refresh_store))
    # Whoever has accepted a whole run looks on.
    register_duty(
        Duty(
            name="run-reviews",
            every=SOON,
            run=carry_out_reviews,
            counts="decisions carried out",
            is_waiting=decisions_wait,
        )
    )
    register_duty(Duty(name="run-changes", every=HOUR, run=forget_changes, counts="replaced values deleted"))
    register_duty(Duty(name="search-cleanup", every=HOUR, run=clean_index, counts="vectors and old questions deleted"))
    register_duty(
        Duty(
            name="search-log",
            every=HOUR,
            run=erase_searches,
            counts="searches and answers erased",
            is_waiting=searches_wait,
        )
    )
