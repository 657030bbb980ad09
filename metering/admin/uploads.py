"""Handing in meter files, watching them being read, and what came of them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from metering import actions
from metering.admin.files import asks_again, may_hand_in, read_files_again
from metering.admin.points import GsrnField
from metering.models import ImportBatch, ImportIssue, ImportUpload
from portal.admin_site import MenuPlace
from portal.tenancy.admin import TenantModelAdmin
from portal.tenancy.forms import TenantModelForm
from portal.tenancy.text import key_in
from portal.ui import formatting

# Larger ones go through the command or the folder.
LARGEST_UPLOAD = 500 << 20
REASONS_OF_AN_UPLOAD = 3


class UploadForm(TenantModelForm[ImportUpload]):
    file = forms.FileField(
        label=_("Meter file"), help_text=_("GS2, Elhub XML or Elhub CSV; also packed with gzip, or several in a zip.")
    )
    reference = GsrnField(
        label=_("Metering point ID"),
        required=False,
        help_text=_("Only for a file that does not name its metering point itself, such as Elhub CSV."),
    )

    again = forms.BooleanField(
        label=_("Read all of it again"),
        required=False,
        help_text=_("Also if this file was read before, for example after the import settings were changed."),
    )

    class Meta:
        model = ImportUpload
        fields = ["reference"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            limit = LARGEST_UPLOAD >> 20
            raise forms.ValidationError(
                _("At most %(limit)d MB. Larger files go through the command."), params={"limit": limit}
            )
        return file


class PointForm(forms.Form):
    """The metering point of a file that turned out to name none."""

    reference = GsrnField(label=_("Metering point ID"))


@admin.register(ImportUpload)
class ImportUploadAdmin(TenantModelAdmin[ImportUpload]):
    """Handing in a file, and a page that shows how far it has been read."""

    menu_place = MenuPlace.WORK
    form = UploadForm
    add_form_template = change_form_template = "metering/admin/upload.html"
    actions = ["read_again"]
    list_display = ["file_name", "uploaded_at", "state", "by"]
    list_filter = ["state"]
    list_select_related = ["by"]
    search_fields = ["file_name__istartswith"]
    ordering = ["-uploaded_at"]

    def has_change_permission(self, request: HttpRequest, obj: ImportUpload | None = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        name_point = self.admin_site.admin_view(require_POST(self.name_point))
        return [path("<int:pk>/point/", name_point, name="metering_importupload_point"), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: ImportUpload | None = None) -> Any:
        if obj is None:
            return ["file", "reference", "again"]
        return ["file_name", "size", "shown_point", "state", "uploaded_at", "finished_at", "by"]

    @admin.display(description=_("size"))
    def size(self, upload: ImportUpload) -> str:
        return formatting.file_size(upload.file_bytes)

    @admin.display(description=_("metering point ID"), empty_value="–")
    def shown_point(self, upload: ImportUpload) -> str:
        return formatting.gsrn(upload.reference)

    def save_model(self, request: Any, obj: ImportUpload, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        file = form.cleaned_data["file"]
        given = {"name": file.name, "reference": obj.reference, "again": form.cleaned_data["again"]}
        handed_in = actions.hand_in(file=file, by=request.user, **given)
        obj.__dict__.update(handed_in.__dict__)

    def has_read_again_permission(self, request: HttpRequest) -> bool:
        return may_hand_in(request)

    @asks_again
    def read_again(self, request: Any, queryset: QuerySet[ImportUpload]) -> HttpResponse | None:
        return read_files_again(self, request, list(queryset))

    def name_point(self, request: Any, pk: int) -> HttpResponse:
        """Have a file read again as of the metering point that is named."""
        if not may_hand_in(request):
            raise PermissionDenied
        upload = get_object_or_404(ImportUpload, pk=pk)
        if not upload.lacks_point:
            raise Http404
        page = reverse("admin:metering_importupload_change", args=[pk])
        form = PointForm(request.POST)
        if not form.is_valid():
            # What was written comes back in the address, which the page says what is wrong with.
            return redirect(f"{page}?{urlencode({'reference': request.POST.get('reference', '')[:60]})}#point")
        actions.read_again(upload=upload, by=request.user, reference=form.cleaned_data["reference"])
        return redirect(page)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = gettext("Upload a meter file")
        return super().add_view(request, form_url, {"title": title, **(extra_context or {})})

    def response_add(
        self, request: HttpRequest, obj: ImportUpload, post_url_continue: str | None = None
    ) -> HttpResponse:
        return redirect("admin:metering_importupload_change", obj.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        upload = ImportUpload.objects.filter(pk=key_in(object_id)).first()
        first = ImportIssue.objects.order_by("is_note", "line", "pk")[:REASONS_OF_AN_UPLOAD]
        found = ImportBatch.objects.filter(pk__in=upload.batch_ids if upload else []).order_by("file_name")
        batches = list(found.prefetch_related(Prefetch("issues", first, to_attr="reasons")))
        may = may_hand_in(request)
        asks_point = bool(upload and may and upload.lacks_point)
        shown = {
            "batches": batches,
            "outcome": _outcome(batches),
            "may_read_again": may,
            "point_form": PointForm(request.GET if "reference" in request.GET else None) if asks_point else None,
        }
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})


def _outcome(batches: Sequence[ImportBatch]) -> str:
    """What came of all the values of a file, in a line: "24 values taken in (24 corrected)."."""

    def total(name: str) -> int:
        return sum(getattr(batch, name) for batch in batches)

    corrected = total("corrected")
    taken, unchanged, parked, rejected = total("accepted") + corrected, *map(total, ("unchanged", "parked", "rejected"))
    said = [
        (taken, ngettext("%(count)s value taken in", "%(count)s values taken in", taken)),
        (unchanged, ngettext("%(count)s value was here already", "%(count)s values were here already", unchanged)),
        (parked, ngettext("%(count)s value parked", "%(count)s values parked", parked)),
        (rejected, ngettext("%(count)s value rejected", "%(count)s values rejected", rejected)),
    ]
    lines = [text % {"count": formatting.number(count)} for count, text in said if count]
    if corrected:
        of_which = ngettext("%(count)s corrected", "%(count)s corrected", corrected)
        lines[0] += f" ({of_which % {'count': formatting.number(corrected)}})"
    return " ".join(f"{line}." for line in lines) or gettext("No values were taken in.")
