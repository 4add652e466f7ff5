"""Mistakes in a declaration are found by ``manage.py check``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shareai_cms.catalog import (
    Category,
    Column,
    Images,
    JSONKeys,
    ModelCatalog,
    Reviews,
    Rows,
    Summary,
    Tags,
    Text,
    register,
    registry,
)
from shareai_cms.catalog.registry import unregister
from tests.catalog.shop import Charts, Logbooks, Wares
from tests.checks.said import assert_says, found_now
from tests.wares.models import Chart, Ware


@pytest.fixture
def declared() -> Iterator[Any]:
    """Registers a declaration with these attributes and gives what the checks say of it."""
    kept = dict(registry._registered)

    def declare(of: Any = Ware, **attributes: Any) -> Any:
        register(type("Goods", (ModelCatalog,), {"model": of, "slug": "goods", **attributes}))
        return [
            message
            for message in found_now()
            if message.id in ("shareai_cms.E033", "shareai_cms.E034", "shareai_cms.W015", "shareai_cms.W016")
        ]

    yield declare
    registry._registered.clear()
    registry._registered.update(kept)


def test_what_is_right_is_not_spoken_of(declared: Any) -> None:
    for catalogue in (Wares, Charts, Logbooks):
        register(catalogue)
    try:
        assert declared(name="name") == []
    finally:
        for catalogue in (Wares, Charts, Logbooks):
            unregister(catalogue().slug)


def test_a_name_that_is_close(declared: Any) -> None:
    text = "Goods.short_description names 'sumary', and wares.Ware has no such field."
    assert_says(declared(short_description="sumary"), "E033", text, "Did you mean 'summary'?")


def test_a_name_that_is_like_none_is_answered_with_the_models_own(declared: Any) -> None:
    [message] = declared(of=Chart, name="zzz")
    names = "name, body, blurb, scale, price, shelf, cover, uses, loose, labels, "
    assert message.hint.startswith(f"It has: {names}")
    assert (message.hint.endswith(", …"), "_revisions" in message.hint, message.hint.count(",")) == (True, False, 12)


def test_rows_that_are_not_there_are_answered_with_those_that_are(declared: Any) -> None:
    [message] = declared(attributes=(Rows("zzz", name="a", value="b"),))
    assert message.hint.startswith("It has: specs, pictures, reviews, name, ")


def test_each_mistake_is_told_once(declared: Any) -> None:
    [_message] = declared(attributes=(Rows("specs", name="zzz", value="text"),))


@pytest.mark.parametrize(
    ("name", "meant"), [("attribute", "attributes"), ("tag", "tags"), ("seo_describtion", "seo_description")]
)
def test_an_attribute_that_nothing_reads(declared: Any, name: str, meant: str) -> None:
    text = f"Goods has {name!r}, which no declaration reads."
    assert_says(declared(**{name: "size"}), "W016", text, f"Did you mean {meant!r}?")


def test_helpers_of_a_declaration_are_no_mistakes(declared: Any) -> None:
    assert declared(name="name", _attribute="size", tag_of=lambda _obj: "", SIZES=("A4", "A5")) == []


@pytest.mark.parametrize(
    ("attributes", "where", "text"),
    [
        ({"attributes": "size"}, "Goods.attributes", "size"),
        ({"more": "size"}, "Goods.more", "size"),
        ({"attributes": (JSONKeys("data", keys="Finish"),)}, "Goods.attributes: keys of 'data'", "Finish"),
        (
            {"attributes": (Rows("specs", name="kind__name", value="text", keys="Finish"),)},
            "Goods.attributes: keys of 'specs'",
            "Finish",
        ),
        (
            {"attributes": (JSONKeys("data", allowed={"finish": "matt"}),)},
            "Goods.attributes: allowed['finish'] of 'data'",
            "matt",
        ),
        ({"attributes": (Column("size", allowed="A4"),)}, "Goods.attributes: allowed of 'size'", "A4"),
        ({"tags": Tags("tags", allowed="rain")}, "Goods.tags: allowed of 'tags'", "rain"),
    ],
)
def test_a_text_where_a_list_is_wanted(declared: Any, attributes: dict[str, Any], where: str, text: str) -> None:
    said = f"{where} is the text {text!r}, and a list is wanted."
    assert_says(declared(**attributes), "E034", said, f"Did you mean ({text!r},)?")


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({"name": "zzz"}, "Goods.name names 'zzz'"),
        ({"attributes": ("size", "zzz")}, "Goods.attributes names 'zzz'"),
        ({"attributes": (Rows("zzz", name="a", value="b"),)}, "Goods.attributes names 'zzz'"),
        ({"attributes": (Rows("specs", name="zzz", value="text"),)}, "'zzz', and wares.Spec"),
        ({"attributes": (Rows("specs", name="kind__zzz", value="text"),)}, "'zzz', and wares.SpecKind"),
        ({"attributes": (Rows("specs", name="kind", value="zzz"),)}, "'zzz', and wares.Spec"),
        ({"attributes": (JSONKeys("zzz"),)}, "Goods.attributes names 'zzz'"),
        ({"images": "zzz"}, "Goods.images names 'zzz'"),
        ({"images": Images("pictures", image="zzz")}, "'zzz', and wares.Picture"),
        ({"images": Images("pictures", image="image", alt="zzz")}, "'zzz', and wagtailimages.Image"),
        ({"category": "zzz"}, "Goods.category names 'zzz'"),
        ({"tags": "zzz"}, "Goods.tags names 'zzz'"),
        ({"tags": Tags("uses", shown="zzz")}, "'zzz', and wares.Tag"),
        ({"reviews": Reviews("zzz", text="text")}, "Goods.reviews names 'zzz'"),
        ({"reviews": Reviews("reviews", text="zzz")}, "'zzz', and wares.Review"),
        ({"review_summary": "zzz"}, "Goods.review_summary names 'zzz'"),
        ({"brand": "maker__zzz"}, "'zzz', and wares.Maker"),
        ({"more": ("zzz",)}, "Goods.more names 'zzz'"),
        ({"more": {"Zed": "zzz"}}, "Goods.more names 'zzz'"),
        ({"language": "a_field"}, "Goods.language names 'a_field'"),
        ({"columns": {"de": {"name": "zzz"}}}, "Goods.columns['de'] names 'zzz'"),
    ],
)
def test_fields_that_are_not_there(declared: Any, attributes: dict[str, Any], named: str) -> None:
    [message, *_others] = declared(**attributes)
    assert (message.id, named in message.msg, bool(message.hint)) == ("shareai_cms.E033", True, True)


@pytest.mark.parametrize(
    "attributes",
    [
        {"name": "stock"},
        {"name": "tags"},
        {"description": Text("description", block="text")},
        {"attributes": ("photo",)},
        {"attributes": ("specs",)},
        {"attributes": (Category,)},
        {"attributes": Column("size")},
        {"attributes": (JSONKeys("data", allowed=("matt", "glossy")),)},
        {"attributes": (Rows("size", name="a", value="b"),)},
        {"attributes": (JSONKeys("size"),)},
        {"images": "size"},
        {"images": Tags("tags")},
        {"category": "uses"},
        {"tags": "stock"},
        {"reviews": "reviews"},
        {"reviews": Reviews("size", text="text")},
        {"review_summary": Summary("stock")},
        {"columns": {"de": {"tags": "tags"}}},
    ],
)
def test_fields_of_another_kind(declared: Any, attributes: dict[str, Any]) -> None:
    messages = declared(**attributes)
    assert {(message.id, bool(message.hint)) for message in messages} == {("shareai_cms.E034", True)}


def test_a_stream_without_the_block(declared: Any) -> None:
    assert_says(
        declared(of=Chart, description=Text("body", block="moon")),
        "E034",
        "Goods.description names 'body', and that stream has no text block 'moon'.",
        "Name one with Text('body', block=…): it has heading, text, note, section.",
    )


def test_a_relation_outside_of_drafts(declared: Any) -> None:
    assert_says(
        declared(of=Chart, tags="loose"),
        "W015",
        "Goods.tags names 'loose', which the drafts of its objects do not keep: it is read, and never written.",
        "Use a ParentalKey, a ParentalManyToManyField or a ClusterTaggableManager of modelcluster.",
    )
