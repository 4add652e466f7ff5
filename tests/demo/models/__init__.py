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
from tests.demo.models.goods import GoodsTag, Product, ProductSpec, Review, TaggedProduct
from tests.demo.models.pages import GuideIndexPage, GuidePage, GuideStop, HomePage, InfoPage, ShelfPage, ShopPage
from tests.demo.models.snippets import Person

__all__ = [
    "Event",
    "EventsPage",
    "FaqPage",
    "GoodsTag",
    "GuideIndexPage",
    "GuidePage",
    "GuideStop",
    "HomePage",
    "InfoPage",
    "NewsletterSettings",
    "Person",
    "Product",
    "ProductSpec",
    "Review",
    "SectionPage",
    "ShelfPage",
    "ShopPage",
    "SiteDetails",
    "SiteDetailsTranslation",
    "StoryPage",
    "TaggedProduct",
    "WorkshopPage",
    "WorkshopVoice",
]
