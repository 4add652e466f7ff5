"""A plain shop: no drafts, attributes in columns, in rows and in JSON."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from taggit.managers import TaggableManager

IMAGE = "wagtailimages.Image"


class Maker(models.Model):
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class Shelf(models.Model):
    name = models.CharField(max_length=80)
    is_open = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class Ware(models.Model):
    class Colour(models.TextChoices):
        RED = "r", "Red"
        BLUE = "b", "Blue"

    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)
    summary = models.TextField(max_length=160, blank=True)
    seo_title = models.CharField(max_length=60, blank=True)
    seo_description = models.CharField(max_length=160, blank=True)
    name_de = models.CharField(max_length=80, blank=True)
    description_de = models.TextField(blank=True)
    sku = models.CharField(max_length=32, unique=True)
    colour = models.CharField(max_length=1, choices=Colour.choices, blank=True)
    size = models.CharField("the size", max_length=40, blank=True)
    weight = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    is_fragile = models.BooleanField(null=True, blank=True)
    maker = models.ForeignKey(Maker, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    shelf = models.ForeignKey(
        Shelf, null=True, blank=True, on_delete=models.PROTECT, related_name="+", limit_choices_to={"is_open": True}
    )
    uses = models.ManyToManyField(Tag, blank=True, related_name="+")
    keywords = models.JSONField(default=list, blank=True)
    words = models.CharField(max_length=200, blank=True)
    tags = TaggableManager(blank=True)
    data = models.JSONField(default=dict, blank=True)
    verdict = models.JSONField(null=True, blank=True)
    photo = models.ImageField(blank=True)
    photo_alt = models.CharField(max_length=120, blank=True)
    stock = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if "forbidden" in self.description:
            raise ValidationError({"description": "That word is not used here."})


class SpecKind(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class SpecValue(models.Model):
    kind = models.ForeignKey(SpecKind, on_delete=models.CASCADE, related_name="values")
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class Spec(models.Model):
    ware = models.ForeignKey(Ware, on_delete=models.CASCADE, related_name="specs")
    kind = models.ForeignKey(SpecKind, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=80, blank=True)
    value = models.ForeignKey(SpecValue, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


class Picture(models.Model):
    ware = models.ForeignKey(Ware, on_delete=models.CASCADE, related_name="pictures")
    image = models.ForeignKey(IMAGE, on_delete=models.CASCADE, related_name="+")
    alt = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.alt


class Review(models.Model):
    ware = models.ForeignKey(Ware, on_delete=models.CASCADE, related_name="reviews")
    text = models.TextField()
    stars = models.PositiveSmallIntegerField(null=True)
    is_public = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.text[:40]
