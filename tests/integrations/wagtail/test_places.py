from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from wagtail import blocks

from shareai_cms.errors import NotPermitted
from shareai_cms.integrations.wagtail.outline import Outline
from shareai_cms.integrations.wagtail.places import Leaf, leaf_at
from shareai_cms.models import Usage
from tests.demo.models import GuidePage
from tests.integrations.wagtail.conftest import saved_image
from tests.integrations.wagtail.test_config import config
from tests.integrations.wagtail.test_targets import RAW, refused, run, target_of
from tests.specimens.models import Specimen

DEEP = "chapter/entries/item/lines/line"


@pytest.fixture
def specimen(sites: SimpleNamespace) -> Any:
    return sites.home.add_child(instance=Specimen(title="Specimen", slug="specimen"))


def outline(model: Any = Specimen, user: Any = None) -> Outline:
    return Outline(model.get_edit_handler().get_form_class(), model, user or User(is_superuser=True), language="en")


def walked(graph: Outline, path: str) -> dict[str, Any] | None:
    """What the browser finds at a path of types."""
    name, *steps = path.split("/")
    node = graph.nodes[graph.roots[name]] if name in graph.roots else {}
    for step in steps:
        inside = node.get("in", {})
        at = inside.get("", inside.get(step))
        node = graph.nodes[at] if at is not None else {}
    return node if "kind" in node else None


PROSE = {
    "body/heading": "text",
    "body/paragraph": "textarea",
    "body/words/item": "text",
    "body/chapter/title": "text",
    "body/chapter/entries/item/note": "textarea",
    f"body/{DEEP}": "text",
    "body/chapter/entries/item/lines/aside": "richtext",
    "body/article": "richtext",
    "body/picture/alt_text": "image",
    "body/old_picture/alt": "image",
    "body/old_picture/caption": "text",
    "remarks/headline": "text",
    "remarks/text": "textarea",
}
OTHERS = ("code", "pattern", "markup", "address", "mail", "kind", "picture/decorative", "picture/image", "chapter", "")


