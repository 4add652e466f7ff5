"""Two people at once: neither overwrites what the other has written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from wagtail.models import Locale

from shareai_cms import metering
from shareai_cms.catalog import registry
from shareai_cms.errors import ShareAIError
from shareai_cms.runs import applying
from tests.catalog.shop import Charts, Wares, clerk, put, ware
from tests.runs.made import made_run, part, proposed
from tests.wares.models import Chart, Ware

#: Seconds for what needs far less, unless it has to wait.
A_WHILE = 0.5


@pytest.fixture
def charts() -> Iterator[None]:
    kept = dict(registry._registered)
    registry.register(Charts)
    yield
    registry._registered.clear()
    registry._registered.update(kept)


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


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("charts")
def test_a_translation_that_is_written_to_by_itself_and_through_its_original_loses_neither_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    english, german = (Locale.objects.get_or_create(language_code=code)[0] for code in ("en", "de"))
    original = Chart.objects.create(name="Tides", locale=english)
    translation = original.copy_for_translation(german)
    translation.blurb = "<p>Alt.</p>"
    translation.save()
    boss = User.objects.create_superuser("boss")
    run = made_run(metering.open_account(platform="django", reference="press"), boss)
    before = part("short_description", "<p>Alt.</p>", "<p>Erste.</p>")
    through = proposed(run, original, before, language="de")
    itself = proposed(run, translation, {**before, "after": "<p>Zweite.</p>"})

    def apply_itself() -> str:
        try:
            applying.apply(itself, boss)
        except ShareAIError as error:
            return error.code
        finally:
            connection.close()
        return ""

    check, others = applying.check_unchanged, list[Future[str]]()
    with ThreadPoolExecutor(1) as pool:

        def beside(*given: Any) -> None:
            check(*given)
            if not others:
                others.append(pool.submit(apply_itself))
                with contextlib.suppress(TimeoutError):
                    others[0].result(A_WHILE)

        monkeypatch.setattr(applying, "check_unchanged", beside)
        applying.apply(through, boss)
    assert others[0].result() == "changed_since"
    translation.refresh_from_db()
    assert "Erste." in translation.get_latest_revision_as_object().blurb
