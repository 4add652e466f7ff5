"""What can go wrong when somebody buys more units."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext_lazy as _

from shareai_cms.errors.base import ShareAIError


class CheckoutRefused(ShareAIError):
    """A top-up cannot be ordered; nothing was sent to a payment provider."""

    code = "checkout_refused"
    http_status = 409
    sentence = _("This cannot be bought now. Nothing was charged.")
    remedy = _("Go back and choose again.")


class BundleUnavailable(CheckoutRefused):
    """The bundle was taken off sale."""

    code = "bundle_unavailable"
    sentence = _("This bundle is no longer on sale. Nothing was charged.")
    remedy = _("Choose another one.")


class PriceChanged(CheckoutRefused):
    """The bundle costs or holds something else than the page that was confirmed said."""

    code = "price_changed"
    sentence = _("This bundle was changed while you looked at it. Nothing was charged.")
    remedy = _("Look at it again before you buy.")


class PayerConflict(CheckoutRefused):
    """The provider sells what the account's payer already pays ShareAI for."""

    code = "payer_conflict"
    sentence = _("This site pays ShareAI itself, so its units are not sold here: it would pay twice.")
    remedy = _("Ask the people who run this site to correct its settings.")


class CheckoutOff(CheckoutRefused):
    """No payment provider is set up for the account."""

    code = "checkout_off"
    http_status = 503
    sentence = _("Top-ups cannot be bought here yet. Nothing was charged.")
    remedy = _("Ask the people who run this site to set up the payment provider.")


class OrderClosed(CheckoutRefused):
    """The order is paid or has ended, so this can no longer be done to it."""

    code = "order_closed"
    sentence = _("This order is already closed.")
    remedy = _("Reload the page to see how it stands.")


class ProviderError(ShareAIError):
    """The payment provider failed. What it knows is asked for again later; nothing is lost."""

    code = "provider_error"
    http_status = 502
    sentence = _("The payment provider could not be reached or did not understand us. Nothing was charged.")
    remedy = _("Please try again in a few minutes.")


class ProviderUnreachable(ProviderError):
    """No connection, or no answer in time."""

    code = "provider_unreachable"
    http_status = 503
    sentence = _("The payment provider cannot be reached at the moment. Nothing was charged.")


class ProviderRefused(ProviderError):
    """The provider answered with an error: a wrong key, a setting that it does not accept."""

    code = "provider_refused"
    sentence = _("The payment provider refused the order. Nothing was charged.")
    remedy = _("Ask the people who run this site to check its payment settings.")


class ProviderBadReply(ProviderError):
    """The provider's answer was not of the form that it documents."""

    code = "provider_bad_reply"


class PaymentMismatch(ProviderError):
    """The provider says that another sum or currency was paid than the order asks for."""

    code = "payment_mismatch"
    http_status = 409
    sentence = _("The payment does not match this order, so no units were booked.")
    remedy = _("Contact the seller and name the order number.")


class ForgedWebhook(SuspiciousOperation):
    """A message to a webhook that is not from the payment provider, or too old to be believed.

    Outside the tree above: it is answered with 400, and nobody else is told.
    """
