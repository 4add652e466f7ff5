"""Enriching one product from its edit form: the click, what it proposed, and what the server writes of it."""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from wagtail.models import Locale, ModelLogEntry

from shareai_cms.actions.facts import ProductFacts
from shareai_cms.actions.targets import AccountRef, Target, TargetPolicy
from shareai_cms.catalog import Images, JSONKeys, ModelCatalog, Rows, registry
from shareai_cms.integrations.wagtail import accounts
from shareai_cms.models import AccountPermission, Suggestion, Usage
from shareai_cms.runs.tasks import Proposal
from shareai_cms.views.enrichment import Maker
from tests.demo.models import InfoPage, Product
from tests.demo.models.goods import ProductSpec
from tests.integrations.wagtail.conftest import person, signed_in
from tests.runs.made import part
from tests.runs.test_applying import Goods, goods
from tests.services import SandboxProcess

__all__ = ["goods"]
pytestmark = pytest.mark.django_db
ENRICH = "/admin/shareai/enrich/"
BEFORE, AFTER = "All the tides of a year.", "Every tide of the year, on one sheet."


class Form:
    """The edit form of a product, in the hands of somebody who works for the shop."""

    def __init__(self, user: User, product: Any, site: Any) -> None:
        self.client, self.user = signed_in(user), user
        self.target = {"type": product._meta.label_lower, "id": str(product.pk)}
        self.client.post("/admin/shareai/site/", {"site": site.pk})

    def offer(self) -> Any:
        return self.client.get(ENRICH, self.target)

    def click(self, parts: Any = ("short_description", "attribute"), *, key: str = "", **more: Any) -> Any:
        data = {"target": self.target, "parts": list(parts) if isinstance(parts, tuple) else parts, **more}
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.client.post(ENRICH, json.dumps(data), content_type="application/json", headers=headers)

    def listed(self, pk: int) -> Any:
        return self.client.get(f"{ENRICH}{pk}/", self.target)

    def write(self, pk: int, places: Any) -> Any:
        data = {"target": self.target, "places": places}
        return self.client.post(f"{ENRICH}{pk}/", json.dumps(data), content_type="application/json")

    def saved(self, pk: int, places: list[str]) -> Any:
        data = {"target": self.target, "places": places, "is_saved": True}
        return self.client.post(f"{ENRICH}{pk}/", json.dumps(data), content_type="application/json")

    def decide(self, pk: int, field: str) -> Any:
        data = {"target": {**self.target, "field": field}, "decision": "accepted"}
        return self.client.post(f"/admin/shareai/suggestions/{pk}/", json.dumps(data), content_type="application/json")

    def suggestion(self, account: Any, *parts: dict[str, Any], language: str = "en", **more: Any) -> Suggestion:
        """An enrichment of this product that this person was given."""
        now = {"deadline": "2026-01-01T00:00:00Z", "created_at": "2026-01-01T00:00:00Z"}
        usage = Usage.objects.create(
            account=account,
            wallet=account.wallet,
            key=uuid.uuid4().hex,
            fingerprint="0" * 64,
            state=Usage.State.SETTLED,
            meter="products",
            units=1,
            actor_kind="user",
            actor_ref=str(self.user.pk),
            feature="enrich-product",
            object_type=self.target["type"],
            object_ref=self.target["id"],
            **now,
        )
        result = {"kind": "enrichment", "language": language, "parts": list(parts), "missing": [], **more}
        return Suggestion.objects.create(usage=usage, result=result)


@pytest.fixture
def form(editor: User, product: Product, desk: SimpleNamespace, sites: SimpleNamespace) -> Form:
    return Form(editor, product, sites.shop_site)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def told(product: Product) -> list[str]:
    """The fields of each line about AI in the product's history."""
    lines = ModelLogEntry.objects.for_instance(product).filter(action="shareai.apply").order_by("pk")
    return [line.data["field"] for line in lines]


SUMMARY = part("short_description", BEFORE, AFTER)
MATERIALS = part("attribute", [], ["Paper"], key="materials", flags=("12 cm",))


