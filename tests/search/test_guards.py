"""What keeps questions from being sent, looked at one by one."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from shareai_cms.errors import (
    BadReply,
    EmbeddingMismatch,
    EmbeddingsUnavailable,
    InputEmpty,
    KeyRejected,
    MarketplaceBusy,
    RequestRejected,
    ShareAIError,
)
from shareai_cms.models import SiteAccount
from shareai_cms.search import guards
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


class TestARest:
    @pytest.mark.parametrize(
        "error",
        [
            BadReply("", status=200),
            KeyRejected("", status=401),
            MarketplaceBusy("", status=503),
            EmbeddingsUnavailable("", status=404),
            RequestRejected("", status=302),
            EmbeddingMismatch(),
        ],
    )
    def test_comes_after_what_would_fail_for_anybody(self, account: SiteAccount, error: ShareAIError) -> None:
        assert _after(error, account) is Reason.MARKETPLACE

    @pytest.mark.parametrize("error", [*(RequestRejected("", status=each) for each in (400, 413, 422)), InputEmpty()])
    def test_does_not_come_after_texts_that_were_refused(self, account: SiteAccount, error: ShareAIError) -> None:
        assert _after(error, account) is None


def _after(error: ShareAIError, account: SiteAccount) -> Reason | None:
    for _failure in range(guards.FAILURES):
        guards.note_failure(account, error)
    return guards.why_not(Asker(account=account))
