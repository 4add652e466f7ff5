"""What installing the package adds to a Wagtail site: ``python -m bench.weight``.

Distributions beyond Wagtail's own, milliseconds more until the site is ready to answer, and queries and
session writes of ours on admin pages that have nothing to do with us.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 9
OURS = ("shareai_cms", "shareai_cms.integrations.wagtail")
#: A clock around everything that a worker of a site does before its first request.
START = """
import os, time
started = time.perf_counter()
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import tests.settings as given
given.ROOT_URLCONF = "tests.checks.urls"  # the usual one has the address of our webhooks
{edit}
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
from wagtail import hooks
hooks.search_for_hooks()
print((time.perf_counter() - started) * 1000)
"""
WITHOUT = f"given.INSTALLED_APPS = [name for name in given.INSTALLED_APPS if name not in {OURS!r}]"


def main() -> dict[str, Any]:
    """Run the bench and return its figures; times are milliseconds."""
    more = distributions_more()
    without, with_us = start_up()
    figures = {
        "distributions_more": len(more),
        "start_without": without,
        "start_with": with_us,
        "start_more": with_us - without,
        "queries_elsewhere": queries_elsewhere(),
    }
    print("distributions more than Wagtail's own:", ", ".join(sorted(more)))
    for name, value in figures.items():
        print(f"{name:32} {value:8.1f}" if isinstance(value, float) else f"{name:32} {value:8d}")
    return figures


def distributions_more() -> set[str]:
    """Names that ``pip install shareai-cms[wagtail]`` brings and ``pip install wagtail`` does not."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wagtail = closure([Requirement("wagtail")])
    ours = closure([Requirement(text) for text in project["dependencies"]])
    return ours - wagtail | {"shareai-cms"}


def closure(wanted: list[Requirement]) -> set[str]:
    """Every distribution that the installed ones ask for on this Python, extras included where asked for."""
    found: set[str] = set()
    waiting = list(wanted)
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        found.add(key[0])
        try:
            below = [Requirement(text) for text in requires(requirement.name) or []]
        except PackageNotFoundError as error:
            raise RuntimeError(f"{requirement.name} is not installed, so what it brings cannot be counted.") from error
        extras = requirement.extras or {""}
        waiting += [
            item for item in below if not item.marker or any(item.marker.evaluate({"extra": extra}) for extra in extras)
        ]
    return found


def start_up() -> tuple[float, float]:
    """Fewest milliseconds until a site is ready, without us and with us, in turns: other load only adds."""
    times: dict[str, list[float]] = {WITHOUT: [], "": []}
    for number in range(ROUNDS + 1):
        for edit, taken in times.items():
            done = subprocess.run(
                [sys.executable, "-c", START.format(edit=edit)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
            )
            if number:  # the first round fills the caches of byte code and of the disk
                taken.append(float(done.stdout))
    return min(times[WITHOUT]), min(times[""])


ELSEWHERE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from shareai_cms.models import AccountPermission
call_command("migrate", verbosity=0)
home = Page.objects.get(depth=2)
superuser = get_user_model().objects.create_superuser("admin")
group = Group.objects.create(name="Everything")
group.permissions.set(Permission.objects.all())
for permission in Permission.objects.filter(content_type__app_label__in=("wagtailimages", "wagtaildocs")):
    GroupCollectionPermission.objects.create(
        group=group, collection=Collection.get_first_root_node(), permission=permission)
for permission in Permission.objects.filter(content_type__app_label="wagtailcore", content_type__model="page"):
    GroupPagePermission.objects.create(group=group, page=Page.objects.get(depth=1), permission=permission)
editor = get_user_model().objects.create_user("editor")
editor.groups.add(group)
manager = get_user_model().objects.create_user("manager")
managers = Group.objects.create(name="Managers of AI")
AccountPermission.objects.create(group=managers, permission="manage")
manager.groups.add(group, managers)
pages = ["pages/", f"pages/{home.pk}/", f"pages/{home.pk}/history/", "images/", "documents/", "reports/site-history/",
         "users/", "groups/", "sites/", "account/", "pages/search/"]
def ours(client):
    return {name: value for name, value in client.session.items() if name.startswith("shareai")}
def visit(client, page):
    before = ours(client)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(f"/admin/{page}")
    assert response.status_code == 200, (page, response.status_code)
    return sum("shareai_cms" in query["sql"] for query in captured.captured_queries) + (ours(client) != before)
def signed_in(user, *, is_cold):
    client = Client()
    client.force_login(user)
    if is_cold:
        session = client.session
        for name in ours(client):
            del session[name]
        session.save()
    return client
count = 0
for user in (superuser, editor, manager):
    for page in pages:
        # Each page is somebody's first one, right after the sign-in or with a session that knows nothing of us.
        count += sum(visit(signed_in(user, is_cold=is_cold), page) for is_cold in (False, True))
print(count)
"""


def queries_elsewhere() -> int:
    """Queries on our tables and writes into the session while people look at other admin pages for the first time.

    They are a superuser, an editor without a right to AI, and a manager of AI. The page editor is
    ours too: there the panel at the side has to know who may use AI.
    """
    with tempfile.TemporaryDirectory(prefix="shareai-bench-") as folder:
        environment = {**os.environ, "SHAREAI_TEST_DATABASE": str(Path(folder) / "bench.sqlite3")}
        done = subprocess.run(
            [sys.executable, "-c", ELSEWHERE], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
    return int(done.stdout)


if __name__ == "__main__":
    main()
