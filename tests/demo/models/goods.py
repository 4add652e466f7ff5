"""What the shop sells, and what its customers say of it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from taggit.models import ItemBase, TagBase
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PublishingPanel
from wagtail.admin.ui.tables import LiveStatusTagColumn, LocaleColumn
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, Orderable, RevisionMixin, TranslatableMixin
from wagtail.search import index
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from tests.demo.models.forms import Table, Ticked
from tests.demo.models.snippets import IMAGE


class Kind(models.TextChoices):
    BOOK = "book", _("Books")
    MAP = "map", _("Maps")
    NOTEBOOK = "notebook", _("Notebooks")
    PRINT = "print", _("Prints")
    JACKET = "jacket", _("Jackets")
    BAG = "bag", _("Bags")
    LAMP = "lamp", _("Lamps")
    MUG = "mug", _("Mugs")


class Colour(models.TextChoices):
    NAVY = "navy", _("Navy")
    OCHRE = "ochre", _("Ochre")
    SEA_GREEN = "sea-green", _("Sea green")
    RUST = "rust", _("Rust red")
    SAND = "sand", _("Sand")
    WHITE = "white", _("White")
    GREY = "grey", _("Grey")
    BLACK = "black", _("Black")


class Season(models.TextChoices):
    ALL = "all", _("All year")
    SUMMER = "summer", _("Summer")
    WINTER = "winter", _("Winter")


#: How something is looked after.
CARE = (
    ("hand-wash", _("Hand wash")),
    ("machine-30", _("Machine wash at 30 °C")),
    ("dishwasher", _("Dishwasher safe")),
    ("wipe", _("Wipe clean")),
    ("re-wax", _("Re-wax once a year")),
    ("no-tumble", _("Do not tumble dry")),
    ("no-sun", _("Keep out of direct sun")),
)


class GoodsTag(TagBase):
    """What the shop's people call things when they look for them."""

    class Meta:
        verbose_name = "product tag"


class TaggedProduct(ItemBase):
    tag = models.ForeignKey(GoodsTag, on_delete=models.CASCADE, related_name="products")
    content_object = ParentalKey("demo.Product", on_delete=models.CASCADE, related_name="tagged_items")


class Product(TranslatableMixin, DraftStateMixin, RevisionMixin, ClusterableModel, index.Indexed, models.Model):
    """Something on the shop's shelves."""

    #: What visitors call them among the results of a search.
    shareai_kind = _("On our shelves")

    Kind = Kind

    name = models.CharField(max_length=120)
    sku = models.CharField("article number", max_length=32)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    price = models.DecimalField(max_digits=7, decimal_places=2, help_text="In euros, tax included.")
    summary = models.TextField(max_length=240, help_text="One sentence, shown on the shelf.")
    description = RichTextField(blank=True, features=["h3", "bold", "italic", "ul", "ol", "link"])
    image = models.ForeignKey(IMAGE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    image_alt = models.CharField(
        "alternative text", max_length=160, blank=True, help_text="For people who cannot see the picture."
    )

    materials = models.CharField(max_length=160, blank=True)
    size = models.CharField(max_length=80, blank=True)
    colour = models.CharField(max_length=16, choices=Colour.choices, blank=True)
    season = models.CharField(max_length=16, choices=Season.choices, blank=True)
    care = Ticked(among=CARE, default=list, blank=True)
    sheet = Table(
        "from the supplier’s sheet", default=dict, blank=True, help_text="One pair on each line, such as Weight: 620 g."
    )
    supplier_note = models.TextField("what the maker says", blank=True, help_text="Never shown to customers.")
    tags = ClusterTaggableManager(through=TaggedProduct, blank=True)

    seo_title = models.CharField("title for search engines", max_length=70, blank=True)
    seo_description = models.CharField("description for search engines", max_length=160, blank=True)
    review_summary = models.TextField("what customers say", blank=True, help_text="One point on each line.")

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("sku"), FieldPanel("kind"), FieldPanel("price")]),
        FieldPanel("summary"),
        FieldPanel("description"),
        MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt")], heading="Picture"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("materials"), FieldPanel("size")]),
                FieldRowPanel([FieldPanel("colour"), FieldPanel("season")]),
                FieldPanel("care"),
            ],
            heading="Details",
        ),
        InlinePanel("specs", heading="Fit and finish", label="Property"),
        MultiFieldPanel([FieldPanel("sheet"), FieldPanel("supplier_note")], heading="From the maker"),
        MultiFieldPanel(
            [FieldPanel("tags"), FieldPanel("seo_title"), FieldPanel("seo_description")], heading="To be found"
        ),
        FieldPanel("review_summary"),
        PublishingPanel(),
    ]
    search_fields = [
        index.SearchField("name"),
        index.SearchField("summary"),
        index.SearchField("description"),
        index.AutocompleteField("name"),
        index.FilterField("kind"),
        index.FilterField("live"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def alt(self) -> str:
        """What is said of its picture here, else what the library says of it."""
        return self.image_alt or (self.image.default_alt_text if self.image else "")


class ProductSpec(Orderable):
    """One property of a product that the shop's people name themselves."""

    product = ParentalKey(Product, on_delete=models.CASCADE, related_name="specs")
    name = models.CharField(max_length=60)
    value = models.CharField(max_length=120, blank=True)

    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("value")])]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class Review(models.Model):
    """What a customer wrote, with one to five stars."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    stars = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    text = models.TextField()
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.stars} stars: {self.text[:40]}"


#: A description of fewer characters, its markup among them, says little.
FULL = 150


class ProductFilters(WagtailFilterSet):
    """By kind, and by how much is said of something."""

    description = ChoiceFilter(
        label=_("Description"),
        choices=[("empty", _("empty")), ("short", _("short")), ("full", _("full"))],
        method="by_length",
    )

    class Meta:
        model = Product
        fields = ["kind"]

    def by_length(self, found: QuerySet[Product], _name: str, value: str) -> QuerySet[Product]:
        lengths = {"empty": (0, 0), "short": (1, FULL - 1), "full": (FULL, 1_000_000)}
        return found.annotate(length=Length("description")).filter(length__range=lengths[value])


class ProductViewSet(SnippetViewSet):
    """The list of the shop's goods."""

    model = Product
    icon = "tag"
    list_display = ["name", "kind", "price", LocaleColumn(), LiveStatusTagColumn()]
    filterset_class = ProductFilters


register_snippet(ProductViewSet)
