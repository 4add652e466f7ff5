from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet

from shareai_cms.errors import NotConfigured
from shareai_cms.marketplace import keys
from tests.marketplace.conftest import KEY, Configure

FIRST, SECOND = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class TestAStoredKey:
    @pytest.mark.parametrize("text", [KEY, "", "naïve €", "x" * 10_000])
    def test_is_read_back(self, configure: Configure, text: str) -> None:
        assert keys.decrypt(keys.encrypt(text)) == text

    def test_is_not_legible_and_never_twice_the_same(self, configure: Configure) -> None:
        tokens = {keys.encrypt(KEY) for _ in range(3)}
        assert len(tokens) == 3
        assert not any(KEY in token for token in tokens)

    def test_is_bound_to_the_secret_key_of_the_site(self, configure: Configure, settings: Any) -> None:
        token = keys.encrypt(KEY)
        settings.SECRET_KEY = "another one, 0123456789-0123456789-0123456789-0123456789"
        with pytest.raises(NotConfigured, match=r"The stored ShareAI key cannot be decrypted: SECRET_KEY or") as caught:
            keys.decrypt(token)
        assert caught.value.detail.endswith("Bring the old value back, or enter the ShareAI key again.")

    def test_outlives_a_change_of_the_secret_key_with_a_fallback(self, configure: Configure, settings: Any) -> None:
        token = keys.encrypt(KEY)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = b"another one, 0123456789-0123456789-0123456789-0123456789"
        assert keys.decrypt(token) == KEY

    def test_outlives_the_move_to_keys_of_its_own(self, configure: Configure) -> None:
        token = keys.encrypt(KEY)
        configure(ENCRYPTION_KEYS=[FIRST])
        assert keys.decrypt(token) == KEY

    @pytest.mark.parametrize("token", ["", "nonsense", "gAAAA", "ü"])
    def test_that_is_damaged_says_so(self, configure: Configure, token: str) -> None:
        with pytest.raises(NotConfigured, match="cannot be decrypted"):
            keys.decrypt(token)


class TestRotation:
    def test_old_keys_still_read(self, configure: Configure) -> None:
        configure(ENCRYPTION_KEYS=[FIRST])
        token = keys.encrypt(KEY)
        configure(ENCRYPTION_KEYS=[SECOND, FIRST])
        assert keys.decrypt(token) == KEY

    def test_writes_with_the_newest(self, configure: Configure) -> None:
        configure(ENCRYPTION_KEYS=[FIRST])
        token = keys.encrypt(KEY)
        configure(ENCRYPTION_KEYS=[SECOND, FIRST])
        token = keys.rotate(token)
        configure(ENCRYPTION_KEYS=[SECOND])
        assert keys.decrypt(token) == KEY

    def test_a_retired_key_reads_no_more(self, configure: Configure) -> None:
        configure(ENCRYPTION_KEYS=[FIRST])
        token = keys.encrypt(KEY)
        configure(ENCRYPTION_KEYS=[SECOND])
        for read in (keys.decrypt, keys.rotate):
            with pytest.raises(NotConfigured, match="cannot be decrypted"):
                read(token)


class TestAnEncryptionKeyOfTheWrongForm:
    @pytest.mark.parametrize("wrong", ["short", "not base64!", "", "ü" * 44])
    def test_is_named_by_its_place_alone(self, configure: Configure, wrong: str) -> None:
        configure(ENCRYPTION_KEYS=[FIRST, wrong])
        with pytest.raises(NotConfigured, match="ENCRYPTION_KEYS: entry 2 is not a Fernet key") as caught:
            keys.encrypt(KEY)
        assert caught.value.__context__ is None
