"""What of an answer is proposed: fitting, allowed, supported and new; everything else is left out and listed."""

from __future__ import annotations

import pytest

from shareai_cms.actions.facts import Attribute, ImageFact, Review
from shareai_cms.errors import ImageUnusable
from tests.actions.enriching.products import JPEG, TABLE, after, decided, given, reasons


class TestTheResult:
    def test_has_the_form_that_runs_and_pages_read(self) -> None:
        result = decided({"seo_title": "Harbour table of oak", "missing": ["Weight"]}, given("seo_title"))
        assert result == {
            "kind": "enrichment",
            "language": "en",
            "parts": [
                {
                    "part": "seo_title",
                    "key": "",
                    "label": "SEO title",
                    "before": "",
                    "after": "Harbour table of oak",
                    "format": "plain",
                    "flags": [],
                }
            ],
            "missing": [{"part": "", "key": "", "label": "Weight", "reason": "unknown"}],
            "needs_look": False,
        }

    def test_leaves_out_what_stands_there_already(self) -> None:
        answer = {"description": TABLE.description.replace("> ", ">\n "), "tags": ["Dining"], "category": "Tables"}
        assert after(answer, given("description", "tags", "category", category="Tables")) == {}

    def test_holds_nothing_that_was_not_wanted(self) -> None:
        answer = {"seo_title": "Oak table", "category": "Tables", "name": "Other", "tags": ["oak"]}
        assert after(answer, given("category", "name")) == {"category": "Tables"}


class TestFlags:
    def test_mark_the_suggestion_and_name_the_value(self) -> None:
        result = decided({"short_description": "A table of oak and marble, 200 cm, by Bosch, OEKO-TEX."})
        assert result["needs_look"] is True
        assert [(flag["kind"], flag["text"]) for flag in result["parts"][0]["flags"]] == [
            ("material", "marble"),
            ("number", "200 cm"),
            ("brand", "Bosch"),
            ("certification", "OEKO-TEX"),
        ]

    def test_are_looked_for_in_html_too(self) -> None:
        result = decided({"description": "<p>Of <b>pi</b>ne</p><ul><li>Red</li><li>90&nbsp;kg</li></ul>"})
        assert {flag["text"] for flag in result["parts"][0]["flags"]} == {"pine", "Red", "90 kg"}

    def test_are_not_taken_from_what_customers_say_or_from_what_a_value_may_be(self) -> None:
        what = given("short_description", reviews=(Review(text="Looks like walnut"),))
        assert decided({"short_description": "A table of walnut and pine."}, what)["needs_look"] is True

    def test_of_the_summary_take_reviews_for_facts(self) -> None:
        answer = {"review_summary": {"pros": [{"text": "Looks like walnut", "reviews": [1]}], "cons": []}}
        what = given("review_summary", reviews=(Review(text="Looks like walnut"),))
        assert decided(answer, what)["needs_look"] is False
        answer["review_summary"]["cons"] = [{"text": "Only 7 kg", "reviews": [1]}]  # type: ignore[assignment]
        assert decided(answer, what)["parts"][0]["flags"] == [{"kind": "number", "text": "7 kg"}]


class TestSafety:
    SCRIPT = '<script>alert(1)</script><img src=x onerror="alert(1)">'

    @pytest.mark.parametrize("part", ["short_description", "seo_title", "seo_description"])
    def test_plain_places_get_no_markup(self, part: str) -> None:
        assert after({part: f"A table{self.SCRIPT} \x1b\u202eof oak"}) == {part: "A table of oak"}

    def test_html_keeps_the_tags_of_the_place_alone(self) -> None:
        said = f'<p onclick="x()" style="a">A <b>table</b></p><table><tr><td>x</td></tr></table>{self.SCRIPT}'
        assert after({"description": said})["description"] == "<p>A table</p>x"

    def test_links_lead_where_the_facts_do(self) -> None:
        html = '<p><a href="https://shop.example/care">Care</a></p>'
        said = (
            '<p><a href="https://shop.example/care" target="x">Care</a> <a href="https://evil.example">Oak</a> '
            '<a href="javascript:alert(1)">x</a></p>'
        )
        wanted = '<p><a href="https://shop.example/care">Care</a> Oak x</p>'
        assert after({"description": said}, given("description", description=html)) == {"description": wanted}
        assert "<a" not in after({"description": said})["description"]

    def test_text_for_html_becomes_paragraphs(self) -> None:
        said = {"description": "A table & more.\n\nOf oak: 3 < 5."}
        assert after(said)["description"] == "<p>A table &amp; more.</p>\n<p>Of oak: 3 &lt; 5.</p>"

    def test_a_script_alone_is_nothing(self) -> None:
        assert reasons({"description": "<script>alert(1)</script>"}, given("description")) == {
            "description": "not_allowed"
        }

    @pytest.mark.parametrize("answer", [{"attributes": [{"key": "care", "values": [SCRIPT], "because": "oiled"}]}])
    def test_values_of_attributes_get_none_either(self, answer: object) -> None:
        assert after(answer, given("attribute")) == {}


