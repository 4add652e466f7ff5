from __future__ import annotations

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class ShareAIWagtailConfig(AppConfig):
    name = "shareai_cms.integrations.wagtail"
    label = "shareai_cms_wagtail"
    verbose_name = _("ShareAI for Wagtail")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        if not apps.is_installed("shareai_cms"):
            # Said before anything of core is imported: its models would end in a traceback.
            raise ImproperlyConfigured(
                f"{self.name} builds on 'shareai_cms': add it to INSTALLED_APPS, above the integration."
            )
        from django.contrib.auth.signals import user_logged_in

        from shareai_cms.actions.targets import register_policy
        from shareai_cms.integrations.wagtail import accounts, catalog, frame, menu, people, targets
        from shareai_cms.integrations.wagtail.search import pages, places, signals
        from shareai_cms.metering import register_platform
        from shareai_cms.search.sources.registry import register
        from shareai_cms.topups import register_admin_url, register_language
        from shareai_cms.views.frames import register_frame
        from shareai_cms.views.search.places import register_place

        for policy in targets.policies():
            register_policy(policy)
        catalog.connect()
        register_frame(frame.WAGTAIL)
        register(pages.PageSource)
        register_place(places.place_of)
        signals.connect()
        register_platform(accounts.PLATFORM, accounts.address_of)
        user_logged_in.connect(menu.decide_at_sign_in, dispatch_uid=menu.SIGN_IN)
        register_language(people.language_of)
        register_admin_url(people.admin_url)
