"""What is sold, and the orders to read."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from shareai_cms.admin.base import MeterForm, ModelAdmin, ModelForm, ReadOnly, TabularInline
from shareai_cms.metering.meters import Meter, limited_meters
from shareai_cms.models import (
    Alert,
    Bundle,
    BundleUnits,
    Feed,
    Letter,
    Order,
    OrderAdjustment,
    OrderUnits,
    PaymentEvent,
)


class SoldMeterForm(MeterForm):
    """What there is no limit to cannot be sold."""

    def meters(self) -> Iterable[Meter]:
        return limited_meters()


def price_of(sold: Bundle | Order) -> str:
    from shareai_cms.topups.money import price_text  # brings Babel, which no start of a site needs

    return price_text(sold.price_minor, sold.currency)


class BundleUnitsInline(TabularInline):
    model = BundleUnits
    form = SoldMeterForm
    extra = 0
    min_num = 1
    validate_min = True


class BundleForm(ModelForm):
    def clean_currency(self) -> str:
        from shareai_cms.topups.money import is_currency

        code = str(self.cleaned_data["currency"]).upper()
        if not is_currency(code):
            raise forms.ValidationError(_("Write a currency by its code of three letters, such as EUR."))
        return code


@admin.register(Bundle)
class BundleAdmin(ModelAdmin):
    form = BundleForm
    list_display = ("name", "price", "expires_days", "position", "is_active")
    list_filter = ("is_active", "currency")
    search_fields = ("name",)
    inlines = (BundleUnitsInline,)

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, bundle: Bundle) -> str:
        return price_of(bundle)


class OrderUnitsInline(ReadOnly, TabularInline):
    model = OrderUnits
    extra = 0


class OrderAdjustmentInline(ReadOnly, TabularInline):
    model = OrderAdjustment
    fields = ("kind", "status", "amount_minor", "provider_ref", "as_of")
    extra = 0


@admin.register(Order)
class OrderAdmin(ReadOnly, ModelAdmin):
    list_display = ("number", "created_at", "account", "bundle_name", "price", "state", "buyer_label", "provider")
    list_filter = ("state", "provider", "problem")
    list_select_related = ("account",)
    search_fields = ("number", "buyer_label", "session_ref", "payment_ref")
    inlines = (OrderUnitsInline, OrderAdjustmentInline)
    # Whoever has the address of a payment page can pay there, and the key is the buyer's own.
    exclude = ("checkout_url", "key")

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, order: Order) -> str:
        return price_of(order)


@admin.register(OrderAdjustment)
class OrderAdjustmentAdmin(ReadOnly, ModelAdmin):
    list_display = ("order", "kind", "status", "amount_minor", "provider_ref", "as_of")
    list_filter = ("kind", "status")
    list_select_related = ("order",)
    search_fields = ("order__number", "provider_ref")


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnly, ModelAdmin):
    list_display = ("received_at", "provider", "type", "event_id", "state", "order", "attempts", "error")
    list_filter = ("state", "provider")
    list_select_related = ("order",)
    search_fields = ("event_id", "order__number")
    # Names, addresses and parts of cards may stand there.
    exclude = ("body",)


@admin.register(Feed)
class FeedAdmin(ReadOnly, ModelAdmin):
    list_display = ("provider", "last_event", "read_at")


@admin.register(Alert)
class AlertAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "wallet", "meter", "threshold", "topups", "period_start")
    list_filter = ("threshold", "meter")
    list_select_related = ("wallet",)


@admin.register(Letter)
class LetterAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "kind", "language", "sent_at", "attempts", "error", "next_try_at")
    list_filter = ("kind",)
    # Whom it is for, and what about, is not an operator's business.
    exclude = ("to", "facts")
