"""A source whose table lacks a column, as after an update without ``migrate``: it keeps nothing else waiting."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from wagtail.models import Page

from shareai_cms.models import IndexJob, SearchDocument
from shareai_cms.search import indexing, jobs
from tests.search.people import LABEL, People, make_due, named, several, waiting, work

pytestmark = [
    # A statement that fails ends PostgreSQL's transaction, so none may be open around it.
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.usefixtures("people", "sandbox"),
]


@pytest.fixture
def unmigrated(monkeypatch: pytest.MonkeyPatch) -> Any:
    read = People.queryset

    def broken(self: People, model: Any) -> Any:
        return read(self, model).extra(where=["not_migrated = 1"])

    monkeypatch.setattr(People, "queryset", broken)
    return lambda: monkeypatch.setattr(People, "queryset", read)


def test_fails_alone_and_is_tried_again(unmigrated: Any) -> None:
    people, page = several(3), Page.objects.get(depth=2).specific
    other = (page._meta.label_lower, str(page.pk))
    indexing.enqueue([*map(named, people), other])
    work()
    assert SearchDocument.objects.values_list("object_type", "object_ref").get() == other
    assert {(job.object_type, job.failures, job.leased_until) for job in waiting()} == {(LABEL, 1, None)}
    unmigrated()
    make_due()
    work()
    assert SearchDocument.objects.filter(object_type=LABEL).count() == 3


def test_is_named_by_the_command_and_loses_nothing(unmigrated: Any, settings: Any, tmp_path: Any) -> None:
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_DIR": str(tmp_path)}
    several(2)
    out = StringIO()
    with pytest.raises(CommandError, match="differs from the site"):
        call_command("shareai_index", "--check", stdout=out, stderr=out)
    assert f"{LABEL} * cannot be read: " in out.getvalue()
    assert "To be taken out: 0" in out.getvalue()


def test_of_which_the_database_is_away_gives_back_what_was_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    indexing.enqueue(named(each) for each in several(3))

    def away(_job: IndexJob) -> bool:
        raise OperationalError("database is locked")

    monkeypatch.setattr(indexing, "index", away)
    with pytest.raises(OperationalError):
        indexing.work(lambda: True)
    assert len(jobs.claim(9)) == 3
