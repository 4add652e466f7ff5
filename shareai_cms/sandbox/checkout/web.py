"""The buyer's side: the payment page, what its buttons do, and the receipt. No fault ever reaches it."""

from __future__ import annotations

from urllib.parse import parse_qs

from ..faults import CannedReply, RefusedError
from .desk import Desk
from .pages import HEADERS, missing_page, payment_page, receipt_page, state_page
from .sessions import PAY_PATH, RECEIPT_PATH, Session

WEB = "/checkout/"
HTML_TYPE = "text/html; charset=utf-8"
DECLINED = "The card was declined. Nothing was charged; try again."


def answer_page(desk: Desk, method: str, path: str, raw: bytes) -> CannedReply:
    """The page at an address below ``WEB``; ``raw`` is the form of a POST."""
    for start in (PAY_PATH, RECEIPT_PATH):
        session = _find(desk, path.removeprefix(start)) if path.startswith(start) else None
        if session is not None:
            if start == RECEIPT_PATH:
                return _receipt(session)
            return _press(desk, session, _action(raw)) if method == "POST" else _page(200, _shown(session))
    return _page(404, missing_page("There is no such page", "Start again on the site that sent you here."))


def _receipt(session: Session) -> CannedReply:
    if session.is_paid:
        return _page(200, receipt_page(session))
    return _page(404, missing_page("There is no receipt", "This has not been paid."))


def _press(desk: Desk, session: Session, action: str) -> CannedReply:
    """What one of the buttons does, where the session still is open when it gets there."""
    if not session.is_open:
        return _page(409, state_page(session))
    match action:
        case "pay" | "pay_later" | "pay_and_close":
            return _pay(desk, session, action)
        case "fail":
            return _page(200, payment_page(session, message=DECLINED))
        case "cancel":
            return _redirect(session.cancel_url)
    return _page(400, payment_page(session, message="There is no such button."))


def _pay(desk: Desk, session: Session, action: str) -> CannedReply:
    try:
        paid = desk.act(session.id, "pay_later" if action == "pay_later" else "pay")
    except RefusedError:
        # A second click has overtaken this one.
        return _page(409, state_page(desk.session(session.id)))
    if action == "pay_and_close":
        return _page(200, state_page(paid, is_closing=True))
    return _redirect(paid.success_url)


def _find(desk: Desk, identity: str) -> Session | None:
    try:
        return desk.session(identity)
    except RefusedError:
        return None


def _shown(session: Session) -> str:
    return payment_page(session) if session.is_open else state_page(session)


def _action(raw: bytes) -> str:
    fields = parse_qs(raw[:1000].decode("ascii", "replace"))
    return fields.get("action", [""])[0]


def _redirect(address: str) -> CannedReply:
    return CannedReply(status=303, body=b"", content_type=HTML_TYPE, headers={"Location": address, **HEADERS})


def _page(status: int, html: str) -> CannedReply:
    return CannedReply(status=status, body=html.encode(), content_type=HTML_TYPE, headers=HEADERS)
