"""Bulk runs, to read."""

from __future__ import annotations

from django.contrib import admin

from shareai_cms.admin.base import ModelAdmin, ReadOnly
from shareai_cms.models import (
    AppliedChange,
    Run,
    RunItem,
)


@admin.register(Run)
class RunAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "account", "task", "title", "owner_label", "state", "total", "error_code")
    list_filter = ("account", "task", "state")
    list_select_related = ("account",)


@admin.register(RunItem)
class RunItemAdmin(ReadOnly, ModelAdmin):
    list_display = ("run", "position", "object_label", "language", "state", "units", "attempt", "error_code", "review")
    list_filter = ("state", "review")
    list_select_related = ("run",)
    search_fields = ("object_ref", "error_code")


@admin.register(AppliedChange)
class AppliedChangeAdmin(ReadOnly, ModelAdmin):
    list_display = ("item", "part", "key", "applied_at", "undone_at")
    # What was written is for those who review the run.
    exclude = ("before", "after")
