"""Who holds a right, asked the other way round: the people of an account."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User

from shareai_cms.models import AccountPermission, SiteAccount
from shareai_cms.permissions import BUY, people_with
from tests.metering.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> SiteAccount:
    return World().account


def person(name: str, *groups: Group, **fields: bool) -> User:
    user = User.objects.create_user(name, **fields)
    user.groups.set(groups)
    return user


def group(name: str, account: SiteAccount | None, right: str = BUY) -> Group:
    made = Group.objects.create(name=name)
    AccountPermission.objects.create(group=made, account=account, permission=right)
    return made


class TestThePeople:
    def test_hold_the_right_there_or_everywhere_and_are_named_once(self, account: SiteAccount) -> None:
        here, everywhere = group("here", account), group("everywhere", None)
        ida, bea = person("ida", here, everywhere), person("bea", everywhere)
        assert list(people_with(BUY, account)) == [bea, ida]

    def test_are_not_those_of_another_site_or_right(self, account: SiteAccount) -> None:
        person("there", group("there", World().account))
        person("uses", group("uses", account, "use"))
        assert not people_with(BUY, account)

    def test_are_active_and_no_superusers_without_a_group(self, account: SiteAccount) -> None:
        here = group("here", account)
        person("gone", here, is_active=False)
        person("root", is_superuser=True)
        member = person("member", here, is_superuser=True)
        assert list(people_with(BUY, account)) == [member]

    def test_are_nobody_where_users_have_no_groups(self, account: SiteAccount, monkeypatch: pytest.MonkeyPatch) -> None:
        person("ida", group("here", account))
        monkeypatch.delattr(User, "groups")
        assert not people_with(BUY, account)
