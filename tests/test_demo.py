"""The demo client is what the documentation says it is, and was not built for us."""

from __future__ import annotations

import ast
import gc
import re
import tomllib
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from PIL import Image as PillowImage
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.blocks import StreamBlockValidationError
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, Site, WorkflowState
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.permissions import BULK, BUY, MANAGE, USE, Actor, rights
from tests.demo.databases import database_from
from tests.demo.loading import clear_content, load_content, place_sites
from tests.demo.models import (
    EventsPage,
    FaqPage,
    GuideIndexPage,
    HomePage,
    InfoPage,
    NewsletterSettings,
    Person,
    Product,
    Review,
    SectionPage,
    ShelfPage,
    ShopPage,
    StoryPage,
    WorkshopPage,
)
from tests.demo.pictures.__main__ import FOLDER, PICTURES
from tests.demo.version import DEMO_ROOT
from tests.demo_content import BODIES, Loaded, rich_texts, user, words_of

#: How many pages each language has.
LANGUAGES = {"en": 30, "de": 18, "ar": 11}
#: How many products are for sale in each language; one more is a draft.
PRODUCTS = {"en": 59, "de": 17, "ar": 6}
#: Lists of other pages have few words of their own.
LISTS = (GuideIndexPage, SectionPage, ShelfPage)
#: The page with a picture that nobody has described yet.
NO_ALT_TEXT = "for-the-press"
#: Where the demo's own pages know that there is a search.
SEARCH = {
    "static/demo/search.css",
    "templates/demo/includes/find.html",
    "templates/demo/includes/related.html",
    "templates/shareai_cms/search/base.html",
    "templates/shareai_cms/search/result.html",
}
MAX_BYTES = 60_000
MAX_WIDTH = 1200


