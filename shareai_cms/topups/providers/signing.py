"""The signature of ShareAI's webhooks: ``t=<unix>,v1=<HMAC-SHA256 of "t.rawbody">``, as Stripe's is made."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable

from shareai_cms.errors import ForgedWebhook
from shareai_cms.topups.providers.base import TOLERANCE


def sign(body: bytes, secret: str, *, moment: int | None = None) -> str:
    """The header for a body, at a Unix time in seconds."""
    stamp = int(time.time()) if moment is None else moment
    return f"t={stamp},v1={_digest(body, secret, str(stamp))}"


def check(body: bytes, header: str, secrets: Iterable[str], *, now: float | None = None) -> None:
    """Raise ``ForgedWebhook`` unless one of the secrets has signed the body within the last five minutes."""
    parts = [part.strip().partition("=")[::2] for part in header.split(",")]
    stamp = next((value for name, value in parts if name == "t"), "")
    given = [value for name, value in parts if name == "v1"]
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 13 and given):
        raise ForgedWebhook("the signature is missing or not of the documented form")
    wanted = [_digest(body, secret, stamp) for secret in secrets if secret]
    if not wanted:
        raise ForgedWebhook("there is no secret to check the signature with")
    # Every pair is compared, each in constant time.
    matches = [hmac.compare_digest(one.encode(), other.encode()) for one in wanted for other in given]
    if not any(matches):
        raise ForgedWebhook("no secret of ours made the signature")
    if abs((time.time() if now is None else now) - int(stamp)) > TOLERANCE:
        raise ForgedWebhook(f"the signature is more than {TOLERANCE} s old")


def _digest(body: bytes, secret: str, stamp: str) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, "sha256").hexdigest()
