"""``manage.py shareai_index``."""

from __future__ import annotations

import os
import signal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from shareai_cms import metering
from shareai_cms.models import Embedding, Generation, IndexJob, Passage, SearchDocument, Usage
from shareai_cms.search import building, vectors
from shareai_cms.search.probes import PROBES
from tests.demo.models import Person
from tests.search.people import LABEL, has_vectors, make_due, person, sent, several
from tests.services import SandboxProcess

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("people")]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Any, settings: Any, sandbox: SandboxProcess) -> None:
    """People alone, and the store in a folder of the test's own."""
    excluded = ["wagtailcore.page", "demo.homepage"]
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_DIR": str(tmp_path), "SEARCH_EXCLUDED": excluded}


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("shareai_index", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def check() -> str:
    """What ``--check`` finds wrong; empty where nothing is."""
    out = StringIO()
    try:
        call_command("shareai_index", "--check", stdout=out)
    except CommandError as error:
        assert error.returncode == 1
        return f"{out.getvalue()}{error}"
    return ""


@pytest.mark.django_db
class TestTheCommand:
    def test_indexes_what_there_is_and_puts_it_to_use(self) -> None:
        several(7)
        out = run("--yes")
        assert "7 objects: 7 new" in out
        assert "Searches use generation" in out
        generation = building.active()
        assert generation is not None
        assert has_vectors(generation)
        assert SearchDocument.objects.count() == 7

    def test_again_embeds_nothing(self, sandbox: SandboxProcess) -> None:
        several(7)
        run("--yes")
        calls = sandbox.state()["calls"]
        assert ": 0 texts to embed" in run("--yes")
        assert sandbox.state()["calls"] == calls

    def test_says_what_it_takes_before_anything_is_done(self, sandbox: SandboxProcess) -> None:
        several(7)
        out = run("--estimate")
        assert f": 7 texts to embed and, once, {len(PROBES)} sentences of the app's own; together, " in out
        assert "cost: the marketplace has named no price yet" in out
        assert sandbox.state()["calls"] == 0
        assert not SearchDocument.objects.exists()
        assert not Generation.objects.exists()

    def test_estimates_exactly_the_texts_that_it_then_sends(self) -> None:
        people = several(7)
        person()
        person()  # the same text again
        run("--yes")
        assert sent() == 8 + len(PROBES)
        before = sent()
        Person.objects.filter(pk=people[0].pk).update(introduction="Something else.")
        assert ": 1 texts to embed" in run("--yes")
        assert sent() == before + 1

    def test_names_a_price_where_the_marketplace_has_named_one(self) -> None:
        several(2)
        run("--yes")
        Usage.objects.filter(meter="indexing").update(cost_millionths=1_000, tokens_in=100)
        several(1)
        Person.objects.update(introduction="Something else altogether.")
        assert "cost: about 0.0" in run("--estimate")

    def test_asks_nobody_where_nobody_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        several(1)
        monkeypatch.setattr("sys.stdin", StringIO())
        with pytest.raises(CommandError, match="say --yes"):
            run()
        assert not Generation.objects.exists()

    @pytest.mark.parametrize(("answer", "is_done"), [("y", True), ("", False), ("n", False)])
    def test_asks_whoever_is_there(self, answer: str, is_done: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        class Terminal(StringIO):
            def isatty(self) -> bool:
                return True

        several(1)
        monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
        monkeypatch.setattr("builtins.input", lambda _question: answer)
        if is_done:
            run()
        else:
            with pytest.raises(CommandError, match="Nothing was changed"):
                run()
        assert Generation.objects.exists() is is_done

    def test_rebuilds_beside_what_is_in_use(self) -> None:
        several(3)
        run("--yes")
        first = building.active()
        run("--yes", "--rebuild")
        second = building.active()
        assert first is not None
        assert second is not None
        assert second.pk > first.pk
        assert has_vectors(second)

    def test_of_one_site_leaves_the_others(self) -> None:
        several(3)
        run("--yes")
        account = SearchDocument.objects.values_list("account", flat=True).first()
        several(1)
        assert "1 new" in run("--yes", "--site", str(account))
        with pytest.raises(CommandError, match="no site account 9999"):
            run("--site", "9999")

    def test_shows_a_bar_on_a_terminal(self) -> None:
        class Terminal(StringIO):
            def isatty(self) -> bool:
                return True

        several(3)
        out = Terminal()
        call_command("shareai_index", "--yes", stdout=out)
        for stage in ("Reading: 3 of 3", "Indexing: 3 of 3", "Embedding: 3 of 3"):
            assert f"{'█' * 40} 100%  {stage}" in out.getvalue()

    def test_stopped_by_hand_goes_on_at_once(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_BATCH": 2}
        several(6)
        embed = vectors.Filler.embed

        def interrupted(*arguments: Any) -> None:
            embed(*arguments)
            raise KeyboardInterrupt

        monkeypatch.setattr(vectors.Filler, "embed", interrupted)
        with pytest.raises(CommandError, match="What is done is kept") as caught:
            run("--yes")
        assert caught.value.returncode == 130
        monkeypatch.setattr(vectors.Filler, "embed", embed)
        assert "waiting" not in run("--yes")
        assert sent() == 6 + len(PROBES)

    def test_is_refused_where_search_is_off(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH": False}
        with pytest.raises(CommandError, match="SEARCH is False"):
            run("--yes")


@pytest.mark.django_db
class TestADifference:
    @pytest.fixture(autouse=True)
    def _indexed(self, _alone: None, people: None) -> None:
        several(3)
        run("--yes")
        assert check() == ""

    def test_of_an_object_that_was_never_noted(self) -> None:
        person()
        assert f"New: 1 ({LABEL}" in check()
        run("--yes")
        assert check() == ""

    def test_of_an_object_that_changed_unnoticed(self) -> None:
        Person.objects.filter(name="Person 1").update(introduction="Other.")
        assert "Changed: 1" in check()
        run("--yes")
        assert check() == ""

    def test_of_an_object_that_is_gone(self) -> None:
        Person.objects.filter(name="Person 1")._raw_delete("default")
        assert "To be taken out: 1" in check()
        run("--yes")
        assert check() == ""
        assert SearchDocument.objects.count() == 2

    def test_of_a_kind_that_is_not_indexed_any_more(self, settings: Any) -> None:
        excluded = [*settings.SHAREAI_CMS["SEARCH_EXCLUDED"], LABEL]
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_EXCLUDED": excluded}
        assert "To be taken out: 3" in check()

    def test_of_vectors(self) -> None:
        digest = Passage.objects.values_list("digest", flat=True).first()
        Embedding.objects.filter(digest=digest).delete()
        assert "Passages without a vector: 1" in check()
        run("--yes")
        assert check() == ""

    def test_of_what_searches_are_scanned_in(self) -> None:
        # Written past the app: no clock has moved, so that no process looks for it.
        unseen = Passage.objects.earliest("pk")
        unseen.pk, unseen.version = None, 0
        unseen.save()
        assert "Passages that searches do not see as they are: 1" in check()
        run("--yes")
        assert check() == ""

    def test_of_the_model(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_MODEL": "another"}
        assert "another embedding model" in check()


@pytest.mark.django_db
class TestABadDay:
    def test_with_the_marketplace_down_leaves_keywords_and_says_what_to_do(
        self, sandbox: SandboxProcess, settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "MAX_ATTEMPTS": 1}
        several(4)
        sandbox.fault("status-503")
        with pytest.raises(CommandError, match="4 passages have no vector yet") as caught:
            run("--yes")
        assert caught.value.returncode == 1
        assert Passage.objects.count() == 4
        sandbox.fault(None)
        assert "Searches use generation" in run("--yes")

    def test_with_the_marketplace_gone_in_the_middle_goes_on_where_it_was(
        self, sandbox: SandboxProcess, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "MAX_ATTEMPTS": 1, "EMBEDDING_BATCH": 2}
        several(6)
        keep = vectors.keep

        def keep_and_go(*arguments: Any) -> None:
            keep(*arguments)
            sandbox.fault("hang-up")

        monkeypatch.setattr(vectors, "keep", keep_and_go)
        with pytest.raises(CommandError, match="4 passages have no vector yet"):
            run("--yes")
        monkeypatch.setattr(vectors, "keep", keep)
        sandbox.fault(None)
        run("--yes")
        assert sent() == 6 + len(PROBES)

    def test_with_another_model_answering_mixes_nothing(self, sandbox: SandboxProcess) -> None:
        several(2)
        run("--yes")
        before = Embedding.objects.count()
        several(4)
        Person.objects.update(introduction="Other words.")
        sandbox.fault("other-model")
        with pytest.raises(CommandError, match="embedding_mismatch"):
            run("--yes")
        assert Embedding.objects.count() == before


@pytest.mark.django_db(transaction=True)
class TestAKill:
    #: Of the third batch: in the middle of keeping its vectors, and as soon as its units are counted.
    @pytest.mark.parametrize(("moment", "counted"), [("kept", 8), ("counted", 12)])
    def test_counts_no_text_twice(self, moment: str, counted: int, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_BATCH": 4}
        several(20)
        assert _killed_at_batch(3, moment)
        assert Passage.objects.count() == 20
        assert Embedding.objects.count() == _counted() == counted
        IndexJob.objects.update(leased_until=None)  # the dead one's lease has run out
        make_due()
        assert "Searches use generation" in run("--yes")
        assert _counted() == 20 + len(PROBES)
        generation = building.active()
        assert generation is not None
        assert has_vectors(generation)
        assert check() == ""


def _counted() -> int:
    return sum(Usage.objects.filter(meter="indexing", state="settled").values_list("units", flat=True))


def _killed_at_batch(number: int, moment: str) -> bool:
    """Run the command in a process that is killed in the middle of what it does for the nth time."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            owner, name = (vectors, "keep") if moment == "kept" else (metering, "settle")
            step, times = getattr(owner, name), []

            def die(*arguments: Any, **named: Any) -> Any:
                times.append(1)
                done = step(*arguments, **named)
                if len(times) == number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return done

            setattr(owner, name, die)
            run("--yes")
            code = 0
        finally:
            os._exit(code)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)
