"""A magazine's articles, with a field of every kind that AI has to leave alone."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models


class Article(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "Draft of an article that nobody has read yet"
        READY = "ready", "Ready"

    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=200, blank=True)
    summary = models.CharField(max_length=250, blank=True, help_text="Shown in lists.")
    body = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    status = models.CharField(max_length=60, choices=Status, default=Status.DRAFT)
    contact = models.EmailField(blank=True)
    source = models.URLField(blank=True)
    mirror = models.CharField(max_length=200, blank=True, validators=[URLValidator()])
    reader_password = models.CharField(max_length=100, blank=True)
    sku = models.CharField(max_length=20, blank=True)
    imprint = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="passages")
    heading = models.CharField(max_length=120)
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.heading


class Remark(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="remarks")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text


class Shop(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Offer(models.Model):
    """Belongs to one of several clients, each with its own units."""

    shareai_site = models.ForeignKey(Shop, on_delete=models.CASCADE)
    text = models.TextField()

    def __str__(self) -> str:
        return self.text
