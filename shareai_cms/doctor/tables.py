"""Whether the database is set up, and whether what it holds agrees with itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connections
from django.utils import timezone

from shareai_cms import marketplace, metering
from shareai_cms.conf import PRODUCTION, STAGING, conf
from shareai_cms.doctor.findings import Finding, Scope, error, ok, warning
from shareai_cms.errors import NotConfigured
from shareai_cms.metering.retry import ledger_alias
from shareai_cms.models import AccountPermission, SiteAccount, Usage

AREA, LEDGER, SITES = "Database", "Units", "Sites"
#: Late deliveries of so many days are worth a word.
RECENT_DAYS = 7


def examine_migrations(_scope: Scope) -> Iterator[Finding]:
    missing = metering.missing_migrations()
    if missing:
        yield error(AREA, f"The tables are not up to date: {', '.join(missing)} is missing.", "Run manage.py migrate.")
    else:
        yield ok(AREA, f"The tables are up to date ({connections[ledger_alias()].vendor}).")


def examine_journal(_scope: Scope) -> Iterator[Finding]:
    """What SQLite really does, whatever its options say."""
    connection = connections[ledger_alias()]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        mode = str(cursor.execute("PRAGMA journal_mode").fetchone()[0]).lower()
    if mode in ("wal", "memory"):
        yield ok(AREA, f"SQLite's journal mode is {mode}.")
    else:
        yield warning(
            AREA,
            f"SQLite's journal mode is {mode}, so readers and writers wait for each other.",
            'Add "init_command": "PRAGMA journal_mode=WAL;" to the OPTIONS of the database.',
        )


def examine_ledger(_scope: Scope) -> Iterator[Finding]:
    findings = metering.audit()
    if findings:
        first = findings[0]
        yield error(
            LEDGER,
            f"The ledger contradicts itself in {len(findings)} places; the first: {first}.",
            "Run manage.py shareai_audit for all of them, and restore the rows from a backup or ask for help.",
        )
    else:
        yield ok(LEDGER, "Every balance agrees with its rows.")
    recent = timezone.now() - timedelta(days=RECENT_DAYS)
    late = Usage.objects.filter(late=True, created_at__gte=recent).count()
    if late:
        yield warning(
            LEDGER,
            f"{late} answers of the last {RECENT_DAYS} days came after their deadline and were delivered free.",
            "Raise HOLD_DEADLINE, or lower CALL_BUDGET.",
        )


def examine_accounts(_scope: Scope) -> Iterator[Finding]:
    accounts = list(SiteAccount.objects.filter(metering.of_environment()).order_by("pk"))
    for account in accounts:
        now = metering.present_address(account)
        if metering.has_changed(account, now):
            yield error(
                SITES,
                f"{account} was at {account.address} and is at {now} now, so its AI is paused.",
                f"Run manage.py shareai_account {account.pk} --moved, or --copy where this is a copy of the live site.",
            )
        if account.is_copy:
            yield warning(
                SITES,
                f"{account} is a copy of a live site and has no units of its own.",
                f"That is as it should be where this is staging: set SHAREAI_ENVIRONMENT={STAGING}."
                if conf.environment == PRODUCTION
                else f"manage.py shareai_account {account.pk} --original takes it back.",
            )
    number = "1 site account is" if len(accounts) == 1 else f"{len(accounts)} site accounts are"
    yield ok(SITES, f"{number} open in the environment {conf.environment!r}.")


def examine_stored_keys(_scope: Scope) -> Iterator[Finding]:
    """Whether every stored ShareAI key, of every environment, can still be decrypted."""
    stored = SiteAccount.objects.exclude(encrypted_key="").order_by("pk")
    unreadable = [account for account in stored if not _can_decrypt(account)]
    for account in unreadable:
        yield error(
            SITES,
            f"The stored ShareAI key of {account} (account {account.pk}) cannot be decrypted.",
            "Bring the old SECRET_KEY or ENCRYPTION_KEYS back, or enter the ShareAI key again.",
        )
    if stored and not unreadable:
        yield ok(SITES, f"All {len(stored)} stored ShareAI keys can be decrypted.")
    if stored and not conf.encryption_keys:
        yield warning(
            SITES,
            "Stored ShareAI keys are encrypted under SECRET_KEY, and are lost when it changes.",
            "Set ENCRYPTION_KEYS; SECRET_KEY is still tried for what is there.",
        )


def _can_decrypt(account: SiteAccount) -> bool:
    try:
        marketplace.decrypt(account.encrypted_key)
    except NotConfigured:
        return False
    return True


def examine_rights(_scope: Scope) -> Iterator[Finding]:
    used = AccountPermission.objects.filter(permission=AccountPermission.Permission.USE).values("group").distinct()
    if used.exists():
        yield ok(SITES, f"{used.count()} groups may use AI.")
    else:
        yield warning(
            SITES,
            "No group may use AI, so only superusers see it.",
            "Give groups the right: in Wagtail under Settings → Groups, else in Django's admin under AI permissions.",
        )
