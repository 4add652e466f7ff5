"""The pages of a run, as a merchant and a stranger meet them."""

from __future__ import annotations

import csv
import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import AsyncRequestFactory, Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Locale

from shareai_cms.models import AccountPermission, Run, RunItem
from shareai_cms.runs import control
from shareai_cms.runs.selecting import prepare
from shareai_cms.views.runs.cards import flag_text
from shareai_cms.views.runs.comparing import compared
from shareai_cms.views.runs.export import export
from tests.demo.models import InfoPage, Product
from tests.integrations.wagtail.conftest import desk, manager, person, product, saved_image, signed_in, sites
from tests.runs.made import made_run, part, proposed
from tests.runs.test_applying import SUMMARY, goods

__all__ = ["desk", "goods", "manager", "product", "sites"]
pytestmark = pytest.mark.django_db
SECRET = part("seo_description", "Secret before.", "Secret after.", flags=("Secret",))
NAMES = ("run_page", "run_status", "run_review", "run_export")
CLICKS = ("run_choose", "run_start", "run_pause", "run_resume", "run_cancel", "run_retry", "run_decide")


@pytest.fixture
def client(manager: User) -> Client:
    return signed_in(manager)


@pytest.fixture
def draft(desk: SimpleNamespace, manager: User, product: Product) -> Run:
    [run] = prepare(manager, "meta-descriptions", [sites_page(desk)], title="One page")
    return run


def sites_page(desk: SimpleNamespace) -> Any:
    from tests.demo.models import InfoPage

    return InfoPage.objects.get()


@pytest.fixture
def run(desk: SimpleNamespace, manager: User) -> Run:
    return made_run(desk.press, manager)


def url(name: str, run: Run) -> str:
    return reverse(f"shareai_cms:{name}", args=[run.reference])


class TestStrangers:
    def test_find_no_run(self, run: Run, client: Client) -> None:
        AccountPermission.objects.all().delete()
        for name in (*NAMES, "run_sure"):
            assert client.get(url(name, run)).status_code == 403
        for name in CLICKS:
            assert client.post(url(name, run)).status_code == 403
        assert client.get(reverse("shareai_cms:runs")).status_code in (302, 403)

    def test_are_sent_to_sign_in(self, run: Run) -> None:
        assert Client().get(url("run_page", run)).status_code == 302

    def test_links_start_nothing(self, draft: Run, client: Client) -> None:
        for name in CLICKS:
            assert client.get(url(name, draft)).status_code == 405
        draft.refresh_from_db()
        assert draft.state == Run.State.DRAFT


class TestADraft:
    def test_says_what_it_will_take(self, draft: Run, client: Client) -> None:
        text = client.get(url("run_page", draft)).content.decode()
        assert "About 1 writing action. You have 50 left." in text
        assert "No worker is running" in text

    def test_starts(self, draft: Run, client: Client) -> None:
        answer = client.post(url("run_start", draft), {"cap": "5"}, follow=True)
        draft.refresh_from_db()
        assert (draft.state, draft.cap) == (Run.State.RUNNING, 5)
        assert "0 of 1" in answer.content.decode()

    @pytest.mark.parametrize("cap", ["0", "-1", "many", "9" * 30, "\uff11"])
    def test_refuses_a_limit_that_is_none(self, draft: Run, client: Client, cap: str) -> None:
        answer = client.post(url("run_start", draft), {"cap": cap}, follow=True)
        draft.refresh_from_db()
        assert draft.state == Run.State.DRAFT
        assert "Enter a whole number" in answer.content.decode()

    def test_offers_the_first_ones_where_units_are_short(self, draft: Run, client: Client) -> None:
        draft.total = 80
        draft.save()
        text = client.get(url("run_page", draft)).content.decode()
        assert "That is enough for the first 50." in text
        assert 'name="first" value="50"' in text
        assert "Start with all" in text
        assert "&amp;meter=writing&amp;next=" in text
        assert "#shareai-wanted" in text

    def test_says_that_only_the_first_ones_run(self, draft: Run, sites: SimpleNamespace, manager: User) -> None:
        [run] = prepare(manager, "meta-descriptions", [sites.info, sites.guide], title="Two pages")
        control.start(run, manager, first=1)
        assert (run.title, run.total) == ("Two pages, the first 1", 1)

    def test_says_what_becomes_of_what_is_there(self, draft: Run, client: Client) -> None:
        text = client.get(url("run_page", draft)).content.decode()
        assert 'name="kept" value="only_empty" checked' in text
        client.post(url("run_choose", draft), {"choices": "1"})
        draft.refresh_from_db()
        assert draft.options == {"only_empty": False, "retranslate": False}
        client.post(url("run_start", draft), {"choices": "1", "kept": "only_empty"})
        draft.refresh_from_db()
        assert (draft.state, draft.options["only_empty"]) == (Run.State.RUNNING, True)


