"""What only the table refuses is refused with the name of its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DataError, IntegrityError, connection, transaction

from shareai_cms.catalog.constraints import refusal_of
from tests.catalog.shop import ware
from tests.wares.models import Ware

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def refused(write: Callable[[], Any], *proposed: str) -> str:
    with pytest.raises((IntegrityError, DataError)) as raised, transaction.atomic():
        write()
    return str(refusal_of(raised.value, proposed).sentence)


def test_a_value_that_another_has() -> None:
    ware(sku="A1")
    assert refused(lambda: ware(sku="A1")) == "Sku: the database does not take this value."


def test_nothing_where_something_has_to_stand() -> None:
    ware()
    assert refused(lambda: Ware.objects.update(size=None)) == "The size: the database does not take this value."


def test_values_that_another_has_together() -> None:
    kind = ContentType.objects.get_for_model(Ware)
    told = refused(lambda: Permission.objects.create(content_type=kind, codename="change_ware", name="again"))
    assert told == "Content type, Codename: the database does not take this value."


def test_what_the_database_has_no_name_for_is_what_was_proposed() -> None:
    ware()
    write = {
        # SQLite has no length; a value of the wrong kind is told without its column, too.
        "sqlite": lambda: Ware.objects.update(stock=-1),
        "postgresql": lambda: Ware.objects.update(sku="x" * 40),
    }[connection.vendor]
    told = refused(write, "Name", "SKU", "Name")
    assert told == "Name, SKU: the database does not take this value."
    assert refused(write) == "The object does not take this value."
