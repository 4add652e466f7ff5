from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.db import connection

from shareai_cms.marketplace.keys import decrypt, encrypt
from shareai_cms.models import Budget, Plan, SiteAccount
from tests.integrations.wagtail.conftest import signed_in
from tests.integrations.wagtail.desk import account_data, at, wallet_data, words
from tests.marketplace.peer import Peer, whole

KEY = "sk-the-secret-key-of-the-shop"


class TestWhoMayDoWhat:
    def test_who_manages_nothing_sees_none_of_it(self, desk: SimpleNamespace, editor: User) -> None:
        client = signed_in(editor)
        for name, args in (
            ("settings", ()),
            ("account", (desk.shop.pk,)),
            ("account_rights", (desk.shop.pk,)),
            ("wallet", (desk.shop.wallet_id,)),
            ("add_budget", (desk.shop.wallet_id,)),
            ("plans", ()),
            ("plan", (desk.shop.wallet.plan_id,)),
            ("add_plan", ()),
        ):
            assert client.get(at(name, *args))["Location"] == "/admin/", name
            assert client.post(at(name, *args), {}).status_code in (302, 405), name

    def test_a_client_finds_nothing_of_another(self, desk: SimpleNamespace) -> None:
        client = signed_in(desk.client)
        assert "Press" not in words(client.get(at("settings"))).replace("Harbour Press", "")
        budget = Budget.objects.create(
            wallet=desk.press.wallet, meter="writing", scope="account", reference="1", limit=5
        )
        for name, args in (
            ("account", (desk.press.pk,)),
            ("account_key", (desk.press.pk,)),
            ("account_rights", (desk.press.pk,)),
            ("wallet", (desk.press.wallet_id,)),
            ("add_budget", (desk.press.wallet_id,)),
            ("budget", (desk.press.wallet_id, budget.pk)),
            ("budget", (desk.shop.wallet_id, budget.pk)),
        ):
            for response in (client.get(at(name, *args)), client.post(at(name, *args), {"remove": "1"})):
                assert response.status_code == 404, name
        assert Budget.objects.filter(pk=budget.pk).exists()

    def test_a_client_may_not_give_themselves_more(self, desk: SimpleNamespace) -> None:
        client = signed_in(desk.client)
        large = Plan.objects.create(slug="large", name="Large")
        client.post(at("account", desk.shop.pk), account_data(desk.shop, payer="agency", status="closed", label="Mine"))
        response = client.post(
            at("wallet", desk.shop.wallet_id), wallet_data(desk.shop.wallet, plan=large.pk, anchor_day=9)
        )
        assert response["Location"] == "/admin/"
        shop = SiteAccount.objects.select_related("wallet").get(pk=desk.shop.pk)
        assert (shop.label, shop.payer, shop.status) == ("Mine", "client", "active")
        assert (shop.wallet.plan_id, shop.wallet.anchor_day) == (desk.shop.wallet.plan_id, 1)
        for name, args in (("plans", ()), ("add_plan", ()), ("plan", (large.pk,))):
            assert client.get(at(name, *args))["Location"] == "/admin/"
            assert client.post(at(name, *args), {"name": "x"}).status_code in (302, 405)

    def test_a_wallet_that_is_shared_is_for_who_manages_all_its_sites(
        self, desk: SimpleNamespace, manager: User
    ) -> None:
        SiteAccount.objects.filter(pk=desk.press.pk).update(wallet=desk.shop.wallet)
        assert signed_in(desk.client).get(at("wallet", desk.shop.wallet_id)).status_code == 404
        text = words(signed_in(desk.client).get(at("account", desk.shop.pk)))
        assert "shared with 1 other site" in text
        assert words(signed_in(manager).get(at("wallet", desk.shop.wallet_id)))

    def test_superusers_may_do_everything(self, desk: SimpleNamespace) -> None:
        client = signed_in(User.objects.create_superuser("root"))
        for name, args in (("account", (desk.shop.pk,)), ("wallet", (desk.shop.wallet_id,)), ("plans", ())):
            assert client.get(at(name, *args)).status_code == 200


