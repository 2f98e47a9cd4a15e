"""Where a merchant makes rules, sees what they change, and how they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from recommender.search import SearchUnavailable
from shop.catalog.admin.rows import EditableList
from shop.catalog.listing import live
from shop.catalog.models import Product
from shop.merchandising.forms import AskedForm, RuleForm, product_by_id
from shop.merchandising.models import Rule, State
from shop.merchandising.preview import preview_of
from shop.web.requests import PageRequest

MOST_SUGGESTED = 10


class StateFilter(admin.SimpleListFilter):
    """Rules by where they are in their time."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        state = self.value()
        return queryset.in_state(state) if state else queryset


@admin.register(Rule)
class RuleAdmin(EditableList):
    form = RuleForm
    change_form_template = "admin/merchandising/rule/change_form.html"
    list_display = ("what", "place_in_words", "state", "begins", "ends", "is_on", "difference")
    list_display_links = ("what",)
    list_editable = ("is_on",)
    list_filter = (StateFilter, "where", "does")
    search_fields = ("phrases", "product_name", "beside_name", "shelf_name", "brand")
    fieldsets = (
        (_("Where"), {"fields": ("where", "phrases", "beside", "shelf")}),
        (
            _("What"),
            {
                "fields": (
                    *("does", "of", "product", "category", "brand", "days"),
                    *("strength", "place", "even_sold_out"),
                )
            },
        ),
        (_("When"), {"fields": (("begins", "ends"), "is_on")}),
    )
    # Expressions over the fields, which say whether a field is to be seen.
    conditional_fields: ClassVar = {
        "phrases": "where == 'search'",
        "beside": "where == 'product'",
        "shelf": "where == 'category'",
        "of": "does == 'boost'",
        "product": "does != 'boost' || of == 'product'",
        "category": "does == 'boost' && of == 'category'",
        "brand": "does == 'boost' && of == 'brand'",
        "days": "does == 'boost' && of == 'new'",
        "strength": "does == 'boost'",
        "place": "does == 'pin'",
        "even_sold_out": "does == 'pin' && where != 'search'",
    }

    def get_urls(self) -> list[URLPattern]:
        own: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("skus/", self.skus_view, "skus"),
            ("preview/", self.preview_view, "preview"),
            ("<path:object_id>/preview/", self.saved_preview_view, "saved_preview"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"merchandising_rule_{name}")
            for route, view, name in own
        ] + super().get_urls()

    @admin.display(description=_("what"))
    def what(self, rule: Rule) -> str:
        return rule.what

    @admin.display(description=_("where"), ordering="where")
    def place_in_words(self, rule: Rule) -> str:
        return rule.place_in_words

    @admin.display(description=_("state"))
    def state(self, rule: Rule) -> SafeString:
        return render_to_string("admin/merchandising/rule/_state.html", {"state": rule.state()})

    @admin.display(description=_("Preview"))
    def difference(self, rule: Rule) -> SafeString:
        address = reverse("admin:merchandising_rule_saved_preview", args=[rule.pk])
        words = gettext("Show")
        return format_html('<a href="{}" aria-label="{}: {}">{}</a>', address, words, rule, words)

    def skus_view(self, request: HttpRequest) -> HttpResponse:
        """Products that somebody may mean who types a SKU or a name: options of a list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        named = (request.GET.get(name) for name in ("product", "beside", "at"))
        words = next(filter(None, named), "")
        found = sorted(live().with_text(words))[:MOST_SUGGESTED] if words.strip() else []
        context = {"products": Product.objects.with_ids(found)}
        return render(request, "admin/merchandising/rule/_skus.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["asked"] = AskedForm(initial={"language": get_language()})
        return super().render_change_form(request, context, *args, **kwargs)

    def preview_view(self, request: PageRequest) -> HttpResponse:
        """What a rule would change that is filled in and not saved."""
        may_make = self.has_add_permission(request) or self.has_change_permission(request)
        if request.method != "POST" or not may_make:
            raise PermissionDenied
        saved = self.get_object(request, request.POST.get("rule", ""))
        form = self.get_form(request, saved, change=bool(saved))(request.POST, instance=saved)
        if form.is_valid():
            return _preview(request, form.instance, AskedForm(request.POST))
        return _shown(request, {"faulty": form})

    def saved_preview_view(self, request: PageRequest, object_id: str) -> HttpResponse:
        """What a rule changes that is saved, be it a draft."""
        rule = self.get_object(request, object_id)
        if not self.has_view_permission(request, rule):
            raise PermissionDenied
        if rule is None:
            raise Http404("No such rule.")
        return _preview(request, rule, AskedForm({"language": get_language()} | request.GET.dict()))


def _preview(request: PageRequest, rule: Rule, asked: AskedForm) -> HttpResponse:
    context: dict[str, Any] = {"rule": rule, "asked": asked}
    if not asked.is_valid():
        return _shown(request, context | {"faulty": asked})
    at = product_by_id(asked.cleaned_data["at"])
    try:
        preview = preview_of(rule, at, asked.cleaned_data["language"])
    except SearchUnavailable as away:
        return _shown(request, context | {"away": str(away)})
    return _shown(request, context | {"preview": preview})


def _shown(request: PageRequest, context: dict[str, Any]) -> HttpResponse:
    """A part of the page with the form, or a page of its own."""
    part = "_preview" if request.htmx else "preview"
    context |= admin.site.each_context(request) | {"title": _("Preview")}
    return render(request, f"admin/merchandising/rule/{part}.html", context)
