"""Orders: the list with its bulk steps, and the page of one with what may be done next."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from shop.catalog.money import price
from shop.orders import refunds, returning, transitions
from shop.orders.admin import tills
from shop.orders.admin.papers import PapersAdmin
from shop.orders.admin.refunds import RefundForm
from shop.orders.errors import OrderError
from shop.orders.models import Order, Refund, ReturnRequest
from shop.orders.models.orders import OrderQuerySet
from shop.orders.states import ReturnState, State

STEP_LABELS = {
    State.PAID: _("Mark as paid"),
    State.PACKED: _("Mark as packed"),
    State.SENT: _("Mark as sent"),
    State.DELIVERED: _("Mark as delivered"),
    State.CANCELLED: _("Cancel the order"),
    State.REFUNDED: _("Mark as refunded"),
}
RETURN_LABELS = {
    ReturnState.ACCEPTED: _("Accept"),
    ReturnState.REFUSED: _("Refuse"),
    ReturnState.RECEIVED: _("Received"),
}


class StepForm(forms.Form):
    """A step of an order, with a word about it."""

    to = forms.ChoiceField(choices=State.choices)
    note = forms.CharField(
        label=_("Note for the history"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
    )
    parcel = forms.CharField(
        label=_("Parcel number"), required=False, max_length=80, widget=UnfoldAdminTextInputWidget
    )


class ReturnStepForm(forms.Form):
    """A step of a return; one that was received says whether its pieces can be sold again."""

    to = forms.ChoiceField(choices=ReturnState.choices)
    restocks = forms.BooleanField(
        label=_("The pieces go back into stock"),
        required=False,
        initial=True,
        widget=UnfoldBooleanWidget,
    )


class NeedsFilter(admin.SimpleListFilter):
    """Orders that wait for the merchant to do something."""

    title = _("what it needs")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("refund", _("a refund")),
            ("answer", _("an answer to a return")),
            ("provider", _("a provider that gives money back")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() == "refund":
            return cast(OrderQuerySet, queryset).owing_a_refund()
        if self.value() == "answer":
            return queryset.filter(returns__state=ReturnState.ASKED).distinct()
        if self.value() == "provider":
            return queryset.filter(refunds__in=Refund.objects.open()).distinct()
        return queryset


@admin.register(Order)
class OrderAdmin(PapersAdmin):
    list_display = ("number", "placed_at", "name", "email", "total", "standing")
    list_filter = ("state", NeedsFilter, "placed_at", "delivery_method")
    list_per_page = 50
    search_help_text = _("Number, name, e-mail, SKU or product")
    search_fields = ("number", "name", "email", "lines__sku", "lines__name")
    show_full_result_count = False
    actions = ("packing_lists", "labels", "export", "mark_packed", "mark_sent", "mark_delivered")

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("<int:pk>/step/", self.step_view, "step"),
            ("<int:pk>/refund/", self.refund_view, "refund"),
            ("returns/<int:pk>/", self.return_view, "return"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"orders_order_{name}")
            for route, view, name in own
        ] + super().get_urls()

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Orders come from the checkout alone.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        # The law wants them kept.
        return False

    @admin.display(description=_("total"), ordering="total_cents")
    def total(self, order: Order) -> str:
        return price(order.total_cents, order.currency)

    @admin.display(description=_("state"), ordering="state")
    def standing(self, order: Order) -> SafeString:
        return render_to_string("admin/orders/order/_state.html", {"order": order})

    # Steps of several orders

    @admin.action(description=STEP_LABELS[State.PACKED], permissions=["change"])
    def mark_packed(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        _move_all(request, orders, State.PACKED)

    @admin.action(description=STEP_LABELS[State.SENT], permissions=["change"])
    def mark_sent(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        _move_all(request, orders, State.SENT)

    @admin.action(description=STEP_LABELS[State.DELIVERED], permissions=["change"])
    def mark_delivered(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        _move_all(request, orders, State.DELIVERED)

    # The page of one order

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What was bought, what happened since, and the steps that may come next."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        order: Order | None = self.get_object(request, object_id)
        if order is None:
            raise Http404
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Order %s") % order.number,
            "original": order,
            "order": order,
            "lines": order.lines.all(),
            "events": order.events.select_related("refund").order_by("-pk"),
            "refunds": order.refunds.prefetch_related("lines__line"),
            "returns": _returns(order),
            "is_counted": bool(refunds.counted_skus(order)),
            "steps": [(to, STEP_LABELS[to]) for to in _steps(order)],
            "step_form": StepForm(),
            # Several returns have one each.
            "return_form": ReturnStepForm(auto_id=False),
            "may_change": self.has_change_permission(request, order),
        }
        till = tills.current()
        context |= till.shown(order) | (extra_context or {})
        return render(request, till.template, context)

    def step_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self._changeable(request, Order, pk)
        form = StepForm(request.POST)
        if form.is_valid():
            to, note, parcel = (form.cleaned_data[name] for name in ("to", "note", "parcel"))
            by = request.user.get_username()
            _try(
                request,
                partial(transitions.move, order, State(to), by=by, note=note, parcel=parcel),
            )
        return _back(order)

    def refund_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is to go back, then what that comes to; done once that is confirmed."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        order = get_object_or_404(Order, pk=pk)
        form = RefundForm(request.POST or None, order=order, asked=request.GET.get("return", ""))
        plan = _planned(order, form) if form.is_valid() else None
        # After the plan, which a first click may have overtaken.
        if order.refunds.filter(key=request.POST.get("key", "")).exists():
            return _back(order)
        if plan is None or "change" in request.POST:
            return self._refund_page(request, order, "refund", {"form": form})
        if request.POST.get("agreed") != str(plan.cents):
            facts = {"form": form, "plan": plan, "ways": tills.current().ways(order, plan.cents)}
            return self._refund_page(request, order, "refund_confirm", facts)
        key, by = form.cleaned_data["key"], request.user.get_username()
        give_back = partial(tills.current().give_back, order, form.wish, key=key, by=by)
        if _try(request, give_back):
            done = gettext("%s was given back.") % price(plan.cents, order.currency)
            messages.success(request, done)
        return _back(order)

    def _refund_page(
        self, request: HttpRequest, order: Order, name: str, facts: dict[str, Any]
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Give money of order %s back") % order.number,
            "original": order,
            "order": order,
        }
        return render(request, f"admin/orders/order/{name}.html", context | facts)

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self._changeable(request, ReturnRequest, pk)
        form = ReturnStepForm(request.POST)
        if form.is_valid():
            to, restocks = ReturnState(form.cleaned_data["to"]), form.cleaned_data["restocks"]
            by = request.user.get_username()
            _try(request, partial(returning.decide, found, to, by=by, restocks=restocks))
        return _back(found.order)

    def _changeable[M: Model](self, request: HttpRequest, model: type[M], pk: int) -> M:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(model, pk=pk)


def _steps(order: Order) -> tuple[State, ...]:
    """The steps that the merchant may take. What a till holds is given back, not marked as so."""
    held = tills.current().holds(order)
    return tuple(to for to in order.following_states if to != State.REFUNDED or not held)


def _move_all(request: HttpRequest, orders: QuerySet[Order], to: State) -> None:
    moved = 0
    by = request.user.get_username()
    for order in orders:
        moved += _try(request, partial(transitions.move, order, to, by=by), about=f"{order}: ")
    if moved:
        text = ngettext("%d order is now %s.", "%d orders are now %s.", moved)
        messages.success(request, text % (moved, to.label))


def _planned(order: Order, form: RefundForm) -> refunds.Plan | None:
    """What a valid form comes to; None where that cannot be, and the form says why."""
    try:
        return refunds.comes_to(order, form.wish)
    except OrderError as error:
        form.add_error(None, str(error))
        return None


def _try(request: HttpRequest, act: Callable[[], object], *, about: str = "") -> bool:
    """Whether it could be done; if not, the merchant is told why."""
    try:
        act()
    except OrderError as error:
        messages.error(request, f"{about}{error}")
        return False
    return True


def _returns(order: Order) -> list[tuple[ReturnRequest, list[tuple[ReturnState, str | Promise]]]]:
    """Each return with its next steps: state and label; of a cancelled order nothing comes back."""
    return [
        (
            found,
            [(to, RETURN_LABELS[to]) for to in found.following_states if not order.cancelled_at],
        )
        for found in order.returns.prefetch_related("lines__line", "refunds")
    ]


def _back(order: Order) -> HttpResponse:
    return redirect("admin:orders_order_change", order.pk)
