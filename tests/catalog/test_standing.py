"""What stands there and is none of what may be written: left alone, kept beside what is new, and put back."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.test.utils import isolate_apps
from django.utils.connection import ConnectionDoesNotExist
from django.utils.translation import override

from shareai_cms.catalog import Column, JSONKeys, ModelCatalog, Reviews, Rows, Tags, Text, keeping
from shareai_cms.catalog.locking import locked
from shareai_cms.catalog.places.options import options_of
from shareai_cms.errors import ChangeRefused
from tests.catalog.shop import Wares, clerk, put, ware
from tests.wares.models import Maker, Review, Shelf, Spec, SpecKind, SpecValue, Tag, Ware

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


class Named(ModelCatalog):
    model = Ware
    name = "name"
    attributes = (
        Column("keywords", allowed=("Oak", "Pine")),
        Column("colour"),
        Column("uses", allowed=Tag.objects.filter(name="sea")),
        JSONKeys("data", allowed={"mat": ("Oak", "Pine")}),
        Rows("specs", name="kind__name", key="kind__code", value="text"),
    )


@pytest.fixture
def user() -> User:
    return clerk("change_ware")


def written(user: User, obj: Ware, *changes: Any, shop: type[ModelCatalog] = Named) -> Ware:
    shop().write(user, obj, changes)
    return Ware.objects.get(pk=obj.pk)


def undone(user: User, obj: Ware, *changes: Any, shop: type[ModelCatalog] = Named) -> Ware:
    """The object after a write that was taken back."""
    before = shop().write(user, obj, changes).before
    back = [put(part, value, key, is_restored=True) for (part, key), value in before.items()]
    return written(user, obj, *back, shop=shop)


def refusal(user: User, obj: Ware, *changes: Any, shop: type[ModelCatalog] = Named) -> str:
    with pytest.raises(ChangeRefused) as error:
        shop().write(user, obj, changes)
    return str(error.value.sentence)


def keys(obj: Ware, shop: type[ModelCatalog] = Named) -> dict[str, Any]:
    return {each.key: each for each in shop().read(obj).attributes}


class TestStructures:
    @pytest.mark.parametrize("held", [{"a": 1}, [{"en": "Oak"}], ["Oak", ["Pine"]], [None]])
    def test_json_that_nobody_can_read_is_no_attribute_and_stays(self, user: User, held: Any) -> None:
        obj = ware(keywords=held, data={"mat": held})
        found = keys(obj)
        assert (found["keywords"].is_writable, "mat" in found) == (False, False)
        assert "not written by AI" in refusal(user, obj, put("attribute", ["Oak"], "keywords"))
        assert refusal(user, obj, put("attribute", ["Oak"], "mat"))
        obj = Ware.objects.get()
        assert (obj.keywords, obj.data) == (held, {"mat": held})

    def test_a_yes_or_no_becomes_no_text(self, user: User) -> None:
        obj = ware(data={"dishwasher": True})
        assert (keys(obj)["dishwasher"].values, keys(obj)["dishwasher"].is_writable) == (("true",), False)
        assert "not written by AI" in refusal(user, obj, put("attribute", ["wahr"], "dishwasher"))

    def test_a_number_is_one(self, user: User) -> None:
        obj = ware(data={"height": 1.5})
        for value in ("nan", "inf", "1e999"):
            assert "number" in refusal(user, obj, put("attribute", [value], "height"))

    def test_an_attribute_of_two_places_is_the_first_ones(self, user: User) -> None:
        class Twice(ModelCatalog):
            model = Ware
            attributes = (Column("size", is_writable=False), JSONKeys("data"))

        obj = ware(size="L", data={"size": ""})
        assert [each.values for each in Twice().read(obj).attributes] == [("L",)]
        assert refusal(user, obj, put("attribute", "XL", "size"), shop=Twice)
        assert Ware.objects.get().data == {"size": ""}


class TestValuesThatWereAllowedOnce:
    def test_stay_beside_a_new_one(self, user: User) -> None:
        class Tagged(ModelCatalog):
            model = Ware
            tags = Tags("words", allowed=("Oak",))

        obj = ware(keywords=["Elm", 7], data={"mat": ["Elm", 7]}, words="Elm")
        obj.uses.add(Tag.objects.create(name="land"))
        Tag.objects.create(name="sea")
        new = [put("attribute", ["Elm", "7", "Oak"], key) for key in ("keywords", "mat")]
        obj = written(user, obj, *new, put("attribute", ["land", "sea"], "uses"))
        assert (obj.keywords, obj.data) == (["Elm", 7, "Oak"], {"mat": ["Elm", 7, "Oak"]})
        assert {tag.name for tag in obj.uses.all()} == {"land", "sea"}
        assert written(user, obj, put("tags", ["Elm", "Oak"]), shop=Tagged).words == "Elm, Oak"

    def test_come_back(self, user: User) -> None:
        obj = ware(keywords=["Elm"], data={"mat": "Elm"})
        Ware.objects.update(colour="z")
        changes = [put("attribute", ["Oak"], key) for key in ("keywords", "mat")]
        obj = undone(user, Ware.objects.get(), *changes, put("attribute", "Red", "colour"))
        assert (obj.keywords, obj.data, obj.colour) == (["Elm"], {"mat": "Elm"}, "z")

    def test_a_category_that_was_closed_has_its_name_and_comes_back(self, user: User) -> None:
        closed = Shelf.objects.create(name="Closed", is_open=False)
        Shelf.objects.create(name="Tables")
        obj = ware(shelf=closed)
        assert (Wares().read(obj).category, Wares().read(obj).categories) == ("Closed", ("Tables",))
        assert undone(user, obj, put("category", "Tables"), shop=Wares).shelf == closed

    def test_a_value_of_a_row_comes_back(self, user: User) -> None:
        kinds = [SpecKind.objects.create(code=code, name=code) for code in ("fold", "paper")]
        one, two = (SpecValue.objects.create(kind=kind, name=f"{kind} one") for kind in kinds)
        obj = ware()
        Spec.objects.create(ware=obj, kind=kinds[0], value=two)
        undone(user, obj, put("attribute", str(one), "fold"), shop=Wares)
        assert Spec.objects.get().value == two


class TestWhatMayNotBeEmptyAnyMore:
    def test_an_empty_text_and_empty_json_come_back(self, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Ware._meta.get_field("data"), "blank", False)
        obj = ware(name="", data={})
        named = [put("name", "Tides")]
        assert undone(user, obj, *named).name == ""
        assert undone(user, obj, put("attribute", "box", "pack"), shop=Wares).data == {}
        assert "blank" in refusal(user, obj, put("name", ""))

    def test_a_rule_that_is_newer_than_what_stood_there(self, user: User) -> None:
        obj = ware(description="forbidden")
        assert undone(user, obj, put("description", "<p>New</p>"), shop=Wares).description == "forbidden"

    def test_a_row_and_a_key_without_a_value_are_still_there(self, user: User) -> None:
        obj = ware(data={"finish": "", "note": None})
        Spec.objects.create(ware=obj, kind=SpecKind.objects.create(code="fold", name="Fold"), text="")
        changes = [put("attribute", ["x"], key) for key in ("finish", "note", "fold")]
        obj = undone(user, obj, *changes)
        assert set(keys(obj)) >= {"finish", "note", "fold"}
        assert Spec.objects.get().text == ""


class TestRulesOfTheTable:
    @pytest.mark.parametrize(
        "rule",
        [
            models.UniqueConstraint(fields=["name", "size"], name="one_of_each"),
            models.CheckConstraint(condition=~models.Q(name="Chart", size="A5"), name="none_of_these"),
        ],
    )
    def test_over_several_fields_are_asked_for_one_of_them(
        self, user: User, monkeypatch: pytest.MonkeyPatch, rule: Any
    ) -> None:
        obj = ware(size="A5")
        ware(name="Chart", size="A5")
        monkeypatch.setattr(Ware._meta, "constraints", [rule])
        assert refusal(user, obj, put("name", "Chart"))
        assert written(user, obj, put("name", "Map")).name == "Map"

    def test_unique_together(self, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
        obj = ware(size="A5")
        ware(name="Chart", size="A5")
        monkeypatch.setattr(Ware._meta, "unique_together", (("name", "size"),))
        assert "already exists" in refusal(user, obj, put("name", "Chart"))

    def test_a_key_too_long_to_be_remembered_is_no_attribute(self) -> None:
        assert "k" * 256 not in keys(ware(data={"k" * 256: "", "k": ""}))


class TestItsAddress:
    def test_of_a_key_that_an_address_cannot_hold(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[Any] = []
        monkeypatch.setattr(keeping, "reverse", lambda name, args: asked.extend(args) or "/here/")
        assert keeping.Keeper().address(SpecKind(pk="a/b_2F")) == "/here/"
        assert asked == ["a_2Fb_5F2F"]


class TestWhereItIsRead:
    def test_from_the_database_that_is_written_to(self, user: User, settings: Any) -> None:
        obj = ware()
        settings.DATABASE_ROUTERS = [f"{__name__}.ReadsFromAReplica"]
        with pytest.raises(ConnectionDoesNotExist):
            Ware.objects.get()
        assert locked(obj).name == "Tide table"


class ReadsFromAReplica:
    """Somewhere that is not there, so that reading from it would be noticed."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        return "replica" if model is Ware else None


