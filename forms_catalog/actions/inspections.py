"""Inspection reports: taken in, answered by customers, closed by staff."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from forms_catalog.actions.telling import still_acts
from forms_catalog.models import Deviation, DeviationPicture, InspectionReport
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.files.actions import CheckedUpload, store
from portal.files.actions import delete as delete_file
from portal.files.rules.names import clean_name
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant


class NotOpen(Exception):
    """It is reported mended, or closed, already."""


@transaction.atomic
def report_mended(
    *, deviation: Deviation, text: str, by: User, pictures: Sequence[CheckedUpload] = (), on_behalf: bool = False
) -> Deviation:
    """Say, as the customer, that a deviation is mended; staff look at it then. Raises NotOpen. `on_behalf`: `by` is
    staff, and hears nothing of what is decided.
    """
    locked = _locked(deviation)
    if not locked.is_open:
        raise NotOpen
    locked.state, locked.answer, locked.answered_by = Deviation.State.REPORTED, text, by
    locked.answered_at, locked.answered_on_behalf = timezone.now(), on_behalf
    locked.save(update_fields=["state", "answer", "answered_by", "answered_at", "answered_on_behalf"])
    for picture in pictures:
        DeviationPicture.objects.create(deviation=locked, file=store(picture, by=by))
    audit.record(verb="inspections.reported_mended", by=by, obj=locked, customer=locked.report.customer)
    return locked


@transaction.atomic
def close(*, deviation: Deviation, note: str, by: User) -> None:
    """Accept that it is mended, and tell the customer."""
    _decide(_locked(deviation), Deviation.State.CLOSED, note, by)


@transaction.atomic
def send_back(*, deviation: Deviation, note: str, by: User) -> None:
    """It is not mended yet: open it again, and tell the customer why."""
    _decide(_locked(deviation), Deviation.State.OPEN, note, by)


def _decide(deviation: Deviation, state: str, note: str, by: User) -> None:
    if deviation.state == state and deviation.note == note:
        return
    deviation.state, deviation.note = state, note
    deviation.save(update_fields=["state", "note"])
    report = deviation.report
    done = audit.record(verb=f"inspections.{state}", by=by, obj=deviation, customer=report.customer)
    context = {
        "title": deviation.title,
        "is_closed": state == Deviation.State.CLOSED,
        "note": note,
        "number": report.number,
        "url": _address(report),
    }
    sayer = still_acts(deviation.answered_by, report.customer, on_behalf=deviation.answered_on_behalf)
    _tell("inspections.decided", f"deviation-{deviation.pk}-{done.pk}", context, report, sayer)


def _locked(deviation: Deviation) -> Deviation:
    return Deviation.objects.select_for_update(of=["self"]).select_related("report__customer").get(pk=deviation.pk)


def _tell(event: str, key: str, context: dict[str, Any], report: InspectionReport, user: User | None = None) -> None:
    notify(
        event=event,
        key=key,
        context=context,
        user=user,
        customer=None if user else report.customer,
        channels=(Channel.EMAIL,),
    )


def _address(report: InspectionReport) -> str:
    return current_tenant().absolute_url(reverse("forms_catalog:report", args=[report.pk]))


# Taking in ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FoundDeviation:
    """A deviation as a file has it."""

    number: int
    title: str
    text: str = ""
    severity: str = Deviation.Severity.MINOR
    deadline: date | None = None
    is_closed: bool = False


@dataclass(frozen=True)
class FoundReport:
    """A report as a file has it; `document` is the path of its PDF."""

    number: str
    customer_number: str
    inspected_on: date
    gsrn: str = ""
    address: str = ""
    inspector: str = ""
    summary: str = ""
    document: Path | None = None
    deviations: tuple[FoundDeviation, ...] = field(default=())


class UnknownCustomer(ValueError):
    """There is no customer with this number, or the report is another customer's."""


@transaction.atomic
def take_in(*, found: FoundReport, tell: bool) -> str:
    """Add or change a report; returns "new", "changed" or "unchanged". Raises UnknownCustomer.

    What customers and staff have said of a deviation stays; one that the file calls closed is closed.
    """
    customer = Customer.objects.filter(number=found.customer_number).first()
    if customer is None:
        raise UnknownCustomer(f"There is no customer {found.customer_number!r}.")
    values = {name: getattr(found, name) for name in ("gsrn", "address", "inspected_on", "inspector", "summary")}
    report, is_new = InspectionReport.objects.get_or_create(
        number=found.number, defaults={**values, "customer": customer}
    )
    if report.customer_id != customer.pk:
        raise UnknownCustomer(f"The report belongs to another customer than {found.customer_number!r}.")
    is_changed = _set(report, values)
    if found.document:
        is_changed = _take_in_document(report, found.document) or is_changed
    for one in found.deviations:
        is_changed = _take_in_deviation(report, one) or is_changed
    if is_new or is_changed:
        verb = f"inspections.{'taken_in' if is_new else 'changed'}"
        audit.record(verb=verb, by=None, obj=report, customer=customer)
    if is_new and tell:
        context = {"number": report.number, "count": len(found.deviations), "url": _address(report)}
        _tell("inspections.received", f"inspection-{report.pk}", context, report)
    return "new" if is_new else "changed" if is_changed else "unchanged"


def _take_in_document(report: InspectionReport, path: Path) -> bool:
    """Keep the inspectors' PDF, scanned as anything from outside; a corrected one takes the place of the first."""
    content, before = path.read_bytes(), report.document
    if before and before.sha256 == hashlib.sha256(content).hexdigest():
        return False
    upload = CheckedUpload(io.BytesIO(content), clean_name(f"{report.number}.pdf"), "application/pdf", len(content))
    report.document = store(upload, by=None)
    report.save(update_fields=["document"])
    if before:
        delete_file(stored=before, by=None)
    return True


def _take_in_deviation(report: InspectionReport, found: FoundDeviation) -> bool:
    values = {name: getattr(found, name) for name in ("title", "text", "severity", "deadline")}
    deviation, is_new = Deviation.objects.get_or_create(report=report, number=found.number, defaults=values)
    if found.is_closed:
        values["state"] = Deviation.State.CLOSED
    return _set(deviation, values) or is_new


def _set(row: Any, values: dict[str, Any]) -> bool:
    """Write what is other; tell whether anything was."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.save(update_fields=list(changed))
    return bool(changed)
