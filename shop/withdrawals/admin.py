"""The merchant's list of withdrawals, and the page of one: what was stated and what comes next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from shop.orders.models import Order
from shop.withdrawals import withdrawing
from shop.withdrawals.models import Withdrawal


def waiting(request: HttpRequest) -> str:
    """How many withdrawals wait for the merchant, beside their place in the navigation."""
    number = Withdrawal.objects.waiting().count()
    return str(number) if number else ""


class MatchForm(forms.Form):
    """The order that a withdrawal is about."""

    order = forms.ModelChoiceField(
        Order.objects.all(),
        to_field_name="number",
        label=_("Order number"),
        error_messages={"invalid_choice": _("There is no order of this number.")},
        widget=UnfoldAdminTextInputWidget,
    )


class MatchedFilter(admin.SimpleListFilter):
    """Withdrawals by whether their order was found."""

    title = _("order")
    parameter_name = "matched"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("not matched")), ("yes", _("matched"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Withdrawal]
    ) -> QuerySet[Withdrawal]:
        if self.value() in ("yes", "no"):
            return queryset.filter(order__isnull=self.value() == "no")
        return queryset


@admin.register(Withdrawal)
class WithdrawalAdmin(ModelAdmin):
    list_display = ("received_at", "name", "number", "email", "standing")
    list_filter = ("state", MatchedFilter, "is_late")
    list_per_page = 50
    search_fields = ("name", "number", "email", "order__number")
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        own = [("match", self.match_view), ("settle", self.settle_view)]
        return [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"withdrawals_withdrawal_{name}",
            )
            for name, view in own
        ] + super().get_urls()

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Who says something to the shop by letter or telephone types it in as anybody does.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Withdrawal | None = None) -> bool:
        # A statement that was received stays so.
        return False

    @admin.display(description=_("state"), ordering="state")
    def standing(self, withdrawal: Withdrawal) -> SafeString:
        template = "admin/withdrawals/withdrawal/_state.html"
        return render_to_string(template, {"withdrawal": withdrawal})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What was stated, the order that it is about, and the way to the refund."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        withdrawal: Withdrawal | None = self.get_object(request, object_id)
        if withdrawal is None:
            raise Http404
        return self._page(request, withdrawal, MatchForm())

    def match_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        withdrawal = self._changeable(request, pk)
        form = MatchForm({"order": request.POST.get("order", "").strip().upper()})
        if not form.is_valid():
            return self._page(request, withdrawal, form)
        withdrawing.match(withdrawal, form.cleaned_data["order"])
        messages.success(request, gettext("The order is found."))
        return _back(withdrawal)

    def settle_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        withdrawal = self._changeable(request, pk)
        found = Withdrawal.objects.filter(pk=withdrawal.pk)
        withdrawing.settle(found, by=request.user.get_username())
        return _back(withdrawal)

    def _changeable(self, request: HttpRequest, pk: int) -> Withdrawal:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Withdrawal, pk=pk)

    def _page(self, request: HttpRequest, withdrawal: Withdrawal, form: MatchForm) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Withdrawal from contract %s") % withdrawal.number,
            "original": withdrawal,
            "withdrawal": withdrawal,
            "form": form,
            "may_change": self.has_change_permission(request, withdrawal),
        }
        return render(request, "admin/withdrawals/withdrawal/withdrawal.html", context)


def _back(withdrawal: Withdrawal) -> HttpResponse:
    return redirect("admin:withdrawals_withdrawal_change", withdrawal.pk)
