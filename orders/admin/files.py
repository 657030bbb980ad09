"""Handing in a CSV file of master data in admin, instead of on the command line."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.actions.master_data import take_in
from portal.documents import csv_files

# Taken in while somebody waits for the page; larger files are for the command.
LARGEST = 5 << 20
MOST_ROWS = 10_000
SHOWN = 100


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))
    only_check = forms.BooleanField(
        label=gettext_lazy("Only check: say what would happen, and change nothing"), required=False, initial=True
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("At most 5 MB. Larger files are taken in with the command."))
        return file


class TakesFiles:
    """Mixin of a list in admin: a page that takes in a file of `file_format`, with a report."""

    file_format: csv_files.Format
    change_list_template: Any = "admin/orders/with_import.html"

    def get_urls(self) -> list[URLPattern]:
        model_admin: Any = self
        name = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_import"
        view = model_admin.admin_site.admin_view(self.import_view)
        return [path("import/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        model_admin: Any = self
        given = {"import_url": f"admin:orders_{model_admin.opts.model_name}_import", **(extra_context or {})}
        return super().changelist_view(request, given)  # type: ignore[misc]

    def import_view(self, request: Any) -> HttpResponse:
        """Check a file or take it in; the report says what became of each line that was refused."""
        model_admin: Any = self
        if not (model_admin.has_add_permission(request) and model_admin.has_change_permission(request)):
            raise PermissionDenied
        form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
        report = self._report(request, form) if form.is_valid() else None
        context = {
            **model_admin.admin_site.each_context(request),
            "title": _("Import: %(name)s") % {"name": model_admin.opts.verbose_name_plural},
            "opts": model_admin.opts,
            "form": form,
            "report": report,
            "columns": self.file_format.columns.items(),
        }
        status = 422 if form.is_bound and form.errors else 200
        return TemplateResponse(request, "admin/orders/import.html", context, status=status)

    def _report(self, request: Any, form: FileForm) -> dict[str, Any] | None:
        file = form.cleaned_data["file"]
        reading = csv_files.read(file.read(), self.file_format)
        if len(reading.rows) > MOST_ROWS:
            form.add_error(
                "file", _("At most %(count)d rows. Larger files are taken in with the command.") % {"count": MOST_ROWS}
            )
            return None
        only_check = form.cleaned_data["only_check"]
        with transaction.atomic():
            done = take_in(self.file_format, reading.rows, source=file.name, by=request.user)
            if only_check:
                transaction.set_rollback(True)
        rejected = sorted([*reading.rejected, *done.rejected], key=lambda rejection: rejection.line)
        return {
            "name": file.name,
            "only_check": only_check,
            "done": done,
            "rejected": rejected[:SHOWN],
            "rejected_count": len(rejected),
        }