class TestProgress:
    def test_is_told_as_json(self, run: Run, product: Product, client: Client) -> None:
        proposed(run, product, SUMMARY)
        told = client.get(url("run_status", run)).json()
        assert (told["closed"], told["total"], told["counts"]["done"], told["moves"]) == (1, 1, "1", False)
        assert told["review"] == "1 suggestion waits for your review."

    def test_without_units_it_is_followed_until_there_are_some(self, run: Run, client: Client) -> None:
        Run.objects.update(state=Run.State.OUT)
        assert client.get(url("run_status", run)).json()["moves"] is True

    def test_pauses_and_goes_on(self, draft: Run, client: Client) -> None:
        client.post(url("run_start", draft))
        for click, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
            client.post(url(f"run_{click}", draft))
            draft.refresh_from_db()
            assert draft.state == state
        answer = client.post(url("run_resume", draft), follow=True)
        assert "The run has moved on meanwhile." in answer.content.decode()

    def test_says_who_it_goes_on_as(self, draft: Run, client: Client, manager: User) -> None:
        client.post(url("run_start", draft))
        assert "goes on as" not in client.get(url("run_page", draft)).content.decode()
        Run.objects.update(state=Run.State.STOPPED)
        assert "It goes on as manager." in client.get(url("run_page", draft)).content.decode()
        Run.objects.update(owner=User.objects.create_user("gone", is_active=False), owner_label="Grace")
        text = client.get(url("run_page", draft)).content.decode()
        assert "“Go on” makes this run yours, since Grace may no longer run it." in text
        client.post(url("run_resume", draft))
        draft.refresh_from_db()
        assert (draft.state, draft.owner) == (Run.State.RUNNING, manager)

    def test_raises_its_limit(self, draft: Run, client: Client) -> None:
        client.post(url("run_start", draft), {"cap": "1200"})
        Run.objects.update(state=Run.State.PAUSED, error_code="cap_reached")
        assert 'name="cap"' in (page := client.get(url("run_page", draft)).content.decode())
        assert 'value="1200"' in page
        client.post(url("run_resume", draft), {"cap": "1300"})
        draft.refresh_from_db()
        assert (draft.state, draft.cap) == (Run.State.RUNNING, 1300)


@pytest.mark.parametrize("state", [Run.State.DRAFT, Run.State.FINISHED])
def test_a_run_outlives_its_task(run: Run, product: Product, client: Client, state: str) -> None:
    proposed(run, product, SUMMARY)
    Run.objects.update(task="of-an-app-that-is-gone", state=state)
    for name in NAMES:
        answer = client.get(url(name, run))
        assert answer.status_code == 200
        b"".join(answer)
    assert client.get(reverse("shareai_cms:runs")).status_code == 200


