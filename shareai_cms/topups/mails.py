"""What each mail says, made when it is sent, in its reader's language; one text and one HTML layout for all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

import django
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from shareai_cms.conf import conf
from shareai_cms.models import Letter

#: Seconds for each answer of the mail server, where ``EMAIL_TIMEOUT`` does not say.
TIMEOUT = 8


class OutOfDate(Exception):
    """What the mail was to say is no longer so; it is not sent."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail in words. Everything is plain text; the layouts escape it."""

    subject: str
    paragraphs: tuple[str, ...]
    #: A label and the lines beside it.
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: Addresses with what is to be read there, the main one first; those without an address are left out.
    links: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    #: Why the reader gets it.
    reason: str

    def context(self) -> dict[str, Any]:
        """For the two layouts."""
        known = [(label, url) for label, url in self.links if url]
        return {
            "subject": one_line(self.subject),
            "paragraphs": [text for text in self.paragraphs if text],
            "rows": [(label, lines) for label, given in self.rows if (lines := [line for line in given if line])],
            "button": known[0] if known else None,
            "links": known[1:],
            "notes": [text for text in (*self.notes, _sandbox_note()) if text],
            "reason": self.reason,
            "language": translation.get_language() or settings.LANGUAGE_CODE,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
        }


Composer = Callable[[Mapping[str, Any]], Mail]


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """The letter as it is sent."""
    with translation.override(letter.language or settings.LANGUAGE_CODE):
        context = composer_of(letter.kind)(letter.facts).context()
        text = render_to_string("shareai_cms/mail/mail.txt", context)
        html = render_to_string("shareai_cms/mail/mail.html", context)
    seller = one_line(conf.seller.get("email", ""))
    message = EmailMultiAlternatives(
        subject=context["subject"],
        body=text,
        to=[letter.to],
        reply_to=[seller] if seller else None,
        headers={"Message-ID": _message_id(letter), "Auto-Submitted": "auto-generated"},
        **_connection(),
    )
    message.attach_alternative(html, "text/html")
    return message


def composer_of(kind: str) -> Composer:
    """What makes a mail of that kind from its facts."""
    from shareai_cms.topups import mails_of_orders, mails_of_units

    composers: dict[str, Composer] = {
        "paid": mails_of_orders.paid,
        "failed": mails_of_orders.failed,
        "returned": mails_of_orders.returned,
        "threshold": mails_of_units.threshold,
        "wish": mails_of_units.wish,
    }
    return composers[kind]


def one_line(text: object) -> str:
    """A value that people typed, fit for a subject and for a line of its own."""
    return " ".join(str(text).split())


def buyer_reason() -> str:
    return _("You get this mail because you placed this order.")


def rights_reason() -> str:
    return _("You get this mail because you may buy top-ups or manage AI here.")


def _sandbox_note() -> str:
    return _("This comes from the sandbox. No money was moved.") if conf.is_sandbox else ""


def _connection() -> dict[str, Any]:
    """A mail server that hangs must not keep anybody long. From Django 6.1 on ``MAILERS`` alone says how long."""
    if django.VERSION >= (6, 1):
        return {}
    return {"connection": get_connection(timeout=settings.EMAIL_TIMEOUT or TIMEOUT)}


def _message_id(letter: Letter) -> str:
    """The same for every try, so that mail programs know a copy as one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    name = hashlib.sha256(f"{settings.SECRET_KEY}:{letter.reference}".encode()).hexdigest()[:32]
    return f"<shareai-{name}@{domain}>"
