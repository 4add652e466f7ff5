"""Views of Wagtail that are added to where it has no hook for it.

Each is wrapped once and passes on what the original returned, so that other packages may do the same;
tests hold every one against the Wagtail versions that are supported.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms import Media

from shareai_cms.integrations.wagtail import menu, side_panel
from shareai_cms.integrations.wagtail.bulk import actions as bulk
from shareai_cms.integrations.wagtail.loader import script_tag

_MARK = "shareai_wrapped"


def install() -> None:
    from wagtail.admin.templatetags.wagtailadmin_tags import register
    from wagtail.admin.views.pages import create, edit
    from wagtail.images.views import multiple
    from wagtail.snippets.views import snippets

    for view in (edit.EditView, create.CreateView, snippets.EditView, snippets.CreateView):
        _after(view, "get_side_panels", side_panel.with_ai_panel)
    _after(multiple.AddView, "get_context_data", _with_loader)
    _after_tag(register, "bulk_action_choices", _without_runs)


def _after(view: type, name: str, change: Callable[[Any, Any], Any]) -> None:
    """Let ``change(self, result)`` see what a method returns; a second time it is left alone."""
    original = getattr(view, name)
    if getattr(original, _MARK, False):
        return

    @wraps(original)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        return change(self, original(self, *args, **kwargs))

    setattr(wrapped, _MARK, True)
    setattr(view, name, wrapped)


def _after_tag(library: Any, name: str, change: Callable[[Any, Any], Any]) -> None:
    """The same for an inclusion tag that takes the context: ``change(context, result)`` sees what it passes on."""
    original = library.tags[name]
    if getattr(original, _MARK, False):
        return

    @wraps(original)
    def wrapped(parser: Any, token: Any) -> Any:
        node = original(parser, token)
        func = node.func
        node.func = lambda context, *args, **kwargs: change(context, func(context, *args, **kwargs))
        return node

    setattr(wrapped, _MARK, True)
    library.tags[name] = wrapped


def _without_runs(context: Any, result: dict[str, Any]) -> dict[str, Any]:
    """Wagtail asks no bulk action whether it is for this person."""
    request = context.get("request")
    if request is not None and not menu.runs(request):
        types = tuple(f"/{action.action_type}/" for action in bulk.ALL)
        kept = [button for button in result["buttons"] if not _leads_to(button, types)]
        for button in kept:
            if (inner := getattr(button, "dropdown_buttons", None)) is not None:
                button.dropdown_buttons = [each for each in inner if not _leads_to(each, types)]
        result["buttons"] = kept
    return result


def _leads_to(button: Any, types: tuple[str, ...]) -> bool:
    return str(getattr(button, "url", "") or "").endswith(types)


def _with_loader(_view: Any, context: dict[str, Any]) -> dict[str, Any]:
    """Uploading many images happens on a page that is no edit form, so ``insert_editor_js`` is not asked there."""
    context["form_media"] = context["form_media"] + Media(js=[script_tag()])
    return context
