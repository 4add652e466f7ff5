"""Bundles: what is on sale and for how much, for those who manage AI on all sites."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from shareai_cms.integrations.wagtail.settings.base import DeskFormView, DeskMixin, address
from shareai_cms.metering import meters
from shareai_cms.metering.retry import ledger_alias, rows
from shareai_cms.models import Bundle, BundleUnits
from shareai_cms.models.topups import MOST_DAYS, MOST_MINOR
from shareai_cms.topups.bundles import expiry_text
from shareai_cms.topups.money import currency_choices, from_minor, price_text, to_minor

MOST_UNITS = 100_000_000
USUAL_CURRENCY = "EUR"


def contents_text(bundle: Bundle) -> str:
    """For example "500 writing actions; 50 product enrichments"."""
    sold = {meter.slug for meter in meters.limited_meters()}
    found = [each for each in bundle.contents.all() if each.meter in sold]
    return "; ".join(meters.units_text(each.meter, each.units) for each in found) or _("nothing")


class BundlesView(DeskMixin, BaseListingView):
    page_title = gettext_lazy("Bundles")
    index_url_name = "shareai_cms_wagtail:bundles"
    template_name = "shareai_cms/wagtail/settings/bundles.html"
    paginate_by = 50
    columns = [
        TitleColumn("name", label=gettext_lazy("Bundle"), get_url=lambda row: address("bundle", row.pk)),
        Column("contents", label=gettext_lazy("Contents"), accessor=contents_text),
        Column("price", label=gettext_lazy("Price"), accessor=lambda row: price_text(row.price_minor, row.currency)),
        Column("expiry", label=gettext_lazy("Expiry"), accessor=lambda row: expiry_text(row.expires_days)),
        Column("position", label=gettext_lazy("Position")),
        StatusTagColumn(
            "status",
            label=gettext_lazy("Status"),
            accessor=lambda row: _("on sale") if row.is_active else _("not on sale"),
            primary=lambda row: row.is_active,
        ),
    ]

    def prepare(self, **kwargs: Any) -> None:
        self.desk.check_manages_all()

    def get_base_queryset(self) -> Any:
        return Bundle.objects.prefetch_related("contents")

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Add a bundle"), url=address("add_bundle"), icon_name="plus")]


class PriceField(forms.DecimalField):
    """A price with the decimal separator of the language, and no other: "1,5" is no 15 for anybody."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        point = get_format("DECIMAL_SEPARATOR")
        if text and not re.fullmatch(rf"-?\d+(?:{re.escape(point)}\d+)?", text):
            told = {"example": f"1250{point}50"}
            raise forms.ValidationError(_("Write the price like this: %(example)s.") % told)
        return super().to_python(text.replace(point, "."))

    def prepare_value(self, value: Any) -> Any:
        return str(value).replace(".", get_format("DECIMAL_SEPARATOR")) if isinstance(value, Decimal) else value


class BundleForm(forms.Form):
    """A bundle with its price as people type it, and its units of each meter."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("One sentence that helps to choose. It is not translated."),
    )
    price = PriceField(
        label=gettext_lazy("Price"),
        min_value=Decimal(0),
        max_digits=12,
        help_text=gettext_lazy("What the buyer pays. Orders that were made keep their price."),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    expires_days = forms.IntegerField(
        label=gettext_lazy("Days until the units expire"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=gettext_lazy("Counted from when they are added. Leave empty for units that never expire."),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Position"),
        min_value=0,
        max_value=32_767,
        initial=0,
        help_text=gettext_lazy("Bundles with lower numbers come first."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("On sale"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Whoever has gone on to pay can still do so after it is switched off."),
    )

    def __init__(self, *args: Any, bundle: Bundle | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency: Any = self.fields["currency"]
        currency.choices = currency_choices(*([bundle.currency] if bundle else []))
        currency.initial = USUAL_CURRENCY
        included = dict(bundle.contents.values_list("meter", "units")) if bundle else {}
        if bundle is not None:
            self._fill(bundle)
        for meter in meters.limited_meters():
            words = str(meter.plural)
            self.fields[f"units_{meter.slug}"] = forms.IntegerField(
                label=words[:1].upper() + words[1:],
                min_value=0,
                max_value=MOST_UNITS,
                initial=included.get(meter.slug, 0),
                help_text=_("Units in the bundle; 0 for none."),
            )
        last = [f"units_{meter.slug}" for meter in meters.limited_meters()]
        self.order_fields(["name", "description", *last, "price", "currency", "expires_days", "position", "is_active"])

    def _fill(self, bundle: Bundle) -> None:
        for name in ("name", "description", "currency", "expires_days", "position", "is_active"):
            self.fields[name].initial = getattr(bundle, name)
        self.fields["price"].initial = from_minor(bundle.price_minor, bundle.currency)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "price" in given and "currency" in given:
            self._check_price(given)
        if not self.errors and not any(self.contents(given).values()):
            raise forms.ValidationError(_("A bundle holds units of at least one kind."))
        return given

    def _check_price(self, given: dict[str, Any]) -> None:
        currency = given["currency"]
        try:
            minor = to_minor(given["price"], currency)
        except ValueError:
            text = _("%(currency)s has no such fraction. Write fewer digits after the point.")
            self.add_error("price", text % {"currency": currency})
            return
        if not 0 < minor <= MOST_MINOR:
            text = _("Write a price above nothing, and at most %(most)s.")
            self.add_error("price", text % {"most": price_text(MOST_MINOR, currency)})
        given["price_minor"] = minor

    def contents(self, given: dict[str, Any]) -> dict[str, int]:
        return {meter.slug: given.get(f"units_{meter.slug}") or 0 for meter in meters.limited_meters()}

    def save(self, bundle: Bundle | None) -> None:
        given = self.cleaned_data
        names = ("name", "description", "price_minor", "currency", "expires_days", "position", "is_active")
        columns = {name: given[name] for name in names}
        with transaction.atomic(using=ledger_alias()):
            if bundle is None:
                bundle = rows(Bundle).create(**columns)
            else:
                rows(Bundle).filter(pk=bundle.pk).update(**columns)
            for meter, units in self.contents(given).items():
                _set_units(bundle, meter, units)


def _set_units(bundle: Bundle, meter: str, units: int) -> None:
    mine = rows(BundleUnits).filter(bundle=bundle, meter=meter)
    if not units:
        mine.delete()
    elif not mine.update(units=units):
        rows(BundleUnits).create(bundle=bundle, meter=meter, units=units)


class BundleView(DeskFormView):
    """One bundle, or a new one."""

    form_class = BundleForm

    def prepare(self, **kwargs: Any) -> None:
        self.desk.check_manages_all()
        found = Bundle.objects.filter(pk=kwargs.get("pk", 0)).first()
        self.bundle = self.desk.found(found) if "pk" in kwargs else None
        self.back = address("bundles")

    def get_page_title(self) -> str:
        return self.bundle.name if self.bundle else _("New bundle")

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.back, "label": _("Bundles")}]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "bundle": self.bundle}

    def save(self, form: Any) -> None:
        form.save(self.bundle)
