"""Wires the integration into Wagtail; what is wired lives in its own modules.

What a page needs is imported when Wagtail asks for it, so that a site starts without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.log_actions import LogActionRegistry

from shareai_cms import urls as core_urls
from shareai_cms.integrations.wagtail import history, loader, menu, patches
from shareai_cms.integrations.wagtail.bulk import actions as bulk

if TYPE_CHECKING:
    from shareai_cms.integrations.wagtail.group_permissions import RightsForm

patches.install()


@hooks.register("insert_editor_js")
def insert_loader() -> str:
    return loader.script_tag()


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern | URLResolver]:
    return [
        path("shareai/", include((core_urls.patterns(), core_urls.app_name))),
        path("shareai/", include("shareai_cms.integrations.wagtail.urls")),
    ]


@hooks.register("register_admin_search_area")
def register_search_area() -> SearchArea:
    from shareai_cms.integrations.wagtail.search import admin

    return admin.area()


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    return [*icons, "shareai_cms/wagtail/icons/shareai.svg"]


@hooks.register("construct_homepage_panels")
def add_allowance_panel(request: HttpRequest, panels: list[Any]) -> None:
    from shareai_cms.integrations.wagtail import dashboard

    menu.decide(request)
    panel = dashboard.panel_for(request)
    if panel is not None:
        panels.append(panel)


@hooks.register("register_log_actions")
def register_log_actions(registry: LogActionRegistry) -> None:
    history.register(registry)


@hooks.register("register_group_permission_panel")
def register_rights_form() -> type[RightsForm]:
    from shareai_cms.integrations.wagtail.group_permissions import RightsForm

    return RightsForm


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    return menu.report_item()


@hooks.register("register_reports_menu_item")
def register_search_report() -> MenuItem:
    return menu.search_report_item()


@hooks.register("register_reports_menu_item")
def register_runs() -> MenuItem:
    return menu.runs_item()


for _action in bulk.ALL:
    hooks.register("register_bulk_action", _action)


@hooks.register("register_settings_menu_item")
def register_settings() -> MenuItem:
    return menu.settings_item()
