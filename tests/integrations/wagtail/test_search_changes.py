"""What happens to a page is seen in searches: at once where it must not be found, else when a worker has run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page, PageViewRestriction, Site

from shareai_cms.integrations.wagtail.search.pages import PageSource
from shareai_cms.models import Duty, IndexJob, Passage, SearchDocument
from shareai_cms.search import jobs, writing
from tests.demo.models import InfoPage

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

Committed = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Committed:
    @contextmanager
    def step() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return step


@pytest.fixture
def indexed(sites: SimpleNamespace, settings: Any) -> SimpleNamespace:
    """Both sites, indexed, with nothing waiting."""
    # Keywords alone: no call is needed to see which pages there are.
    settings.SHAREAI_CMS = {"SANDBOX_URL": "http://127.0.0.1:9/api/v1"}
    jobs.request((page.specific_class._meta.label_lower, str(page.pk)) for page in Page.objects.filter(depth__gt=1))
    work()
    assert titles() == {"Slackwater Press", "Guides", "Walking the old harbour", "About us", "The Chandlery"}
    return sites


def work() -> None:
    IndexJob.objects.update(not_before="2020-01-01T00:00Z")
    Duty.objects.all().delete()
    call_command("shareai_work", "--once")


def titles() -> set[str]:
    return set(SearchDocument.objects.values_list("title", flat=True))


def texts() -> str:
    return " ".join(Passage.objects.values_list("text", flat=True))


def restrict(page: Page) -> PageViewRestriction:
    return PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


class TestAPage:
    def test_is_found_once_it_is_published(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed():
            draft = indexed.home.add_child(instance=InfoPage(title="Fog", slug="fog", live=False))
            revision = draft.save_revision()
        work()
        assert "Fog" not in titles()
        with committed():
            revision.publish()
        assert IndexJob.objects.filter(object_type="demo.infopage", object_ref=str(draft.pk)).exists()
        work()
        assert "Fog" in titles()
        assert not IndexJob.objects.exists()

    def test_says_what_was_published_last_and_no_draft(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed():
            indexed.info.body = "<p>We print maps.</p>"
            indexed.info.save_revision()
        assert not IndexJob.objects.exists()
        assert "books" in texts()
        with committed():
            indexed.info.get_latest_revision().publish()
        work()
        assert "maps" in texts()
        assert "books" not in texts()

    def test_saved_by_code_is_read_again(self, indexed: SimpleNamespace, committed: Committed) -> None:
        page = Page.objects.get(pk=indexed.info.pk)
        with committed():
            page.title = "About the press"
            page.save()
        work()
        assert "About the press" in titles()

    def test_leaves_at_once_when_it_is_unpublished(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed():
            indexed.info.unpublish()
        assert "About us" not in titles()
        assert "books" not in texts()

    def test_leaves_with_all_below_it_when_it_is_deleted(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed():
            Page.objects.get(pk=indexed.index.pk).delete()
        assert titles() == {"Slackwater Press", "About us", "The Chandlery"}

    def test_deleted_while_its_job_waits_is_forgotten(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed():
            indexed.info.save()
        with committed():
            InfoPage.objects.get(pk=indexed.info.pk).delete()
        assert not IndexJob.objects.exists()
        work()
        assert "About us" not in titles()

    def test_moved_to_another_site_belongs_to_it(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed():
            indexed.index.move(indexed.shop, pos="last-child")
        work()
        guide = SearchDocument.objects.get(title="Walking the old harbour")
        assert guide.account.label == "Shop"

    def test_moved_within_its_site_leaves_the_pages_below_it_alone(
        self, indexed: SimpleNamespace, committed: Committed
    ) -> None:
        with committed():
            indexed.index.move(indexed.info, pos="last-child")
        waiting = set(IndexJob.objects.values_list("object_ref", flat=True))
        assert waiting <= {str(indexed.index.pk)}
        work()
        assert {"Guides", "Walking the old harbour"} <= titles()

    def test_moved_below_a_restricted_page_leaves_at_once(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed():
            restrict(indexed.shop)
        with committed():
            indexed.index.move(indexed.shop, pos="last-child")
        assert titles() == {"Slackwater Press", "About us"}
        with committed():
            Page.objects.get(pk=indexed.index.pk).move(Page.objects.get(pk=indexed.home.pk), pos="last-child")
        work()
        assert titles() == {"Slackwater Press", "About us", "Guides", "Walking the old harbour"}

    def test_restricted_leaves_with_all_below_it_at_once(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed():
            restriction = restrict(indexed.index)
        assert titles() == {"Slackwater Press", "About us", "The Chandlery"}
        assert not Passage.objects.filter(document__title="Walking the old harbour").exists()
        with committed():
            restriction.delete()
        assert "Guides" not in titles()
        work()
        assert {"Guides", "Walking the old harbour"} <= titles()

    def test_comes_back_when_its_restriction_is_moved_to_another(
        self, indexed: SimpleNamespace, committed: Committed
    ) -> None:
        with committed():
            restriction = restrict(indexed.shop)
        assert "The Chandlery" not in titles()
        with committed():
            restriction.page = indexed.index
            restriction.save()
        assert "Guides" not in titles()
        work()
        assert titles() == {"Slackwater Press", "About us", "The Chandlery"}

    @pytest.mark.parametrize("change", [restrict, Page.unpublish, Page.delete])
    def test_that_goes_while_it_is_read_for_the_first_time_stays_out(
        self, change: Callable[[Page], object], indexed: SimpleNamespace, committed: Committed
    ) -> None:
        with committed():
            page = indexed.home.add_child(instance=InfoPage(title="Fog", slug="fog", body="<p>Secret.</p>"))
        source = PageSource()
        [job] = jobs.claim(1)
        account, extract = source.account(page), source.read(page)
        with committed():
            change(Page.objects.get(pk=page.pk))
        assert not writing.write(job, source, account, extract)
        work()
        assert "Fog" not in titles()
        assert "Secret" not in texts()

    def test_copied_into_another_language_is_found_in_it(self, indexed: SimpleNamespace, committed: Committed) -> None:
        german = Locale.objects.get_or_create(language_code="de")[0]
        with committed():
            home = indexed.home.copy_for_translation(german)
            home.title = "Slackwater-Verlag"
            home.save_revision().publish()
        work()
        assert SearchDocument.objects.get(title="Slackwater-Verlag").language == "de"
        assert SearchDocument.objects.get(title="Slackwater Press").language == "en"

    def test_copied_is_found_twice_and_its_alias_follows_it(
        self, indexed: SimpleNamespace, committed: Committed
    ) -> None:
        with committed():
            indexed.info.copy(update_attrs={"title": "About them", "slug": "them"})
            indexed.info.create_alias(parent=indexed.shop, update_slug="alias")
        work()
        assert SearchDocument.objects.filter(title="About us").count() == 2
        assert "About them" in titles()
        with committed():
            indexed.info.title = "About all of us"
            indexed.info.save_revision().publish()
        work()
        assert SearchDocument.objects.filter(title="About all of us").count() == 2

    def test_of_a_site_that_is_gone_leaves_at_once(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed():
            Site.objects.get(pk=indexed.shop_site.pk).delete()
        assert "The Chandlery" not in titles()

    def test_stays_when_only_the_address_of_its_site_changes(
        self, indexed: SimpleNamespace, committed: Committed
    ) -> None:
        with committed():
            indexed.press_site.port = 8001
            indexed.press_site.save()
        assert not IndexJob.objects.exists()

    def test_of_another_root_page_belongs_to_its_new_site(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed():
            indexed.shop_site.root_page = Page.objects.get(pk=indexed.index.pk)
            indexed.shop_site.save()
        assert "The Chandlery" not in titles()


class TestManyPages:
    @pytest.fixture
    def tree(self, indexed: SimpleNamespace) -> list[Page]:
        pages = [indexed.index.add_child(instance=InfoPage(title=f"Buoy {n}", slug=f"buoy-{n}")) for n in range(12)]
        jobs.request(("demo.infopage", str(page.pk)) for page in pages)
        work()
        assert "Buoy 11" in titles()
        return pages

    @pytest.mark.usefixtures("tree")
    def test_deleted_together_are_forgotten_together(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with CaptureQueriesContext(connection) as seen, committed(), transaction.atomic():
            Page.objects.get(pk=indexed.index.pk).delete()
        assert titles() == {"Slackwater Press", "About us", "The Chandlery"}
        ours = [query["sql"] for query in seen.captured_queries if "shareai_cms" in query["sql"]]
        # Not more for more pages, but for one more round of each class of page.
        assert len(ours) <= 25, "\n".join(ours)

    def test_are_told_of_in_the_order_of_what_happened(self, tree: list[Page], committed: Committed) -> None:
        with committed(), transaction.atomic():
            tree[0].save()
            tree[0].unpublish()
            tree[1].unpublish()
            tree[1].save_revision().publish()
            tree[2].delete()
        waiting = set(IndexJob.objects.values_list("object_ref", flat=True))
        assert (str(tree[0].pk) in waiting, str(tree[1].pk) in waiting) == (False, True)
        work()
        assert {"Buoy 0", "Buoy 1", "Buoy 2"} & titles() == {"Buoy 1"}

    def test_of_a_savepoint_that_is_taken_back_stay(self, tree: list[Page], committed: Committed) -> None:
        with committed(), transaction.atomic():
            tree[0].unpublish()
            with transaction.atomic():
                tree[1].unpublish()
                transaction.set_rollback(True)
            tree[2].unpublish()
        assert {"Buoy 0", "Buoy 1", "Buoy 2"} & titles() == {"Buoy 1"}


class TestPublishing:
    def test_does_not_fail_with_the_index(
        self, indexed: SimpleNamespace, committed: Committed, monkeypatch: pytest.MonkeyPatch, caplog: Any
    ) -> None:
        def broken(*_args: object, **_kwargs: object) -> None:
            raise DatabaseError("secret text")

        monkeypatch.setattr(jobs, "request", broken)
        with committed():
            indexed.info.title = "About print"
            indexed.info.save_revision().publish()
        assert Page.objects.get(pk=indexed.info.pk).title == "About print"
        assert "event=not_noted" in caplog.text
        assert "secret text" not in caplog.text

    def test_costs_two_short_statements(self, indexed: SimpleNamespace, committed: Committed) -> None:
        revision = indexed.info.save_revision()
        with CaptureQueriesContext(connection) as seen, committed():
            revision.publish()
        ours = [query["sql"] for query in seen.captured_queries if "shareai_cms" in query["sql"]]
        assert len(ours) == 2, ours

    def test_writes_nothing_where_search_is_off(
        self, indexed: SimpleNamespace, committed: Committed, settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {"SEARCH": False}
        with committed():
            indexed.info.save_revision().publish()
        assert not IndexJob.objects.exists()

    def test_that_is_taken_back_leaves_no_job(self, indexed: SimpleNamespace, committed: Committed) -> None:
        with committed(), transaction.atomic():
            indexed.info.save_revision().publish()
            transaction.set_rollback(True)
        assert not IndexJob.objects.exists()
