"""Every failure of an AI action has one class here.

::

    ShareAIError
    ├── ActionRefused              nothing was sent
    │   ├── UnknownAction          404 unknown_action
    │   ├── InvalidRequest         400 invalid_request
    │   ├── InputEmpty             400 input_empty
    │   ├── InputTooLong           413 input_too_long
    │   ├── ImageUnusable          415 image_unusable
    │   ├── NotPermitted           403 not_permitted
    │   ├── ObjectNotFound         404 object_not_found
    │   ├── ObjectLocked           423 object_locked
    │   ├── AccountUnclear         409 account_unclear
    │   ├── AccountSuspended       403 account_suspended
    │   ├── AddressChanged         409 address_changed
    │   ├── NotConfigured          503 not_configured
    │   ├── NotMigrated            503 not_migrated
    │   ├── KeyReused              409 key_reused
    │   ├── ActionInProgress       409 in_progress
    │   ├── CoolingDown            429 cooling_down
    │   ├── AllowanceExhausted     402 allowance_exhausted
    │   └── BudgetExhausted        402 budget_exhausted
    ├── MarketplaceError           sent, or tried to; nothing is counted
    │   ├── MarketplaceUnreachable 503 marketplace_unreachable
    │   ├── MarketplaceTimeout     504 marketplace_timeout
    │   ├── MarketplaceBusy        503 marketplace_busy
    │   ├── KeyRejected            502 key_rejected
    │   ├── InsufficientCredits    502 insufficient_credits
    │   ├── RequestRejected        502 request_rejected
    │   ├── BadReply               502 bad_reply
    │   ├── ReplyTooLarge          502 reply_too_large
    │   └── StreamBroken           502 stream_broken
    ├── OutputRefused              arrived, but cannot be offered; nothing is counted
    │   ├── OutputEmpty            502 output_empty
    │   ├── OutputUnsafe           502 output_unsafe
    │   └── OutputInvalid          502 output_invalid
    ├── CheckoutRefused            nothing was ordered
    │   ├── BundleUnavailable      409 bundle_unavailable
    │   ├── PriceChanged           409 price_changed
    │   ├── PayerConflict          409 payer_conflict
    │   ├── CheckoutOff            503 checkout_off
    │   └── OrderClosed            409 order_closed
    ├── ProviderError              the payment provider; nothing was booked
    │   ├── ProviderUnreachable    503 provider_unreachable
    │   ├── ProviderRefused        502 provider_refused
    │   ├── ProviderBadReply       502 provider_bad_reply
    │   └── PaymentMismatch        409 payment_mismatch
    ├── ActionCancelled            499 cancelled
    └── ActionInterrupted          500 interrupted

``sentence`` says what happened and ``remedy`` what to do; both are for the editor. ``detail`` is the
technical reason: shown to people who manage AI and stored with the usage row, never containing the
content or a secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ShareAIError(Exception):
    """The base of everything that can go wrong on the road of an action."""

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    sentence: StrOrPromise = _("Something went wrong, and nothing was counted.")
    remedy: StrOrPromise = _("Please try again.")

    def __init__(
        self,
        detail: str = "",
        *,
        sentence: StrOrPromise | None = None,
        remedy: StrOrPromise | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        if sentence is not None:
            self.sentence = sentence
        if remedy is not None:
            self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class ActionRefused(ShareAIError):
    """Refused before anything was sent."""

    code = "refused"
    http_status = 400


class UnknownAction(ActionRefused):
    """No action of that name is registered."""

    code = "unknown_action"
    http_status = 404
    sentence = _("This AI action does not exist on this site.")
    remedy = _("Reload the page to see the actions that do.")


class InvalidRequest(ActionRefused):
    """The request is not of the form that the action takes."""

    code = "invalid_request"
    sentence = _("The request was not understood.")
    remedy = _("Reload the page and try again.")


class InputEmpty(ActionRefused):
    """There is nothing to work on."""

    code = "input_empty"
    sentence = _("There is no text to work on.")
    remedy = _("Write a few words first.")


class InputTooLong(ActionRefused):
    """The input is longer than the action takes."""

    code = "input_too_long"
    http_status = 413
    sentence = _("The text is too long for this action.")
    remedy = _("Select a shorter part and try again.")


class ImageUnusable(ActionRefused):
    """The image is broken, missing or too large to be sent."""

    code = "image_unusable"
    http_status = 415
    sentence = _("This image cannot be read.")
    remedy = _("Upload it again as a JPEG or PNG file.")


class NotPermitted(ActionRefused):
    """The person may not do this on this site or with this object."""

    code = "not_permitted"
    http_status = 403
    sentence = _("You may not use this AI action here.")
    remedy = _("Ask someone who manages AI for this site.")


class ObjectNotFound(ActionRefused):
    """The page, snippet or image is gone, or was never there."""

    code = "object_not_found"
    http_status = 404
    sentence = _("The page or item was not found.")
    remedy = _("It may have been deleted. Your text is still in the form.")


class ObjectLocked(ActionRefused):
    """The object is locked, so a suggestion could not be saved."""

    code = "object_locked"
    http_status = 423
    sentence = _("This page is locked.")
    remedy = _("Unlock it, or ask the person who locked it, and try again.")


class AccountUnclear(ActionRefused):
    """No rule says which site pays for this action."""

    code = "account_unclear"
    http_status = 409
    sentence = _("It is not clear which site this belongs to.")
    remedy = _("Ask the people who built this site to say which site the content belongs to.")


class AccountSuspended(ActionRefused):
    """The account or its wallet is closed for use."""

    code = "account_suspended"
    http_status = 403
    sentence = _("AI is switched off for this site.")
    remedy = _("Ask someone who manages AI for this site.")


class AddressChanged(ActionRefused):
    """The live site's address is not the one that its account remembers: it has moved, or this is a copy."""

    code = "address_changed"
    http_status = 409
    sentence = _("This site has a new address, so AI is paused here.")
    remedy = _("Ask someone who manages AI for this site to say whether it has moved or is a copy.")


