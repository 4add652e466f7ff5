"""Where buying and asking are offered, the way back to what was refused, and units that arrive meanwhile."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import Complaints, Open
from tests.browser.editor import GUIDE, HOUSE, Editor, Panel, body_of
from tests.browser.shortage import Shortage, offer, way_back
from tests.browser.test_access import serious
from tests.browser.test_side_panel import opened

KEPT = "() => JSON.parse(sessionStorage.getItem('shareai:refused'))"


@pytest.fixture
def manager(editors: Open) -> Editor:
    """A window of somebody who may buy."""
    return editors("manager")


class TestWhereItIsOffered:
    def test_a_refusal_offers_it_and_the_way_back_leads_to_the_refused_action(self, manager: Editor) -> None:
        shortage = Shortage(manager, left=1)
        manager.open_page(GUIDE, autosaves=True)
        manager.wait_for_watching()
        panel = manager.panel("Section: Text", 1)
        error = {"code": "allowance_exhausted", "sentence": "There are not enough units.", "remedy": "Buy more."}
        manager.page.route("**/shareai/actions/**", lambda route: route.fulfill(status=402, json={"error": error}))
        panel.start("Simplify")
        expect(panel.notice).to_contain_text("not enough units")
        assert serious(manager) == []
        offer(panel).click()
        way_back(manager)
        kept = manager.page.evaluate(KEPT)
        assert (kept["slug"], kept["route"]) == ("simplify", "standard")
        assert set(kept) == {"path", "field", "slug", "route", "at"}
        assert set(kept["field"]) == {"ids", "name"}
        manager.page.unroute("**/shareai/actions/**")
        shortage.leave(21, 70)
        run: list[Request] = []
        manager.page.on("request", lambda request: "/actions/" in request.url and run.append(request))
        manager.page.goto(f"{manager.demo.url}{kept['path']}")
        again = Panel(manager, manager.button("Section: Text", 1))
        expect(again.button).to_have_attribute("aria-expanded", "true")
        expect(again.action("Simplify")).to_be_focused()
        expect(again.action("Simplify")).to_be_in_viewport()
        expect(again.units).to_contain_text("21 of 70")
        expect(manager.announced()).to_have_text("21 of 70 writing actions left")
        assert run == []
        assert manager.page.evaluate(KEPT) is None
        manager.page.keyboard.press("Enter")
        expect(again.control("Accept")).to_be_visible()
        assert body_of(run[0])["target"]["path"] == kept["field"]["name"]

    def test_few_left(self, manager: Editor) -> None:
        Shortage(manager, left=4)
        manager.open_page(HOUSE)
        panel = manager.panel("Teaser")
        expect(panel.units).to_contain_text("Few are left")
        expect(offer(panel)).to_have_count(1)

    def test_the_side_panel(self, manager: Editor, complaints: Complaints) -> None:
        complaints.expected += ["Applying inline style"]  # by axe
        shortage = Shortage(manager, left=0)
        manager.open_page(HOUSE, autosaves=True)
        manager.wait_for_watching()
        side = opened(manager)
        expect(side).to_contain_text("There are no units left")
        assert serious(manager) == []
        shortage.leave(50, 100)
        offer(side).click(modifiers=["Control"])
        manager.page.bring_to_front()
        expect(side).to_contain_text("50 of 100")
        expect(side).not_to_contain_text("There are no units left")
        shortage.leave(0, 50)
        manager.open_page(HOUSE, autosaves=True)
        offer(side).click()
        way_back(manager)


class TestUnitsThatArrive:
    def test_are_asked_for_only_where_they_are_few_and_only_now_and_then(self, manager: Editor) -> None:
        shortage = Shortage(manager, left=40)
        manager.open_page(HOUSE)
        panel = manager.panel("Teaser")
        come_back = "() => window.dispatchEvent(new Event('focus'))"
        manager.page.evaluate(come_back)
        manager.page.wait_for_timeout(500)
        assert shortage.asked == 1
        manager.page.evaluate("() => (shareai.config.allowance.left = 4)")
        for _ in range(5):
            manager.page.evaluate(come_back)
        expect(panel.units).to_contain_text("40 of 50")
        assert shortage.asked == 2

    def test_a_refused_action_can_be_clicked_without_a_reload(self, manager: Editor) -> None:
        shortage = Shortage(manager, left=1)
        manager.open_page(HOUSE)
        panel = manager.panel("Teaser")
        error = {"code": "allowance_exhausted", "sentence": "There are not enough units.", "remedy": "Buy more."}
        manager.page.route("**/shareai/actions/**", lambda route: route.fulfill(status=402, json={"error": error}))
        panel.start("Rewrite")
        expect(offer(panel)).to_be_visible()
        manager.page.unroute("**/shareai/actions/**")
        shortage.leave(20, 70)
        offer(panel).click(modifiers=["Control"])
        manager.page.bring_to_front()
        expect(panel.action("Rewrite")).to_be_focused()
        panel.run("Rewrite")


class TestAskingForMore:
    def test_who_may_not_buy_asks_once(self, editor: Editor) -> None:
        asked: list[Request] = []

        def answer(route: Route) -> None:
            asked.append(route.request)
            route.fulfill(json={"state": "sent", "text": "Ida Marlow was asked by mail."})

        Shortage(editor, left=0, topup_url="", ask_url="/admin/shareai/ask/?account=1")
        editor.page.route("**/shareai/ask/**", answer)
        editor.open_page(HOUSE)
        panel = editor.panel("Teaser")
        panel.control("Ask for more").dblclick()
        expect(panel.notice).to_contain_text("Ida Marlow was asked by mail.")
        expect(editor.announced()).to_have_text("Ida Marlow was asked by mail.")
        expect(panel.control("Ask for more")).to_be_disabled()
        other = editor.panel("Title")
        expect(other.control("Ask for more")).to_be_disabled()
        assert len(asked) == 1
        assert asked[0].method == "POST"
        assert asked[0].headers["x-csrftoken"]

    def test_who_was_signed_out_is_not_told_of_the_connection(self, editor: Editor) -> None:
        Shortage(editor, left=0, topup_url="", ask_url="/admin/shareai/ask/?account=1")
        editor.page.route("**/shareai/ask/**", lambda route: route.fulfill(status=403, body="<p>No.</p>"))
        editor.open_page(HOUSE)
        panel = editor.panel("Teaser")
        panel.control("Ask for more").click()
        expect(panel.notice).to_contain_text("You are signed out or may no longer do this. Reload the page.")

    def test_a_question_that_did_not_arrive_can_be_asked_again(self, editor: Editor) -> None:
        Shortage(editor, left=0, topup_url="", ask_url="/admin/shareai/ask/?account=1")
        editor.page.route("**/shareai/ask/**", lambda route: route.abort())
        editor.open_page(HOUSE)
        panel = editor.panel("Teaser")
        panel.control("Ask for more").click()
        expect(panel.notice).to_contain_text("Nobody could be asked.")
        expect(panel.control("Ask for more")).to_be_enabled()
        editor.page.unroute("**/shareai/ask/**")
        text = json.dumps({"state": "nobody", "text": "Nobody may buy here."})
        editor.page.route("**/shareai/ask/**", lambda route: route.fulfill(content_type="application/json", body=text))
        panel.control("Ask for more").click()
        expect(panel.notice).to_contain_text("Nobody may buy here.")
