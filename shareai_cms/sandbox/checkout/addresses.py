"""Which addresses a session may name, and which of them the sandbox itself may call."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

LONGEST_ADDRESS = 2048
_PRINTABLE = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_ADDRESS}}}")
#: Right-to-left languages, by the part of a locale before its first hyphen.
_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"))


def is_web_address(address: str) -> bool:
    """A whole http or https address that may stand in a header and in a link."""
    if not _PRINTABLE.fullmatch(address) or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0


def is_loopback(address: str) -> bool:
    """Whether this machine alone answers there; a name other than localhost could be anybody's."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return False
    # An IPv6 address that wraps an IPv4 one is left out: what is reached by it depends on the machine.
    return number.is_loopback and not getattr(number, "ipv4_mapped", None)


def host_of(address: str) -> str:
    """The host as a buyer knows it, with its port and without a user's name."""
    return urlsplit(address).netloc.rpartition("@")[2]


def direction_of(locale: str) -> str:
    return "rtl" if locale.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
