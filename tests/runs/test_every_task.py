"""Each task through the engine, from a stored object to what is written; and many calls under way at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile

from shareai_cms import metering
from shareai_cms.catalog import Images, ModelCatalog, registry
from shareai_cms.models import Run, SiteAccount
from shareai_cms.runs import applying, control
from shareai_cms.runs.engine import Engine
from shareai_cms.runs.selecting import prepare
from tests.catalog.shop import Wares, ware
from tests.integrations.wagtail.conftest import png
from tests.runs.fixtures import eventually, state_of, units_of, working
from tests.services import SandboxProcess
from tests.wares.models import Ware

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick")]

RunOf = Callable[..., Run]
CALLS = 16


class Photos(ModelCatalog):
    slug = "test-photos"
    model = Ware
    name = "name"
    images = Images("photo", alt="photo_alt")


@pytest.fixture
def declared() -> Iterator[Callable[[type[ModelCatalog]], Any]]:
    kept = dict(registry._registered)
    registry._registered.clear()
    yield registry.register
    registry._registered.clear()
    registry._registered.update(kept)


@pytest.fixture
def boss(account: SiteAccount) -> Any:
    account.wallet.plan.allowances.update_or_create(meter="products", defaults={"units": 10})
    return get_user_model().objects.create_superuser("boss")


def done(boss: Any, task: str, *objects: Any, **options: Any) -> Run:
    [run] = prepare(boss, task, list(objects), options)
    control.start(run, boss)
    Engine(concurrency=4).drain()
    assert state_of(run) == ("finished", "")
    return run


def test_products_are_enriched_in_their_own_language_and_in_columns_of_another(
    boss: Any, account: SiteAccount, sandbox: SandboxProcess, declared: Any
) -> None:
    declared(Wares)
    cup = ware(name="Cup", description="<p>A cup of glazed stoneware. It holds 300 ml and is made in Brest.</p>")
    run = done(boss, "enrich", cup, parts=["short_description", "description"], languages=["", "de"])
    assert sandbox.state()["calls"] == 2
    own, german = run.items.order_by("position").select_related("run__account__wallet", "usage__suggestion")
    assert {(item.state, item.review, item.units) for item in (own, german)} == {("done", "open", 1)}
    balance = account.wallet.balances.get(meter="products")
    assert (balance.spent, balance.held) == (2, 0)
    for item in (own, german):
        applying.apply(item, boss)
    # There is no column for a German summary.
    assert [part["part"] for part in german.usage.suggestion.result["parts"]] == ["description"]
    cup.refresh_from_db()
    assert "300 ml" in cup.summary
    assert cup.description_de
    for item in (own, german):
        applying.undo(item, boss)
    cup.refresh_from_db()
    assert (cup.summary, cup.description_de) == ("", "")
    assert metering.audit() == []


def test_images_are_described(boss: Any, account: SiteAccount, sandbox: SandboxProcess, declared: Any) -> None:
    declared(Photos)
    quay, empty = ware(name="Quay"), ware(name="Nothing to see")
    quay.photo.save("quay.png", ContentFile(png()))
    run = done(boss, "alt-texts", quay, empty)
    item, without = run.items.order_by("position").select_related("run__account__wallet", "usage__suggestion")
    assert (without.state, without.error_code, sandbox.state()["calls"]) == ("skipped", "image_unusable", 1)
    assert units_of(account) == (1, 0)
    applying.apply(item, boss)
    quay.refresh_from_db()
    [proposed] = item.usage.suggestion.result["parts"]
    assert quay.photo_alt == proposed["after"] != ""


class TestManyCallsUnderWay:
    """As they are with a real model: each takes its time."""

    @pytest.fixture
    def run(self, sandbox: SandboxProcess, run_of: RunOf) -> Run:
        sandbox.fault(None, latency_ms=1_500)
        return run_of(3 * CALLS)

    def counted(self, run: Run, account: SiteAccount) -> int:
        """What was done, which is what was counted, and nothing is held any more."""
        number = run.items.filter(state="done").count()
        assert units_of(account) == (number, 0)
        assert set(run.items.values_list("state", flat=True)) <= {"done", "waiting"}
        assert metering.audit() == []
        return number

    def test_come_to_their_end_after_a_pause(
        self, run: Run, account: SiteAccount, sandbox: SandboxProcess, merchant: Any
    ) -> None:
        with working(CALLS):
            sandbox.wait_for(open=CALLS)
            control.pause(run, merchant)
            eventually(lambda: not run.items.filter(state="working").exists())
            assert CALLS <= self.counted(run, account) == sandbox.state()["calls"] < 3 * CALLS
            sandbox.fault(None, latency_ms=0)
            control.resume(run, merchant)
            eventually(lambda: state_of(run) == ("finished", ""))
        assert self.counted(run, account) == sandbox.state()["calls"] == 3 * CALLS

    def test_are_stopped_by_a_cancellation_and_not_counted(
        self, run: Run, account: SiteAccount, sandbox: SandboxProcess, merchant: Any
    ) -> None:
        with working(CALLS):
            sandbox.wait_for(open=CALLS)
            control.cancel(run, merchant)
            held = units_of(account)[1]
            sandbox.wait_for(open=0)
        assert held == 0
        assert state_of(run) == ("cancelled", "")
        assert self.counted(run, account) < 2 * CALLS
