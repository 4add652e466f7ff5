from __future__ import annotations

import pytest

from shareai_cms.errors import NotConfigured
from shareai_cms.marketplace import connection_for, keys
from shareai_cms.models import SiteAccount
from tests.marketplace.conftest import KEY, Configure


def an_account(environment: str = "production", key: str = "") -> SiteAccount:
    return SiteAccount(
        platform="wagtail", reference="1", environment=environment, encrypted_key=keys.encrypt(key) if key else ""
    )


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHAREAI_API_KEY", raising=False)


class TestTheKey:
    def test_of_the_account_wins(self, configure: Configure) -> None:
        configure(ENVIRONMENT="production", API_KEY="sk-of-the-agency")
        assert connection_for(an_account(key=KEY)).api_key == KEY

    @pytest.mark.parametrize("account", [None, an_account])
    def test_of_the_installation_is_the_default(self, configure: Configure, account: object) -> None:
        configure(ENVIRONMENT="production", API_KEY="sk-of-the-agency")
        assert connection_for(account() if callable(account) else None).api_key == "sk-of-the-agency"

    def test_may_come_from_the_environment_with_a_line_end(
        self, configure: Configure, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configure(ENVIRONMENT="production")
        monkeypatch.setenv("SHAREAI_API_KEY", "sk-from-a-file\n")
        assert connection_for(None).api_key == "sk-from-a-file"

    @pytest.mark.parametrize("environment", ["production", "staging"])
    @pytest.mark.parametrize("key", [None, "", "  "])
    def test_that_is_missing_is_refused(self, configure: Configure, environment: str, key: str | None) -> None:
        configure(ENVIRONMENT=environment, API_KEY=key)
        with pytest.raises(NotConfigured, match="There is no ShareAI key: set SHAREAI_API_KEY in the environment, or"):
            connection_for(an_account(environment))

    def test_that_cannot_be_read_is_not_passed_over(self, configure: Configure) -> None:
        configure(ENVIRONMENT="production", API_KEY="sk-of-the-agency")
        account = an_account()
        account.encrypted_key = "nonsense"
        with pytest.raises(NotConfigured, match="cannot be decrypted"):
            connection_for(account)


class TestTheSandbox:
    @pytest.mark.parametrize("environment", [None, "sandbox", "prodcution"])
    def test_is_where_everything_but_production_and_staging_goes(
        self, configure: Configure, environment: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SHAREAI_ENVIRONMENT", raising=False)
        configure(ENVIRONMENT=environment, SANDBOX_URL="http://127.0.0.1:1/api/v1/")
        connection = connection_for(None)
        assert connection.base_url == "http://127.0.0.1:1/api/v1"
        assert connection.is_sandbox

    def test_needs_no_key(self, configure: Configure) -> None:
        configure(ENVIRONMENT="sandbox")
        assert connection_for(None).api_key == "sandbox"

    def test_is_never_given_the_installation_s_key(self, configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SHAREAI_API_KEY", "sk-from-the-environment")
        configure(ENVIRONMENT="sandbox", API_KEY="sk-of-the-agency")
        assert connection_for(an_account("sandbox")).api_key == "sandbox"

    def test_takes_the_key_of_its_own_accounts(self, configure: Configure) -> None:
        configure(ENVIRONMENT="sandbox", API_KEY="another")
        assert connection_for(an_account("sandbox", key="wrong")).api_key == "wrong"

    def test_is_never_given_a_live_site_s_key(self, configure: Configure) -> None:
        configure(ENVIRONMENT="sandbox")
        assert connection_for(an_account("production", key=KEY)).api_key == "sandbox"

    def test_does_not_need_to_read_a_live_site_s_key(self, configure: Configure) -> None:
        configure(ENVIRONMENT="sandbox")
        account = an_account("production")
        account.encrypted_key = "from another machine"
        assert connection_for(account).api_key == "sandbox"


class TestTheRest:
    def test_comes_from_the_settings(self, configure: Configure) -> None:
        configure(
            ENVIRONMENT="staging",
            API_KEY=KEY,
            BASE_URL="https://api.example/v1/",
            EXTRA_HEADERS={"X-Team": "web"},
            EXTRA_BODY={"top_p": 1},
        )
        connection = connection_for(None)
        assert (connection.base_url, connection.is_sandbox) == ("https://api.example/v1", False)
        assert (connection.headers, connection.body) == ({"X-Team": "web"}, {"top_p": 1})
