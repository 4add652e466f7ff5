"""``shareai_work`` with leases as short as a test wants them: ``python -m tests.runs.worker``."""

from __future__ import annotations

import os
import sys
from datetime import timedelta


def shorten_leases() -> None:
    from shareai_cms.runs import engine, leases

    if seconds := float(os.environ.get("SHAREAI_RUNS_LEASE", 0)):
        leases.LEASE = timedelta(seconds=seconds)
        engine.LOOK_FOR_DEAD = seconds / 4


def main() -> None:
    from django.core.management import execute_from_command_line

    shorten_leases()
    execute_from_command_line(["manage.py", "shareai_work", *sys.argv[1:]])


if __name__ == "__main__":
    import django

    django.setup()
    main()
