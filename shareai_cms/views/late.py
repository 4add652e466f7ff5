"""Views that are imported by their first request, so that a site starts without the rooms that they stand on."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


def late(path: str, *, is_csrf_exempt: bool = False, **initkwargs: Any) -> View:
    """The view at a dotted path: a function, or a class with what its ``as_view`` is given.

    Django reads the marks of a view before it calls it, so they are set here as well. No view of ours has a
    transaction around it: the ledger makes its own.
    """

    @cache
    def found() -> View:
        view = import_string(path)
        made: View = view.as_view(**initkwargs) if hasattr(view, "as_view") else view
        return made

    @transaction.non_atomic_requests
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return found()(request, *args, **kwargs)

    # What logs and debuggers call it.
    view.__module__, _, view.__name__ = path.rpartition(".")
    view.__qualname__ = view.__name__
    return csrf_exempt(view) if is_csrf_exempt else view
