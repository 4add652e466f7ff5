from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from wagtail import VERSION

from tests.services import SandboxProcess

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(VERSION < (8, 0), reason="Wagtail 8.0 made the base page model swappable")
class TestSwappedBasePage:
    def test_a_page_that_is_no_wagtailcore_page_has_all_that_others_have(self) -> None:
        with SandboxProcess() as sandbox:
            done = subprocess.run(
                [sys.executable, "-W", "error", "-m", "tests.integrations.wagtail.swapped_site", sandbox.url],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            calls = sandbox.state()["calls"]
        assert done.returncode == 0, done.stderr
        answers = json.loads(done.stdout)
        data = answers["config"]
        assert data["target"]["type"] == "basepage.basepage"
        assert data["account"]["label"] == "Press"
        assert [field["name"] for field in data["fields"]] == ["title", "importance"]
        assert answers["editor"].count("data-shareai-side") == 1
        assert "AI has not been used here yet." in answers["past"]
        status, answer = answers["run"]
        # An action, the page's passage, and the probes of a new index.
        assert (status, answer["result"]["kind"], answer["usage"]["left"], calls) == (200, "text", 49, 1 + 2)
        assert answers["index"] == {"documents": [["basepage.basepage", "Home", "Press"]], "passages": 1}
        assert answers["accepted"] == 204
        assert "Applied an AI suggestion: Rewrite (Title)" in answers["history"]
        assert "Rewrite" in answers["past_after"]
        assert "Accepted" in answers["past_after"]
