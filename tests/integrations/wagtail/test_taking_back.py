"""What the Enrich panel has written can be taken back for as long as what a run has."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from shareai_cms.catalog import JSONKeys, registry
from shareai_cms.models import Suggestion
from tests.demo.models import Product
from tests.integrations.wagtail.test_enriching import ENRICH, Form, code_of, form, goods
from tests.runs.made import part
from tests.runs.test_applying import Goods, latest

__all__ = ["form", "goods"]
pytestmark = pytest.mark.django_db
PLACE, WIPE = "attribute:Care", part("attribute", [], ["Wipe"], key="Care")


class Cared(Goods):
    slug = "test-cared"
    attributes = (JSONKeys("sheet"),)


def care(product: Product) -> Any:
    """How the draft says that a product is kept clean."""
    return latest(product).sheet["Care"]


@pytest.fixture
def sheet(product: Product) -> None:
    registry.register(Cared)
    Product.objects.filter(pk=product.pk).update(sheet={"Care": ""})


@pytest.fixture
def accepted(form: Form, desk: SimpleNamespace, sheet: None) -> Suggestion:
    """A value within JSON, which the form has no field for, accepted."""
    found = form.suggestion(desk.shop, WIPE)
    assert form.write(found.pk, [PLACE]).status_code == 200
    found.refresh_from_db()
    return found


def take_back(form: Form, found: Suggestion) -> Any:
    data = {"target": form.target, "places": [PLACE], "back": True}
    return form.client.post(f"{ENRICH}{found.pk}/", json.dumps(data), content_type="application/json")


class TestWhatWasWritten:
    def test_is_put_back_as_it_was(self, form: Form, accepted: Suggestion, product: Product) -> None:
        assert care(product) == "Wipe"
        assert "shareai-enrich#takeBack" in form.listed(accepted.pk).content.decode()
        answer = take_back(form, accepted)
        assert answer.json() == {"sentence": "Taken back: it is as it was before.", "is_here": True}
        assert care(product) == ""
        told = form.listed(accepted.pk)
        assert [row.is_done for row in told.context["rows"]] == [False]
        assert "shareai-enrich#takeBack" not in told.content.decode()

    def test_is_left_where_somebody_has_changed_it_since(
        self, form: Form, accepted: Suggestion, product: Product
    ) -> None:
        draft = latest(product)
        draft.sheet = {"Care": "Mine."}
        draft.save_revision(user=form.user)
        assert code_of(take_back(form, accepted)) == (409, "changed_since")
        assert care(product) == "Mine."

    def test_stays_after_its_days(self, form: Form, accepted: Suggestion, product: Product) -> None:
        assert f'data-id="{accepted.pk}"' in form.offer().content.decode()
        Suggestion.objects.update(decided_at=timezone.now() - timedelta(days=31))
        assert code_of(take_back(form, accepted)) == (409, "run_closed")
        assert care(product) == "Wipe"
        assert "shareai-enrich#takeBack" not in form.listed(accepted.pk).content.decode()
        assert "shareai-enrich#last" not in form.offer().content.decode()

    def test_is_nobodys_to_take_back_who_may_not_change_it(self, form: Form, accepted: Suggestion) -> None:
        form.user.groups.get().permissions.remove(Permission.objects.get(codename="change_product"))
        assert take_back(form, accepted).status_code == 403


def test_what_was_never_accepted_is_not_taken_back(
    form: Form, desk: SimpleNamespace, product: Product, sheet: None
) -> None:
    Product.objects.filter(pk=product.pk).update(sheet={"Care": "Wipe"})
    found = form.suggestion(desk.shop, WIPE)
    assert code_of(take_back(form, found)) == (409, "run_closed")
    assert care(product) == "Wipe"
