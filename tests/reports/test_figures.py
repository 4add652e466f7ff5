from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shareai_cms.models import Usage
from shareai_cms.reports import UsageList, choices, figures, roll_up, why_not_counted, words
from shareai_cms.reports.captions import captioned
from shareai_cms.reports.chart import chart
from tests.metering.world import utc
from tests.reports.world import ENDS, NEW_YORK, VIENNA, asked, keys, local, random_usage, site, use

pytestmark = pytest.mark.django_db

NOW = utc(2026, 3, 20, 12)


class TestFilters:
    def test_each_narrows_the_figures_and_the_rows_alike(self) -> None:
        account = site()
        use(account, utc(2026, 3, 18, 9), key="plain-000000000001")
        use(account, utc(2026, 3, 18, 9), meter="products", key="meter-000000000001")
        use(account, utc(2026, 3, 18, 9), feature="other", key="feature-0000000001")
        use(account, utc(2026, 3, 18, 9), route="premium", key="route-000000000001")
        use(account, utc(2026, 3, 18, 9), actor_ref="2", key="person-00000000001")
        use(account, utc(2026, 3, 18, 9), end=ENDS[3], key="free-0000000000001")
        use(account, utc(2026, 3, 20, 9), end=("held", "", ""), key="held-0000000000001")
        roll_up(NOW)
        for name, value, found in (
            ("meter", "products", "meter-000000000001"),
            ("feature", "other", "feature-0000000001"),
            ("route", "premium", "route-000000000001"),
            ("person", "user:2", "person-00000000001"),
            ("counted", "no", "free-0000000000001"),
            ("counted", "running", "held-0000000000001"),
        ):
            wanted = asked(account, **{name: value})
            assert keys(wanted) == [found], name
            assert figures(wanted).actions == 1
        assert len(keys(asked(account, counted="yes"))) == 5

    def test_days_are_those_of_the_wallets_zone(self) -> None:
        account = site(zone=VIENNA)
        use(account, local(VIENNA, 2026, 3, 18, 0, 30), key="first-000000000001")
        use(account, local(VIENNA, 2026, 3, 18, 23, 30), key="last-0000000000001")
        use(account, local(VIENNA, 2026, 3, 19, 0, 30), key="next-0000000000001")
        day = date(2026, 3, 18)
        assert keys(asked(account, first=day, last=day)) == ["last-0000000000001", "first-000000000001"]

    def test_other_accounts_are_in_nothing(self) -> None:
        mine, others = site(), site()
        use(mine, utc(2026, 3, 18, 9), key="mine-0000000000001")
        use(others, utc(2026, 3, 18, 9), key="others-00000000001")
        assert keys(asked(mine)) == ["mine-0000000000001"]
        roll_up(NOW)
        assert keys(asked(mine)) == ["mine-0000000000001"]
        assert figures(asked(mine)).actions == 1

    def test_no_account_is_nothing_and_not_everything(self) -> None:
        use(site(), utc(2026, 3, 18, 9))
        roll_up(NOW)
        found = figures(asked())
        assert (found.actions, found.meters, list(UsageList(found))) == (0, (), [])


class TestRows:
    def test_pages_put_together_are_all_rows_newest_first(self) -> None:
        accounts = [site(zone=VIENNA), site(zone=NEW_YORK)]
        random_usage(accounts, utc(2026, 3, 10), 9, 60, 3)
        roll_up(NOW)
        rows = UsageList(figures(asked(*accounts)))
        paged = [row.pk for start in range(0, len(rows), 7) for row in rows[start : start + 7]]
        assert len(paged) == 120
        assert paged == [row.pk for row in rows]
        assert set(paged) == set(Usage.objects.values_list("pk", flat=True))
        one = [row.created_at for row in UsageList(figures(asked(accounts[0])))]
        assert one == sorted(one, reverse=True)

    def test_a_page_reads_the_days_that_it_lies_in(self) -> None:
        account = site()
        for day in range(1, 20):
            for _each in range(5):
                use(account, utc(2026, 3, day, 9))
        roll_up(NOW)
        rows = UsageList(figures(asked(account)))
        with CaptureQueriesContext(connection) as queries:
            assert len(rows[40:45]) == 5
        [sql] = [query["sql"] for query in queries]
        assert "2026-03-11" in sql
        assert "2026-03-12" not in sql.replace("2026-03-12 03:00", "")

    def test_beyond_the_end_there_is_nothing(self) -> None:
        account = site()
        use(account, utc(2026, 3, 18, 9))
        rows = UsageList(figures(asked(account)))
        assert rows[5:10] == []
        assert rows[0].account_id == account.pk


