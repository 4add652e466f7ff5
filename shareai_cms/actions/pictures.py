"""Pictures as an action sees them: a small, clean copy, fit to be sent."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.core.exceptions import SuspiciousFileOperation
from django.utils.translation import gettext as _

from shareai_cms.conf import conf
from shareai_cms.errors import ImageUnusable

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_QUALITY = 85
#: Formats that are read at all; each more is one more decoder open to hostile files.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP")

#: Modes whose pixels may be mixed as they are; palettes and single colours that stand for transparency may not.
_SCALED_AS_THEY_ARE = frozenset(("L", "LA", "RGB", "RGBA", "CMYK"))


def jpeg_of(file: Any) -> bytes:
    """A stored file as a JPEG of at most ``IMAGE_EDGE`` pixels a side, without its metadata.

    Raises ``ImageUnusable`` when it is missing, broken, or larger than the limits.
    """
    return readable(_bytes_of(file))


def readable(data: bytes, formats: tuple[str, ...] = FORMATS) -> bytes:
    """The picture in a file as a small clean JPEG; raises ``ImageUnusable``."""
    from PIL import Image

    try:
        return _scaled(data, formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large(type(error).__name__) from None
    except ImageUnusable:
        raise
    # The boundary to foreign decoders: what they raise on a broken file is of any type (RuntimeError of AVIF,
    # struct.error and AttributeError of EXIF, SyntaxError of PNG), and every one of them means the same.
    except Exception as error:  # noqa: BLE001
        raise ImageUnusable(type(error).__name__) from None


def smaller(jpeg: bytes, edge: int) -> bytes:
    """One of our own copies, of at most so many pixels a side."""
    from PIL import Image

    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.thumbnail((edge, edge))
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def _bytes_of(file: Any) -> bytes:
    limit = conf.image_max_bytes
    try:
        if file.size > limit:
            raise too_large(f"{file.size} bytes")
        with file.storage.open(file.name, "rb") as opened:
            data: bytes = opened.read(limit + 1)
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        raise ImageUnusable(
            type(error).__name__,
            sentence=_("The file of this image is missing."),
            remedy=_("Upload the image again."),
        ) from None
    if len(data) > limit:
        raise too_large(f"more than {limit} bytes")
    return data


def _scaled(data: bytes, formats: tuple[str, ...]) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=formats) as picture:
        width, height = picture.size
        if width * height > conf.image_max_pixels:
            raise too_large(f"{width} x {height} pixels")
        # JPEGs are decoded at a fraction of their size where that is enough.
        picture.draft("RGB", (conf.image_edge, conf.image_edge))
        picture.load()
        if picture.mode in _SCALED_AS_THEY_ARE and "transparency" not in picture.info:
            # Before the copies below, each of which takes as much memory as the picture.
            picture.thumbnail((conf.image_edge, conf.image_edge))
        upright = ImageOps.exif_transpose(picture)
        flat = _on_white(upright)
    flat.thumbnail((conf.image_edge, conf.image_edge))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _on_white(picture: Picture) -> Picture:
    """The picture in RGB; what is transparent becomes white, which is what most pages show behind it."""
    from PIL import Image, ImageOps

    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        background = Image.new("RGBA", picture.size, "white")
        background.alpha_composite(picture)
        picture = background
    if picture.mode in ("I", "I;16", "F"):
        picture = ImageOps.autocontrast(picture.convert("L"))
    # A new image takes over the pixels alone: no EXIF, no comment, no profile.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture.convert("RGB"))
    return clean


def too_large(detail: str) -> ImageUnusable:
    return ImageUnusable(
        detail,
        sentence=_("This image is too large to be described."),
        remedy=_("Upload a smaller copy of it."),
    )
