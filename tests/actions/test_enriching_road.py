"""A product enriched from end to end: the road, the real sandbox process and a real database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shareai_cms.actions.enriching.given import EnrichInput
from shareai_cms.actions.facts import Attribute, PartSpec, ProductFacts, Review
from shareai_cms.actions.road import ActionCall, run
from shareai_cms.errors import InputEmpty
from shareai_cms.models import Suggestion, Usage
from tests.services import SandboxProcess

TABLE = ProductFacts(
    name="Harbour table",
    language="en",
    brand="Quayside",
    description="<p>A table of oak for six people. The top is oiled by hand.</p>",
    description_format="html",
    attributes=(
        Attribute(key="width", label="Width", values=("180 cm",)),
        Attribute(key="material", label="Material", allowed=("Oak", "Pine")),
    ),
    categories=("Tables", "Chairs"),
    reviews=(Review(text="Very sturdy.", rating=5), Review(text="Sturdy, and easy to clean.", rating=4)),
)
PARTS = (
    PartSpec(part="description", label="Description", format="html", tags=("p", "ul", "li")),
    PartSpec(part="seo_title", label="SEO title", max_length=60),
    PartSpec(part="attribute", label="Attributes"),
    PartSpec(part="category", label="Category"),
    PartSpec(part="tags", label="Tags"),
    PartSpec(part="review_summary", label="Review summary"),
)


@pytest.mark.django_db
@pytest.mark.postgres
class TestTheRoad:
    @pytest.fixture
    def sandbox(self, sandbox: SandboxProcess, settings: Any) -> SandboxProcess:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "DEFAULT_PLAN": {"products": 10}}
        return sandbox

    @pytest.fixture
    def enrich(self, call_for: Callable[..., ActionCall]) -> Callable[..., Any]:
        def enriched(facts: ProductFacts = TABLE, **more: Any) -> Any:
            given = EnrichInput(facts=facts, parts=PARTS, **more)
            return run(call_for(slug="enrich-product", given=given))[0]

        return enriched

    def test_one_product_is_one_unit_and_its_result_is_kept(self, enrich: Callable[..., Any]) -> None:
        done = enrich()
        parts = {part["part"]: part for part in done.result["parts"]}
        assert parts["attribute"]["after"] == ["Oak"]
        assert parts["category"]["after"] == "Tables"
        assert "180 cm" in parts["description"]["after"]
        assert parts["review_summary"]["after"]["pros"][0] == {"text": "Good quality", "count": 2}
        usage = Usage.objects.get()
        assert (usage.meter, usage.units, usage.state, usage.feature) == ("products", 1, "settled", "enrich-product")
        assert Suggestion.objects.get().result == done.result

    def test_a_bare_name_is_refused_before_anything_is_held(
        self, enrich: Callable[..., Any], sandbox: SandboxProcess
    ) -> None:
        with pytest.raises(InputEmpty):
            enrich(ProductFacts(name="Table", description="<p> Table </p>", categories=("Tables",)))
        assert not Usage.objects.exists()
        assert sandbox.state()["calls"] == 0
