"""Actions are declared once, found by themselves, and named by the browser by slug alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import AppConfig, apps

from shareai_cms import actions
from shareai_cms.actions import Action
from shareai_cms.errors import InvalidRequest, UnknownAction


@pytest.fixture(autouse=True)
def _registry_as_before() -> Iterator[None]:
    before = actions.all_actions()
    yield
    for action in actions.all_actions():
        actions.unregister(action.slug)
    for action in before:
        actions.register(type(action))


def slugs(kind: str, name: str) -> list[str]:
    return [action.slug for action in actions.for_field(kind, name)]


class TestBuiltIn:
    def test_each_at_the_fields_that_it_fits(self) -> None:
        short = ["rewrite", "correct", "shorten", "simplify", "tone", "translate"]
        long = [*short[:5], "expand", "continue", "summarise", "translate", "draft"]
        assert slugs("text", "title") == [*short, "title-alternatives"]
        assert slugs("text", "subtitle") == short
        assert slugs("text", "teaser") == [*short, "page-summary"]
        assert slugs("text", "meta_description") == [*short, "meta-description"]
        assert slugs("textarea", "search_description") == [*long, "meta-description"]
        assert slugs("richtext", "body") == long
        assert slugs("image", "description") == ["image-alt-text"]
        assert slugs("slug", "slug") == []

    def test_long_texts_are_not_offered_where_there_is_no_room(self) -> None:
        fitting = [action.slug for action in actions.for_field("textarea", "note", 240)]
        assert "expand" in fitting
        assert "draft" not in fitting
        assert "continue" not in [action.slug for action in actions.for_field("textarea", "note", 120)]

    def test_units_are_those_of_the_price_list(self) -> None:
        units = {action.slug: action.units for action in actions.all_actions()}
        assert units.pop("draft") == 5
        assert set(units.values()) == {1}

    def test_every_one_says_what_it_does_in_a_sentence(self) -> None:
        for action in actions.all_actions():
            assert action.label, action.slug
            assert str(action.description).endswith("."), action.slug
            assert len(str(action.description)) <= 100, action.slug


class TestDiscovery:
    def test_found_without_being_named_anywhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sys.modules.pop("tests.actions.agency.shareai_actions", None)
        actions.unregister("friendlier")
        actions.unregister("for-an-audience")
        # Not by INSTALLED_APPS: that would make every other app ready a second time.
        monkeypatch.setitem(apps.app_configs, "agency", AppConfig.create("tests.actions.agency"))
        actions.autodiscover()
        assert "friendlier" in slugs("text", "teaser")
        assert "for-an-audience" in slugs("text", "teaser")


class TestRegistering:
    def test_same_slug_replaces(self) -> None:
        @actions.register
        class Ours(Action):
            slug = "rewrite"

        assert isinstance(actions.get("rewrite"), Ours)

    @pytest.mark.parametrize("slug", ["", "Rewrite", "re write", "x" * 64, "-a"])
    def test_slug_of_another_form(self, slug: str) -> None:
        with pytest.raises(ValueError, match=r"Bad\.slug must be lower-case words joined by hyphens, not "):
            actions.register(type("Bad", (Action,), {"slug": slug}))

    def test_free_actions_do_not_exist(self) -> None:
        with pytest.raises(ValueError, match=r"Free\.units must be a whole number of at least 1, not 0\."):
            actions.register(type("Free", (Action,), {"slug": "free", "units": 0}))

    def test_unknown_name_is_not_echoed_unless_it_is_a_name(self) -> None:
        with pytest.raises(UnknownAction, match="unknown_action: summon"):
            actions.get("summon")
        with pytest.raises(UnknownAction) as caught:
            actions.get("<script>")
        assert "script" not in str(caught.value)


class TestRoutes:
    def test_premium_is_offered_where_it_is_configured(self, settings: Any) -> None:
        action = actions.get("rewrite")
        assert [offer.route for offer in action.offers()] == ["standard"]
        with pytest.raises(InvalidRequest):
            action.units_for("premium")
        settings.SHAREAI_CMS = {"ROUTES": {"premium": ["large"]}}
        assert [(str(offer.label), offer.units) for offer in action.offers()] == [("Standard", 1), ("Premium", 3)]

    def test_premium_only_is_offered_nowhere_else(self, settings: Any) -> None:
        @actions.register
        class Ours(Action):
            slug = "ours"
            routes = ("premium",)

        action = actions.get("ours")
        assert action.offers() == ()
        assert not action.is_available("en")
        with pytest.raises(InvalidRequest):
            action.units_for("standard")
        settings.SHAREAI_CMS = {"ROUTES": {"premium": ["large"]}}
        assert [(offer.route, offer.units) for offer in action.offers()] == [("premium", 3)]
        assert action.is_available("en")
        with pytest.raises(InvalidRequest):
            action.units_for("standard")

    def test_standard_only_stays_so(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ROUTES": {"premium": ["large"]}}
        action = type("Ours", (Action,), {"slug": "ours", "routes": ("standard",)})()
        assert [offer.route for offer in action.offers()] == ["standard"]
