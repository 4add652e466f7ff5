"""An answer over real servers, WSGI and ASGI: it arrives sentence by sentence, and leaving cancels for real."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Site

from shareai_cms.models import Usage
from tests.actions.test_servers import Servers, events, eventually, servers
from tests.demo.models import HomePage
from tests.integrations.wagtail.search_world import index, info
from tests.services import SandboxProcess

__all__ = ["servers"]

# Not on PostgreSQL, too: what its connections do under these servers, ``tests/actions/test_servers.py`` shows there.
pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "a" * 32
QUESTION = "When does the lamp of the lighthouse shine?"
TEXT = (
    "The lamp of the lighthouse shines at night. The lighthouse lamp was lit by hand. The lamp shines far out to sea."
)


class Visitor:
    """A browser without an account: a CSRF cookie, a key per click, and the right to leave."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._key = uuid.uuid4().hex

    def ask(self) -> http.client.HTTPResponse:
        headers = {
            "Content-Type": "application/json",
            "Cookie": f"csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Accept": "text/event-stream",
            "Idempotency-Key": self._key,
        }
        self._connection.request("POST", "/search/answer/", json.dumps({"q": QUESTION}), headers)
        return self._connection.getresponse()

    def leave(self) -> None:
        self._connection.close()


@pytest.fixture(params=["gthread", "uvicorn"])
def visitor(
    request: pytest.FixtureRequest, sandbox: SandboxProcess, servers: Servers, settings: Any, tmp_path: Path
) -> Iterator[Visitor]:
    # A silent marketplace gives no vector either: keywords find the page as well.
    given = {"DEFAULT_PLAN": {"searches": 50}, "SEARCH_DIR": str(tmp_path), "SEARCH_TIMEOUT": 0.5}
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, **given}
    site = Site.objects.get(is_default_site=True)
    home = site.root_page.get_root().add_child(instance=HomePage(title="Press", slug="press"))
    Site.objects.filter(pk=site.pk).update(root_page=home, hostname="127.0.0.1")
    Site.clear_site_root_paths_cache()
    info(home, "lamps", "The lighthouse", TEXT)
    index()
    visitor = Visitor(servers.port(request.param))
    yield visitor
    visitor.leave()


def answers() -> list[tuple[str, str]]:
    return list(Usage.objects.filter(feature="answer").values_list("state", "outcome"))


def test_it_comes_sentence_by_sentence(visitor: Visitor) -> None:
    response = visitor.ask()
    assert response.status == 200
    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert "no-store" in response.headers["Cache-Control"]
    told = list(events(response))
    names = [name for name, _data in told]
    assert names == ["start", *["delta"] * (len(names) - 2), "result"]
    assert [data["text"] for name, data in told if name == "delta"] == [
        sentence["text"] for sentence in told[-1][1]["result"]["sentences"]
    ]
    assert told[1][1]["new_sources"][0]["title"] == "The lighthouse"
    eventually(lambda: answers() == [("settled", "delivered")])


def test_leaving_after_a_sentence_stops_upstream_and_counts(visitor: Visitor, sandbox: SandboxProcess) -> None:
    sandbox.fault(None, chunk_ms=60)
    response = visitor.ask()
    told = events(response)
    while next(told)[0] != "delta":
        pass
    response.close()
    visitor.leave()
    eventually(lambda: answers() == [("settled", "cancelled")])
    assert sandbox.wait_for(aborted=1)["aborted"] == 1


def test_leaving_before_one_counts_nothing(visitor: Visitor, sandbox: SandboxProcess) -> None:
    sandbox.fault("silent")
    response = visitor.ask()
    assert next(events(response))[0] == "start"
    response.close()
    visitor.leave()
    eventually(lambda: answers() == [("released", "cancelled_early")])
