"""Where more can be bought, who sells it, and how a buyer gets back to where they were."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from shareai_cms import topups
from shareai_cms.errors import AccountSuspended, CheckoutRefused
from shareai_cms.models import Order, SiteAccount, Wallet
from shareai_cms.topups.providers import BaseProvider, provider_for, provider_named

LONGEST_PATH = 2_000
#: Where on the page of bundles those stand that somebody needs.
WANTED = "shareai-wanted"
_CANCELLED = "shareai_cms.cancelled"


class SeeOther(HttpResponseRedirect):
    """After a POST: the next address is asked for with GET."""

    status_code = 303


def provider_name(slug: str) -> str:
    """What people call a provider."""
    return {"shareai": "ShareAI", "stripe": "Stripe", "manual": _("by hand")}.get(slug, slug)


def topups_url(account: SiteAccount | None, way_back: str = "", meter: str = "") -> str:
    """The page on which more is bought for an account, and then led back from; ``meter`` is what is needed."""
    given = {"account": str(account.pk) if account else "", "meter": meter, "next": way_back}
    query = urlencode({name: value for name, value in given.items() if value})
    page = f"{reverse('shareai_cms:topups')}?{query}" if query else reverse("shareai_cms:topups")
    return f"{page}#{WANTED}" if meter else page


def wish_url(account: SiteAccount) -> str:
    """Where somebody who may not buy for an account asks those who may, with POST."""
    return f"{reverse('shareai_cms:wish')}?{urlencode({'account': account.pk})}"


def buy_url(bundle: int, account: SiteAccount, way_back: str = "") -> str:
    """The page on which buying a bundle is confirmed."""
    query = {"account": str(account.pk), **({"next": way_back} if way_back else {})}
    return f"{reverse('shareai_cms:buy', args=[bundle])}?{urlencode(query)}"


def order_url(order: Order) -> str:
    return reverse("shareai_cms:order", args=[order.number])


def safe_path(given: str) -> str:
    """A path on this very site, as it was given; empty for everything else."""
    is_plain = given.startswith("/") and given.isprintable() and len(given) <= LONGEST_PATH
    return given if is_plain and url_has_allowed_host_and_scheme(given, allowed_hosts=None) else ""


def provider_of(account: SiteAccount) -> tuple[BaseProvider | None, CheckoutRefused | None]:
    """The provider that sells to an account, or why nothing can be sold to it."""
    try:
        return provider_for(account), None
    except CheckoutRefused as error:
        return None, error


def suspended(account: SiteAccount) -> AccountSuspended | None:
    """Why nothing is sold to an account that is switched off."""
    if account.status == SiteAccount.Status.ACTIVE and account.wallet.status == Wallet.Status.ACTIVE:
        return None
    return AccountSuspended(f"account {account.status}, wallet {account.wallet.status}")


def provider_of_order(order: Order) -> BaseProvider | None:
    """The provider of an order; None where the site has it no more, or cannot load it."""
    try:
        return provider_named(order.provider)
    except (ImproperlyConfigured, ImportError):
        return None


def urls_for(request: HttpRequest) -> topups.Urls:
    """Where the provider sends the buyer, and where it tells its news."""

    def page(order: Order, query: str) -> str:
        return request.build_absolute_uri(f"{order_url(order)}?{query}")

    return topups.Urls(
        success=lambda order: page(order, "back=1"),
        cancel=lambda order: page(order, urlencode({"cancelled": cancel_token(order)})),
        webhook=lambda provider: _webhook_url(request, provider),
    )


def cancel_token(order: Order) -> str:
    """Proof that whoever brings it comes from this order's payment page, and gave it up there."""
    return signing.dumps(order.number, salt=_CANCELLED)


def is_cancel_token(token: str, order: Order) -> bool:
    try:
        return bool(signing.loads(token, salt=_CANCELLED) == order.number)
    except signing.BadSignature:
        return False


def _webhook_url(request: HttpRequest, provider: str) -> str:
    try:
        return request.build_absolute_uri(reverse("shareai_cms_webhooks:webhook", args=[provider]))
    except NoReverseMatch:
        # Not reachable from outside: the return page and the looks find out what a message would have said.
        return ""
