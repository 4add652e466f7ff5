from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files.images import ImageFile
from wagtail.images.models import Image


def load_pictures(plan: dict[str, dict[str, Any]], folder: Path, owner: User) -> dict[str, Image]:
    """Images by key. Most have no description: writing alt texts is what editors never get round to."""
    return {key: _load(entry, folder, owner) for key, entry in plan.items()}


def _load(entry: dict[str, Any], folder: Path, owner: User) -> Image:
    path = folder / entry["file"]
    image = Image(title=entry["title"], description=entry.get("description", ""), uploaded_by_user=owner)
    with path.open("rb") as file:
        image.file = ImageFile(file, name=path.name)
        image.save()
    return image
