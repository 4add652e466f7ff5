"""The demo as the browser tests find it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tests.demo.process import DemoProcess

SETTINGS = "tests.browser.settings"
#: A call of a test that is over ends at once; one whose marketplace is silent, when its time is up.
HOLD_SECONDS = 25
#: The two sites.
PRESS, SHOP = "Slackwater Press", "The Slackwater Chandlery"
#: People like those whose names theirs begin with, by what they chose in their own settings.
VARIANTS: dict[str, dict[str, str]] = {
    "editor-ar": {"preferred_language": "ar"},
    "editor-dark": {"theme": "dark"},
    "manager-ar": {"preferred_language": "ar"},
    "manager-dark": {"theme": "dark"},
}


@contextmanager
def prepared_demo(code: str = "prepare()", settings: str = SETTINGS) -> Iterator[DemoProcess]:
    with DemoProcess(environment={"DJANGO_SETTINGS_MODULE": settings}) as demo:
        inside(demo, code)
        yield demo


def inside(demo: DemoProcess, code: str) -> None:
    """Run a line with the functions of ``tests.browser.stock`` inside the site."""
    demo.inside(f"from tests.browser.stock import *; {code}")


@contextmanager
def database_of(demo: DemoProcess) -> Iterator[sqlite3.Connection]:
    """The demo's database, committed at the end: quicker than to start Django between two tests."""
    with closing(sqlite3.connect(demo.directory / "demo.sqlite3", timeout=20)) as database, database:
        yield database


def let_rest(demo: DemoProcess) -> None:
    """Put the early stops so far out of the ten minutes in which five of them make a button wait.

    Tests share their editors and run in any order, so that the stops of one would refuse the clicks of another.
    """
    with database_of(demo) as database:
        database.execute(
            "UPDATE shareai_cms_usage SET created_at = datetime(created_at, '-11 minutes')"
            " WHERE outcome = 'cancelled_early' AND created_at > datetime('now', '-11 minutes')"
        )


def let_end(demo: DemoProcess) -> None:
    """Return once no action of an earlier test holds units: they would be given back while the next one counts."""
    deadline = time.monotonic() + HOLD_SECONDS
    while time.monotonic() < deadline:
        with database_of(demo) as database:
            [held] = database.execute("SELECT count(*) FROM shareai_cms_usage WHERE state = 'held'").fetchone()
        if not held:
            return
        time.sleep(0.05)


#: What the site knows of a page's latest draft.
DRAFT = ("latest_revision_id", "latest_revision_created_at", "has_unpublished_changes", "draft_title")
OF_PAGES = "(SELECT id FROM django_content_type WHERE app_label = 'wagtailcore' AND model = 'page')"
Drafts = list[tuple[object, ...]]


def drafts(demo: DemoProcess) -> Drafts:
    """The drafts of all pages as they are now, with the page's id and what is live of it at the end."""
    with database_of(demo) as database:
        return database.execute(f"SELECT {', '.join(DRAFT)}, id, live_revision_id FROM wagtailcore_page").fetchall()


def bring_back(demo: DemoProcess, before: Drafts) -> None:
    """Forget the drafts that tests have saved since; a page that was published since stays as it is."""
    columns = ", ".join(f"{name} = ?" for name in DRAFT)
    with database_of(demo) as database:
        database.executemany(f"UPDATE wagtailcore_page SET {columns} WHERE id = ? AND live_revision_id IS ?", before)
        # Wagtail would warn the next editor of a newer version.
        database.execute(
            f"DELETE FROM wagtailcore_revision WHERE base_content_type_id = {OF_PAGES} AND id >"
            " (SELECT latest_revision_id FROM wagtailcore_page WHERE CAST(id AS TEXT) = object_id)"
        )
