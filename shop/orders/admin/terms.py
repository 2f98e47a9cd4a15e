"""What the merchant sets: deliveries, tax rates and vouchers."""

from __future__ import annotations

from typing import Any, Protocol

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelect2MultipleWidget

from shop.catalog.admin.rows import EditableList
from shop.catalog.money import Cents, price
from shop.orders.models import DeliveryMethod, TaxRate, Voucher


class Counted(Protocol):
    """A voucher of the list, with how often it was used."""

    uses: int


AMOUNTS: dict[Any, Any] = {Cents: {"widget": UnfoldAdminDecimalFieldWidget}}


@admin.register(DeliveryMethod)
class DeliveryMethodAdmin(EditableList):
    formfield_overrides = AMOUNTS
    list_display = ("name", "costs", "is_free_from", "goes_to", "position", "active")
    list_editable = ("position", "active")

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # django-unfold sees a field with choices, and not that several may be chosen.
        widget = UnfoldAdminSelect2MultipleWidget
        return super().formfield_for_choice_field(db_field, request, **kwargs, widget=widget)

    @admin.display(description=_("price"), ordering="price_cents")
    def costs(self, method: DeliveryMethod) -> str:
        return price(method.price_cents)

    @admin.display(description=_("free from"), ordering="free_from_cents", empty_value="-")
    def is_free_from(self, method: DeliveryMethod) -> str | None:
        return None if method.free_from_cents is None else price(method.free_from_cents)

    @admin.display(description=_("countries"))
    def goes_to(self, method: DeliveryMethod) -> str:
        return ", ".join(country.code for country in method.countries) or str(_("everywhere"))


@admin.register(TaxRate)
class TaxRateAdmin(EditableList):
    list_display = ("country", "name", "percent")
    list_editable = ("name", "percent")
    search_fields = ("country", "name")


@admin.register(Voucher)
class VoucherAdmin(EditableList):
    formfield_overrides = AMOUNTS
    list_display = ("code", "takes_off", "uses", "most_uses", "starts", "ends", "active")
    list_editable = ("active",)
    list_filter = ("active", "kind")
    search_fields = ("code",)
    fieldsets = (
        (None, {"fields": ("code", ("kind", "percent", "amount_cents"), "active")}),
        (
            _("Limits"),
            {"fields": ("minimum_cents", ("most_uses", "most_uses_each"), ("starts", "ends"))},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Voucher]:
        standing = Q(orders__isnull=False, orders__cancelled_at=None)
        vouchers: QuerySet[Voucher] = super().get_queryset(request)
        return vouchers.annotate(uses=Count("orders", filter=standing))

    @admin.display(description=_("takes off"))
    def takes_off(self, voucher: Voucher) -> str:
        is_fixed = voucher.kind == Voucher.Kind.FIXED
        return price(voucher.amount_cents or 0) if is_fixed else f"{voucher.percent} %"

    @admin.display(description=_("uses"), ordering="uses")
    def uses(self, voucher: Counted) -> int:
        return voucher.uses
