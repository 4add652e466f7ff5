"""Every page type and the image library as catalogues, with no code of the site's."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model
from wagtail.models import get_page_models

from shareai_cms.catalog.model_catalog import ModelCatalog
from shareai_cms.catalog.places.pictures import Images
from shareai_cms.integrations.wagtail import compat, drafts


class PageCatalogue(ModelCatalog):
    """What search engines are told of a page. Its words are the facts."""

    slug = "wagtail-pages"
    label = _("Pages")
    more = {"text": drafts.words_of}

    def models(self) -> tuple[type[models.Model], ...]:
        base = compat.base_page_model()
        return tuple(model for model in get_page_models() if issubclass(model, base) and model is not base)


class ImageCatalogue(ModelCatalog):
    """Alternative texts of the images in the library."""

    slug = "wagtail-images"
    label = _("Images")
    name = "title"
    images = Images()

    def models(self) -> tuple[type[models.Model], ...]:
        return (get_image_model(),)
