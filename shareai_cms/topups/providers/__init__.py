"""The payment providers by name, and which one sells to which account."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from shareai_cms.conf import conf
from shareai_cms.errors import CheckoutOff, PayerConflict
from shareai_cms.models import SiteAccount
from shareai_cms.topups.providers.base import (
    Adjusted,
    BaseProvider,
    CheckoutRequest,
    CheckoutSession,
    Event,
    Kind,
    News,
    Paid,
    Status,
)

__all__ = [
    "OURS",
    "Adjusted",
    "BaseProvider",
    "CheckoutRequest",
    "CheckoutSession",
    "Event",
    "Kind",
    "News",
    "Paid",
    "Status",
    "configured",
    "provider_for",
    "provider_named",
]

#: Modules of this package with a class named ``Provider``.
OURS = ("manual", "shareai", "stripe")


def load(name: str) -> BaseProvider:
    """The provider of a setting: one of ours by name, or another by the dotted path of its class.

    Raises ``ImproperlyConfigured`` where there is none, ``ImportError`` where its library is missing.
    """
    if name in OURS:
        found = import_module(f"{__name__}.{name}").Provider
    elif "." in name:
        found = import_string(name)
    else:
        raise ImproperlyConfigured(f"There is no payment provider {name!r}; there are {', '.join(OURS)}.")
    provider: BaseProvider = found()
    return provider


def configured() -> tuple[BaseProvider, ...]:
    """Every provider that the settings name, once each, as far as it can be loaded: a check names the others."""
    found = []
    for name in dict.fromkeys(conf.checkout.values()):
        # One whose library is missing must not keep the others from hearing of their payments.
        with suppress(ImproperlyConfigured, ImportError):
            found.append(load(name))
    return tuple(found)


def provider_named(slug: str) -> BaseProvider | None:
    """The provider of that slug: one that the settings name, or one of ours that older orders are from."""
    for provider in configured():
        if provider.slug == slug:
            return provider
    try:
        return load(slug) if slug in OURS else None
    except ImportError:
        return None


def provider_for(account: SiteAccount) -> BaseProvider:
    """The provider that sells to an account, ready to be used.

    Raises ``PayerConflict`` where the account would pay twice for the same use, ``CheckoutOff`` where the
    provider is not set up.
    """
    try:
        provider = load(conf.checkout.get(account.payer, "manual"))
    except (ImproperlyConfigured, ImportError) as error:
        raise CheckoutOff(str(error)) from error
    if account.payer not in provider.payers:
        raise PayerConflict(f"{provider.slug} does not sell to accounts whose payer is the {account.payer}")
    if missing := provider.problem():
        raise CheckoutOff(missing)
    return provider
