"""What an action sees of an image: a small, clean copy, fit to be sent."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpRequest
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from wagtail.images import get_image_model

from shareai_cms.actions.base import ActionInput
from shareai_cms.actions.codecs import PlainText
from shareai_cms.conf import conf
from shareai_cms.errors import ImageUnusable, InvalidRequest, NotPermitted, ObjectNotFound
from shareai_cms.integrations.wagtail import compat
from shareai_cms.integrations.wagtail.places import Leaf

JPEG = "image/jpeg"
_QUALITY = 85
#: Formats that are read at all; each more is one more decoder open to hostile files.
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP")

#: Modes whose pixels may be mixed as they are; palettes and single colours that stand for transparency may not.
_SCALED_AS_THEY_ARE = frozenset(("L", "LA", "RGB", "RGBA", "CMYK"))


def chosen(request: HttpRequest, pk: Any) -> Any:
    """The image that was chosen in a form, if this person may choose it; raises ``ImageUnusable`` or another."""
    if pk in (None, ""):
        raise ImageUnusable(
            "nothing chosen",
            sentence=_("No image has been chosen yet."),
            remedy=_("Choose an image first, then try again."),
        )
    model: Any = get_image_model()
    try:
        image = model.objects.get(pk=pk)
    except (model.DoesNotExist, ValueError, TypeError, OverflowError):
        raise ObjectNotFound(f"{model._meta.label_lower} {str(pk)[:40]}") from None
    if not compat.permission_policy(model).user_has_permission_for_instance(request.user, "choose", image):
        raise NotPermitted("no permission to choose this image")
    return image


def image_input(copy: bytes, *, leaf: Leaf, language: str, context: Mapping[str, str]) -> ActionInput:
    """The input of an action on an image."""
    return ActionInput(
        image=copy,
        image_type=JPEG,
        codec=PlainText(is_multiline=False, max_length=leaf.max_length),
        max_length=leaf.max_length,
        language=language,
        context=context,
    )


def jpeg_copy(image: Any) -> bytes:
    """The image of the library as a JPEG of at most ``IMAGE_EDGE`` pixels a side, without its metadata.

    Raises ``ImageUnusable`` when it is missing, broken, a drawing (SVG), or larger than the limits.
    """
    if image.is_svg():
        raise ImageUnusable(
            "SVG",
            sentence=_("Drawings in the SVG format cannot be described."),
            remedy=_("Write the text yourself, or upload the picture as a PNG file."),
        )
    return _readable(_bytes_of(image), _FORMATS)


def uploaded_copy(upload: Any) -> bytes:
    """A file that is not saved yet, from the small JPEG that the browser made of it; as clean as one of the library.

    Raises ``ImageUnusable`` without one, and ``InvalidRequest`` for what is no JPEG in base64.
    """
    if not upload:
        raise ImageUnusable(
            "no upload",
            sentence=_("No file has been chosen yet."),
            remedy=_("Choose a file first, then try again."),
        )
    try:
        data = base64.b64decode(upload, validate=True)
    except (ValueError, TypeError):
        raise InvalidRequest("input.upload must be base64") from None
    if len(data) > conf.image_max_bytes:
        raise _too_large(f"{len(data)} bytes")
    return _readable(data, ("JPEG",))


def _readable(data: bytes, formats: tuple[str, ...]) -> bytes:
    try:
        return _scaled(data, formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(type(error).__name__) from None
    except ImageUnusable:
        raise
    # The boundary to foreign decoders: what they raise on a broken file is of any type (RuntimeError of AVIF,
    # struct.error and AttributeError of EXIF, SyntaxError of PNG), and every one of them means the same.
    except Exception as error:  # noqa: BLE001
        raise ImageUnusable(type(error).__name__) from None


def _bytes_of(image: Any) -> bytes:
    limit = conf.image_max_bytes
    try:
        if image.file.size > limit:
            raise _too_large(f"{image.file.size} bytes")
        with image.open_file() as file:
            data: bytes = file.read(limit + 1)
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        raise ImageUnusable(
            type(error).__name__,
            sentence=_("The file of this image is missing."),
            remedy=_("Upload the image again."),
        ) from None
    if len(data) > limit:
        raise _too_large(f"more than {limit} bytes")
    return data


def _scaled(data: bytes, formats: tuple[str, ...]) -> bytes:
    with Image.open(io.BytesIO(data), formats=formats) as picture:
        width, height = picture.size
        if width * height > conf.image_max_pixels:
            raise _too_large(f"{width} x {height} pixels")
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


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture in RGB; what is transparent becomes white, which is what most pages show behind it."""
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


def _too_large(detail: str) -> ImageUnusable:
    return ImageUnusable(
        detail,
        sentence=_("This image is too large to be described."),
        remedy=_("Upload a smaller copy of it."),
    )
