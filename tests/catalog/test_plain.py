"""A plain model: read and written in place, all or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.translation import override

from shareai_cms.actions.targets import AccountRef
from shareai_cms.catalog import Column, ModelCatalog, Tags
from shareai_cms.errors import ChangeRefused, NotPermitted, ObjectNotFound
from tests.catalog.shop import Wares, clerk, put, ware
from tests.wares.models import Maker, Review, Shelf, Spec, SpecKind, SpecValue, Tag, Ware

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def user() -> User:
    return clerk("change_ware")


@pytest.fixture
def shop() -> Wares:
    return Wares()


def attribute(facts: Any, key: str) -> Any:
    return next(each for each in facts.attributes if each.key == key)


def written(shop: ModelCatalog, user: User, obj: Ware, *changes: Any, **more: Any) -> Ware:
    """The object as it stands in the database after a write."""
    shop.write(user, obj, changes, **more)
    return Ware.objects.get(pk=obj.pk)


def refused(shop: ModelCatalog, user: User, obj: Ware, *changes: Any) -> str:
    """The sentence of the refusal, after which nothing is changed."""
    before = shop.version(Ware.objects.get(pk=obj.pk))
    with pytest.raises(ChangeRefused) as error:
        shop.write(user, obj, changes)
    assert shop.version(Ware.objects.get(pk=obj.pk)) == before
    return str(error.value.sentence)


class TestReading:
    def test_every_part(self, shop: Wares) -> None:
        obj = ware(
            description="<p>Tides.</p>",
            summary="All tides.",
            colour="b",
            weight="1.50",
            is_fragile=False,
            maker=Maker.objects.create(name="Harbour Press"),
            shelf=Shelf.objects.create(name="Tables"),
            stock=4,
        )
        obj.tags.add("tide")
        Review.objects.create(ware=obj, text="Good.", stars=4)
        Review.objects.create(ware=obj, text="Secret.", is_public=False)
        facts = shop.read(obj)
        assert (facts.name, facts.language, facts.brand) == ("Tide table", "en", "Harbour Press")
        assert (facts.description, facts.description_format) == ("<p>Tides.</p>", "html")
        assert (facts.category, facts.categories) == ("Tables", ("Tables",))
        assert (facts.tags, facts.more) == (("tide",), {"Stock": "4"})
        assert [(review.text, review.rating) for review in facts.reviews] == [("Good.", 4.0)]
        assert attribute(facts, "colour").values == ("Blue",)
        assert attribute(facts, "colour").allowed == ("Red", "Blue")
        assert attribute(facts, "colour").label == "Colour of it"
        assert attribute(facts, "weight").values in (("1.50",), ("1.5",))
        assert attribute(facts, "is_fragile").values == ("No",)
        assert attribute(facts, "size").label == "The size"

    def test_what_identifies_is_a_fact_and_no_proposal(self, shop: Wares) -> None:
        assert not attribute(shop.read(ware()), "sku").is_writable

    def test_labels_are_the_same_in_whatever_language_the_reader_works(self, shop: Wares) -> None:
        obj = ware(is_fragile=True)
        with override("de"):
            assert attribute(shop.read(obj), "is_fragile").values == ("Yes",)

    def test_nothing_at_all(self, shop: Wares) -> None:
        facts = shop.read(ware(name="X"))
        assert (facts.name, facts.description, facts.tags, facts.reviews) == ("X", "", (), ())

    def test_parts_with_their_places(self, shop: Wares) -> None:
        specs = {spec.part: spec for spec in shop.parts(Ware)}
        assert list(specs) == [
            "name", "description", "short_description", "seo_title", "seo_description", "attribute", "tags",
            "category", "alt_text", "review_summary",
        ]  # fmt: skip
        assert (specs["seo_title"].max_length, specs["seo_title"].field) == (60, "seo_title")
        assert (specs["description"].format, "p" in specs["description"].tags) == ("html", True)

    def test_excluded_fields_are_neither_read_nor_written(self, shop: Wares, settings: Any) -> None:
        settings.SHAREAI_CMS = {"EXCLUDED_FIELDS": ["wares.ware.description", "stock", "wares.ware.reviews", "maker"]}
        obj = ware(description="Secret.", maker=Maker.objects.create(name="M"))
        Review.objects.create(ware=obj, text="Secret.")
        facts = shop.read(obj)
        assert (facts.description, facts.reviews, facts.more, facts.brand) == ("", (), {}, "")
        assert "description" not in {spec.part for spec in shop.parts(Ware)}
        assert "no place" in refused(shop, clerk("change_ware"), obj, put("description", "x"))


class TestWhose:
    def test_the_site_that_the_model_names(self, shop: Wares, monkeypatch: pytest.MonkeyPatch) -> None:
        assert shop.account(ware()).reference == "default"
        named = AccountRef(platform="django", reference="shop")
        monkeypatch.setattr(Ware, "shareai_site", named, raising=False)
        assert shop.account(ware()) == named


class TestWriting:
    def test_texts_with_what_stood_there(self, shop: Wares, user: User) -> None:
        obj = ware(summary="Old.")
        result = shop.write(user, obj, [put("short_description", "New."), put("seo_title", "Tides")])
        assert dict(result.before) == {("short_description", ""): "Old.", ("seo_title", ""): ""}
        obj = Ware.objects.get(pk=obj.pk)
        assert (obj.summary, obj.seo_title, result.is_draft) == ("New.", "Tides", False)
        assert shop.version(obj) == result.version

    def test_other_columns_stay_as_they_are_in_the_database(self, shop: Wares, user: User) -> None:
        obj = ware()
        Ware.objects.update(stock=9, size="A5")
        stamp = Ware.objects.get().updated_at
        obj = written(shop, user, obj, put("short_description", "New."))
        assert (obj.stock, obj.size) == (9, "A5")
        assert obj.updated_at > stamp

    def test_broken_html_is_mended_and_what_runs_is_taken_out(self, shop: Wares, user: User) -> None:
        html = '<p onclick="x()">Tides <b>of<i></p><script>alert(1)</script><a href="javascript:x">a</a><iframe>'
        stored = written(shop, user, ware(), put("description", html)).description
        assert "Tides <b>of" in stored
        assert not any(word in stored for word in ("script", "onclick", "href", "iframe"))

    def test_what_stood_there_before_comes_back_as_it_was(self, shop: Wares, user: User) -> None:
        html = '<p class="x"><a href="/a">Link</a></p>'
        obj = ware(description=html)
        before = shop.write(user, obj, [put("description", "<p>New</p>")]).before
        back = put("description", before["description", ""], is_restored=True)
        assert written(shop, user, obj, back).description == html

    def test_plain_text_is_one_line_where_the_field_is(self, shop: Wares, user: User) -> None:
        assert written(shop, user, ware(), put("seo_title", "a\x00\n b\u202e")).seo_title == "a b"

    @pytest.mark.parametrize("given", ["Blue", "b", " blue "])
    def test_choices_by_label_or_by_value(self, shop: Wares, user: User, given: str) -> None:
        assert written(shop, user, ware(), put("attribute", given, "colour")).colour == "b"

    def test_allowed_values_of_the_declaration(self, shop: Wares, user: User) -> None:
        assert written(shop, user, ware(), put("attribute", ["Small"], "words")).words == "s"
        assert refused(shop, user, ware(), put("attribute", ["Tiny"], "words")) == (
            "Words: “Tiny” is not one of its values."
        )

    def test_numbers_and_flags(self, shop: Wares, user: User) -> None:
        obj = written(shop, user, ware(), put("attribute", "12.5", "weight"), put("attribute", "Yes", "is_fragile"))
        assert (str(obj.weight), obj.is_fragile) == ("12.50", True)
        obj = written(shop, user, obj, put("attribute", [], "weight"), put("attribute", [], "is_fragile"))
        assert (obj.weight, obj.is_fragile) == (None, None)

    def test_several_related_objects(self, shop: Wares, user: User) -> None:
        for name in ("home", "sea"):
            Tag.objects.create(name=name)
        obj = written(shop, user, ware(), put("attribute", ["sea", "home"], "uses"))
        assert {tag.name for tag in obj.uses.all()} == {"home", "sea"}
        assert "is not one of its values" in refused(shop, user, obj, put("attribute", ["moon"], "uses"))

    def test_a_queryset_of_the_declaration_is_asked_anew_each_time(self, user: User) -> None:
        class Goods(ModelCatalog):
            model = Ware
            attributes = (Column("maker", allowed=Maker.objects.filter(name__startswith="H")),)

        obj = ware()
        assert attribute(Goods().read(obj), "maker").allowed == ()
        Maker.objects.create(name="Zed")
        press = Maker.objects.create(name="Harbour Press")
        assert attribute(Goods().read(obj), "maker").allowed == ("Harbour Press",)
        assert written(Goods(), user, obj, put("attribute", "Harbour Press", "maker")).maker == press
        assert "Zed" in refused(Goods(), user, obj, put("attribute", "Zed", "maker"))

    def test_the_category_among_those_allowed_alone(self, shop: Wares, user: User) -> None:
        Shelf.objects.create(name="Tables")
        Shelf.objects.create(name="Closed", is_open=False)
        obj = written(shop, user, ware(), put("category", "Tables"))
        assert obj.shelf.name == "Tables"
        assert refused(shop, user, obj, put("category", "Closed")) == "Shelf: “Closed” is not one of its values."

    def test_two_categories_of_one_name_are_told_apart(self, shop: Wares, user: User) -> None:
        one, two = Shelf.objects.create(name="Maps"), Shelf.objects.create(name="Maps")
        obj = ware()
        assert shop.read(obj).categories == (f"Maps ({one.pk})", f"Maps ({two.pk})")
        assert written(shop, user, obj, put("category", f"Maps ({two.pk})")).shelf == two

    def test_tags(self, shop: Wares, user: User) -> None:
        obj = ware()
        obj.tags.add("old")
        obj = written(shop, user, obj, put("tags", ["tide", "sea ", "tide"]))
        assert sorted(shop.read(obj).tags) == ["sea", "tide"]

    def test_a_summary_of_reviews(self, shop: Wares, user: User) -> None:
        summary = {"pros": [{"text": "clear", "count": 2}], "cons": [], "reviews": 3}
        obj = written(shop, user, ware(), put("review_summary", summary))
        assert shop.read(obj).value("review_summary") == summary
        assert written(shop, user, obj, put("review_summary", "")).verdict is None

    def test_another_language_in_columns_of_its_own(self, shop: Wares, user: User) -> None:
        obj = ware(description="<p>Tides</p>")
        assert (shop.languages(obj), shop.read(obj, "de").language) == (("de",), "en")
        obj = written(shop, user, obj, put("name", "Gezeiten"), put("description", "<p>Flut</p>"), language="de")
        assert (obj.name, obj.name_de, obj.description_de) == ("Tide table", "Gezeiten", "<p>Flut</p>")
        assert (shop.read(obj, "de").name, shop.read(obj, "de").language) == ("Gezeiten", "de")
        assert shop.version(obj, "de") != shop.version(obj)

    def test_the_version_tells_what_a_write_would_overwrite(self, shop: Wares) -> None:
        obj = ware()
        before = shop.version(obj)
        obj.stock = 99
        assert shop.version(obj) == before
        obj.size = "A5"
        assert shop.version(obj) != before
        assert len(before) <= 64


class TestKindsOfTags:
    @pytest.mark.parametrize(
        ("declared", "name"), [(Tags("keywords"), "keywords"), ("words", "words"), (Tags("uses", may_add=True), "uses")]
    )
    def test_written_and_read_back(self, user: User, declared: Any, name: str) -> None:
        class Goods(ModelCatalog):
            model = Ware
            tags = declared

        obj = written(Goods(), user, ware(), put("tags", ["tide", "sea"]))
        assert sorted(Goods().read(obj).tags) == ["sea", "tide"]
        assert written(Goods(), user, obj, put("tags", [])) and Goods().read(Ware.objects.get()).tags == ()

    def test_none_is_made_up(self, user: User) -> None:
        class Goods(ModelCatalog):
            model = Ware
            tags = Tags("uses")

        assert "is not one of its values" in refused(Goods(), user, ware(), put("tags", ["moon"]))

    def test_a_comma_would_make_two_of_one(self, user: User) -> None:
        class Goods(ModelCatalog):
            model = Ware
            tags = "words"

        assert "no comma" in refused(Goods(), user, ware(), put("tags", ["a, b"]))


class TestRows:
    @pytest.fixture
    def obj(self) -> Ware:
        obj = ware()
        for code, name in (("fold", "Fold"), ("paper", "Paper")):
            kind = SpecKind.objects.create(code=code, name=name)
            for value in ("One", "Two"):
                SpecValue.objects.create(kind=kind, name=f"{name} {value}")
        Spec.objects.create(ware=obj, kind=kind, value=SpecValue.objects.get(name="Paper One"))
        return obj

    def test_read_with_their_own_allowed_values(self, shop: Wares, obj: Ware) -> None:
        facts = shop.read(obj)
        paper, fold = attribute(facts, "paper"), attribute(facts, "fold")
        assert (paper.label, paper.values, paper.allowed) == ("Paper", ("Paper One",), ("Paper One", "Paper Two"))
        assert (fold.label, fold.values, fold.allowed) == ("Fold", (), ("Fold One", "Fold Two"))

    def test_changed_added_and_taken_away(self, shop: Wares, user: User, obj: Ware) -> None:
        row = obj.specs.get()
        result = shop.write(user, obj, [put("attribute", "Paper Two", "paper"), put("attribute", ["Fold One"], "fold")])
        assert dict(result.before) == {("attribute", "paper"): ["Paper One"], ("attribute", "fold"): []}
        assert obj.specs.get(kind__code="paper").pk == row.pk
        assert {str(spec.value) for spec in obj.specs.all()} == {"Paper Two", "Fold One"}
        shop.write(user, obj, [put("attribute", value, key) for (_part, key), value in result.before.items()])
        assert [str(spec.value) for spec in obj.specs.all()] == ["Paper One"]

    def test_the_version_follows_them(self, shop: Wares, user: User, obj: Ware) -> None:
        result = shop.write(user, obj, [put("attribute", "Paper Two", "paper")])
        assert shop.version(Ware.objects.get(pk=obj.pk)) == result.version
        obj.specs.update(value=None)
        assert shop.version(Ware.objects.get(pk=obj.pk)) != result.version

    def test_a_value_of_another_attribute(self, shop: Wares, user: User, obj: Ware) -> None:
        assert "Paper: “Fold One”" in refused(shop, user, obj, put("attribute", "Fold One", "paper"))

    def test_two_values_where_there_is_one(self, shop: Wares, user: User, obj: Ware) -> None:
        assert "single" in refused(shop, user, obj, put("attribute", ["Paper One", "Paper Two"], "paper"))

    def test_an_attribute_that_the_object_cannot_have(self, shop: Wares, user: User, obj: Ware) -> None:
        assert "not there any more" in refused(shop, user, obj, put("attribute", ["x"], "moon"))

    def test_of_an_attribute_that_was_deleted_meanwhile(self, shop: Wares, user: User, obj: Ware) -> None:
        SpecKind.objects.filter(code="fold").delete()
        assert "not one of its values" in refused(shop, user, obj, put("attribute", ["Fold One"], "fold"))


class TestJSON:
    def test_texts_numbers_and_lists_keep_their_kind(self, shop: Wares, user: User) -> None:
        obj = ware(data={"pages": 64, "inks": ["blue"], "fold": "none", "box": {"w": 1}})
        facts = shop.read(obj)
        assert (attribute(facts, "pages").values, attribute(facts, "inks").is_multiple) == (("64",), True)
        assert attribute(facts, "finish").allowed == ("matt", "glossy")
        with pytest.raises(StopIteration):
            attribute(facts, "box")
        changes = (("80", "pages"), (["red", "blue"], "inks"), ("matt", "finish"))
        obj = written(shop, user, obj, *(put("attribute", value, key) for value, key in changes))
        assert obj.data == {"pages": 80, "inks": ["red", "blue"], "fold": "none", "box": {"w": 1}, "finish": "matt"}
        assert written(shop, user, obj, put("attribute", [], "finish")).data.get("finish") is None
        assert refused(shop, user, obj, put("attribute", "many", "pages")) == "Pages: it takes a number."
        assert "silk" in refused(shop, user, obj, put("attribute", "silk", "finish"))

    def test_what_is_no_object_is_left_alone(self, shop: Wares, user: User) -> None:
        obj = ware(data=["odd"])
        assert not {"pack", "finish"} & {each.key for each in shop.read(obj).attributes}
        assert refused(shop, user, obj, put("attribute", "box", "pack"))
        obj = ware(data=[])
        assert written(shop, user, obj, put("attribute", "box", "pack")).data == {"pack": "box"}


class TestRefusals:
    def test_without_the_right(self, shop: Wares) -> None:
        obj = ware()
        for user in (clerk(), clerk("add_ware"), None):
            with pytest.raises(NotPermitted):
                shop.check(user, obj)
            with pytest.raises(NotPermitted):
                shop.write(user, obj, [put("seo_title", "x")])

    def test_a_right_that_was_withdrawn_and_a_closed_account(self, shop: Wares, user: User) -> None:
        obj = ware()
        shop.check(user, obj)
        user.user_permissions.clear()
        with pytest.raises(NotPermitted):
            shop.write(User.objects.get(pk=user.pk), obj, [put("seo_title", "x")])
        admin = User.objects.create_superuser("admin", is_active=False)
        with pytest.raises(NotPermitted):
            shop.check(admin, obj)

    def test_an_object_that_is_gone(self, shop: Wares, user: User) -> None:
        obj = ware()
        Ware.objects.all().delete()
        with pytest.raises(ObjectNotFound):
            shop.write(user, obj, [put("seo_title", "x")])

    def test_all_or_none(self, shop: Wares, user: User) -> None:
        obj = ware()
        obj.tags.add("old")
        changes = [put("seo_title", "Tides"), put("tags", ["new"]), put("short_description", "x" * 200)]
        sentence = refused(shop, user, obj, *changes)
        assert sentence.startswith("Summary: Ensure this value has at most 160 characters")
        assert Ware.objects.get().seo_title == ""

    def test_a_rule_of_the_model_names_its_field(self, shop: Wares, user: User) -> None:
        sentence = refused(shop, user, ware(), put("description", "<p>forbidden</p>"))
        assert sentence == "Description: That word is not used here."

    def test_what_was_wrong_before_is_not_this_changes_fault(self, shop: Wares, user: User) -> None:
        obj = ware(description="forbidden", seo_description="y" * 150)
        Ware.objects.update(colour="z")
        assert written(shop, user, obj, put("seo_title", "Tides")).seo_title == "Tides"

    @pytest.mark.parametrize(
        "change",
        [
            put("moon", "x"),
            put("seo_title", "x", "key"),
            put("seo_title", ["a", "b"]),
            put("seo_title", {"a": 1}),
            put("tags", {"a": 1}),
            put("tags", [1]),
            put("attribute", "x", ""),
            put("attribute", "S99", "sku"),
            put("attribute", ["1", "2"], "size"),
            put("attribute", "heavy", "weight"),
            put("attribute", "9" * 30, "weight"),
            put("category", "moon"),
            put("alt_text", "x", "1"),
            put("alt_text", "x"),
            put("review_summary", ["x"]),
            put("name", ""),
        ],
    )
    def test_values_of_the_wrong_form(self, shop: Wares, user: User, change: Any) -> None:
        assert refused(shop, user, ware(), change)

    def test_a_hundred_thousand_characters(self, shop: Wares, user: User) -> None:
        text = "<p>" + "word " * 20_000 + "</p>"
        assert len(written(shop, user, ware(), put("description", text)).description) > 99_000
        assert refused(shop, user, ware(), put("seo_title", text)).startswith("Seo title: ")
