"""The last day of units that are given by hand."""

from __future__ import annotations

import pytest

from shareai_cms.integrations.wagtail.settings.gifts import GiftForm
from tests.reports.world import site

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_one_that_nobody_can_count_on_from_is_told(day: str) -> None:
    given = {"meter": "writing", "units": "1", "kind": "promo", "last_day": day, "reference": "INV-1"}
    form = GiftForm(given, wallet=site("Press").wallet)
    assert form.errors == {"last_day": ["Enter a day between the years 2000 and 9000."]}
