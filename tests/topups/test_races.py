"""Many processes, and killed ones, on one purchase; the settings of the run say on which database."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from tests.metering.crowd import send_crowd

pytestmark = pytest.mark.ledger

DELIVERIES = 20
MODULE = "tests.topups.crowds"


def race(scenario: str, **options: Any) -> dict[str, Any]:
    result = send_crowd(f"{MODULE}:{scenario}", settings.DATABASES["default"], **options)
    assert (result.pop("errors"), result.pop("first_error")) == (0, "")
    assert result.pop("findings") == []
    return result


def assert_one_grant(*, is_one_event: bool) -> float:
    result = race("same_payment", workers=DELIVERIES, is_one_event=is_one_event)
    assert result["answered"] == DELIVERIES
    assert (result["state"], result["grants"]) == ("fulfilled", {"writing": 100, "products": 100})
    assert (result["grant_rows"], result["balance"]["available"]) == (2, 100)
    if is_one_event:
        assert result["events"] == {"evt_paid_1": "processed"}
    return float(result["seconds"])


class TestTwentyDeliveriesAtOnce:
    @pytest.mark.parametrize("is_one_event", [True, False], ids=["of one message", "of twenty messages"])
    def test_bring_one_grant(self, is_one_event: bool) -> None:
        assert_one_grant(is_one_event=is_one_event)

    @pytest.mark.soak
    def test_bring_one_grant_ten_times_of_ten(self) -> None:
        seconds = [assert_one_grant(is_one_event=turn % 2 == 0) for turn in range(10)]
        print(f"\n{DELIVERIES} concurrent deliveries of one payment: one grant, 10 of 10, seconds each: {seconds}")


class TestManyAtOnce:
    def test_one_click_is_one_order(self) -> None:
        result = race("same_click", workers=DELIVERIES)
        assert result["orders"] == 1
        assert [count for name, count in result.items() if name.startswith("order-")] == [DELIVERIES]

    def test_payments_refunds_and_disputes_end_where_their_rows_say(self) -> None:
        result = race("everything_at_once", workers=12, turns=8)
        assert result["done"] == 12
        assert result["taken_back"] == result["expected"]
        assert result["balance"]["frozen"] == 0


#: Statements between two kills, and how many kills there are at least; `make soak` leaves none out.
SOME, ALL = (4, 5), (1, 20)


@pytest.mark.parametrize("kills", [SOME, pytest.param(ALL, marks=pytest.mark.soak)], ids=["some", "all"])
class TestKilled:
    def ends_of(self, kills: tuple[int, int], *kinds: str) -> list[dict[str, Any]]:
        stride, least = kills
        database = settings.DATABASES["default"]
        result = send_crowd(f"{MODULE}:kill_everywhere", database, kinds=list(kinds), stride=stride)
        ends = result["ends"]
        assert [end["killed"] for end in ends] == [True] * (len(ends) - 1) + [False]
        assert len(ends) > least
        print(f"\nkilled {len(ends) - 1} times while a message was taken in: {' and '.join(kinds)}")
        for end in ends:
            assert end["at_once"].pop("findings") == []
            assert end["healed"].pop("findings") == []
        return ends

    def test_between_paid_and_granted_loses_and_doubles_nothing(self, kills: tuple[int, int]) -> None:
        ends = self.ends_of(kills, "paid")
        assert {end["at_once"]["available"] for end in ends} == {0, 100}
        assert {"open", "fulfilled"} <= {end["at_once"]["state"] for end in ends} <= {"open", "paid", "fulfilled"}
        for end in ends:
            assert end["healed"] == {"available": 100, "frozen": 0, "topups": 2, "state": "fulfilled"}

    def test_while_a_refund_is_booked_takes_it_once(self, kills: tuple[int, int]) -> None:
        for end in self.ends_of(kills, "paid", "refund"):
            assert end["at_once"]["available"] in (70, 100)
            assert end["healed"] == {"available": 70, "frozen": 0, "topups": 2, "state": "fulfilled"}

    def test_while_a_dispute_is_booked_freezes_all_or_nothing(self, kills: tuple[int, int]) -> None:
        for end in self.ends_of(kills, "paid", "dispute"):
            assert (end["at_once"]["available"], end["at_once"]["frozen"]) in ((100, 0), (0, 100))
            assert end["healed"] == {"available": 0, "frozen": 100, "topups": 2, "state": "fulfilled"}
