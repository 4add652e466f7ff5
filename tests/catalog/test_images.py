"""Images of a product and their alternative texts: in the row, in the image, beside a file."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.models import Collection

from shareai_cms.catalog import Images, ModelCatalog
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.errors import AccountUnclear, ChangeRefused, ImageUnusable, NotPermitted
from tests.catalog.shop import Wares, clerk, let_change_images, put, ware
from tests.integrations.wagtail.conftest import image, person, png, saved_image, sites
from tests.wares.models import Chart, Picture, Ware

__all__ = ["image", "sites"]
pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Image = get_image_model()


def new_image(title: str = "Quay") -> Any:
    """A row of the library, without the work of a file."""
    return Image.objects.create(title=title, file="quay.png", width=1, height=1)


class TestInRows:
    def test_the_row_holds_the_text(self) -> None:
        obj, shown = ware(), new_image()
        Picture.objects.create(ware=obj, image=shown, alt="Old")
        [fact] = Wares().read(obj).images
        assert (fact.key, fact.title, fact.alt) == (str(shown.pk), "Quay", "Old")
        result = Wares().write(clerk("change_ware"), obj, [put("alt_text", "A quay.", fact.key)])
        assert dict(result.before) == {("alt_text", fact.key): "Old"}
        assert Picture.objects.get().alt == "A quay."
        assert Wares().version(Ware.objects.get()) == result.version

    def test_too_long(self) -> None:
        obj = ware()
        row = Picture.objects.create(ware=obj, image=new_image())
        with pytest.raises(ChangeRefused) as error:
            Wares().write(clerk("change_ware"), obj, [put("alt_text", "x" * 130, str(row.image.pk))])
        assert str(error.value.sentence).startswith("Alt: ")

    def test_the_same_image_twice_and_fifty_of_them(self) -> None:
        obj, twice = ware(), new_image()
        for shown in (twice, twice, *(new_image() for _ in range(48))):
            Picture.objects.create(ware=obj, image=shown)
        keys = [fact.key for fact in Wares().read(obj).images]
        assert (len(set(keys)), keys[:2]) == (50, [str(twice.pk), f"{twice.pk}-2"])
        Wares().write(clerk("change_ware"), obj, [put("alt_text", "First", keys[0])])
        Wares().write(clerk("change_ware"), obj, [put("alt_text", "Second", keys[1])])
        assert [row.alt for row in obj.pictures.order_by("pk")[:3]] == ["First", "Second", ""]

    def test_one_that_was_taken_away_meanwhile(self) -> None:
        obj, shown = ware(), new_image()
        with pytest.raises(ChangeRefused):
            Wares().write(clerk("change_ware"), obj, [put("alt_text", "x", str(shown.pk))])


class TestInTheImage:
    class Goods(ModelCatalog):
        model = Ware
        images = Images("pictures", image="image")

    def test_changed_with_the_right_to_the_image_as_well(self) -> None:
        obj, shown = ware(), new_image()
        Picture.objects.create(ware=obj, image=shown)
        change = put("alt_text", "A quay.", str(shown.pk))
        with pytest.raises(NotPermitted):
            self.Goods().write(clerk("change_ware"), obj, [change])
        assert Image.objects.get().description == ""
        painter = let_change_images(clerk("change_ware"), Collection.get_first_root_node())
        self.Goods().write(painter, obj, [change])
        assert Image.objects.get().description == "A quay."

    def test_nothing_is_written_where_it_is_excluded(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"EXCLUDED_FIELDS": ["wagtailimages.image.description"]}
        assert "alt_text" not in {spec.part for spec in self.Goods().parts(Ware)}

    def test_one_foreign_key(self) -> None:
        class Covers(ModelCatalog):
            model = Chart
            images = Images("cover")

        obj = Chart.objects.create(name="Bay", cover=new_image())
        [fact] = Covers().read(obj).images
        user = let_change_images(clerk("change_chart"), Collection.get_first_root_node())
        result = Covers().write(user, obj, [put("alt_text", "A bay.", fact.key)])
        assert (Image.objects.get().description, result.is_draft) == ("A bay.", False)
        assert Covers().version(Chart.objects.get()) == result.version
        obj.cover = None
        assert Covers().read(obj).images == ()


class TestAFileOfTheModel:
    class Goods(ModelCatalog):
        model = Ware
        images = Images("photo", alt="photo_alt")

    def test_read_sent_and_described(self) -> None:
        obj = ware()
        assert self.Goods().read(obj).images == ()
        obj.photo.save("photo.png", ContentFile(png((3000, 20))))
        [fact] = self.Goods().read(obj).images
        assert fact.key == "photo"
        assert fact.load is not None and fact.load().startswith(b"\xff\xd8")
        self.Goods().write(clerk("change_ware"), obj, [put("alt_text", "A quay.", "photo")])
        assert Ware.objects.get().photo_alt == "A quay."

    def test_a_file_that_is_gone(self) -> None:
        obj = ware(photo="gone.png")
        [fact] = self.Goods().read(obj).images
        assert fact.load is not None
        with pytest.raises(ImageUnusable):
            fact.load()


class TestTheLibrary:
    def test_any_image_without_a_declaration(self, image: Any, sites: SimpleNamespace) -> None:
        catalogue: Any = catalogue_for(Image)
        image = catalogue.queryset(Image).get()
        [spec] = [spec for spec in catalogue.parts(Image) if spec.part == "alt_text"]
        assert (spec.field, spec.max_length) == ("description", 255)
        [fact] = catalogue.read(image).images
        assert (catalogue.read(image).name, fact.key, fact.title) == ("Harbour", "", "Harbour")
        assert fact.load().startswith(b"\xff\xd8")
        user = person("painter")
        result = catalogue.write(user, image, [put("alt_text", "A quay.")], note="Describe")
        assert (Image.objects.get().description, result.is_draft) == ("A quay.", False)
        with pytest.raises(AccountUnclear):
            catalogue.account(image)

    def test_collections_decide(self, image: Any) -> None:
        catalogue: Any = catalogue_for(Image)
        with pytest.raises(NotPermitted):
            catalogue.check(clerk("change_ware"), image)
        mine = Collection.get_first_root_node().add_child(name="Mine")
        user = let_change_images(clerk(), mine)
        with pytest.raises(NotPermitted):
            catalogue.check(user, image)
        image.collection = mine
        image.save()
        catalogue.check(User.objects.get(pk=user.pk), image)

    def test_a_broken_file(self) -> None:
        catalogue: Any = catalogue_for(Image)
        [fact] = catalogue.read(saved_image(b"no picture")).images
        with pytest.raises(ImageUnusable):
            fact.load()
