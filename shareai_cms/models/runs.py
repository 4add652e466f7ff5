"""Bulk runs: one action over many objects, what it proposed for each, and what was taken over."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shareai_cms.models.accounts import SiteAccount
from shareai_cms.models.metering import Usage


class Run(models.Model):
    """One task over the objects of one site account, begun by one person.

    A selection that belongs to several accounts makes several runs of one ``batch``.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("not started")
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        #: The units, or the budget, ran out; it goes on after a top-up.
        OUT = "out", _("out of units")
        #: Something that every object would meet: no right any more, a suspended account, a refused key.
        STOPPED = "stopped", _("stopped")
        CANCELLED = "cancelled", pgettext_lazy("run", "cancelled")
        FINISHED = "finished", _("finished")

    #: Names it in addresses.
    reference = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    batch = models.UUIDField(_("selection"), default=uuid.uuid4, db_index=True, editable=False)
    account = models.ForeignKey(
        SiteAccount, verbose_name=_("site account"), on_delete=models.PROTECT, related_name="runs"
    )
    #: Slug of a ``runs.tasks.RunTask``.
    task = models.CharField(_("task"), max_length=64)
    #: What is wanted: of an enrichment ``{"parts": […], "languages": […]}``.
    options = models.JSONField(_("options"), default=dict, blank=True)
    route = models.CharField(_("route"), max_length=16, default=Usage.Route.STANDARD)
    #: What was selected, in words: "12 products", "Products without a description".
    title = models.CharField(_("selection in words"), max_length=255, blank=True)
    #: Most units that it may take; None for no cap of its own.
    cap = models.PositiveIntegerField(_("most units"), null=True)
    #: Objects that it has, written once when they are listed.
    total = models.PositiveIntegerField(_("objects"), default=0)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    #: The name shown, which outlives the person's row.
    owner_label = models.CharField(_("name of the person"), max_length=255, blank=True)

    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.DRAFT)
    #: Code of the error that stopped it or lets it wait; empty while all goes well.
    error_code = models.CharField(_("error code"), max_length=64, blank=True)
    #: Until when nothing is sent, because the marketplace is away or asked for a pause.
    resting_until = models.DateTimeField(_("resting until"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        indexes = [
            models.Index(fields=["account", "-created_at"], name="shareai_run_account"),
            models.Index(fields=["state"], condition=Q(state__in=("running", "out")), name="shareai_run_open"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.reference}"


class RunItem(models.Model):
    """One object of a run, in one language: a lease with a number, its outcome and the decision on it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("being worked on")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        #: Nothing was sent: it is gone, nothing about it is known, or the person may not change it.
        SKIPPED = "skipped", _("left out")

    class Review(models.TextChoices):
        NONE = "", _("nothing to review")
        OPEN = "open", _("to be reviewed")
        #: A worker applies it, as the person who accepted it.
        ACCEPTED = "accepted", _("accepted, being applied")
        APPLIED = "applied", _("applied")
        DECLINED = "declined", _("declined")
        #: Could not be applied; ``review_error`` says why. It may be tried again.
        REFUSED = "refused", _("could not be applied")
        #: A worker takes it back.
        RETURNING = "returning", _("being taken back")
        UNDONE = "undone", pgettext_lazy("suggestion", "taken back")

    run = models.ForeignKey(Run, verbose_name=_("run"), on_delete=models.CASCADE, related_name="items", db_index=False)
    #: Its place in the run, from 1.
    position = models.PositiveIntegerField(_("position"))
    object_type = models.CharField(_("type of object"), max_length=128)
    object_ref = models.CharField(_("reference of the object"), max_length=255)
    object_label = models.CharField(_("object"), max_length=255, blank=True)
    #: BCP 47 tag that is written in; empty for the object's own.
    language = models.CharField(_("language"), max_length=35, blank=True)

    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField(_("not before"), null=True)
    #: Until when a worker has it to itself; empty while nobody works on it.
    leased_until = models.DateTimeField(_("taken until"), null=True)
    #: Counts the takings: a worker whose number is no longer this one is not heard. Part of the hold's key.
    attempt = models.PositiveIntegerField(_("takings"), default=0)
    #: Failures in a row that are worth another try.
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    error_code = models.CharField(_("error code"), max_length=64, blank=True)
    #: The technical reason, for people who manage AI; never content.
    error_detail = models.CharField(_("technical reason"), max_length=500, blank=True)
    finished_at = models.DateTimeField(_("ended"), null=True)

    #: Counted for it; 0 until it is done.
    units = models.PositiveIntegerField(_("units"), default=0)
    #: Of the attempt that delivered; its ``suggestion`` holds what was proposed.
    usage = models.OneToOneField(
        Usage, verbose_name=_("usage"), on_delete=models.SET_NULL, null=True, related_name="run_item"
    )
    #: A value was found that the facts do not support.
    needs_look = models.BooleanField(_("needs a look"), default=False)
    #: ``catalog.Keeper.version`` of the object when its facts were read.
    version_read = models.CharField(_("version read"), max_length=64, blank=True)

    review = models.CharField(_("review"), max_length=16, choices=Review.choices, default=Review.NONE, blank=True)
    #: Code of why it could not be applied or undone.
    review_error = models.CharField(_("why it could not be applied"), max_length=64, blank=True)
    #: The sentence for people, such as a validation error that names its field.
    review_note = models.CharField(_("what has to be done"), max_length=500, blank=True)
    #: ``catalog.Keeper.version`` of the object just after it was applied: undo refuses any other.
    version_applied = models.CharField(_("version applied"), max_length=64, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    reviewed_by = models.CharField(_("reviewed by"), max_length=255, blank=True)
    #: Whose rights decide while a worker applies it or takes it back.
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("object of a run")
        verbose_name_plural = _("objects of runs")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "object_type", "object_ref", "language"], name="shareai_runitem_unique"
            ),
            models.UniqueConstraint(fields=["run", "position"], name="shareai_runitem_position"),
        ]
        indexes = [
            # What is still to be done of a run, in order.
            models.Index(
                fields=["run", "state", "position"],
                condition=Q(state__in=("waiting", "working")),
                name="shareai_runitem_todo",
            ),
            models.Index(fields=["run", "state"], name="shareai_runitem_state"),
            models.Index(fields=["run", "review", "-needs_look", "position"], name="shareai_runitem_review"),
            models.Index(fields=["object_type", "object_ref"], name="shareai_runitem_object"),
            # What workers have to write.
            models.Index(
                fields=["reviewed_at"],
                condition=Q(review__in=("accepted", "returning")),
                name="shareai_runitem_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_ref}"


class AppliedChange(models.Model):
    """One value that a run's review wrote, with the one that stood there before: what undo needs."""

    item = models.ForeignKey(
        RunItem, verbose_name=_("object of a run"), on_delete=models.CASCADE, related_name="changes"
    )
    #: One of ``actions.facts.PARTS``.
    part = models.CharField(_("part"), max_length=32)
    #: Which attribute, or which image; empty for parts there is one of.
    key = models.CharField(_("key"), max_length=255, blank=True)
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    applied_at = models.DateTimeField(_("applied"), db_index=True)
    undone_at = models.DateTimeField(pgettext_lazy("suggestion", "taken back"), null=True)

    class Meta:
        verbose_name = _("applied change")
        verbose_name_plural = _("applied changes")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "part", "key"], condition=Q(undone_at__isnull=True), name="shareai_change_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.key}"
