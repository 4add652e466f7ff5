from __future__ import annotations

import io
import struct
import zlib
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image as Picture
from PIL import ImageDraw
from PIL.PngImagePlugin import PngImageFile

from shareai_cms.errors import ImageUnusable
from shareai_cms.integrations.wagtail.images import jpeg_copy
from tests.integrations.wagtail.conftest import png, saved_image


def opened(data: bytes) -> Picture.Image:
    picture = Picture.open(io.BytesIO(data))
    picture.load()
    return picture


def encoded(picture: Picture.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def header_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def refusal(image: Any) -> str:
    with pytest.raises(ImageUnusable) as caught:
        jpeg_copy(image)
    assert str(caught.value.remedy).endswith(".")
    return str(caught.value.sentence)


@pytest.mark.usefixtures("sites")
class TestCopies:
    def test_a_large_image_is_scaled_to_the_edge(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"IMAGE_EDGE": 200}
        copy = opened(jpeg_copy(saved_image(png((900, 300)))))
        assert (copy.format, copy.mode, copy.size) == ("JPEG", "RGB", (200, 67))

    def test_a_small_one_is_not_enlarged(self) -> None:
        assert opened(jpeg_copy(saved_image(png((40, 30))))).size == (40, 30)

    def test_what_is_transparent_becomes_white(self) -> None:
        copy = opened(jpeg_copy(saved_image(png((20, 20), "RGBA", color=(255, 0, 0, 0)))))
        assert copy.getpixel((10, 10)) == (255, 255, 255)

    @pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
    def test_a_large_one_that_is_transparent_is_scaled_and_becomes_white(self, mode: str, settings: Any) -> None:
        settings.SHAREAI_CMS = {"IMAGE_EDGE": 50}
        picture = Picture.new("RGBA", (200, 100), (0, 0, 0, 0)).convert(mode)
        options = {"transparency": picture.getpixel((0, 0))} if mode == "P" else {}
        copy = opened(jpeg_copy(saved_image(encoded(picture, "PNG", **options))))
        assert (copy.size, copy.getpixel((25, 12))) == ((50, 25), (255, 255, 255))

    @pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "LA", "I;16", "F"])
    def test_every_colour_mode_is_read(self, mode: str) -> None:
        picture = Picture.new("RGB", (30, 20), "navy").convert("L" if mode in ("I;16", "F") else mode)
        picture = picture.convert("F") if mode == "F" else picture
        picture = Picture.new("I;16", (30, 20), 40_000) if mode == "I;16" else picture
        kind = "TIFF" if mode in ("CMYK", "F") else "PNG"
        assert opened(jpeg_copy(saved_image(encoded(picture, kind)))).mode == "RGB"

    def test_a_rotated_photograph_stands_upright_and_says_nothing_about_itself(self) -> None:
        photograph = Picture.new("RGB", (60, 40), "white")
        ImageDraw.Draw(photograph).rectangle((0, 0, 20, 40), fill="black")
        exif = Picture.Exif()
        exif[0x0112] = 6  # the camera was turned to the right
        exif[0x010F] = "A camera"
        copy = opened(jpeg_copy(saved_image(encoded(photograph, "JPEG", exif=exif, comment=b"secret"))))
        assert copy.size == (40, 60)
        assert copy.getpixel((20, 5))[0] < 40
        assert not copy.getexif()
        assert "comment" not in copy.info

    def test_the_first_frame_of_an_animation_is_taken(self) -> None:
        frames = [Picture.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
        data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
        assert opened(jpeg_copy(saved_image(data))).getpixel((5, 5))[0] > 200


@pytest.mark.usefixtures("sites")
class TestRefused:
    @pytest.mark.parametrize("data", [b"", b"no image", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", png()[:60]])
    def test_a_broken_file(self, data: bytes) -> None:
        assert refusal(saved_image(data)) == "This image cannot be read."

    @pytest.mark.parametrize("error", [RuntimeError, struct.error, AttributeError, SyntaxError, KeyError])
    def test_a_file_that_breaks_its_decoder(self, error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
        def load(picture: Any) -> None:
            raise error

        image = saved_image()
        monkeypatch.setattr(PngImageFile, "load", load)
        assert refusal(image) == "This image cannot be read."

    def test_a_missing_file(self) -> None:
        image = saved_image()
        image.file.storage.delete(image.file.name)
        assert refusal(image) == "The file of this image is missing."

    def test_a_file_over_the_limit_is_not_read(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"IMAGE_MAX_BYTES": 50}
        assert refusal(saved_image(png())) == "This image is too large to be described."

    def test_more_pixels_than_the_limit_are_not_decoded(self) -> None:
        assert refusal(saved_image(header_of(10_000, 10_000))) == "This image is too large to be described."

    def test_a_bomb_is_refused_by_its_claim(self) -> None:
        assert refusal(saved_image(header_of(60_000, 60_000))) == "This image is too large to be described."

    def test_a_drawing(self) -> None:
        image = SimpleNamespace(is_svg=lambda: True)
        assert refusal(image) == "Drawings in the SVG format cannot be described."

    def test_formats_beyond_the_list_are_not_opened(self) -> None:
        assert refusal(saved_image(encoded(Picture.new("RGB", (20, 20)), "PPM"))) == "This image cannot be read."
