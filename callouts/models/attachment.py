"""Files that go with a call-off: locked with it when it is sent in."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from callouts.models.call_off import CallOff
from portal.files.models import StoredFile
from portal.tenancy.models import TenantManager, TenantModel


class CallOffFile(TenantModel):
    """A data sheet, form or photo of a call-off.

    Name, size and checksum are copied: what was sent in can be told from what lies in the store. Copies of a call-off
    share the stored file.
    """

    class Kind(models.TextChoices):
        DATA_SHEET = "data_sheet", _("Safety data sheet")
        NOFO = "nofo", _("NOFO form")
        PHOTO = "photo", _("Photo")
        OTHER = "other", _("Other")

    call_off = models.ForeignKey(CallOff, on_delete=models.CASCADE, related_name="files", verbose_name=_("call-off"))
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.OTHER)
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))

    class Meta(TenantModel.Meta):
        verbose_name = _("file of a call-off")
        verbose_name_plural = _("files of a call-off")
        ordering = ["added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["tenant", "call_off", "stored"], name="one_file_per_call_off")]

    def __str__(self) -> str:
        return self.name


class DocumentQuerySet(models.QuerySet["CallOffDocument"]):
    def given(self) -> Self:
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)


DocumentManager = TenantManager.from_queryset(DocumentQuerySet)


class CallOffDocument(TenantModel):
    """A paper that the supplier gives back: the weighing slip, the certificate of what became of the waste.

    One that was put on the wrong call-off is taken back: staff still see that it was there, the customer does not.
    """

    class Kind(models.TextChoices):
        WEIGHING_SLIP = "weighing", _("Weighing slip")
        CERTIFICATE = "certificate", _("Certificate of treatment")
        DECLARATION = "declaration", _("Declaration")
        OTHER = "other", _("Other")

    call_off = models.ForeignKey(
        CallOff, on_delete=models.CASCADE, related_name="documents", verbose_name=_("call-off")
    )
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.WEIGHING_SLIP)
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)

    objects: "ClassVar[DocumentManager[Self]]" = DocumentManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("document of a call-off")
        verbose_name_plural = _("documents of call-offs")
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "call_off", "stored"], name="one_document_per_call_off"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="document_taken_back_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return self.name
