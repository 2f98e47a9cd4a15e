"""Sources in the admin: where they lie, how often they are imported, what became of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminURLInputWidget

from claims.messages import send
from shop.catalog.imports import in_step, supply
from shop.catalog.models import ImportSource
from shop.catalog.tasks import run_import

RUNS_SHOWN = 20


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    """One of an address and a file."""

    address = forms.URLField(
        label=gettext_lazy("Address"),
        max_length=2_000,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        widget=UnfoldAdminURLInputWidget,
    )
    file = forms.ChoiceField(
        label=gettext_lazy("File"), required=False, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = ImportSource
        fields = ("name", "address", "file", "every")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file: Any = self.fields["file"]
        # One that is gone for the moment stays chosen.
        names = dict.fromkeys(filter(None, (*supply.files(), self.instance.file)))
        file.choices = [("", _("none")), *((name, name) for name in names)]
        file.help_text = _("What lies in %(folder)s.") % {"folder": settings.SOURCES_DIR}
        if not settings.FETCH:
            self.fields["address"].help_text = _(
                "Nothing is fetched from addresses: set VITRINE_FETCH=on."
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and bool(cleaned.get("address")) == bool(cleaned.get("file")):
            raise ValidationError(_("Name an address or choose a file, one of the two."))
        return cleaned


@admin.register(ImportSource)
class ImportSourceAdmin(ModelAdmin):
    form = SourceForm
    fields = ("name", "address", "file", "every")
    list_display = ("name", "every", "due", "last_run")
    change_form_outer_before_template = "admin/catalog/importsource/_runs.html"  # type: ignore[assignment]

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<path:object_id>/run/",
                self.admin_site.admin_view(self.run_view),
                name="catalog_importsource_run",
            )
        ]
        return own + super().get_urls()

    @admin.display(description=gettext_lazy("Last run"))
    def last_run(self, source: ImportSource) -> SafeString | str:
        runs = in_step.runs(source, 1)
        if not runs:
            return ""
        return render_to_string("admin/catalog/importjob/_state.html", {"job": runs[0]})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if {"address", "file", "every"}.intersection(form.changed_data):
            obj.due = obj.next_time()
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Where a new source is looked at and run."""
        super().response_add(request, obj, post_url_continue)
        return redirect("admin:catalog_importsource_change", obj.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        source = self.get_object(request, object_id)
        runs = in_step.runs(source, RUNS_SHOWN) if source else []
        return super().change_view(request, object_id, form_url, {"source": source, "runs": runs})

    def run_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Import it now, or look at what would become of it."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        source: ImportSource | None = self.get_object(request, object_id)
        if source is None:
            raise Http404
        author, preview = request.user.get_username(), "preview" in request.POST
        job = in_step.begin(source, author=author, preview=preview)
        if job is None:
            messages.warning(request, _("It is being imported already."))
            return redirect("admin:catalog_importsource_change", source.pk)
        send(run_import, str(job.pk))
        return redirect("admin:catalog_importjob_change", job.pk)
