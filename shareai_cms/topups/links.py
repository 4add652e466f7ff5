"""Addresses in mails: only the integration around the pages knows where its admin is reached from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode, urljoin, urlsplit

from django.utils.http import url_has_allowed_host_and_scheme

#: A path name and its arguments become an absolute address; empty where it is not known.
AdminUrl = Callable[[str, Sequence[str]], str]

#: Names of the pages that mails lead to. A name that no address has leaves its link out.
ORDER, TOPUPS, ALLOWANCE = "shareai_cms:order", "shareai_cms:topups", "shareai_cms:allowance"

_admins: list[AdminUrl] = []


def register_admin_url(address_of: AdminUrl) -> None:
    """Say how a page of the admin is reached from a mail; the latest that knows an address is used."""
    _admins.append(address_of)


def admin_url(name: str, *args: str) -> str:
    """The absolute address of a page, empty where nobody knows it."""
    return next((found for address_of in reversed(_admins) if (found := address_of(name, args))), "")


def at_base(base: str, path: str) -> str:
    """A path of this site where it is reached from outside; a folder that both of them name stands once."""
    root = base.rstrip("/")
    folder = urlsplit(root).path
    return root + (path.removeprefix(folder) if path.startswith(f"{folder}/") else path)


def web_address(text: str) -> str:
    """An address that may stand in a link; empty for anything else, such as a script."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("https", "http") and parts.netloc else ""


def topups_url(account: int, meter: str = "") -> str:
    """Where more is bought for an account, of a meter where that is known; empty where nobody knows the page."""
    found = admin_url(TOPUPS)
    query = urlencode({"account": account, **({"meter": meter} if meter else {})})
    return f"{found}?{query}" if found else ""


def page_url(path: str) -> str:
    """The absolute address of a path on this site that a person gave; empty unless it stays on this site."""
    is_plain = path.startswith("/") and path.isprintable() and " " not in path
    if not is_plain or not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return ""
    base = admin_url(ALLOWANCE)
    return urljoin(base, path) if base else ""
