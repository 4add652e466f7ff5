"""Images of the library: the small copy that is sent, and where their alternative text stands."""

from __future__ import annotations

from typing import Any

from shareai_cms.catalog.places.pictures import Reader
from shareai_cms.integrations.wagtail import compat, fields, images


def alt_field(model: Any) -> str:
    """The field that the image editor fills; empty where the model has none of its names."""
    return next((name for name in fields.ALT_TEXT_NAMES if fields.is_prose(model, name)), "")


READER = Reader(handles=compat.is_image_model, load=images.jpeg_copy, alt=alt_field)
