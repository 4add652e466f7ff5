"""Amounts as people read them, from minor units."""

from __future__ import annotations

#: ISO 4217: currencies whose smallest coin is not a hundredth.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"
_DECIMALS = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
    **dict.fromkeys(_FOUR_DECIMALS.split(), 4),
}
#: Signs that mean one currency and no other.
_SIGNS = {"EUR": "€", "GBP": "£", "INR": "₹", "KRW": "₩", "ILS": "₪", "VND": "₫", "USD": "US$"}
_SPACE = "\N{NO-BREAK SPACE}"


def format_money(amount: int, currency: str) -> str:
    """``1234500`` and ``EUR`` as ``€12,345.00``; a currency without a sign of its own stands before the number."""
    decimals = _DECIMALS.get(currency, 2)
    whole, part = divmod(amount, 10**decimals)
    number = f"{whole:,}.{part:0{decimals}d}" if decimals else f"{whole:,}"
    sign = _SIGNS.get(currency)
    return f"{sign or currency + _SPACE}{number}"
