"""How the company invoices: who it is on paper, where the money goes, and when people are reminded."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from billing.rules.invoicing import kid
from portal.tenancy.models import NumberSeries, OneRow, TenantModel

SERIES = "invoices"
KID_METHODS = [
    (kid.Method.EITHER.value, _("MOD10 or MOD11")),
    (kid.Method.MOD10.value, "MOD10"),
    (kid.Method.MOD11.value, "MOD11"),
]

ORG_NO = RegexValidator(r"^[0-9]{9}\Z", _("An organisation number has nine digits."))


def validate_account(value: str) -> None:
    if not kid.is_account(value):
        raise ValidationError(_("Write eleven digits; the last one is a check digit that must fit."), code="account")


class InvoiceSettings(OneRow):
    """One row a company; without it everything is as the fields' defaults say."""

    account = models.CharField(_("account number"), max_length=11, blank=True, validators=[validate_account])
    kid_method = models.CharField(
        _("check digit of KID"), max_length=6, choices=KID_METHODS, default=kid.Method.EITHER.value
    )
    org_no = models.CharField(_("organisation number"), max_length=9, blank=True, validators=[ORG_NO])
    is_vat_registered = models.BooleanField(_("in the VAT register"), default=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    text = models.CharField(
        _("text on every invoice"), max_length=400, blank=True, help_text=_("For example about late payment.")
    )
    issues_invoices = models.BooleanField(
        _("make invoices here"),
        default=False,
        help_text=_("From the settlement of each month. Otherwise they come from the billing system."),
    )
    first_number = models.PositiveBigIntegerField(
        _("first invoice number"),
        default=100001,
        # A longer number has no room in a KID.
        validators=[MinValueValidator(1), MaxValueValidator(10**kid.MOST_DIGITS - 1)],
        help_text=_("Numbers from here on are for invoices made here; it is fixed once the first one is made."),
    )
    due_days = models.PositiveSmallIntegerField(
        _("days until due"), default=21, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    remind_before_days = models.PositiveSmallIntegerField(
        _("reminder, days before due"), default=3, validators=[MaxValueValidator(30)]
    )
    remind_after_days = models.PositiveSmallIntegerField(
        _("reminder, days after due"), default=3, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("invoice settings")
        verbose_name_plural = _("invoice settings")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_row_of_invoice_settings")]

    def __str__(self) -> str:
        return gettext("Invoice settings")

    def clean(self) -> None:
        """Keep the company's own numbers apart from those of the billing system."""
        before = InvoiceSettings.objects.filter(pk=self.pk).values_list("first_number", flat=True).first()
        if before is not None and before != self.first_number and self._has_begun:
            raise ValidationError(
                {
                    "first_number": _("Invoices are made from %(first)s on: it can no longer be moved.")
                    % {"first": before}
                }
            )
        highest = self._highest_imported if self.issues_invoices and not self._has_begun else None
        if highest is not None and highest >= self.first_number:
            text = _("There is an imported invoice with number %(highest)s: begin above it.") % {"highest": highest}
            raise ValidationError({"first_number": text})

    @property
    def _has_begun(self) -> bool:
        return NumberSeries.objects.filter(series=SERIES).exists()

    @property
    def _highest_imported(self) -> int | None:
        numeric = Invoice.objects.filter(number__regex=r"^[0-9]{1,18}$").values_list("number", flat=True)
        return max(map(int, numeric.iterator(chunk_size=5000)), default=None)

    @property
    def own_series_from(self) -> int | None:
        """Return from where on numbers are the company's own; None where no invoices are, or were, made here."""
        return self.first_number if self.issues_invoices or self._has_begun else None

    @property
    def method(self) -> kid.Method:
        return kid.Method(self.kid_method)