class TestLimits:
    def test_a_long_text_ends_where_a_sentence_does(self) -> None:
        said = (
            "A table of oak for six people. " * 3
            + "And so on and on and on, until there is nobody who reads it any more at all."
        )
        cut = after({"seo_description": said})["seo_description"]
        assert cut == ("A table of oak for six people. " * 3).strip()

    def test_a_long_title_ends_before_a_part_that_is_set_off(self) -> None:
        said = "Harbour table of oak for six people – Quayside – Tables and more"
        assert after({"seo_title": said}) == {"seo_title": "Harbour table of oak for six people – Quayside"}

    def test_what_cannot_be_cut_is_left_out_and_listed(self) -> None:
        answer = {"seo_title": "oak " * 30, "seo_description": "oak " * 60}
        found = reasons(answer, given("seo_title", "seo_description"))
        assert found == {"seo_title": "too_long", "seo_description": "too_long"}

    def test_html_is_never_cut(self) -> None:
        what = given("description")
        short = what.parts[0].__class__(part="description", label="Description", format="html", max_length=30)
        what = type(what)(facts=TABLE, parts=(short,))
        assert reasons({"description": "<p>A table of oak. For six people.</p>"}, what) == {"description": "too_long"}

    def test_tags_join_those_there_are(self) -> None:
        said = {"tags": ["Oak", "oak", "x" * 51, " ", "hand-oiled", *(f"tag {n}" for n in "abcdefghij")]}
        tags = after(said, given("tags"))["tags"]
        assert tags[:3] == ["dining", "Oak", "hand-oiled"]
        assert len(tags) == 10


