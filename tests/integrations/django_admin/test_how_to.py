"""``docs/how-to/django-admin.md``, followed word by word on a project that ``startproject`` has just made."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.databases import ROOT

PAGE = (ROOT / "docs" / "how-to" / "django-admin.md").read_text()
BLOCK = re.compile(r'^( *)```python title="([a-z]+\.py)"\n(.*?)^\1```$', re.MULTILINE | re.DOTALL)

VISIT = """
from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.create_superuser("chief"))
form = client.get("/admin/blog/article/add/").content.decode()
assert "shareai_cms/loader.js" in form
config = client.get("/admin/blog/article/shareai/").json()
assert config["problem"] is None, config
print(*(field["name"] for field in config["fields"]))
from blog.models import Article
article = Article.objects.create(title="Fog", body="It was foggy.")
print(client.get("/admin/blog/article/shareai/", {"object": article.pk}).json()["account"]["label"])
"""


def blocks(name: str) -> str:
    """Every block of the page for a file of this name, in order."""
    return "\n".join(textwrap.dedent(code) for _indent, title, code in BLOCK.findall(PAGE) if title == name)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "SHAREAI_"))}
    environment["PYTHONPATH"] = str(ROOT)

    def manage(*arguments: str) -> str:
        command = [sys.executable, "-W", "ignore", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    manage("-m", "django", "startproject", "mysite", ".")
    manage("manage.py", "startapp", "blog")
    for name in ("settings.py", "urls.py"):
        path = folder / "mysite" / name
        path.write_text(f"{path.read_text()}\n{blocks(name)}")
    settings = folder / "mysite" / "settings.py"
    settings.write_text(f'{settings.read_text()}\nINSTALLED_APPS += ["blog"]\nALLOWED_HOSTS = ["testserver"]\n')
    for name in ("models.py", "admin.py"):
        (folder / "blog" / name).write_text(blocks(name))
    manage("manage.py", "makemigrations", "blog")
    manage("manage.py", "migrate", "--verbosity", "0")
    (folder / "said").write_text(manage("manage.py", "shell", "--verbosity", "0", "-c", VISIT))
    return folder


class TestTheHowTo:
    def test_has_every_step(self) -> None:
        for name in ("settings.py", "urls.py", "admin.py", "models.py"):
            assert blocks(name), name

    def test_leads_to_buttons_at_the_fields_that_it_names(self, project: Path) -> None:
        fields, _account = (project / "said").read_text().splitlines()
        assert fields.split() == ["client", "title", "body"]

    def test_leads_to_the_account_that_the_model_names(self, project: Path) -> None:
        _fields, account = (project / "said").read_text().splitlines()
        assert account == "harbour-press"
