"""What reading costs: the same number of queries however much a product has."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shareai_cms.catalog import Catalogue, ModelCatalog, Rows
from tests.catalog.shop import Charts, Wares, clerk, put, ware
from tests.catalog.test_images import new_image
from tests.wares.models import (
    Chart,
    ChartPicture,
    ChartSpec,
    Maker,
    Picture,
    Review,
    Shelf,
    Spec,
    SpecKind,
    SpecValue,
    Tag,
    Ware,
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
#: A run with 16 calls at once that take 0.3 s each needs as many objects a second.
LEAST_A_SECOND = 53


def full_ware(size: int, kinds: list[SpecKind]) -> Ware:
    """A product with so many of everything that there can be several of."""
    obj = ware(maker=Maker.objects.create(name="M"), data={f"key_{n}": "value" for n in range(size)})
    obj.tags.add(*(f"tag {n}" for n in range(size)))
    obj.uses.add(Tag.objects.create(name="sea"))
    Spec.objects.bulk_create(Spec(ware=obj, kind=kind, value=kind.values.first()) for kind in kinds[:size])
    Review.objects.bulk_create(Review(ware=obj, text=f"Good {n}.", stars=5) for n in range(size))
    shown = Picture.objects.first()
    image = shown.image if shown is not None else new_image()
    Picture.objects.bulk_create(Picture(ware=obj, image=image, alt="A") for _ in range(min(size, 50)))
    return obj


def asked(catalogue: Catalogue, model: Any) -> list[int]:
    """The queries that reading each of the objects takes, after those for all of them."""
    found = []
    for obj in list(catalogue.queryset(model).order_by("pk")):
        with CaptureQueriesContext(connection) as queries:
            catalogue.read(obj)
        found.append(len(queries))
    return found


class FreeWares(Wares):
    """Without lists that are asked of the database for each attribute."""

    attributes = tuple(each for each in Wares.attributes if getattr(each, "relation", "") != "specs")


class TestAProduct:
    @pytest.fixture
    def kinds(self) -> list[SpecKind]:
        kinds = [SpecKind.objects.create(code=f"kind-{n}", name=f"Kind {n}") for n in range(200)]
        SpecValue.objects.bulk_create(SpecValue(kind=kind, name="Value") for kind in kinds)
        return kinds

    def test_the_number_of_queries_is_constant(self, kinds: list[SpecKind]) -> None:
        full_ware(2, kinds)
        full_ware(60, kinds)
        few, many = asked(FreeWares(), Ware)
        # The categories and the uses that it may have.
        assert (few, many) == (2, 2)

    def test_two_hundred_attributes_and_fifty_images(self, kinds: list[SpecKind]) -> None:
        obj = full_ware(200, kinds)
        facts = Wares().read(Wares().queryset(Ware).get(pk=obj.pk))
        assert (len(facts.images), len(facts.reviews), len(facts.tags)) == (50, 200, 200)
        assert len(facts.attributes) == 7 + 201 + 202

    def test_as_many_a_second_as_a_run_needs(self, kinds: list[SpecKind]) -> None:
        for _ in range(8):
            full_ware(8, kinds)
        # What a process does once, such as reading the languages' catalogues, is no part of it.
        FreeWares().read(Ware.objects.order_by("pk")[0])
        # Of the processor, since a busy machine is none of its doing.
        started = time.thread_time()
        for obj in FreeWares().queryset(Ware):
            FreeWares().version(obj)
            FreeWares().read(obj)
        taken = time.thread_time() - started
        assert 8 / taken > LEAST_A_SECOND, f"{taken / 8 * 1000:.1f} ms each"


class TestADraft:
    def test_the_number_of_queries_is_constant(self) -> None:
        Shelf.objects.create(name="Maps")
        shown = new_image()
        for size in (2, 40):
            obj = Chart.objects.create(name="Bay")
            ChartSpec.objects.bulk_create(ChartSpec(chart=obj, name=f"Spec {n}", value="x") for n in range(size))
            ChartPicture.objects.bulk_create(ChartPicture(chart=obj, image=shown) for _ in range(size))
        few, many = asked(Charts(), Chart)
        assert few == many <= 3
        for obj in Chart.objects.all():
            Charts().write(clerk("change_chart"), obj, [put("name", "Cove")])
        few, many = asked(Charts(), Chart)
        # modelcluster looks, for every key of every row of a draft, whether what it leads to is still there.
        assert many - few == (40 - 2) * 3


class TestWhatHasNoEnd:
    def test_reviews_are_read_up_to_so_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shareai_cms.catalog.places.reviews.MOST", 3)
        obj, other = ware(), ware()
        Review.objects.bulk_create(Review(ware=obj, text=f"Hidden {n}.", is_public=False) for n in range(3))
        Review.objects.bulk_create(Review(ware=each, text=f"Good {n}.") for n in range(5) for each in (obj, other))
        for found in (Ware.objects.get(pk=obj.pk), Wares().queryset(Ware).get(pk=obj.pk)):
            assert [review.text for review in Wares().read(found).reviews] == ["Good 0.", "Good 1.", "Good 2."]

    def test_objects_that_a_column_may_lead_to_as_well(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shareai_cms.catalog.places.options.MOST_REACHABLE", 2)
        shelves = [Shelf.objects.create(name=f"Shelf {n}") for n in range(4)]
        facts = Wares().read(ware(shelf=shelves[3]))
        assert (facts.categories, facts.category) == (("Shelf 0", "Shelf 1"), "Shelf 3")

    def test_many_attributes_of_rows_take_one_list_and_are_written_at_a_price_that_grows_with_them_alone(self) -> None:
        class Rowed(ModelCatalog):
            model = Ware
            attributes = (Rows("specs", name="kind__name", key="kind__code", value="value"),)

        kinds = [SpecKind.objects.create(code=f"kind-{n}", name=f"Kind {n}") for n in range(24)]
        SpecValue.objects.bulk_create(SpecValue(kind=kind, name=f"Value of {kind}") for kind in kinds)
        prices = []
        for size in (12, 24):
            obj = ware()
            Spec.objects.bulk_create(Spec(ware=obj, kind=kind) for kind in kinds[:size])
            with CaptureQueriesContext(connection) as reading:
                Rowed().read(Rowed().queryset(Ware).get(pk=obj.pk))
            changes = [put("attribute", f"Value of {kind}", kind.code) for kind in kinds[:size]]
            with CaptureQueriesContext(connection) as writing:
                Rowed().write(clerk("change_ware"), obj, changes)
            prices.append((len(reading), len(writing)))
        (few, cheap), (many, dear) = prices
        assert few == many
        assert dear < cheap * 2
