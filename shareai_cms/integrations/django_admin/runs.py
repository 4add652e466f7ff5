"""From the change list to a run: each action leads to the page that says what it will take, and starts nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from shareai_cms import metering, permissions
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.errors import NotMigrated, ShareAIError
from shareai_cms.permissions import BULK, MANAGE, Actor

#: What Django keeps of an action: what it calls, its name in the form, and its label.
Entry = tuple[Callable[..., HttpResponseBase | None], str, str]


def run_actions(model_admin: Any, request: HttpRequest) -> dict[str, Entry]:
    """An action for each task that fits the model, for people who may run in bulk; asks nothing for other models."""
    if catalogue_for(model_admin.model) is None or not model_admin.has_change_permission(request):
        return {}
    if not _may_run(request):
        return {}
    from shareai_cms.runs.tasks import tasks_for  # not at the start of a site

    found = {}
    for task in tasks_for(model_admin.model):
        name = f"shareai_{task.slug.replace('-', '_')}"
        found[name] = (_action(task.slug), name, _("AI: %(task)s") % {"task": task.label})
    return found


def _may_run(request: HttpRequest) -> bool:
    actor = Actor.from_user(request.user)
    try:
        with metering.tables_ready():
            return any(permissions.can_somewhere(actor, right) for right in (BULK, MANAGE))
    except NotMigrated:
        return False


def _action(slug: str) -> Callable[..., HttpResponseBase | None]:
    def act(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        from shareai_cms.runs.selecting import prepare
        from shareai_cms.views.problems import tell
        from shareai_cms.views.runs.access import page_url

        try:
            objects = _changeable(model_admin, request, queryset)
            options = model_admin.model._meta
            nouns = str(options.verbose_name), str(options.verbose_name_plural)
            [first, *_others] = prepare(request.user, slug, objects, nouns=nouns)
        except ShareAIError as error:
            tell(request, error)
            return None
        return redirect(page_url(first))

    return act


def _changeable(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> Iterator[Any]:
    """By the admin's own rules, which may differ from one object to the next."""
    for obj in queryset.iterator(chunk_size=500):
        if model_admin.has_change_permission(request, obj):
            yield obj
