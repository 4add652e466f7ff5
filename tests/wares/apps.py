from __future__ import annotations

from django.apps import AppConfig


class WaresConfig(AppConfig):
    name = "tests.wares"
    label = "wares"
    default_auto_field = "django.db.models.BigAutoField"
