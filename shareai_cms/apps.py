from __future__ import annotations

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class ShareAICMSConfig(AppConfig):
    name = "shareai_cms"
    label = "shareai_cms"
    verbose_name = _("ShareAI")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shareai_cms import checks  # noqa: F401  registers the system checks
        from shareai_cms.actions import autodiscover
        from shareai_cms.catalog.registry import autodiscover as autodiscover_catalogues
        from shareai_cms.runs import listening
        from shareai_cms.search.sources.registry import autodiscover as autodiscover_sources
        from shareai_cms.topups import alerts
        from shareai_cms.work.duties import register_duties

        autodiscover()
        autodiscover_sources()
        autodiscover_catalogues()
        register_duties()
        alerts.connect()
        listening.connect()
        if apps.is_installed("django.contrib.admin"):
            from shareai_cms.actions.targets import register_policy
            from shareai_cms.integrations.django_admin.policy import AdminPolicy

            # An object that another integration knows too is asked about there, whichever was loaded first.
            register_policy(AdminPolicy(), is_fallback=True)