class Content:
    def test_thirty_pages_in_english_and_most_of_them_in_other_languages(self) -> None:
        for code, count in LANGUAGES.items():
            pages = Page.objects.filter(locale__language_code=code, depth__gt=1)
            assert pages.count() == count
            assert pages.count() - pages.live().count() == (2 if code == "en" else 0)

    def test_every_page_has_an_english_one_and_some_have_nothing_else(self) -> None:
        counts = set()
        for page in Page.objects.filter(depth__gt=1):
            assert page.get_translation(Locale.objects.get(language_code="en"))
            counts.add(page.get_translations().count())
        assert counts == {0, 1, 2}

    def test_pages_are_long_enough_to_be_worth_reading(self) -> None:
        old = ("house", "lamplighters-coast", "reading-the-tide", "press", "chandlery", "delivery")
        for page in Page.objects.filter(depth__gt=1, locale__language_code="en").specific():
            if not isinstance(page, LISTS) and page.slug not in old:
                assert 150 <= words_of(page) <= 500, (page.slug, words_of(page))

    def test_the_press_and_the_shop_are_two_sites_at_the_same_port(self) -> None:
        found = {(site.hostname, site.port, site.root_page.specific_class) for site in Site.objects.all()}
        assert found == {("localhost", 8123, HomePage), ("127.0.0.1", 8123, ShopPage)}

    def test_pages_know_the_site_that_they_belong_to(self) -> None:
        counted: dict[str, int] = {}
        for page in Page.objects.filter(depth__gt=1):
            counted[page.get_site().hostname] = counted.get(page.get_site().hostname, 0) + 1
        assert counted == {"localhost": 42, "127.0.0.1": 17}

    def test_rich_text_has_everything_that_editors_use(self) -> None:
        text = "".join(source for source, _ in rich_texts())
        for part in (
            "<h2>",
            "<h3>",
            "<b>",
            "<i>",
            "<ul><li>",
            "<ol><li>",
            "<hr/>",
            'format="left"',
            'format="right"',
        ):
            assert part in text, part
        assert re.search(r'<a linktype="page" id="\d+">', text)
        assert re.search(r'<a href="https://[^"]+">', text)
        assert re.search(r'<embed embedtype="image" id="\d+" format="fullwidth"', text)

    def test_rich_text_is_nested_in_sections_and_in_the_cards_of_a_list(self) -> None:
        for home in HomePage.objects.all():
            section = next(block for block in home.body if block.block_type == "section")
            cards = next(block for block in home.body if block.block_type == "cards")
            assert section.value["text"].source.strip()
            assert [card["text"].source.strip() for card in cards.value["cards"]] != []

    # Wagtail leaves the temporary file of a rendition to the garbage collector.
    @pytest.mark.filterwarnings("ignore::ResourceWarning")
    def test_the_editor_keeps_every_piece_of_markup(self) -> None:
        for source, features in filter(all, rich_texts()):
            converter = ContentstateConverter(features=features)
            kept = converter.to_database_format(converter.from_database_format(source))
            for tag in ("<h2", "<h3", "<li", "<b>", "<i>", "<a ", "<embed", "<hr", "<p"):
                assert kept.count(tag) == source.count(tag), (tag, source)
        gc.collect()

    def test_an_editor_could_save_every_body_as_it_is(self) -> None:
        for model in BODIES:
            for page in model.objects.exclude(slug=NO_ALT_TEXT):
                page.full_clean()
                page.body.stream_block.clean(page.body)

    def test_one_picture_has_to_be_described_before_its_page_can_be_published(self) -> None:
        page = StoryPage.objects.get(slug=NO_ALT_TEXT)
        with pytest.raises(StreamBlockValidationError) as caught:
            page.body.stream_block.clean(page.body)
        assert list(caught.value.block_errors) == [3]
        page.body.stream_block.clean(page.body[:3])

    def test_no_reference_of_the_content_files_is_left_over(self) -> None:
        for source, _ in rich_texts():
            assert "{{" not in source
            assert "@" not in re.sub(r"mailto:\S+|\w+@slackwater\.example", "", source)

    def test_snippets_come_with_and_without_drafts(self) -> None:
        for code in LANGUAGES:
            locale = Locale.objects.get(language_code=code)
            assert Person.objects.filter(locale=locale).count() == 3
            assert Product.objects.filter(locale=locale, live=True).count() == PRODUCTS[code]
            assert Product.objects.filter(locale=locale, live=False, latest_revision__isnull=False).count() == 1

    def test_every_product_could_be_saved(self) -> None:
        for product in Product.objects.all():
            product.full_clean()

    def test_sixty_products_of_which_most_say_little(self) -> None:
        english = Product.objects.filter(locale__language_code="en")
        assert (english.count(), Review.objects.count()) == (60, 200)
        assert english.filter(description="", seo_title="", image_alt="", colour="").count() >= 40
        assert all(1 <= stars <= 5 for stars in Review.objects.values_list("stars", flat=True))

    def test_a_catalogue_knows_them(self) -> None:
        catalogue = catalogue_for(Product)
        assert catalogue is not None
        smock, parka = (Product.objects.get(sku=sku, locale__language_code="en") for sku in ("SW-J04", "SW-J07"))
        facts = {each.key: each for each in catalogue.read(smock).attributes}
        assert facts["care"].values == ("Machine wash at 30 °C", "Do not tumble dry")
        assert (facts["colour"].values, facts["Lining"].values) == (("Rust red",), ("Unlined",))
        assert "Two-way zip" in {each.key: each for each in catalogue.read(parka).attributes}["Closure"].allowed
        assert len(catalogue.read(smock).reviews) == 5
        assert catalogue.account(parka).label == "The Slackwater Chandlery"

    def test_most_pictures_still_lack_a_description(self) -> None:
        images = get_image_model().objects.all()
        assert all(image.title for image in images)
        assert images.exclude(description="").count() == 2
        assert images.count() == len(PICTURES)

    def test_every_page_and_product_shows_a_picture(self) -> None:
        assert all(page.specific.cover for page in Page.objects.filter(depth__gt=1))
        assert all(product.image for product in Product.objects.all())

    def test_texts_are_nested_in_structs_lists_and_streams(self) -> None:
        workshop = WorkshopPage.objects.get(slug="line-of-type")
        programme = next(block for block in workshop.body if block.block_type == "programme").value
        hour, _, pause, _ = programme["days"][0]["hours"]
        assert hour.value["note"].source.startswith("<p>Where the letters live")
        assert pause.value.startswith("Soup at one")
        questions = FaqPage.objects.get(slug="questions").body[0].value["questions"]
        assert questions[1]["question"] == "May I bring my dog?"
        aside = next(
            block for block in StoryPage.objects.get(slug="printing-the-sea").body if block.block_type == "aside"
        )
        assert [part.block_type for part in aside.value["body"]] == ["paragraph", "text"]

    def test_inline_panels_have_texts(self) -> None:
        assert WorkshopPage.objects.get(slug="line-of-type").voices.count() == 2
        assert [event.title for event in EventsPage.objects.get(slug="events").events.all()][1] == "Low water at noon"

    def test_few_pages_have_a_description_for_search_engines(self) -> None:
        described = Page.objects.exclude(search_description="").filter(locale__language_code="en")
        assert sorted(described.values_list("slug", flat=True)) == [
            "events",
            "how-the-notebook-learned-to-swim",
            "printing-the-sea",
            "questions",
            "what-a-map-leaves-out",
        ]
        assert all(len(page.search_description) <= 160 for page in described)

    def test_links_lead_to_pages_in_the_same_language_or_in_english(self) -> None:
        pages = {page.pk: page for page in Page.objects.select_related("locale")}
        for page in InfoPage.objects.select_related("locale"):
            for found in re.findall(r'linktype="page" id="(\d+)"', page.body):
                target = pages[int(found)]
                assert target.locale in (page.locale, Locale.objects.get(language_code="en")), (page, target)
                assert target.locale == page.locale or not target.has_translation(page.locale), (page, target)


