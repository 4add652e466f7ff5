from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.test import Client
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from shareai_cms.integrations.wagtail import accounts
from shareai_cms.models import AccountPermission
from tests.actions.fixtures import sandbox, sandbox_process
from tests.demo.models import GuideIndexPage, GuidePage, HomePage, InfoPage, Product, ShopPage

__all__ = ["sandbox", "sandbox_process"]

PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "lock_page")
SNIPPETS = ("add_product", "change_product", "delete_product")


@pytest.fixture
def sites(db: None) -> SimpleNamespace:
    """A press with a guide and a page about it, and a shop: two sites of one project."""
    return made_sites()


def made_sites() -> SimpleNamespace:
    root = Page.objects.get(depth=1)
    Site.objects.all().delete()
    home = root.add_child(instance=HomePage(title="Slackwater Press", slug="press", locale=Locale.get_active()))
    index = home.add_child(instance=GuideIndexPage(title="Guides", slug="guides"))
    guide = index.add_child(instance=GuidePage(title="Walking the old harbour", slug="harbour", teaser="A walk."))
    info = home.add_child(instance=InfoPage(title="About us", slug="about", body="<p>We print <b>books</b>.</p>"))
    shop = root.add_child(instance=ShopPage(title="The Chandlery", slug="shop", locale=Locale.get_active()))
    return SimpleNamespace(
        root=root,
        home=home,
        index=index,
        guide=guide,
        info=info,
        shop=shop,
        press_site=Site.objects.create(
            hostname="press.example", site_name="Press", root_page=home, is_default_site=True
        ),
        shop_site=Site.objects.create(hostname="shop.example", site_name="Shop", root_page=shop),
    )


def person(name: str, *, ai: tuple[str, ...] = (), account: Any = None, edits: bool = True) -> User:
    """Someone of the team: may edit pages, images and products, and has these rights to AI."""
    user = User.objects.create_user(name, password="secret")
    group = Group.objects.create(name=name)
    user.groups.add(group)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for right in ai:
        AccountPermission.objects.create(group=group, permission=right, account=account)
    if edits:
        group.permissions.add(*Permission.objects.filter(codename__in=SNIPPETS))
        root = Page.objects.get(depth=1)
        for codename in PAGE_RIGHTS:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.create(group=group, page=root, permission=permission)
        for permission in Permission.objects.filter(codename__in=("add_image", "change_image", "choose_image")):
            collection = Collection.get_first_root_node()
            GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)
    return user


@pytest.fixture
def editor(sites: SimpleNamespace) -> User:
    return person("editor", ai=("use",))


@pytest.fixture
def intern(sites: SimpleNamespace) -> User:
    """May edit everything and use AI for nothing."""
    return person("intern")


@pytest.fixture
def manager(sites: SimpleNamespace) -> User:
    return person("manager", ai=("use", "bulk", "buy", "manage"))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def png(size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Picture.new(mode, size, **options).save(out, "PNG")
    return out.getvalue()


def saved_image(data: bytes | None = None, name: str = "harbour.png") -> Any:
    """An image of the library; ``data`` becomes its file afterwards, as on a server where files go bad."""
    image = get_image_model()(title="Harbour", file=ImageFile(io.BytesIO(png()), name))
    image.save()
    if data is not None:
        image.file.storage.delete(image.file.name)
        image.file.storage.save(image.file.name, ContentFile(data))
    return get_image_model().objects.get(pk=image.pk)


@pytest.fixture
def image(sites: SimpleNamespace) -> Any:
    return saved_image()


@pytest.fixture
def product(sites: SimpleNamespace) -> Product:
    return Product.objects.create(
        name="Tide tables",
        sku="TT-1",
        kind="book",
        price="12.00",
        summary="All the tides of a year.",
        locale=Locale.get_active(),
    )


@pytest.fixture
def desk(sites: SimpleNamespace) -> SimpleNamespace:
    """Two clients' sites; the shop has a manager of its own."""
    press = accounts.open_account(accounts.reference_of(sites.press_site))
    shop = accounts.open_account(accounts.reference_of(sites.shop_site))
    return SimpleNamespace(press=press, shop=shop, client=person("client", ai=("manage",), account=shop))
