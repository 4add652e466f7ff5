"""Images, embeds and links of a rich text outlive a new text: nobody sees in a comparison that they would be lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from wagtail.admin.panels import InlinePanel, MultiFieldPanel
from wagtail.models import Page

from shareai_cms.catalog import Images, ModelCatalog
from shareai_cms.errors import ChangeRefused, NotPermitted
from shareai_cms.integrations.wagtail import fields
from shareai_cms.integrations.wagtail.catalog import keepers
from shareai_cms.integrations.wagtail.catalog.texts import draftail_of, stored_html
from tests.catalog.shop import Charts, clerk, put
from tests.catalog.test_images import new_image
from tests.integrations.wagtail.conftest import saved_image
from tests.wares.models import Chart

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
FEATURES = ["bold", "h3", "link", "image", "hr", "document-link"]


class Blurbs(ModelCatalog):
    model = Chart
    description = "blurb"
    images = Images("cover", alt="price")


class TestLinks:
    OLD = '<p>See <a linktype="page" id="1">the bay</a>, <a href="https://a.example">tides</a> and the bay.</p>'

    def test_stay_at_their_words(self) -> None:
        new = stored_html("<p>All tides.</p><p>Sail the bay, past the bayou.</p>", FEATURES, self.OLD)
        assert new == (
            '<p>All <a href="https://a.example">tides</a>.</p>'
            '<p>Sail <a linktype="page" id="1">the bay</a>, past the bayou.</p>'
        )

    def test_go_with_their_words_and_no_other_comes(self) -> None:
        new = stored_html('<p>New <a href="https://b.example">words</a>.</p>', FEATURES, self.OLD)
        assert new == "<p>New words.</p>"

    def test_of_a_field_that_takes_none(self) -> None:
        assert stored_html("<p>tides</p>", ["bold"], self.OLD) == "<p>tides</p>"

    def test_in_a_draft_in_a_stream_and_in_the_form(self) -> None:
        page = Page.objects.first()
        html = f'<p><a id="{page.pk}" linktype="page">Old</a> words.</p>'
        obj = Chart.objects.create(name="Bay", blurb=html, body=[("text", html)])
        user = clerk("change_chart")
        Blurbs().write(user, obj, [put("description", "<p>Old and new.</p>")])
        Charts().write(user, obj, [put("description", "<p>Old and new.</p>")])
        draft: Any = Chart.objects.get().get_latest_revision_as_object()
        wanted = f'<p><a linktype="page" id="{page.pk}">Old</a> and new.</p>'
        assert (draft.blurb, draft.body[0].value.source) == (wanted, wanted)
        raw = draftail_of("<p>Old and new.</p>", ["link"], html)
        assert raw["entityMap"]["0"]["data"]["id"] == page.pk


class TestImages:
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of a rendition that Wagtail makes
    def test_stay_after_as_many_paragraphs(self) -> None:
        image = saved_image()
        embed = f'<embed embedtype="image" id="{image.pk}" format="left" alt="A quay"/>'
        new = "<p>One.</p><p>Two.</p><p>Three.</p>"

        html = stored_html(new, FEATURES, f"{embed}<p>a</p>")
        assert html.index("<embed") < html.index("One.")
        assert html.count(f'id="{image.pk}"') == html.count('alt="A quay"') == 1
        html = stored_html(new, FEATURES, f"<p>a</p>{embed}<p>b</p>")
        assert html.index("One.") < html.index("<embed") < html.index("Two.")
        html = stored_html("<p>One.</p>", FEATURES, f"<p>a</p><p>b</p><p>c</p>{embed}<hr/>")
        assert html.index("One.") < html.index("<embed") < html.index("<hr")

    def test_of_a_format_that_the_site_has_no_more(self) -> None:
        old = f'<p>a</p><embed embedtype="image" id="{new_image().pk}" format="gone" alt=""/>'
        with pytest.raises(ChangeRefused):
            stored_html("<p>One.</p>", FEATURES, old)

    def test_taken_back_as_it_was(self) -> None:
        html = '<p>See <a href="https://a.example">tides</a>.</p>'
        obj, user = Chart.objects.create(name="Bay", blurb=html), clerk("change_chart")
        before = Blurbs().write(user, obj, [put("description", "<p>New.</p>")]).before
        assert Chart.objects.get().get_latest_revision_as_object().blurb == "<p>New.</p>"
        Blurbs().write(user, obj, [put("description", before["description", ""], is_restored=True)])
        assert Chart.objects.get().get_latest_revision_as_object().blurb == html


class TestABasePageOfTheSitesOwn:
    def test_without_places_for_search_engines(self) -> None:
        bare = keepers.PageKeeper().defaults(Chart)  # which has a name, and none of the fields of a page
        assert bare == {}
        assert list(keepers.PageKeeper().defaults(Page)) == ["name", "seo_title", "seo_description"]


class TestWhatOnlyOthersSee:
    def test_rows_of_an_inline_form_in_a_group(self) -> None:
        group = MultiFieldPanel([InlinePanel("specs")], permission="wares.set_prices").bind_to_model(Chart)
        shown, hidden = set[str](), set[str]()
        fields._sort_panels(group, clerk("change_chart"), shown, hidden)
        assert (shown, hidden) == (set(), {"specs"})

    def test_as_the_place_of_an_alternative_text(self) -> None:
        obj = Chart.objects.create(name="Bay", cover=new_image())
        change = put("alt_text", "5", Blurbs().read(obj).images[0].key)
        with pytest.raises(NotPermitted):
            Blurbs().write(clerk("change_chart"), obj, [change])
        Blurbs().write(User.objects.create_superuser("pricer"), obj, [change])
