"""From a list of Wagtail's to a draft of a run."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shareai_cms.catalog import registry
from shareai_cms.models import AccountPermission, Run
from tests.demo.models import Product
from tests.runs.test_applying import Goods

pytestmark = pytest.mark.django_db
PAGES = "/admin/bulk/wagtailcore/page/shareai_meta/"
SNIPPETS = "/admin/bulk/demo/product/shareai_enrich/"
IMAGES = "/admin/bulk/wagtailimages/image/shareai_alt/"


@pytest.fixture(autouse=True)
def goods() -> Iterator[None]:
    kept = dict(registry._registered)
    registry.register(Goods)
    yield
    registry._registered.clear()
    registry._registered.update(kept)


@pytest.fixture
def client(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


class TestPages:
    def test_asks_before_anything_is_made(self, client: Client, sites: SimpleNamespace) -> None:
        answer = client.get(PAGES, {"id": [sites.info.pk, sites.guide.pk]})
        assert "2 are selected." in answer.content.decode()
        assert not Run.objects.exists()

    def test_leads_to_the_estimate(self, client: Client, sites: SimpleNamespace) -> None:
        answer = client.post(f"{PAGES}?id={sites.info.pk}&id={sites.guide.pk}", follow=True)
        run = Run.objects.get()
        assert (run.state, run.total, run.task, run.account.label) == ("draft", 2, "meta-descriptions", "Press")
        assert "What it will take" in answer.content.decode()

    def test_makes_a_run_for_each_site(self, client: Client, sites: SimpleNamespace) -> None:
        answer = client.post(f"{PAGES}?id={sites.info.pk}&id={sites.shop.pk}", follow=True)
        assert sorted(run.account.label for run in Run.objects.all()) == ["Press", "Shop"]
        assert "The rest of the selection belongs to other sites:" in answer.content.decode()

    def test_takes_all_of_a_list(self, client: Client, sites: SimpleNamespace) -> None:
        client.post(f"{PAGES}?id=all&childOf={sites.home.pk}")
        assert Run.objects.get().total == 2

    @pytest.mark.parametrize("given", ["", "id=0", "id=x'--", "id=99999999", "id=" + "9" * 80])
    def test_bears_garbage(self, client: Client, sites: SimpleNamespace, given: str) -> None:
        assert client.post(f"{PAGES}?{given}").status_code == 302
        assert not Run.objects.exists()

    def test_is_nothing_for_people_without_the_right(self, client: Client, sites: SimpleNamespace) -> None:
        AccountPermission.objects.filter(permission__in=("bulk", "manage")).delete()
        client.post(f"{PAGES}?id={sites.info.pk}")
        assert not Run.objects.exists()

    def test_lists_no_page_that_the_person_may_not_change(self, client: Client, sites: SimpleNamespace) -> None:
        from wagtail.models import GroupPagePermission

        GroupPagePermission.objects.filter(permission__codename__startswith="change").delete()
        GroupPagePermission.objects.filter(permission__codename__startswith="add").delete()
        client.post(f"{PAGES}?id={sites.info.pk}")
        assert not Run.objects.exists()


class TestWhatBelongsToSeveralSites:
    def test_has_to_be_paid_by_one_of_them(self, client: Client, image: Any, desk: SimpleNamespace) -> None:
        answer = client.post(f"{IMAGES}?id={image.pk}&next=/admin/", follow=True)
        assert "Choose the site that you are working for" in answer.content.decode()
        assert not Run.objects.exists()

    def test_is_paid_by_the_site_that_the_person_works_for(
        self, client: Client, image: Any, desk: SimpleNamespace, sites: SimpleNamespace
    ) -> None:
        client.post("/admin/shareai/site/", {"site": sites.shop_site.pk})
        client.post(f"{IMAGES}?id={image.pk}")
        run = Run.objects.get()
        assert (run.task, run.total, run.account) == ("alt-texts", 1, desk.shop)


def test_the_menu_for_people_who_run_in_bulk(client: Client, sites: SimpleNamespace) -> None:
    client.get("/admin/")
    assert "AI runs" in client.get("/admin/").content.decode()
    AccountPermission.objects.all().delete()
    client.get("/admin/")
    assert "AI runs" not in client.get("/admin/").content.decode()


def test_snippets(client: Client, product: Product, sites: SimpleNamespace) -> None:
    client.post("/admin/shareai/site/", {"site": sites.shop_site.pk})
    client.post(f"{SNIPPETS}?id={product.pk}")
    assert Run.objects.get().task == "enrich"