class TestTheOffer:
    def test_every_part_is_ticked_and_the_price_stands_beside(self, form: Form) -> None:
        told = form.offer().content.decode()
        assert told.count('name="part"') == told.count(" checked") == 4
        assert "1 product enrichment · " in told
        assert " left" in told
        assert "What to improve" in told

    def test_zero_units_switch_it_off(self, form: Form, desk: SimpleNamespace, settings: Any) -> None:
        plan = desk.shop.wallet.plan
        plan.allowances.filter(meter="products").update(units=0)
        told = form.offer().content.decode()
        assert 'data-enrich-short="1" data-enrich-topup=""' in told
        assert "disabled" in told
        AccountPermission.objects.create(group=form.user.groups.get(), account=desk.shop, permission="buy")
        assert f'/topups/?account={desk.shop.pk}&amp;meter=products#shareai-wanted"' in form.offer().content.decode()

    def test_is_nothing_for_what_no_catalogue_knows(self, form: Form, sites: SimpleNamespace) -> None:
        form.target = {"type": "demo.infopage", "id": str(sites.info.pk)}
        assert code_of(form.offer()) == (404, "object_not_found")

    def test_is_nothing_for_a_product_that_is_not_saved(self, form: Form) -> None:
        form.target = {"type": "demo.product", "id": ""}
        assert code_of(form.offer()) == (404, "object_not_found")

    def test_the_forms_scripts_know_of_it(self, form: Form, sites: SimpleNamespace) -> None:
        def urls(path: str) -> Any:
            return form.client.get("/admin/shareai/config/", {"path": path}).json()["urls"]

        assert urls(f"/admin/snippets/demo/product/edit/{form.target['id']}/")["enrich"] == ENRICH
        assert "enrich" not in urls("/admin/snippets/demo/product/add/")
        assert "enrich" not in urls(f"/admin/pages/{sites.info.pk}/edit/")


class TestTheClick:
    def test_is_answered_counted_once_and_listed(self, form: Form, sandbox: SandboxProcess) -> None:
        key = uuid.uuid4().hex
        first, again = form.click(key=key), form.click(key=key)
        usage = Usage.objects.get()
        assert (usage.state, usage.meter, usage.units, usage.feature) == ("settled", "products", 1, "enrich-product")
        assert (usage.account.label, usage.object_ref) == ("Shop", form.target["id"])
        assert first.json()["result"]["kind"] == "enrichment"
        assert (again.json()["suggestion"], again.json()["units"]) == (first.json()["suggestion"], 0)
        assert sandbox.state()["calls"] == 1
        assert form.listed(first.json()["suggestion"]).status_code == 200

    def test_is_paid_by_the_site_that_the_catalogue_names_as_a_run_is(
        self, form: Form, sandbox: SandboxProcess, sites: SimpleNamespace
    ) -> None:
        class OfThePress(Goods):
            def account(self, obj: Any) -> AccountRef:
                return accounts.reference_of(sites.press_site)

        registry.register(OfThePress)
        assert form.click().status_code == 200
        assert Usage.objects.get().account.label == "Press"
        found = {"path": f"/admin/snippets/demo/product/edit/{form.target['id']}/"}
        config = form.client.get("/admin/shareai/config/", found).json()
        assert config["account"]["label"] == "Press"
        assert "Enrich" in form.client.get(config["urls"]["past"], found).content.decode()

    def test_asks_for_no_site_where_the_catalogue_knows_it(
        self, editor: User, product: Product, desk: SimpleNamespace, sites: SimpleNamespace
    ) -> None:
        class OfTheShop(Goods):
            def account(self, obj: Any) -> AccountRef:
                return accounts.reference_of(sites.shop_site)

        path = {"path": f"/admin/snippets/demo/product/edit/{product.pk}/"}
        client = signed_in(editor)
        assert client.get("/admin/shareai/config/", path).json()["problem"]["code"] == "account_unclear"
        registry.register(OfTheShop)
        found = client.get("/admin/shareai/config/", path).json()
        assert (found["problem"], found["account"]["label"]) == (None, "Shop")
        assert [each["meter"] for each in found["also"]] == ["products"]

    @pytest.mark.parametrize("parts", [None, "description", ["price"], [["description"]], {"a": 1}])
    def test_bears_garbage(self, form: Form, parts: Any) -> None:
        assert code_of(form.click(parts)) == (400, "invalid_request")
        assert not Usage.objects.exists()

    def test_nothing_ticked_is_nothing_done(self, form: Form) -> None:
        assert code_of(form.click(())) == (400, "input_empty")

    def test_a_language_that_is_not_offered(self, form: Form) -> None:
        assert code_of(form.click(language="tlh")) == (400, "invalid_request")
        assert code_of(form.click(language=["de"])) == (400, "invalid_request")

    def test_without_units_nothing_is_sent(self, form: Form, desk: SimpleNamespace, sandbox: SandboxProcess) -> None:
        desk.shop.wallet.plan.allowances.filter(meter="products").update(units=0)
        answer = form.click()
        assert code_of(answer) == (402, "allowance_exhausted")
        assert answer.json()["usage"]["meter"] == "products"
        assert sandbox.state()["calls"] == 0


