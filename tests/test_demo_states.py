"""Pages that are locked, scheduled, waiting or changed, and the settings pages of the demo client."""

from __future__ import annotations

from datetime import timedelta

from django.core import mail
from django.utils import timezone, translation
from wagtail.models import Page, Site, WorkflowState

from tests.demo.models import NewsletterSettings, SiteDetails
from tests.demo_content import Loaded, user

#: English pages that are not simply live, by slug.
STATES = {"misprint": "locked", "letter-from-june": "scheduled", "draw-your-street": "in workflow", "visit": "changed"}


class States:
    def page(self, state: str) -> Page:
        slug = next(slug for slug, value in STATES.items() if value == state)
        return Page.objects.get(slug=slug)

    def test_one_is_locked_by_the_administrator(self) -> None:
        page = self.page("locked")
        assert (page.live, page.locked, page.locked_by, bool(page.locked_at)) == (True, True, user("admin"), True)
        assert page.get_lock().for_user(user("editor"))
        assert list(Page.objects.filter(locked=True)) == [page]

    def test_one_goes_live_next_summer(self) -> None:
        page = self.page("scheduled")
        assert not page.live
        assert page.go_live_at == page.scheduled_revision.approved_go_live_at > timezone.now() + timedelta(days=150)
        assert timezone.localtime(page.go_live_at).strftime("%d %B %H:%M") == "01 June 09:00"

    def test_one_waits_for_a_manager(self) -> None:
        page = self.page("in workflow")
        state = WorkflowState.objects.get()
        assert (state.content_object, state.requested_by, state.status) == (page, user("intern"), "in_progress")
        task = page.current_workflow_task
        assert {action[0] for action in task.get_actions(page, user("manager"))} == {"approve", "reject"}
        assert task.get_actions(page, user("editor")) == []
        assert (page.live, page.latest_revision.user, mail.outbox) == (False, user("intern"), [])

    def test_one_has_changes_that_visitors_do_not_see(self) -> None:
        page = self.page("changed").specific
        draft = page.get_latest_revision_as_object()
        assert (page.live, page.has_unpublished_changes) == (True, True)
        assert "barrow" in page.teaser
        assert "bakery" in draft.teaser
        assert draft.body == page.body

    def test_all_others_are_live_without_anything_pending(self) -> None:
        for page in Page.objects.filter(depth__gt=1).exclude(slug__in=STATES):
            assert (page.live, page.locked, page.has_unpublished_changes) == (True, False, False), page


class SettingsPages:
    def test_each_site_has_details_in_every_language(self) -> None:
        for site in Site.objects.all():
            details = SiteDetails.for_site(site)
            assert details.footer_text.strip()
            assert [text.language for text in details.translations.all()] == ["de", "ar"]

    def test_the_words_follow_the_language_of_the_page(self) -> None:
        details = SiteDetails.for_site(Site.objects.get(hostname="localhost"))
        for code, word in (("en", "loft"), ("de", "Netzboden"), ("ar", "المخزن"), ("fr", "loft")):
            with translation.override(code):
                assert word in details.in_language().opening_hours, code

    def test_the_shop_still_lacks_a_meta_description(self) -> None:
        press, shop = (SiteDetails.for_site(Site.objects.get(hostname=name)) for name in ("localhost", "127.0.0.1"))
        assert press.default_meta_description
        assert not shop.default_meta_description

    def test_the_letter_is_one_for_both(self) -> None:
        assert NewsletterSettings.objects.get().heading == "A letter, four times a year"

    def test_managers_and_editors_change_them_and_the_intern_does_not(self) -> None:
        rights = ["demo.change_sitedetails", "demo.change_newslettersettings"]
        assert user("manager").has_perms(rights)
        assert user("editor").has_perms(rights)
        assert not user("intern").has_perm(rights[0])


class TestDemo(States, SettingsPages, Loaded):
    """One class, since loading takes longer than all of its tests."""
