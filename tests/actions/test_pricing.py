"""What takes units: buttons, and visitors' searches where the site has them."""

from __future__ import annotations

from typing import Any

import pytest

from shareai_cms.actions.pricing import feature_names, priced, used_meters
from shareai_cms.models import SiteAccount
from shareai_cms.reports import explain
from shareai_cms.topups.bundles import offers
from tests.reports.world import site
from tests.views.buying import bundle_of


class TestSearches:
    def test_are_priced_beside_the_buttons(self) -> None:
        prices = {each.slug: (each.meter, each.offers[0].units) for each in priced()}
        assert prices["search"] == ("searches", 1)
        assert prices["answer"] == ("searches", 5)
        assert prices["rewrite"] == ("writing", 1)
        assert used_meters() == {"writing", "products", "searches"}

    def test_are_of_no_use_where_they_are_off(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH": False}
        assert not {"search", "answer"} & {each.slug for each in priced()}
        assert used_meters() == {"writing", "products"}

    def test_offer_no_answers_where_those_are_off(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH_ANSWERS": False}
        assert "answer" not in {each.slug for each in priced()}
        assert "searches" in used_meters()

    def test_keep_their_names_in_old_rows(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH": False}
        assert feature_names()["answer"] == "Answer with sources"
        assert feature_names()["search"] == "Search by meaning"


@pytest.mark.django_db
class TestBundles:
    def test_of_searches_are_sold_where_there_are_searches(self, settings: Any) -> None:
        bundle_of(500, searches=1_000)
        assert [offer.lines for offer in offers()] == [("1000 searches",)]
        settings.SHAREAI_CMS = {"SEARCH": False}
        assert offers() == []


@pytest.mark.django_db
class TestTheExplanation:
    @pytest.fixture
    def press(self) -> SiteAccount:
        return site("Press")

    def test_says_what_searches_take(self, press: SiteAccount) -> None:
        [meter] = [each for each in explain(press).meters if each.name == "searches"]
        assert [(price.action, price.routes[0][1]) for price in meter.prices] == [
            ("A search by meaning that was not asked before", "1 search"),
            ("Answer with sources", "5 searches"),
        ]
        rules = {rule.what: rule.units for rule in explain(press).rules}
        assert rules["A search was asked before, or was answered by its words alone."] == "none"
        assert rules["An answer came and says that the site does not hold it."] == "all"

    def test_is_silent_about_them_where_they_are_off(self, press: SiteAccount, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH": False}
        told = explain(press)
        assert "searches" not in [each.name for each in told.meters]
        assert not [rule for rule in told.rules if "search" in rule.what]
