"""Two people at once: neither overwrites what the other has written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.catalog.shop import Wares, clerk, put, ware
from tests.wares.models import Ware


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_each_finds_what_the_other_wrote() -> None:
    user, obj, together = clerk("change_ware"), ware(data={"finish": "", "pack": ""}), Barrier(2)

    def write(key: str, value: str) -> Any:
        try:
            mine = Ware.objects.get(pk=obj.pk)
            together.wait(timeout=20)
            return Wares().write(user, mine, [put("attribute", value, key)])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ("finish", "pack"), ("matt", "box")))
    assert Ware.objects.get().data == {"finish": "matt", "pack": "box"}
