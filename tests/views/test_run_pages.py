"""What the pages of a run say and offer, state by state."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

import shareai_cms
from shareai_cms.models import AccountPermission, Run, RunItem
from shareai_cms.runs import control
from shareai_cms.views.runs import words
from tests.demo.models import Product
from tests.integrations.wagtail.conftest import desk, manager, product, sites
from tests.runs.made import made_run, proposed
from tests.runs.test_applying import SUMMARY
from tests.views.test_runs import client, draft, goods, run, url

__all__ = ["client", "desk", "draft", "goods", "manager", "product", "run", "sites"]
pytestmark = pytest.mark.django_db
STYLES = Path(shareai_cms.__file__).parent / "static/shareai_cms/css"


def page_of(client: Client, run: Run, name: str = "run_page") -> BeautifulSoup:
    return BeautifulSoup(client.get(url(name, run)).content, "html.parser")


def text_of(page: Any) -> str:
    return " ".join(page.get_text(" ").split())


def drafted(run: Run, *objects: Any) -> Run:
    """With these objects, and not started."""
    made = [
        RunItem(
            run=run, position=place, object_type=obj._meta.label_lower, object_ref=str(obj.pk), object_label=str(obj)
        )
        for place, obj in enumerate(objects, 1)
    ]
    RunItem.objects.bulk_create(made)
    Run.objects.filter(pk=run.pk).update(state=Run.State.DRAFT, total=len(made))
    run.refresh_from_db()
    return run


class TestFigures:
    STATES = ("done", "working", "waiting", "failed", "skipped")

    def test_add_up_live_and_on_the_page(self, run: Run, product: Product, client: Client) -> None:
        for state in (*self.STATES, "working", "waiting"):
            item = proposed(run, product, SUMMARY, language=f"x-{run.total}")
            RunItem.objects.filter(pk=item.pk).update(state=state)
        Run.objects.update(state=Run.State.RUNNING)
        told = client.get(url("run_status", run)).json()
        assert {state: int(told["counts"][state]) for state in self.STATES} == {
            "done": 1, "working": 2, "waiting": 2, "failed": 1, "skipped": 1,
        }  # fmt: skip
        shown = page_of(client, run).select("[data-run-count]:not([hidden]) dd")
        assert sum(int(figure.text) for figure in shown) == told["total"] == 7

    def test_that_are_nought_are_there_for_the_script(self, run: Run, product: Product, client: Client) -> None:
        proposed(run, product, SUMMARY)
        told = client.get(url("run_status", run)).json()
        assert told["hidden"] == ["working", "waiting", "failed", "skipped"]
        shown = page_of(client, run).select("[data-run-count][hidden]")
        assert [figure["data-run-count"] for figure in shown] == told["hidden"]


class TestChoosing:
    @pytest.fixture
    def choice(self, desk: Any, manager: Any, product: Product) -> Run:
        Locale.objects.get_or_create(language_code="de")
        return drafted(made_run(desk.press, manager, task="enrich"), product)

    @pytest.mark.parametrize("click", ["run_choose", "run_start"])
    def test_nothing_is_told_by_its_name(self, choice: Run, client: Client, click: str) -> None:
        page = page_of(client, choice)
        parts = [str(box["value"]) for box in page.select("[name=part]")]
        languages = [str(box["value"]) for box in page.select("[name=language]")]
        given = {"choices": "1", "part": parts[:1], "language": languages[:1]}
        client.post(url("run_choose", choice), given)
        for name, sentence in (("part", "Choose at least one part."), ("language", "Choose at least one language.")):
            answer = client.post(url(click, choice), {**given, name: []}, follow=True).content.decode()
            assert sentence in answer
            choice.refresh_from_db()
            assert choice.state == Run.State.DRAFT
            ticked = BeautifulSoup(answer, "html.parser").select("[type=checkbox][checked]")
            assert [box["value"] for box in ticked] == [parts[0], languages[0]]

    def test_is_answered_to_the_page_s_script(self, choice: Run, client: Client) -> None:
        script = {"headers": {"accept": "application/json"}}
        refused = client.post(url("run_choose", choice), {"choices": "1"}, **script)
        assert (refused.status_code, refused.json()["message"][:27]) == (400, "Choose at least one part. T")
        parts = [str(box["value"]) for box in page_of(client, choice).select("[name=part]")]
        given = {"choices": "1", "part": parts[:1], "language": [""]}
        assert client.post(url("run_choose", choice), given, **script).json() == {}


class TestTheEstimate:
    def test_of_nothing_left_offers_to_start_and_wait(self, draft: Run, client: Client) -> None:
        draft.account.wallet.plan.allowances.update(units=0)
        draft.account.wallet.balances.all().delete()
        page = page_of(client, draft)
        assert "Started all the same, it waits" in text_of(page)
        assert "Start and wait" in text_of(page.select_one("[data-run=starts]"))
        assert not page.select("[name=first]")
        client.post(url("run_start", draft))
        draft.refresh_from_db()
        assert draft.state == Run.State.RUNNING

    def test_counts_objects_where_each_is_in_several_languages(self, draft: Run, client: Client) -> None:
        Run.objects.update(total=80, options={"languages": ["", "de", "fr"]})
        page = page_of(client, draft)
        assert "That is enough for the first 16 in 3 languages." in text_of(page)
        [button] = page.select("[name=first]")
        assert (button["value"], text_of(button)) == ("48", "Run the first 16 in 3 languages")

    def test_leads_to_what_an_earlier_run_has_proposed(
        self, desk: Any, draft: Run, manager: Any, client: Client, sites: Any
    ) -> None:
        assert "earlier run" not in text_of(page_of(client, draft))
        earlier = made_run(desk.press, manager)
        proposed(earlier, sites.info, SUMMARY)
        proposed(earlier, sites.guide, SUMMARY)
        page = page_of(client, draft)
        assert "1 suggestion of an earlier run over the same objects waits for its review." in text_of(page)
        assert page.select(f'a[href="{url("run_review", earlier)}"]')


class TestTheRest:
    def test_waits_in_a_draft_of_the_same_kind(self, run: Run, sites: Any, product: Product, client: Client) -> None:
        drafted(run, sites.info, sites.guide, sites.home)
        Run.objects.update(options={"languages": ["", "de"]})
        client.post(url("run_start", run), {"first": "2"})
        rest = Run.objects.exclude(pk=run.pk).get()
        run.refresh_from_db()
        assert (run.title, run.total) == ("3 products, the first 1", 2)
        assert (rest.title, rest.total, rest.state) == ("3 products, the other 1", 1, Run.State.DRAFT)
        assert (rest.options, rest.route, rest.owner, rest.batch) == (run.options, run.route, run.owner, run.batch)
        assert list(rest.items.values_list("position", "object_ref")) == [(1, str(sites.home.pk))]
        page = page_of(client, run)
        assert text_of(page.select_one(f'a[href="{url("run_page", rest)}"]')).startswith("Run the rest")
        assert "other sites" not in text_of(page)
        control.start(rest, run.owner)
        assert "Run the rest" not in text_of(page_of(client, run))


class TestALimit:
    @pytest.fixture
    def paused(self, run: Run, sites: Any, client: Client) -> Run:
        drafted(run, sites.info, sites.guide, sites.home)
        run.items.filter(position__lte=2).update(state=RunItem.State.DONE)
        Run.objects.update(state=Run.State.PAUSED, error_code="cap_reached", cap=2)
        run.refresh_from_db()
        return run

    def test_that_is_used_up_is_told(self, paused: Run, client: Client) -> None:
        answer = client.post(url("run_resume", paused), {"cap": "2"}, follow=True).content.decode()
        assert "The limit of 2 is used up. Raise it, or leave it empty for no limit." in answer
        paused.refresh_from_db()
        assert paused.state == Run.State.PAUSED

    @pytest.mark.parametrize(("given", "cap"), [("", None), ("3", 3)])
    def test_is_raised_or_left_out(self, paused: Run, client: Client, given: str, cap: int | None) -> None:
        client.post(url("run_resume", paused), {"cap": given})
        paused.refresh_from_db()
        assert (paused.state, paused.cap) == (Run.State.RUNNING, cap)

    def test_keeps_nobody_from_the_end(self, paused: Run, client: Client) -> None:
        paused.items.update(state=RunItem.State.DONE)
        client.post(url("run_resume", paused), {"cap": "2"})
        paused.refresh_from_db()
        assert paused.state == Run.State.RUNNING


class TestADraftThatNeverBegan:
    def test_has_nothing_to_show_once_it_is_cancelled(self, draft: Run, client: Client) -> None:
        page = BeautifulSoup(client.post(url("run_cancel", draft), follow=True).content, "html.parser")
        assert text_of(page.select_one("[data-run=headline]")) == "Cancelled before it began"
        assert not page.select("[data-run-count], .shareai-run__buttons")

    def test_is_folded_in_the_list(self, draft: Run, run: Run, client: Client) -> None:
        page = BeautifulSoup(client.get(reverse("shareai_cms:runs")).content, "html.parser")
        [folded] = page.select("details")
        assert text_of(folded.summary) == "Not started: 1 run"
        assert folded.select(f'a[href="{url("run_page", draft)}"]')
        shown = {str(link["href"]) for link in page.select(".shareai-run-list a")}
        assert shown == {url("run_page", draft), url("run_page", run)}
        assert not folded.select(f'a[href="{url("run_page", run)}"]')


def test_every_state_has_a_mark_of_its_own() -> None:
    tones = [words.TONES[state] for state in Run.State]
    assert len(set(tones)) == len(tones) - 1, "out of units and stopped are both bad"
    styles = (STYLES / "state.css").read_text()
    marked = {*tones, words.REVIEW_TONES[RunItem.Review.OPEN]}
    assert not [tone for tone in marked if f".shareai-state--{tone}::before" not in styles]


def test_a_run_that_is_not_theirs_is_a_page_of_the_admin(run: Run, sites: Any, client: Client) -> None:
    AccountPermission.objects.all().delete()
    nowhere = reverse("shareai_cms:run_page", args=[uuid4()])
    answers = [client.get(where) for where in (url("run_page", run), nowhere)]
    assert {answer.status_code for answer in answers} == {403}
    mine, none = (BeautifulSoup(answer.content, "html.parser") for answer in answers)
    assert text_of(mine.select_one("main")) == text_of(none.select_one("main"))
    assert "This run is not here" in text_of(mine)
    assert mine.select("[data-wagtail-sidebar], #wagtail-sidebar")
    visitor = Client()
    visitor.force_login(User.objects.create_user("visitor"))
    assert visitor.get(nowhere).status_code == 302, "to sign in"
