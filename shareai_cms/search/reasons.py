"""Why a search was answered by keywords alone."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Each value is kept in ``SearchLog.reason``; the label is for people who manage the site."""

    OFF = "off", _("Search by meaning is switched off.")
    NOT_BUILT = "not_built", _("The index has no vectors yet.")
    MODEL_CHANGED = "model_changed", _("Another embedding model is set, or answers, than the index was built with.")
    TOO_SHORT = "too_short", _("The search was shorter than three letters.")
    RATE = "rate", _("Too many searches in one minute from one visitor.")
    DAILY_CAP = "daily_cap", _("The most searches of one day were reached.")
    NO_UNITS = "no_units", _("No searches were left.")
    BUDGET = "budget", _("The budget for searches was used up.")
    SUSPENDED = "suspended", _("The site's account is suspended.")
    NOT_CONFIGURED = "not_configured", _("ShareAI is not set up.")
    MARKETPLACE = "marketplace", _("The marketplace did not answer.")
    BAD_VECTOR = "bad_vector", _("The marketplace sent no usable vector.")
    DATABASE = "database", _("The database could not be written to.")
