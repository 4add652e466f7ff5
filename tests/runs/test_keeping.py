"""What holds a value already: left alone where only what is empty is asked for, and looked at where it is replaced."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from wagtail.models import Locale

from shareai_cms.actions.enriching.fitting import same
from shareai_cms.errors import AlreadyFilled
from shareai_cms.runs import tasks
from shareai_cms.runs.tasks import Proposal
from tests.demo.models import Product
from tests.integrations.wagtail.conftest import desk, manager, product, saved_image, sites
from tests.runs.test_applying import goods

__all__ = ["desk", "goods", "manager", "product", "sites"]
pytestmark = pytest.mark.django_db
PARTS = {"parts": ["name", "description", "short_description", "attribute"]}


def wanted(obj: Any, language: str = "", **options: Any) -> list[str]:
    given = tasks.get("enrich").given(obj, {**PARTS, **options}, language)
    tasks.get("enrich").action.check(given)
    return list(given.wanted)


class TestAProduct:
    def test_gets_only_what_is_empty(self, sites: SimpleNamespace, product: Product) -> None:
        product.summary, product.description = "Every tide.", "<p></p>"
        assert "short_description" in wanted(product)
        assert wanted(product, only_empty=True) == ["description", "attribute"]

    def test_with_nothing_empty_is_left_out(self, sites: SimpleNamespace, product: Product) -> None:
        product.summary = "Every tide."
        with pytest.raises(AlreadyFilled):
            wanted(product, parts=["short_description"], only_empty=True)

    def test_keeps_the_translation_that_there_is(self, sites: SimpleNamespace, product: Product) -> None:
        product.summary = "Every tide."
        assert "name" in wanted(product, "de")
        german = Locale.objects.get_or_create(language_code="de")[0]
        translation = product.copy_for_translation(german)
        translation.name, translation.summary = "Gezeitentafeln", ""
        translation.save()
        assert "name" not in wanted(product, "de")
        assert "short_description" in wanted(product, "de")
        assert "name" in wanted(product, "de", retranslate=True)


def test_an_image_with_a_text_is_left_out_unless_it_is_asked_for(sites: SimpleNamespace, manager: User) -> None:
    image, task = saved_image(), tasks.get("alt-texts")
    image.description = "A harbour."
    image.save()
    with pytest.raises(AlreadyFilled):
        task.given(image, {}, "")
    assert task.given(image, {"only_empty": False}, "").image


@pytest.mark.parametrize(
    ("before", "is_html", "replaced", "needs_look"),
    [
        ("", False, False, False),
        ("Tides", False, True, False),
        ("A" * 80, False, True, True),
        (f"<p>{'A' * 79}</p>", True, True, False),
        ("<p> </p>", True, False, False),
        (["Paper"] * 80, False, False, False),
        ({"pros": [{"text": "A" * 80, "count": 2}]}, False, True, True),
    ],
)
def test_who_replaces_a_long_text_looks_at_it(before: Any, is_html: bool, replaced: bool, needs_look: bool) -> None:
    proposal = Proposal(part="description", before=before, after="New", is_html=is_html)
    assert (bool(proposal.replaced), proposal.needs_look) == (replaced, needs_look)


@pytest.mark.parametrize(
    ("before", "is_same"),
    [
        ("+ Dry (2)\n- Heavy (1)", True),
        ("+ Dry (2);\n– Heavy (1)", True),
        ({"pros": [{"text": "Dry", "count": 2}], "cons": [{"text": "Heavy", "count": 1}], "reviews": 3}, True),
        ("+ Dry (3)\n- Heavy (1)", False),
        ("", False),
    ],
)
def test_a_summary_of_reviews_is_compared_by_its_words(before: Any, is_same: bool) -> None:
    after = {"pros": [{"text": "Dry", "count": 2}], "cons": [{"text": "Heavy", "count": 1}], "reviews": 3}
    assert same(before, after) is is_same
