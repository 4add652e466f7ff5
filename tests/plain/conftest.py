from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.actions.fixtures import sandbox_process
from tests.plain.models import Article
from tests.plain.people import article_of, hire
from tests.services import SandboxProcess

__all__ = ["sandbox_process"]


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, settings: Any) -> SandboxProcess:
    """The stand-in marketplace, without a fault and with its counters at zero."""
    sandbox_process.reset()
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SANDBOX_URL": sandbox_process.url}
    return sandbox_process


@pytest.fixture
def author(db: None) -> User:
    return hire("author", may_use_ai=True)


@pytest.fixture
def intern(db: None) -> User:
    """May change articles and use AI for nothing."""
    return hire("intern", may_use_ai=False)


@pytest.fixture
def article(author: User) -> Article:
    return article_of(author)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def config(user: User, obj: Any = None, model: str = "article") -> dict[str, Any]:
    query = {"object": str(obj.pk)} if obj is not None else {}
    response = signed_in(user).get(f"/admin/plain/{model}/shareai/", query)
    assert response.status_code == 200, response
    assert "no-store" in response["Cache-Control"]
    data: dict[str, Any] = response.json()
    return data


def page(user: User, path: str) -> str:
    response = signed_in(user).get(f"/admin/plain/{path}")
    assert response.status_code == 200, response
    return response.content.decode()
