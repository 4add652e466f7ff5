"""The search page and its JSON, on a project with two sites and two languages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from shareai_cms.models import Balance, Budget, Grant, IndexJob, Passage, SearchDocument, SearchLog, SiteAccount, Usage
from shareai_cms.search import indexing, jobs
from shareai_cms.views.search import answering
from tests.demo.models import GuidePage
from tests.integrations.wagtail.search_world import MEANT, index, indexed, info, made_once, spent
from tests.services import SandboxProcess

__all__ = ["indexed", "made_once"]

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

PRESS, SHOP = "press.example", "shop.example"
#: Each is a search that somebody will send one day.
GARBAGE = [
    {"q": "x" * 10_000},
    {"q": "\x00\x00"},
    {"q": "🏔️" * 400},
    {"q": "'; DROP TABLE wagtailcore_page; --"},
    {"q": '"coast" AND NEAR(sea, 5) OR * ^ ( : )'},
    {"q": "<script>alert(1)</script>"},
    {"q": "شاطئ البحر"},
    {"q": "coast", "p": "-1"},
    {"q": "coast", "p": "99999999999999999999"},
    {"q": "coast", "p": "²"},
    {"q": "coast", "p": "NaN", "type": "x" * 500, "exact": "yes", "lang": "../../etc"},
    {"q": "coast", "type": "auth.user"},
    {"q": ["coast", "bread"], "p": ["1", "2"]},
]


def get(path: str = "/search/", host: str = PRESS, language: str = "en", **given: Any) -> HttpResponse:
    client = Client(headers={"host": host, "accept-language": language})
    # A request leaves its language behind.
    with translation.override(translation.get_language()):
        return client.get(path, given)  # type: ignore[return-value]


def page(**given: Any) -> BeautifulSoup:
    response = get(**given)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def data(**given: Any) -> Any:
    response = get("/search/json/", **given)
    assert response.status_code == 200
    return response.json()  # type: ignore[attr-defined]


def titles(**given: Any) -> list[str]:
    return [result["title"] for result in data(**given)["results"]]


def words(part: Any) -> str:
    return " ".join(part.get_text(" ").split())


class TestThePage:
    def test_shows_what_is_meant_with_its_passage(self, indexed: SimpleNamespace) -> None:
        shown = page(q="a hike along the coast")
        first = shown.select_one(".shareai-search__result")
        assert first is not None
        assert first.h2.a["href"] == "/coast/"
        assert "coast" in [mark.get_text().lower() for mark in first.select("mark")]
        number = len(shown.select(".shareai-search__result"))
        counted = "1 result" if number == 1 else f"{number} results"
        assert words(shown.select_one("[role=status]")) == counted
        assert shown.title.get_text().startswith(f"a hike along the coast: {counted}")

    def test_has_a_form_and_nothing_else_before_a_search(self, indexed: SimpleNamespace) -> None:
        shown = page()
        assert shown.select_one("form[role=search] input[name=q][required]") is not None
        assert shown.select_one("[role=status]") is None
        assert not SearchLog.objects.exists()

    def test_says_what_was_corrected_and_leads_back(self, indexed: SimpleNamespace) -> None:
        correction = page(q="lighthose").select_one(".shareai-search__correction")
        assert words(correction) == "Showing results for lighthouse . Search instead for lighthose"
        assert correction.a["href"] == "?q=lighthose&exact=1"
        assert page(q="lighthose", exact="1").select_one(".shareai-search__correction") is None

    def test_helps_where_nothing_is_found(self, indexed: SimpleNamespace) -> None:
        shown = page(q="chromodynamics")
        assert words(shown.select_one("[role=status]")) == "Nothing found"
        assert (
            words(shown.select_one(".shareai-search__nothing h2")) == "There is nothing here about “ chromodynamics ”"
        )

    def test_leads_to_the_heading(self, indexed: SimpleNamespace) -> None:
        body = "<h2>Opening hours, in short</h2><p>The museum of clocks is open from nine to five on Sundays.</p>" * 1
        indexed.info.body = f"<p>{'We print books about the town and its streets. ' * 8}</p>{body}"
        indexed.info.save()
        index()
        link = page(q="museum of clocks").select_one(".shareai-search__result h2 a")
        assert link["href"].endswith("/about/#:~:text=Opening%20hours%2C%20in%20short")

    def test_what_was_typed_is_never_markup(self, indexed: SimpleNamespace) -> None:
        response = get(q='"><script>alert(1)</script>')
        assert b"<script>alert" not in response.content

    @pytest.mark.parametrize("given", GARBAGE)
    def test_takes_anything(self, indexed: SimpleNamespace, given: dict[str, Any]) -> None:
        assert get(**given).status_code == 200
        answer = data(**{name: value for name, value in given.items() if name != "type"})
        assert len(answer["query"]) <= 300
        assert answer["count"] >= len(answer["results"])

    def test_takes_bytes_that_are_no_text(self, indexed: SimpleNamespace) -> None:
        for path, status in (("/search/", 200), ("/search/json/", 400)):
            for text in ("%ED%A0%80coast", "%FF%FE", "%00", "%"):
                client = Client(headers={"host": PRESS})
                assert client.get(f"{path}?q={text}&p={text}").status_code == 200
                assert client.get(f"{path}?q=sea&type={text}").status_code == status


class TestKindsAndPages:
    def test_kinds_are_counted_and_chosen(self, indexed: SimpleNamespace) -> None:
        guide = GuidePage(title="A hike by the sea", slug="hike", teaser="Along the coast.")
        indexed.index.add_child(instance=guide)
        index()
        every = data(q="sea coast")
        counts = {each["label"]: each["count"] for each in every["types"]}
        assert counts["Guides"] == 1
        assert sum(counts.values()) == every["count"]
        [chosen] = [each["type"] for each in every["types"] if each["label"] == "Guides"]
        answer = data(q="sea coast", type=chosen)
        assert [result["title"] for result in answer["results"]] == ["A hike by the sea"]
        assert answer["count"] == 1
        assert {each["label"]: each["count"] for each in answer["types"]} == counts
        assert [each["is_chosen"] for each in answer["types"]].count(True) == 1
        assert (spent(), SearchLog.objects.count()) == (1, 1)
        links = page(q="sea coast", type=chosen).select(".shareai-search__kinds a[aria-current]")
        assert [words(link) for link in links] == ["Guides 1"]

    def test_pages_are_stable_and_end_with_the_last(self, indexed: SimpleNamespace, monkeypatch: Any) -> None:
        for number in range(12):
            info(indexed.home, f"sea-{number}", f"Sea {number}", f"Number {number} of the sea.")
        index()
        first, second, last = (data(q="sea", p=number) for number in ("1", "2", "77"))
        assert (first["page"], first["pages"], len(first["results"])) == (1, 2, 10)
        assert first["next"] == "/search/json/?q=sea&p=2"
        assert second == last
        assert second["next"] is None
        urls = [result["url"] for answer in (first, second) for result in answer["results"]]
        assert len(urls) == len(set(urls)) == first["count"] == second["count"]
        assert SearchLog.objects.count() == 1
        shown = page(q="sea", p="2")
        assert shown.select_one("ol")["start"] == "11"
        assert shown.select_one("a[rel~=prev]")["href"] == "?q=sea"
        assert page(q="sea").select_one("a[rel~=next]")["href"] == "?q=sea&p=2"


class TestWhatNobodyMaySee:
    def test_another_site_is_not_searched(self, indexed: SimpleNamespace) -> None:
        assert "A chart of the coast" in titles(q="coast", host=SHOP)
        assert "A chart of the coast" not in titles(q="coast")
        assert "Hiking by the sea" not in titles(q="coast", host=SHOP)

    def test_another_language_is_not_searched(self, indexed: SimpleNamespace) -> None:
        assert titles(q="Weg am Meer", language="de") == ["Wandern an der Küste"]
        assert titles(q="Weg am Meer", lang="de") == ["Wandern an der Küste"]
        assert "Wandern an der Küste" not in titles(q="Weg am Meer")
        assert not {"Hiking by the sea", "The lighthouse"} & set(titles(q="coast sea", language="de"))

    def test_a_restricted_page_is_not_shown_though_it_is_in_the_index(self, indexed: SimpleNamespace) -> None:
        assert "The lighthouse" in titles(q="lighthouse")
        # Without a signal, as by hand in the database: the index does not know yet.
        PageViewRestriction.objects.bulk_create([PageViewRestriction(page=indexed.lamps, restriction_type="login")])
        assert "The lighthouse" not in titles(q="lighthouse")

    def test_nor_is_a_page_below_one(self, indexed: SimpleNamespace) -> None:
        info(indexed.lamps, "stairs", "The spiral stairs", "Two hundred steps up to the lantern.")
        index()
        assert "The spiral stairs" in titles(q="spiral stairs")
        PageViewRestriction.objects.bulk_create([PageViewRestriction(page=indexed.lamps, restriction_type="password")])
        assert titles(q="spiral stairs") == []

    def test_nor_what_is_no_longer_live(self, indexed: SimpleNamespace) -> None:
        type(indexed.bread).objects.filter(pk=indexed.bread.pk).update(live=False)
        assert "Our bakery" not in titles(q="bakery")

    def test_nor_is_a_word_of_a_page_that_nobody_may_see_put_in_the_place_of_another(
        self, indexed: SimpleNamespace
    ) -> None:
        secret = info(indexed.home, "secret", "Bathyscaphe", "The bathyscaphe dives on Mondays.")
        info(indexed.shop, "other", "Hyperboloid", "The hyperboloid stands.")
        index()
        assert data(q="bathyscaphr")["outcome"]["searched_for"] == "bathyscaphe"
        # The index still has it.
        PageViewRestriction.objects.bulk_create([PageViewRestriction(page=secret, restriction_type="login")])
        for typed in ("bathyscaphw", "bathy scaphe", "divesmondays", "hyperboloit"):
            outcome = data(q=typed)["outcome"]
            assert (outcome["searched_for"], outcome["corrected_from"]) == (typed, None)
        assert data(q="hyperboloit", host=SHOP)["outcome"]["searched_for"] == "hyperboloid"


class TestManySites:
    def test_a_title_of_stop_words_is_found_beside_those_of_all_the_others(
        self, indexed: SimpleNamespace, settings: Any
    ) -> None:
        account = SearchDocument.objects.first().account  # type: ignore[union-attr]
        said = {"account": account, "object_type": "demo.infopage", "language": "en", "title": "Who are you"}
        refs = range(900_000, 900_250)
        others = [
            SearchDocument(object_ref=str(ref), ref_number=ref, digest="d", indexed_at=timezone.now(), **said)
            for ref in refs
        ]
        SearchDocument.objects.bulk_create(others)
        documents = SearchDocument.objects.filter(ref_number__in=refs)
        Passage.objects.bulk_create([Passage(document=each, position=0, digest="d", version=1) for each in documents])
        page = info(indexed.home, "who", "Who are you", "We print maps.")
        indexing.enqueue([("demo.infopage", str(page.pk))])
        indexing.work(lambda: IndexJob.objects.exclude(object_type=jobs.VECTORS).exists())
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SANDBOX_URL": "http://127.0.0.1:9/api/v1"}
        assert titles(q="who are you")[:1] == ["Who are you"]


class TestTheJson:
    def test_says_how_it_was_answered(self, indexed: SimpleNamespace) -> None:
        answer = data(q="lighthose")
        assert answer["outcome"] == {
            "mode": "meaning", "reason": None, "searched_for": "lighthouse", "corrected_from": "lighthose",
        }  # fmt: skip
        result = answer["results"][0]
        assert result["excerpt"] == "".join(part["text"] for part in result["parts"])
        assert (result["type"], result["type_label"], result["language"]) == ("demo.infopage", "Pages", "en")
        assert 0 <= result["score"] <= 1

    def test_says_the_language_of_each_result(self, indexed: SimpleNamespace) -> None:
        numbered = {"object_type": "demo.infopage", "ref_number": indexed.lamps.pk}
        for known, told in (("cy", "cy"), ("", "en")):
            SearchDocument.objects.filter(**numbered).update(language=known)
            [result] = data(q="lighthouse")["results"]
            assert (result["title"], result["language"]) == ("The lighthouse", told)

    def test_refuses_a_type_that_the_site_does_not_have(self, indexed: SimpleNamespace) -> None:
        for unknown in ("auth.user", "x" * 500, " "):
            response = get("/search/json/", q="lighthouse", type=unknown)
            assert response.status_code == 400
            assert response.json()["error"]["code"] == "invalid_request"  # type: ignore[attr-defined]
            assert response["Cache-Control"] == "private, max-age=0"
        assert (spent(), SearchLog.objects.count()) == (0, 0)
        assert "The lighthouse" in words(page(q="lighthouse", type="auth.user"))

    def test_of_nothing_is_empty(self, indexed: SimpleNamespace) -> None:
        assert data()["results"] == data(q=" ")["results"] == []

    def test_has_no_word_for_other_origins_and_is_kept_by_nobody_else(self, indexed: SimpleNamespace) -> None:
        for path in ("/search/", "/search/json/"):
            response = Client(headers={"host": PRESS, "origin": "https://elsewhere.example"}).get(path, {"q": "sea"})
            assert not [name for name in response.headers if name.lower().startswith("access-control")]
            assert response["Cache-Control"] == "private, max-age=60"
            assert response["X-Robots-Tag"] == "noindex, nofollow"

    @pytest.mark.parametrize("path", ["/search/", "/search/json/"])
    @pytest.mark.parametrize(("destination", "more"), [
        ("image", {}), ("iframe", {}), ("empty", {"Origin": "https://elsewhere.example"}),
        ("document", {"Sec-Purpose": "prefetch"}),
    ])  # fmt: skip
    def test_pages_of_other_sites_spend_nothing(
        self, indexed: SimpleNamespace, path: str, destination: str, more: dict[str, str]
    ) -> None:
        sent = {"host": PRESS, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": destination, **more}
        response = Client(headers=sent).get(path, {"q": "lighthouse"})
        assert b"The lighthouse" in response.content
        assert b'"reason":"off"' in response.content or path == "/search/"
        assert (spent(), SearchLog.objects.count()) == (0, 0)

    AHEAD = ("head", {}), ("get", {"Purpose": "prefetch"}), ("get", {"Sec-Purpose": "prefetch;prerender"})

    @pytest.mark.parametrize(("method", "sent"), AHEAD)
    def test_requests_that_nobody_looks_at_spend_nothing(self, indexed: Any, method: str, sent: Any) -> None:
        client = Client(headers={"host": PRESS, **sent})
        for path in ("/search/", "/search/json/"):
            response = getattr(client, method)(path, {"q": MEANT})
            assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
        assert (spent(), SearchLog.objects.count()) == (0, 0)
        get(q=MEANT)
        if method == "get":
            assert client.get("/search/json/", {"q": MEANT}).json()["outcome"]["mode"] == "meaning"
        assert (spent(), SearchLog.objects.count()) == (1, 1)

    @pytest.mark.parametrize("sent", [
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "empty", "Origin": "https://shop.friends.example"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "empty", "Origin": "https://www.press.example"},
    ])  # fmt: skip
    def test_links_and_trusted_origins_find_by_meaning(
        self, indexed: SimpleNamespace, settings: Any, sent: dict[str, str]
    ) -> None:
        settings.CSRF_TRUSTED_ORIGINS = ["https://*.friends.example"]
        answer = Client(headers={"host": PRESS, **sent}).get("/search/json/", {"q": MEANT}).json()
        assert answer["outcome"]["mode"] == "meaning"
        assert answer["results"][0]["title"] == "Hiking by the sea"

    @pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
    def test_is_only_read(self, indexed: SimpleNamespace, method: str) -> None:
        response = getattr(Client(enforce_csrf_checks=True, headers={"host": PRESS}), method)("/search/json/")
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
        assert response.json()["error"]["code"] == "invalid_request"


class TestLimits:
    def test_keywords_beyond_the_rate_and_nothing_beyond_five_a_second(
        self, indexed: SimpleNamespace, settings: Any, monkeypatch: Any
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_RATE": 1}
        monkeypatch.setattr(answering, "MOST_A_MINUTE", 3)
        modes = [data(q=text)["outcome"] for text in ("sea", "bread", "light")]
        assert [(mode["mode"], mode["reason"]) for mode in modes] == [
            ("meaning", None), ("keywords", "rate"), ("keywords", "rate"),
        ]  # fmt: skip
        refused = get("/search/json/", q="hike")
        assert (refused.status_code, refused["Retry-After"]) == (429, "60")
        assert refused.json()["error"]["code"] == "too_many_searches"  # type: ignore[attr-defined]
        shown = get(q="hike")
        assert (shown.status_code, shown["Retry-After"]) == (429, "60")
        assert b"Those were too many searches within a minute. Wait a minute" in shown.content
        other = Client(headers={"host": PRESS}, REMOTE_ADDR="192.0.2.7").get("/search/json/", {"q": "hike"})
        assert other.json()["outcome"]["mode"] == "meaning"

    def test_count_all_without_an_address_as_one_client(self, indexed: SimpleNamespace, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_RATE": 1}
        unknown = Client(headers={"host": PRESS}, REMOTE_ADDR="")
        told = [unknown.get("/search/json/", {"q": text}).json()["outcome"] for text in ("sea", "bread")]
        assert [each["reason"] for each in told] == [None, "rate"]
        assert data(q="light")["outcome"]["reason"] is None

    def test_asked_again_by_anybody_it_costs_nothing(self, indexed: SimpleNamespace, sandbox: SandboxProcess) -> None:
        for host, text in ((PRESS, MEANT), (PRESS, MEANT.upper()), (PRESS, f" {MEANT} ")):
            assert titles(q=text, host=host)[0] == "Hiking by the sea"
        assert spent() == 1

    def test_takes_few_statements(self, indexed: SimpleNamespace) -> None:
        get(q=MEANT)
        with CaptureQueriesContext(connection) as caught:
            get(q=MEANT)
        # How often the store looks whether it is up to date is the store's affair.
        asked = [each["sql"] for each in caught if "shareai_cms_searchclock" not in each["sql"]]
        assert len(asked) <= 20, "\n".join(asked)


class TestBadDays:
    def test_the_marketplace_is_away(self, indexed: SimpleNamespace, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SANDBOX_URL": "http://127.0.0.1:9/api/v1"}
        shown = page(q="lighthouse")
        assert "These results contain your words." in words(shown.select_one(".shareai-search__notice"))
        assert [words(name) for name in shown.select(".shareai-search__name")] == ["The lighthouse"]
        nothing = page(q="chromodynamics").select_one(".shareai-search__nothing")
        assert words(nothing.select_one("p")).startswith("Only your words were looked for.")
        assert "These results" not in words(nothing)
        outcome = data(q="lighthouse")["outcome"]
        assert (outcome["mode"], outcome["reason"]) == ("keywords", "marketplace")
        assert not Usage.objects.filter(meter="searches", units__gt=0, state="settled").exists()

    def test_the_units_are_gone(self, indexed: SimpleNamespace, sandbox: SandboxProcess) -> None:
        get(q="sea")
        Balance.objects.filter(meter="searches").update(available=0)
        Grant.objects.filter(meter="searches").update(remaining=0)
        answer = data(q="lighthouse")
        assert [result["title"] for result in answer["results"]] == ["The lighthouse"]
        assert answer["outcome"]["reason"] == "no_units"

    def test_the_budget_is_used_up(self, indexed: SimpleNamespace) -> None:
        account = SiteAccount.objects.get(label="Press")
        Budget.objects.create(
            wallet=account.wallet, meter="searches", scope="account", reference=str(account.pk), limit=1
        )
        assert data(q="a walk beside the water")["outcome"]["reason"] is None
        answer = data(q="lighthouse")
        assert [result["title"] for result in answer["results"]] == ["The lighthouse"]
        assert answer["outcome"]["reason"] == "budget"

    def test_search_is_off(self, indexed: SimpleNamespace, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH": False}
        shown = page(q="lighthouse")
        assert shown.select_one(".shareai-search__notice") is None
        assert [words(name) for name in shown.select(".shareai-search__name")] == ["The lighthouse"]

    def test_nobody_knows_whose_site_it_is(self, indexed: SimpleNamespace) -> None:
        indexed.press_site.delete()
        indexed.shop_site.delete()
        assert get(q="sea").status_code == 503
        assert get("/search/json/", q="sea").status_code == 409
