"""An index of shorter vectors than the model usually gives: asked for in every call, of texts and of questions."""

from __future__ import annotations

from typing import Any

import pytest

from shareai_cms.errors import EmbeddingMismatch
from shareai_cms.models import Embedding, Generation, SiteAccount, Usage
from shareai_cms.search.asking import ask
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker
from shareai_cms.search.vectors import obtain
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def shorter(sandbox: SandboxProcess, settings: Any) -> Generation:
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_DIMENSIONS": 64}
    return Generation.objects.create(model_asked="sandbox-embedding", dimensions_asked=64, state="active")


def test_every_call_asks_for_them(account: SiteAccount, shorter: Generation) -> None:
    obtain(shorter, account, ["a"], ["one text"])
    assert (shorter.model, shorter.dimensions) == ("sandbox-embedding", 64)
    obtain(shorter, account, ["b", "c"], ["another", "and one more"])
    assert [len(row.vector) for row in Embedding.objects.filter(generation=shorter)] == [4 * 64] * 3
    found = ask("opening hours", Asker(account=account), shorter)
    assert found.vector is not None
    assert found.vector.shape == (64,)


def test_a_model_that_cannot_is_told_at_once(
    sandbox: SandboxProcess, account: SiteAccount, shorter: Generation
) -> None:
    sandbox.fault("no-dimensions")
    with pytest.raises(EmbeddingMismatch, match="384 dimensions in the place of 64"):
        obtain(shorter, account, ["a"], ["one text"])
    shorter.refresh_from_db()
    assert shorter.dimensions is None


def test_a_first_reply_that_lost_to_another_model_is_not_counted(account: SiteAccount, shorter: Generation) -> None:
    late = Generation.objects.get(pk=shorter.pk)
    Generation.objects.update(model="another", dimensions=64)
    with pytest.raises(EmbeddingMismatch, match="sandbox-embedding in the place of another"):
        obtain(late, account, ["a"], ["one text"])
    assert not Embedding.objects.exists()
    assert Usage.objects.get().state == Usage.State.RELEASED


def test_a_question_is_not_compared_with_vectors_of_another_size(
    sandbox: SandboxProcess, account: SiteAccount, shorter: Generation
) -> None:
    obtain(shorter, account, ["a"], ["one text"])
    sandbox.fault("no-dimensions")
    assert ask("opening hours", Asker(account=account), shorter).reason is Reason.MODEL_CHANGED