class TestAttributes:
    def pick(self, *values: str, because: str = "", key: str = "material") -> dict[str, object]:
        return {"attributes": [{"key": key, "values": list(values), "because": because}]}

    @pytest.mark.parametrize("key", ["material", "Material", "MATERIAL"])
    def test_take_an_allowed_value_as_it_is_stored(self, key: str) -> None:
        assert after(self.pick("OAK ", key=key), given("attribute")) == {"material": ["Oak"]}

    def test_take_no_other(self) -> None:
        assert reasons(self.pick("Walnut"), given("attribute"))["material"] == "not_allowed"

    def test_take_none_that_the_facts_do_not_say(self) -> None:
        assert reasons(self.pick("Pine"), given("attribute"))["material"] == "unsupported"

    def test_take_none_for_a_quotation_that_is_not_there(self) -> None:
        assert reasons(self.pick("Pine", because="made of pine"), given("attribute"))["material"] == "unsupported"

    def test_take_none_against_the_facts_whatever_is_quoted(self) -> None:
        assert reasons(self.pick("Pine", because="A table of oak"), given("attribute"))["material"] == "unsupported"

    def test_take_one_for_a_quotation_that_is(self) -> None:
        assert after(self.pick("Hall", because="for six  People", key="rooms"), given("attribute")) == {
            "rooms": ["Kitchen", "Hall"]
        }

    def test_need_a_look_where_the_facts_say_another_of_them(self) -> None:
        what = given("attribute", description="<p>Drawers of pine; material: oak.</p>")
        [part] = decided(self.pick("Pine"), what)["parts"]
        assert (part["after"], part["flags"]) == (["Pine"], [{"kind": "attribute", "text": "Oak"}])
        [part] = decided(self.pick("Oak"), what)["parts"]
        assert (part["after"], part["flags"]) == (["Oak"], [])

    def test_that_take_several_need_none_for_that(self) -> None:
        what = given("attribute", description="<p>Rooms: kitchen. Also for a hall.</p>")
        [part] = decided(self.pick("Hall", key="rooms"), what)["parts"]
        assert (part["after"], part["flags"]) == (["Kitchen", "Hall"], [])

    def test_take_the_same_in_another_language(self) -> None:
        german = given("attribute", description="Ein Tisch aus Eiche.", language="de")
        assert after(self.pick("Oak"), german) == {"material": ["Oak"]}

    def test_take_a_yes_for_its_reason_alone(self) -> None:
        lamp = given("attribute", attributes=(Attribute(key="oiled", label="Oiled", allowed=("Yes", "No")),))
        lamp = given("attribute", facts=lamp.facts, description="Yes, a table! The top is oiled by hand.")
        assert reasons(self.pick("Yes", key="oiled"), lamp)["oiled"] == "unsupported"
        assert after(self.pick("Yes", because="top is oiled by hand", key="oiled"), lamp) == {"oiled": ["Yes"]}

    def test_take_one_value_where_they_have_one(self) -> None:
        both = given("attribute", description="Of oak and pine.")
        assert reasons(self.pick("Oak", "Pine"), both)["material"] == "unsupported"

    def test_keep_what_the_merchant_has_filled_in(self) -> None:
        assert after(self.pick("Large", key="width"), given("attribute")) == {}
        assert after(self.pick("12-345", key="number"), given("attribute")) == {}

    def test_keep_to_the_length_of_their_place(self) -> None:
        said = self.pick("The top is oiled by hand. " * 3, because="oiled by hand", key="care")
        assert reasons(said, given("attribute"))["care"] == "too_long"
        assert after(self.pick("Oiled by hand", key="care"), given("attribute")) == {"care": ["Oiled by hand"]}

    def test_left_empty_are_listed(self) -> None:
        assert reasons({"seo_title": "Oak"}, given("attribute")) == {"material": "unknown", "care": "unknown"}

    def test_of_a_product_with_many_are_read_up_to_two_hundred(self) -> None:
        many = tuple(Attribute(key=f"a{n}", label=f"A{n}", allowed=("Oak",)) for n in range(260))
        what = given("attribute", attributes=many)
        answer = {"attributes": [{"key": f"a{n}", "values": ["Oak"]} for n in range(240)]}
        assert len(after(answer, what)) == 200

    def test_answered_twice_are_answered_once(self) -> None:
        answer = {"attributes": [{"key": "material", "values": ["Oak"]}, {"key": "Material", "values": ["Pine"]}]}
        assert after(answer, given("attribute")) == {"material": ["Oak"]}


class TestCategory:
    def test_is_one_of_those_there_are(self) -> None:
        assert after({"category": " tables"}, given("category")) == {"category": "Tables"}
        assert reasons({"category": "Desks"}, given("category")) == {"category": "not_allowed"}


class TestReviews:
    def summary(self, *pros: dict[str, object], reviews: int = 2) -> dict[str, object]:
        what = given("review_summary", reviews=tuple(Review(text=f"Sturdy {n}") for n in range(reviews)))
        return after({"review_summary": {"pros": list(pros), "cons": []}}, what)

    def test_are_counted_by_us(self) -> None:
        points = self.summary({"text": "Sturdy", "reviews": [1, 2, 2], "count": 1}, {"text": "Nice", "reviews": [1]})
        assert points["review_summary"] == {
            "pros": [{"text": "Sturdy", "count": 2}, {"text": "Nice", "count": 1}],
            "cons": [],
            "reviews": 2,
        }

    @pytest.mark.parametrize(
        "point",
        [
            {"text": "Sturdy", "reviews": [1, 3]},
            {"text": "Sturdy", "reviews": [0]},
            {"text": "Sturdy", "reviews": [-1]},
            {"text": "Sturdy", "reviews": [1], "count": 40},
            {"text": "Sturdy", "count": 2},
            {"text": "Sturdy", "reviews": []},
            {"text": "<script>x</script>", "reviews": [1]},
            {"text": "x" * 201, "reviews": [1]},
        ],
    )
    def test_that_do_not_exist_are_no_support(self, point: dict[str, object]) -> None:
        assert self.summary(point) == {}


