"""What an action proposed, kept so that a repeated request gets the same answer for nothing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shareai_cms.models.metering import Usage


class Suggestion(models.Model):
    """The result of one settled action and the editor's decision on it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        DISCARDED = "discarded", _("discarded")

    usage = models.OneToOneField(Usage, verbose_name=_("usage"), on_delete=models.CASCADE, related_name="suggestion")
    #: The result as it was sent to the editor: ``kind`` and what belongs to it.
    result = models.JSONField(_("result"))
    #: False where the editor stopped the action after its first words.
    is_complete = models.BooleanField(_("complete"), default=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.PROPOSED)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.CharField(_("decided by"), max_length=255, blank=True)
    #: When ``result`` was emptied, because suggestions are kept for a limited time.
    erased_at = models.DateTimeField(_("erased"), null=True)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(erased_at__isnull=True), name="shareai_suggestion_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"suggestion {self.pk}"
