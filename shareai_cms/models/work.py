"""Background work: which duty is due when, who has it now, and which workers are alive."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Duty(models.Model):
    """Something that has to be done again and again, by one worker at a time."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    due_at = models.DateTimeField(_("due"))
    #: Until when the worker that took it has it to itself; empty while nobody does it.
    leased_until = models.DateTimeField(_("taken until"), null=True)
    #: Counts the takings. A worker whose number is no longer this one has lost the duty to another.
    attempt = models.PositiveBigIntegerField(_("takings"), default=0)
    worker = models.CharField(_("worker"), max_length=255, blank=True)
    started_at = models.DateTimeField(_("started"), null=True)
    #: When it last came to its end without an error.
    finished_at = models.DateTimeField(_("finished"), null=True)
    #: Failures in a row.
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    #: Class and place of the last error, empty after a success; never its text, which may hold content.
    error = models.CharField(_("error"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A process that does background work, and when it was last heard of."""

    reference = models.CharField(_("reference"), max_length=255, unique=True)
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last heard of"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.reference
