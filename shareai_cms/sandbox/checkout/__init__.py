"""The checkout: sessions that are paid on the sandbox's own page, refunds, disputes, events and their webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .clock import Clock
from .desk import Desk
from .store import Store, default_path
from .webhooks import Courier

DEFAULT_SECRET = "whsec_sandbox"  # noqa: S105 - every sandbox has it, and says so in its help
DEFAULT_PAY_LATER_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class CheckoutOptions:
    state_file: Path | None = None
    """None for one in the temporary directory, for this user and port."""
    secrets: Sequence[str] = (DEFAULT_SECRET,)
    pay_later_seconds: float = DEFAULT_PAY_LATER_SECONDS


class Checkout:
    """Everything that lasts of the checkout; raises StateFileError where its file cannot be used."""

    def __init__(self, options: CheckoutOptions, *, port: int) -> None:
        self.store = Store(options.state_file or default_path(port))
        self.courier = Courier(self.store, options.secrets)
        self.clock = Clock(lambda: self.desk.next_due())
        self.desk = Desk(
            self.store,
            pay_later_seconds=options.pay_later_seconds,
            notify=self.courier.wake,
            on_wait=self.clock.nudge,
        )
        self.clock.start()
        self.courier.resume()

    def close(self) -> None:
        self.clock.close()
        self.courier.close()
