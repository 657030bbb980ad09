"""Telling staff that something is wrong with the meter values, in the caller's transaction."""

from hashlib import sha256

from django.urls import reverse
from django.utils import timezone

from metering.models import ImportBatch, ImportSettings, MissingValuesCheck
from metering.reports import Report
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant


def file_failed(batch: ImportBatch, report: Report) -> None:
    """Tell of a file that could not be read, or not to its end, or of which most was refused."""
    _tell(
        "metering.file_failed",
        f"metering.file_failed:{batch.pk}:{batch.started_at.timestamp()}",
        {"file": batch.file_name, "reasons": report.reasons[:5], "url": _page_of(batch)},
    )


def file_broke_off(batch: ImportBatch, error: Exception) -> None:
    """Tell of a file whose import ended with an error of ours: the inside stays in the log.

    Once a day: what keeps it from being read may keep it from being read every minute.
    """
    _tell(
        "metering.file_failed",
        f"metering.file_failed:{batch.pk}:{batch.started_at:%Y-%m-%d}",
        {"file": batch.file_name, "reasons": [], "error": type(error).__name__, "url": _page_of(batch)},
    )


def file_unread(name: str, reason: str) -> None:
    """Tell of a file in the company's folder that could not even be opened."""
    _tell(
        "metering.file_failed",
        f"metering.file_failed:{sha256(name.encode()).hexdigest()[:40]}:{timezone.now().timestamp()}",
        {
            "file": name,
            "reasons": [reason],
            "url": current_tenant().absolute_url(reverse("admin:metering_importbatch_changelist")),
        },
    )


def values_missing(check: MissingValuesCheck) -> None:
    """Tell in the morning that too many metering points lack yesterday's values."""
    url = current_tenant().absolute_url(reverse("admin:metering_missingvaluescheck_changelist"))
    _tell("metering.values_missing", f"metering.values_missing:{check.day}", {"check": check, "url": url})


def _page_of(batch: ImportBatch) -> str:
    return current_tenant().absolute_url(reverse("admin:metering_importbatch_change", args=[batch.pk]))


def _tell(event: str, key: str, context: dict[str, object]) -> None:
    email = ImportSettings.current().alert_email
    if email:
        notify(event=event, key=key, context=context, email=email, channels=[Channel.EMAIL])
