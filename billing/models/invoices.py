"""Invoices and credit notes as they were issued, their payments, and what is known of how a customer pays.

Triggers keep what is issued as it is (migration 0003): only where it stands, and which file was made of it, may change.
"""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.rules.invoicing.documents import DocumentLine, Kind, VatGroup
from billing.rules.invoicing.standing import SOON, Standing, Status
from metering.models import MeteringPoint
from metering.scope import gsrns_in
from portal.customers.models import Customer
from portal.files.models import StoredFile
from portal.tenancy.models import TenantManager, TenantModel

COUNTED = models.F("paid") + models.F("credited")
IS_UNPAID = models.Q(kind=Kind.INVOICE, total__gt=COUNTED)
# Something is owed to the customer; as Standing.credit has it.
IS_TO_CREDIT = models.Q(kind=Kind.INVOICE, total__lt=COUNTED) | models.Q(
    kind=Kind.CREDIT_NOTE, corrects=None, total__gt=-COUNTED
)
# Wholly; whether one of nothing is, its credit notes tell.
IS_TAKEN_BACK = models.Q(total__gt=0, credited__gte=models.F("total")) | models.Q(
    total__lt=0, credited__lte=models.F("total")
)


class Source(models.TextChoices):
    IMPORTED = "imported", _("Imported")
    ISSUED = "issued", _("Issued here")


KINDS = [(Kind.INVOICE.value, _("Invoice")), (Kind.CREDIT_NOTE.value, _("Credit note"))]


class SentAs(models.TextChoices):
    """How the billing system sent it."""

    E_INVOICE = "e_invoice", _("E-invoice")
    EHF = "ehf", _("EHF")
    EMAIL = "email", _("E-mail")
    PAPER = "paper", _("Letter")


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def of(self, *customers: Customer) -> Self:
        """Return the invoices of one or several customers, the latest first.

        Of a customer that somebody reads by a limited authorization, only those of the metering points within it.
        """
        within = models.Q(customer__in=[customer for customer in customers if customer.scope is None])
        for customer in customers:
            if customer.scope is not None:
                within |= models.Q(customer=customer, metering_point__gsrn__in=gsrns_in(customer.scope))
        return self.filter(within).order_by("-issued_on", "-pk")

    def matching(self, search: str) -> Self:
        """Return those whose number, KID or reference begins so."""
        text = "".join(search.split())
        begins = models.Q(number__startswith=text) | models.Q(kid__startswith=text)
        return self.filter(begins | models.Q(reference__istartswith=search.strip()))

    def unpaid(self) -> Self:
        return self.filter(IS_UNPAID)

    def taken_back(self) -> Self:
        """Return invoices that credit notes have taken back wholly, also of nothing and below zero."""
        notes = self.model.objects.filter(corrects=models.OuterRef("pk"))
        return self.filter(IS_TAKEN_BACK | models.Q(total=0) & models.Q(models.Exists(notes)), kind=Kind.INVOICE)

    def with_status(self, status: Status, today: date) -> Self:
        """Return those that stand so on a day; as Standing.status_on has it."""
        unpaid = self.unpaid()
        waiting = unpaid.filter(in_collection_on=None)
        settled = self.filter(kind=Kind.INVOICE, total=COUNTED)
        return {
            Status.CREDIT_NOTE: self.filter(kind=Kind.CREDIT_NOTE),
            Status.CREDIT: self.filter(kind=Kind.INVOICE, total__lt=COUNTED),
            Status.CREDITED: settled.filter(IS_TAKEN_BACK),
            Status.PAID: settled.exclude(IS_TAKEN_BACK),
            Status.COLLECTION: unpaid.exclude(in_collection_on=None),
            Status.OVERDUE: waiting.filter(due_on__lt=today),
            Status.DUE: waiting.filter(due_on__range=(today, today + SOON)),
            Status.OPEN: waiting.filter(models.Q(due_on=None) | models.Q(due_on__gt=today + SOON)),
        }[status]


InvoiceManager = TenantManager.from_queryset(InvoiceQuerySet)


