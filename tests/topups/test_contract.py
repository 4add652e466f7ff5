"""Each of our payment providers does what ``contract`` says, against its counterpart over real HTTP."""

from __future__ import annotations

import pytest

from tests.services import SandboxProcess
from tests.topups.contract import ProviderContract
from tests.topups.stripe_stand_in import StandIn
from tests.topups.tills import ShareAITill, StripeTill


class TestStripe(ProviderContract):
    @pytest.fixture
    def till(self, stand_in: StandIn) -> StripeTill:
        return StripeTill(stand_in)


class TestShareAI(ProviderContract):
    @pytest.fixture
    def till(self, sandbox: SandboxProcess) -> ShareAITill:
        return ShareAITill(sandbox)