class TestQueries:
    def test_their_number_does_not_grow_with_rows_days_or_sites(self) -> None:
        accounts = [site(zone=VIENNA)]
        random_usage(accounts, utc(2026, 3, 10), 3, 5, 1)
        roll_up(NOW)
        few = self.count(accounts)
        accounts += [site(zone=VIENNA), site(zone=NEW_YORK)]
        random_usage(accounts, utc(2026, 2, 1), 40, 80, 2)
        roll_up(NOW)
        assert self.count(accounts) == few <= 10

    @staticmethod
    def count(accounts: list) -> int:  # type: ignore[type-arg]
        wanted = asked(*accounts)
        with CaptureQueriesContext(connection) as queries:
            found = figures(wanted)
            assert UsageList(found)[0:50]
            assert choices.people(accounts)
        return len(queries)


class TestWhyNotCounted:
    @pytest.mark.parametrize(
        ("end", "sentence"),
        [
            (("settled", "delivered", ""), ""),
            (("settled", "cancelled", ""), ""),
            (("held", "", ""), "It is still running."),
            (("released", "cancelled_early", "cancelled"), "It was stopped before its first word."),
            (("released", "cancelled", "cancelled"), "It was stopped before the answer came."),
            (("released", "failed", "marketplace_busy"), "The AI service is busy right now."),
            (("released", "failed", ""), "The AI service could not finish it."),
            (("released", "refused", "output_unsafe"), "The AI service's answer was not safe to use."),
            (("released", "broken", "stream_broken"), "The connection broke before the answer was complete."),
            (("released", "broken", "no_such_code"), "The answer broke off before its end."),
            (("expired", "outcome_unknown", "interrupted"), "It was interrupted, and nobody knows how it ended."),
            (("released", "new_outcome", ""), "It delivered nothing."),
        ],
    )
    def test_is_a_sentence(self, end: tuple[str, str, str], sentence: str) -> None:
        assert why_not_counted(*end) == sentence

    def test_every_outcome_has_one(self) -> None:
        for outcome in Usage.Outcome.values:
            assert why_not_counted("released", outcome, "").endswith(".")

    def test_a_late_answer_says_that_it_was_free(self) -> None:
        assert why_not_counted("expired", "outcome_unknown", "interrupted", late=True) == (
            "The answer came too late and was delivered free."
        )


class TestWords:
    def test_totals_are_sentences(self) -> None:
        account = site()
        use(account, utc(2026, 3, 18, 9), units=3, cost_millionths=1_500_000, surcharge_millionths=250_000)
        use(account, utc(2026, 3, 18, 9), end=ENDS[3])
        use(account, utc(2026, 3, 20, 9), end=("held", "", ""))
        found = figures(asked(account))
        [total] = words.totals(found)
        assert total.headline == "3 writing actions counted"
        assert total.details == ("in 1 request", "1 request was not counted", "1 request is still running")
        assert words.money_text(found) == (
            "Estimated cost 1.5000; estimated margin 0.2500. "
            "ShareAI gave a price for 1 of 3 requests; its bill is what counts."
        )

    def test_money_that_nobody_named_is_not_nought(self) -> None:
        account = site()
        row = use(account, utc(2026, 3, 18, 9))
        assert words.money_text(figures(asked(account))) == ""
        assert words.line(row).cost == ""

    def test_a_row_shows_its_local_time(self) -> None:
        account = site("Press", zone=NEW_YORK)
        shown = words.line(use(account, utc(2026, 3, 18, 3), feature="gone", object_label="A page", field="body"))
        assert (shown.time, shown.action, shown.about) == ("17 March 2026, 23:00", "gone", "A page · body")


