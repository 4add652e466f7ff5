from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern
from django.utils.module_loading import import_string
from django.views import View as ClassView

from shareai_cms import search_urls, urls, webhooks
from shareai_cms.integrations.wagtail import urls as wagtail_urls
from shareai_cms.views.late import late


def patterns(given: list[Any]) -> Iterator[URLPattern]:
    for each in given:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from patterns(each.url_patterns)


OURS = [each for module in (urls, search_urls, webhooks, wagtail_urls) for each in patterns(module.urlpatterns)]


class Greeting(ClassView):
    word = "Hello"

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        return HttpResponse(f"{self.word} {name}")


def greet(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(f"Hi {name}")


class TestALateView:
    def test_is_a_function_or_a_class_with_its_arguments(self) -> None:
        request = RequestFactory().get("/")
        assert late(f"{__name__}.greet")(request, name="Ada").getvalue() == b"Hi Ada"  # type: ignore[attr-defined]
        given = late(f"{__name__}.Greeting", word="Hullo")(request, name="Ada")
        assert given.getvalue() == b"Hullo Ada"  # type: ignore[attr-defined]

    def test_is_not_imported_before_its_first_request(self) -> None:
        view = late("shareai_cms.views.cupboard.door")
        with pytest.raises(ModuleNotFoundError, match="cupboard"):
            view(RequestFactory().get("/"))

    def test_is_called_what_it_is(self) -> None:
        view = late(f"{__name__}.greet")
        assert (view.__module__, view.__name__, view.__qualname__) == (__name__, "greet", "greet")


@pytest.mark.parametrize("pattern", OURS, ids=lambda pattern: str(pattern.name))
def test_every_address_has_a_view_with_the_same_marks(pattern: URLPattern) -> None:
    """Django reads the marks of what stands in the address, and would not see those of the view behind it."""
    outer: Any = pattern.callback
    inner = import_string(f"{outer.__module__}.{outer.__name__}")
    assert callable(inner)
    assert getattr(outer, "csrf_exempt", False) == getattr(inner, "csrf_exempt", False)
    assert getattr(outer, "login_required", True) == getattr(inner, "login_required", True)
    assert outer._non_atomic_requests == {"default"}
