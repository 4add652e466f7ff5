"""What a report can be narrowed down to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from shareai_cms.actions.pricing import feature_names
from shareai_cms.metering.meters import all_meters
from shareai_cms.metering.retry import rows
from shareai_cms.models import SiteAccount, Usage, UsagePerson
from shareai_cms.reports.days import day_of
from shareai_cms.reports.filters import COUNTED, FREE, RUNNING, Sources, UsageFilter
from shareai_cms.reports.rollups import NAMELESS, grouped

#: How far back somebody is looked for in rows that are not rolled up.
SINCE = timedelta(days=90)
MOST_PEOPLE = 500
#: Days that a report is about unless it is told otherwise.
USUAL_DAYS = 30

Choices = list[tuple[str, str]]


def last_day(accounts: Iterable[SiteAccount], now: datetime | None = None) -> date:
    """Today, in whichever of the accounts' zones it has come furthest."""
    moment = now or timezone.now()
    return max([day_of(moment, account.wallet.time_zone) for account in accounts] or [moment.date()])


def people(accounts: Iterable[SiteAccount]) -> Choices:
    """Who acted on these accounts, by name; four queries."""
    known = tuple(accounts)
    last = last_day(known)
    # The days that are not rolled up yet; where none ever were, the last ones.
    recent = Sources.of(UsageFilter(accounts=known, first=last - SINCE, last=last)).rest()
    columns, label = ("actor_kind", "actor_ref"), {"label": Max("actor_label")}
    named = rows(UsagePerson).filter(account__in=[account.pk for account in known]).order_by()
    groups = [*grouped(named, columns, label), *grouped(recent.exclude(actor_kind=NAMELESS), columns, label)]
    names = {f"{each['actor_kind']}:{each['actor_ref']}": each["label"] for each in groups}
    found = [(value, label or value) for value, label in names.items()]
    return sorted(found, key=lambda choice: choice[1].casefold())[:MOST_PEOPLE]


def features() -> Choices:
    return list(feature_names().items())


def meters() -> Choices:
    return [(slug, _capitalised(meter.plural)) for slug, meter in all_meters().items()]


def routes() -> Choices:
    return [(value, _capitalised(label)) for value, label in Usage.Route.choices]


def counted() -> Choices:
    return [(COUNTED, gettext("Counted")), (FREE, gettext("Not counted")), (RUNNING, gettext("Still running"))]


def _capitalised(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]
