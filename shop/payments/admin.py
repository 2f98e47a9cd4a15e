"""The order's page in the admin, with its payments: money goes back through who took it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from shop.orders.admin.orders import OrderAdmin
from shop.orders.models import Order
from shop.orders.states import State
from shop.payments import refunding
from shop.payments.models import Payment

admin.site.unregister(Order)


@admin.register(Order)
class PaidOrderAdmin(OrderAdmin):
    change_form_template = "admin/payments/order.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        payments = {
            "payments": Payment.objects.filter(order=object_id),
            "held_cents": Payment.objects.filter(order=object_id).received().held_cents(),
        }
        return super().change_view(request, object_id, form_url, payments | (extra_context or {}))

    def steps(self, order: Order) -> tuple[State, ...]:
        """What providers hold is not marked as given back: it is given back."""
        held = refunding.held_cents(order)
        return tuple(to for to in super().steps(order) if to != State.REFUNDED or not held)

    def give_back(self, order: Order, *, cents: int, by: str) -> Order:
        if refunding.held_cents(order):
            return refunding.give_back(order, cents=cents, by=by)
        return super().give_back(order, cents=cents, by=by)
