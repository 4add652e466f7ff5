"""The models of the demo, as its shop keeps them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from shareai_cms.actions.facts import Change
from shareai_cms.catalog import Column, Images, ModelCatalog
from shareai_cms.errors import ChangeRefused, NotPermitted
from tests.demo.models import Person, Product
from tests.integrations.wagtail.conftest import editor, image, product, sites

__all__ = ["editor", "image", "product", "sites"]
pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


class Products(ModelCatalog):
    model = Product
    name = "name"
    description = "description"
    short_description = "summary"
    attributes = ("materials", "size", Column("kind"), Column("sku", is_writable=False))
    images = Images("image")
    category = "kind"
    more = ("price",)


class People(ModelCatalog):
    model = Person
    name = "name"
    description = "introduction"


def test_a_snippet_with_drafts_gets_a_draft(product: Any, editor: User, image: Any) -> None:
    product.image = image
    product.save()
    catalogue = Products()
    facts = catalogue.read(product)
    assert facts.category == "Books"
    assert facts.attributes[2].values == ("Books",)
    before = catalogue.version(product)
    written = catalogue.write(
        editor,
        product,
        [
            Change(part="description", value="<h1>A</h1><p onclick=x>Tides <b>of</b> a <script>1</script>year.</p>"),
            Change(part="attribute", key="materials", value=["Paper"]),
        ],
        note="Enrichment",
    )
    assert written.is_draft
    product.refresh_from_db()
    assert product.description == ""
    assert product.has_unpublished_changes
    assert catalogue.read(product).description == "<p>A</p><p>Tides <b>of</b> a year.</p>"
    assert catalogue.version(product) == written.version != before
    with pytest.raises(ChangeRefused) as refused:
        catalogue.write(editor, product, [Change(part="short_description", value="x" * 500)])
    assert str(refused.value.sentence).startswith("Summary: ")


def test_a_snippet_without_drafts_is_changed_at_once(sites: SimpleNamespace, editor: User) -> None:
    person = Person.objects.create(name="Ada")
    with pytest.raises(NotPermitted):
        People().check(editor, person)
    editor.groups.get().permissions.add(Permission.objects.get(codename="change_person"))
    editor = User.objects.get(pk=editor.pk)
    written = People().write(editor, person, [Change(part="description", value="Prints.")])
    assert not written.is_draft
    person.refresh_from_db()
    assert person.introduction == "Prints."
