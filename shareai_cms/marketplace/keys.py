"""Keeps the ShareAI keys of single sites encrypted in the database."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from shareai_cms.conf import conf
from shareai_cms.errors import NotConfigured

# Part of the stored format: changing it makes every stored key unreadable.
_PURPOSE = b"shareai_cms.marketplace.keys"


def encrypt(text: str) -> str:
    """Encrypt a key for ``SiteAccount.encrypted_key``, always with the newest encryption key."""
    return _cipher().encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """Read a stored key back. Raises ``NotConfigured`` when no encryption key of this site fits."""
    try:
        return _cipher().decrypt(token.encode()).decode()
    except InvalidToken:
        pass
    raise NotConfigured(_UNREADABLE)


def rotate(token: str) -> str:
    """Encrypt a stored key again with the newest encryption key, so that older ones can be retired."""
    try:
        return _cipher().rotate(token.encode()).decode("ascii")
    except InvalidToken:
        pass
    raise NotConfigured(_UNREADABLE)


_UNREADABLE = (
    "The stored ShareAI key cannot be decrypted: SECRET_KEY or ENCRYPTION_KEYS changed since it was saved. "
    "Bring the old value back, or enter the ShareAI key again."
)


def _cipher() -> MultiFernet:
    # The derived keys come last, so a site can move from SECRET_KEY to keys of its own without entering
    # every ShareAI key again.
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([*_configured(), *(_derived(secret) for secret in secrets)])


def _configured() -> list[Fernet]:
    return [_fernet(key, position) for position, key in enumerate(conf.encryption_keys, start=1)]


def _fernet(key: str, position: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        pass
    # Said outside the handler: the original error would carry the key along.
    raise NotConfigured(f"ENCRYPTION_KEYS: entry {position} is not a Fernet key (Fernet.generate_key() makes one).")


def _derived(secret: str | bytes) -> Fernet:
    material = secret if isinstance(secret, bytes) else secret.encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(material)
    return Fernet(base64.urlsafe_b64encode(key))
