from __future__ import annotations

import base64
import io
import sys

import pytest
from PIL import Image

from shareai_cms.sandbox.images import Look, colour_name, look_at
from shareai_cms.sandbox.prompts import Job
from shareai_cms.sandbox.writing import answer


def data_uri(size: tuple[int, int], *bands: tuple[int, int, int], form: str = "PNG") -> str:
    """A picture of horizontal bands of colour."""
    image = Image.new("RGB", size)
    height = size[1] // len(bands)
    for number, colour in enumerate(bands):
        image.paste(colour, (0, number * height, size[0], (number + 1) * height))
    stream = io.BytesIO()
    image.save(stream, form)
    return f"data:image/{form.lower()};base64,{base64.b64encode(stream.getvalue()).decode()}"


SEA = data_uri((300, 210), (240, 150, 40), (240, 150, 40), (10, 30, 90))


def alt(image: str = SEA, *, more: str = "", language: str = "", **context: str) -> str:
    return answer(
        Job(
            task="image-alt-text",
            images=(image,) if image else (),
            context=context,
            language=language,
            instructions=more,
        )
    )


class TestAltText:
    def test_says_shape_colours_and_light(self) -> None:
        assert alt() == "A landscape-format picture in orange and dark blue, brighter towards the top."

    def test_begins_with_what_the_context_calls_it(self) -> None:
        assert alt(title="Harbour at dusk").startswith("Harbour at dusk: a landscape-format picture in orange")

    @pytest.mark.parametrize("name", ["IMG_1234.jpg", "dsc 0042", "photo-12.JPEG", "1234"])
    def test_a_file_name_says_nothing(self, name: str) -> None:
        assert alt(title=name, page_title="The quay").startswith("The quay: ")

    @pytest.mark.parametrize(
        ("size", "words"),
        [((900, 300), "a wide panorama"), ((200, 300), "an upright picture"), ((200, 200), "a square picture")],
    )
    def test_knows_the_shape(self, size: tuple[int, int], words: str) -> None:
        assert words in alt(data_uri(size, (255, 255, 255)), title="Quay")

    @pytest.mark.parametrize(
        ("language", "words"),
        [("de", "ein Bild im Querformat in Orange und Dunkelblau"), ("ar", "صورة أفقية باللون البرتقالي")],
    )
    def test_speaks_the_language(self, language: str, words: str) -> None:
        assert words in alt(title="Quay", language=language)
        assert words in alt(title="Quay", more=f"Write in the language with the tag {language}.")

    @pytest.mark.parametrize("limit", [125, 60, 20, 5])
    def test_keeps_to_the_length(self, limit: int) -> None:
        said = alt(
            title="A rather long title about the harbour in the evening", more=f"Use at most {limit} characters."
        )
        assert 0 < len(said) <= limit

    def test_without_an_image_says_what_the_context_does(self) -> None:
        assert alt("", title="Quay") == "Quay: a picture."

    def test_jpeg_is_read_too(self) -> None:
        assert "dark blue" in alt(data_uri((300, 200), (10, 30, 90), form="JPEG"))


class TestLooking:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "https://example.com/a.png",
            "data:image/png;base64,!!",
            "data:image/png;base64,AAAA",
            SEA[:200],
            SEA[:-40],
        ],
    )
    def test_a_broken_image_is_no_error(self, url: str) -> None:
        look_at(url)
        assert alt(url, title="Quay").startswith("Quay: a")

    def test_without_pillow_there_is_less_to_say(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "PIL", None)
        assert look_at(SEA) == Look()

    @pytest.mark.parametrize(
        ("colour", "name"),
        [
            ((0, 0, 0), "black"), ((255, 255, 255), "white"), ((128, 128, 128), "grey"), ((220, 30, 30), "red"),
            ((240, 140, 20), "orange"), ((100, 60, 30), "brown"), ((240, 220, 40), "yellow"), ((40, 160, 60), "green"),
            ((20, 150, 150), "teal"), ((40, 80, 220), "blue"), ((10, 20, 80), "dark blue"), ((130, 60, 220), "violet"),
            ((240, 120, 180), "pink"), ((230, 205, 160), "sand"),
        ],
    )  # fmt: skip
    def test_colours_have_the_names_people_use(self, colour: tuple[int, int, int], name: str) -> None:
        assert colour_name(*colour) == name