class TestImages:
    def test_get_their_texts_by_number(self) -> None:
        answer = {"alt_texts": [{"image": 2, "text": "A table of oak"}, {"image": 9, "text": "x"}]}
        assert after(answer, given("alt_text")) == {"i2": "A table of oak"}

    def test_that_cannot_be_read_are_left_out_and_listed(self) -> None:
        def broken() -> bytes:
            raise ImageUnusable("no image")

        def away() -> bytes:
            raise OSError("storage")

        loaders = {"broken": broken, "away": away, "text": lambda: b"<svg>", "huge": lambda: JPEG * 200_000}
        images = [ImageFact(key=key, load=load) for key, load in loaders.items()]
        what = given("alt_text", images=(*images, ImageFact(key="none"), TABLE.images[0]))
        result = decided({"alt_texts": [{"image": 1, "text": "A table"}]}, what)
        assert [part["key"] for part in result["parts"]] == ["i1"]
        assert [entry["key"] for entry in result["missing"]] == ["broken", "away", "text", "huge", "none"]
        assert {entry["reason"] for entry in result["missing"]} == {"image_unusable"}

    def test_of_fifty_the_first_ten_are_sent_and_all_together_bounded(self) -> None:
        many = tuple(ImageFact(key=str(n), load=lambda: JPEG) for n in range(50))
        assert [image.key for image in given("alt_text", images=many).images] == [str(n) for n in range(10)]
        large = tuple(ImageFact(key=str(n), load=lambda: JPEG[:3] + b"x" * 1_200_000) for n in range(10))
        what = given("alt_text", images=large)
        assert len(what.images) == 4
        assert len(what.unusable_images) == 6

    def test_show_colours_and_counts_that_no_facts_hold(self) -> None:
        said = {"alt_texts": [{"image": 1, "text": "Two chairs at a table in front of a blue wall, a lamp of brass"}]}
        assert decided(said, given("alt_text"))["parts"][0]["flags"] == [{"kind": "material", "text": "brass"}]


class TestTranslation:
    def test_proposes_every_text_against_what_stands_in_that_language(self) -> None:
        answer = {"name": "Hafentisch", "description": "<p>Ein Tisch aus Eiche.</p>", "tags": ["Esstisch"]}
        what = given(target="de")
        result = decided(answer, what)
        assert result["language"] == "de"
        assert [(part["part"], part["before"]) for part in result["parts"]] == [
            ("description", ""),
            ("tags", []),
            ("name", ""),
        ]
        standing = type(what)(facts=TABLE, parts=what.parts, target="de", standing=given(name="Hafentisch").facts)
        assert "name" not in after(answer, standing)

    def test_is_grounded_in_the_facts_of_the_own_language(self) -> None:
        answer = {"short_description": "Ein Eichentisch, 1,8 m breit, mit Beinen aus Stahl."}
        [part] = decided(answer, given("short_description", target="de"))["parts"]
        assert part["flags"] == [{"kind": "material", "text": "Stahl"}]

    def test_translates_free_texts_of_attributes_and_chooses_none(self) -> None:
        facts = (*TABLE.attributes, Attribute(key="story", label="Story", values=("Made by hand",)))
        answer = {"attributes": [{"key": "story", "values": ["Handarbeit"]}, {"key": "material", "values": ["Oak"]}]}
        assert after(answer, given("attribute", target="de", attributes=facts)) == {"story": ["Handarbeit"]}

    def test_a_name_in_the_other_language_is_no_strange_brand(self) -> None:
        tisch = given("name", "short_description", target="en", language="de", name="Hafentisch", description="Holz.")
        said = {"name": "Harbourmaster", "short_description": "For dinner the Harbourmaster has room for everyone."}
        assert decided(said, tisch)["needs_look"] is False
        assert decided({**said, "name": "Table"}, tisch)["needs_look"] is True
