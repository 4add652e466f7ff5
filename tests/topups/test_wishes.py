"""Somebody who may not buy asks those who may: one mail to each, however often they click."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone

from shareai_cms.errors import InvalidRequest, NotPermitted
from shareai_cms.models import Letter, SiteAccount
from shareai_cms.permissions import Actor
from shareai_cms.topups import WishState, wish
from tests.topups.post import html_of, only_mail, sent, take_mail_away
from tests.topups.shop import Shop, buyer_for

pytestmark = [pytest.mark.ledger, pytest.mark.django_db(transaction=True)]

PATH = "/admin/pages/7/edit/"


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    cache.clear()
    shop = Shop(writing=10, now=timezone.now())
    SiteAccount.objects.filter(pk=shop.account.pk).update(label="Harbour Press")
    shop.account.refresh_from_db()
    return shop


@pytest.fixture
def editor(shop: Shop) -> Actor:
    user = buyer_for(shop.account, "use")
    User.objects.filter(pk=user.pk).update(first_name="Ada", last_name="Lowe")
    user.refresh_from_db()
    return Actor.from_user(user)


class TestAWish:
    def test_is_brought_to_those_who_may_buy(self, shop: Shop, editor: Actor) -> None:
        assert wish(shop.account, editor, PATH) == WishState.SENT
        message = only_mail()
        assert message.to == [shop.user.email]
        assert message.subject == "Ada Lowe asks for more AI units for Harbour Press"
        for said in ("Ada Lowe", "10 of 10 writing actions left", f"http://127.0.0.1:8000{PATH}"):
            assert said in message.body
            assert said in html_of(message)

    def test_is_one_mail_however_often_it_is_clicked(self, shop: Shop, editor: Actor) -> None:
        states = [wish(shop.account, editor, path) for path in (PATH, PATH, "/admin/pages/8/edit/")]
        assert states == [WishState.SENT, WishState.ALREADY_ASKED, WishState.ALREADY_ASKED]
        assert len(sent()) == 1

    def test_may_be_said_again_after_a_top_up_and_in_the_next_period(self, shop: Shop, editor: Actor) -> None:
        wish(shop.account, editor, now=shop.now)
        shop.pay()
        assert wish(shop.account, editor, now=shop.now) == WishState.SENT
        shop.pass_time(days=32)
        assert wish(shop.account, editor, now=shop.now) == WishState.SENT
        assert wish(shop.account, editor, now=shop.now) == WishState.ALREADY_ASKED

    def test_of_another_person_or_site_is_another_one(self, shop: Shop, editor: Actor) -> None:
        wish(shop.account, editor)
        assert wish(shop.account, Actor.from_user(buyer_for(shop.account, "use"))) == WishState.SENT
        other = shop.another_account()
        both = buyer_for(other, "use")
        buyer_for(other)
        assert wish(other, Actor.from_user(both)) == WishState.SENT

    def test_reaches_who_may_buy_since_then(self, shop: Shop, editor: Actor) -> None:
        wish(shop.account, editor)
        later = buyer_for(shop.account)
        assert wish(shop.account, editor) == WishState.SENT
        assert sent()[-1].to == [later.email]
        assert len(sent()) == 2

    def test_that_nobody_can_hear_is_said_to_be_so(self, shop: Shop, editor: Actor) -> None:
        User.objects.filter(pk=shop.user.pk).update(email="")
        assert wish(shop.account, editor) == WishState.NOBODY
        User.objects.filter(pk=shop.user.pk).update(email="b@example.com", is_active=False)
        assert wish(shop.account, editor) == WishState.NOBODY
        assert not Letter.objects.exists()

    def test_is_kept_while_the_mail_server_is_away(self, shop: Shop, editor: Actor, settings: Any) -> None:
        take_mail_away(settings)
        assert wish(shop.account, editor) == WishState.SENT
        assert Letter.objects.get().error == "ConnectionRefusedError"
        assert wish(shop.account, editor) == WishState.ALREADY_ASKED

    @pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "/x\r\nBcc: eve@example.com", ""])
    def test_leads_nowhere_else(self, shop: Shop, editor: Actor, path: str) -> None:
        wish(shop.account, editor, path)
        message = only_mail()
        assert "evil" not in message.body + html_of(message)
        assert "Where they were" not in message.body
        assert message.recipients() == [shop.user.email]

    def test_is_not_for_who_may_not_use_ai(self, shop: Shop) -> None:
        with pytest.raises(NotPermitted):
            wish(shop.account, Actor.from_user(User.objects.create_user("nobody")))

    def test_is_not_for_who_may_buy(self, shop: Shop) -> None:
        with pytest.raises(InvalidRequest):
            wish(shop.account, Actor.from_user(buyer_for(shop.account, "use", "buy")))

    def test_is_answered_in_translatable_words(self) -> None:
        assert all(str(state.label).endswith(".") for state in WishState)
