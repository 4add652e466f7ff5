"""The road against the real sandbox process and a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from shareai_cms import actions, metering
from shareai_cms.actions.base import ActionInput
from shareai_cms.actions.codecs import PlainText
from shareai_cms.actions.road import ActionCall
from shareai_cms.actions.targets import AccountRef, Target
from shareai_cms.models import AccountPermission, SiteAccount
from shareai_cms.permissions import USE, Actor
from tests.services import SandboxProcess

TEXT = "In order to reach the lighthouse, visitors utilise the old quay. The walk takes twenty minutes at low tide."


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, settings: Any) -> SandboxProcess:
    """The stand-in marketplace, without a fault and with its counters at zero."""
    sandbox_process.reset()
    settings.SHAREAI_CMS = {
        "SANDBOX_URL": sandbox_process.url,
        "DEFAULT_PLAN": {"writing": 10},
        "CALL_BUDGET": 8.0,
        "READ_TIMEOUT": 3.0,
        "HOLD_DEADLINE": 20.0,
        "STREAM_PING_SECONDS": 0.05,
    }
    return sandbox_process


@pytest.fixture
def account(db: None, sandbox: SandboxProcess) -> SiteAccount:
    return metering.open_account(platform="django", reference="press", label="Harbour Press")


@pytest.fixture
def editor(db: None) -> Any:
    """Someone who may use AI everywhere, by their group."""
    group = Group.objects.create(name="AI users")
    AccountPermission.objects.create(group=group, permission=USE)
    user = get_user_model().objects.create_user("editor", password="demo")
    user.groups.add(group)
    return user


@pytest.fixture
def call_for(account: SiteAccount, editor: Any) -> Callable[..., ActionCall]:
    """Builds one click; every argument has a default."""

    def build(
        key: str = "click-0000000000000001", *, slug: str = "rewrite", text: str = TEXT, **more: Any
    ) -> ActionCall:
        given = more.pop("given", None) or ActionInput(codec=PlainText.like(text, is_multiline=True), text=text)
        target = Target(
            object_type="auth.group",
            object_ref="1",
            object_label="A group",
            field="name",
            account=AccountRef(platform="django", reference="press"),
        )
        options: dict[str, Any] = {"account": account, "actor": Actor.from_user(editor), "target": target, **more}
        return ActionCall(action=actions.get(slug), given=given, key=key, **options)

    return build
