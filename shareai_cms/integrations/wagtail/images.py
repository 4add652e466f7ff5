"""What an action sees of an image: a small, clean copy, fit to be sent."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from shareai_cms.actions.base import ActionInput
from shareai_cms.actions.codecs import PlainText
from shareai_cms.actions.pictures import jpeg_of, readable, too_large
from shareai_cms.conf import conf
from shareai_cms.errors import ImageUnusable, InvalidRequest, NotPermitted, ObjectNotFound
from shareai_cms.integrations.wagtail import compat
from shareai_cms.integrations.wagtail.places import Leaf

JPEG = "image/jpeg"


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
    return jpeg_of(image.file)


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
        raise too_large(f"{len(data)} bytes")
    return readable(data, ("JPEG",))
