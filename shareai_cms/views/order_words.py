"""How an order stands, in sentences that are true and say what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shareai_cms.errors import error_classes
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Grant, Order, OrderAdjustment, SiteAccount, Wallet
from shareai_cms.topups.states import ENDED, State

GOOD, WAITING, BAD, OVER = "good", "waiting", "bad", "over"
#: Nothing that is still to come changes what the page says.
FINAL = ENDED | {State.FULFILLED}

Kind = OrderAdjustment.Kind
Status = OrderAdjustment.Status

_SAID = {
    State.CREATED: (
        WAITING,
        gettext_lazy("Not paid yet"),
        gettext_lazy("The payment page has not been opened yet. Nothing was charged."),
    ),
    State.OPEN: (
        WAITING,
        gettext_lazy("Waiting for your payment"),
        gettext_lazy("We have not heard of a payment yet. The units are added as soon as the payment is confirmed."),
    ),
    State.PENDING: (
        WAITING,
        gettext_lazy("Your payment is on its way"),
        gettext_lazy(
            "A bank transfer or debit can take some days. The units are added by themselves when the money arrives; "
            "there is nothing for you to do."
        ),
    ),
    State.PAID: (
        WAITING,
        gettext_lazy("Paid"),
        gettext_lazy("Your payment has arrived, and the units are being added."),
    ),
    State.FULFILLED: (
        GOOD,
        gettext_lazy("Paid"),
        gettext_lazy("Thank you. The units are added and can be used at once."),
    ),
    State.FAILED: (
        BAD,
        gettext_lazy("The payment failed"),
        gettext_lazy("The payment provider could not collect the money, so no units were added. You can order again."),
    ),
    State.EXPIRED: (
        OVER,
        gettext_lazy("Not paid in time"),
        gettext_lazy("Nobody paid before the payment page closed. Should money arrive late, its units are added."),
    ),
    State.CANCELLED: (
        OVER,
        pgettext_lazy("order", "Cancelled"),
        gettext_lazy("This order is cancelled. If money was or is paid all the same, its units are added."),
    ),
}
_TO_PAY_BY_HAND = gettext_lazy(
    "Nothing is charged here. Pay as agreed and give the order number. The people who manage AI for all sites confirm "
    "the payment by hand, and the units are added then."
)
_BY_HAND = {
    State.CREATED: _TO_PAY_BY_HAND,
    State.OPEN: _TO_PAY_BY_HAND,
    State.EXPIRED: gettext_lazy(
        "Nobody confirmed a payment for this order in time. If one is confirmed later, the units are added then."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an order stands: a tone, a few words and a sentence."""

    tone: str
    headline: str
    sentence: str
    is_final: bool


def standing(order: Order, adjustments: Sequence[OrderAdjustment], *, is_hosted: bool) -> Standing:
    tone, headline, sentence = _said(order.state)
    is_final = order.state in FINAL
    if has_problem(order):
        return Standing(tone=BAD, headline=_("There is a problem"), sentence=_trouble(order), is_final=is_final)
    if order.state == State.FULFILLED and adjustments:
        tone, headline, sentence = _adjusted(order, adjustments)
    elif order.state == State.FULFILLED:
        sentence = _use(order)
    elif order.state in _BY_HAND and not is_hosted:
        sentence = str(_BY_HAND[State(order.state)])
    return Standing(tone=tone, headline=headline, sentence=sentence, is_final=is_final)


def has_problem(order: Order) -> bool:
    """Whether the seller has to sort something out before the order goes on."""
    return bool(order.problem) and order.state != State.FULFILLED


def _said(state: str) -> tuple[str, str, str]:
    tone, headline, sentence = _SAID[State(state)]
    return tone, str(headline), str(sentence)


def state_word(order: Order, adjustments: Sequence[OrderAdjustment]) -> str:
    """The state in a list: "paid", "part refunded", "disputed", "problem"."""
    if has_problem(order):
        return _("problem")
    if order.state != State.FULFILLED or not (worst := _worst(order, adjustments)):
        return str(order.get_state_display())
    return {
        "disputed": _("disputed"),
        "refunded": _("refunded"),
        "part": _("part refunded"),
    }[worst]


def state_tone(order: Order, adjustments: Sequence[OrderAdjustment]) -> str:
    """The colour of that word: the tone of the order's own page."""
    if has_problem(order) or _worst(order, adjustments) in ("disputed", "refunded"):
        return BAD
    return _said(order.state)[0]


def _worst(order: Order, adjustments: Sequence[OrderAdjustment]) -> str:
    if any(each.kind == Kind.DISPUTE and each.status == Status.OPEN for each in adjustments):
        return "disputed"
    returned = sum(each.amount_minor for each in adjustments if each.status == Status.RETURNED)
    if not returned:
        return ""
    return "refunded" if returned >= (order.total_minor or order.price_minor) else "part"


def _adjusted(order: Order, adjustments: Sequence[OrderAdjustment]) -> tuple[str, str, str]:
    worst = _worst(order, adjustments)
    if worst == "disputed":
        return (
            BAD,
            _("Paid, and disputed"),
            _("The payment is disputed. Until that is decided, what is left of the units cannot be used."),
        )
    if worst == "refunded":
        return BAD, _("Refunded"), _("The money went back to the payer, and with it the units that were left.")
    if worst == "part":
        return (
            GOOD,
            _("Paid, and refunded in part"),
            _("A part of the money went back to the payer, and with it that part of the units."),
        )
    tone, headline, _sentence = _said(order.state)
    return tone, headline, _use(order)


def _use(order: Order) -> str:
    """What can be done with the units of a paid order now."""
    account, wallet = order.account, order.wallet
    if account.status != SiteAccount.Status.ACTIVE or wallet.status != Wallet.Status.ACTIVE:
        return _("Thank you. The units are added. They cannot be used while AI is switched off for this site.")
    grants = patiently(lambda: list(rows(Grant).filter(source_ref__startswith=f"order:{order.pk}:")))
    now = timezone.now()
    left = [grant for grant in grants if grant.remaining]
    live = [grant for grant in left if grant.expires_at > now]
    if any(not grant.is_frozen for grant in live):
        return _said(State.FULFILLED)[2]
    if live:
        return _("Thank you. The units are added. They cannot be used at the moment.")
    if left or any(grant.expired for grant in grants):
        return _("Thank you. The units were added. What was left of them has expired.")
    return _("Thank you. The units were added, and none of them is left.")


def _trouble(order: Order) -> str:
    known = error_classes().get(order.problem)
    if known is None:
        return _("Something about this order needs the seller. Contact them and name the order number.")
    return f"{known.sentence} {known.remedy}"
