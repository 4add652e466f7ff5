"""What is wrong with an installation, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError

from shareai_cms import metering
from shareai_cms.doctor import network, payments, runs, search, settings, stores, surroundings, tables
from shareai_cms.doctor.findings import ERROR, LEVELS, OK, WARNING, Exam, Finding, Scope, error

__all__ = ["ERROR", "LEVELS", "OK", "WARNING", "Finding", "Scope", "examine"]

_WITHOUT_TABLES: tuple[Exam, ...] = (
    settings.examine_settings,
    settings.examine_routes,
    network.examine_connection,
    surroundings.examine_cache,
    surroundings.examine_media,
    tables.examine_migrations,
    tables.examine_journal,
)
_WITH_TABLES: tuple[Exam, ...] = (
    tables.examine_ledger,
    tables.examine_accounts,
    tables.examine_stored_keys,
    tables.examine_rights,
    network.examine_site_keys,
    payments.examine_orders,
    payments.examine_payment_events,
    payments.examine_providers,
    payments.examine_mails,
    surroundings.examine_worker,
    runs.examine_runs,
    search.examine_search,
    stores.examine_search_store,
)


def examine(scope: Scope) -> list[Finding]:
    """Everything that was looked at, in order. No examination stops the others."""
    found = [finding for exam in _WITHOUT_TABLES for finding in _safely(exam, scope)]
    if not _can_read_tables():
        return found
    return [*found, *(finding for exam in _WITH_TABLES for finding in _safely(exam, scope))]


def _can_read_tables() -> bool:
    try:
        return not metering.missing_migrations()
    except DatabaseError:
        return False


def _safely(exam: Exam, scope: Scope) -> Iterator[Finding]:
    area = exam.__name__.removeprefix("examine_").replace("_", " ").capitalize()
    try:
        yield from exam(scope)
    except DatabaseError as failure:
        yield error(
            "Database",
            f"The database could not be asked about the {area.lower()} ({type(failure).__name__}).",
            "Look at DATABASES, and whether the server runs.",
        )
    except Exception as failure:  # noqa: BLE001  a doctor that faints helps nobody
        # The text of the error may hold a secret; its class and its place do not.
        yield error(area, f"This could not be looked at ({type(failure).__name__}).", "The settings may be broken.")
