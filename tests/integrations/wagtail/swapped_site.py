"""A Wagtail site whose base page model is not Wagtail's own; run as a process, as Django is set up once.

It signs an editor in, opens a page's editor, asks for its configuration and its past, and prints them.
"""

from __future__ import annotations

import json

from django.conf import settings

#: Apps with a foreign key to Wagtail's own page.
NOT_FOR_IT = ("tests.demo", "tests.specimens", "wagtail.contrib.redirects")


def configure() -> None:
    import django

    from tests import settings as usual

    names = {name: getattr(usual, name) for name in dir(usual) if name.isupper()}
    apps = [name for name in names["INSTALLED_APPS"] if name not in NOT_FOR_IT]
    names |= {
        "INSTALLED_APPS": ["wagtail.test.basepage", *apps],
        "WAGTAIL_PAGE_MODEL": "basepage.BasePage",
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    }
    settings.configure(**names)
    django.setup()


def answers() -> dict[str, object]:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client
    from wagtail.models import Locale, Site
    from wagtail.test.basepage.models import BasePage

    call_command("migrate", verbosity=0)
    locale = Locale.objects.get_or_create(language_code="en")[0]
    root = BasePage.objects.filter(depth=1).first() or BasePage.add_root(title="Root", slug="root", locale=locale)
    home = root.add_child(instance=BasePage(title="Home", slug="home-page", locale=locale))
    Site.objects.all().delete()
    Site.objects.create(hostname="press.example", site_name="Press", root_page=home, is_default_site=True)
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    path = f"/admin/pages/{home.pk}/edit/"
    return {
        "editor": client.get(path).content.decode(),
        "config": client.get("/admin/shareai/config/", {"path": path}).json(),
        "past": client.get("/admin/shareai/history/", {"path": path}).content.decode(),
    }


if __name__ == "__main__":
    configure()
    print(json.dumps(answers()))