class TestTheList:
    def test_says_who_pays_and_what_is_left(self, desk: SimpleNamespace, manager: User) -> None:
        text = words(signed_in(manager).get(at("settings")))
        assert "Press Sandbox the client, with its own ShareAI key" in text
        assert "50 of 50 writing actions left" in text
        assert "Plans" in text


class TestAnAccount:
    def test_is_edited(self, desk: SimpleNamespace, manager: User) -> None:
        response = signed_in(manager).post(
            at("account", desk.shop.pk), account_data(desk.shop, voice="Say you.", payer="agency", client="Rope Ltd")
        )
        assert response["Location"] == at("account", desk.shop.pk)
        shop = SiteAccount.objects.get(pk=desk.shop.pk)
        assert (shop.voice, shop.payer, shop.client) == ("Say you.", "agency", "Rope Ltd")

    def test_a_voice_that_is_too_long_is_refused_in_a_sentence(self, desk: SimpleNamespace, manager: User) -> None:
        response = signed_in(manager).post(at("account", desk.shop.pk), account_data(desk.shop, voice="x" * 2001))
        assert "at most 2000 characters" in words(response)
        assert "Nothing was saved." in words(response)
        assert SiteAccount.objects.get(pk=desk.shop.pk).voice == ""

    def test_saving_the_form_leaves_a_key_that_was_set_meanwhile(self, desk: SimpleNamespace, manager: User) -> None:
        client = signed_in(manager)
        client.get(at("account", desk.shop.pk))
        SiteAccount.objects.filter(pk=desk.shop.pk).update(encrypted_key=encrypt(KEY))
        client.post(at("account", desk.shop.pk), account_data(desk.shop, voice="Say you."))
        assert decrypt(SiteAccount.objects.get(pk=desk.shop.pk).encrypted_key) == KEY

    def test_leads_to_its_report_whatever_its_number(self, desk: SimpleNamespace, manager: User, settings: Any) -> None:
        settings.USE_THOUSAND_SEPARATOR = True
        account = SiteAccount.objects.get(pk=desk.shop.pk)
        account.pk, account.reference = 1_234, "many"
        account.save(force_insert=True)
        html = signed_in(manager).get(at("account", account.pk)).content.decode()
        assert html.count("?account=1234") == 3
        assert "1,234" not in html


