"""Whether the settings make sense, and what they leave open."""

from __future__ import annotations

from collections.abc import Iterator

from django.core import checks as django_checks

from shareai_cms.conf import conf
from shareai_cms.doctor.findings import ERROR, WARNING, Finding, Scope, ok, warning

AREA = "Settings"


def examine_settings(_scope: Scope) -> Iterator[Finding]:
    """Our own system checks, those that the site has silenced left out."""
    found = [message for message in django_checks.run_checks() if _is_ours(message) and not message.is_silenced()]
    for message in found:
        if message.level >= django_checks.WARNING:
            level = ERROR if message.level >= django_checks.ERROR else WARNING
            yield Finding(level=level, area=AREA, text=f"{message.msg} ({message.id})", hint=message.hint or "")
    if not any(message.level >= django_checks.WARNING for message in found):
        yield ok(AREA, f"The settings are sound; the environment is {conf.environment!r}.")


def _is_ours(message: django_checks.CheckMessage) -> bool:
    return str(message.id).startswith("shareai_cms.")


def examine_routes(_scope: Scope) -> Iterator[Finding]:
    named = {name: len(models) for name, models in conf.routes.items() if models}
    if named.get("standard") or conf.is_sandbox:
        told = ", ".join(f"{name} with {number}" for name, number in named.items()) or "none, as the sandbox needs none"
        yield ok(AREA, f"Routes that name models: {told}.")
        return
    yield warning(
        AREA,
        "ROUTES names no standard model, so the list of the ShareAI key decides which model answers.",
        'Name the models of your key: SHAREAI_CMS = {"ROUTES": {"standard": ["…"]}}.',
    )
