"""Whether the tables are there: an app that is installed and not migrated says so in a sentence."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, OperationalError, ProgrammingError, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from shareai_cms.errors import NotMigrated
from shareai_cms.metering.retry import is_inside_transaction, ledger_alias


def missing_migrations() -> list[str]:
    """Migrations of ours that the database does not have; one query."""
    folder = Path(apps.get_app_config("shareai_cms").path) / "migrations"
    ours = {module.name for module in pkgutil.iter_modules([str(folder)])}
    applied = MigrationRecorder(connections[ledger_alias()]).applied_migrations()
    return sorted(ours - {name for app, name in applied if app == "shareai_cms"})


@contextmanager
def tables_ready() -> Iterator[None]:
    """Raise ``NotMigrated`` where the body fails because tables or columns of ours are missing.

    Nothing is asked as long as nothing fails. Inside a transaction of the site's the body gets a
    savepoint, so that the rest of the page can still be built.
    """
    alias = ledger_alias()
    try:
        with transaction.atomic(using=alias) if is_inside_transaction() else nullcontext():
            yield
    except (ProgrammingError, OperationalError) as error:
        missing = _missing_for_sure()
        if not missing:
            raise
        raise NotMigrated(f"missing: {', '.join(missing)}; run manage.py migrate") from error


def _missing_for_sure() -> list[str]:
    try:
        return missing_migrations()
    except DatabaseError:  # the database is away altogether, which is something else
        return []
