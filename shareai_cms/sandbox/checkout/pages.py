"""The pages that a buyer sees, as plain HTML: no script, no asset from elsewhere, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from .addresses import direction_of, host_of
from .money import format_money
from .sessions import Session

NOTICE = "Sandbox: nothing is charged"
#: Whom the buyer pays here, as the order says it, whatever site they come from.
SELLER = "<strong>ShareAI</strong>"
STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    # No form-action: browsers apply it to where a form's answer leads as well, which is the seller's site.
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_ICONS = {
    "good": "<path d='m5 12.5 4.5 4.5L19 7.5'/>",
    "wait": "<path d='M12 7v5l3.5 2'/><circle cx='12' cy='12' r='9'/>",
    "bad": "<path d='M12 7v6m0 4h.01'/><circle cx='12' cy='12' r='9'/>",
}


def payment_page(session: Session, *, message: str = "") -> str:
    total = format_money(session.amount_total, session.currency)
    alert = f'<p class="message" role="alert">{escape(message)}</p>' if message else ""
    body = f"""
<div class="card">
  {alert}
  <p class="seller">Pay {SELLER}</p>
  <h1 class="sum"><bdi>{total}</bdi></h1>
  {_items(session)}
  <form method="post">
    <button class="main" name="action" value="pay">Pay <bdi>{total}</bdi></button>
    <button name="action" value="pay_later" aria-describedby="later">Pay by bank transfer</button>
    <p class="hint" id="later">Its money arrives later; until then the payment is pending.</p>
    <div class="ways" role="group" aria-labelledby="ways">
      <h2 id="ways">Try what goes wrong</h2>
      <button name="action" value="fail">Use a card that is declined</button>
      <button name="action" value="pay_and_close">Pay, then lose the browser</button>
    </div>
    <button class="quiet" name="action" value="cancel">Cancel and go back</button>
  </form>
</div>
<footer><p>{_from(session)} · Reference <bdi>{escape(session.client_reference_id)}</bdi></p></footer>"""
    return _document(session, f"Pay {total}", body)


def state_page(session: Session, *, is_closing: bool = False) -> str:
    """What has become of a session that can no longer be paid, or just was."""
    kind, title, text = _told(session, is_closing=is_closing)
    receipt = f'<a class="button" href="{escape(session.receipt_url)}">Show the receipt</a>' if session.is_paid else ""
    address = session.success_url if session.status == "complete" else session.cancel_url
    back = "" if is_closing else f'<a class="button main" href="{escape(address)}">Back to the site</a>'
    body = f"""
<div class="card">
  {_icon(kind)}
  <p class="seller">{SELLER} · <bdi>{format_money(session.amount_total, session.currency)}</bdi></p>
  <h1>{title}</h1>
  <p>{text}</p>
  <div class="after">{back}{receipt}</div>
</div>"""
    return _document(session, title, body)


def receipt_page(session: Session) -> str:
    date = datetime.fromtimestamp(session.created, UTC).date().isoformat()
    body = f"""
<div class="card">
  <p class="seller">{SELLER}</p>
  <h1>Receipt</h1>
  <dl>
    <dt>Reference</dt><dd><bdi>{escape(session.client_reference_id)}</bdi></dd>
    <dt>Payment</dt><dd><bdi>{session.id}</bdi></dd>
    <dt>Ordered at</dt><dd><bdi>{escape(host_of(session.success_url))}</bdi></dd>
    <dt>Date</dt><dd><time datetime="{date}">{date}</time></dd>
  </dl>
  {_items(session)}
  <p class="hint">This receipt comes from a sandbox. No money has changed hands, and it is no invoice.</p>
</div>"""
    return _document(session, "Receipt", body)


def missing_page(title: str, text: str) -> str:
    body = f'<div class="card">{_icon("bad")}<h1>{title}</h1><p>{text}</p></div>'
    return _document(None, title, body)


def _told(session: Session, *, is_closing: bool) -> tuple[str, str, str]:
    match session.status, session.payment_status:
        case _, "paid" if is_closing:
            return (
                "good",
                "You can close this tab",
                "It is paid, and the site was told although you never went back.",
            )
        case _, "paid":
            return "good", "This is paid", "There is nothing more to do here."
        case _, "pending":
            return "wait", "The payment is on its way", "The site is told as soon as it arrives."
        case _, "failed":
            return "bad", "The payment has failed", "Nothing was charged. Start again on the site."
        case "expired", _:
            return "bad", "This page has expired", "Nothing was charged. Start again on the site."
    return "wait", "This is still to be paid", "Nothing was charged so far."


def _from(session: Session) -> str:
    return f"Ordered at <bdi>{escape(host_of(session.success_url))}</bdi>"


def _items(session: Session) -> str:
    rows = "".join(
        f'<tr><th scope="row"><bdi>{escape(item.name)}</bdi>{_each(item.quantity, item.amount, session.currency)}</th>'
        f"<td><bdi>{format_money(item.total, session.currency)}</bdi></td></tr>"
        for item in session.line_items
    )
    total = format_money(session.amount_total, session.currency)
    foot = f'<tr><th scope="row">Total</th><td><bdi>{total}</bdi></td></tr>'
    return f"<table><tbody>{rows}</tbody><tfoot>{foot}</tfoot></table>"


def _each(quantity: int, amount: int, currency: str) -> str:
    if quantity == 1:
        return ""
    return f'<span class="each"><bdi>{quantity:,} × {format_money(amount, currency)}</bdi></span>'


def _icon(kind: str) -> str:
    return f'<div class="mark {kind}"><svg viewBox="0 0 24 24" aria-hidden="true">{_ICONS[kind]}</svg></div>'


def _document(session: Session | None, title: str, body: str) -> str:
    locale = session.locale if session else "en"
    # The texts are English whatever the locale is, and a screen reader must not read them as something else.
    return f"""<!DOCTYPE html>
<html lang="{escape(locale)}" dir="{direction_of(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)} – {NOTICE}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body lang="en">
<header class="notice">{NOTICE}</header>
<main>{body}</main>
</body>
</html>
"""
