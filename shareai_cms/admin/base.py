"""What the tables of operators share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from shareai_cms.metering.meters import Meter, all_meters

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
else:  # generic to the type checker alone
    ModelAdmin, TabularInline, ModelForm = admin.ModelAdmin, admin.TabularInline, forms.ModelForm


class ReadOnly:
    """Rows to look at, for superusers too."""

    def has_add_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False


class MeterForm(ModelForm):
    """Offers the meters that are declared instead of free text."""

    def meters(self) -> Iterable[Meter]:
        return all_meters().values()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [(meter.slug, meter.plural) for meter in self.meters()]
        # A row may be older than a meter's removal from the settings.
        if self.instance.meter and self.instance.meter not in dict(choices):
            choices.append((self.instance.meter, self.instance.meter))
        self.fields["meter"] = forms.ChoiceField(label=_("meter"), choices=choices)