class TestLinks:
    class Linked(ModelCatalog):
        model = Ware
        description = Text("description", is_html=True, tags=("p", "a"))

    def test_those_that_stand_there_stay_and_no_other_comes(self, user: User) -> None:
        obj = ware(description='<p><a href="https://a.example" title="x">Care</a></p>')
        html = '<p><a href="https://a.example" onclick="x">Care</a> <a href="https://b.example">b</a></p>'
        obj = written(user, obj, put("description", html), shop=self.Linked)
        assert obj.description == '<p><a href="https://a.example">Care</a> <a>b</a></p>'


class TestLabels:
    def test_of_two_that_differ_in_spaces_each_is_itself(self, user: User) -> None:
        class Spaced(ModelCatalog):
            model = Ware
            attributes = (Column("words", allowed=[("a", "Dark  Blue"), ("b", "dark Blue"), ("c", "Cafe\u0301")]),)

        obj = ware()
        first, second, _third = keys(obj, Spaced)["words"].allowed
        assert written(user, obj, put("attribute", second, "words"), shop=Spaced).words == "b"
        assert written(user, obj, put("attribute", first, "words"), shop=Spaced).words == "a"
        assert written(user, obj, put("attribute", "Caf\u00e9", "words"), shop=Spaced).words == "c"

    @isolate_apps("tests.wares")
    def test_of_a_foreign_key_to_another_column_than_the_primary_key(self) -> None:
        class Leaf(models.Model):
            ware = models.ForeignKey(Ware, to_field="sku", on_delete=models.CASCADE, related_name="+")

            class Meta:
                app_label = "wares"

            def __str__(self) -> str:
                return self.ware.name

        ware(name="Chart", sku="C-1")
        for allowed in (None, Ware.objects.all()):
            options = options_of(Leaf._meta.get_field("ware"), allowed, None)
            assert options is not None
            assert options.stored("Chart") == "C-1"

    def test_a_refusal_speaks_the_persons_language(self, user: User) -> None:
        class German(Wares):
            language = "de"
            columns = {}

        for value in (["9" * 30], ["1", "2"]):
            sentence = refusal(user, ware(), put("attribute", value, "weight"), shop=German)
            assert sentence.startswith(("Weight: Ensure that", "Weight: it takes a single text."))
        with pytest.raises(ChangeRefused) as error:
            German().write(user, ware(), [put("attribute", ["moon"], "colour")])
        with override("de"):
            assert "moon" in str(error.value.sentence)
            assert "is not one of" not in str(error.value.sentence)