class Invoice(TenantModel):
    """An invoice or a credit note. Amounts are NOK, positive in a credit note too.

    What the document says of seller, buyer and metering point is kept as it was said. `line_count` is how many lines it
    has: there is no room for more. `paid`, `credited` and `in_collection_on` say where it stands now.
    """

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=11, choices=KINDS)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    number = models.CharField(_("invoice number"), max_length=40)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices", verbose_name=_("customer"))
    metering_point = models.ForeignKey(
        MeteringPoint, models.PROTECT, null=True, related_name="invoices", verbose_name=_("metering point")
    )
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    issued_on = models.DateField(_("invoice date"))
    due_on = models.DateField(_("due date"), null=True)
    first = models.DateField(_("first day"), null=True)
    last = models.DateField(_("last day"), null=True)

    net = models.DecimalField(_("without VAT (kr)"), max_digits=12, decimal_places=2)
    vat = models.DecimalField(_("VAT (kr)"), max_digits=12, decimal_places=2)
    prepaid = models.DecimalField(_("paid beforehand (kr)"), max_digits=12, decimal_places=2, default=Decimal("0.00"))
    rounding = models.DecimalField(_("rounding (kr)"), max_digits=12, decimal_places=2, default=Decimal("0.00"))
    total = models.DecimalField(_("amount (kr)"), max_digits=12, decimal_places=2)
    vat_included = models.BooleanField(_("lines are with VAT"))
    # [{"percent": "25", "base": "399.79", "vat": "99.95"}]: text, so that no float comes between.
    vat_groups = models.JSONField(_("VAT groups"), default=list)
    line_count = models.PositiveSmallIntegerField(_("lines"))

    kid = models.CharField(_("KID"), max_length=25, blank=True)
    account = models.CharField(_("account"), max_length=11, blank=True)
    reference = models.CharField(_("your reference"), max_length=100, blank=True)
    note = models.TextField(_("note"), blank=True)
    sent_as = models.CharField(_("sent as"), max_length=10, choices=SentAs.choices, blank=True)
    customer_number = models.CharField(_("customer number"), max_length=20)
    gsrn = models.CharField(_("metering point ID"), max_length=18, blank=True)
    meter_number = models.CharField(_("meter number"), max_length=20, blank=True)
    place = models.CharField(_("address of the metering point"), max_length=200, blank=True)
    # As rules.invoicing.documents.Party.
    seller = models.JSONField(_("from"), default=dict)
    buyer = models.JSONField(_("to"), default=dict)

    # The invoice that a credit note takes back: as the document names it, and the row where we have it.
    corrects_number = models.CharField(_("credits invoice"), max_length=40, blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="credit_notes", verbose_name=_("credits invoice")
    )
    fingerprint = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("taken in"), default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    # The PDF that came with it; else the one we have made, once.
    original = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("PDF"))
    rendered = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("our PDF"))

    paid = models.DecimalField(_("paid (kr)"), max_digits=12, decimal_places=2, default=Decimal("0.00"))
    paid_on = models.DateField(_("paid on"), null=True)
    credited = models.DecimalField(_("credited (kr)"), max_digits=12, decimal_places=2, default=Decimal("0.00"))
    in_collection_on = models.DateField(_("sent to collection"), null=True)
    # The last time it was called back from there: what is older says nothing new.
    collection_ended_on = models.DateField(_("called back from collection"), null=True)
    announced_at = models.DateTimeField(_("customer told"), null=True)
    due_told_on = models.DateField(_("reminded before due"), null=True)
    overdue_told_on = models.DateField(_("reminded after due"), null=True)

    objects: "ClassVar[InvoiceManager[Self]]" = InvoiceManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="one_invoice_per_key"),
            models.UniqueConstraint(fields=["tenant", "number"], name="one_invoice_per_number"),
            models.CheckConstraint(
                condition=models.Q(
                    total=models.F("net") + models.F("vat") - models.F("prepaid") + models.F("rounding")
                ),
                name="invoice_adds_up",
            ),
            models.CheckConstraint(condition=models.Q(line_count__gt=0), name="invoice_has_lines"),
            models.CheckConstraint(
                condition=models.Q(corrects=None) | models.Q(kind=Kind.CREDIT_NOTE), name="only_credit_notes_correct"
            ),
            models.CheckConstraint(
                condition=models.Q(first=None, last=None) | models.Q(first__lte=models.F("last")),
                name="invoice_ends_after_it_begins",
            ),
        ]
        indexes = [
            # With all that is summed up of a customer's invoices: the rows are wide, and some have thousands.
            models.Index(
                fields=["tenant", "customer", "-issued_on"],
                include=["id", "last", "kind", "total", "paid", "credited", "due_on", "corrects", "metering_point"],
                name="invoice_of_customer",
            ),
            models.Index(fields=["tenant", "metering_point", "-last"], name="invoice_by_point"),
            models.Index(fields=["tenant", "kid"], condition=~models.Q(kid=""), name="invoice_by_kid"),
            models.Index(fields=["tenant", "due_on"], name="invoice_by_due_day"),
            models.Index(fields=["tenant"], condition=models.Q(announced_at=None), name="invoice_to_announce"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit_note(self) -> bool:
        return self.kind == Kind.CREDIT_NOTE

    @property
    def month(self) -> date:
        """The first day of the month it is known by: that of its period, else that of its date."""
        return (self.last or self.issued_on).replace(day=1)

    @property
    def signed_total(self) -> Decimal:
        """The amount as it counts in a sum: below zero for a credit note."""
        return -self.total if self.is_credit_note else self.total

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat

    @property
    def as_settled(self) -> Decimal:
        """The amount as a settlement of the same days has it: with VAT where the lines are with it, else without."""
        return self.gross if self.vat_included else self.net

    @property
    def asks_for_money(self) -> bool:
        """Whether the document is a demand; a credit note is none, nor is an invoice of nothing or below zero."""
        return not self.is_credit_note and self.total > 0

    @property
    def standing(self) -> Standing:
        return Standing(
            is_credit_note=self.is_credit_note,
            total=self.total,
            paid=self.paid,
            credited=self.credited,
            due_on=self.due_on,
            in_collection_on=self.in_collection_on,
            counts_elsewhere=self.corrects_id is not None,
        )

    @property
    def groups(self) -> list[VatGroup]:
        return [VatGroup(**{name: Decimal(text) for name, text in group.items()}) for group in self.vat_groups]

    @property
    def pdf(self) -> StoredFile | None:
        """The original, unless it is gone, else the one made here, else None: not made yet."""
        original = self.original
        return original if original is not None and not original.is_gone else self.rendered

    def document_lines(self) -> list[DocumentLine]:
        return [line.document_line for line in self.lines.all()]


class InvoiceLine(TenantModel):
    """One line of an invoice, as it is invoiced."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", verbose_name=_("invoice"))
    position = models.PositiveSmallIntegerField(_("line"))
    text = models.CharField(_("text"), max_length=200)
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    code = models.CharField(_("what it is"), max_length=20, blank=True)
    period = models.CharField(_("price period"), max_length=40, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=6, null=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_price = models.DecimalField(_("price (kr)"), max_digits=16, decimal_places=6, null=True)
    vat_percent = models.DecimalField(_("VAT (%)"), max_digits=5, decimal_places=2, null=True)
    amount = models.DecimalField(_("amount (kr)"), max_digits=12, decimal_places=2)

    class Meta(TenantModel.Meta):
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ["invoice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "invoice", "position"], name="one_invoice_line_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.text}"

    @property
    def document_line(self) -> DocumentLine:
        fields: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("text", "detail", "code", "period", "quantity", "unit", "unit_price", "vat_percent", "amount")
        }
        return DocumentLine(**fields)


class Payment(TenantModel):
    """Money that came in on an invoice (below zero: went back). Only added to."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments", verbose_name=_("invoice"))
    paid_on = models.DateField(_("paid on"))
    amount = models.DecimalField(_("amount (kr)"), max_digits=12, decimal_places=2)
    reference = models.CharField(_("reference"), max_length=60)
    created_at = models.DateTimeField(_("taken in"), default=timezone.now, editable=False)

    in_words: ClassVar[dict[str, tuple[str, Any]]] = {
        "payment_is_of_something": ("amount", _("Write an amount other than zero.")),
    }

    class Meta(TenantModel.Meta):
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["paid_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "invoice", "reference"], name="one_payment_per_reference"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="payment_is_of_something"),
        ]

    def __str__(self) -> str:
        return self.reference


class PaymentAgreement(TenantModel):
    """Whether a customer gets e-invoices and pays by direct debit; None: not known."""

    customer = models.OneToOneField(
        Customer, models.CASCADE, related_name="payment_agreement", verbose_name=_("customer")
    )
    e_invoice = models.BooleanField(_("e-invoice"), null=True, blank=True)
    direct_debit = models.BooleanField(_("direct debit"), null=True, blank=True)
    updated_at = models.DateTimeField(_("as of"), auto_now=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("payment agreement")
        verbose_name_plural = _("payment agreements")

    def __str__(self) -> str:
        return str(self.customer)
