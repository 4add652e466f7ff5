from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from shareai_cms.models import SiteAccount
from tests.actions.fixtures import editor, sandbox, sandbox_process
from tests.reports.world import VIENNA, site
from tests.services import SandboxProcess
from tests.views.buying import Buyer, bundle_of
from tests.views.test_usage import person

__all__ = ["editor", "sandbox", "sandbox_process"]

BO = {"first_name": "Bo", "last_name": "Buyer", "email": "bo@press.example"}


@pytest.fixture
def checkout(sandbox: SandboxProcess, settings: Any) -> SandboxProcess:
    """The sandbox's payment pages; its messages reach nobody, so that the pages have to do without them."""
    sandbox.webhooks("off")
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "CONNECT_TIMEOUT": 2.0}
    return sandbox


@pytest.fixture
def by_hand(settings: Any) -> None:
    """No payment page: somebody confirms the payments."""
    settings.SHAREAI_CMS = {
        "CHECKOUT": {"client": "manual"},
        "TOPUP_URL": "https://shop.example/units/",
        "SELLER": {"name": "Web Works", "tax_note": "Without VAT."},
    }


@pytest.fixture
def press(db: None) -> SiteAccount:
    return site("Press", zone=VIENNA)


@pytest.fixture
def people(press: SiteAccount) -> SimpleNamespace:
    """Two clients of one agency, each with somebody who may buy; an editor of ours; the agency."""
    theirs = site("Chandlery")
    return SimpleNamespace(
        press=press,
        theirs=theirs,
        bundle=bundle_of(),
        buyer=Buyer(person("buyer", "buy", account=press, **BO)),
        editor=Buyer(person("editor", "use", account=press, email="ed@press.example")),
        manager=Buyer(person("manager", "manage", account=press)),
        stranger=Buyer(person("stranger", "buy", "manage", account=theirs)),
        agency=Buyer(person("agency", "use", "buy", "manage")),
    )
