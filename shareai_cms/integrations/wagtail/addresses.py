"""A live site at another address: what its managers are asked, and what becomes of their answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from shareai_cms import metering
from shareai_cms.conf import conf
from shareai_cms.errors import InvalidRequest
from shareai_cms.models import SiteAccount

MOVED, COPY, ORIGINAL = "moved", "copy", "original"
_ANSWERS: dict[str, Callable[[SiteAccount, str], bool]] = {
    MOVED: metering.declare_moved,
    COPY: metering.declare_copy,
    ORIGINAL: metering.declare_original,
}


@dataclass(frozen=True, kw_only=True)
class AddressQuestion:
    """Has the site moved, or is this a copy?"""

    #: The reference of the account that is asked about.
    site: str
    old: str
    new: str
    #: Whether this person may say.
    may_answer: bool

    @classmethod
    def about(cls, account: SiteAccount, address: str, *, may_answer: bool = True) -> Self | None:
        """None where there is nothing to ask: the address is as before, or AI is not paused for another one here."""
        if account.environment != conf.environment or not metering.has_changed(account, address):
            return None
        return cls(site=account.reference, old=account.address, new=address, may_answer=may_answer)


def take_answer(account: SiteAccount, answer: str, *, among: tuple[str, ...] = (MOVED, COPY)) -> None:
    """Book what a manager says; raises ``InvalidRequest`` for what is no answer here."""
    if answer not in among:
        raise InvalidRequest(f"answer must be one of {', '.join(among)}")
    _ANSWERS[answer](account, metering.present_address(account))


def what_holds(account: SiteAccount) -> str:
    """What holds now, whoever was faster to say it."""
    if account.is_copy:
        text = _("%(site)s is a copy now and has no units of its own. The live site keeps all of its own.")
    else:
        text = _("%(site)s has moved. AI goes on with the units that it has.")
    return text % {"site": account}
