"""The filtered rows as a file: every column that explains a unit, and no word of what was written."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_lazy

from shareai_cms.actions.pricing import feature_names
from shareai_cms.metering.meters import all_meters
from shareai_cms.models import Usage
from shareai_cms.reports.names import actor_name
from shareai_cms.reports.reasons import why_not_counted
from shareai_cms.reports.sheets import Cell, Sheet

_MILLION = 1_000_000

HEADINGS = (
    gettext_lazy("Time"),
    gettext_lazy("Time zone"),
    gettext_lazy("Site"),
    gettext_lazy("Environment"),
    gettext_lazy("Client"),
    gettext_lazy("Person"),
    gettext_lazy("Action"),
    gettext_lazy("Kind of unit"),
    gettext_lazy("Counted"),
    gettext_lazy("Units counted"),
    gettext_lazy("Units asked for"),
    gettext_lazy("Why it was not counted"),
    gettext_lazy("Object type"),
    gettext_lazy("Object ID"),
    gettext_lazy("Object"),
    gettext_lazy("Field"),
    gettext_lazy("Workspace"),
    gettext_lazy("Business unit"),
    gettext_lazy("Route"),
    gettext_lazy("Model asked for"),
    gettext_lazy("Model that answered"),
    gettext_lazy("Attempts"),
    gettext_lazy("Tokens in"),
    gettext_lazy("Tokens out"),
    gettext_lazy("Tokens are estimated"),
    gettext_lazy("Cost (estimated)"),
    gettext_lazy("Margin (estimated)"),
    gettext_lazy("Duration in seconds"),
    gettext_lazy("Error code"),
    gettext_lazy("Request ID"),
)


def sheet_of(rows: Iterable[Usage]) -> Sheet:
    """The rows as a table, in the language of whoever writes it."""
    names = _Names()
    return Sheet(title=gettext_lazy("AI usage"), headings=HEADINGS, rows=(_cells(row, names) for row in rows))


class _Names:
    """Words for slugs, looked up once per file."""

    def __init__(self) -> None:
        self.actions = feature_names()
        self.meters = {slug: str(meter.plural) for slug, meter in all_meters().items()}
        self.states = dict(Usage.State.choices)
        self.routes = dict(Usage.Route.choices)
        self.yes, self.no = gettext("yes"), gettext("no")


def _cells(row: Usage, names: _Names) -> list[Cell]:
    zone = row.account.wallet.time_zone
    is_counted = row.state == Usage.State.SETTLED
    return [
        # Spreadsheets know no zones: the local time, and the zone's name in a column of its own.
        row.created_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0),
        zone,
        str(row.account),
        row.account.environment,
        row.account.client,
        actor_name(row.actor_kind, row.actor_label),
        names.actions.get(row.feature, row.feature),
        names.meters.get(row.meter, row.meter),
        str(names.states.get(row.state, row.state)),
        row.units if is_counted else 0,
        row.units,
        why_not_counted(row.state, row.outcome, row.error_code, late=row.late),
        row.object_type,
        row.object_ref,
        row.object_label,
        row.field,
        row.workspace,
        row.business_unit,
        str(names.routes.get(row.route, row.route)),
        row.model_asked,
        row.model_answered,
        row.attempts,
        row.tokens_in,
        row.tokens_out,
        names.yes if row.is_estimated else names.no,
        _money(row.cost_millionths),
        _money(row.surcharge_millionths),
        row.duration_ms / 1_000,
        row.error_code,
        row.request_id,
    ]


def _money(millionths: int | None) -> float | None:
    return None if millionths is None else float(Decimal(millionths) / _MILLION)
