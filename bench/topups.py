"""From a payment to the new balance on the buyer's page: ``python -m bench.topups``.

The demo site behind a real server and the sandbox's checkout, each in a process of its own. The clock starts
before the payment is confirmed at the checkout and stops when the order's page says the new balance: once
told by the checkout's message alone, and once, with all messages lost, by the page that the buyer returns to.
"""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

import requests

from tests.browser.preparation import prepared_demo
from tests.demo.process import PASSWORD, DemoProcess

PURCHASES = 12
#: Between two looks at the order's page, in seconds: far more often than the page itself looks.
LOOK_EVERY = 0.01
PATIENCE = 20.0


class Buyer:
    """Somebody who may buy, with a session like a browser's."""

    def __init__(self, demo: DemoProcess) -> None:
        self.demo = demo
        self.session = requests.Session()
        self.session.trust_env = False
        page = self.session.get(demo.login_url).text
        form = {"username": "manager", "password": PASSWORD, "csrfmiddlewaretoken": field(page, "csrfmiddlewaretoken")}
        self.session.post(demo.login_url, data=form, headers={"Referer": demo.login_url}).raise_for_status()
        self.bundle = self._first_bundle()

    def _first_bundle(self) -> str:
        page = self.session.get(f"{self.demo.url}/admin/shareai/topups/").text
        return re.findall(r'href="(/admin/shareai/topups/\d+/[^"]*)"', page)[0].replace("&amp;", "&")

    def order(self) -> tuple[str, str]:
        """An order whose payment page is open: its number, and the checkout's session."""
        address = f"{self.demo.url}{self.bundle}"
        page = self.session.get(address).text
        names = ("csrfmiddlewaretoken", "key", "version", "account", "next")
        form = {name: field(page, name) for name in names if f'name="{name}"' in page}
        answer = self.session.post(address, data=form, headers={"Referer": address}, allow_redirects=False)
        session = answer.headers["Location"].rstrip("/").rsplit("/", 1)[1]
        return str(self.demo.sandbox.session(session)["client_reference_id"]), session

    def seconds_to_balance(self, *, is_told: bool) -> float:
        number, session = self.order()
        page = f"{self.demo.url}/admin/shareai/orders/{number}/"
        self.demo.sandbox.webhooks("on" if is_told else "off")
        began = time.perf_counter()
        self.demo.sandbox.checkout(session, "pay")
        if not is_told:
            self.session.get(f"{page}?back=1").raise_for_status()
        while time.perf_counter() - began < PATIENCE:
            seen: dict[str, Any] = self.session.get(f"{page}status/").json()
            if seen["state"] == "fulfilled" and seen["balance"]:
                return time.perf_counter() - began
            time.sleep(LOOK_EVERY)
        raise RuntimeError(f"Order {number} is still {seen['state']} after {PATIENCE:g} s")


def field(page: str, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', tag[0]) if tag else None
    return value[1] if value else ""


def main() -> dict[str, Any]:
    """Run the bench and return its figures; times are milliseconds."""
    figures: dict[str, Any] = {}
    with prepared_demo() as demo:
        buyer = Buyer(demo)
        buyer.seconds_to_balance(is_told=True)  # the first one loads the code
        for name, is_told in (("by_message", True), ("by_return", False)):
            taken = [buyer.seconds_to_balance(is_told=is_told) * 1000 for _ in range(PURCHASES)]
            figures[f"{name}_p50"], figures[f"{name}_slowest"] = statistics.median(taken), max(taken)
    for name, value in figures.items():
        print(f"paid to visible balance, {name:20} {value:8.0f} ms")
    return figures


if __name__ == "__main__":
    main()
