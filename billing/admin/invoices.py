"""Invoices as staff see them: looked up, compared with our own settlement, and credited where they were issued here."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from billing import invoice_presentation as presentation
from billing.actions.invoicing.issuing import CannotIssue, credit
from billing.models import Invoice, InvoiceLine, InvoiceSettings, Payment, PaymentAgreement
from billing.models.invoices import InvoiceQuerySet
from billing.queries.invoices import settled_total_of
from billing.rules.invoicing.standing import Status
from portal.admin_site import MenuPlace
from portal.customers.queries import today
from portal.tenancy import customer_lists
from portal.tenancy.admin import (
    OneRowAdmin,
    ReadOnlyAdmin,
    TenantModelAdmin,
    TenantTabularInline,
    column,
    confirmed_action,
    is_administrator,
)
from portal.tenancy.forms import TenantModelForm
from portal.ui import formatting
from portal.ui.admin_columns import SHOWN_GSRN
from portal.ui.fields import OrgNoField

QUANTITY: Any = column("quantity", _("quantity"), formatting.exact)
PRICE: Any = column("unit_price", _("price (kr)"), formatting.exact)
VAT: Any = column("vat_percent", _("VAT (%)"), formatting.exact)
AMOUNT: Any = column("amount", _("amount (kr)"), lambda amount: formatting.number(amount, 2))


class ByStatus(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(status.value, label) for status, (label, _color) in presentation.STATUSES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> QuerySet[Invoice]:
        value = self.value()
        if value not in list(Status):
            return queryset
        found: InvoiceQuerySet = Invoice.objects.with_status(Status(value), today())
        return queryset.filter(pk__in=found.values("pk"))


class _Locked:
    """Rows that are looked at only."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LineInline(_Locked, TenantTabularInline[InvoiceLine, Invoice]):
    model = InvoiceLine
    fields = ["text", "detail", QUANTITY, "unit", PRICE, VAT, AMOUNT]
    readonly_fields = [QUANTITY, PRICE, VAT, AMOUNT]


class PaymentInline(_Locked, TenantTabularInline[Payment, Invoice]):
    model = Payment
    fields = ["paid_on", AMOUNT, "reference"]
    readonly_fields = [AMOUNT]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin[Invoice]):
    menu_place = MenuPlace.WORK
    list_display = ["number", "kind", "customer", "issued_on", "due_on", "amount", "left", "status", "source"]
    list_filter = [ByStatus, "kind", "source", "issued_on", customer_lists.of("customer")]
    list_select_related = ["customer"]
    search_fields = ["=number", "=kid", "=customer__number", "customer__name", "=gsrn"]
    ordering = ["-issued_on", "-pk"]
    actions = ["take_back"]
    inlines = [LineInline, PaymentInline]
    readonly_fields = [SHOWN_GSRN]
    fieldsets = [
        (None, {"fields": ["number", "kind", "source", "customer", "corrects_number", "sent_as"]}),
        (
            _("What it is for"),
            {"fields": ["subject", ("first", "last"), "place", SHOWN_GSRN, "meter_number", "reference"]},
        ),
        (_("Amounts"), {"fields": [("net", "vat", "total"), "settled", "vat_included"]}),
        (
            _("Payment"),
            {"fields": [("issued_on", "due_on"), ("kid", "account"), ("paid", "credited", "left"), "status"]},
        ),
        (
            _("Course"),
            {
                "fields": [
                    "created_at",
                    "announced_at",
                    "due_told_on",
                    "overdue_told_on",
                    ("in_collection_on", "collection_ended_on"),
                ]
            },
        ),
    ]

    @admin.display(description=_("amount (kr)"), ordering="total")
    def amount(self, row: Invoice) -> str:
        return formatting.number(row.total, 2)

    @admin.display(description=_("left to pay (kr)"))
    def left(self, row: Invoice) -> str:
        """Below zero: what is to the customer's credit."""
        return formatting.number(row.standing.balance, 2)

    @admin.display(description=_("status"))
    def status(self, row: Invoice) -> str:
        return presentation.status_words(row.standing.status_on(today()))[0]

    @admin.display(description=_("our own settlement"))
    def settled(self, row: Invoice) -> str:
        """Say what the settlement of the same days comes to, and by how much the invoice differs."""
        total = settled_total_of(row)
        if total is None:
            return "–"
        values = {"total": formatting.kroner(total), "difference": presentation.signed(row.as_settled - total)}
        return gettext("%(total)s; the invoice differs by %(difference)s") % values

    def has_take_back_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    @confirmed_action(
        description=_("Take back by credit note"),
        question=_("Each of these invoices is taken back by a credit note. It cannot be undone."),
        permissions=("take_back",),
        asks_reason=True,
    )
    def take_back(self, request: Any, queryset: QuerySet[Invoice]) -> None:
        done, reason = 0, request.POST["reason"].strip()[:500]
        for invoice in queryset:
            try:
                note = credit(invoice=invoice, by=request.user, today=today(), reason=reason)
                text = gettext("%(number)s has been taken back already.") if note is None else ""
                done += note is not None
            except CannotIssue:
                text = gettext("%(number)s was not issued here: take it back in the billing system.")
            if text:
                self.message_user(request, text % {"number": invoice.number}, messages.WARNING)
        if done:
            text = ngettext("%(count)s credit note is made.", "%(count)s credit notes are made.", done)
            self.message_user(request, text % {"count": done})


class InvoiceSettingsForm(TenantModelForm[InvoiceSettings]):
    org_no = OrgNoField(label=_("organisation number"), required=False)


@admin.register(InvoiceSettings)
class InvoiceSettingsAdmin(OneRowAdmin[InvoiceSettings]):
    """Where the money goes is for administrators to say; everybody on the staff sees it."""

    form = InvoiceSettingsForm
    fieldsets = [
        (
            _("The company on its invoices"),
            {"fields": ["org_no", "is_vat_registered", "address", ("postal_code", "city")]},
        ),
        (_("Payment"), {"fields": ["account", "kid_method", "text"]}),
        (_("Invoices made here"), {"fields": ["issues_invoices", "first_number", "due_days"]}),
        (_("Reminders to customers"), {"fields": ["remind_before_days", "remind_after_days"]}),
    ]


@admin.register(PaymentAgreement)
class PaymentAgreementAdmin(TenantModelAdmin[PaymentAgreement]):
    deletable = True
    list_display = ["customer", "e_invoice", "direct_debit", "updated_at"]
    list_filter = ["e_invoice", "direct_debit"]
    list_select_related = ["customer"]
    autocomplete_fields = ["customer"]
    search_fields = ["=customer__number", "customer__name__istartswith"]
