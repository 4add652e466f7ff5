"""Searches without Wagtail: models by a short declaration."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from shareai_cms import metering
from shareai_cms.models import Embedding, IndexJob, SearchDocument
from shareai_cms.models import Passage as IndexedPassage
from shareai_cms.search.sources.registry import indexed_models
from tests.plain.models import Article, Offer, Passage, Shop
from tests.services import SandboxProcess

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(sandbox: SandboxProcess, settings: Any, tmp_path: Path) -> None:
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_DIR": str(tmp_path)}


@pytest.fixture
def ready() -> Article:
    article = Article.objects.create(
        title="Fog", summary="What to do in it.", body="<h2>Listen</h2><p>To the bell.</p>", status=Article.Status.READY
    )
    Passage.objects.create(article=article, heading="x", text="Stand still.")
    Article.objects.create(title="Unfinished", body="Nobody has read this.")
    return article


def index() -> str:
    out = StringIO()
    call_command("shareai_index", "--yes", stdout=out)
    return out.getvalue()


def titles() -> set[str]:
    return set(SearchDocument.objects.values_list("title", flat=True))


class TestADeclaredModel:
    def test_is_found_in_the_apps_by_itself(self) -> None:
        assert [model for _source, model in indexed_models()] == [Article, Offer]

    def test_says_what_its_declaration_names(self, ready: Article) -> None:
        index()
        document = SearchDocument.objects.get()
        assert (document.title, document.language, document.object_type) == ("Fog", "en", "plain.article")
        said = document.passages.order_by("position").values_list("heading", "text")
        assert list(said) == [("", "What to do in it."), ("Listen", "To the bell.\nStand still.")]
        assert Embedding.objects.count() == 2 + 64

    def test_belongs_to_whom_its_shareai_site_says(self) -> None:
        for name in ("North", "South"):
            Offer.objects.create(shareai_site=Shop.objects.create(name=name), text=f"Half price in the {name}.")
        index()
        owners = {document.title: document.account.label for document in SearchDocument.objects.all()}
        assert owners == {"Half price in the North.": "North", "Half price in the South.": "South"}

    def test_of_nobody_is_left_out_and_named(self, ready: Article) -> None:
        for name in ("North", "South"):
            metering.open_account(platform="django", reference=name)
        assert f"plain.article {ready.pk} belongs to no site account" in index()
        assert titles() == set()

    def test_is_read_again_when_it_is_saved_and_leaves_when_it_is_deleted(
        self, ready: Article, django_capture_on_commit_callbacks: Any
    ) -> None:
        index()
        with django_capture_on_commit_callbacks(execute=True):
            ready.title = "Thick fog"
            ready.save()
        assert IndexJob.objects.get(object_type="plain.article").object_ref == str(ready.pk)
        call_command("shareai_work", "--once")
        assert titles() == {"Thick fog"}
        with django_capture_on_commit_callbacks(execute=True):
            ready.delete()
        assert titles() == set()
        assert not IndexedPassage.objects.exists()

    def test_that_is_not_for_everybody_leaves_with_the_next_worker(
        self, ready: Article, django_capture_on_commit_callbacks: Any
    ) -> None:
        index()
        with django_capture_on_commit_callbacks(execute=True):
            ready.status = Article.Status.DRAFT
            ready.save()
        call_command("shareai_work", "--once")
        assert titles() == set()

    def test_that_changed_unnoticed_is_found_out(self, ready: Article) -> None:
        index()
        Article.objects.update(body="Something else.")
        with pytest.raises(CommandError, match="differs"):
            call_command("shareai_index", "--check", stdout=StringIO())