class Logins:
    def test_the_four_logins_take_the_password_of_the_documentation(self) -> None:
        assert set(User.objects.values_list("username", flat=True)) == {"admin", "manager", "editor", "intern"}
        assert all(user.check_password("demo") for user in User.objects.all())

    def test_rights_to_ai(self) -> None:
        for username, expected in {
            "admin": {USE, BULK, BUY, MANAGE},
            "manager": {USE, BULK, BUY, MANAGE},
            "editor": {USE},
            "intern": set(),
        }.items():
            assert rights(Actor.from_user(user(username)), None) == expected, username

    def test_all_four_enter_the_admin_and_only_one_is_a_superuser(self) -> None:
        assert all(user(name).has_perm("wagtailadmin.access_admin") for name in ("manager", "editor", "intern"))
        assert list(User.objects.filter(is_superuser=True)) == [user("admin")]

    def test_manager_and_editor_publish_on_both_sites_and_the_intern_only_edits(self) -> None:
        for page in Page.objects.filter(depth__gt=1):
            for username, publishes in (("manager", True), ("editor", True), ("intern", False)):
                allowed = page.permissions_for_user(user(username))
                assert allowed.can_edit(), username
                assert allowed.can_publish() is publishes, username

    def test_everyone_edits_images_and_the_intern_no_snippets(self) -> None:
        image_policy = CollectionOwnershipPermissionPolicy(get_image_model(), owner_field_name="uploaded_by_user")
        for username in ("manager", "editor", "intern"):
            assert image_policy.user_has_permission(user(username), "change"), username
        assert user("editor").has_perms(["demo.change_product", "demo.publish_product", "demo.change_person"])
        assert not user("intern").has_perm("demo.change_product")


class Reloading:
    def test_the_sites_move_to_another_port(self) -> None:
        place_sites(8456)
        assert list(Site.objects.values_list("port", flat=True)) == [8456, 8456]
        assert Site.objects.get(is_default_site=True).hostname == "localhost"

    def test_old_content_makes_room_for_new(self) -> None:
        clear_content()
        load_content(8124)
        assert Page.objects.filter(depth__gt=1).count() == sum(LANGUAGES.values())
        assert User.objects.count() == 4
        assert (WorkflowState.objects.count(), NewsletterSettings.objects.count()) == (1, 1)


class TestDemo(Content, Logins, Reloading, Loaded):
    """One class, since loading takes longer than all of its tests."""


@pytest.mark.django_db
class TestForeignDatabase:
    def test_a_database_with_other_users_is_left_alone(self, settings: Any) -> None:
        settings.PORT = 8000
        User.objects.create(username="someone")
        with pytest.raises(CommandError, match="has users but no demo in it"):
            call_command("load_demo", clear=True)
        assert User.objects.filter(username="someone").exists()


