"""Log lines are ``key=value`` under one tree of loggers, and never hold content, a prompt or a key."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from shareai_cms.actions.base import ActionInput
from shareai_cms.actions.codecs import PlainText
from shareai_cms.actions.road import ActionCall, Road
from shareai_cms.errors import ShareAIError
from shareai_cms.marketplace.keys import encrypt
from shareai_cms.models import SiteAccount
from tests.actions.fixtures import account, call_for, editor, sandbox, sandbox_process
from tests.actions.test_faults import TABLE
from tests.databases import ROOT
from tests.services import SandboxProcess

__all__ = ["account", "call_for", "editor", "sandbox", "sandbox_process"]

CONTENT, CONTEXT, KEY, HEADER = "Zanzibarian", "Quetzalcoatl", "sk-marked-0123456789", "header-marked-987"
TEXT = f"In order to reach {CONTENT}, visitors utilise the old quay. {CONTENT} is worth it."
PAIRS = re.compile(r"\w+=\S+( \w+=\S+)*")


@pytest.fixture
def marked(sandbox: SandboxProcess, account: SiteAccount, settings: Any) -> SandboxProcess:
    """A site whose text, key and headers can be told from everything else."""
    settings.SHAREAI_CMS = {
        **settings.SHAREAI_CMS,
        "CALL_BUDGET": 5.0,
        "READ_TIMEOUT": 0.25,
        "MAX_ATTEMPTS": 1,
        "MAX_REPLY_BYTES": 100_000,
        "EXTRA_HEADERS": {"X-Team": HEADER},
        "DEFAULT_PLAN": {"writing": 500},
    }
    SiteAccount.objects.filter(pk=account.pk).update(encrypted_key=encrypt(KEY))
    account.refresh_from_db()
    account.wallet.plan.allowances.update(units=500)
    return sandbox


def walk(call: ActionCall, *, is_streamed: bool) -> str:
    try:
        for _event in Road(call, is_streamed=is_streamed).events():
            pass
    except ShareAIError as error:
        return error.code
    return "delivered"


@pytest.mark.django_db
class TestAnAction:
    def test_leaves_no_trace_of_what_it_is_about(
        self, marked: SandboxProcess, call_for: Callable[..., ActionCall], caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        given = ActionInput(
            codec=PlainText.like(TEXT, is_multiline=True), text=TEXT, context={"title": CONTEXT}, language="en"
        )
        ends: set[str] = set()
        for number, row in enumerate(TABLE):
            for is_streamed in (False, True):
                marked.fault(row.fault, **dict(row.timings))
                call = call_for(f"click-{number:08d}-{is_streamed}", slug=row.slug, given=given)
                ends.add(walk(call, is_streamed=is_streamed))
        marked.fault(None)
        assert walk(call_for("click-0000000000000001", given=given), is_streamed=True) == "delivered"
        assert len(ends) >= 10
        last = marked.state()["last"]
        prompts = [str(message["content"])[:40] for message in last["messages"]]
        assert CONTENT in str(last["messages"])
        written = [record.getMessage() + str(record.exc_info or "") + str(record.__dict__) for record in caplog.records]
        assert any("outcome=delivered" in line for line in written)
        assert any("code=bad_reply" in line for line in written)
        for mark in (CONTENT, CONTEXT, KEY, HEADER, *prompts):
            assert not [line for line in written if mark in line], mark

    def test_writes_pairs_of_names_and_values(
        self, marked: SandboxProcess, call_for: Callable[..., ActionCall], caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, logger="shareai_cms")
        for number, fault in enumerate(("", "no-device", "wrong-key", "html")):
            marked.fault(fault)
            walk(call_for(f"click-{number:016d}"), is_streamed=True)
        ours = [record for record in caplog.records if record.name.startswith("shareai_cms")]
        assert len(ours) >= 8
        for record in ours:
            assert PAIRS.fullmatch(record.getMessage()), record.getMessage()


class TestTheSource:
    SOURCES = {path: path.read_text() for path in (ROOT / "shareai_cms").rglob("*.py")}
    LINE = re.compile(r"\blog(?:ger)?\.(?:log|debug|info|warning|error|exception|critical)\(([^)]*?)\"([^\"]+)\"", re.S)

    def test_has_one_tree_of_loggers_and_the_reference_names_each(self) -> None:
        names = {
            name if name != "__name__" else ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for path, source in self.SOURCES.items()
            for name in re.findall(r"getLogger\(\"?([\w.]+)\"?\)", source)
        }
        assert len(names) >= 5
        assert all(name.startswith("shareai_cms.") for name in names)
        told = set(re.findall(r"^\| `(shareai_cms\.[\w.]+)` \|", self.reference(), re.MULTILINE))
        assert told == names

    def test_writes_only_pairs_and_the_reference_explains_each(self) -> None:
        lines = [line for source in self.SOURCES.values() for _, line in self.LINE.findall(source)]
        assert len(lines) >= 8
        for line in lines:
            assert re.fullmatch(r"\w+=[\w%.]+( \w+=[\w%.]+)*", line), line
        used = {pair.partition("=")[0] for line in lines for pair in line.split()}
        told = set(re.findall(r"^\| `(\w+)` \|", self.reference(), re.MULTILINE))
        assert told == used

    def test_prints_nothing(self) -> None:
        for path, source in self.SOURCES.items():
            assert "sandbox" in path.parts or not re.search(r"^\s*print\(", source, re.MULTILINE), path

    @staticmethod
    def reference() -> str:
        return (ROOT / "docs" / "reference" / "logs.md").read_text()
