"""The addresses of our static files."""

from __future__ import annotations

from collections.abc import Iterable

from django.templatetags.static import static

from shareai_cms import __version__

LOADER = "shareai_cms/loader.js"
#: The panel is the same in every admin: loaded when the first one opens, in this order.
PANEL_SCRIPTS = (
    "wire", "diff", "rich_text", "preview", "refill", "offer", "views", "options", "results", "run", "panel_controller",
)  # fmt: skip
PANEL_STYLES = ("panel", "suggestion")


def asset(name: str) -> str:
    """The address of a static file, with our version so that an upgrade is not served from a cache."""
    url = static(name)
    return url if "?" in url else f"{url}?v={__version__}"


def files(*, styles: Iterable[str], scripts: Iterable[str]) -> dict[str, list[str]]:
    """What the loader is to load, by the names of our own files, in this order."""
    return {
        "css": [asset(f"shareai_cms/css/{name}.css") for name in styles],
        "js": [asset(f"shareai_cms/js/{name}.js") for name in scripts],
    }
