"""Every failure of an AI action has one class here.

::

    ShareAIError
    ├── ActionRefused              nothing was sent
    │   ├── UnknownAction          404 unknown_action
    │   ├── InvalidRequest         400 invalid_request
    │   ├── InputEmpty             400 input_empty
    │   ├── InputTooLong           413 input_too_long
    │   ├── AlreadyFilled          422 already_filled
    │   ├── ImageUnusable          415 image_unusable
    │   ├── NotPermitted           403 not_permitted
    │   ├── ObjectNotFound         404 object_not_found
    │   ├── ObjectLocked           423 object_locked
    │   ├── ChangeRefused          422 change_refused
    │   ├── ChangedSince           409 changed_since
    │   ├── RunClosed              409 run_closed
    │   ├── CapReached             409 cap_reached
    │   ├── LeaseLost              409 lease_lost
    │   ├── AccountUnclear         409 account_unclear
    │   ├── AccountSuspended       403 account_suspended
    │   ├── AddressChanged         409 address_changed
    │   ├── NotConfigured          503 not_configured
    │   ├── NotMigrated            503 not_migrated
    │   ├── KeyReused              409 key_reused
    │   ├── ActionInProgress       409 in_progress
    │   ├── CoolingDown            429 cooling_down
    │   ├── TooManySearches        429 too_many_searches
    │   ├── AllowanceExhausted     402 allowance_exhausted
    │   └── BudgetExhausted        402 budget_exhausted
    ├── MarketplaceError           sent, or tried to; nothing is counted
    │   ├── MarketplaceUnreachable 503 marketplace_unreachable
    │   ├── MarketplaceTimeout     504 marketplace_timeout
    │   ├── MarketplaceBusy        503 marketplace_busy
    │   ├── KeyRejected            502 key_rejected
    │   ├── InsufficientCredits    502 insufficient_credits
    │   ├── RequestRejected        502 request_rejected
    │   ├── EmbeddingsUnavailable  502 embeddings_unavailable
    │   ├── BadReply               502 bad_reply
    │   ├── ReplyTooLarge          502 reply_too_large
    │   └── StreamBroken           502 stream_broken
    ├── OutputRefused              arrived, but cannot be offered; nothing is counted
    │   ├── OutputEmpty            502 output_empty
    │   ├── OutputUnsafe           502 output_unsafe
    │   ├── OutputInvalid          502 output_invalid
    │   ├── EmbeddingInvalid       502 embedding_invalid
    │   └── EmbeddingMismatch      502 embedding_mismatch
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

from shareai_cms.errors.actions import (
    AccountSuspended,
    AccountUnclear,
    ActionCancelled,
    ActionInProgress,
    ActionInterrupted,
    ActionRefused,
    AddressChanged,
    AllowanceExhausted,
    AlreadyFilled,
    BadReply,
    BudgetExhausted,
    CapReached,
    ChangedSince,
    ChangeRefused,
    CoolingDown,
    EmbeddingInvalid,
    EmbeddingMismatch,
    EmbeddingsUnavailable,
    ImageUnusable,
    InputEmpty,
    InputTooLong,
    InsufficientCredits,
    InvalidRequest,
    KeyRejected,
    KeyReused,
    LeaseLost,
    MarketplaceBusy,
    MarketplaceError,
    MarketplaceTimeout,
    MarketplaceUnreachable,
    NotConfigured,
    NotMigrated,
    NotPermitted,
    ObjectLocked,
    ObjectNotFound,
    OutputEmpty,
    OutputInvalid,
    OutputRefused,
    OutputUnsafe,
    ReplyTooLarge,
    RequestRejected,
    RunClosed,
    StreamBroken,
    TooManySearches,
    UnknownAction,
)
from shareai_cms.errors.base import ShareAIError, error_classes
from shareai_cms.errors.checkout import (
    BundleUnavailable,
    CheckoutOff,
    CheckoutRefused,
    ForgedWebhook,
    OrderClosed,
    PayerConflict,
    PaymentMismatch,
    PriceChanged,
    ProviderBadReply,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
)

__all__ = [
    "AccountSuspended",
    "AccountUnclear",
    "ActionCancelled",
    "ActionInProgress",
    "ActionInterrupted",
    "ActionRefused",
    "AddressChanged",
    "AllowanceExhausted",
    "AlreadyFilled",
    "BadReply",
    "BudgetExhausted",
    "BundleUnavailable",
    "CapReached",
    "ChangeRefused",
    "ChangedSince",
    "CheckoutOff",
    "CheckoutRefused",
    "CoolingDown",
    "EmbeddingInvalid",
    "EmbeddingMismatch",
    "EmbeddingsUnavailable",
    "ForgedWebhook",
    "ImageUnusable",
    "InputEmpty",
    "InputTooLong",
    "InsufficientCredits",
    "InvalidRequest",
    "KeyRejected",
    "KeyReused",
    "LeaseLost",
    "MarketplaceBusy",
    "MarketplaceError",
    "MarketplaceTimeout",
    "MarketplaceUnreachable",
    "NotConfigured",
    "NotMigrated",
    "NotPermitted",
    "ObjectLocked",
    "ObjectNotFound",
    "OrderClosed",
    "OutputEmpty",
    "OutputInvalid",
    "OutputRefused",
    "OutputUnsafe",
    "PayerConflict",
    "PaymentMismatch",
    "PriceChanged",
    "ProviderBadReply",
    "ProviderError",
    "ProviderRefused",
    "ProviderUnreachable",
    "ReplyTooLarge",
    "RequestRejected",
    "RunClosed",
    "ShareAIError",
    "StreamBroken",
    "TooManySearches",
    "UnknownAction",
    "error_classes",
]