class NotConfigured(ActionRefused):
    """There is no key, or the app is not set up."""

    code = "not_configured"
    http_status = 503
    sentence = _("AI is not set up on this site yet.")
    remedy = _("Ask the people who run this site to add its ShareAI key.")


class NotMigrated(NotConfigured):
    """The app is installed, and its tables are missing or out of date."""

    code = "not_migrated"
    remedy = _("Ask the people who run this site to finish the installation: manage.py migrate.")


class KeyReused(ActionRefused):
    """The idempotency key was used before with another request."""

    code = "key_reused"
    http_status = 409
    sentence = _("This request was already used for something else.")
    remedy = _("Click the action again.")


class ActionInProgress(ActionRefused):
    """The same click is still being worked on."""

    code = "in_progress"
    http_status = 409
    sentence = _("This is already being worked on.")
    remedy = _("Wait a moment; the result will appear.")


class CoolingDown(ActionRefused):
    """Too many actions were stopped before their first word."""

    code = "cooling_down"
    http_status = 429
    sentence = _("Several actions were stopped before they began, so the button takes a short rest.")
    remedy = _("Try again in a few minutes.")


class AllowanceExhausted(ActionRefused):
    """Fewer units are left than the action takes."""

    code = "allowance_exhausted"
    http_status = 402
    sentence = _("There are not enough units left for this action.")
    remedy = _("Wait for the next reset, or ask someone who may buy more.")


class BudgetExhausted(AllowanceExhausted):
    """The site has units, but the share of this person or team is used up."""

    code = "budget_exhausted"
    sentence = _("Your team's share for this period is used up.")
    remedy = _("Ask someone who manages AI for this site to raise it.")


class MarketplaceError(ShareAIError):
    """The marketplace did not deliver. ``status`` is its HTTP status, ``marketplace_code`` its own code."""

    code = "marketplace_error"
    http_status = 502
    sentence = _("The AI service could not finish this.")
    remedy = _("Your text is unchanged and nothing was counted. Try again in a moment.")

    def __init__(
        self,
        detail: str = "",
        *,
        status: int | None = None,
        marketplace_code: str = "",
        request_id: str = "",
        retryable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail, retry_after=retry_after)
        self.status = status
        self.marketplace_code = marketplace_code
        self.request_id = request_id
        #: Nothing can have run, so the same call may be sent again without being billed twice.
        self.retryable = retryable


