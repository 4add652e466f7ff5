"""Buying inside Django's own admin, without Wagtail and under a strict content security policy."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User

from shareai_cms.models import AccountPermission, Bundle, Order
from tests.plain.conftest import signed_in
from tests.plain.people import account
from tests.services import SandboxProcess


@pytest.fixture
def buyer(db: None) -> User:
    user = User.objects.create_user("buyer", is_staff=True)
    group = Group.objects.create(name="Buyers")
    AccountPermission.objects.create(group=group, permission="buy")
    user.groups.add(group)
    return user


@pytest.fixture
def bundle(db: None) -> Bundle:
    bundle = Bundle.objects.create(name="A hundred texts", price_minor=900, currency="EUR")
    bundle.contents.create(meter="writing", units=100)
    return bundle


def page(answer: Any) -> BeautifulSoup:
    assert answer.status_code == 200
    found = BeautifulSoup(answer.content, "html.parser")
    assert found.select_one("#header, #site-name"), "not inside the admin"
    ours = found.select_one(".shareai-page")
    assert ours is not None
    assert not ours.select("[style], style, script:not([src])")
    return found


def test_goes_from_the_shelf_to_the_receipt(buyer: User, bundle: Bundle, sandbox: SandboxProcess) -> None:
    account()
    client = signed_in(buyer)
    shelf = page(client.get("/shareai/topups/"))
    link = shelf.select_one(".shareai-card__buy a")
    assert link is not None
    confirm = page(client.get(str(link["href"])))
    fields = {field["name"]: field.get("value", "") for field in confirm.select(".shareai-confirm__form input")}
    answer = client.post(f"/shareai/topups/{bundle.pk}/", fields)
    order = Order.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, order.checkout_url)
    sandbox.checkout(order.session_ref, "pay")
    text = page(client.get(f"/shareai/orders/{order.number}/?back=1")).get_text(" ")
    assert "The units are added" in text
    assert order.number in page(client.get("/shareai/orders/")).get_text(" ")
