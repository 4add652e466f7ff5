from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.pages.edit import EditView

from shareai_cms import metering
from shareai_cms.catalog import registry
from shareai_cms.integrations.wagtail import accounts, patches
from shareai_cms.integrations.wagtail.side_panel import AISidePanel, AISidePanelMixin, with_ai_panel
from shareai_cms.models import SiteAccount, Suggestion, Usage
from tests.demo.models import Product
from tests.integrations.wagtail.conftest import person, signed_in
from tests.integrations.wagtail.test_config import edit
from tests.integrations.wagtail.test_hooks import html

MARK, PAST = "data-shareai-side", "/admin/shareai/history/"


def account_of(site: Any) -> SiteAccount:
    return accounts.open_account(accounts.reference_of(site))


def used(account: SiteAccount, obj: Any, number: int = 1, **fields: Any) -> list[Usage]:
    """Rows as the ledger leaves them, each a minute older than the one before."""
    now, start = timezone.now(), Usage.objects.count()
    rows = [
        Usage(
            **{
                "account": account, "wallet": account.wallet, "key": f"key-{start + each}", "fingerprint": "0" * 64,
                "state": "settled", "outcome": "delivered", "meter": "writing", "units": 1, "deadline": now,
                "created_at": now - timezone.timedelta(minutes=each), "actor_kind": "user", "actor_ref": "1",
                "actor_label": "Jonas Thede", "feature": "rewrite", "object_type": obj._meta.label_lower,
                "object_ref": str(obj.pk), "field": "teaser", **fields,
            }
        )
        for each in range(number)
    ]  # fmt: skip
    return Usage.objects.bulk_create(rows)


def past(user: User, path: str, **query: Any) -> Any:
    return signed_in(user).get(PAST, {"path": path, **query})