class TestReading:
    def test_the_tags_that_it_may_have(self) -> None:
        class Tagged(ModelCatalog):
            model = Ware
            tags = Tags("uses")

        obj = ware()
        Tag.objects.create(name="sea")
        assert Tagged().read(obj).allowed_tags == ("sea",)
        chosen = Tags("words", allowed=("a",))
        more: list[tuple[Any, Any]] = [(Tags("uses", may_add=True), ()), ("tags", ()), (chosen, ("a",))]
        for declared, known in more:
            Tagged.tags = declared
            assert Tagged().read(obj).allowed_tags == known

    def test_what_is_excluded_is_not_read_through_a_relation(self, settings: Any) -> None:
        class Led(ModelCatalog):
            model = Ware
            brand = "maker__name"
            more = ("maker__name",)
            reviews = Reviews("reviews", text="text")
            attributes = (Rows("specs", name="kind__name", value="text"),)

        obj = ware(maker=Maker.objects.create(name="Secret"))
        Review.objects.create(ware=obj, text="Secret.")
        Spec.objects.create(ware=obj, kind=SpecKind.objects.create(code="fold", name="Fold"), text="Secret")
        assert len(Led().read(obj).attributes) == 1
        names = ["wares.maker.name", "wares.review.text", "wares.spec.text"]
        settings.SHAREAI_CMS = {"EXCLUDED_FIELDS": names}
        facts = Led().read(obj)
        assert (facts.brand, facts.more, facts.reviews, facts.attributes) == ("", {}, (), ())

    def test_stars_in_words_are_none(self) -> None:
        class Worded(ModelCatalog):
            model = Ware
            reviews = Reviews("reviews", text="text", rating="text")

        obj = ware()
        for text in ("five", "nan", "4"):
            Review.objects.create(ware=obj, text=text)
        assert [review.rating for review in Worded().read(obj).reviews] == [None, None, 4.0]
