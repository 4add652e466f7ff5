from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from tests.metering.crowd import send_crowd
from tests.metering.kills import CALLS

pytestmark = pytest.mark.ledger

#: How often `make soak` kills every call at every statement.
ROUNDS = 2


def ends_of(call: str) -> list[dict[str, Any]]:
    """What was left after a kill behind each statement; the last end is that of the call that finished."""
    result = send_crowd("tests.metering.kills:kill_everywhere", settings.DATABASES["default"], call=call)
    ends = result["ends"]
    assert [end["killed"] for end in ends] == [True] * (len(ends) - 1) + [False]
    for end in ends:
        assert end["at_once"].pop("findings") == []
        assert end["after_deadline"].pop("findings") == []
    return ends


def units(seen: dict[str, Any]) -> tuple[int, int, int]:
    return seen["available"], seen["held"], seen["spent"]


class TestKilled:
    """Ten units, an open hold on two of them, and after the kill somebody else spends one."""

    def test_in_reserve_leaves_nothing_behind(self) -> None:
        *killed, finished = ends_of("reserve")
        assert len(killed) >= 5
        for end in killed:
            assert units(end["at_once"]) == (8, 2, 0)
            assert "killed" not in end["at_once"]["usage"]
        assert units(finished["at_once"]) == (5, 5, 0)
        for end in (*killed, finished):
            assert units(end["after_deadline"]) == (9, 0, 1)

    def test_in_settle_counts_nothing_and_stores_nothing(self) -> None:
        *killed, finished = ends_of("settle")
        assert len(killed) >= 3
        for end in killed:
            assert units(end["at_once"]) == (8, 2, 0)
            assert units(end["after_deadline"]) == (9, 0, 1)
            assert end["after_deadline"]["usage"] == {"open": "expired", "next": "settled"}
            assert end["after_deadline"]["suggestions"] == 0
        assert units(finished["after_deadline"]) == (7, 0, 3)
        assert finished["at_once"]["suggestions"] == 1

    def test_in_release_gives_the_units_back_at_the_deadline(self) -> None:
        *killed, finished = ends_of("release")
        assert len(killed) >= 4
        for end in killed:
            assert units(end["at_once"]) == (8, 2, 0)
            assert end["after_deadline"]["usage"]["open"] == "expired"
        assert units(finished["at_once"]) == (10, 0, 0)
        assert finished["after_deadline"]["usage"]["open"] == "released"
        for end in (*killed, finished):
            assert units(end["after_deadline"]) == (9, 0, 1)

    def test_in_a_grant_gives_all_or_nothing_and_once(self) -> None:
        *killed, finished = ends_of("grant")
        assert len(killed) >= 3
        for end in killed:
            assert (units(end["at_once"]), end["at_once"]["topups"]) == ((8, 2, 0), 0)
        for end in (*killed, finished):
            assert (units(end["after_deadline"]), end["after_deadline"]["topups"]) == ((14, 0, 1), 1)

    def test_in_roll_forward_books_all_or_nothing(self) -> None:
        *killed, _finished = ends_of("roll_forward")
        assert len(killed) >= 8
        for end in killed:
            assert units(end["at_once"]) == (8, 2, 0)
            assert units(end["after_deadline"]) == (9, 0, 1)

    @pytest.mark.soak
    def test_in_every_call_again_and_again(self) -> None:
        ends = [end for _round in range(ROUNDS) for call in CALLS for end in ends_of(call)]
        killed = sum(end["killed"] for end in ends)
        seen = [end["after_deadline"] for end in ends]
        lost = sum(10 + 5 * end["topups"] - sum(units(end)) for end in seen)
        held = sum(end["held"] for end in seen)
        print(
            f"\n{len(CALLS)} calls of the ledger, killed behind every statement, {killed} kills in {ROUNDS} rounds: "
            f"{lost} units lost, {held} held past the deadline"
        )
        assert (lost, held) == (0, 0)
        assert killed >= ROUNDS * 23
