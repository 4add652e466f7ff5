"""Snippets with drafts: a new draft on the latest one, and what is published stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Locale, ModelLogEntry

from shareai_cms.catalog import ModelCatalog, Tags, Text
from shareai_cms.errors import ChangeRefused, NotPermitted, ObjectLocked, ObjectNotFound
from tests.catalog.shop import Charts, Logbooks, clerk, put
from tests.wares.models import Chart, ChartPicture, ChartSpec, Logbook, Shelf, Tag

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

STREAM = [
    ("heading", "The bay"),
    ("text", '<p data-block-key="k12kg">Old words.</p>'),
    ("note", "Mind the rocks."),
    ("section", {"heading": "More", "text": "<p>Inside.</p>"}),
]


def chart(**values: Any) -> Chart:
    return Chart.objects.create(**{"name": "Bay", **values})


@pytest.fixture
def user(db: None) -> User:
    return clerk("change_chart", "view_chart")


@pytest.fixture
def shop() -> Charts:
    return Charts()


def drafted(shop: ModelCatalog, user: User, obj: Chart, *changes: Any) -> Chart:
    """The latest draft after a write that left the published object as it was."""
    before = Chart.objects.filter(pk=obj.pk).values("name", "body", "blurb", "scale", "shelf").get()
    result = shop.write(user, obj, changes, note="Product enrichment")
    assert result.is_draft
    assert Chart.objects.filter(pk=obj.pk).values("name", "body", "blurb", "scale", "shelf").get() == before
    obj = Chart.objects.get(pk=obj.pk)
    assert obj.has_unpublished_changes
    return obj.get_latest_revision_as_object()


def refusal(shop: ModelCatalog, user: User, obj: Any, *changes: Any) -> str:
    with pytest.raises(ChangeRefused) as error:
        shop.write(user, obj, changes)
    assert not type(obj).objects.get(pk=obj.pk).has_unpublished_changes
    return str(error.value.sentence)


class TestADraft:
    def test_a_new_revision_and_a_line_in_the_history(self, shop: Charts, user: User) -> None:
        obj = chart()
        draft = drafted(shop, user, obj, put("short_description", "<p>New <b>words</b></p>"))
        assert "New <b>words</b>" in draft.blurb
        revision = draft.latest_revision
        assert (revision.user, Chart.objects.get().live) == (user, True)
        entry = ModelLogEntry.objects.get()
        assert (entry.action, entry.user, entry.revision) == ("shareai.apply", user, revision)
        assert entry.data == {"action": "Product enrichment", "field": "Blurb"}

    def test_on_top_of_what_somebody_has_drafted(self, shop: Charts, user: User) -> None:
        obj = chart()
        obj.name = "Drafted"
        obj.save_revision()
        assert shop.read(Chart.objects.get()).name == "Drafted"
        draft = drafted(shop, user, obj, put("attribute", "Small", "scale"))
        assert (draft.name, draft.scale, Chart.objects.get().name) == ("Drafted", "s", "Bay")

    def test_the_version_is_that_of_the_draft_until_another_one(self, shop: Charts, user: User) -> None:
        obj = chart()
        result = shop.write(user, obj, [put("attribute", "Small", "scale")])
        obj = Chart.objects.get()
        assert shop.version(obj) == result.version
        obj.get_latest_revision().publish()
        assert shop.version(Chart.objects.get()) == result.version
        Chart.objects.get().save_revision()
        assert shop.version(Chart.objects.get()) != result.version

    def test_published_and_taken_back(self, shop: Charts, user: User) -> None:
        obj = chart(blurb="<p>Old</p>")
        before = shop.write(user, obj, [put("short_description", "<p>New</p>")]).before
        Chart.objects.get().get_latest_revision().publish()
        back = put("short_description", before["short_description", ""], is_restored=True)
        assert drafted(shop, user, obj, back).blurb == "<p>Old</p>"

    def test_html_that_the_field_does_not_keep(self, shop: Charts, user: User) -> None:
        html = (
            '<h1>Big</h1><h3>Small</h3><script>x</script><p onclick="x">a<u>b</u></p><table><tr><td>c</td></tr></table>'
        )
        blurb = drafted(shop, user, chart(), put("short_description", html)).blurb
        assert blurb == "<p>Big</p><h3>Small</h3><p>ab</p><p>c</p>"
        assert {spec.part: spec.tags for spec in shop.parts(Chart)}["short_description"] == ("p", "h3", "b")

    def test_a_relation_that_drafts_do_not_keep_is_read_alone(self, user: User) -> None:
        class Loose(ModelCatalog):
            model = Chart
            tags = "loose"

        obj = chart()
        obj.loose.add(Tag.objects.create(name="sea"))
        assert Loose().read(obj).tags == ("sea",)
        assert Loose().parts(Chart) == () or "tags" not in {spec.part for spec in Loose().parts(Chart)}
        assert "no place" in refusal(Loose(), user, obj, put("tags", []))


class TestStreams:
    def test_the_first_text_is_written_and_all_else_stays(self, shop: Charts, user: User) -> None:
        obj = chart(body=STREAM)
        facts = shop.read(obj)
        assert (facts.description, facts.description_format) == ("<p>Old words.</p>", "html")
        assert facts.more["Body"] == "The bay\n\nMind the rocks.\n\nMore\n\nInside."
        draft = drafted(shop, user, obj, put("description", "<p>New <b>words</b>.</p><script>x</script>"))
        assert [child.block_type for child in draft.body] == ["heading", "text", "note", "section"]
        assert draft.body[1].value.source == "<p>New <b>words</b>.</p>"
        assert draft.body[1].id == Chart.objects.get().body[1].id
        assert shop.read(Chart.objects.get()).more == facts.more

    def test_a_stream_without_a_text_gets_one_in_front_and_loses_it_again(self, shop: Charts, user: User) -> None:
        obj = chart(body=STREAM[2:])
        draft = drafted(shop, user, obj, put("description", "<p>New.</p>"))
        assert [child.block_type for child in draft.body] == ["text", "note", "section"]
        draft = drafted(shop, user, obj, put("description", "", is_restored=True))
        assert [child.block_type for child in draft.body] == ["note", "section"]

    def test_a_declared_block_in_a_structure(self, user: User) -> None:
        class Sections(ModelCatalog):
            model = Chart
            description = Text("body", block="section.text")

        obj = chart(body=STREAM)
        assert Sections().read(obj).description == "<p>Inside.</p>"
        draft = drafted(Sections(), user, obj, put("description", "<p>Deep.</p>"))
        assert (draft.body[3].value["text"].source, draft.body[3].value["heading"]) == ("<p>Deep.</p>", "More")
        empty = drafted(Sections(), user, chart(), put("description", "<p>Deep.</p>"))
        assert empty.body[0].value["text"].source == "<p>Deep.</p>"

    def test_a_block_that_does_not_take_it_is_named(self, user: User) -> None:
        class Notes(ModelCatalog):
            model = Chart
            description = Text("body", block="note")

        obj = chart(body=STREAM)
        assert Notes().parts(Chart)[0].max_length == 200
        sentence = refusal(Notes(), user, obj, put("description", "x" * 300))
        assert sentence.startswith("Body (Note): Ensure this value has at most 200 characters")

    def test_empty(self, shop: Charts) -> None:
        assert (shop.read(chart()).description, shop.read(chart()).more) == ("", {})


class TestRowsInADraft:
    def test_changed_added_and_taken_away_in_the_draft_alone(self, shop: Charts, user: User) -> None:
        obj = chart()
        row = ChartSpec.objects.create(chart=obj, name="Paper", value="thin", sort_order=0)
        draft = drafted(shop, user, obj, put("attribute", "thick", "Paper"), put("attribute", "4", "Fold"))
        assert [(spec.name, spec.value) for spec in draft.specs.all()] == [("Paper", "thick"), ("Fold", "4")]
        assert list(ChartSpec.objects.values_list("value", flat=True)) == ["thin"]
        draft = drafted(shop, user, obj, put("attribute", "5", "Fold"))
        assert [(spec.name, spec.value) for spec in draft.specs.all()] == [("Paper", "thick"), ("Fold", "5")]
        draft = drafted(shop, user, obj, put("attribute", [], "Fold"))
        assert [(spec.pk, spec.value) for spec in draft.specs.all()] == [(row.pk, "thick")]
        draft.latest_revision.publish()
        assert list(ChartSpec.objects.values_list("value", flat=True)) == ["thick"]

    def test_tags(self, shop: Charts, user: User) -> None:
        obj = chart()
        obj.labels.add("old")
        obj.save()
        draft = drafted(shop, user, obj, put("tags", ["sea", "tide"]))
        assert sorted(tag.name for tag in draft.labels.all()) == ["sea", "tide"]
        assert shop.read(Chart.objects.get()).tags == ("sea", "tide")
        assert [tag.name for tag in Chart.objects.get().labels.all()] == ["old"]

    def test_several_related_objects(self, user: User) -> None:
        class Used(ModelCatalog):
            model = Chart
            tags = Tags("uses")

        Tag.objects.create(name="sea")
        draft = drafted(Used(), user, chart(), put("tags", ["sea"]))
        assert [tag.name for tag in draft.uses.all()] == ["sea"]
        assert not Chart.objects.get().uses.exists()

    def test_alternative_texts_of_its_pictures(self, shop: Charts, user: User) -> None:
        obj = chart()
        shown = get_image_model().objects.create(title="Quay", file="quay.png", width=1, height=1)
        ChartPicture.objects.create(chart=obj, image=shown, alt="Old")
        draft = drafted(shop, user, obj, put("alt_text", "A quay.", str(shown.pk)))
        assert [row.alt for row in draft.pictures.all()] == ["A quay."]
        assert ChartPicture.objects.get().alt == "Old"

    def test_a_row_that_does_not_take_it(self, shop: Charts, user: User) -> None:
        assert refusal(shop, user, chart(), put("attribute", "x" * 50, "Fold")).startswith("Value: ")


class TestRefusals:
    def test_without_the_right(self, shop: Charts) -> None:
        with pytest.raises(NotPermitted):
            shop.check(clerk("add_chart"), chart())

    def test_locked_by_somebody_else(self, shop: Charts, user: User) -> None:
        obj = chart(locked=True, locked_by=clerk(), locked_at=timezone.now())
        with pytest.raises(ObjectLocked):
            shop.write(user, obj, [put("name", "x")])
        Chart.objects.update(locked_by=user)
        shop.check(user, Chart.objects.get())

    def test_scheduled(self, shop: Charts, user: User) -> None:
        obj = chart(go_live_at=timezone.now() + timezone.timedelta(days=1))
        obj.save_revision(approved_go_live_at=obj.go_live_at)
        with pytest.raises(ObjectLocked) as error:
            shop.check(user, Chart.objects.get())
        assert "scheduled" in str(error.value.sentence)

    def test_a_field_that_only_others_see(self, shop: Charts, user: User) -> None:
        with pytest.raises(NotPermitted):
            shop.write(user, chart(), [put("attribute", "5 €", "price")])
        with pytest.raises(NotPermitted):
            shop.write(clerk("change_chart"), chart(), [put("tags", ["sea"])])

    def test_gone(self, shop: Charts, user: User) -> None:
        obj = chart()
        Chart.objects.all().delete()
        with pytest.raises(ObjectNotFound):
            shop.write(user, obj, [put("name", "x")])

    def test_a_draft_that_refers_to_what_was_deleted(self, shop: Charts, user: User) -> None:
        obj, shelf = chart(), Shelf.objects.create(name="Maps")
        obj.shelf = shelf
        obj.save_revision()
        shelf.delete()
        obj = Chart.objects.get()
        with pytest.raises(ChangeRefused) as error:
            shop.read(obj)
        assert "cannot be opened" in str(error.value.sentence)
        with pytest.raises(ChangeRefused):
            shop.write(user, obj, [put("name", "x")])


class TestRevisionsWithoutDrafts:
    def test_saved_and_kept_in_the_history(self) -> None:
        user, obj = clerk("change_logbook"), Logbook.objects.create(name="Log", blurb="Old")
        obj.save_revision()
        Logbook.objects.update(blurb="Imported")
        assert Logbooks().read(Logbook.objects.get()).description == "Imported"
        result = Logbooks().write(user, obj, [put("description", "New")])
        obj = Logbook.objects.get()
        assert (obj.blurb, result.is_draft, dict(result.before)) == ("New", False, {("description", ""): "Imported"})
        assert obj.latest_revision.content["blurb"] == "New"
        assert Logbooks().version(obj) == result.version


class TestTranslations:
    @pytest.fixture(autouse=True)
    def _german(self, db: None) -> None:
        Locale.objects.get_or_create(language_code="de")

    def test_the_one_that_there_is(self, shop: Charts, user: User) -> None:
        obj = chart()
        german = obj.copy_for_translation(Locale.objects.get(language_code="de"))
        german.name = "Bucht"
        german.save()
        assert shop.languages(obj) == ("de",)
        assert (shop.read(obj, "de").name, shop.read(obj, "de").language) == ("Bucht", "de")
        result = shop.write(user, obj, [put("name", "Die Bucht")], language="de")
        assert dict(result.before) == {("name", ""): "Bucht"}
        german = Chart.objects.get(pk=german.pk)
        assert (german.name, german.get_latest_revision_as_object().name) == ("Bucht", "Die Bucht")
        assert not Chart.objects.get(pk=obj.pk).has_unpublished_changes
        assert shop.version(obj, "de") == result.version

    def test_a_new_one_is_not_public(self, shop: Charts) -> None:
        obj = chart()
        ChartSpec.objects.create(chart=obj, name="Paper", value="thin")
        assert shop.read(obj, "de").language == "en"
        user = clerk("change_chart", "add_chart")
        result = shop.write(user, obj, [put("name", "Bucht")], language="de")
        german = obj.get_translation(Locale.objects.get(language_code="de"))
        assert (german.live, result.is_draft, german.has_unpublished_changes) == (False, True, True)
        assert german.get_latest_revision_as_object().name == "Bucht"
        assert [spec.value for spec in german.get_latest_revision_as_object().specs.all()] == ["thin"]
        assert shop.read(Chart.objects.get(pk=obj.pk), "de").name == "Bucht"

    def test_the_right_to_add_is_asked_for(self, shop: Charts, user: User) -> None:
        obj = chart()
        with pytest.raises(NotPermitted):
            shop.check(user, obj, "de")
        with pytest.raises(NotPermitted):
            shop.write(user, obj, [put("name", "Bucht")], language="de")
        user.user_permissions.add(Permission.objects.get(codename="add_chart"))
        shop.check(User.objects.get(pk=user.pk), obj, "de")
        assert Chart.objects.count() == 1

    def test_nothing_is_left_of_one_that_was_refused(self, shop: Charts) -> None:
        user = clerk("change_chart", "add_chart")
        with pytest.raises(ChangeRefused):
            shop.write(user, chart(), [put("name", "x" * 100)], language="de")
        assert Chart.objects.count() == 1

    def test_a_language_that_the_site_does_not_have(self, shop: Charts) -> None:
        obj = chart()
        assert shop.read(obj, "fr").language == "en"
        with pytest.raises(ChangeRefused):
            shop.write(clerk("change_chart", "add_chart"), obj, [put("name", "Baie")], language="fr")
