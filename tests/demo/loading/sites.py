from __future__ import annotations

from wagtail.models import Site

from tests.demo.models import HomePage, ShopPage

PRESS_HOST = "localhost"
SHOP_HOST = "127.0.0.1"


def place_sites(port: int) -> None:
    """Let the press answer on localhost and the shop on 127.0.0.1, both at this port."""
    press = HomePage.objects.get(locale__language_code="en")
    shop = ShopPage.objects.get(locale__language_code="en")
    if Site.objects.filter(hostname=PRESS_HOST, port=port, root_page=press.pk).exists():
        return
    _place(PRESS_HOST, port, press, name="Slackwater Press", is_default=True)
    _place(SHOP_HOST, port, shop, name="The Slackwater Chandlery", is_default=False)


def _place(hostname: str, port: int, root: HomePage | ShopPage, *, name: str, is_default: bool) -> None:
    site = Site.objects.filter(root_page=root.pk).first() or Site(root_page_id=root.pk)
    site.hostname, site.port, site.site_name, site.is_default_site = hostname, port, name, is_default
    site.save()
