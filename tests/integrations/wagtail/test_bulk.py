"""From a list of Wagtail's to a draft of a run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test import Client
from django.test.utils import isolate_apps
from django.urls import resolve
from wagtail.models import Collection, Locale

from shareai_cms.integrations.wagtail.bulk.actions import ALL, _pieces
from shareai_cms.integrations.wagtail.bulk.listing import _is_list
from shareai_cms.models import AccountPermission, Run, RunItem
from tests.demo.models import InfoPage, Product
from tests.integrations.wagtail.conftest import saved_image
from tests.runs.test_applying import goods

__all__ = ["goods"]
pytestmark = pytest.mark.django_db
PAGES = "/admin/bulk/wagtailcore/page/shareai_meta/"
SNIPPETS = "/admin/bulk/demo/product/shareai_enrich/"
IMAGES = "/admin/bulk/wagtailimages/image/shareai_alt/"


@pytest.fixture
def client(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


class TestKeys:
    @isolate_apps("tests.wares")
    def test_of_any_kind_as_lists_write_them_into_the_address(self) -> None:
        class Coded(models.Model):
            code = models.CharField(max_length=20, primary_key=True)

            class Meta:
                app_label = "wares"

            def __str__(self) -> str:
                return self.code

        class Heir(Coded):
            class Meta:
                app_label = "wares"

            def __str__(self) -> str:
                return self.code

        keys = ["lamp_01", "a/b.c", "é", "10 %"]
        for model in (Coded, Heir):
            assert list(_pieces([*map(quote, keys), "x" * 21, "x\0"], model)) == [keys]


class TestPages:
    def test_asks_before_anything_is_made(self, client: Client, sites: SimpleNamespace) -> None:
        answer = client.get(PAGES, {"id": [sites.info.pk, sites.guide.pk]})
        assert "2 pages are selected." in answer.content.decode()
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

    @pytest.mark.parametrize(
        "given", ["", "id=0", "id=x'--", "id=abc", "id=99999999", "id=" + "9" * 30, "id=" + "9" * 80, "id=%00"]
    )
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
        assert "This is shared by several sites" in answer.content.decode()
        assert not Run.objects.exists()

    def test_is_chosen_beside_the_selection(
        self, client: Client, image: Any, desk: SimpleNamespace, sites: SimpleNamespace
    ) -> None:
        address = f"{IMAGES}?id={image.pk}&next=/admin/images/"
        for answer in (client.get(address), client.post(address)):
            told = answer.content.decode()
            assert answer.status_code == 200
            assert f'<option value="{sites.shop_site.pk}">Shop</option>' in told
            assert "1 image is selected." in told
        client.post(address, {"site": sites.shop_site.pk})
        run = Run.objects.get()
        assert (run.total, run.account) == (1, desk.shop)

    def test_is_not_asked_of_what_has_a_site(self, client: Client, sites: SimpleNamespace) -> None:
        assert "<select" not in client.get(f"{PAGES}?id={sites.info.pk}").content.decode().split("<main")[-1]

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


class TestTheButton:
    LIST = "/admin/snippets/demo/product/"

    def test_is_for_people_who_may_run_in_bulk(
        self, client: Client, editor: User, product: Product, sites: SimpleNamespace
    ) -> None:
        assert "/shareai_enrich/" in client.get(self.LIST).content.decode()
        other = Client()
        other.force_login(editor)
        told = other.get(self.LIST).content.decode()
        assert "/shareai_enrich/" not in told
        assert "/delete/" in told

    def test_refusals_name_the_right(self, client: Client, editor: User, product: Product, desk: Any) -> None:
        other = Client()
        other.force_login(editor)
        for ask in (other.get, other.post):
            answer = ask(f"{SNIPPETS}?id={product.pk}&next={self.LIST}", follow=True)
            assert "You do not have the right “run AI in bulk”" in answer.content.decode()
        assert other.get(f"{SNIPPETS}?id={product.pk}").url == "/admin/"

    def test_counts_by_the_models_own_name(self, client: Client, product: Product) -> None:
        assert "1 product is selected." in client.get(f"{SNIPPETS}?id=all&next={self.LIST}").content.decode()

    @pytest.mark.parametrize("action", ALL)
    def test_is_named_by_its_visible_words_first(self, action: Any) -> None:
        assert str(action.aria_label).startswith(str(action.display_name))


def test_snippets(client: Client, product: Product, sites: SimpleNamespace) -> None:
    client.post("/admin/shareai/site/", {"site": sites.shop_site.pk})
    client.post(f"{SNIPPETS}?id={product.pk}")
    assert Run.objects.get().task == "enrich"


class TestEverythingThatAListShows:
    """Whatever it is narrowed to: by its filters, its search, its collection or its language."""

    @pytest.fixture(autouse=True)
    def _works_for_the_shop(self, client: Client, sites: SimpleNamespace) -> None:
        client.post("/admin/shareai/site/", {"site": sites.shop_site.pk})

    @pytest.fixture
    def shelf(self, product: Product) -> list[Product]:
        kept = {"price": "3.00", "summary": "Of the harbour.", "locale": product.locale}
        more = [Product(name=name, sku=name, kind=kind, **kept) for name, kind in (("Ink", "book"), ("Tin", "mug"))]
        return [product, *(each.save() or each for each in more)]

    def names(self) -> list[str]:
        return sorted(item.object_label for item in RunItem.objects.all())

    @pytest.mark.parametrize("ordering", ["name", "-name"])
    def test_in_the_order_of_the_list(self, client: Client, shelf: list[Product], ordering: str) -> None:
        client.post(f"{SNIPPETS}?id=all&next=/admin/snippets/demo/product/%3Fordering%3D{ordering}")
        placed = list(RunItem.objects.order_by("position").values_list("object_label", flat=True))
        assert placed == sorted(["Tide tables", "Ink", "Tin"], reverse=ordering == "-name")

    def test_in_the_order_in_which_they_were_ticked(self, client: Client, shelf: list[Product]) -> None:
        ids = [shelf[place].pk for place in (2, 0, 1)]
        client.post(f"{SNIPPETS}?{'&'.join(f'id={pk}' for pk in ids)}&next=/admin/")
        assert list(RunItem.objects.order_by("position").values_list("object_ref", flat=True)) == list(map(str, ids))

    def test_filters_of_a_list_of_snippets(self, client: Client, shelf: list[Product]) -> None:
        client.post(f"{SNIPPETS}?id=all&kind=mug&next=/admin/snippets/demo/product/%3Fkind%3Dmug")
        assert self.names() == ["Tin"]

    @pytest.mark.parametrize(
        ("description", "names"), [("empty", ["Tide tables", "Tin"]), ("short", ["Ink"]), ("full", [])]
    )
    def test_a_filter_that_the_list_has_of_its_own(
        self, client: Client, shelf: list[Product], description: str, names: list[str]
    ) -> None:
        Product.objects.filter(pk=shelf[0].pk).update(description="")
        Product.objects.filter(name="Ink").update(description="<p>Black.</p>")
        address = f"/admin/snippets/demo/product/%3Fdescription%3D{description}"
        client.post(f"{SNIPPETS}?id=all&description={description}&next={address}")
        assert self.names() == names

    def test_filters_without_the_address_of_the_list(self, client: Client, shelf: list[Product]) -> None:
        client.post(f"{SNIPPETS}?id=all&kind=book")
        assert self.names() == ["Ink", "Tide tables"]

    def test_search_in_a_list_of_snippets(self, client: Client, shelf: list[Product]) -> None:
        client.post(f"{SNIPPETS}?id=all&q=Tin&next=/admin/snippets/demo/product/%3Fq%3DTin")
        assert self.names() == ["Tin"]

    def test_the_language_of_a_list_of_snippets(self, client: Client, shelf: list[Product]) -> None:
        german = Locale.objects.get_or_create(language_code="de")[0]
        Product.objects.filter(sku="Ink").update(locale=german)
        client.post(f"{SNIPPETS}?id=all&next=/admin/snippets/demo/product/%3Flocale%3Dde")
        assert self.names() == ["Ink"]

    def test_a_collection_of_images(self, client: Client, image: Any) -> None:
        boats = Collection.get_first_root_node().add_child(instance=Collection(name="Boats"))
        other = saved_image(name="boat.png")
        type(other).objects.filter(pk=other.pk).update(collection=boats, title="Boat")
        client.post(f"{IMAGES}?id=all&collection_id={boats.pk}&next=/admin/images/%3Fcollection_id%3D{boats.pk}")
        assert self.names() == ["Boat"]

    def test_a_search_among_pages(self, client: Client, sites: SimpleNamespace) -> None:
        client.post(f"{PAGES}?id=all&q=About&next=/admin/pages/search/%3Fq%3DAbout")
        assert self.names() == ["About us"]

    def test_a_filter_among_the_pages_below_one(self, client: Client, sites: SimpleNamespace) -> None:
        kind = ContentType.objects.get_for_model(InfoPage).pk
        below = f"/admin/pages/{sites.home.pk}/%3Fcontent_type%3D{kind}"
        client.post(f"{PAGES}?id=all&content_type={kind}&childOf={sites.home.pk}&next={below}")
        assert self.names() == ["About us"]

    @pytest.mark.parametrize(
        "back", ["/admin/", "//evil.example/", "/admin/images/", "/nowhere/", "%00", "/admin/logout/"]
    )
    def test_another_address_narrows_nothing_and_widens_nothing(
        self, client: Client, shelf: list[Product], back: str
    ) -> None:
        client.post(f"{SNIPPETS}?id=all&q=Tin&next={back}")
        assert self.names() == ["Tin"]
        assert client.get("/admin/").status_code == 200

    @pytest.mark.parametrize(
        ("path", "is_list"),
        [
            ("/admin/snippets/demo/product/", True),
            ("/admin/images/", True),
            ("/admin/pages/search/", True),
            ("/admin/pages/1/", True),
            ("/admin/", False),
            ("/admin/logout/", False),
            ("/admin/shareai/runs/", False),
        ],
    )
    def test_no_view_but_a_list_is_asked(self, path: str, is_list: bool) -> None:
        assert _is_list(resolve(path)) is is_list
