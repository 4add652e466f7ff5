"""Rights as a table of check boxes: what is ticked in a row is given there, what is not is taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property

from shareai_cms.models import AccountPermission


class RightsTable(forms.Form):
    """The rows are sites of one group, or groups of one site; a row's key is part of its field's name."""

    def add_row(self, key: str, label: str) -> None:
        self.fields[f"rights_{key}"] = forms.MultipleChoiceField(
            label=label,
            choices=AccountPermission.Permission.choices,
            initial=[permission for row, permission in self.held if row == key],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def rights(self) -> Any:
        """The rows of ``AccountPermission`` that the table shows, and no others."""
        raise NotImplementedError

    def key_of(self, right: AccountPermission) -> str:
        """The row that a right belongs to."""
        raise NotImplementedError

    def give(self, key: str, permission: str) -> None:
        raise NotImplementedError

    @cached_property
    def held(self) -> set[tuple[str, str]]:
        return {(self.key_of(right), right.permission) for right in self.rights()}

    def apply(self) -> None:
        """Give what is ticked and take what is not, as the database has it now."""
        rows = [name.removeprefix("rights_") for name in self.fields if name.startswith("rights_")]
        wanted = {(key, permission) for key in rows for permission in self.cleaned_data[f"rights_{key}"]}
        for right in self.rights():
            place = (self.key_of(right), right.permission)
            if place in wanted:
                wanted.discard(place)
            elif place[0] in rows:
                right.delete()
        for key, permission in sorted(wanted):
            self.give(key, permission)