class TestTheKey:
    @pytest.fixture
    def marketplace(self, settings: Any) -> Any:
        with Peer() as peer:
            settings.SHAREAI_CMS = {
                "ENVIRONMENT": "production",
                "BASE_URL": peer.url,
                "MAX_ATTEMPTS": 1,
            }
            SiteAccount.objects.update(environment="production")
            yield peer

    def save(self, user: User, account: SiteAccount, **data: str) -> Any:
        return signed_in(user).post(at("account_key", account.pk), data, follow=True)

    def stored(self, account: SiteAccount) -> str:
        return SiteAccount.objects.get(pk=account.pk).encrypted_key

    def test_is_tested_stored_encrypted_and_never_shown(self, desk: SimpleNamespace, marketplace: Peer) -> None:
        marketplace.then(whole({"valid": True, "assigned_models_count": 2}))
        response = self.save(desk.client, desk.shop, key=f"  {KEY}\n")
        assert "The key works and was saved." in words(response)
        assert decrypt(self.stored(desk.shop)) == KEY
        assert KEY not in self.stored(desk.shop)
        assert marketplace.requests[0].headers["authorization"] == f"Bearer {KEY}"
        for page in (response, signed_in(desk.client).get(at("account", desk.shop.pk))):
            assert KEY not in page.content.decode()
            assert self.stored(desk.shop) not in page.content.decode()

    def test_one_that_is_refused_is_not_stored_and_not_repeated(self, desk: SimpleNamespace, marketplace: Peer) -> None:
        marketplace.then(whole({}, 401))
        response = self.save(desk.client, desk.shop, key=KEY)
        assert "ShareAI does not accept this key." in words(response)
        assert KEY not in response.content.decode()
        assert self.stored(desk.shop) == ""

    def test_one_that_could_not_be_tested_is_not_stored(self, desk: SimpleNamespace, marketplace: Peer) -> None:
        marketplace.then(whole({}, 503))
        text = words(self.save(desk.client, desk.shop, key=KEY))
        assert "The key could not be tested, so it was not saved. The AI service is busy right now." in text
        assert self.stored(desk.shop) == ""

    def test_a_bad_one_leaves_the_old_one_in_place(self, desk: SimpleNamespace, marketplace: Peer) -> None:
        SiteAccount.objects.update(encrypted_key=encrypt("old"))
        marketplace.then(whole({}, 401))
        self.save(desk.client, desk.shop, key=KEY)
        assert decrypt(self.stored(desk.shop)) == "old"

    def test_without_models_it_warns(self, desk: SimpleNamespace, marketplace: Peer) -> None:
        marketplace.then(whole({"valid": True, "assigned_models_count": 0}))
        assert "no model is assigned to it yet" in words(self.save(desk.client, desk.shop, key=KEY))

    def test_is_removed(self, desk: SimpleNamespace, marketplace: Peer) -> None:
        SiteAccount.objects.update(encrypted_key=encrypt(KEY))
        assert "The key was removed." in words(self.save(desk.client, desk.shop, remove="1"))
        assert self.stored(desk.shop) == ""
        assert marketplace.requests == []

    @pytest.mark.parametrize(("key", "sentence"), [("", "Paste the key first."), ("a b", "A key has no spaces")])
    def test_what_is_no_key_is_not_sent(
        self, desk: SimpleNamespace, marketplace: Peer, key: str, sentence: str
    ) -> None:
        assert sentence in words(self.save(desk.client, desk.shop, key=key))
        assert marketplace.requests == []

    def test_is_asked_for_only_where_it_is_accepted(self, desk: SimpleNamespace) -> None:
        page = signed_in(desk.client).get(at("account", desk.shop.pk))
        assert "This site runs on the sandbox, which needs no key." in words(page)
        assert 'name="key"' not in page.content.decode()
        SiteAccount.objects.update(encrypted_key=encrypt(KEY))
        html = signed_in(desk.client).get(at("account", desk.shop.pk)).content.decode()
        assert 'name="remove"' in html
        assert 'name="key"' not in html

    def test_is_asked_for_on_the_live_site(self, desk: SimpleNamespace, marketplace: Peer) -> None:
        html = signed_in(desk.client).get(at("account", desk.shop.pk)).content.decode()
        assert 'name="key"' in html

    def test_a_live_key_is_not_given_to_the_sandbox(self, desk: SimpleNamespace) -> None:
        assert "This site runs on the sandbox" in words(self.save(desk.client, desk.shop, key=KEY))
        assert self.stored(desk.shop) == ""


class TestThePages:
    def test_hold_no_inline_script_or_style(self, desk: SimpleNamespace, manager: User) -> None:
        client = signed_in(manager)
        for name, args in (
            ("account", (desk.shop.pk,)),
            ("account_rights", (desk.shop.pk,)),
            ("wallet", (desk.shop.wallet_id,)),
            ("add_budget", (desk.shop.wallet_id,)),
            ("add_plan", ()),
        ):
            page = BeautifulSoup(client.get(at(name, *args)).content, "html.parser")
            ours = page.select_one(".shareai-settings")
            assert ours is not None
            assert not ours.select("[style], script, style"), name

    def test_forms_need_the_token(self, desk: SimpleNamespace, manager: User) -> None:
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(manager)
        assert client.post(at("account", desk.shop.pk), account_data(desk.shop)).status_code == 403

    def test_no_transaction_is_held_around_the_forms(self, desk: SimpleNamespace) -> None:
        from django.urls import resolve

        for name in ("account", "wallet", "plan", "account_key", "account_rights", "add_budget"):
            assert resolve(at(name, 1)).func._non_atomic_requests == {"default"}, name  # type: ignore[attr-defined]
        assert connection.settings_dict["ATOMIC_REQUESTS"] is False
