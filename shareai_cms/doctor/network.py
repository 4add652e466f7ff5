"""Whether the marketplace, or the sandbox in its place, answers and takes the keys."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from shareai_cms import marketplace
from shareai_cms.conf import conf
from shareai_cms.doctor.findings import Finding, Scope, error, ok, warning
from shareai_cms.errors import MarketplaceError, NotConfigured
from shareai_cms.metering import of_environment
from shareai_cms.models import SiteAccount

AREA = "Marketplace"
#: Seconds by which the clocks may differ before somebody should look.
CLOCK_TOLERANCE = 120.0
#: Keys of single sites that are tried; more would take minutes.
MOST_KEYS = 20


def examine_connection(scope: Scope) -> Iterator[Finding]:
    """The installation's own key, tried for real and without spending anything."""
    try:
        connection = marketplace.connection_for(None)
    except NotConfigured:
        yield warning(
            AREA,
            "There is no ShareAI key for the whole installation.",
            "Set SHAREAI_API_KEY in the environment, or give every site account a key of its own.",
        )
        return
    if not scope.is_online:
        yield ok(AREA, "A key is there. It was not tried, as --offline asks.")
        return
    yield from _tried(connection, "the installation's key")


def examine_site_keys(scope: Scope) -> Iterator[Finding]:
    """The keys of single sites; that they can be decrypted is looked at with the tables."""
    if not scope.is_online or conf.is_sandbox:
        return
    own = SiteAccount.objects.filter(of_environment()).exclude(encrypted_key="").order_by("pk")
    for account in own[:MOST_KEYS]:
        try:
            connection = marketplace.connection_for(account)
        except NotConfigured:
            continue
        yield from _tried(connection, f"the key of {account} (account {account.pk})")
    if own.count() > MOST_KEYS:
        yield ok(AREA, f"The keys of the first {MOST_KEYS} sites were tried, the others were not.")


def _tried(connection: marketplace.Connection, whose: str) -> Iterator[Finding]:
    name = "The sandbox" if connection.is_sandbox else "The marketplace"
    try:
        info = marketplace.test_key(connection)
    except (MarketplaceError, NotConfigured) as failure:
        asked = "does not answer" if connection.is_sandbox else f"could not be asked about {whose}"
        yield error(AREA, f"{name} {asked} at {connection.base_url} ({failure}).", _way_out(connection))
        return
    if not info.is_valid:
        yield error(
            AREA,
            f"{name} does not accept {whose}: {info.detail}.",
            "Make a new key in ShareAI's console and put it where the old one is.",
        )
        return
    models = "" if info.assigned_models is None else f"; it may query {info.assigned_models} models"
    yield ok(AREA, f"{name} at {connection.base_url} accepts {whose}{models}.")
    if info.assigned_models == 0:
        yield error(AREA, f"No model is assigned to {whose}.", "Assign models to the key in ShareAI's console.")
    if info.answered_at is not None:
        yield _clock(abs((timezone.now() - info.answered_at).total_seconds()), name)


def _clock(seconds: float, name: str) -> Finding:
    if seconds <= CLOCK_TOLERANCE:
        return ok(AREA, "This machine's clock agrees with it.")
    return warning(
        AREA,
        f"{name}'s clock and this machine's differ by {seconds:,.0f} seconds, so allowances reset at the wrong moment.",
        "Let the machine keep its time by NTP (timedatectl set-ntp true).",
    )


def _way_out(connection: marketplace.Connection) -> str:
    if connection.is_sandbox:
        return "Start it: manage.py shareai_sandbox. SANDBOX_URL says where it is looked for."
    return "Look at BASE_URL, and at what this machine may reach: its firewall, proxy and DNS."