class TestWhatAPersonMayNotEdit:
    """Somebody with the right to run in bulk on the site, who may change products and nothing else."""

    @pytest.fixture
    def colleague(self, sites: SimpleNamespace) -> User:
        user = person("colleague", ai=("use", "bulk"), edits=False)
        user.user_permissions.add(Permission.objects.get(codename="change_product"))
        return user

    def test_is_a_card_without_texts_and_buttons(
        self, run: Run, product: Product, sites: SimpleNamespace, colleague: User
    ) -> None:
        proposed(run, product, SUMMARY)
        other = proposed(run, sites.info, SECRET)
        RunItem.objects.filter(pk=other.pk).update(review="refused", review_note="“Secret” is not one of its values.")
        text = signed_in(colleague).get(url("run_review", run), {"show": "all"}).content.decode()
        assert "About us" in text
        assert "You may not edit this object, so its texts are not shown." in text
        assert "Secret" not in text
        assert "Every tide" in text
        assert (text.count('value="apply:'), text.count('value="decline:'), text.count("<article")) == (1, 1, 2)
        RunItem.objects.filter(pk=other.pk).update(review="applied", reviewed_at=timezone.now())
        text = signed_in(colleague).get(url("run_review", run), {"show": "applied"}).content.decode()
        assert 'value="undo:' not in text

    def test_is_a_line_without_values(
        self, run: Run, product: Product, sites: SimpleNamespace, colleague: User
    ) -> None:
        proposed(run, product, SUMMARY)
        proposed(run, sites.info, SECRET, SECRET | {"part": "seo_title"})
        answer = b"".join(signed_in(colleague).get(url("run_export", run) + "?export=json"))
        assert b"Secret" not in answer
        mine, other = json.loads(answer)
        assert mine["after"] == "Every tide of the year, on one sheet."
        assert (other["object_label"], other["state"], other["review"]) == ("About us", "done", "open")
        assert (other["part"], other["before"], other["after"], other["flags"]) == ("", "", "", "")

    def test_is_asked_of_the_translation_that_is_written(
        self, run: Run, sites: SimpleNamespace, colleague: User
    ) -> None:
        german = Locale.objects.get_or_create(language_code="de")[0]
        translation = sites.info.copy_for_translation(german, copy_parents=True)
        right = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
        GroupPagePermission.objects.create(group=colleague.groups.get(), page=translation, permission=right)
        proposed(run, sites.info, SECRET)
        proposed(run, sites.info, part("seo_description", "", "Offen."), language="de")
        text = signed_in(colleague).get(url("run_review", run), {"show": "all"}).content.decode()
        assert "Secret" not in text
        assert "Offen." in text

    def test_or_that_is_gone_has_no_texts(self, run: Run, sites: SimpleNamespace, client: Client) -> None:
        proposed(run, sites.info, SECRET)
        assert "Secret" in client.get(url("run_review", run)).content.decode()
        sites.info.delete()
        text = client.get(url("run_review", run)).content.decode()
        assert "This object is gone, so its texts are not shown." in text
        assert "Secret" not in text
        assert 'value="decline:' in text

    def test_takes_the_same_queries_for_many(self, run: Run, sites: SimpleNamespace, colleague: User) -> None:
        german = Locale.objects.get_or_create(language_code="de")[0]
        sites.home.copy_for_translation(german)
        counts, client = [], signed_in(colleague)
        for number in (1, 6):
            for _again in range(number):
                page = sites.home.add_child(instance=InfoPage(title="A place"))
                page.copy_for_translation(german)
                proposed(run, page, SECRET)
                proposed(run, page, SECRET, language="de")
                proposed(run, saved_image(), part("alt_text", "", "Secret harbour."))
            client.get(url("run_review", run))
            with CaptureQueriesContext(connection) as queries:
                assert "Secret" not in client.get(url("run_review", run)).content.decode()
                assert b"Secret" not in b"".join(client.get(url("run_export", run) + "?export=json"))
            counts.append(len(queries))
        assert counts[0] == counts[1]


def values(product: Product) -> dict[str, Any]:
    shared = {"sku": "X", "kind": "book", "price": "1.00", "summary": product.summary, "locale": product.locale}
    return {"name": "A map", **shared}


class TestFiles:
    def test_say_the_same(self, run: Run, product: Product, client: Client) -> None:
        proposed(run, product, SUMMARY)
        text = b"".join(client.get(url("run_export", run) + "?export=csv")).decode("utf-8-sig")
        [line] = csv.DictReader(io.StringIO(text))
        [same] = json.loads(b"".join(client.get(url("run_export", run) + "?export=json")))
        assert line["After"] == same["after"] == "Every tide of the year, on one sheet."
        assert line["Language"] == same["language"] == "en"
        assert line["Address"] == same["address"]
        assert line["Address"].startswith("http://testserver/admin/")
        assert (line["Status"], line["Part"]) == ("done", "Short description")
        assert client.get(url("run_export", run) + "?export=exe").status_code == 302

    @pytest.mark.parametrize("kind", ["csv", "json"])
    def test_are_not_collected_by_an_asynchronous_server(self, run: Run, manager: User, kind: str) -> None:
        request = AsyncRequestFactory().get(f"/?export={kind}")
        request.user = manager
        assert export(request, run.reference).is_async


def test_the_list(run: Run, product: Product, client: Client) -> None:
    proposed(run, product, SUMMARY)
    text = client.get(reverse("shareai_cms:runs")).content.decode()
    assert "1 of 1" in text
    assert "Write meta descriptions" in text


def test_comparing() -> None:
    before, after = compared("A blue cup.", "A green cup.")
    assert [(piece.text, piece.is_changed) for piece in after] == [("A ", False), ("green", True), (" cup.", False)]
    assert [piece.text for piece in before if piece.is_changed] == ["blue"]
    _before, shown = compared("", "<p>One</p><script>x</script><p>Two &amp; three</p>", is_html=True)
    assert [piece.text for piece in shown] == ["One\nTwo & three"]


def test_a_value_of_which_the_facts_say_another_has_a_sentence_of_its_own() -> None:
    told = flag_text({"kind": "attribute", "text": "Wool<b>"})
    assert told == "The facts seem to say “<bdi>Wool&lt;b&gt;</bdi>” here"
