"""No payment page of ours: a link to where units are paid for, and an operator who confirms the payment."""

from __future__ import annotations

from shareai_cms.conf import conf
from shareai_cms.models import Order, SiteAccount
from shareai_cms.topups.providers.base import BaseProvider, CheckoutRequest, CheckoutSession, News


def where_to_pay(account: SiteAccount) -> str:
    """The address to send a buyer to; empty where the buyer and the seller have agreed on another way.

    ShareAI's own billing page is for who pays ShareAI: not for an agency's clients, and for nobody on the sandbox.
    """
    is_shareai = account.payer == SiteAccount.Payer.CLIENT and not conf.is_sandbox
    return conf.topup_url if conf.has_own_topup_url or is_shareai else ""


class Provider(BaseProvider):
    """The order waits until somebody who manages AI on all sites enters the payment's reference."""

    slug = "manual"
    is_hosted = False

    def start(self, request: CheckoutRequest) -> CheckoutSession:
        return CheckoutSession(ref="", url=where_to_pay(request.account))

    def look_up(self, order: Order) -> News:
        # Nobody can be asked: the operator's word is the only news.
        return News(number=order.number)
