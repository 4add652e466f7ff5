"""What is said on every page about units that run out: at 75, 90 and 100 per cent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shareai_cms import topups
from shareai_cms.metering import Allowance
from shareai_cms.models import SiteAccount
from shareai_cms.topups.levels import NONE


@dataclass(frozen=True, kw_only=True)
class Banner:
    """A sentence about one meter of one account; ``level`` is one of ``shareai_cms.topups.levels``."""

    level: str
    text: str

    @property
    def is_over(self) -> bool:
        return self.level == NONE


def banners(account: SiteAccount, items: Iterable[Allowance]) -> tuple[Banner, ...]:
    """One for each meter that nears its end."""
    found = ((topups.level_of(item), item) for item in items)
    return tuple(Banner(level=level, text=topups.banner_text(item, account)) for level, item in found if level)
