"""Questions and their vectors, against the real sandbox and a real ledger."""

from __future__ import annotations

import pytest

from shareai_cms import metering
from shareai_cms.models import Generation, QueryVector, SiteAccount, Usage
from shareai_cms.search.asking import ask
from shareai_cms.search.results import Asker
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


class TestAQuestion:
    def test_costs_a_unit_once(self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation) -> None:
        asker = Asker(account=account, client="192.0.2.1")
        first, second = ask("Opening hours?", asker, generation), ask("  opening HOURS? ", asker, generation)
        assert (first.reason, first.is_cached, first.units) == (None, False, 1)
        assert (second.reason, second.is_cached, second.units) == (None, True, 0)
        assert first.vector is not None and second.vector is not None
        assert first.vector.shape == (384,)
        assert (first.vector == second.vector).all()
        assert sandbox.state()["calls"] == 1
        assert metering.allowance_of(account, "searches").spent == 1
        assert Usage.objects.get().feature == "search"
        assert QueryVector.objects.count() == 1
