"""Invoices in words, rows and charts: the same on a page, on paper and in an export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy, pgettext

from billing.models import Invoice
from billing.queries.invoices import Asked, months_shown
from billing.rules.invoicing.comparing import Cause, Comparison, Why
from billing.rules.invoicing.standing import Status
from billing.rules.lines import KWH, MONTH
from metering.presentation.charts import day_bar, month_bar
from metering.presentation.subjects import grouped as grouped_meter
from metering.queries import DaysReadings
from portal.customers.models import Customer
from portal.ui import formatting
from portal.ui.charts import BarChart, State, mark_extremes

ZERO = Decimal("0.00")
STATUSES = {
    Status.OPEN: (gettext_lazy("Not paid"), "info"),
    Status.DUE: (gettext_lazy("Due soon"), "warning"),
    Status.OVERDUE: (gettext_lazy("Overdue"), "danger"),
    Status.COLLECTION: (gettext_lazy("Sent to collection"), "danger"),
    Status.PAID: (gettext_lazy("Paid"), "success"),
    Status.CREDIT: (gettext_lazy("To your credit"), "success"),
    Status.CREDITED: (gettext_lazy("Credited"), "neutral"),
    Status.CREDIT_NOTE: (gettext_lazy("Credit note"), "neutral"),
}


@dataclass(frozen=True)
class LineRow:
    """A line as it is shown. `small` is quantity and price in one, where there is no room for columns."""

    text: str
    detail: str
    quantity: str
    price: str
    percent: str
    amount: str

    @property
    def small(self) -> str:
        return " × ".join(filter(None, (self.quantity, self.price)))


@dataclass(frozen=True)
class Shown:
    """An invoice in a list."""

    invoice: Invoice
    title: str
    status: str
    color: str

    @property
    def amount(self) -> Decimal:
        return self.invoice.signed_total


def status_words(status: Status) -> tuple[str, str]:
    """Return a status in words, and its colour."""
    label, color = STATUSES[status]
    return str(label), color


def shown(invoice: Invoice, today: date) -> Shown:
    return Shown(invoice, title_of(invoice), *status_words(invoice.standing.status_on(today)))


def title_of(invoice: Invoice) -> str:
    """Return "Invoice October 2026", by the month it is for."""
    month = formatting.month(invoice.month)
    if invoice.is_credit_note:
        return gettext("Credit note %(month)s") % {"month": month}
    return gettext("Invoice %(month)s") % {"month": month}


def lines_heading(invoice: Invoice) -> str:
    """Return what the lines are for, and the days."""
    what = invoice.subject or (gettext("Grid rent") if invoice.gsrn else gettext("What is invoiced"))
    if invoice.first and invoice.last:
        return f"{what} {formatting.day_range(invoice.first, invoice.last)}"
    return what


# Lines and sums ------------------------------------------------------------------------------------


def line_rows(invoice: Invoice) -> list[LineRow]:
    return [
        LineRow(
            line.text,
            line.detail,
            _quantity(line.quantity, line.unit),
            _price(line.unit_price, line.unit),
            "" if line.vat_percent is None else percent_words(line.vat_percent),
            formatting.number(line.amount, 2),
        )
        for line in invoice.document_lines()
    ]


def unit_words(unit: str) -> str:
    return {
        MONTH: gettext("month"),
        "pcs": pgettext("unit", "pcs"),
        "year": gettext("year"),
        "day": gettext("day"),
    }.get(unit, unit)


def _quantity(quantity: Decimal | None, unit: str) -> str:
    if quantity is None:
        return ""
    return f"{formatting.exact(quantity)}{formatting.NBSP}{unit_words(unit)}".rstrip(f"{formatting.NBSP} ")


def _price(price: Decimal | None, unit: str) -> str:
    """Return a price: øre for a kWh, else kroner with as many decimals as it needs."""
    if price is None:
        return ""
    if unit == KWH:
        return f"{_at_least_two(price * 100)}{formatting.NBSP}øre"
    return f"{_at_least_two(price)}{formatting.NBSP}kr"


def _at_least_two(value: Decimal) -> str:
    exponent = value.normalize().as_tuple().exponent
    return formatting.number(value, max(2, -exponent) if isinstance(exponent, int) else 2)


def percent_words(percent: Decimal) -> str:
    return f"{formatting.exact(percent)}{formatting.NBSP}%"


def sum_rows(invoice: Invoice) -> list[tuple[str, str]]:
    """Return the rows under the lines, without the last one, the amount to pay."""
    rows: list[tuple[str, str]] = []
    kroner = formatting.kroner
    if not invoice.vat_included:
        rows.append((gettext("Sum without VAT"), kroner(invoice.net)))
    for group in invoice.groups:
        if not group.percent:
            text = gettext("Free of VAT: %(base)s") % {"base": kroner(group.base)}
            rows.append((text, kroner(group.vat)))
            continue
        values = {"percent": percent_words(group.percent), "base": kroner(group.base)}
        words = (
            gettext("Of which VAT %(percent)s of %(base)s")
            if invoice.vat_included
            else gettext("VAT %(percent)s of %(base)s")
        )
        rows.append((words % values, kroner(group.vat)))
    if invoice.prepaid:
        rows.append((gettext("Paid beforehand"), kroner(-invoice.prepaid)))
    if invoice.rounding:
        rows.append((gettext("Rounding"), kroner(invoice.rounding)))
    return rows


def total_label(invoice: Invoice) -> str:
    """Return what the last row says. Its amount is never below zero: the words tell which way the money goes."""
    if not invoice.total:
        return gettext("Nothing to pay")
    if invoice.is_credit_note and invoice.total < 0:
        return gettext("Taken off your credit")
    if invoice.is_credit_note and invoice.corrects_number:
        # Whether it leaves anything to the customer's credit depends on what was paid of that invoice.
        return gettext("Credited")
    return gettext("To pay") if invoice.asks_for_money else gettext("To your credit")


def lines_label(invoice: Invoice) -> str:
    """Return what the last row says on a page that tells beside it what is left: "To pay" is said of that alone."""
    is_as_issued = invoice.standing.left == invoice.total
    return total_label(invoice) if is_as_issued or not invoice.asks_for_money else gettext("Amount of the invoice")


def standing_label(invoice: Invoice, status: str) -> str:
    """Return what heads the amount beside an invoice: what is to be done with it now."""
    standing = invoice.standing
    if standing.left:
        return gettext("To pay")
    if standing.credit:
        return gettext("To your credit")
    return total_label(invoice) if invoice.is_credit_note else status


def course_rows(invoice: Invoice) -> list[tuple[str, str]]:
    """Return how the amount that is left, or to the customer's credit, comes about; [] where it is the invoice's."""
    standing = invoice.standing
    if invoice.corrects_id is not None or standing.balance in (invoice.signed_total, ZERO):
        return []
    rows = [
        (
            gettext("Amount of the credit note") if invoice.is_credit_note else gettext("Amount of the invoice"),
            abs(invoice.total) if invoice.is_credit_note else invoice.total,
        ),
        (gettext("Paid") if invoice.paid > 0 else gettext("Paid back"), abs(invoice.paid)),
        (gettext("Credited"), invoice.credited),
    ]
    return [(label, formatting.kroner(value)) for at, (label, value) in enumerate(rows) if value or not at]


def facts_of(invoice: Invoice) -> list[tuple[str, str]]:
    """Return what stands about the invoice as such: label and value, without what is not known."""
    found = [
        (gettext("Customer number"), invoice.customer_number),
        (gettext("Credit note number") if invoice.is_credit_note else gettext("Invoice number"), invoice.number),
        (
            gettext("Credit note date") if invoice.is_credit_note else gettext("Invoice date"),
            formatting.day(invoice.issued_on),
        ),
        (gettext("Due date"), formatting.day(invoice.due_on) if invoice.due_on and invoice.asks_for_money else ""),
        (gettext("Credits invoice"), invoice.corrects_number),
        (gettext("Your reference"), invoice.reference),
        (gettext("Sent as"), invoice.get_sent_as_display() if invoice.sent_as else ""),
    ]
    return [(label, value) for label, value in found if value]


def place_facts(invoice: Invoice) -> list[tuple[str, str]]:
    """Return what stands about the metering point."""
    found = [
        (gettext("Address of the metering point"), invoice.place),
        (gettext("Meter number"), grouped_meter(invoice.meter_number)),
        (gettext("Metering point ID"), formatting.gsrn(invoice.gsrn)),
    ]
    return [(label, value) for label, value in found if value]


# Why it differs ------------------------------------------------------------------------------------


def signed(amount: Decimal) -> str:
    written = formatting.number(amount, 2)
    return f"+{written}" if amount > 0 else written


@dataclass(frozen=True)
class CauseRow:
    text: str
    detail: str
    amount: str


def cause_rows(comparison: Comparison) -> list[CauseRow]:
    return [CauseRow(cause_text(cause), _cause_detail(cause), signed(cause.amount)) for cause in comparison.causes]


def cause_text(cause: Cause) -> str:
    more = cause.amount > 0
    # Less of what is paid back costs more.
    more_of_it = cause.now is not None and cause.before is not None and cause.now > cause.before
    words = {
        Why.ENERGY: gettext("More electricity used") if more else gettext("Less electricity used"),
        Why.HOURS: gettext("More of it at dear hours") if more else gettext("More of it at cheap hours"),
        Why.PRICE: gettext("Higher prices and taxes per kWh") if more else gettext("Lower prices and taxes per kWh"),
        Why.TIER: gettext("Higher capacity tier") if more else gettext("Lower capacity tier"),
        Why.CAPACITY: gettext("Higher capacity charge") if more else gettext("Lower capacity charge"),
        Why.SCHEME: gettext("Less support") if more else gettext("More support"),
        Why.QUANTITY: gettext("More: %(what)s") if more_of_it else gettext("Less: %(what)s"),
        Why.LINE_PRICE: gettext("Dearer: %(what)s") if more else gettext("Cheaper: %(what)s"),
        Why.VAT: gettext("VAT on the difference"),
        Why.NEW: gettext("New: %(what)s"),
        Why.GONE: gettext("No longer: %(what)s"),
        Why.OTHER: gettext("Other differences"),
    }[cause.why]
    return words % {"what": cause.what} if "%(" in words else words


def _cause_detail(cause: Cause) -> str:
    if cause.why == Why.TIER:
        return gettext("%(before)s to %(now)s") % {"before": cause.from_text, "now": cause.to_text}
    if cause.why not in (Why.ENERGY, Why.QUANTITY) or cause.before is None or cause.now is None:
        return ""
    change = cause.now - cause.before
    written = formatting.exact(change.quantize(Decimal("0.1")) if cause.unit == KWH else change)
    return f"{'+' if change > 0 else ''}{written}{formatting.NBSP}{unit_words(cause.unit)}"


# Charts --------------------------------------------------------------------------------------------


def amounts_chart(asked: Asked, amounts: dict[date, Decimal]) -> BarChart:
    """What each month cost: the chart of the overview."""
    bars = [
        month_bar(month, amounts.get(month), is_blank=month not in amounts) for month in months_shown(asked, amounts)
    ]
    return BarChart(
        id="amounts",
        title=gettext("Kroner by the month invoiced"),
        description=gettext("What was invoiced for each month, in kroner"),
        unit="kr",
        decimals=2,
        bars=bars,
        columns=[gettext("Month"), "kr"],
    )


def days_chart(readings: DaysReadings, *, paper: bool = False) -> BarChart:
    """The electricity of each day of the invoice's period."""
    span = formatting.day_range(readings.span.first, readings.span.last)
    bars = [
        day_bar(
            day.day,
            None if day.wh is None else Decimal(day.wh) / 1000,
            is_blank=not day.is_held,
            missing=gettext("no values"),
        )
        for day in readings.days
    ]
    used = formatting.number(Decimal(readings.wh) / 1000, 1)
    return BarChart(
        id="used",
        title=gettext("Electricity used, kWh per day"),
        description=gettext("Electricity used each day %(days)s, in kilowatt-hours") % {"days": span},
        unit="kWh",
        bars=mark_extremes(bars),
        columns=[gettext("Day"), "kWh"],
        key={State.PEAK: gettext("Highest day")},
        total=[gettext("Sum"), used],
        height=130 if paper else 236,
    )


def subject_of(customer: Customer | None, ref: str) -> str | None:
    """Return how an enquiry names one of the customer's own invoices, by its key; None for anything else."""
    try:
        key = UUID(ref)
    except ValueError:
        return None
    found = Invoice.objects.of(customer).filter(key=key).first() if customer else None
    return about_words(found) if found else None


def staff_link(customer: Customer, words: str) -> str | None:
    """Return where staff look at the customer's invoice that is called so in some language; None for none."""
    for invoice in Invoice.objects.filter(customer=customer, number__in=words.split()):
        if any(_about_in(invoice, language) == words for language in dict(settings.LANGUAGES)):
            return reverse("admin:billing_invoice_change", args=[invoice.pk])
    return None


def _about_in(invoice: Invoice, language: str) -> str:
    with translation.override(language):
        return about_words(invoice)


def about_words(invoice: Invoice) -> str:
    """Return how an enquiry names the invoice: "invoice 102600318 of 8 Nov 2026"."""
    values = {"number": invoice.number, "day": formatting.day(invoice.issued_on)}
    if invoice.is_credit_note:
        return gettext("credit note %(number)s of %(day)s") % values
    return gettext("invoice %(number)s of %(day)s") % values
