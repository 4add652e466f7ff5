"""Who may change what now: Wagtail's own rules, the same for a click in the editor and for a run without one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from wagtail.models import LockableMixin, WorkflowState

from shareai_cms.errors import NotPermitted, ObjectLocked
from shareai_cms.integrations.wagtail import compat

#: Foreign keys of an object that say where, or whose, it is: what some of Wagtail's rights depend on.
_PLACES = ("collection", "uploaded_by_user", "site")


def prefetch(objects: Sequence[Any]) -> None:
    """What ``check_right`` asks of each of these objects of one class, in as many queries as for one."""
    if not objects:
        return
    model = type(objects[0])
    if compat.is_page_model(model):
        # Who reviews a page may edit it, too.
        active = WorkflowState.objects.active().select_related("current_task_state__task")
        prefetch_related_objects(
            objects, Prefetch("_specific_workflow_states", active, to_attr="_current_workflow_states")
        )
        return
    names = {field.name for field in model._meta.concrete_fields if field.many_to_one}
    prefetch_related_objects(objects, *(name for name in _PLACES if name in names))


def check_right(user: Any, obj: Any, right: str = "change") -> None:
    """Raise ``NotPermitted`` where this person may not do this to the object."""
    if compat.is_page_model(type(obj)):
        if not obj.permissions_for_user(user).can_edit():
            raise NotPermitted("no right to edit this page")
        return
    policy = compat.permission_policy(type(obj))
    # Of a setting its site is asked about, as the edit form does: the right may be given for that site alone.
    is_of_site = compat.is_setting_model(type(obj)) and compat.is_site_setting(type(obj))
    if not policy.user_has_permission_for_instance(user, right, obj.site if is_of_site else obj):
        raise NotPermitted(f"no permission to {right} this {type(obj)._meta.label_lower}")


def check_adding(user: Any, model: Any) -> None:
    """Raise ``NotPermitted`` where this person may not add an object of this kind."""
    if not compat.permission_policy(model).user_has_permission(user, "add"):
        raise NotPermitted(f"no permission to add {model._meta.label_lower}")


def check_lock(user: Any, obj: Any) -> None:
    """Raise ``ObjectLocked`` when this person could not save the object now."""
    if getattr(obj, "alias_of_id", None):
        raise ObjectLocked(
            sentence=_("This page is an alias of another page."),
            remedy=_("Edit the original page instead."),
        )
    lock = obj.get_lock() if isinstance(obj, LockableMixin) else None
    if lock is not None and lock.for_user(user):
        raise ObjectLocked(sentence=_sentence(lock))


def _sentence(lock: Any) -> str:
    from wagtail.locks import ScheduledForPublishLock, WorkflowLock

    if isinstance(lock, ScheduledForPublishLock):
        return _("This is scheduled to be published, so it cannot be edited now.")
    if isinstance(lock, WorkflowLock):
        return _("This is in a workflow, and only its reviewers can edit it now.")
    return _("This is locked by someone else.")
