"""The units that customers see, and their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format, time_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from shareai_cms.conf import conf

Phrase = Callable[[int], str]


@dataclass(frozen=True, kw_only=True)
class Meter:
    """A kind of unit that allowances are counted in."""

    slug: str
    singular: str | Promise
    plural: str | Promise
    #: False: recorded, never refused and not shown to editors.
    is_limited: bool = True


def _writing(units: int) -> str:
    return ngettext("%(units)s writing action", "%(units)s writing actions", units)


def _products(units: int) -> str:
    return ngettext("%(units)s product enrichment", "%(units)s product enrichments", units)


def _searches(units: int) -> str:
    return ngettext("%(units)s search", "%(units)s searches", units)


def _indexing(units: int) -> str:
    return ngettext("%(units)s indexed passage", "%(units)s indexed passages", units)


_DECLARED = (
    Meter(slug="writing", singular=_("writing action"), plural=_("writing actions")),
    Meter(slug="products", singular=_("product enrichment"), plural=_("product enrichments")),
    Meter(slug="searches", singular=_("search"), plural=_("searches")),
    Meter(slug="indexing", singular=_("indexed passage"), plural=_("indexed passages"), is_limited=False),
)
#: Whole phrases, because languages differ in their number of plural forms and in the order of words.
_PHRASES: dict[str, Phrase] = {
    "writing": _writing,
    "products": _products,
    "searches": _searches,
    "indexing": _indexing,
}


def all_meters() -> dict[str, Meter]:
    """Every meter by its slug: ours, in the site's own words where it has given some, then the site's."""
    meters = {meter.slug: meter for meter in _DECLARED}
    for slug, given in conf.meters.items():
        meters[slug] = _merged(slug, meters.get(slug), given)
    return meters


def get_meter(slug: str) -> Meter:
    """The meter of that slug; ValueError where none is declared."""
    try:
        return all_meters()[slug]
    except KeyError:
        raise ValueError(f"No meter '{slug}' is declared; there are {', '.join(all_meters())}.") from None


def check_units(units: int, *, least: int = 1) -> None:
    """Refuse what is no whole number of units: a fraction would be kept by SQLite and break every sum."""
    if type(units) is not int or units < least:
        raise ValueError(f"Units are whole numbers from {least}, not {units!r}.")


def limited_meters() -> tuple[Meter, ...]:
    """The meters that editors see."""
    return tuple(meter for meter in all_meters().values() if meter.is_limited)


def is_limited(slug: str) -> bool:
    """Whether units of this meter can run out; those of a meter that is no longer declared could."""
    meter = all_meters().get(slug)
    return meter is None or meter.is_limited


def units_text(meter: str, units: int) -> str:
    """A number of units in words: "1 writing action", "3 writing actions"."""
    return _phrase(meter)(units) % {"units": number_format(units)}


def allowance_text(meter: str, left: int, total: int) -> str:
    """What is left in words: "49 of 50 writing actions left"."""
    return gettext("%(left)s of %(units)s left") % {"left": number_format(left), "units": units_text(meter, total)}


def resets_text(resets_at: datetime, time_zone: str) -> str:
    """When the allowance is filled again, as the day in the wallet's own zone: "Resets on 1 December 2026"."""
    local = resets_at.astimezone(ZoneInfo(time_zone))
    return gettext("Resets on %(date)s") % {"date": day_text(local.date())}


def day_text(day: date) -> str:
    """A day in words: "1 December 2026"."""
    # Translators: in the form of Django's "date" filter; letters with a backslash stand for themselves.
    return date_format(day, pgettext("date format", "j F Y"))


def moment_text(moment: datetime, time_zone: str) -> str:
    """A moment in words, by the clocks of a zone: "1 December 2026, 15:57"."""
    local = moment.astimezone(ZoneInfo(time_zone))
    parts = {"day": day_text(local.date()), "time": time_format(local.time(), "H:i")}
    return pgettext("date and time", "%(day)s, %(time)s") % parts


def _merged(slug: str, ours: Meter | None, given: dict[str, Any]) -> Meter:
    singular = given.get("singular") or (ours.singular if ours else slug)
    plural = given.get("plural") or (ours.plural if ours else singular)
    is_limited = given.get("is_limited", ours.is_limited if ours else True)
    return Meter(slug=slug, singular=singular, plural=plural, is_limited=bool(is_limited))


def _phrase(slug: str) -> Phrase:
    if slug in _PHRASES and not conf.meters.get(slug, {}).keys() & {"singular", "plural"}:
        return _PHRASES[slug]
    meter = get_meter(slug)
    # A percent sign in the site's wording is text, not a placeholder.
    return lambda units: "%(units)s " + str(meter.singular if units == 1 else meter.plural).replace("%", "%%")