class TestEditors:
    def test_pages_and_snippets_have_it(self, sites: SimpleNamespace, editor: User, product: Product) -> None:
        client = signed_in(editor)
        for path in (
            edit(sites.guide),
            f"/admin/pages/add/demo/guidepage/{sites.index.pk}/",
            f"/admin/snippets/demo/product/edit/{product.pk}/",
            "/admin/snippets/demo/product/add/",
        ):
            page = html(client, path)
            assert page.count(MARK) == 1, path
            assert page.count('data-side-panel-toggle="shareai"') == 1

    def test_but_not_for_people_without_ai(self, sites: SimpleNamespace, intern: User) -> None:
        assert MARK not in html(signed_in(intern), edit(sites.guide))

    def test_nor_on_a_site_that_they_may_not_use_it_for(self, sites: SimpleNamespace) -> None:
        seller = person("seller", ai=("use",), account=account_of(sites.shop_site))
        assert MARK not in html(signed_in(seller), edit(sites.guide))
        assert MARK in html(signed_in(seller), edit(sites.shop))

    def test_it_costs_the_editor_few_queries(self, sites: SimpleNamespace, editor: User, intern: User) -> None:
        client = signed_in(editor)
        html(client, edit(sites.info))
        with CaptureQueriesContext(connection) as queries:
            html(client, edit(sites.info))
        ours = [query for query in queries if "shareai" in query["sql"]]
        assert len(ours) <= 2

    def test_autosave_gets_only_what_it_changes(self, sites: SimpleNamespace, editor: User) -> None:
        panels: list[Any] = []
        view = SimpleNamespace(form=SimpleNamespace(instance=sites.guide), request=SimpleNamespace(user=editor))
        for name in ("expects_json_response", "hydrate_create_view"):
            assert with_ai_panel(SimpleNamespace(**vars(view), **{name: True}), panels) == []
        request = SimpleNamespace(user=editor, session={})
        assert len(with_ai_panel(SimpleNamespace(form=view.form, request=request), panels)) == 1

    def test_without_our_tables_the_editor_opens_all_the_same(
        self, sites: SimpleNamespace, editor: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(SiteAccount._meta, "db_table", "not_migrated_yet")
        assert MARK not in html(signed_in(editor), edit(sites.guide))


class TestViewsOfOnesOwn:
    def test_the_wrap_happens_once(self) -> None:
        before = EditView.get_side_panels
        patches.install()
        assert EditView.get_side_panels is before

    def test_a_view_that_replaces_the_panels_may_ask_for_ours(self, sites: SimpleNamespace, editor: User) -> None:
        class Replaced:
            form = SimpleNamespace(instance=sites.guide)
            request = SimpleNamespace(user=editor, session={})

            def get_side_panels(self) -> list[Any]:
                return [BaseSidePanel(sites.guide, self.request)]

        class View(AISidePanelMixin, Replaced):
            pass

        panels = View().get_side_panels()
        assert [type(panel) for panel in panels] == [BaseSidePanel, AISidePanel]
        assert with_ai_panel(View(), panels) == panels
        assert len(panels) == 2


class TestPast:
    def test_who_did_what_where_and_what_became_of_it(self, sites: SimpleNamespace, editor: User) -> None:
        account = account_of(sites.press_site)
        accepted, dropped, open_one = used(account, sites.guide, 3)
        Suggestion.objects.create(usage=accepted, result={}, state="accepted")
        Suggestion.objects.create(usage=dropped, result={}, state="discarded")
        Suggestion.objects.create(usage=open_one, result={})
        page = past(editor, edit(sites.guide)).content.decode()
        assert page.index("Accepted") < page.index("Discarded") < page.index("Not decided")
        for words in ("Rewrite", "Teaser", "Jonas Thede", "1 writing action", "just now"):
            assert words in page

    def test_what_was_not_counted_says_why(self, sites: SimpleNamespace, editor: User) -> None:
        account = account_of(sites.press_site)
        used(account, sites.guide, state="released", outcome="failed")
        used(account, sites.guide, state="expired", outcome="outcome_unknown")
        used(account, sites.guide, state="held", outcome="", feature="of-yesterday")
        page = past(editor, edit(sites.guide)).content.decode()
        for words in ("Not counted: failed", "Not counted: outcome unknown", "Running", "of-yesterday"):
            assert words in page
        assert "writing action" not in page

    def test_what_was_stopped_after_its_first_words_was_counted(self, sites: SimpleNamespace, editor: User) -> None:
        used(account_of(sites.press_site), sites.guide, outcome="cancelled")
        page = past(editor, edit(sites.guide)).content.decode()
        assert "Stopped before the end · 1 writing action" in page

    def test_names_of_people_and_fields_stay_words(self, sites: SimpleNamespace, editor: User) -> None:
        used(account_of(sites.press_site), sites.guide, actor_label="<script>x</script>", field="<b>")
        page = past(editor, edit(sites.guide)).content.decode()
        assert "<script" not in page
        assert "<b>" not in page

    @pytest.mark.parametrize(
        ("field", "label"),
        [
            ("body-3-value-cards-0-value-title", "Body: title"),
            ("stops-0-note", "Stops along the way: note"),
            ("gone-1", "Gone"),
        ],
    )
    def test_places_inside_streams_and_forms_have_names(
        self, sites: SimpleNamespace, editor: User, field: str, label: str
    ) -> None:
        used(account_of(sites.press_site), sites.guide, field=field)
        assert label in past(editor, edit(sites.guide)).content.decode()

    def test_twenty_at_a_time(self, sites: SimpleNamespace, editor: User) -> None:
        used(account_of(sites.press_site), sites.guide, 45)
        client, counts = signed_in(editor), []
        for number, more in (("1", True), ("2", True), ("3", False), ("", True), ("x", True), ("99999999", True)):
            page = client.get(PAST, {"path": edit(sites.guide), "page": number}).content.decode()
            counts.append(page.count("<li>"))
            assert ("Show earlier actions" in page) is more
        assert counts == [20, 20, 5, 20, 20, 20]

    def test_many_rows_take_no_more_queries(self, sites: SimpleNamespace, editor: User) -> None:
        client, counts = signed_in(editor), []
        client.get(PAST, {"path": edit(sites.guide)})
        for number in (1, 40):
            used(account_of(sites.press_site), sites.guide, number)
            with CaptureQueriesContext(connection) as queries:
                client.get(PAST, {"path": edit(sites.guide)})
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_other_objects_and_other_sites_are_left_out(
        self, sites: SimpleNamespace, product: Product, editor: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Without a declaration, which would say whose it is.
        monkeypatch.setattr(registry, "_registered", {})
        press, shop = account_of(sites.press_site), account_of(sites.shop_site)
        used(press, sites.info)
        used(shop, product, actor_label="Somebody else")
        used(press, product)
        assert "AI has not been used here yet." in past(editor, edit(sites.guide)).content.decode()
        printer = person("printer", ai=("use",), account=press)
        page = past(printer, f"/admin/snippets/demo/product/edit/{product.pk}/").content.decode()
        assert "Jonas Thede" in page
        assert "Somebody else" not in page

    def test_what_is_not_saved_has_none(self, sites: SimpleNamespace, editor: User) -> None:
        path = f"/admin/pages/add/demo/guidepage/{sites.index.pk}/"
        assert "AI has not been used here yet." in past(editor, path).content.decode()

    @pytest.mark.parametrize("path", ["", "/nonsense/", "/admin/pages/999999/edit/"])
    def test_where_there_is_no_form(self, sites: SimpleNamespace, editor: User, path: str) -> None:
        assert past(editor, path).status_code in (302, 403)

    def test_it_is_for_people_who_may_use_ai_there(self, sites: SimpleNamespace, intern: User) -> None:
        used(account_of(sites.press_site), sites.guide)
        seller = person("seller", ai=("use",), account=account_of(sites.shop_site))
        reader = person("reader", ai=("use",), edits=False)
        for user in (intern, seller, reader):
            response = past(user, edit(sites.guide))
            assert "Jonas Thede" not in response.content.decode()
            assert response.status_code in (302, 403)
        assert metering.find_account("wagtail", str(sites.press_site.pk))
