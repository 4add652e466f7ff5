"""What the server writes of an enrichment, for whom, and what is told of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError
from wagtail.models import Locale

from shareai_cms.catalog import registry
from shareai_cms.integrations.wagtail import accounts
from shareai_cms.models import AccountPermission, Suggestion
from shareai_cms.runs import applying
from tests.demo.models import Product
from tests.integrations.wagtail.test_enriching import (
    AFTER,
    BEFORE,
    MATERIALS,
    SUMMARY,
    Form,
    code_of,
    form,
    goods,
    told,
)
from tests.runs.made import part
from tests.runs.test_applying import Goods, latest

__all__ = ["form", "goods"]
pytestmark = pytest.mark.django_db


class TestWriting:
    def test_writes_what_was_picked_as_a_draft(self, form: Form, desk: SimpleNamespace, product: Product) -> None:
        found = form.suggestion(desk.shop, SUMMARY, MATERIALS)
        answer = form.write(found.pk, ["attribute:materials"])
        assert answer.json() == {"sentence": "Written into the draft. Nothing is published.", "is_here": True}
        assert (latest(product).materials, latest(product).summary) == ("Paper", BEFORE)
        assert Product.objects.get(pk=product.pk).materials == ""
        found.refresh_from_db()
        assert found.state == "accepted"

    def test_writes_the_translation_where_it_was_written_in_another_language(
        self, form: Form, desk: SimpleNamespace, product: Product
    ) -> None:
        german = Locale.objects.get_or_create(language_code="de")[0]
        other = product.copy_for_translation(german)
        other.summary = "Alle Gezeiten."
        other.save()
        found = form.suggestion(desk.shop, part("short_description", "Alle Gezeiten.", "Jede Tide."), language="de")
        answer = form.write(found.pk, ["short_description:"])
        told = {"sentence": "Written into the translation. Nothing is published.", "is_here": False}
        assert answer.json() == told
        assert (latest(other).summary, latest(product).summary) == ("Jede Tide.", BEFORE)

    def test_works_for_the_account_that_paid_whatever_site_is_picked_by_now(
        self, form: Form, desk: SimpleNamespace, product: Product, sites: SimpleNamespace
    ) -> None:
        found = form.suggestion(desk.shop, SUMMARY, MATERIALS)
        form.client.post("/admin/shareai/site/", {"site": sites.press_site.pk})
        assert form.listed(found.pk).status_code == 200
        assert form.write(found.pk, ["attribute:materials"]).status_code == 200
        assert form.decide(found.pk, "summary").status_code == 204
        session = form.client.session
        del session[accounts.SESSION_KEY]
        session.save()
        assert form.decide(found.pk, "summary").status_code == 204

    def test_is_told_once_with_its_fields(self, form: Form, desk: SimpleNamespace, product: Product) -> None:
        found = form.suggestion(desk.shop, SUMMARY, MATERIALS)
        form.write(found.pk, ["attribute:materials", "short_description:"])
        assert told(product) == ["Summary, Materials"]

    def test_what_went_into_the_form_is_told_when_it_was_saved(
        self, form: Form, desk: SimpleNamespace, product: Product
    ) -> None:
        found, places = form.suggestion(desk.shop, SUMMARY, MATERIALS), ["short_description:", "attribute:materials"]
        assert form.decide(found.pk, "summary").status_code == 204
        assert form.saved(found.pk, places).json() == {"places": []}
        assert told(product) == []
        product.summary = AFTER
        product.save_revision()
        assert form.saved(found.pk, places).json() == {"places": ["short_description:"]}
        assert told(product) == ["Summary"]
        found.refresh_from_db()
        assert found.state == "accepted"

    def test_tags_are_the_same_in_any_order(self, form: Form, desk: SimpleNamespace, product: Product) -> None:
        class Tagged(Goods):
            tags = "tags"

        registry.register(Tagged)
        product.tags.add("Oilskin Coat", "rain")
        product.save()
        tags = part("tags", ["rain", "Oilskin Coat"], ["rain", "Oilskin Coat", "sea"])
        assert form.write(form.suggestion(desk.shop, tags).pk, ["tags:"]).status_code == 200
        assert sorted(tag.name for tag in latest(product).tags.all()) == ["Oilskin Coat", "rain", "sea"]
        assert told(product) == ["Tags"]

    def test_overwrites_nothing_that_somebody_wrote_since(
        self, form: Form, desk: SimpleNamespace, product: Product
    ) -> None:
        found = form.suggestion(desk.shop, SUMMARY)
        Product.objects.filter(pk=product.pk).update(summary="Mine.")
        assert code_of(form.write(found.pk, ["short_description:"])) == (409, "changed_since")
        assert latest(product).summary == "Mine."

    def test_overwrites_nothing_that_is_written_at_the_same_moment(
        self, form: Form, desk: SimpleNamespace, product: Product, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found, begin = form.suggestion(desk.shop, SUMMARY), applying.transact

        def edited(body: Any) -> Any:
            draft = latest(product)
            draft.summary = "Mine."
            draft.save_revision(user=form.user)
            return begin(body)

        monkeypatch.setattr(applying, "transact", edited)
        assert code_of(form.write(found.pk, ["short_description:"])) == (409, "changed_since")
        assert latest(product).summary == "Mine."

    def test_says_which_field_does_not_take_it(self, form: Form, desk: SimpleNamespace) -> None:
        found = form.suggestion(desk.shop, part("short_description", BEFORE, "x" * 300))
        answer = form.write(found.pk, ["short_description:"])
        assert code_of(answer) == (422, "change_refused")
        assert answer.json()["error"]["sentence"].startswith("Summary: ")

    def test_says_what_only_the_table_does_not_take(
        self, form: Form, desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_given: Any, **_options: Any) -> None:
            raise IntegrityError("UNIQUE constraint failed: demo_product.sku")

        monkeypatch.setattr(Goods, "write", refuse)
        answer = form.write(form.suggestion(desk.shop, SUMMARY).pk, ["short_description:"])
        assert code_of(answer) == (422, "change_refused")
        assert answer.json()["error"]["sentence"] == "Article number: the database does not take this value."

    @pytest.mark.parametrize(
        ("places", "code"),
        [([], 400), (["price:"], 400), ([""], 400), (None, 400), ("short_description:", 400), ([1], 400)],
    )
    def test_bears_garbage(self, form: Form, desk: SimpleNamespace, places: Any, code: int) -> None:
        assert form.write(form.suggestion(desk.shop, SUMMARY).pk, places).status_code == code

    def test_asks_for_the_rights_again(self, form: Form, desk: SimpleNamespace, product: Product) -> None:
        found = form.suggestion(desk.shop, SUMMARY)
        AccountPermission.objects.all().delete()
        assert form.write(found.pk, ["short_description:"]).status_code == 403
        assert latest(product).summary == BEFORE

    def test_of_another_kind_of_suggestion_there_is_nothing_to_write(self, form: Form, desk: SimpleNamespace) -> None:
        found = form.suggestion(desk.shop)
        Suggestion.objects.filter(pk=found.pk).update(result={"kind": "text", "text": "x"})
        assert code_of(form.write(found.pk, ["short_description:"])) == (404, "object_not_found")
