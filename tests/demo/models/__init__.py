from tests.demo.models.articles import (
    Event,
    EventsPage,
    FaqPage,
    SectionPage,
    StoryPage,
    WorkshopPage,
    WorkshopVoice,
)
from tests.demo.models.details import NewsletterSettings, SiteDetails, SiteDetailsTranslation
from tests.demo.models.pages import GuideIndexPage, GuidePage, GuideStop, HomePage, InfoPage, ShelfPage, ShopPage
from tests.demo.models.snippets import Person, Product

__all__ = [
    "Event",
    "EventsPage",
    "FaqPage",
    "GuideIndexPage",
    "GuidePage",
    "GuideStop",
    "HomePage",
    "InfoPage",
    "NewsletterSettings",
    "Person",
    "Product",
    "SectionPage",
    "ShelfPage",
    "ShopPage",
    "SiteDetails",
    "SiteDetailsTranslation",
    "StoryPage",
    "WorkshopPage",
    "WorkshopVoice",
]
