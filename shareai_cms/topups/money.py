"""Money as people write it. Everywhere else it is a whole number in the currency's smallest unit."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache
from itertools import chain

from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global
from babel.numbers import format_currency, get_currency_name, get_currency_precision
from django.utils.translation import get_language, to_locale


def price_text(minor: int, currency: str) -> str:
    """An amount in words of the present language: "€12.50"."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    return format_currency(amount, currency, locale=_locale())


def unit_price_text(minor: int, currency: str, units: int) -> str:
    """What one of so many units costs, two digits finer than the currency: "€0.018"; empty where that is nothing."""
    digits = get_currency_precision(currency)
    amount = (Decimal(minor).scaleb(-digits) / units).quantize(Decimal(1).scaleb(-digits - 2))
    if not amount:
        return ""
    return format_currency(amount.normalize(), currency, locale=_locale(), decimal_quantization=False)


def to_minor(amount: Decimal, currency: str) -> int:
    """A price as people type it, in the smallest unit; ValueError where the currency has no such fraction."""
    try:
        scaled = amount.scaleb(get_currency_precision(currency))
        whole = scaled.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    except InvalidOperation:
        raise ValueError(f"{amount} is no amount of money") from None
    if whole != scaled:
        raise ValueError(f"{currency} has no such fraction")
    return int(whole)


def from_minor(minor: int, currency: str) -> Decimal:
    """The amount as people type it."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def is_currency(code: str) -> bool:
    """Whether ISO 4217 lists the code."""
    return code in get_global("all_currencies")


def currency_choices(*also: str) -> list[tuple[str, str]]:
    """The currencies that are legal tender somewhere today, and ``also`` these: "EUR", "Euro (EUR)"."""
    locale = _locale()
    named = ((code, f"{get_currency_name(code, locale=locale)} ({code})") for code in {*_in_use(), *also})
    return sorted(named, key=lambda choice: choice[1].casefold())


@cache
def _in_use() -> frozenset[str]:
    every = chain.from_iterable(get_global("territory_currencies").values())
    return frozenset(code for code, _since, until, is_tender in every if until is None and is_tender)


def _locale() -> Locale:
    name = to_locale(get_language() or "en")
    while name and not localedata.exists(name):
        name = name.rpartition("_")[0]
    try:
        return Locale.parse(name or "en")
    except (ValueError, UnknownLocaleError):
        return Locale("en")
