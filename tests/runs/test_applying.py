"""What a reviewer accepts is written as that person, and can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import DataError, IntegrityError
from django.utils import timezone

from shareai_cms.catalog import Column, ModelCatalog, registry
from shareai_cms.errors import ChangedSince, ChangeRefused, InputEmpty, NotPermitted, ObjectNotFound, RunClosed
from shareai_cms.models import AccountPermission, AppliedChange, Run, RunItem, Suggestion
from shareai_cms.runs import applying, exporting, reviewing
from tests.demo.models import Product
from tests.integrations.wagtail.conftest import desk, manager, product, sites
from tests.runs.made import made_run, part, proposed

__all__ = ["desk", "manager", "product", "sites"]
pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
Review = RunItem.Review


class Goods(ModelCatalog):
    slug = "test-goods"
    model = Product
    name = "name"
    description = "description"
    short_description = "summary"
    attributes = ("materials", "size", Column("sku", is_writable=False))


class Polyglot(Goods):
    slug = "test-polyglot"
    language = "en"
    columns = {"de": {"short_description": "seo_title"}, "fr": {"short_description": "supplier_note"}}


@pytest.fixture(autouse=True)
def goods() -> Iterator[None]:
    kept = dict(registry._registered)
    registry.register(Goods)
    yield
    registry._registered.clear()
    registry._registered.update(kept)


@pytest.fixture
def run(desk: SimpleNamespace, manager: User) -> Run:
    return made_run(desk.press, manager)


SUMMARY = part("short_description", "All the tides of a year.", "Every tide of the year, on one sheet.")


def latest(product: Product) -> Any:
    product.refresh_from_db()
    return product.get_latest_revision_as_object()


class TestApplying:
    def test_writes_a_draft_and_remembers_what_stood_there(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, SUMMARY, part("attribute", [], ["Paper"], key="materials"))
        applying.apply(item, manager)
        assert (item.review, item.reviewed_by, item.review_error) == (Review.APPLIED, "manager", "")
        assert (product.summary, latest(product).summary) == (
            "All the tides of a year.",
            "Every tide of the year, on one sheet.",
        )
        product.refresh_from_db()
        assert product.summary == "All the tides of a year."
        kept = {(each.part, each.key): (each.before, each.after) for each in item.changes.all()}
        assert kept["attribute", "materials"] == ([], ["Paper"])
        assert item.version_applied == Goods().version(product)

    def test_writes_what_was_picked_alone(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, SUMMARY, part("attribute", [], ["Paper"], key="materials"))
        applying.apply(item, manager, {("attribute", "materials")})
        assert (latest(product).summary, latest(product).materials) == ("All the tides of a year.", "Paper")

    def test_nothing_picked_is_nothing_applied(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, SUMMARY)
        with pytest.raises(InputEmpty):
            applying.apply(item, manager, set())
        assert not AppliedChange.objects.exists()
        item.refresh_from_db()
        assert (item.review, item.review_note) == (Review.OPEN, "")

    @pytest.mark.parametrize("action", ["apply", "undo"])
    def test_overwrites_nothing_that_is_written_at_the_same_moment(
        self, run: Run, product: Product, manager: User, monkeypatch: pytest.MonkeyPatch, action: str
    ) -> None:
        item = proposed(run, product, SUMMARY)
        if action == "undo":
            applying.apply(item, manager)
        begin = applying.transact

        def edited(body: Any) -> None:
            draft = latest(product)
            draft.summary = "Mine."
            draft.save_revision(user=manager)
            begin(body)

        monkeypatch.setattr(applying, "transact", edited)
        with pytest.raises(ChangedSince):
            getattr(applying, action)(item, manager)
        assert latest(product).summary == "Mine."

    def test_overwrites_nothing_that_somebody_wrote_since(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, SUMMARY)
        Product.objects.filter(pk=product.pk).update(summary="Mine.")
        with pytest.raises(ChangedSince):
            applying.apply(item, manager)
        assert (item.review, item.review_error) == (Review.REFUSED, "changed_since")
        assert "changed this since" in item.review_note
        assert latest(product).summary == "Mine."

    def test_names_the_field_that_does_not_take_it(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, part("short_description", "All the tides of a year.", "x" * 300))
        with pytest.raises(ChangeRefused):
            applying.apply(item, manager)
        assert item.review == Review.REFUSED
        assert item.review_note.startswith("Summary: ")
        assert not AppliedChange.objects.exists()

    def test_asks_for_the_persons_own_rights_again(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, SUMMARY)
        manager.groups.get().permissions.remove(Permission.objects.get(codename="change_product"))
        with pytest.raises(NotPermitted):
            applying.apply(item, User.objects.get(pk=manager.pk))
        assert item.review == Review.REFUSED
        AccountPermission.objects.all().delete()
        with pytest.raises(NotPermitted):
            applying.apply(item, User.objects.get(pk=manager.pk))

    def test_is_done_once(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, SUMMARY)
        again = RunItem.objects.get(pk=item.pk)
        applying.apply(item, manager)
        with pytest.raises(RunClosed):
            applying.apply(again, manager)
        assert again.review == Review.APPLIED
        assert AppliedChange.objects.count() == 1

    @pytest.mark.parametrize("gone", ["object", "suggestion"])
    def test_says_what_is_gone(self, run: Run, product: Product, manager: User, gone: str) -> None:
        item = proposed(run, product, SUMMARY)
        if gone == "object":
            product.delete()
        else:
            Suggestion.objects.update(result={}, erased_at=timezone.now())
            item = RunItem.objects.get(pk=item.pk)
        with pytest.raises(ObjectNotFound):
            applying.apply(item, manager)
        assert item.review == Review.REFUSED


class TestTheSuggestion:
    def test_says_what_was_decided(self, run: Run, product: Product, manager: User) -> None:
        one, other = (proposed(run, product, SUMMARY, language=each) for each in ("", "de"))
        applying.apply(one, manager)
        applying.decline(other, manager)
        assert decisions() == [("accepted", "manager"), ("discarded", "manager")]
        applying.undo(one, manager)
        assert reviewing.reopen_all(run, manager) == 1
        assert decisions() == [("discarded", "manager"), ("proposed", "")]
        assert reviewing.decline_all(run, manager) == 1
        assert decisions() == [("discarded", "manager")] * 2


def decisions() -> list[tuple[str, str]]:
    return list(Suggestion.objects.order_by("usage").values_list("state", "decided_by"))


class TestTakingBack:
    def test_puts_back_what_stood_there(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, SUMMARY, part("attribute", [], ["Paper"], key="materials"))
        applying.apply(item, manager)
        applying.undo(item, manager)
        assert (item.review, latest(product).summary, latest(product).materials) == (
            Review.UNDONE,
            "All the tides of a year.",
            "",
        )
        applying.apply(item, manager)
        assert latest(product).materials == "Paper"

    def test_refuses_what_was_changed_since(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, SUMMARY)
        applying.apply(item, manager)
        draft = latest(product)
        draft.name = "Tide tables, second edition"
        draft.save_revision(user=manager)
        with pytest.raises(ChangedSince):
            applying.undo(item, manager)
        assert (item.review, item.review_error) == (Review.APPLIED, "changed_since")
        assert latest(product).summary == "Every tide of the year, on one sheet."

    @pytest.mark.parametrize("order", [("", "de", "fr"), ("fr", "", "de")])
    def test_of_one_language_leaves_the_others_in_its_columns_alone(
        self, run: Run, product: Product, manager: User, order: tuple[str, ...]
    ) -> None:
        registry.register(Polyglot)
        columns = {"": "summary", "de": "seo_title", "fr": "supplier_note"}
        before = {language: getattr(product, name) for language, name in columns.items()}
        items = {}
        for language in order:
            new = part("short_description", before[language], f"New {language}.")
            items[language] = proposed(run, product, new, language=language)
            applying.apply(items[language], manager)
        for language in order:
            applying.undo(items[language], manager)
            draft = latest(product)
            assert getattr(draft, columns[language]) == before[language]
        assert [getattr(draft, name) for name in columns.values()] == list(before.values())

    def test_of_one_language_refuses_what_was_changed_in_its_columns_since(
        self, run: Run, product: Product, manager: User
    ) -> None:
        registry.register(Polyglot)
        item = proposed(run, product, part("short_description", "", "Neu."), language="de")
        applying.apply(item, manager)
        draft = latest(product)
        draft.seo_title = "Von Hand."
        draft.save_revision(user=manager)
        with pytest.raises(ChangedSince):
            applying.undo(item, manager)
        assert latest(product).seo_title == "Von Hand."

    def test_ends_after_its_days(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, SUMMARY)
        applying.apply(item, manager)
        AppliedChange.objects.update(applied_at=timezone.now() - timedelta(days=31))
        with pytest.raises(RunClosed, match="too old"):
            applying.undo(item, manager)
        assert reviewing.undo_all(run, manager) == 0
        assert reviewing.forget(lambda: True) == (1, False)
        assert not AppliedChange.objects.exists()


class TestMany:
    def test_are_left_to_a_worker_but_those_that_need_a_look(self, run: Run, product: Product, manager: User) -> None:
        sure = proposed(run, product, SUMMARY)
        doubtful = proposed(
            run, product, part("attribute", [], ["Paper 90 g"], key="materials", flags=("90 g",)), language="de"
        )
        assert [each.pk for each in reviewing.listed(run)] == [doubtful.pk, sure.pk]
        assert reviewing.accept_all(run, manager) == 1
        assert reviewing.work(lambda: True) == (1, False)
        sure.refresh_from_db()
        doubtful.refresh_from_db()
        assert (sure.review, doubtful.review) == (Review.APPLIED, Review.OPEN)
        assert reviewing.undo_all(run, manager) == 1
        assert reviewing.work(lambda: True) == (1, False)
        sure.refresh_from_db()
        assert sure.review == Review.UNDONE

    def test_one_that_is_refused_does_not_hold_up_the_others(self, run: Run, product: Product, manager: User) -> None:
        bad = proposed(run, product, part("short_description", "Not what stands there.", "New."))
        good = proposed(run, product, SUMMARY, language="en")
        reviewing.accept_all(run, manager)
        assert reviewing.work(lambda: True) == (2, False)
        bad.refresh_from_db()
        good.refresh_from_db()
        assert (bad.review, bad.review_error, good.review) == (Review.REFUSED, "changed_since", Review.APPLIED)

    def test_can_be_called_off(self, run: Run, product: Product, manager: User) -> None:
        proposed(run, product, SUMMARY)
        reviewing.accept_all(run, manager)
        assert reviewing.is_waiting(timezone.now())
        assert reviewing.stop(run, manager) == 1
        assert reviewing.work(lambda: True) == (0, False)

    def test_called_off_are_not_written_by_a_worker_that_has_read_them(
        self, run: Run, product: Product, manager: User
    ) -> None:
        item = proposed(run, product, SUMMARY)
        reviewing.accept_all(run, manager)
        [read] = reviewing._decisions()
        reviewing.stop(run, manager)
        applying.decline(item, manager)
        reviewing._carry_out(read)
        item.refresh_from_db()
        assert (item.review, AppliedChange.objects.count()) == (Review.DECLINED, 0)

    def test_decided_anew_are_left_to_the_new_decision(self, run: Run, product: Product, manager: User) -> None:
        item = proposed(run, product, SUMMARY)
        reviewing.accept_all(run, manager)
        [read] = reviewing._decisions()
        reviewing.stop(run, manager)
        AccountPermission.objects.all().delete()
        boss = User.objects.create_superuser("boss")
        reviewing.accept_all(run, boss)
        reviewing._carry_out(read)
        item.refresh_from_db()
        assert (item.review, item.reviewer) == (Review.ACCEPTED, boss)
        reviewing.work(lambda: True)
        item.refresh_from_db()
        assert (item.review, item.reviewed_by) == (Review.APPLIED, "boss")

    @pytest.mark.parametrize("error", [IntegrityError, DataError])
    def test_one_that_the_table_does_not_take_does_not_hold_up_the_others(
        self, run: Run, product: Product, manager: User, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
    ) -> None:
        bad, good = proposed(run, product, SUMMARY), proposed(run, product, SUMMARY, language="en")
        write = Goods.write

        def refuse(self: Goods, user: Any, obj: Any, changes: Any, *, language: str = "", note: str = "") -> Any:
            if not language:
                raise error("unique")
            return write(self, user, obj, changes, language=language, note=note)

        monkeypatch.setattr(Goods, "write", refuse)
        reviewing.accept_all(run, manager)
        assert reviewing.work(lambda: True) == (2, False)
        bad.refresh_from_db()
        good.refresh_from_db()
        assert (bad.review, bad.review_error, good.review) == (Review.REFUSED, "change_refused", Review.APPLIED)

    def test_of_one_run_alone(self, run: Run, product: Product, manager: User) -> None:
        other = proposed(made_run(run.account, manager), product, SUMMARY, language="en")
        reviewing.accept_all(other.run, manager)
        proposed(run, product, SUMMARY)
        reviewing.accept_all(run, manager)
        assert reviewing.work(lambda: True, run) == (1, False)
        other.refresh_from_db()
        assert other.review == Review.ACCEPTED

    def test_is_nothing_for_people_without_the_right(self, run: Run, product: Product, manager: User) -> None:
        proposed(run, product, SUMMARY)
        AccountPermission.objects.all().delete()
        stranger = User.objects.get(pk=manager.pk)
        for decide in (reviewing.accept_all, reviewing.decline_all, reviewing.undo_all, reviewing.stop):
            with pytest.raises(NotPermitted):
                decide(run, stranger)


def test_every_line_of_a_file(run: Run, product: Product, manager: User) -> None:
    proposed(run, product, SUMMARY, part("attribute", [], ["Paper", "Linen"], key="materials", flags=("Linen",)))
    proposed(run, product, language="de")
    found = list(exporting.lines(run, manager))
    assert [(line.position, line.part, line.after, line.flags) for line in found] == [
        (1, "short_description", "Every tide of the year, on one sheet.", ""),
        (1, "attribute", "Paper, Linen", "Linen"),
        (2, "", "", ""),
    ]
    pros = {"pros": [{"text": "Sturdy", "count": 3}], "cons": [{"text": "Heavy", "count": 1}], "reviews": 5}
    assert exporting.text_of(json.loads(json.dumps(pros))) == "+ Sturdy (3); – Heavy (1)"