class TestRights:
    def test_who_may_not_change_the_product(self, form: Form) -> None:
        form.user.groups.get().permissions.remove(Permission.objects.get(codename="change_product"))
        assert code_of(form.offer()) == (403, "not_permitted")
        assert code_of(form.click()) == (403, "not_permitted")

    def test_who_may_not_use_ai(self, intern: User, product: Product, sites: SimpleNamespace, desk: Any) -> None:
        form = Form(intern, product, sites.shop_site)
        assert code_of(form.offer()) == (403, "not_permitted")
        assert code_of(form.click()) == (403, "not_permitted")

    def test_who_may_use_ai_on_another_site_alone(
        self, product: Product, sites: SimpleNamespace, desk: SimpleNamespace
    ) -> None:
        form = Form(person("press", ai=("use",), account=desk.press), product, sites.shop_site)
        form.click()
        assert not Usage.objects.filter(account=desk.shop).exists()

    def test_strangers(self, form: Form) -> None:
        form.client = Client()
        assert form.offer().status_code == 302
        assert form.click().status_code in (302, 403)


class Leaves(ModelCatalog):
    slug = "test-leaves"
    model = InfoPage
    description = "body"


class TestPages:
    """A page may be a product too; its text is rich."""

    @pytest.fixture
    def page(self, editor: User, sites: SimpleNamespace, desk: SimpleNamespace) -> Form:
        registry.register(Leaves)
        return Form(editor, sites.info, sites.shop_site)

    def test_is_paid_by_its_own_site_and_filled_as_blocks(self, page: Form, desk: SimpleNamespace) -> None:
        change = {**part("description", "<p>Old.</p>", "<h2>New</h2><p>Some <b>bold</b>.</p>"), "format": "html"}
        [row] = page.listed(page.suggestion(desk.press, change).pk).context["rows"]
        value = json.loads(row.fill)
        assert (row.field, value["kind"], value["before"]) == ("body", "richtext", ["<p>Old.</p>"])
        assert [(block["type"], block["text"]) for block in value["raw"]["blocks"]] == [
            ("header-two", "New"),
            ("unstyled", "Some bold."),
        ]
        assert "<h2>" not in "".join(piece.text for piece in row.after)

    def test_locked(self, page: Form, sites: SimpleNamespace, manager: User, desk: SimpleNamespace) -> None:
        found = page.suggestion(desk.press, part("description", "<p>We print <b>books</b>.</p>", "<p>New.</p>"))
        InfoPage.objects.filter(pk=sites.info.pk).update(locked=True, locked_by=manager)
        assert code_of(page.offer())[1] == code_of(page.click(("description",)))[1] == "object_locked"
        assert code_of(page.write(found.pk, ["description:"]))[1] == "object_locked"
        assert not Usage.objects.filter(feature="enrich-product").exclude(pk=found.usage_id).exists()


