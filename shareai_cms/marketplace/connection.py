"""Where a call goes and with which key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shareai_cms.conf import SANDBOX, conf
from shareai_cms.errors import NotConfigured
from shareai_cms.models import SiteAccount

#: What the sandbox is given when no key is set; it takes any.
SANDBOX_KEY = "sandbox"


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One address with one key. Whatever may hold a secret stays out of its ``repr``."""

    base_url: str
    api_key: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    is_sandbox: bool = False


def connection_for(account: SiteAccount | None) -> Connection:
    """The marketplace as this account reaches it: with its own key, else with the installation's.

    The sandbox is never given the installation's key.

    Raises ``NotConfigured`` when there is no key, or when the stored one cannot be read.
    """
    return Connection(
        base_url=conf.base_url,
        api_key=_key_for(account),
        headers=conf.extra_headers,
        body=conf.extra_body,
        is_sandbox=conf.is_sandbox,
    )


def _key_for(account: SiteAccount | None) -> str:
    key = _own_key(account)
    if conf.is_sandbox:
        # Whatever listens there, the installation's live key is none of its business.
        return key or SANDBOX_KEY
    key = key or conf.api_key.strip()
    if key:
        return key
    raise NotConfigured("There is no ShareAI key: set SHAREAI_API_KEY in the environment, or save one for this site.")


def _own_key(account: SiteAccount | None) -> str:
    if account is None or not account.encrypted_key:
        return ""
    if conf.is_sandbox and account.environment != SANDBOX:
        # A copied database on somebody's laptop: a live key must neither be needed nor go to the sandbox.
        return ""
    from shareai_cms.marketplace.keys import decrypt  # brings the cryptography, which only such a key needs

    return decrypt(account.encrypted_key).strip()