class TestDatabase:
    def test_sqlite_with_the_recommended_options_is_the_default(self) -> None:
        found = database_from("", DEMO_ROOT / "demo.sqlite3")
        assert found["ENGINE"].endswith("sqlite3")
        assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]
        assert found["ATOMIC_REQUESTS"] is False

    def test_an_address_names_a_postgresql_database(self) -> None:
        found = database_from("postgresql://ida:p%40ss@db.example:5433/press", DEMO_ROOT)
        parts = {name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "ATOMIC_REQUESTS")}
        assert parts == {
            "NAME": "press",
            "USER": "ida",
            "PASSWORD": "p@ss",
            "HOST": "db.example",
            "PORT": "5433",
            "ATOMIC_REQUESTS": False,
        }
        assert database_from("postgresql://postgres@/demo?host=/tmp/socket", DEMO_ROOT)["HOST"] == "/tmp/socket"

    def test_another_database_is_refused_with_an_example(self) -> None:
        with pytest.raises(ValueError, match="such as postgresql://user:password@localhost:5432/demo"):
            database_from("mysql://root@localhost/demo", DEMO_ROOT)


class TestFiles:
    def test_all_languages_say_the_same_things(self) -> None:
        for code in ("de", "ar"):
            for file in sorted((DEMO_ROOT / "content" / code).glob("*.toml")):
                english, other = _read(DEMO_ROOT / "content/en" / file.name), _read(file)
                for key in ("draft", "NewsletterSettings"):  # what is not published yet, and the letter
                    english.pop(key, None)
                for key, person in other.items() if file.stem == "snippets" else ():
                    person["name"] = english[key].setdefault("name", "")  # people's names are in the plan
                assert _outline(english) == _outline(other), f"{code}/{file.name}"

    def test_every_page_of_the_plan_is_there_in_english_and_no_file_is_left_over(self) -> None:
        planned = {entry["key"] for entry in _read(DEMO_ROOT / "content/site.toml")["pages"]}
        for code in LANGUAGES:
            found = {file.stem for file in (DEMO_ROOT / "content" / code).glob("*.toml")} - {"settings", "snippets"}
            assert found == planned if code == "en" else found < planned, code

    def test_pictures_are_small(self) -> None:
        files = list(FOLDER.iterdir())
        assert {file.name for file in files} == set(PICTURES)
        assert {file.suffix for file in files} == {".jpg", ".png", ".webp"}
        for file in files:
            assert file.stat().st_size <= MAX_BYTES, file.name
            with PillowImage.open(file) as picture:
                assert picture.width <= MAX_WIDTH, file.name

    def test_pictures_can_be_drawn_again(self) -> None:
        picture = PICTURES["ida.png"]()
        assert (picture.width, picture.height) == (600, 600)
        assert len(set(picture.image.resize((40, 40)).convert("P").tobytes())) > 8

    def test_models_templates_and_pages_know_nothing_of_us_but_the_search(self) -> None:
        for module in DEMO_ROOT.glob("models/*.py"):
            assert not _imports_us(module.read_text()), module.name
        files = (*DEMO_ROOT.glob("templates/**/*.html"), *DEMO_ROOT.glob("static/**/*.*"))
        assert {str(file.relative_to(DEMO_ROOT)) for file in files if "shareai" in file.read_text()} == SEARCH
        assert "shareai" not in (DEMO_ROOT / "migrations/0001_initial.py").read_text()

    def test_its_addresses_name_us_where_payments_are_told_of_and_at_the_search(self) -> None:
        text = (DEMO_ROOT / "urls.py").read_text()
        assert re.findall(r".*shareai.*", text) == [
            '    path("shareai/webhooks/", include("shareai_cms.webhooks")),',
            '    path("search/", include("shareai_cms.search_urls")),',
        ]

    def test_settings_name_us_in_two_apps_a_backend_and_one_dictionary_only(self) -> None:
        text = (DEMO_ROOT / "settings.py").read_text()
        assert not _imports_us(text)
        assert re.findall(r"(?i).*shareai.*", text) == [
            '    "shareai_cms",',
            '    "shareai_cms.integrations.wagtail",',
            '    "semantic": {"BACKEND": "shareai_cms.integrations.wagtail.search.backend"},',
            "SHAREAI_CMS = {",
        ]


def _read(file: Any) -> dict[str, Any]:
    return tomllib.loads(file.read_text())


def _outline(value: Any) -> Any:
    """The form of a content file without its words: keys, block types, references."""
    if isinstance(value, dict):
        return {key: item if key == "type" else _outline(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_outline(item) for item in value]
    if isinstance(value, str):
        return value if value.startswith("@") else (re.findall(r"\{\{[\w-]+\}\}", value), re.findall(r"<(\w+)", value))
    return value


def _imports_us(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shareai_cms"):
            return True
        if isinstance(node, ast.Import) and any(name.name.startswith("shareai_cms") for name in node.names):
            return True
    return False
