"""The index of search, to read."""

from __future__ import annotations

from django.contrib import admin

from shareai_cms.admin.base import ModelAdmin, ReadOnly
from shareai_cms.models import (
    Embedding,
    Generation,
    IndexJob,
    Passage,
    QueryVector,
    SearchClock,
    SearchDocument,
    SearchLog,
)


@admin.register(Generation)
class GenerationAdmin(ReadOnly, ModelAdmin):
    list_display = ("__str__", "dimensions", "floor", "created_at", "activated_at", "retired_at")
    list_filter = ("state",)


@admin.register(SearchDocument)
class SearchDocumentAdmin(ReadOnly, ModelAdmin):
    list_display = ("title", "object_type", "object_ref", "account", "language", "indexed_at")
    list_filter = ("account", "object_type", "language")
    list_select_related = ("account",)
    search_fields = ("title", "object_ref")


@admin.register(Passage)
class PassageAdmin(ReadOnly, ModelAdmin):
    list_display = ("document", "position", "heading", "version")
    list_select_related = ("document",)
    search_fields = ("document__title", "heading")


@admin.register(IndexJob)
class IndexJobAdmin(ReadOnly, ModelAdmin):
    list_display = ("object_type", "object_ref", "requested_at", "not_before", "failures", "error")
    search_fields = ("object_ref", "error")


@admin.register(SearchLog)
class SearchLogAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "account", "surface", "mode", "reason", "results", "units", "duration_ms")
    list_filter = ("account", "mode", "reason", "surface")
    list_select_related = ("account",)
    # What people searched for is for those who manage the site, in its report.
    exclude = ("text", "corrected")


@admin.register(Embedding, QueryVector, SearchClock)
class NumbersAdmin(ReadOnly, ModelAdmin):
    exclude = ("vector",)
