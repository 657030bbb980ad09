"""Exports are a person's own: they take along a list, and the files go with the account."""

from typing import Any

from portal import registry
from portal.exports import actions
from portal.exports.models import ExportJob


def export(user: Any) -> list[dict[str, Any]]:
    jobs = ExportJob.objects.filter(user=user).newest_first()
    return [{"what": job.title, "asked_for": job.created_at.isoformat(), "state": job.state} for job in jobs]


def forget(user: Any) -> None:
    for job in ExportJob.objects.filter(user=user).select_related("file"):
        actions.remove(job)


PERSONAL_DATA = registry.PersonalData(name="exports", export=export, forget=forget)
