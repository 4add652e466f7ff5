"""A Wagtail site whose base page model is not Wagtail's own; run as a process, as Django is set up once.

It signs an editor in, opens a page's editor, asks for its configuration and its past, runs an action on it against
the sandbox at the address given, accepts the suggestion, and prints what every step answered.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from django.conf import settings

#: Apps with a foreign key to Wagtail's own page.
NOT_FOR_IT = ("tests.demo", "tests.specimens", "tests.wares", "wagtail.contrib.redirects")


def configure(sandbox_url: str) -> None:
    import django

    from tests import settings as usual

    names = {name: getattr(usual, name) for name in dir(usual) if name.isupper()}
    apps = [name for name in names["INSTALLED_APPS"] if name not in NOT_FOR_IT]
    names |= {
        "INSTALLED_APPS": ["wagtail.test.basepage", *apps],
        "WAGTAIL_PAGE_MODEL": "basepage.BasePage",
        "SHAREAI_CMS": {"SANDBOX_URL": sandbox_url},
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
        "past": past(client, path),
        **applied(client, home),
        "past_after": past(client, path),
        "index": indexed(),
        "history": client.get(f"/admin/pages/{home.pk}/history/").content.decode(),
    }


def indexed() -> dict[str, Any]:
    """What the search index holds after the command, as it stands in the tables."""
    from django.core.management import call_command

    from shareai_cms.models import Passage, SearchDocument

    call_command("shareai_index", "--yes", stdout=io.StringIO())
    return {
        "documents": list(SearchDocument.objects.values_list("object_type", "title", "account__label")),
        "passages": Passage.objects.count(),
    }


def past(client: Any, path: str) -> str:
    return str(client.get("/admin/shareai/history/", {"path": path}).content.decode())


def applied(client: Any, page: Any) -> dict[str, object]:
    """An action on the page's title, and its suggestion taken over."""
    target = {"type": "basepage.basepage", "id": str(page.pk), "field": "title"}
    headers = {"Accept": "application/json", "Idempotency-Key": "click-0000000000000001"}
    body = {"target": target, "input": {"text": "In order to begin, we utilise the press."}}
    run = client.post("/admin/shareai/actions/rewrite/", body, content_type="application/json", headers=headers)
    accepted = client.post(
        f"/admin/shareai/suggestions/{run.json().get('suggestion', 0)}/",
        {"target": target, "decision": "accepted"},
        content_type="application/json",
    )
    page.save_revision()
    return {"run": [run.status_code, run.json()], "accepted": accepted.status_code}


if __name__ == "__main__":
    configure(sys.argv[1])
    print(json.dumps(answers()))