class TestWhatTheBrowserIsTold:
    @pytest.mark.parametrize(("path", "kind"), PROSE.items())
    def test_texts_at_any_depth(self, db: None, path: str, kind: str) -> None:
        found = walked(outline(), path)
        assert found is not None
        assert found["kind"] == kind
        assert found["actions"]

    @pytest.mark.parametrize("name", OTHERS)
    def test_codes_addresses_and_markup_are_left_alone(self, db: None, name: str) -> None:
        assert walked(outline(), f"body/{name}") is None

    def test_short_fields_of_inline_forms_too(self, db: None) -> None:
        assert walked(outline(), "remarks/code") is None

    def test_the_server_finds_the_same(self) -> None:
        for path, kind in PROSE.items():
            name, *steps = path.split("/")
            leaf = leaf_at(Specimen, name, steps)
            assert leaf is not None
            assert leaf.kind == kind, path

    def test_alternative_text_knows_the_chooser_beside_it(self, db: None) -> None:
        graph = outline()
        assert [walked(graph, path)["image"] for path in ("body/picture/alt_text", "body/old_picture/alt")] == [  # type: ignore[index]
            "image",
            "picture",
        ]

    def test_what_reads_the_whole_page_is_not_offered_inside_it(self, db: None) -> None:
        assert "title-alternatives" not in outline().slugs
        assert "rewrite" in outline().slugs

    def test_equal_nodes_are_listed_once(self, db: None) -> None:
        nodes = [repr(node) for node in outline(GuidePage).nodes if node]
        assert len(nodes) == len(set(nodes))

    def test_a_block_that_contains_itself_ends(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        inner = blocks.StructBlock([("text", blocks.TextBlock())])
        inner.child_blocks["again"] = blocks.ListBlock(inner)
        field = Specimen._meta.get_field("body")
        monkeypatch.setattr(field, "stream_block", blocks.StreamBlock([("tree", inner)]))
        graph = outline()
        assert walked(graph, "body/tree/again/item/again/item/text") is not None
        assert leaf_at(Specimen, "body", ["tree", *["again", "item"] * 20, "text"]) is not None

    def test_the_form_of_a_page_tells_it(self, specimen: Any, editor: User) -> None:
        nested = config(editor, f"/admin/pages/{specimen.pk}/edit/")["nested"]
        assert set(nested["roots"]) == {"body", "remarks"}


class TestPaths:
    @pytest.mark.parametrize(
        ("field", "steps", "first"),
        [
            ("body", ["section", "text"], "h3"),
            ("body", ["text"], "h3"),
            ("body", ["cards", "cards", "item", "text"], "bold"),
        ],
    )
    def test_of_block_types_lead_to_their_features(self, field: str, steps: list[str], first: str) -> None:
        found = leaf_at(GuidePage, field, steps)
        assert found is not None
        assert found.features[0] == first

    def test_lead_to_the_lengths_of_their_fields(self) -> None:
        assert leaf_at(GuidePage, "body", ["section", "heading"]) == Leaf(kind="text", name="heading", max_length=120)
        assert leaf_at(GuidePage, "stops", ["title"]) == Leaf(kind="text", name="title", max_length=120)

    @pytest.mark.parametrize(
        ("field", "steps"),
        [("stops", []), ("body", ["section"]), ("body", []), ("title", ["x"]), ("cover", []), ("stops", ["page"])],
    )
    def test_others_lead_nowhere(self, field: str, steps: list[str]) -> None:
        assert leaf_at(GuidePage, field, steps) is None

    def test_that_go_round_in_circles_lead_nowhere(self) -> None:
        assert leaf_at(GuidePage, "aliases", ["aliases"] * 1_500) is None


class TestExcluded:
    @pytest.mark.parametrize(
        ("name", "path"),
        [
            ("caption", "body/old_picture/caption"),
            ("specimens.Specimen.body.old_picture.caption", "body/old_picture/caption"),
            ("specimens.specimen.body.chapter", "body/chapter/entries/item/note"),
            ("specimens.specimen.body.chapter.entries.lines", f"body/{DEEP}"),
            ("specimens.specimen.body", "body/heading"),
            ("specimens.remark.text", "remarks/text"),
            ("remarks", "remarks/text"),
        ],
    )
    def test_blocks_and_inline_fields(self, db: None, settings: Any, name: str, path: str) -> None:
        settings.SHAREAI_CMS = {"EXCLUDED_FIELDS": [name]}
        assert walked(outline(), path) is None
        field, *steps = path.split("/")
        with pytest.raises(NotPermitted):
            leaf_at(Specimen, field, steps)

    def test_the_rest_stays(self, db: None, settings: Any) -> None:
        settings.SHAREAI_CMS = {"EXCLUDED_FIELDS": ["specimens.specimen.body.chapter.entries.note", "demo.guidepage"]}
        assert walked(outline(), "body/chapter/entries/item/note") is None
        assert walked(outline(), f"body/{DEEP}") is not None
        assert walked(outline(), "body/paragraph") is not None


@pytest.mark.usefixtures("sandbox")
class TestActions:
    def test_a_text_deep_inside_a_stream_is_rewritten(self, specimen: Any, editor: User) -> None:
        target = target_of(specimen, "body", blocks=DEEP, path="body-0-value-entries-0-value-lines-0-value")
        response = run(editor, "rewrite", target)
        result = response.json()["result"]
        assert result["kind"] == "text"
        assert len(result["text"]) <= 60
        assert "\n" not in result["text"]
        assert Usage.objects.get().field == "body-0-value-entries-0-value-lines-0-value"

    def test_an_inline_form_is_a_field_like_any_other(self, specimen: Any, editor: User) -> None:
        response = run(editor, "rewrite", target_of(specimen, "remarks", blocks="text", path="remarks-0-text"))
        assert response.status_code == 200

    @pytest.mark.parametrize("name", OTHERS[1:])
    def test_where_there_is_no_prose_nothing_is_sent(self, specimen: Any, editor: User, name: str) -> None:
        refused(run(editor, "rewrite", target_of(specimen, "body", blocks=name)), 400, "invalid_request")

    def test_blocks_that_the_settings_exclude(self, specimen: Any, editor: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EXCLUDED_FIELDS": ["paragraph"]}
        refused(run(editor, "rewrite", target_of(specimen, "body", blocks="paragraph")), 403, "not_permitted")

    def test_plain_text_takes_no_markup(self, specimen: Any, editor: User) -> None:
        response = run(editor, "rewrite", target_of(specimen, "body", blocks="paragraph"), input={"raw": RAW})
        refused(response, 400, "invalid_request")

    def test_pinned_features_limit_what_comes_back(self, specimen: Any, editor: User) -> None:
        response = run(editor, "rewrite", target_of(specimen, "lead"), input={"raw": RAW})
        raw = response.json()["result"]["raw"]
        assert [block["type"] for block in raw["blocks"]] == ["unstyled", "unstyled"]
        assert raw["entityMap"] == {}


def block(key: str, kind: str, text: str, depth: int = 0, *, entity: int | None = None) -> dict[str, Any]:
    ranges = [{"offset": 0, "length": 1 if kind == "atomic" else 4, "key": entity}] if entity is not None else []
    return {
        "key": key, "type": kind, "depth": depth, "text": text, "inlineStyleRanges": [], "entityRanges": ranges,
    }  # fmt: skip


#: Some blocks out of the middle of a text: the end of a list, what stands between, and a new beginning.
PART: dict[str, Any] = {
    "blocks": [
        block("a", "unordered-list-item", "Bring in order to see a lamp.", 1, entity=0),
        block("b", "unordered-list-item", "Please note that it is dark.", 0),
        block("c", "atomic", " ", entity=1),
        block("d", "header-three", "In order to arrive"),
        block("e", "atomic", " ", entity=2),
        block("f", "ordered-list-item", "Walk in order to arrive."),
    ],
    "entityMap": {
        "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "https://press.example/lamp"}},
        "1": {"type": "EMBED", "mutability": "IMMUTABLE", "data": {"url": "https://video.example/1", "html": "x"}},
        "2": {"type": "IMAGE", "mutability": "IMMUTABLE", "data": {"id": "1", "alt": "", "format": "left"}},
    },
}


@pytest.mark.usefixtures("sandbox")
class TestPartOfARichText:
    def test_keeps_its_lists_links_embeds_images_and_headings(self, specimen: Any, editor: User) -> None:
        target = target_of(specimen, "body", blocks="article", path="body-0-value")
        raw = run(editor, "rewrite", target, input={"raw": PART}).json()["result"]["raw"]
        shape = [(each["type"], each["depth"]) for each in raw["blocks"]]
        assert shape == [(each["type"], each["depth"]) for each in PART["blocks"]]
        entities = [
            raw["entityMap"][str(each["entityRanges"][0]["key"])] if each["entityRanges"] else None
            for each in raw["blocks"]
        ]
        assert [each and each["type"] for each in entities] == ["LINK", None, "EMBED", None, "IMAGE", None]
        assert [each["data"] for each in entities if each] == [each["data"] for each in PART["entityMap"].values()]
        assert raw["blocks"][0]["text"] != PART["blocks"][0]["text"]


@pytest.mark.usefixtures("sandbox")
class TestImageBlocks:
    def alt(self, user: User, specimen: Any, chosen: Any, blocks: str = "picture/alt_text") -> Any:
        target = target_of(specimen, "body", blocks=blocks, path="body-0-value-alt_text")
        return run(user, "image-alt-text", target, input={"image": True, "chosen": chosen, "text": ""})

    @pytest.mark.parametrize("blocks", ["picture/alt_text", "old_picture/alt"])
    def test_the_chosen_image_is_described(self, specimen: Any, editor: User, image: Any, blocks: str) -> None:
        response = self.alt(editor, specimen, str(image.pk), blocks)
        assert response.json()["result"]["kind"] == "text"
        usage = Usage.objects.get()
        assert (usage.object_label, usage.account.label) == ("Specimen", "Press")

    def test_choosing_it_is_enough(self, specimen: Any, editor: User, image: Any) -> None:
        """The text belongs to the page, so nobody need be allowed to change the image."""
        self.take(editor, "add_image", "change_image")
        assert self.alt(editor, specimen, image.pk).status_code == 200

    def test_an_image_that_one_may_not_choose(self, specimen: Any, editor: User, image: Any) -> None:
        self.take(editor, "add_image", "change_image", "choose_image")
        refused(self.alt(editor, specimen, image.pk), 403, "not_permitted")

    def take(self, user: User, *codenames: str) -> None:
        user.groups.get().collection_permissions.filter(permission__codename__in=codenames).delete()

    def test_before_one_was_chosen(self, specimen: Any, editor: User) -> None:
        response = self.alt(editor, specimen, "")
        refused(response, 415, "image_unusable")
        assert response.json()["error"]["sentence"] == "No image has been chosen yet."

    @pytest.mark.parametrize("chosen", ["x", 999_999, [1], "9" * 40, {"a": 1}])
    def test_an_image_that_there_is_not(self, specimen: Any, editor: User, chosen: Any) -> None:
        refused(self.alt(editor, specimen, chosen), 404, "object_not_found")

    def test_one_that_is_broken(self, specimen: Any, editor: User) -> None:
        refused(self.alt(editor, specimen, saved_image(b"nothing").pk), 415, "image_unusable")

    def test_other_texts_have_no_image(self, specimen: Any, editor: User, image: Any) -> None:
        refused(self.alt(editor, specimen, image.pk, "old_picture/caption"), 400, "invalid_request")
