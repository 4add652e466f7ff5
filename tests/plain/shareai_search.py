"""What searches find on the magazine's site: a few lines for each model."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from shareai_cms.search import ModelSource, register
from tests.plain.models import Article, Offer


@register
class Articles(ModelSource):
    model = Article
    title = "title"
    body = ("summary", "body", "passages__text")
    language = "en"

    def queryset(self, model: type[Model]) -> QuerySet[Any]:
        return super().queryset(model).filter(status=Article.Status.READY)


@register
class Offers(ModelSource):
    model = Offer
    body = ("text",)
