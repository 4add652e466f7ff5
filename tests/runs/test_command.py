"""``manage.py shareai_run``: from the estimate to its exit code."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from shareai_cms.models import Run, RunItem, SiteAccount
from shareai_cms.runs.engine import Engine
from shareai_cms.runs.presence import signs
from shareai_cms.runs.selecting import prepare
from tests.runs.fixtures import TASK, buy, give_units, on_the_shelf, things, units_of
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick")]


@pytest.fixture(autouse=True)
def _shop(account: SiteAccount, merchant: Any) -> None:
    give_units(account, 100)
    things("lamp 1", "lamp 2", "broken jug", "bowl")


def run_command(*given: str, **options: Any) -> str:
    output = StringIO()
    call_command("shareai_run", *given, stdout=output, stderr=output, **options)
    return output.getvalue()


def refusal(*given: str, code: int = 1, **options: Any) -> str:
    with pytest.raises(CommandError) as raised:
        run_command(*given, **options)
    assert raised.value.returncode == code
    return str(raised.value)


class TestARun:
    def test_comes_to_its_end(self, account: SiteAccount) -> None:
        said = run_command("auth.Group", "1000", "1001", "--user", "merchant", "--yes")
        assert "2 objects, up to 2 writing actions; 100 are left." in said
        assert "Done: 2 of 2" in said
        assert "2 done; 2 writing actions." in said
        assert signs().staying_at is not None
        assert units_of(account) == (2, 0)

    def test_chooses_its_objects(self) -> None:
        given = ("auth.Group", "--user", "merchant", "--yes", "--filter", "name__startswith=lamp", "--limit", "1")
        run_command(*given)
        assert list(RunItem.objects.values_list("object_label", flat=True)) == ["lamp 1"]

    def test_tells_what_failed(self) -> None:
        given = ("auth.Group", "--user", "merchant", "--yes", "--filter", "pk__gte=1000", "--filter", "pk__lt=1004")
        assert refusal(*given) == "Not everything is done."
        assert set(RunItem.objects.values_list("state", flat=True)) == {"done", "failed"}

    def test_halts_without_units_and_goes_on_by_its_reference(self, account: SiteAccount) -> None:
        give_units(account, 1)
        given = ("auth.Group", "1000", "1001", "--user", "merchant", "--yes")
        refusal(*given, code=3)
        run = Run.objects.get()
        assert run.state == "out"
        buy(account, 5)
        assert "2 done" in run_command(str(run.reference))
        assert "nothing is left to do" in refusal(str(run.reference))

    def test_is_paused_by_an_interruption(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: Any, **__: Any) -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr(Engine, "drain", interrupted)
        said = refusal("auth.Group", "1000", "--user", "merchant", "--yes", code=130)
        run = Run.objects.get()
        assert said == f"Paused. Go on with manage.py shareai_run {run.reference}"
        assert run.state == "paused"

    def test_waits_for_a_marketplace_that_is_away(self, sandbox: SandboxProcess) -> None:
        sandbox.fault("no-device", times=6)
        assert "2 done" in run_command("auth.Group", "1000", "1001", "--user", "merchant", "--yes")

    def test_says_what_raises_its_limit(self) -> None:
        given = ("auth.Group", "1000", "1001", "--user", "merchant", "--yes", "--cap", "1")
        with pytest.raises(CommandError):
            run_command(*given)
        run = Run.objects.get()
        assert (run.state, run.error_code, run.title) == ("paused", "cap_reached", "2 groups")
        assert refusal(str(run.reference)) == "Its limit of 1 units is used up; --cap raises it."
        assert "2 done" in run_command(str(run.reference), "--cap", "2")


class TestTheEstimate:
    def test_keeps_nothing(self, account: SiteAccount) -> None:
        give_units(account, 1)
        said = run_command("auth.Group", "1000", "1001", "--user", "merchant", "--estimate")
        assert "That suffices for 1 of them." in said
        assert not Run.objects.exists()
        assert not RunItem.objects.exists()

    def test_is_asked_about(self) -> None:
        assert "--yes" in refusal("auth.Group", "1000", "--user", "merchant")
        assert not Run.objects.exists()


class TestARefusal:
    @pytest.mark.parametrize(
        ("given", "words"),
        [
            (("auth.Nothing", "--user", "merchant"), "there are auth.Group"),
            (("auth.Group",), "--user"),
            (("auth.Group", "--user", "nobody"), "no user nobody"),
            (
                ("auth.Group", "--user", "merchant", "--task", "paint"),
                "no task paint for auth.Group; there are meta-des",
            ),
            (("auth.Group", "1000", "--user", "merchant", "--languages", "de"), "auth.Group has no German version"),
            (("auth.Group", "--user", "merchant", "--parts", "price"), "No part named price"),
            (("auth.Group", "--user", "merchant", "--filter", "colour=red"), "cannot be chosen"),
            (("auth.Group", "--user", "merchant", "--filter", "name"), "field=value"),
            (("auth.Group", "--user", "merchant", "--limit", "1", "--filter", "name=none"), "Nothing was selected"),
            (("auth.Group", "--user", "merchant", "--yes", "--limit", "0"), "1 or more"),
            (("auth.Group", "--user", "merchant", "--yes", "--cap", "-1"), "1 or more"),
            (("5f0e7e9e-6a43-4a1c-9a54-3a3f2f0e7d11",), "There is no run"),
        ],
    )
    def test_says_what_is_wrong(self, given: tuple[str, ...], words: str) -> None:
        assert words in refusal(*given)
        assert not Run.objects.exists()

    def test_of_a_run_whose_person_is_gone(self, merchant: Any, django_user_model: Any) -> None:
        [run] = prepare(merchant, TASK, on_the_shelf())
        merchant.delete()
        assert "--user" in refusal(str(run.reference))

    def test_of_somebody_without_the_right(self, django_user_model: Any) -> None:
        django_user_model.objects.create_user("intern")
        assert "not_permitted" in refusal("auth.Group", "1000", "--user", "intern", "--yes")
