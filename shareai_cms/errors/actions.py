"""What can go wrong on the road of an action."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shareai_cms.errors.base import ShareAIError


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


class AlreadyFilled(ActionRefused):
    """All that is wanted holds a value already, and only what is empty was asked for."""

    code = "already_filled"
    http_status = 422
    sentence = _("Nothing is empty here, so nothing was sent.")
    remedy = _("What is there stays as it is. A run replaces it only where its options say so.")


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


class ChangeRefused(ActionRefused):
    """A value that does not fit the field it was proposed for; the sentence names the field."""

    code = "change_refused"
    http_status = 422
    sentence = _("The object does not take this value.")
    remedy = _("Change the value, or leave this part out.")


class ChangedSince(ActionRefused):
    """The object was changed after its facts were read, or after the suggestion was applied."""

    code = "changed_since"
    http_status = 409
    sentence = _("Someone has changed this since.")
    remedy = _("Look at it yourself: nothing was overwritten.")


class RunClosed(ActionRefused):
    """The run is in a state in which this cannot be done."""

    code = "run_closed"
    http_status = 409
    sentence = _("The run has moved on meanwhile.")
    remedy = _("Reload the page to see where it stands.")


class CapReached(ActionRefused):
    """The run has taken as many units as it was allowed when it was started."""

    code = "cap_reached"
    http_status = 409
    sentence = _("The run has reached the limit that was set for it.")
    remedy = _("Raise the limit to go on with what is left.")


class LeaseLost(ActionRefused):
    """Another worker has taken the object of a run over, or the run was paused or cancelled."""

    code = "lease_lost"
    http_status = 409
    sentence = _("This attempt was given up.")
    remedy = _("Nothing has to be done: the run tries again by itself.")


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


class TooManySearches(ActionRefused):
    """One client searches far more often than a person can."""

    code = "too_many_searches"
    http_status = 429
    sentence = _("Those were too many searches within a minute.")
    remedy = _("Wait a minute, then search again.")


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


class EmbeddingsUnavailable(MarketplaceError):
    """The marketplace has no embeddings, or not from the model that was asked for."""

    code = "embeddings_unavailable"
    sentence = _("The AI service offers no vectors for search.")
    remedy = _("Nothing was counted, and search goes on by keywords. Tell the people who run this site.")


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


class EmbeddingInvalid(OutputRefused):
    """The vectors are fewer or more than asked for, of several sizes, empty, or hold what is no number."""

    code = "embedding_invalid"
    sentence = _("The AI service sent vectors that cannot be used for search.")
    remedy = _("Nothing was counted, and search goes on by keywords. Try again in a moment.")


class EmbeddingMismatch(OutputRefused):
    """The vectors are of another model or size than those that they would be compared with."""

    code = "embedding_mismatch"
    sentence = _("The AI service answered with another model than the search index was made with.")
    remedy = _("Nothing was counted, and search goes on by keywords. Tell the people who run this site.")


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
