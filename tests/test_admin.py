"""Operators edit plans, rights and budgets; they read the ledger and never see a key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shareai_cms.admin import ReadOnly
from shareai_cms.metering import NEVER, allowance_of, grant, open_account
from shareai_cms.models import (
    AccountPermission,
    Alert,
    Balance,
    Budget,
    BudgetAllocation,
    BudgetUse,
    Bundle,
    BundleUnits,
    Embedding,
    Feed,
    Generation,
    Grant,
    IndexJob,
    Letter,
    Order,
    OrderAdjustment,
    OrderUnits,
    Passage,
    PaymentEvent,
    Plan,
    PlanAllowance,
    QueryVector,
    SearchClock,
    SearchDocument,
    SearchLog,
    SiteAccount,
    Suggestion,
    Usage,
    UsageAllocation,
    Wallet,
)
from shareai_cms.models.reports import RollUp, UsageDay, UsagePerson

pytestmark = pytest.mark.django_db(transaction=True)

SEARCH = (Embedding, Generation, IndexJob, Passage, QueryVector, SearchClock, SearchDocument, SearchLog)
SOLD_OR_SOUGHT = (Order, OrderAdjustment, PaymentEvent, Feed, Alert, Letter, *SEARCH)
LEDGER = (
    Balance,
    Grant,
    Usage,
    UsageAllocation,
    BudgetUse,
    BudgetAllocation,
    Suggestion,
    OrderUnits,
    *SOLD_OR_SOUGHT,
    *SEARCH,
)
LISTED = (
    AccountPermission,
    Budget,
    BudgetUse,
    Bundle,
    Grant,
    Plan,
    SiteAccount,
    Suggestion,
    Usage,
    Wallet,
    *SOLD_OR_SOUGHT,
    *SEARCH,
)
SECRET = "gAAAAAB-never-shown"
TEXT = "The harbour at dawn"


def inlines() -> dict[type[models.Model], Any]:
    found = {}
    for registered in admin.site._registry.values():
        for inline in registered.inlines:
            if inline.model._meta.app_label == "shareai_cms":
                found[inline.model] = inline
    return found


def url(row: models.Model, what: str) -> str:
    return reverse(f"admin:shareai_cms_{row._meta.model_name}_{what}", args=[row.pk])


@pytest.fixture
def operator(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def account() -> SiteAccount:
    account = open_account(platform="wagtail", reference="1", label="Harbour Press")
    SiteAccount.objects.filter(pk=account.pk).update(encrypted_key=SECRET)
    allowance_of(account, "writing")
    grant(account.wallet, "writing", 5, kind=Grant.Kind.PROMO, source_ref="gift:1", expires_at=NEVER)
    account.refresh_from_db()
    return account


def sold(account: SiteAccount) -> list[models.Model]:
    """A row of each table of buying; what must not be shown is the text or the secret."""
    now = timezone.now()
    bundle = Bundle.objects.create(name="Large", price_minor=900, currency="EUR")
    order = Order.objects.create(
        number="SA-AAAAA-AAAAA",
        account=account,
        wallet=account.wallet,
        bundle=bundle,
        key=SECRET,
        checkout_url=f"https://pay.example/{SECRET}",
        price_minor=900,
        currency="EUR",
        buyer_kind="user",
        buyer_ref="1",
        created_at=now,
    )
    refund = {"kind": "refund", "status": "open", "amount_minor": 1, "as_of": now, "created_at": now}
    letter = {"kind": "paid", "to": f"{SECRET}@x.example", "facts": {"text": TEXT}, "created_at": now}
    return [
        bundle,
        order,
        BundleUnits.objects.create(bundle=bundle, meter="writing", units=500),
        OrderUnits.objects.create(order=order, meter="writing", units=500),
        OrderAdjustment.objects.create(order=order, provider_ref="re", **refund),
        PaymentEvent.objects.create(provider="shareai", event_id="evt", type="paid", body=TEXT, received_at=now),
        Feed.objects.create(provider="shareai", last_event="evt"),
        Alert.objects.create(
            wallet=account.wallet, meter="writing", period_start=now, threshold=75, topups=0, created_at=now
        ),
        Letter.objects.create(reference="paid:1", **letter),
    ]


def indexed(account: SiteAccount) -> list[models.Model]:
    """A row of each table of search; what was searched for must not be shown."""
    now = timezone.now()
    generation = Generation.objects.create(model="m", dimensions=2, floor=0.3, state=Generation.State.ACTIVE)
    document = SearchDocument.objects.create(
        account=account, source="pages", object_type="demo.page", object_ref="7", ref_number=7, indexed_at=now
    )
    digest = {"digest": "d" * 64}
    return [
        generation,
        document,
        Passage.objects.create(document=document, position=0, text="Fog.", version=1, **digest),
        Embedding.objects.create(generation=generation, vector=b"12345678", **digest),
        IndexJob.objects.create(object_type="demo.page", object_ref="7", requested_at=now, not_before=now),
        QueryVector.objects.create(account=account, model="m", dimensions=2, used_at=now, **digest),
        SearchClock.objects.get_or_create(pk=1)[0],
        SearchLog.objects.create(
            account=account, created_at=now, text=TEXT, corrected=TEXT, surface="site", mode="keywords", results=1
        ),
    ]


@pytest.fixture
def rows(account: SiteAccount) -> dict[type[models.Model], models.Model]:
    """One row of every table."""
    now = timezone.now()
    wallet = account.wallet
    usage = Usage.objects.create(
        account=account,
        wallet=wallet,
        key="k",
        fingerprint="f",
        meter="writing",
        units=1,
        deadline=now + timedelta(hours=1),
        created_at=now,
        actor_kind="user",
        actor_ref="1",
        feature="rewrite",
        state=Usage.State.RELEASED,
    )
    paid = Grant.objects.first()
    budget = Budget.objects.create(wallet=wallet, meter="writing", scope="account", reference=account.pk, limit=3)
    use = BudgetUse.objects.create(budget=budget, period_start=now)
    group = Group.objects.create(name="Proofreaders")
    made = [
        usage,
        paid,
        budget,
        use,
        wallet,
        wallet.plan,
        account,
        Balance.objects.first(),
        UsageAllocation.objects.create(usage=usage, grant=paid, units=0),
        BudgetAllocation.objects.create(usage=usage, use=use, units=0),
        AccountPermission.objects.create(group=group, account=account, permission="use"),
        Suggestion.objects.create(usage=usage, result={"kind": "text", "text": TEXT}),
        PlanAllowance.objects.first(),
        *sold(account),
        *indexed(account),
    ]
    return {type(row): row for row in made if row is not None}


class TestEveryTable:
    def test_can_be_seen(self) -> None:
        # Roll-ups only repeat what the usage rows say, and are read in the report.
        ours = set(apps.get_app_config("shareai_cms").get_models()) - {RollUp, UsageDay, UsagePerson}
        assert ours == {model for model in admin.site._registry if model in ours} | set(inlines())

    def test_of_the_ledger_is_read_only(self) -> None:
        for model in LEDGER:
            assert isinstance(admin.site._registry.get(model), ReadOnly) or issubclass(inlines()[model], ReadOnly)

    @pytest.mark.parametrize("model", LISTED)
    def test_answers_and_shows_neither_key_nor_text(
        self, operator: Client, rows: dict[type[models.Model], models.Model], model: type[models.Model]
    ) -> None:
        listing = reverse(f"admin:shareai_cms_{model._meta.model_name}_changelist")
        for address in (listing, f"{listing}?q=harbour", url(rows[model], "change")):
            response = operator.get(address, follow=True)
            assert response.status_code == 200
            assert SECRET not in response.content.decode()
            assert TEXT not in response.content.decode()

    @pytest.mark.parametrize("model", [model for model in LEDGER if model in LISTED])
    def test_of_the_ledger_refuses_even_a_superuser(
        self, operator: Client, rows: dict[type[models.Model], models.Model], model: type[models.Model]
    ) -> None:
        row = rows[model]
        assert operator.get(reverse(f"admin:shareai_cms_{model._meta.model_name}_add")).status_code == 403
        assert operator.post(url(row, "change"), {}).status_code == 403
        assert operator.post(url(row, "delete"), {"post": "yes"}).status_code == 403
        listing = reverse(f"admin:shareai_cms_{model._meta.model_name}_changelist")
        operator.post(listing, {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
        assert model.objects.filter(pk=row.pk).exists()  # type: ignore[attr-defined]

    def test_of_accounts_and_wallets_keeps_its_rows(
        self, operator: Client, rows: dict[type[models.Model], models.Model]
    ) -> None:
        for model in (SiteAccount, Wallet):
            assert operator.post(url(rows[model], "delete"), {"post": "yes"}).status_code == 403


class TestAnAccount:
    def test_shows_its_voice_and_takes_no_more_than_fits(
        self, operator: Client, rows: dict[type[models.Model], models.Model]
    ) -> None:
        address = url(rows[SiteAccount], "change")
        form = operator.get(address).context["adminform"].form
        given = {name: value for name, value in form.initial.items() if value is not None}
        refused = operator.post(address, {**given, "voice": "x" * 2_001})
        assert "voice" in refused.context["adminform"].form.errors
        assert operator.post(address, {**given, "voice": "Say “quay”."}).status_code == 302
        assert SiteAccount.objects.get(pk=rows[SiteAccount].pk).voice == "Say “quay”."


def balances(count: int = 1) -> dict[str, int]:
    return {"balances-TOTAL_FORMS": 0, "balances-INITIAL_FORMS": 0}


class TestAPlan:
    def test_takes_declared_meters_only(self, operator: Client) -> None:
        def add(meter: str) -> Any:
            form = {
                "name": "Large",
                "slug": "large",
                "allowances-TOTAL_FORMS": 1,
                "allowances-INITIAL_FORMS": 0,
                "allowances-0-meter": meter,
                "allowances-0-units": 500,
            }
            return operator.post(reverse("admin:shareai_cms_plan_add"), form)

        assert add("writting").status_code == 200
        assert not Plan.objects.filter(slug="large").exists()
        assert add("writing").status_code == 302
        assert PlanAllowance.objects.get(plan__slug="large").units == 500


class TestABundle:
    def test_is_edited_with_its_contents(self, operator: Client) -> None:
        def add(meter: str, price: int = 900, currency: str = "EUR") -> Any:
            form = {
                "name": "Large",
                "price_minor": price,
                "currency": currency,
                "position": 0,
                "is_active": "on",
                "contents-TOTAL_FORMS": 1,
                "contents-INITIAL_FORMS": 0,
                "contents-0-meter": meter,
                "contents-0-units": 500,
            }
            return operator.post(reverse("admin:shareai_cms_bundle_add"), form)

        assert add("writting").status_code == 200
        # Nobody's units of it are counted, so nobody buys them.
        assert add("indexing").status_code == 200
        assert "such as EUR" in add("writing", currency="ZZZ").content.decode()
        assert add("writing", 0).status_code == 200
        assert not Bundle.objects.exists()
        assert add("writing").status_code == 302
        assert BundleUnits.objects.get(bundle__name="Large").units == 500
        assert "€9.00" in operator.get(reverse("admin:shareai_cms_bundle_changelist")).content.decode()


class TestAWallet:
    def form(self, wallet: Wallet, **changes: Any) -> dict[str, Any]:
        kept = {name: getattr(wallet, name) for name in ("client", "time_zone", "anchor_day", "status")}
        return {**kept, "plan": wallet.plan_id, **balances(), **changes}

    def test_gets_another_plan_from_its_next_period_on(self, operator: Client, account: SiteAccount) -> None:
        large = Plan.objects.create(slug="large", name="Large")
        PlanAllowance.objects.create(plan=large, meter="writing", units=500)
        PlanAllowance.objects.create(plan=large, meter="searches", units=9)
        response = operator.post(url(account.wallet, "change"), self.form(account.wallet, plan=large.pk))
        assert response.status_code == 302
        account = SiteAccount.objects.select_related("wallet__plan").get(pk=account.pk)
        assert account.wallet.plan == large
        assert allowance_of(account, "writing").left == 55
        assert allowance_of(account, "searches").left == 500, "the meter was first used after the change"

    def test_can_be_suspended(self, operator: Client, account: SiteAccount) -> None:
        operator.post(url(account.wallet, "change"), self.form(account.wallet, status="suspended"))
        account.wallet.refresh_from_db()
        assert account.wallet.status == Wallet.Status.SUSPENDED


class TestASiteAccount:
    def test_keeps_what_identifies_it_and_its_key(self, operator: Client, account: SiteAccount) -> None:
        form = {
            "client": "Harbour Group",
            "label": "Harbour",
            "status": "active",
            "payer": "agency",
            "wallet": account.wallet_id,
            "reference": "2",
            "environment": "production",
            "encrypted_key": "planted",
        }
        assert operator.post(url(account, "change"), form).status_code == 302
        account.refresh_from_db()
        assert (account.client, account.payer) == ("Harbour Group", "agency")
        assert (account.reference, account.environment, account.encrypted_key) == ("1", "sandbox", SECRET)
