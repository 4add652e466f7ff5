from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import override_settings
from django.utils import translation

from shareai_cms import metering
from shareai_cms.metering.meters import all_meters, allowance_text, limited_meters, resets_text, units_text
from shareai_cms.models import SiteAccount
from tests.metering.world import World, utc

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]


class TestAllowance:
    def test_says_what_is_left_of_what_until_when(self, world: World) -> None:
        world.spend(2)
        world.hold(3)
        metering.freeze(world.grant(4), now=world.now)
        assert world.left == metering.Allowance(
            meter="writing",
            available=5,
            held=3,
            frozen=4,
            spent=2,
            resets_at=utc(2026, 4, 1),
            time_zone="UTC",
        )
        assert (world.left.left, world.left.total) == (5, 10)

    def test_total_grows_with_a_purchase_and_not_with_use(self, world: World) -> None:
        world.spend(4)
        world.grant(20)
        assert world.left.total == 30
        world.spend(12)
        assert world.left.total == 30

    def test_is_asked_in_one_query(self, world: World, django_assert_num_queries: object) -> None:
        account = SiteAccount.objects.select_related("wallet").get(pk=world.account.pk)
        metering.allowance(account, now=world.now)
        with django_assert_num_queries(1):
            metering.allowance(account, now=world.now)
        with django_assert_num_queries(1):
            metering.allowance_of(account, "writing", now=world.now)

    def test_shows_every_meter_with_a_limit(self, world: World) -> None:
        seen = metering.allowance(world.account, now=world.now)
        assert [(one.meter, one.left) for one in seen] == [("writing", 10), ("products", 0), ("searches", 0)]

    def test_is_the_same_for_all_accounts_of_a_wallet(self, world: World) -> None:
        world.spend(3)
        other = metering.allowance_of(world.another_account(), "writing", now=world.now)
        assert other == world.left

    def test_has_the_reset_in_the_wallets_zone(self) -> None:
        world = World(time_zone="Asia/Tokyo", writing=10)
        assert world.left.resets_at == utc(2026, 3, 31, 15)
        assert resets_text(world.left.resets_at, world.left.time_zone) == "Resets on 1 April 2026"
        assert replace(world.left, time_zone="UTC") != world.left


class TestWords:
    @pytest.mark.parametrize(
        ("meter", "one", "many"),
        [
            ("writing", "1 writing action", "3 writing actions"),
            ("products", "1 product enrichment", "3 product enrichments"),
            ("searches", "1 search", "3 searches"),
            ("indexing", "1 indexed passage", "3 indexed passages"),
        ],
    )
    def test_of_a_number_of_units(self, meter: str, one: str, many: str) -> None:
        assert (units_text(meter, 1), units_text(meter, 3)) == (one, many)

    def test_of_what_is_left(self) -> None:
        assert allowance_text("writing", 49, 50) == "49 of 50 writing actions left"

    @override_settings(USE_THOUSAND_SEPARATOR=True)
    def test_write_numbers_as_the_language_does(self) -> None:
        with translation.override("de"):
            assert units_text("writing", 12500).startswith("12.500 ")

    @override_settings(SHAREAI_CMS={"METERS": {"writing": {"singular": "100% idea", "plural": "100% ideas"}}})
    def test_may_be_the_sites_own(self) -> None:
        assert (units_text("writing", 1), units_text("writing", 2)) == ("1 100% idea", "2 100% ideas")
        assert units_text("products", 2) == "2 product enrichments"

    @override_settings(SHAREAI_CMS={"METERS": {"letters": {"singular": "letter", "plural": "letters"}}})
    def test_of_a_meter_that_the_site_declares(self) -> None:
        assert units_text("letters", 2) == "2 letters"
        assert [meter.slug for meter in limited_meters()] == ["writing", "products", "searches", "letters"]

    def test_of_the_dashboard_leave_indexing_out(self) -> None:
        assert "indexing" in all_meters()
        assert "indexing" not in [meter.slug for meter in limited_meters()]
