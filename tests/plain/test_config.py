"""What the scripts are told about a form."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from shareai_cms import metering
from shareai_cms.models import AccountPermission, SiteAccount
from tests.plain.conftest import config
from tests.plain.models import Article, Offer, Shop
from tests.plain.people import hire


def names(data: dict[str, Any]) -> dict[str, str]:
    return {field["name"]: field["kind"] for field in data["fields"]}


class TestFields:
    def test_are_those_that_hold_prose(self, author: User, article: Article) -> None:
        """Not slug, address, choice, password, code, a read-only field, or what EXCLUDED_FIELDS names."""
        assert names(config(author, article)) == {
            "title": "text",
            "summary": "text",
            "body": "textarea",
            "passages-*-heading": "text",
            "passages-*-text": "textarea",
            "remarks-*-text": "textarea",
        }

    def test_are_the_same_before_the_object_is_saved(self, author: User, article: Article) -> None:
        assert names(config(author)) == names(config(author, article))

    def test_are_labelled_as_in_the_form(self, author: User) -> None:
        labels = {field["name"]: field["label"] for field in config(author)["fields"]}
        assert labels["summary"] == "Summary"
        assert labels["passages-*-text"] == "passage: Text"

    def test_of_an_inline_are_for_people_who_may_change_its_rows(self, author: User, article: Article) -> None:
        newsroom = author.groups.get(name="Newsroom")
        newsroom.permissions.remove(*Permission.objects.filter(codename__in=("add_remark", "change_remark")))
        assert "remarks-*-text" not in names(config(author, article))

    def test_that_are_excluded_by_name_are_left_out_everywhere(self, author: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EXCLUDED_FIELDS": ["text", "plain.article.body"]}
        assert {"body", "passages-*-text", "remarks-*-text"} & set(names(config(author))) == set()


class TestTheForm:
    def test_of_an_object(self, author: User, article: Article) -> None:
        data = config(author, article)
        assert data["target"] == {"type": "plain.article", "id": str(article.pk), "parent": ""}
        assert data["allowance"]["text"] == "50 of 50 writing actions left"
        assert data["urls"]["run"] == "/shareai/actions/__slug__/"
        assert (data["problem"], data["locked"]) == (None, None)
        assert data["csrf_header"].lower() == "x-csrftoken"

    def test_of_an_object_being_added(self, author: User) -> None:
        assert config(author)["target"]["id"] == ""

    def test_has_nothing_of_wagtails(self, author: User) -> None:
        data = config(author)
        files = [file for kind in data["assets"].values() for file in kind["js"]]
        assert not [file for file in files if "wagtail" in file or "draftail" in file]
        assert "pick" not in data["urls"]


class TestWhoMayNot:
    def test_people_without_the_right_to_ai(self, intern: User, article: Article) -> None:
        article.owner = intern
        article.save()
        assert config(intern, article) == {"can_use": False}
        assert config(intern) == {"can_use": False}

    def test_people_who_may_not_change_this_object(self, author: User, article: Article) -> None:
        Article.objects.update(owner=None, status=Article.Status.READY)
        assert config(author, article) == {"can_use": False}

    def test_people_who_may_not_see_it(self, author: User, article: Article) -> None:
        Article.objects.update(owner=None)
        assert config(author, article) == {"can_use": False}

    def test_people_who_may_change_but_not_add(self, author: User, article: Article) -> None:
        author.groups.get(name="Newsroom").permissions.remove(Permission.objects.get(codename="add_article"))
        assert config(author) == {"can_use": False}
        assert config(author, article)["can_use"] is True


class TestWhoPays:
    def open(self, reference: str, label: str = "") -> SiteAccount:
        return metering.open_account(platform="django", reference=reference, label=label)

    def test_the_only_account_there_is(self, author: User, article: Article) -> None:
        self.open("magazine", "The Magazine")
        assert config(author, article)["account"]["label"] == "The Magazine"

    def test_nobody_when_there_are_several_and_nothing_says_which(self, author: User, article: Article) -> None:
        self.open("magazine"), self.open("journal")
        data = config(author, article)
        assert data["problem"]["code"] == "account_unclear"
        assert (data["account"], data["allowance"]) == (None, None)

    def test_which_is_nothing_to_people_without_ai(self, intern: User) -> None:
        self.open("magazine"), self.open("journal")
        assert config(intern) == {"can_use": False}

    def test_the_site_that_the_object_names(self, author: User) -> None:
        self.open("magazine"), self.open("journal")
        shop = Shop.objects.create(name="Chandlery")
        offer = Offer.objects.create(shareai_site=shop, text="Rope, half price.")
        assert config(author, offer, "offer")["account"]["label"] == "Chandlery"
        assert SiteAccount.objects.get(label="Chandlery").reference == str(shop.pk)

    def test_no_site_is_made_up_for_an_object_that_has_none_yet(self, author: User) -> None:
        config(author, model="offer")
        assert list(SiteAccount.objects.values_list("reference", flat=True)) == ["default"]

    def test_only_who_may_use_that_account(self, db: None) -> None:
        person = hire("guest", may_use_ai=False)
        mine, other = Shop.objects.create(name="Mine"), Shop.objects.create(name="Other")
        account = self.open(str(mine.pk))
        AccountPermission.objects.create(group=person.groups.get(), permission="use", account=account)
        offers = [Offer.objects.create(shareai_site=shop, text="Rope.") for shop in (mine, other)]
        assert [config(person, offer, "offer")["can_use"] for offer in offers] == [True, False]

    @pytest.mark.parametrize("status", [SiteAccount.Status.SUSPENDED])
    def test_not_an_account_that_is_suspended(self, author: User, status: str) -> None:
        SiteAccount.objects.filter(pk=self.open("magazine").pk).update(status=status)
        assert config(author)["problem"]["code"] == "account_suspended"
