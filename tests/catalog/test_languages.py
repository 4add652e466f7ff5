"""Another language never overwrites what stands in the first."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Collection, Locale

from shareai_cms.actions.enriching.given import EnrichInput
from shareai_cms.catalog import Images, ModelCatalog, Rows
from shareai_cms.errors import ChangeRefused
from tests.catalog.shop import Charts, Wares, clerk, let_change_images, put, ware
from tests.catalog.test_images import new_image
from tests.wares.models import Chart, ChartPicture, ChartSpec, Picture, Ware

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def wanted(shop: ModelCatalog, obj: Any, language: str) -> EnrichInput:
    """What is asked for, as a run gives it."""
    found = shop.read(obj, language)
    standing = found if found.language == language else None
    return EnrichInput(facts=shop.read(obj), parts=shop.parts(type(obj)), target=language, standing=standing)


class TestColumns:
    @pytest.fixture
    def obj(self) -> Ware:
        obj = ware(summary="Tides.", description="<p>All tides.</p>", size="A5", name_de="Gezeiten")
        obj.tags.add("tide")
        Picture.objects.create(ware=obj, image=new_image(), alt="A quay.")
        return obj

    def test_only_texts_with_a_column_of_their_own_are_asked_for(self, obj: Ware) -> None:
        assert list(wanted(Wares(), obj, "de").wanted) == ["name", "description"]
        assert {"short_description", "tags", "alt_text"} < set(wanted(Wares(), obj, "").wanted)

    @pytest.mark.parametrize(
        "change", [put("short_description", "Flut."), put("tags", ["Flut"]), put("attribute", "A6", "size")]
    )
    def test_nothing_else_is_written(self, obj: Ware, change: Any) -> None:
        before = Wares().version(Ware.objects.get())
        with pytest.raises(ChangeRefused) as error:
            Wares().write(clerk("change_ware"), obj, [change], language="de")
        assert "no place" in str(error.value.sentence)
        assert Wares().version(Ware.objects.get()) == before


class TestTranslations:
    class Shown(ModelCatalog):
        """Alternative texts stand in the images of the library."""

        model = Chart
        description = "blurb"
        images = Images("pictures", image="image")
        attributes = (Rows("specs", name="name", value="value"),)

    @pytest.fixture
    def obj(self) -> Chart:
        Locale.objects.get_or_create(language_code="de")
        obj = Chart.objects.create(name="Bay", blurb="<p>A bay.</p>")
        ChartPicture.objects.create(chart=obj, image=new_image(), alt="A quay.")
        ChartSpec.objects.create(chart=obj, name="Paper", value="thin")
        return obj

    def test_an_image_has_one_text_for_all_languages(self, obj: Chart) -> None:
        shop, key = self.Shown(), self.Shown().read(obj).images[0].key
        assert "alt_text" in wanted(shop, obj, "").wanted
        assert "alt_text" not in wanted(shop, obj, "de").wanted
        user = let_change_images(clerk("change_chart", "add_chart"), Collection.get_first_root_node())
        with pytest.raises(ChangeRefused) as error:
            shop.write(user, obj, [put("alt_text", "Ein Kai.", key)], language="de")
        assert "in all languages" in str(error.value.sentence)
        assert Chart.objects.count() == 1

    def test_a_row_of_the_translation_has_its_own(self, obj: Chart) -> None:
        given = wanted(Charts(), obj, "de")
        assert ("alt_text" in given.wanted, list(given.open_attributes)) == (True, ["Paper"])

    def test_what_the_translation_does_not_have_is_not_asked_for(self, obj: Chart) -> None:
        german = obj.copy_for_translation(Locale.objects.get(language_code="de"))
        german.save()
        ChartSpec.objects.filter(chart=german).update(name="Papier")
        ChartPicture.objects.filter(chart=german).delete()
        assert list(wanted(self.Shown(), obj, "de").open_attributes) == []
        assert "alt_text" not in wanted(Charts(), obj, "de").wanted
