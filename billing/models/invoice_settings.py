"""How the company invoices: who it is on paper, where the money goes, and when people are reminded."""

from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.rules.invoicing import kid
from portal.tenancy.models import TenantModel

KID_METHODS = [
    (kid.Method.EITHER.value, _("MOD10 or MOD11")),
    (kid.Method.MOD10.value, "MOD10"),
    (kid.Method.MOD11.value, "MOD11"),
]


def validate_account(value: str) -> None:
    if not kid.is_account(value):
        raise ValidationError(_("Write eleven digits; the last one is a check digit that must fit."), code="account")


class InvoiceSettings(TenantModel):
    """One row a company; without it everything is as the fields' defaults say."""

    account = models.CharField(_("account number"), max_length=11, blank=True, validators=[validate_account])
    kid_method = models.CharField(
        _("check digit of KID"), max_length=6, choices=KID_METHODS, default=kid.Method.EITHER.value
    )
    org_no = models.CharField(
        _("organisation number"), max_length=9, blank=True, validators=[RegexValidator(r"^\d{9}$")]
    )
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
        _("first invoice number"), default=100001, help_text=_("Used when the first invoice is made here.")
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

    @classmethod
    def current(cls) -> Self:
        return cls.objects.first() or cls()

    @property
    def method(self) -> kid.Method:
        return kid.Method(self.kid_method)
