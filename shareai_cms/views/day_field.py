"""A day that somebody enters, within the years that calendars and databases can count on from."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST, LAST = date(2000, 1, 1), date(9000, 12, 31)


class DayField(forms.DateField):
    """A day as browsers send it; one outside of ``FIRST`` to ``LAST`` is told so."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options})

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not FIRST <= day <= LAST:
            raise ValidationError(_("Enter a day between the years 2000 and 9000."))
        return day
