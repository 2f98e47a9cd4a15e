"""The upload page for many products, and the page that follows an import."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_htmx.middleware import HtmxDetails
from unfold.admin import ModelAdmin

from claims.messages import send
from shop.catalog.admin.forms import CatalogueForm, LoosePhotographsForm
from shop.catalog.imports import BadRow, in_step, jobs, wanted
from shop.catalog.imports.formulas import guarded
from shop.catalog.models import ImportJob, Product
from shop.catalog.tasks import archive_gone, run_import

UploadForm = LoosePhotographsForm | CatalogueForm
FORMS: dict[str, type[UploadForm]] = {
    "photographs": LoosePhotographsForm,
    "catalogue": CatalogueForm,
}
# Of the products that a source's file lacks.
GONE_SHOWN = 20


@admin.register(ImportJob)
class ImportJobAdmin(ModelAdmin):
    list_display = ("title", "progress", "author", "created")
    ordering = ("-id",)
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("<path:object_id>/progress/", self.progress_view, "progress"),
            ("<path:object_id>/bad-rows.csv", self.bad_rows_view, "bad_rows"),
            ("<path:object_id>/unfetched.csv", self.unfetched_view, "unfetched"),
            ("<path:object_id>/archive/", self.archive_view, "archive"),
            ("<path:object_id>/import/", self.import_view, "import"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"catalog_importjob_{name}")
            for route, view, name in own
        ] + super().get_urls()

    def has_change_permission(self, request: HttpRequest, obj: ImportJob | None = None) -> bool:
        # A job is a record of what happened: it can be looked at and deleted.
        return False

    @admin.display(description=gettext_lazy("Progress"))
    def progress(self, job: ImportJob) -> SafeString:
        return render_to_string("admin/catalog/importjob/_state.html", {"job": job})

    def delete_model(self, request: HttpRequest, obj: ImportJob) -> None:
        jobs.discard_uploads(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for job in queryset:
            self.delete_model(request, job)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The upload page: loose photographs, or a CSV file with a zip."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = request.POST.get("what", "")
        forms = {name: form(prefix=name) for name, form in FORMS.items()}
        if request.method == "POST" and chosen in FORMS:
            form = FORMS[chosen](request.POST, request.FILES, prefix=chosen)
            if form.is_valid():
                return self._follow(request, _start(form, request.user.get_username()))
            forms[chosen] = form
        return self._page(request, "upload.html", title=_("Upload many products"), **forms)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """How an import goes, and what it left out."""
        job = self._viewable(request, object_id)
        return self._page(request, "job.html", title=job.title, **_told(job))

    def progress_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The moving part of the page, asked for until the job is settled."""
        job = self._viewable(request, object_id)
        return render(request, "admin/catalog/importjob/_job.html", _told(job))

    def import_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Import what was looked at first."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        job = self._viewable(request, object_id)
        if jobs.go_on(job):
            send(run_import, str(job.pk))
        return redirect("admin:catalog_importjob_change", job.pk)

    def archive_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Archive what a source's file lacks, though it is much."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        job = self._viewable(request, object_id)
        if in_step.agree(job):
            send(archive_gone, str(job.pk))
        return redirect("admin:catalog_importjob_change", job.pk)

    def bad_rows_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The rows that were left out, as a CSV file."""
        job = self._viewable(request, object_id)
        return _as_csv("left-out.csv", job.bad)

    def unfetched_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The photographs that could not be fetched, as a CSV file."""
        job = self._viewable(request, object_id)
        return _as_csv("not-fetched.csv", job.picture_faults or [])

    def _viewable(self, request: HttpRequest, object_id: str) -> ImportJob:
        if not self.has_view_permission(request):
            raise PermissionDenied
        job: ImportJob | None = self.get_object(request, object_id)
        if job is None:
            raise Http404
        return job

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        context |= self.admin_site.each_context(request) | {"opts": self.opts}
        return render(request, f"admin/catalog/importjob/{template}", context)

    def _follow(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        if HtmxDetails(request):
            address = reverse("admin:catalog_importjob_change", args=[job.pk])
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect("admin:catalog_importjob_change", job.pk)


def _as_csv(name: str, rows: Sequence[Sequence[Any]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(("where", "reason"))
    writer.writerows([guarded(str(cell)) for cell in row] for row in rows)
    return response


def _start(form: UploadForm, author: str) -> ImportJob:
    """Keep the uploaded files, write the job down, and wake a worker."""
    files = form.cleaned_data["files"]
    preview: list[Any] | None = [] if form.cleaned_data.get("preview") else None
    job = ImportJob(title=_title(files), options=form.options(), author=author, preview=preview)
    titles: set[str] = set()
    for number, file in enumerate(files, 1):
        # macOS writes accents apart from their letters.
        name = normalize("NFC", file.name or "")
        # Two files from two folders may share a name.
        title = name if name not in titles else f"{number}/{name}"
        titles.add(title)
        job.uploads.append({"name": jobs.keep_upload(file), "title": title})
    job.save()
    send(run_import, str(job.pk))
    return job


def _told(job: ImportJob) -> dict[str, Any]:
    """What the page of a job tells."""
    return {
        "job": job,
        "report": jobs.report_of(job),
        "fetching": wanted.waiting(str(job.pk)) if settings.FETCH else 0,
        "may_agree": in_step.may_agree(job),
        "gone": Product.objects.with_ids((job.gone or [])[:GONE_SHOWN]),
        "unfetched": [BadRow(*pair) for pair in job.picture_faults or []],
    }


def _title(files: Sequence[UploadedFile]) -> str:
    if len(files) <= 2:
        return _(" and ").join(file.name or "file" for file in files)[:200]
    number = len(files)
    return ngettext("%(number)d photograph", "%(number)d photographs", number) % {"number": number}
