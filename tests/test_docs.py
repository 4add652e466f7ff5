"""Every setting, check, error, signal and command is documented, and nothing that does not exist is."""

from __future__ import annotations

import json
import re
from pathlib import Path

from django.core.management import get_commands
from django.dispatch import Signal

from shareai_cms import signals
from shareai_cms.actions import all_actions
from shareai_cms.conf import DEFAULTS
from shareai_cms.errors import ShareAIError, error_classes
from shareai_cms.models import SiteAccount
from shareai_cms.sandbox.faults import FAULTS, VECTOR_FAULTS
from shareai_cms.work import all_duties

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def first_column(page: str) -> set[str]:
    return names_in((DOCS / "reference" / page).read_text())


def names_in(text: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def leaves() -> dict[str, type[ShareAIError]]:
    """Errors that are raised as they are: the branches of the tree only gather them."""
    branches = {"error", "refused", "marketplace_error", "output_refused", "checkout_refused", "provider_error"}
    return {code: cls for code, cls in error_classes().items() if code not in branches}


def test_settings() -> None:
    assert first_column("settings.md") == set(DEFAULTS)


def test_checks() -> None:
    rooms = [*(ROOT / "shareai_cms").rglob("checks.py"), *(ROOT / "shareai_cms" / "checks").glob("*.py")]
    source = "".join(path.read_text() for path in rooms)
    assert first_column("checks.md") == set(re.findall(r'id="(shareai_cms\.[EWI]\d{3})"', source))


def test_errors_with_status_and_sentence() -> None:
    assert first_column("errors.md") == set(leaves())
    text = (DOCS / "reference" / "errors.md").read_text()
    for code, cls in leaves().items():
        assert f"| `{code}` | {cls.http_status} | {cls.sentence} |" in text


def test_signals() -> None:
    declared = {name for name, value in vars(signals).items() if isinstance(value, Signal)}
    assert first_column("signals.md") == declared


def test_commands() -> None:
    ours = {name for name, app in get_commands().items() if app == "shareai_cms"}
    assert first_column("commands.md") == ours


def test_duties() -> None:
    work = (DOCS / "how-to" / "operate.md").read_text().split("## Background work")[1].split("\n## ")[0]
    # Tests elsewhere register duties of their own.
    ours = {duty.name for duty in all_duties() if duty.run.__module__.startswith("shareai_cms.")}
    assert names_in(work) == ours


def test_the_form_and_the_docs_call_the_voice_the_same() -> None:
    assert SiteAccount._meta.get_field("voice").verbose_name == "voice"
    for page in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]:
        assert "house style" not in page.read_text().lower(), page.name


def test_every_page_is_reached_from_the_index() -> None:
    index = (DOCS / "index.md").read_text()
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"index.md"}
    assert [page for page in sorted(pages) if f"({page})" not in index] == []
    assert "(docs/how-to/write.md)" in (ROOT / "README.md").read_text().split("## Read on")[1]


def test_faults_of_the_sandbox_with_their_words() -> None:
    faults = (DOCS / "reference" / "sandbox.md").read_text().split("## Faults")[1]
    assert dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", faults, re.MULTILINE)) == {**FAULTS, **VECTOR_FAULTS}


def test_actions_with_what_they_take() -> None:
    built_in = [action for action in all_actions() if type(action).__module__.startswith("shareai_cms.")]
    text = (DOCS / "reference" / "actions.md").read_text()
    assert first_column("actions.md") == {action.slug for action in built_in}
    kinds = ("text", "textarea", "richtext", "image")
    for action in built_in:
        fits = ", ".join(kind for kind in kinds if kind in action.field_kinds)
        asks = ", ".join(option.name for option in action.options) or "nothing"
        row = f"| `{action.slug}` | {action.label} | {fits} | {action.units} | {asks} | {action.least} | "
        assert row in text
        for name in action.field_names:
            assert f"`{name}`" in text


def test_pictures_show_the_actions_that_there_are() -> None:
    """``make screenshots`` takes them again and notes what can be seen on them."""
    seen = json.loads((DOCS / "screenshots" / "manifest.json").read_text())
    built_in = [action.slug for action in all_actions() if type(action).__module__.startswith("shareai_cms.")]
    assert seen["actions"] == built_in
    assert seen["pictures"] == sorted(path.name for path in (DOCS / "screenshots").glob("*.png"))


def test_links_and_pictures_lead_somewhere() -> None:
    for page in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} points to {target}"


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 100
