"""How often something may happen, counted in Django's cache: nothing about a client is ever stored."""

from __future__ import annotations

import logging
import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

log = logging.getLogger("shareai_cms.search")

_SALT = "shareai_cms.search.limits"


#: Whoever has no address of their own, as all have behind a Unix socket: limited together rather than not at all.
UNKNOWN = "unknown"


def client_of(request: HttpRequest) -> str:
    """What tells the client from others: its address as the web server gives it."""
    return str(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def count(what: str, *, of: str = "", seconds: int) -> int:
    """Count one more of this kind for somebody, and say how many that makes since the window's begin.

    ``of`` tells one client from another and is hashed with the site's secret. Windows begin at whole multiples of
    their length. Returns 0 where the cache does not answer.
    """
    key = _key(what, of, int(time.time() // seconds))
    try:
        if cache.add(key, 1, seconds * 2):
            return 1
        return int(cache.incr(key))
    except ValueError:
        return 1  # it expired between the two calls, or the cache keeps nothing
    except Exception as error:  # noqa: BLE001  every cache has errors of its own, and a search must not end with one
        log.warning("limit=uncounted error=%s", type(error).__name__)
        return 0


def is_within(most: int, what: str, *, of: str, seconds: int) -> bool:
    """Count one more, and whether there were no more than ``most`` of them in any window of that length.

    The window before counts with the share of it that is still within reach, so that nobody gets twice as much
    around its end. Where the cache does not answer, nobody is limited.
    """
    number = count(what, of=of, seconds=seconds)
    window, since = divmod(time.time(), seconds)
    try:
        before = int(cache.get(_key(what, of, int(window) - 1)) or 0)
    except Exception:  # noqa: BLE001  as above, where it was logged
        before = 0
    # Those that were refused weigh nothing: who waits a while may ask again.
    return number + min(before, most) * (1 - since / seconds) <= most


def counted(what: str, *, of: str, seconds: int) -> int:
    """How many of this kind there were since the window's begin."""
    try:
        return int(cache.get(_key(what, of, int(time.time() // seconds))) or 0)
    except Exception:  # noqa: BLE001  as above, and it is logged by whoever counts
        return 0


def _key(what: str, of: str, window: int) -> str:
    who = salted_hmac(_SALT, of, algorithm="sha256").hexdigest()[:32] if of else "all"
    return f"shareai_cms:limit:{what}:{who}:{window}"
