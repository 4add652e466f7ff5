"""The engine as a task of the site's own queue. Imported only where the site has one: see ``waking``."""

from __future__ import annotations

import socket
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

from django.utils import timezone

from shareai_cms.runs import presence, waking
from shareai_cms.runs.engine import Engine

#: Seconds after which the task ends and asks for another turn, so that the queue's other tasks have theirs.
TURN = 30.0
#: Until it is tried again where everything left has to wait: the marketplace is away, or a killed worker had it.
LATER = timedelta(seconds=60)

# Part of Django since 6.0, a package of the same form before.
task = import_module("django.tasks" if find_spec("django.tasks") else "django_tasks").task


@task()  # type: ignore[untyped-decorator]
def work_on_runs(chain: int) -> int:
    """Work on all runs that go on, for a turn of this chain; how many objects were closed.

    Every start begins a chain, and one is enough: those that were overtaken end here.
    """
    if not waking.is_newest(chain):
        return 0
    started_at = timezone.now()
    presence.note(f"{socket.gethostname()}{presence.QUEUE}", started_at)
    done = Engine().drain(seconds=TURN)
    if waking.is_something_left():
        waking.go_on(chain, after=None if done else LATER)
    return done