class TestTheChart:
    def test_has_a_bar_for_every_day_and_a_piece_for_every_feature(self) -> None:
        account = site()
        use(account, utc(2026, 3, 2, 9), units=3)
        use(account, utc(2026, 3, 2, 9), feature="title-alternatives")
        use(account, utc(2026, 3, 4, 9), units=2)
        use(account, utc(2026, 3, 4, 9), units=9, end=ENDS[3])
        wanted = asked(account, first=date(2026, 3, 1), last=date(2026, 3, 5))
        drawn = chart(figures(wanted), wanted)
        assert drawn is not None
        assert [bar.units for bar in drawn.bars] == [0, 4, 0, 2, 0]
        [first, second] = drawn.bars[1].pieces
        assert (first.height, first.y, second.height, second.y) == (75.0, 25.0, 25.0, 0.0)
        told = captioned(drawn)
        assert told.title == "Writing actions per day"
        assert told.summary == "6 writing actions in this period; most at once: 4 writing actions (2 March 2026)."
        assert [(row.name, row.cells, row.units) for row in told.rows] == [
            ("2 March 2026", ("3", "1"), "4"),
            ("4 March 2026", ("2", "0"), "2"),
        ]
        assert [(entry.name, entry.units) for entry in told.legend] == [("Rewrite", "5"), ("Suggest titles", "1")]

    @pytest.mark.parametrize(
        ("first", "last", "step", "bars"),
        [
            (date(2026, 1, 1), date(2026, 3, 3), "day", 62),
            (date(2026, 1, 1), date(2026, 3, 4), "week", 10),
            (date(2025, 1, 1), date(2026, 3, 31), "month", 15),
        ],
    )
    def test_longer_periods_have_wider_bars(self, first: date, last: date, step: str, bars: int) -> None:
        account = site()
        use(account, local("UTC", first.year, first.month, first.day, 9))
        use(account, local("UTC", last.year, last.month, last.day, 9))
        wanted = asked(account, first=first, last=last)
        drawn = chart(figures(wanted), wanted)
        assert drawn is not None
        assert (drawn.step, len(drawn.bars), drawn.units) == (step, bars, 2)
        assert captioned(drawn).rows

    def test_many_features_share_the_last_colour(self) -> None:
        account = site()
        for number in range(9):
            use(account, utc(2026, 3, 2, 9), feature=f"action-{number}", units=number + 1)
        wanted = asked(account)
        drawn = chart(figures(wanted), wanted)
        assert drawn is not None
        assert [(each.number, each.feature, each.units) for each in drawn.series][-2:] == [
            (5, "action-4", 5),
            (6, "", 10),
        ]
        assert captioned(drawn).legend[-1].name == "Other actions"

    def test_is_of_one_meter_as_units_of_two_do_not_add_up(self) -> None:
        account = site()
        use(account, utc(2026, 3, 2, 9), units=5)
        use(account, utc(2026, 3, 2, 9), meter="products")
        for meter, units in (("", 5), ("products", 1)):
            wanted = asked(account, meter=meter)
            drawn = chart(figures(wanted), wanted)
            assert drawn is not None
            assert drawn.units == units

    def test_there_is_none_of_nothing(self) -> None:
        account = site()
        use(account, utc(2026, 3, 2, 9), end=ENDS[3])
        assert chart(figures(asked(account)), asked(account)) is None


class TestTheChartsMeter:
    def test_is_one_that_runs_out_though_more_was_indexed(self) -> None:
        press = site("Press")
        use(press, utc(2026, 3, 18, 9), units=2)
        use(press, utc(2026, 3, 18, 9), meter="indexing", units=900)
        for meter, drawn in (("", "writing"), ("indexing", "indexing")):
            wanted = asked(press, meter=meter)
            found = chart(figures(wanted), wanted)
            assert found is not None
            assert found.meter == drawn
