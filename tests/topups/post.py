"""Mails as people get them, and a mail server that is away."""

from __future__ import annotations

import socket
from typing import Any

from django.core import mail

from shareai_cms.models import Letter


def sent() -> list[Any]:
    """What was sent, oldest first."""
    return list(mail.outbox)


def only_mail() -> Any:
    [message] = mail.outbox
    return message


def html_of(message: Any) -> str:
    [alternative] = message.alternatives
    assert alternative[1] == "text/html"
    return str(alternative[0])


def letter() -> Letter:
    return Letter.objects.get()


def take_mail_away(settings: Any) -> None:
    """A mail server at a port of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def bring_mail_back(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