class MarketplaceUnreachable(MarketplaceError):
    """No connection: refused, DNS or TLS."""

    code = "marketplace_unreachable"
    http_status = 503
    sentence = _("The AI service cannot be reached right now.")


class MarketplaceTimeout(MarketplaceError):
    """No answer within the time budget."""

    code = "marketplace_timeout"
    http_status = 504
    sentence = _("The AI service took too long to answer.")


class MarketplaceBusy(MarketplaceError):
    """All devices are busy, or the rate limit was reached."""

    code = "marketplace_busy"
    http_status = 503
    sentence = _("The AI service is busy right now.")


class KeyRejected(MarketplaceError):
    """The marketplace does not accept the site's key."""

    code = "key_rejected"
    sentence = _("The AI service did not accept this site's key.")
    remedy = _("Your text is unchanged and nothing was counted. Tell the people who run this site.")


class InsufficientCredits(MarketplaceError):
    """The key's owner has no credit left at ShareAI; the site's own units are untouched."""

    code = "insufficient_credits"
    sentence = _("The account that pays for AI has run out of credit.")
    remedy = _("Your text is unchanged and nothing was counted. Tell the people who run this site.")


class RequestRejected(MarketplaceError):
    """The marketplace understood the request and will not answer it."""

    code = "request_rejected"
    sentence = _("The AI service refused this request.")
    remedy = _("Your text is unchanged and nothing was counted. Tell the people who run this site.")


class BadReply(MarketplaceError):
    """The reply was HTML, cut off, or of no known form."""

    code = "bad_reply"
    sentence = _("The AI service sent an answer that could not be read.")


class ReplyTooLarge(MarketplaceError):
    """The reply went over the size limit and was dropped."""

    code = "reply_too_large"
    sentence = _("The AI service sent far more text than was asked for, so it was dropped.")


class StreamBroken(MarketplaceError):
    """The answer broke off before its end."""

    code = "stream_broken"
    sentence = _("The connection broke before the answer was complete.")


class OutputRefused(ShareAIError):
    """An answer arrived, but nothing in it can be offered to the editor."""

    code = "output_refused"
    http_status = 502
    sentence = _("The AI service's answer could not be used.")
    remedy = _("Your text is unchanged and nothing was counted. Try again.")


class OutputEmpty(OutputRefused):
    """The answer held no text."""

    code = "output_empty"
    sentence = _("The AI service sent an empty answer.")


class OutputUnsafe(OutputRefused):
    """The answer held nothing but markup that is not allowed."""

    code = "output_unsafe"
    sentence = _("The AI service's answer was not safe to use.")


class OutputInvalid(OutputRefused):
    """The answer does not have the form that the action promises."""

    code = "output_invalid"


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


class ActionCancelled(ShareAIError):
    """The editor stopped the action or left the page."""

    code = "cancelled"
    http_status = 499
    sentence = _("The action was stopped.")
    remedy = _("Click it again when you are ready.")


class ActionInterrupted(ShareAIError):
    """The server stopped in the middle; the units went back when the hold's deadline passed."""

    code = "interrupted"
    sentence = _("The action was interrupted before it finished, and nothing was counted.")


class ForgedWebhook(SuspiciousOperation):
    """A message to a webhook that is not from the payment provider, or too old to be believed.

    Outside the tree above: it is answered with 400, and nobody else is told.
    """


def error_classes() -> dict[str, type[ShareAIError]]:
    """Every class of the tree by its code."""
    found: dict[str, type[ShareAIError]] = {}
    waiting: list[type[ShareAIError]] = [ShareAIError]
    while waiting:
        cls = waiting.pop()
        # A class that inherits its code tells more of the same error, which keeps the name.
        found.setdefault(cls.code, cls)
        waiting.extend(cls.__subclasses__())
    return found
