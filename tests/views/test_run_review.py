"""The list of what a run proposes: what is ticked, what a tab shows, and where a decision leads."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from wagtail.models import Locale

from shareai_cms.models import AccountPermission, Run, RunItem
from shareai_cms.runs.desks import Thing
from shareai_cms.views.runs.cards import card_of
from tests.demo.models import Product
from tests.integrations.wagtail.conftest import desk, manager, product, saved_image, sites
from tests.runs.made import made_run, part, proposed
from tests.runs.test_applying import SUMMARY
from tests.views.test_runs import client, goods, run, url, values

__all__ = ["client", "desk", "goods", "manager", "product", "run", "sites"]
pytestmark = pytest.mark.django_db


class TestReviewing:
    def test_shows_what_would_change(self, run: Run, product: Product, client: Client) -> None:
        proposed(run, product, part("short_description", product.summary, "All the tides <b>ever</b>.", flags=("9",)))
        text = client.get(url("run_review", run)).content.decode()
        assert "Not in the facts: number “<bdi>9</bdi>”" in text
        assert "<b>ever</b>" not in text
        assert "All the tides" in text
        assert "Needs a look" in text

    def test_a_flag_is_no_markup_and_names_are_those_of_the_readers_language(
        self, run: Run, product: Product, client: Client, manager: User
    ) -> None:
        own = {**part("seo_title", "", "Tides"), "label": "Our own name"}
        proposed(run, product, part("description", "", "9 <i>", flags=("<i>",)), own)
        with override("de"):
            text = card_of(RunItem.objects.select_related("run").get(), Thing()).rows
        assert [row.label for row in text] == ["Beschreibung", "Our own name"]
        assert "“<bdi>&lt;i&gt;</bdi>”" in text[0].flags[0] or "„<bdi>&lt;i&gt;</bdi>“" in text[0].flags[0]

    def test_one_is_applied_and_taken_back(self, run: Run, product: Product, client: Client) -> None:
        item = proposed(run, product, SUMMARY)
        given = {"do": f"apply:{item.pk}", f"place-{item.pk}": "short_description:", "show": "open"}
        answer = client.post(url("run_decide", run), given, follow=True)
        assert "Saved as a draft: “Tide tables”." in answer.content.decode()
        item.refresh_from_db()
        assert item.review == RunItem.Review.APPLIED
        client.post(url("run_decide", run), {"do": f"undo:{item.pk}"})
        item.refresh_from_db()
        assert item.review == RunItem.Review.UNDONE

    @pytest.mark.parametrize(("show", "goes_on_at"), [("open", (2, 3, 2)), ("all", (1, 2, 3))])
    def test_goes_on_at_the_next_one(
        self, run: Run, product: Product, client: Client, show: str, goes_on_at: tuple[int, ...]
    ) -> None:
        items = [proposed(run, product, SUMMARY, language=each) for each in ("", "de", "fr")]
        page = BeautifulSoup(client.get(url("run_review", run), {"show": show}).content, "html.parser")
        listed = [str(field["value"]) for field in page.select("[name=item]")]
        assert listed == [str(item.pk) for item in items]
        for item, number in zip(items, goes_on_at, strict=True):
            given = {"do": f"decline:{item.pk}", "show": show, "item": listed}
            then = items[number - 1].pk
            assert client.post(url("run_decide", run), given)["Location"].endswith(f"?show={show}#item-{then}")
            RunItem.objects.update(review="open")
        # What was refused is read at the top.
        given = {"do": f"undo:{items[0].pk}", "show": show, "item": listed}
        assert "#" not in client.post(url("run_decide", run), given)["Location"]

    def test_says_what_of_it_was_not_accepted(self, run: Run, product: Product, client: Client) -> None:
        item = proposed(run, product, SUMMARY, part("attribute", [], ["Paper"], key="materials"))
        given = {"do": f"apply:{item.pk}", f"place-{item.pk}": "short_description:"}
        client.post(url("run_decide", run), given)
        text = client.get(url("run_review", run), {"show": "applied"}).content.decode()
        assert text.count("not accepted") == 1
        assert text.index("Short description") < text.index("not accepted")
        assert "Decline" not in text

    @pytest.mark.parametrize(("do", "review"), [("apply_all", "applied"), ("decline_all", "declined")])
    def test_all_at_once(self, run: Run, product: Product, client: Client, do: str, review: str) -> None:
        item = proposed(run, product, SUMMARY)
        client.post(url("run_decide", run), {"do": do})
        item.refresh_from_db()
        assert item.review == review

    def test_a_page_is_accepted_as_it_is_ticked(self, run: Run, product: Product, client: Client) -> None:
        """Nothing that is not ticked, no card without a tick, and nothing doubtful that nobody has looked at."""
        long = part("short_description", "All the tides of a year. " * 5, "Every tide.")
        paper = part("attribute", [], ["Paper"], key="materials")
        some, none, look = (proposed(run, product, paper, long, language=each) for each in ("", "de", "fr"))
        RunItem.objects.filter(pk=look.pk).update(needs_look=True)
        page = BeautifulSoup(client.get(url("run_review", run), {"show": "open"}).content, "html.parser")
        ticked = [str(box["value"]) for box in page.select(f"[name=place-{look.pk}]") if box.has_attr("checked")]
        assert ticked == ["attribute:materials"]
        given = {"do": "apply_page", "show": "open", "item": [some.pk, none.pk, look.pk]}
        given |= {f"place-{some.pk}": ["attribute:materials"], f"place-{look.pk}": ticked}
        client.post(url("run_decide", run), given)
        reviews = dict(RunItem.objects.values_list("pk", "review"))
        assert reviews == {some.pk: "applied", none.pk: "open", look.pk: "open"}
        assert [change.part for change in some.changes.all()] == ["attribute"]
        client.post(url("run_decide", run), given | {f"place-{look.pk}": [*ticked, "short_description:"]})
        look.refresh_from_db()
        assert look.review != "open"

    def test_all_is_what_the_tab_shows_and_is_asked_for(self, run: Run, product: Product, client: Client) -> None:
        sure = [proposed(run, product, SUMMARY, language=each) for each in ("", "de")]
        look = proposed(run, product, part("seo_title", "", "9", flags=("9",)), language="fr")
        page = client.get(url("run_review", run), {"show": "look"}).content.decode()
        assert "Decline this 1" in page
        assert "Accept the" not in page
        question = client.get(url("run_sure", run), {"show": "look", "do": "decline_all"}).content.decode()
        assert "Decline this 1?" in question
        assert RunItem.objects.filter(review="open").count() == 3
        client.post(url("run_decide", run), {"do": "decline_all", "show": "look"})
        assert set(RunItem.objects.filter(review="declined").values_list("pk", flat=True)) == {look.pk}
        assert "Accept these 2" in client.get(url("run_review", run), {"show": "open"}).content.decode()
        assert "Open this 1 again" in client.get(url("run_review", run), {"show": "declined"}).content.decode()
        client.post(url("run_decide", run), {"do": "reopen_all", "show": "declined"})
        assert RunItem.objects.filter(review="open").count() == len(sure) + 1
        # Nothing to ask about any more.
        assert client.get(url("run_sure", run), {"show": "declined", "do": "reopen_all"}).status_code == 302

    def test_after_the_last_one_of_a_tab_it_goes_on_in_the_next(
        self, run: Run, product: Product, client: Client
    ) -> None:
        proposed(run, product, SUMMARY)
        look = proposed(run, product, part("seo_title", "", "9", flags=("9",)), language="de")
        answer = client.post(url("run_decide", run), {"do": f"decline:{look.pk}", "show": "look", "item": look.pk})
        assert "?show=open" in answer["Location"]
        text = client.get(url("run_review", run), {"show": "look"}).content.decode()
        assert "To be reviewed (1)" in text

    def test_names_and_links_the_translation_that_is_written(
        self, run: Run, sites: SimpleNamespace, client: Client
    ) -> None:
        german = Locale.objects.get_or_create(language_code="de")[0]
        translation = sites.info.copy_for_translation(german, copy_parents=True)
        type(translation).objects.filter(pk=translation.pk).update(title="Impressum", draft_title="Impressum")
        item = proposed(run, sites.info, part("seo_description", "", "Offen."), language="de")
        text = client.get(url("run_review", run)).content.decode()
        assert f'/pages/{translation.pk}/edit/"><bdi>Impressum</bdi>' in text
        given = {"do": f"apply:{item.pk}", f"place-{item.pk}": "seo_description:"}
        assert "“Impressum”" in client.post(url("run_decide", run), given, follow=True).content.decode()

    def test_shows_the_picture_that_a_text_is_of(self, run: Run, client: Client) -> None:
        item = proposed(run, saved_image(), part("alt_text", "", "A harbour."))
        page = BeautifulSoup(client.get(url("run_review", run)).content, "html.parser")
        assert f"Alternative text of “{item.object_label}”" in page.get_text()
        [shown] = page.select(".shareai-review__picture")
        answer = client.get(str(shown["src"]))
        assert (answer.status_code, answer["Content-Type"], answer.content[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
        assert client.get(str(shown["src"]) + "9").status_code == 404
        AccountPermission.objects.all().delete()
        assert client.get(str(shown["src"])).status_code == 403

    @pytest.mark.parametrize("given", [{}, {"do": "publish"}, {"do": "apply"}, {"do": "apply:" + "9" * 99}])
    def test_bears_garbage(self, run: Run, client: Client, given: dict[str, str]) -> None:
        assert client.post(url("run_decide", run), given).status_code in (302, 404)

    def test_nothing_of_another_run(self, run: Run, product: Product, manager: User, client: Client) -> None:
        other = proposed(made_run(run.account, manager), product, SUMMARY)
        assert client.post(url("run_decide", run), {"do": f"apply:{other.pk}"}).status_code == 404

    def test_asks_the_same_queries_for_many(self, run: Run, product: Product, client: Client) -> None:
        counts = []
        for number in (1, 12):
            for _again in range(number):
                proposed(run, Product.objects.create(**values(product)), SUMMARY)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(url("run_review", run)).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]
