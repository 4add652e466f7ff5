"""How far a page has come: live, locked, scheduled, or waiting for somebody's approval."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import Group, User
from django.test import override_settings
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import GroupApprovalTask, Page

#: Who approves what the intern submits.
APPROVERS = "Managers"


def publish(page: Page, state: str | None, editor: User) -> None:
    """Bring a page that has just been filled into its state; without one it is simply live."""
    if state == "in-workflow":
        _submit(page, User.objects.get(username="intern"))
        return
    if state == "scheduled":
        page.go_live_at = next_summer()
        page.save()
    page.save_revision(user=editor).publish(user=editor)
    if state == "locked":
        _lock(page, editor)


def next_summer() -> datetime:
    """The first morning of June next year: at least five months ahead, however old the prepared demo gets."""
    now = timezone.localtime()
    return now.replace(year=now.year + 1, month=6, day=1, hour=9, minute=0, second=0, microsecond=0)


def _lock(page: Page, user: User) -> None:
    page.refresh_from_db()
    page.locked, page.locked_by, page.locked_at = True, user, timezone.now()
    page.save(update_fields=["locked", "locked_by", "locked_at"])
    log(instance=page, action="wagtail.lock", user=user)


def _submit(page: Page, author: User) -> None:
    """Submit for the moderation that every new Wagtail site begins with."""
    for task in GroupApprovalTask.objects.all():
        task.groups.set(Group.objects.filter(name=APPROVERS))
    page.save()
    page.save_revision(user=author)
    # Whoever prepares the demo wants no mail about it.
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        page.get_workflow().start(page, author)
