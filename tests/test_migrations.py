"""One migration history, in core alone, complete, reversible and independent of live code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

from tests.databases import ROOT

OURS = "shareai_cms"


class TestTheHistory:
    @pytest.mark.django_db
    def test_is_complete(self) -> None:
        call_command("makemigrations", OURS, check=True, dry_run=True, verbosity=0)

    def test_belongs_to_core_alone(self) -> None:
        for config in apps.get_app_configs():
            if config.name.startswith(f"{OURS}."):
                assert list(config.get_models()) == []
                assert not (Path(config.path) / "migrations").exists()

    def test_points_at_no_table_of_wagtail(self) -> None:
        for model in apps.get_app_config(OURS).get_models():
            for field in model._meta.get_fields():
                related = field.related_model
                assert related is None or related._meta.app_label in (OURS, "auth", "contenttypes"), field

    @pytest.mark.django_db
    def test_has_one_end_and_can_be_taken_back(self) -> None:
        loader = MigrationLoader(connection)
        assert loader.detect_conflicts() == {}
        for key, migration in loader.disk_migrations.items():
            if key[0] == OURS:
                for operation in migration.operations:
                    assert not isinstance(operation, RunPython | RunSQL) or operation.reversible, key

    @pytest.mark.ledger
    @pytest.mark.django_db(transaction=True)
    def test_runs_back_and_forth(self) -> None:
        executor = MigrationExecutor(connection)
        executor.migrate([(OURS, None)])
        assert not [name for name in connection.introspection.table_names() if name.startswith(OURS)]
        executor = MigrationExecutor(connection)
        executor.migrate([key for key in executor.loader.graph.leaf_nodes() if key[0] == OURS])
        tables = {model._meta.db_table for model in apps.get_app_config(OURS).get_models()}
        assert tables <= set(connection.introspection.table_names())


PLAIN = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings_plain"
import django
django.setup()
from django.core.management import call_command
call_command("check", fail_level="WARNING")
call_command("migrate", verbosity=0)
call_command("makemigrations", "shareai_cms", check=True, dry_run=True, verbosity=0)
from shareai_cms.metering import allowance_of, open_account
print("left", allowance_of(open_account(platform="plain", reference="1"), "writing").left)
print("wagtail", sorted(name for name in sys.modules if name.split(".")[0] == "wagtail"))
"""


class TestWithoutWagtail:
    def test_core_migrates_and_counts(self, tmp_path: Path) -> None:
        environment = {"SHAREAI_TEST_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PLAIN], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "left 50\nwagtail []" in done.stdout
