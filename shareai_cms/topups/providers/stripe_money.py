"""Amounts as Stripe writes them, and as we do.

Ours are whole numbers in the smallest unit that Babel knows of a currency. Stripe has exponents of its own for
some; every other currency has two decimals there: https://docs.stripe.com/currencies#minor-units
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from babel.numbers import get_currency_precision

from shareai_cms.errors import ProviderBadReply, ProviderRefused

#: https://docs.stripe.com/currencies#zero-decimal without UGX, which the special cases take out again.
_NO_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
_THREE_DECIMALS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
#: Nothing is charged in these but whole units, although they are written with two decimals.
#: HUF and TWD are whole in payouts alone: https://docs.stripe.com/currencies#special-cases
_WHOLE_UNITS = frozenset(("ISK", "UGX"))


def to_stripe(minor: int, currency: str) -> int:
    """An amount of ours for Stripe; raises ``ProviderRefused`` for one that Stripe cannot charge exactly."""
    amount = Decimal(minor).scaleb(_shift(currency))
    if amount % _step(currency):
        raise ProviderRefused(f"Stripe cannot charge {minor} of the smallest unit of {currency}")
    return int(amount)


def price_from_stripe(amount: int, currency: str) -> int:
    """A price of ours as it comes back; raises ``ProviderBadReply`` where it can be none of ours."""
    price = _from_stripe(amount, currency)
    if price != price.to_integral_value():
        raise ProviderBadReply(f"{amount} is no price in {currency}")
    return int(price)


def charged_from_stripe(amount: int, currency: str) -> int:
    """What was charged with tax, which may be finer than our unit: rounded down."""
    return int(_from_stripe(amount, currency).to_integral_value(ROUND_FLOOR))


def returned_from_stripe(amount: int, currency: str) -> int:
    """What went back: rounded up, so that parts that make up the whole amount never sum up to less than it."""
    return int(_from_stripe(amount, currency).to_integral_value(ROUND_CEILING))


def _from_stripe(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-_shift(currency))


def _shift(currency: str) -> int:
    return _decimals(currency) - get_currency_precision(currency)


def _decimals(currency: str) -> int:
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def _step(currency: str) -> int:
    if currency in _WHOLE_UNITS:
        return 100
    # The card networks know no third decimal: the last digit has to be a zero.
    return 10 if currency in _THREE_DECIMALS else 1
