"""Checks of who sells top-ups, and whether what that takes is in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse

from shareai_cms.checks.reading import given, is_sound
from shareai_cms.checks.wire import is_in_the_clear, is_web_address
from shareai_cms.conf import conf
from shareai_cms.models import SiteAccount

if TYPE_CHECKING:
    from shareai_cms.topups.providers import BaseProvider

PAYERS = tuple(SiteAccount.Payer.values)
STRIPE, SHAREAI = "stripe", "shareai"


def chosen() -> dict[str, Any]:
    """The providers that the site names itself, by payer: nothing is asked of one that has not begun to sell."""
    return dict(given().get("CHECKOUT", {})) if is_sound("CHECKOUT") else {}


def found(name: Any) -> BaseProvider | None:
    from shareai_cms.topups.providers import load

    try:
        return load(name) if isinstance(name, str) else None
    except (ImproperlyConfigured, ImportError, TypeError):
        return None


def sellers() -> Iterator[tuple[str, BaseProvider]]:
    """Payers with the providers that sell to them, as far as both exist."""
    for payer, name in chosen().items():
        provider = found(name)
        if payer in PAYERS and provider is not None:
            yield payer, provider


@register
def check_the_providers(**_: Any) -> Iterable[CheckMessage]:
    from shareai_cms.topups.providers import OURS

    for payer, name in chosen().items():
        if payer not in PAYERS:
            yield Error(
                f"CHECKOUT names a payer {payer!r} that does not exist.",
                hint=f"The payers are {', '.join(PAYERS)}.",
                id="shareai_cms.E021",
            )
        elif found(name) is None:
            yield Error(
                f"CHECKOUT[{payer!r}] names a payment provider {name!r} that does not exist.",
                hint=f"Write one of {', '.join(OURS)}, or the dotted path of a class of your own.",
                id="shareai_cms.E022",
            )


@register
def check_who_pays_twice(**_: Any) -> Iterable[CheckMessage]:
    for payer, provider in sellers():
        if payer not in provider.payers:
            yield Error(
                f"CHECKOUT[{payer!r}] is {provider.slug!r}, which would sell to people who pay ShareAI themselves: "
                "they would pay twice.",
                hint="Write 'manual' there, or leave it out.",
                id="shareai_cms.E023",
            )


@register
def check_stripe(**_: Any) -> Iterable[CheckMessage]:
    names = ("STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRETS", "ENVIRONMENT")
    if STRIPE not in chosen().values() or not all(is_sound(name) for name in names):
        return
    from shareai_cms.topups.providers import stripe_api

    if find_spec("stripe") is None:
        yield Error(
            "CHECKOUT names stripe, and its library is not installed.",
            hint=f"Run {stripe_api.PIP_LINE}.",
            id="shareai_cms.E024",
        )
    elif conf.stripe_api_key and (wrong := stripe_api.problem()):
        yield Error(
            f"{wrong}.",
            hint="Test keys belong to the sandbox, live keys to production. A staging site may have either.",
            id="shareai_cms.E025",
        )
    if not conf.stripe_api_key:
        yield CheckWarning(
            "CHECKOUT names stripe, and there is no key of it: nothing can be bought.",
            hint="Set STRIPE_API_KEY in the environment.",
            id="shareai_cms.W008",
        )
    if not conf.stripe_webhook_secrets:
        yield CheckWarning(
            "CHECKOUT names stripe, and there is no secret to know its messages by: nothing can be bought.",
            hint="Set STRIPE_WEBHOOK_SECRETS in the environment to the signing secret of the webhook endpoint.",
            id="shareai_cms.W009",
        )


@register
def check_the_webhooks(**_: Any) -> Iterable[CheckMessage]:
    hosted = sorted({provider.slug for _, provider in sellers() if provider.is_hosted})
    if not hosted or not getattr(settings, "ROOT_URLCONF", None):
        return
    try:
        reverse("shareai_cms_webhooks:webhook", args=["x"])
    except NoReverseMatch:
        yield CheckWarning(
            f"CHECKOUT names {', '.join(hosted)}, and the address for its messages is in no URL configuration: what "
            "was paid would be found out late.",
            hint='Add path("shareai/webhooks/", include("shareai_cms.webhooks")) to urlpatterns.',
            id="shareai_cms.W010",
        )


@register
def check_the_checkout_of_shareai(**_: Any) -> Iterable[CheckMessage]:
    if not is_sound("CHECKOUT_URL") or not is_sound("ENVIRONMENT") or conf.is_sandbox:
        return
    url = conf.checkout_url
    if SHAREAI in chosen().values() and not url:
        yield Error(
            "CHECKOUT names shareai, and CHECKOUT_URL is empty: there is no such checkout outside the sandbox yet.",
            hint="Set CHECKOUT_URL once ShareAI has published one, and until then 'manual' or 'stripe' in CHECKOUT.",
            id="shareai_cms.E026",
        )
    elif url and (not is_web_address(url) or is_in_the_clear(url)):
        yield Error(
            f"CHECKOUT_URL has to be an encrypted web address, and is {url!r}.",
            hint="Write https://. Only an address on this very machine may do without.",
            id="shareai_cms.E027",
        )


@register
def check_the_seller(**_: Any) -> Iterable[CheckMessage]:
    sells = any(payer == SiteAccount.Payer.AGENCY for payer, _ in sellers())
    if sells and is_sound("SELLER") and not conf.seller.get("name"):
        yield CheckWarning(
            "CHECKOUT says how you sell units, and SELLER does not say who you are.",
            hint='Write SELLER = {"name": …, "address": …, "email": …}: the checkout and the receipt show it.',
            id="shareai_cms.W011",
        )
