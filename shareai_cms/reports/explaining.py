"""What counts, what is included, when it resets, what happens at zero, who pays and whom to ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from shareai_cms import metering, permissions
from shareai_cms.actions.pricing import Priced, priced
from shareai_cms.conf import conf
from shareai_cms.metering import Allowance, meters
from shareai_cms.models import PlanAllowance, SiteAccount
from shareai_cms.permissions import Actor

#: People named before the page says that there are more.
MOST_NAMES = 5

_ALL = _("all")
_NONE = _("none")
#: The one policy, in the order in which an action can end; the same for every meter.
_RULES = (
    (
        _("It was refused before anything was sent: no right, a locked page, no text, too much text, nothing left."),
        _NONE,
    ),
    (_("The AI service failed, was busy or took too long."), _NONE),
    (_("The answer was empty, unsafe or not of the promised form."), _NONE),
    (_("The answer broke off before its end. Text already shown may be kept."), _NONE),
    (
        _("You stopped it or left before the first word. After five of these in ten minutes the button rests."),
        _NONE,
    ),
    (_("You stopped it or left after the first word."), _ALL),
    (_("You stopped something that arrives whole, such as titles or an image description, before it came."), _NONE),
    (_("A whole answer arrived, whether you accept it or not."), _ALL),
    (_("You clicked “Try again”."), _("all, each time")),
    (_("The same click was repeated, by a double click or a bad connection."), _NONE),
)
#: What is added where visitors' searches take units.
_SEARCH_RULES = (
    (_("A search was asked before, or was answered by its words alone."), _NONE),
    (_("A visitor asked for an answer and no page of the site has to do with it."), _NONE),
    (_("An answer came and no sentence of it had a source, so that nothing was shown."), _NONE),
    (_("An answer came and says that the site does not hold it."), _ALL),
)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What may happen to an action, and which of its units are counted then."""

    what: str
    units: str


@dataclass(frozen=True, kw_only=True)
class Price:
    """An action and its units on each route that is offered: "Standard", "1 writing action"."""

    action: str
    routes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class MeterExplained:
    """One meter of one account."""

    name: str
    prices: tuple[Price, ...]
    #: The plan's units per period, in words; empty where the plan includes none.
    included: str
    left: str
    resets: str
    resets_at: datetime
    time_zone: str
    is_used_up: bool


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Everything that the explaining page says about one account."""

    account: SiteAccount
    meters: tuple[MeterExplained, ...]
    rules: tuple[Rule, ...]
    payer: str
    #: Names of those who manage AI for the account and of those who may buy more.
    managers: tuple[str, ...]
    buyers: tuple[str, ...]


def explain(account: SiteAccount) -> Explanation:
    """The explanation for one account, with its wallet loaded."""
    included = _included(account)
    return Explanation(
        account=account,
        meters=tuple(_meters(account, included)),
        rules=tuple(Rule(what=str(what), units=str(units)) for what, units in _rules()),
        payer=_payer(account),
        managers=_names(account, permissions.MANAGE),
        buyers=_names(account, permissions.BUY),
    )


def _rules() -> tuple[tuple[Any, Any], ...]:
    return (*_RULES, *_SEARCH_RULES) if conf.search else _RULES


def _included(account: SiteAccount) -> dict[str, int]:
    return dict(PlanAllowance.objects.filter(plan=account.wallet.plan_id).values_list("meter", "units"))


def _meters(account: SiteAccount, included: dict[str, int]) -> Iterator[MeterExplained]:
    for left in metering.allowance(account):
        prices = tuple(_price(each) for each in priced() if each.meter == left.meter)
        if prices:
            yield _meter(left, prices, included.get(left.meter, 0))


def _meter(left: Allowance, prices: tuple[Price, ...], included: int) -> MeterExplained:
    return MeterExplained(
        name=str(meters.get_meter(left.meter).plural),
        prices=prices,
        included=meters.units_text(left.meter, included) if included else "",
        left=meters.allowance_text(left.meter, left.available, left.total),
        resets=meters.resets_text(left.resets_at, left.time_zone),
        resets_at=left.resets_at,
        time_zone=left.time_zone,
        is_used_up=left.available <= 0,
    )


def _price(each: Priced) -> Price:
    routes = ((str(offer.label), meters.units_text(each.meter, offer.units)) for offer in each.offers)
    return Price(action=str(each.label), routes=tuple(routes))


def _payer(account: SiteAccount) -> str:
    if account.payer == SiteAccount.Payer.AGENCY:
        return str(_("The agency that runs this site pays ShareAI and includes these units in what it offers you."))
    return str(_("This site pays ShareAI itself, with its own key."))


def _names(account: SiteAccount, right: str) -> tuple[str, ...]:
    chosen = permissions.people_with(right, account)[: MOST_NAMES + 1]
    # Somebody with two logins is named once.
    return tuple(dict.fromkeys(Actor.from_user(person).label for person in chosen))
