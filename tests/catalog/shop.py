"""The goods of ``tests.wares`` as a shop would declare them, and people who may change them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from wagtail.models import Collection, GroupCollectionPermission

from shareai_cms.actions.facts import Change
from shareai_cms.catalog import Category, Column, Images, JSONKeys, ModelCatalog, Reviews, Rows, Text
from tests.wares.models import Chart, Logbook, SpecValue, Ware


def values_of(code: str) -> Any:
    """What an attribute may be; free text where the shop lists nothing."""
    return SpecValue.objects.filter(kind__code=code)


class Wares(ModelCatalog):
    model = Ware
    name = "name"
    description = Text("description", is_html=True)
    short_description = "summary"
    seo_title = "seo_title"
    seo_description = "seo_description"
    attributes = (
        "size",
        "weight",
        "is_fragile",
        Column("colour", label="Colour of it"),
        Column("sku"),
        Column("uses"),
        Column("words", allowed=[("l", "Large"), ("s", "Small")]),
        Rows("specs", name="kind__name", key="kind__code", value="value", allowed=values_of, keys=[("fold", "Fold")]),
        JSONKeys("data", keys=("finish", "pack"), allowed={"finish": ("matt", "glossy")}),
    )
    images = Images("pictures", image="image", alt="alt")
    category = Category("shelf", shown="name")
    tags = "tags"
    reviews = Reviews("reviews", text="text", rating="stars", only={"is_public": True})
    review_summary = "verdict"
    language = "en"
    columns = {"de": {"name": "name_de", "description": Text("description_de", is_html=True)}}
    brand = "maker__name"
    more = ("stock",)


class Charts(ModelCatalog):
    model = Chart
    name = "name"
    description = "body"
    short_description = "blurb"
    attributes = ("scale", "price", Rows("specs", name="name", value="value", keys=("Fold", "Paper")))
    images = Images("pictures", image="image", alt="alt")
    category = "shelf"
    tags = "labels"


class Logbooks(ModelCatalog):
    model = Logbook
    name = "name"
    description = "blurb"


def put(part: str, value: Any, key: str = "", *, is_restored: bool = False) -> Change:
    return Change(part=part, key=key, value=value, is_restored=is_restored)


def clerk(*rights: str) -> User:
    """Someone who may do this, and nothing else."""
    user = User.objects.create_user(f"clerk{User.objects.count()}")
    for right in rights:
        user.user_permissions.add(Permission.objects.get(codename=right, content_type__app_label="wares"))
    return user


def let_change_images(user: User, collection: Collection) -> User:
    """The person anew, with the right to the images of a collection."""
    group, _made = Group.objects.get_or_create(name=f"painters of {collection}")
    right = Permission.objects.get(codename="change_image")
    GroupCollectionPermission.objects.create(group=group, collection=collection, permission=right)
    user.groups.add(group)
    return User.objects.get(pk=user.pk)


def ware(**values: Any) -> Ware:
    return Ware.objects.create(**{"name": "Tide table", "sku": f"S{Ware.objects.count()}", **values})