class TestWhatWasProposed:
    def test_shows_both_sides_the_doubts_and_what_is_missing(self, form: Form, desk: SimpleNamespace) -> None:
        missing = [{"part": "attribute", "key": "size", "label": "Size of it"}]
        found = form.suggestion(desk.shop, SUMMARY, MATERIALS, missing=missing)
        told = form.listed(found.pk).content.decode()
        assert "<ins>" in told
        assert "Needs a look" in told
        assert "Not in the facts: number “<bdi>12 cm</bdi>”" in told
        assert "Size of it" in told
        assert "Accept all that need no look" in told

    def test_names_the_field_and_how_it_is_filled(self, form: Form, desk: SimpleNamespace) -> None:
        told = form.listed(form.suggestion(desk.shop, SUMMARY, MATERIALS).pk).context["rows"]
        assert [(row.field, json.loads(row.fill)["before"]) for row in told] == [
            ("summary", [BEFORE]),
            ("materials", []),
        ]
        assert json.loads(told[0].fill)["text"] == AFTER
        assert json.loads(told[1].fill)["values"] == ["Paper"]

    def test_is_called_as_the_form_calls_it(self, form: Form, desk: SimpleNamespace) -> None:
        class Sold(Goods):
            seo_title = "seo_title"

        registry.register(Sold)
        told = form.listed(form.suggestion(desk.shop, SUMMARY, part("seo_title", "", "Tides")).pk).context["rows"]
        assert [row.label for row in told] == ["Summary", "Title for search engines"]
        offered = form.offer().content.decode()
        assert "Title for search engines" in offered
        assert "SEO title" not in offered

    def test_finds_texts_of_images_and_rows_of_attributes_in_the_form(
        self, form: Form, desk: SimpleNamespace, image: Any, product: Product
    ) -> None:
        class Shown(Goods):
            attributes = (Rows("specs", name="name", value="value"),)
            images = Images("image", alt="image_alt")
            review_summary = "review_summary"

        registry.register(Shown)
        product.image = image
        product.specs.add(ProductSpec(name="Closure", value=""))
        product.save()
        summary = {"pros": [{"text": "Clear", "count": 2}], "cons": [], "reviews": 2}
        parts = (
            part("alt_text", "", "A harbour.", key=str(image.pk)),
            part("attribute", [], ["Buckle"], key="Closure"),
            part("review_summary", "", summary),
        )
        alt, closure, review = form.listed(form.suggestion(desk.shop, *parts).pk).context["rows"]
        assert (alt.field, json.loads(alt.fill)["text"]) == ("image_alt", "A harbour.")
        assert alt.label == "Alternative text"
        assert (closure.field, json.loads(closure.fill)["values"]) == ("specs", ["Buckle"])
        assert json.loads(closure.fill)["row"] == {"by": "name", "is": "Closure", "into": "value"}
        assert (review.field, json.loads(review.fill)["text"]) == ("review_summary", "+ Clear (2)")

    def test_what_has_no_field_is_left_to_the_server(self, form: Form, desk: SimpleNamespace) -> None:
        summary = {"pros": [{"text": "Clear", "count": 2}], "cons": [], "reviews": 2}
        parts = (part("alt_text", "", "A harbour.", key="1"), part("review_summary", "", summary))
        told = form.listed(form.suggestion(desk.shop, *parts).pk).context["rows"]
        assert [row.field for row in told] == ["", ""]

    def test_what_stands_there_is_done(self, form: Form, desk: SimpleNamespace, product: Product) -> None:
        Product.objects.filter(pk=product.pk).update(summary=AFTER)
        told = form.listed(form.suggestion(desk.shop, SUMMARY, MATERIALS).pk).context
        assert [row.is_done for row in told["rows"]] == [True, False]
        assert (told["open"], told["looks"]) == (1, 1)

    def test_lists_stand_there_in_any_order(self) -> None:
        facts = ProductFacts(name="Map", tags=("a", "b"))
        target = Target(object_type="", object_ref="", object_label="", account=AccountRef(platform="", reference=""))
        maker = Maker(TargetPolicy(), target, {}, facts, is_here=False)
        assert maker.row(Proposal(part="tags", before=["a"], after=["b", "a"])).is_done
        assert not maker.row(Proposal(part="tags", before=["a"], after=["b", "c"])).is_done

    def test_an_attribute_that_is_called_as_a_column_is_written_by_the_server(self, product: Product) -> None:
        class Keyed(Goods):
            attributes = ("materials", JSONKeys("sheet"), "size")

        Product.objects.update(sheet={"summary": "", "size": ""})
        product.refresh_from_db()
        shop = Keyed()
        account = AccountRef(platform="", reference="")
        target = Target(object_type="", object_ref="", object_label="", account=account, obj=product)
        specs = {spec.part: spec for spec in shop.parts(Product)}
        maker = Maker(TargetPolicy(), target, specs, shop.read(product), is_here=True)
        keys = ("materials", "summary", "size", "sheet")
        fields = [maker.row(Proposal(part="attribute", key=key, after=["x"])).field for key in keys]
        assert fields == ["materials", "", "", ""]

    def test_html_stands_there_with_what_was_kept_beside_it(self, product: Product) -> None:
        facts = ProductFacts(name="Map", description='<p>See <a linktype="page" id="1">here</a>.</p><embed id="1"/>')
        target = Target(object_type="", object_ref="", object_label="", account=AccountRef(platform="", reference=""))
        maker = Maker(TargetPolicy(), target, {}, facts, is_here=False)
        new = Proposal(part="description", before="x", after="<p>See here.</p>", is_html=True)
        assert maker.row(new).is_done

    def test_of_another_language_is_written_by_the_server(self, form: Form, desk: SimpleNamespace) -> None:
        told = form.listed(
            form.suggestion(desk.shop, part("short_description", "", "Alle Gezeiten."), language="de").pk
        )
        assert [row.field for row in told.context["rows"]] == [""]
        assert "German" in told.content.decode()
        assert "data-enrich-here" not in told.content.decode()

    def test_is_nobody_elses(self, form: Form, desk: SimpleNamespace, manager: User, sites: SimpleNamespace) -> None:
        found = form.suggestion(desk.shop, SUMMARY)
        of_press = form.suggestion(desk.press, SUMMARY)
        other = Product.objects.create(name="Ink", sku="I-1", kind="book", price="3.00", locale=Locale.get_active())
        stranger = Form(manager, Product.objects.get(pk=form.target["id"]), sites.shop_site)
        assert code_of(stranger.listed(found.pk)) == (404, "object_not_found")
        assert code_of(stranger.write(found.pk, ["short_description:"])) == (404, "object_not_found")
        assert form.listed(of_press.pk).status_code == 200  # the same person's, paid by another of their sites
        form.target["id"] = str(other.pk)
        assert code_of(form.listed(found.pk)) == (404, "object_not_found")
        assert code_of(form.write(found.pk, ["short_description:"])) == (404, "object_not_found")
