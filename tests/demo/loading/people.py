"""Who signs in, and what their groups may do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

PASSWORD = "demo"
IMAGES = ("add_image", "change_image", "choose_image")


def load_people(plan: dict[str, Any]) -> User:
    """Save groups and people; returns the administrator."""
    # The groups that every new Wagtail site begins with; the client has its own.
    Group.objects.filter(name__in=("Editors", "Moderators")).delete()
    for name, rights in plan["groups"].items():
        _load_group(name, rights)
    password = make_password(PASSWORD)
    for username, person in plan["users"].items():
        _load_user(username, person, password)
    return User.objects.get(is_superuser=True)


def _load_user(username: str, person: dict[str, Any], password: str) -> None:
    user = User.objects.create(
        username=username,
        password=password,
        email=f"{username}@slackwater.example",
        first_name=person["first_name"],
        last_name=person["last_name"],
        is_staff=person.get("is_superuser", False),
        is_superuser=person.get("is_superuser", False),
    )
    user.groups.set(Group.objects.filter(name__in=person.get("groups", ())))


def _load_group(name: str, rights: dict[str, list[str]]) -> None:
    group = Group.objects.create(name=name)
    group.permissions.set([_permission(name) for name in rights["models"] if _has_app(name)])
    for codename in rights["pages"]:
        GroupPagePermission.objects.create(
            group=group, page=Page.get_first_root_node(), permission=_permission(f"wagtailcore.{codename}")
        )
    for permission in map(_permission, _images(IMAGES)):
        GroupCollectionPermission.objects.create(
            group=group, collection=Collection.get_first_root_node(), permission=permission
        )
    _load_ai_rights(group, rights["ai"])


def _load_ai_rights(group: Group, rights: list[str]) -> None:
    from shareai_cms.models import AccountPermission

    AccountPermission.objects.bulk_create([AccountPermission(group=group, permission=right) for right in rights])


def _images(codenames: Iterable[str]) -> Iterable[str]:
    return (f"wagtailimages.{codename}" for codename in codenames)


def _has_app(name: str) -> bool:
    # The package's own test settings install less of Wagtail than the client does.
    return name.split(".")[0] in {config.label for config in apps.get_app_configs()}


def _permission(name: str) -> Permission:
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)
