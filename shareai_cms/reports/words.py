"""A report in words: its totals as sentences and its rows as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext, pgettext

from shareai_cms.actions.pricing import feature_names
from shareai_cms.metering.meters import all_meters, day_text, moment_text, units_text
from shareai_cms.models import Usage
from shareai_cms.reports.chart import Bar, Chart
from shareai_cms.reports.figures import Figures, MeterTotal, Tally
from shareai_cms.reports.filters import UsageFilter
from shareai_cms.reports.names import actor_name
from shareai_cms.reports.reasons import why_not_counted

_MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Total:
    """One meter in words."""

    headline: str
    details: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One action as a row of the report's table."""

    usage: Usage
    #: In the wallet's zone.
    at: datetime
    time: str
    time_zone: str
    site: str
    person: str
    action: str
    about: str
    state: str
    is_counted: bool
    units: str
    why: str
    route: str
    model: str
    cost: str


def period_text(wanted: UsageFilter) -> str:
    """For example "1 March 2026 to 31 March 2026"."""
    first, last = (day_text(day) for day in (wanted.first, wanted.last))
    return first if first == last else gettext("%(first)s to %(last)s") % {"first": first, "last": last}


def totals(figures: Figures) -> tuple[Total, ...]:
    return tuple(_total(each) for each in figures.meters)


def money_text(figures: Figures) -> str:
    """What it cost, as far as the marketplace said so; empty where it said nothing."""
    total = figures.total
    if not total.priced:
        return ""
    text = gettext("Estimated cost %(cost)s; estimated margin %(margin)s.")
    known = ngettext(
        "ShareAI gave a price for %(priced)s of %(actions)s request; its bill is what counts.",
        "ShareAI gave a price for %(priced)s of %(actions)s requests; its bill is what counts.",
        total.actions,
    )
    amounts = {"cost": money(total.cost_millionths), "margin": money(total.surcharge_millionths)}
    numbers = {"priced": number_format(total.priced), "actions": number_format(total.actions)}
    return f"{text % amounts} {known % numbers}"


def money(millionths: int) -> str:
    """An amount in the marketplace's currency, which it does not name."""
    return number_format(Decimal(millionths) / _MILLION, decimal_pos=4)


def feature_name(slug: str) -> str:
    """What editors know an action as; its slug where the site has it no more."""
    if not slug:
        return gettext("Other actions")
    return feature_names().get(slug, slug)


def chart_title(chart: Chart) -> str:
    """For example "Writing actions per day"."""
    known = all_meters().get(chart.meter)
    what = str(known.plural) if known else chart.meter
    titles = {
        "day": gettext("%(units)s per day"),
        "week": gettext("%(units)s per week"),
        "month": gettext("%(units)s per month"),
    }
    return titles[chart.step] % {"units": what[:1].upper() + what[1:]}


def bar_name(chart: Chart, bar: Bar) -> str:
    """For example "12 March 2026", or "Week of 9 March 2026"."""
    if chart.step == "month":
        # Translators: in the form of Django's "date" filter; letters with a backslash stand for themselves.
        return date_format(bar.day, pgettext("date format", "F Y"))
    day = day_text(bar.day)
    return day if chart.step == "day" else gettext("Week of %(day)s") % {"day": day}


def short_date(day: date) -> str:
    # Translators: in the form of Django's "date" filter; letters with a backslash stand for themselves.
    return date_format(day, pgettext("date format", "j M"))


def line(row: Usage) -> Line:
    zone = row.account.wallet.time_zone
    is_counted = row.state == Usage.State.SETTLED
    return Line(
        usage=row,
        at=(at := row.created_at.astimezone(ZoneInfo(zone))),
        time=moment_text(at, zone),
        time_zone=zone,
        site=str(row.account),
        person=actor_name(row.actor_kind, row.actor_label),
        action=feature_name(row.feature),
        about=_about(row),
        state=row.get_state_display(),
        is_counted=is_counted,
        units=number_format(row.units if is_counted else 0),
        why=why_not_counted(row.state, row.outcome, row.error_code, late=row.late),
        route=row.get_route_display(),
        model=row.model_answered or row.model_asked,
        cost=money(row.cost_millionths) if row.cost_millionths is not None else "",
    )


def _about(row: Usage) -> str:
    return " · ".join(filter(None, (row.object_label, row.field)))


def _total(each: MeterTotal) -> Total:
    headline = gettext("%(units)s counted") % {"units": units_text(each.meter, each.counted.units)}
    return Total(headline=headline, details=tuple(_details(each)))


def _details(each: MeterTotal) -> Iterator[str]:
    yield _actions(
        each.counted,
        ngettext("in %(actions)s request", "in %(actions)s requests", each.counted.actions),
    )
    if each.free.actions:
        yield _actions(
            each.free,
            ngettext("%(actions)s request was not counted", "%(actions)s requests were not counted", each.free.actions),
        )
    if each.running.actions:
        yield _actions(
            each.running,
            ngettext(
                "%(actions)s request is still running", "%(actions)s requests are still running", each.running.actions
            ),
        )


def _actions(tally: Tally, text: str) -> str:
    return text % {"actions": number_format(tally.actions)}
