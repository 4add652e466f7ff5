"""A site whose task queue is ``django-tasks-db``; ``python -m tests.runs.queue`` prints what it did as a line of JSON.

Nobody runs ``shareai_work`` here: starting a run puts a task into the queue, and the queue's own worker does the rest.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from tests.services import SandboxProcess

OBJECTS = 12


def configure(folder: Path, url: str) -> None:
    import django
    from django.conf import settings

    # What Django's documentation recommends; the queue's worker needs it on SQLite.
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20}
    settings.configure(
        SECRET_KEY="queue",
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "shareai_cms", "django_tasks", "django_tasks_db",
        ],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "queue"), "OPTIONS": options}
        },
        TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
        USE_TZ=True,
        TIME_ZONE="UTC",
        SHAREAI_CMS={"ENVIRONMENT": "sandbox", "SANDBOX_URL": url, "RUN_CONCURRENCY": 4},
    )  # fmt: skip
    django.setup()


def work_off(scene: Any) -> dict[str, Any]:
    from django.core.management import call_command
    from django_tasks_db.models import DBTaskResult

    from shareai_cms.models import RunItem, Worker
    from shareai_cms.runs import background, control

    def states() -> list[str]:
        return sorted(DBTaskResult.objects.values_list("status", flat=True))

    def done() -> int:
        return RunItem.objects.filter(state="done").count()

    def wake() -> None:
        control.pause(run, scene.owner)
        control.resume(run, scene.owner)

    def work(**limits: int) -> None:
        call_command("db_worker", batch=True, startup_delay=False, verbosity=0, **limits)

    run = scene.run(OBJECTS)
    wake()
    wake()
    asked = states()
    # A turn without time does nothing: the task asks for another one, a minute later.
    background.TURN = 0.0
    work(max_tasks=len(asked))
    begun, waiting = done(), states()
    # What a killed worker had in hand is never taken up again.
    DBTaskResult.objects.filter(status="READY").update(status="RUNNING")
    background.TURN = 30.0
    work()
    lost = done()
    wake()
    work()
    run.refresh_from_db()
    return {
        "asked": asked,
        "begun": begun,
        "waiting": waiting,
        "lost": lost,
        "state": run.state,
        "done": done(),
        "left": states().count("READY"),
        "workers": [each.rpartition(":")[2] for each in Worker.objects.values_list("reference", flat=True)],
    }


def main() -> None:
    with SandboxProcess() as sandbox, tempfile.TemporaryDirectory(prefix="shareai-queue-") as folder:
        configure(Path(folder), sandbox.url)
        from django.conf import settings
        from django.core.management import call_command

        from tests.runs.scene import Scene

        call_command("migrate", verbosity=0)
        scene = Scene(sandbox, settings.DATABASES["default"], units=100)
        print(json.dumps(work_off(scene) | {"calls": sandbox.state()["calls"]}))


if __name__ == "__main__":
    # Before anything else can be asked for it.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    main()
