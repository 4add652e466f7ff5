"""From a changed object to passages and vectors, against the real sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Site

from shareai_cms.models import Embedding, Generation, IndexJob, Passage, SearchDocument, SiteAccount, Usage
from shareai_cms.search import building, indexing, jobs, vectors, writing
from tests.demo.models import Person
from tests.search.people import (
    People,
    has_vectors,
    make_due,
    named,
    passages,
    person,
    sent,
    several,
    waiting,
    work,
)
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.usefixtures("people")]

LONG = "The tide book lies open. " * 70


def index(*people: Person) -> None:
    indexing.enqueue(named(each) for each in people)
    work()


class TestAnObject:
    def test_becomes_passages_with_words_and_vectors(self, generation: Generation) -> None:
        ida = person()
        index(ida)
        document = SearchDocument.objects.get()
        assert (document.title, document.title_words, document.language) == ("Ida", "ida", "en")
        assert document.account.platform == "wagtail"
        [passage] = passages(ida)
        assert (passage.heading, passage.text) == ("", "Binder\nIda binds books by hand.")
        assert passage.words == "binder ida binds books hand"
        assert has_vectors(generation)
        assert not IndexJob.objects.exists()

    def test_is_written_without_a_call_before_the_first_build(self, sandbox: SandboxProcess) -> None:
        index(person())
        assert Passage.objects.count() == 1
        assert sandbox.state()["calls"] == 0

    def test_that_says_the_same_costs_nothing_again(self, generation: Generation, sandbox: SandboxProcess) -> None:
        ida = person()
        index(ida)
        before = (sandbox.state()["calls"], passages(ida)[0].version)
        index(ida)
        assert (sandbox.state()["calls"], passages(ida)[0].version) == before

    def test_that_changes_in_one_place_is_embedded_there_only(self, generation: Generation) -> None:
        ida = person(introduction=f"<h2>One</h2><p>Bread.</p><h2>Two</h2><p>{LONG}</p>")
        index(ida)
        before, once = {row.pk: row for row in passages(ida)}, sent()
        Person.objects.filter(pk=ida.pk).update(introduction=f"<h2>One</h2><p>Salt.</p><h2>Two</h2><p>{LONG}</p>")
        index(ida)
        after = passages(ida)
        assert sent() - once == 1
        assert {row.pk for row in after} == set(before)
        changed = [row.text for row in after if row.version != before[row.pk].version]
        assert changed == ["Salt."]

    def test_that_gets_shorter_loses_passages_and_keeps_their_order(self, generation: Generation) -> None:
        ida = person(introduction=LONG)
        index(ida)
        assert len(passages(ida)) > 1
        Person.objects.filter(pk=ida.pk).update(introduction="Short.")
        index(ida)
        assert [(row.position, row.text) for row in passages(ida)] == [(0, "Binder\nShort.")]

    def test_with_another_title_changes_every_passage(self, generation: Generation) -> None:
        ida = person(introduction=LONG)
        index(ida)
        before = {row.version for row in passages(ida)}
        Person.objects.filter(pk=ida.pk).update(name="Jonas")
        index(ida)
        assert SearchDocument.objects.get().title_words == "jonas"
        assert not before & {row.version for row in passages(ida)}
        assert has_vectors(generation)

    def test_that_is_not_for_everybody_any_more_leaves(self, generation: Generation) -> None:
        ida = person()
        index(ida)
        Person.objects.filter(pk=ida.pk).update(role="hidden")
        index(ida)
        assert not SearchDocument.objects.exists()
        assert not Passage.objects.exists()

    @pytest.mark.parametrize("label", ["demo.gone", "nonsense", "auth.group", "demo.person"])
    def test_of_no_known_kind_or_key_is_passed_over(self, label: str, sandbox: SandboxProcess) -> None:
        indexing.enqueue([(label, "no number")])
        work()
        assert not IndexJob.objects.exists()
        assert not SearchDocument.objects.exists()

    def test_of_nobody_leaves(self, generation: Generation) -> None:
        ida = person()
        index(ida)
        Site.objects.all().delete()
        index(ida)
        assert not SearchDocument.objects.exists()

    @pytest.mark.parametrize("text", ["", "\u202e🌊 مدّ \u0000", "'; DROP TABLE shareai_cms_passage; --", "x" * 100_000])
    def test_may_say_anything(self, text: str, generation: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
        ida = person()
        monkeypatch.setattr(Person, "told", text, raising=False)
        monkeypatch.setattr(People, "body", ("told",))
        index(ida)
        assert has_vectors(generation)
        assert not IndexJob.objects.exists()


class TestAReaderThatFails:
    def test_keeps_no_other_object_waiting(
        self, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        ida, jonas = person(), person("Jonas")

        def told(self: Person) -> str:
            if self.name == "Ida":
                raise ZeroDivisionError("secret words")
            return "fine"

        monkeypatch.setattr(Person, "told", told, raising=False)
        monkeypatch.setattr(People, "body", ("told",))
        index(ida, jonas)
        assert [document.title for document in SearchDocument.objects.all()] == ["Jonas"]
        [job] = waiting()
        assert job.object_ref == str(ida.pk)
        assert job.error.startswith("ZeroDivisionError@")
        assert "secret words" not in caplog.text + job.error
        monkeypatch.setattr(Person, "told", "mended")
        make_due()
        work()
        assert SearchDocument.objects.count() == 2


class TestAChangeInTheMiddle:
    """What happens to an object while a worker reads it wins."""

    @pytest.fixture
    def taken(self, generation: Generation) -> tuple[Person, IndexJob]:
        ida = person()
        index(ida)
        Person.objects.filter(pk=ida.pk).update(introduction="An older state.")
        indexing.enqueue([named(ida)])
        [job] = jobs.claim(1)
        return ida, job

    def test_that_takes_it_out_is_not_undone(self, taken: tuple[Person, IndexJob]) -> None:
        ida, job = taken
        indexing.forget([named(ida)])
        assert not indexing.index(job)
        assert not SearchDocument.objects.exists()

    def test_that_asks_again_is_what_counts(self, taken: tuple[Person, IndexJob]) -> None:
        ida, job = taken
        stale = _read_of(ida)
        Person.objects.filter(pk=ida.pk).update(introduction="The newest state.")
        indexing.enqueue([named(ida)])
        assert not stale(job)
        assert "books" in passages(ida)[0].text
        work()
        assert "newest" in passages(ida)[0].text


def _read_of(ida: Person) -> Any:
    """Read the person now; write what was read later."""
    source = People()
    obj = Person.objects.get(pk=ida.pk)
    extract, account = source.read(obj), source.account(obj)
    return lambda job: writing.write(job, source, account, extract)


class TestVectors:
    def test_are_asked_for_in_batches_within_the_limits(
        self, generation: Generation, sandbox: SandboxProcess, settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_BATCH": 4, "EMBEDDING_BATCH_CHARACTERS": 100_000}
        index(*several(10))
        assert sandbox.state()["calls"] == 3
        assert sorted(Usage.objects.values_list("units", flat=True)) == [2, 4, 4]
        assert has_vectors(generation)

    def test_are_asked_for_within_the_characters_of_a_call(
        self, generation: Generation, sandbox: SandboxProcess, settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_BATCH_CHARACTERS": 100}
        index(person(introduction="a" * 90), person("Jonas", "b" * 90), person("Wren", "c" * 500))
        assert sandbox.state()["calls"] == 3

    def test_of_the_same_text_are_asked_for_once(self, generation: Generation) -> None:
        index(person(), person())
        assert sent() == 1
        assert Embedding.objects.count() == 1
        assert has_vectors(generation)

    def test_are_the_operators_cost_and_metered_apart(self, generation: Generation) -> None:
        index(person())
        usage = Usage.objects.get()
        assert (usage.meter, usage.state, usage.units, usage.actor_kind) == ("indexing", "settled", 1, "indexing")
        assert usage.feature == "indexing"

    @pytest.mark.parametrize("fault", ["status-503", "hang-up", "html", "vector-few", "vector-nan", "vector-size"])
    def test_that_cannot_be_had_leave_keywords_and_come_later(
        self, fault: str, generation: Generation, sandbox: SandboxProcess, settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "MAX_ATTEMPTS": 1}
        sandbox.fault(fault)
        index(*several(3))
        assert Passage.objects.count() == 3
        assert not Embedding.objects.exists()
        assert not waiting()
        [job] = waiting(of_vectors=True)
        assert job.failures == 1
        assert job.error
        assert not Usage.objects.filter(state=Usage.State.SETTLED).exists()
        sandbox.fault(None)
        make_due()
        work()
        assert has_vectors(generation)
        assert not IndexJob.objects.exists()

    def test_of_another_model_are_never_kept(self, generation: Generation, sandbox: SandboxProcess) -> None:
        sandbox.fault("other-model")
        index(person())
        assert not Embedding.objects.exists()
        assert waiting(of_vectors=True)[0].error == "embedding_mismatch"

    def test_of_a_text_that_is_refused_do_not_keep_the_others_back(
        self, generation: Generation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from shareai_cms.errors import RequestRejected

        obtain = vectors.obtain

        def refusing(generation: Generation, account: SiteAccount, digests: Any, texts: Any) -> None:
            if any("Person 5" in text for text in texts):
                raise RequestRejected("too odd")
            obtain(generation, account, digests, texts)

        monkeypatch.setattr(vectors, "obtain", refusing)
        index(*several(9))
        assert Embedding.objects.count() == 8
        [job] = waiting(of_vectors=True)
        assert job.error == "request_rejected"

    def test_of_a_suspended_account_wait_for_it(self, generation: Generation, sandbox: SandboxProcess) -> None:
        ida = person()
        index(ida)
        SiteAccount.objects.update(status=SiteAccount.Status.SUSPENDED)
        index(person("Jonas"))
        assert waiting(of_vectors=True)[0].error == "account_suspended"
        SiteAccount.objects.update(status=SiteAccount.Status.ACTIVE)
        make_due()
        work()
        assert has_vectors(generation)

    def test_stamp_the_passages_that_searches_have_to_look_at_again(
        self, generation: Generation, sandbox: SandboxProcess, settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "MAX_ATTEMPTS": 1}
        sandbox.fault("status-503")
        ida = person()
        index(ida)
        [before] = passages(ida)
        sandbox.fault(None)
        make_due()
        work()
        assert passages(ida)[0].version > before.version

    def test_are_given_up_halfway_when_the_worker_is_asked_to_end(self, generation: Generation, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_BATCH": 2}
        indexing.enqueue(named(each) for each in several(6))
        _done, has_more = indexing.work(_until(lambda: Embedding.objects.count() >= 2))
        assert has_more
        assert Embedding.objects.count() == 2
        work()
        assert has_vectors(generation)
        assert sent() == 6

    def test_whose_text_stands_nowhere_go_after_a_while(self, generation: Generation) -> None:
        ida = person()
        index(ida)
        indexing.forget([named(ida)])
        assert building.purge() == 0
        Embedding.objects.update(created_at="2020-01-01T00:00Z")
        assert building.purge() == 1
        assert not Embedding.objects.exists()


def _until(is_enough: Any) -> Any:
    return lambda: not is_enough()
