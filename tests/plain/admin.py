from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from shareai_cms.integrations.django_admin import AIAdminMixin
from tests.plain.models import Article, Offer, Passage, Remark, Shop


class PassageInline(admin.StackedInline):
    model = Passage
    extra = 0


class RemarkInline(admin.TabularInline):
    model = Remark
    extra = 0


@admin.register(Article)
class ArticleAdmin(AIAdminMixin, admin.ModelAdmin):
    """Authors see their own articles and the finished ones, and change only their own."""

    inlines = (PassageInline, RemarkInline)
    readonly_fields = ("imprint",)
    prepopulated_fields = {"slug": ("title",)}
    # What Django 6 does by itself.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        articles = super().get_queryset(request)
        if request.user.is_superuser:
            return articles
        return articles.filter(owner=request.user) | articles.filter(status=Article.Status.READY)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_allowed = super().has_change_permission(request, obj)
        is_own = obj is None or request.user.is_superuser or obj.owner == request.user
        return is_allowed and is_own


@admin.register(Offer)
class OfferAdmin(AIAdminMixin, admin.ModelAdmin):
    pass


@admin.register(Shop)
class ShopAdmin(admin.ModelAdmin):
    """One without AI."""
