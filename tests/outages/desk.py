"""What staff post in admin, and what they read there."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.utils import timezone

from outages.models import Outage

ADD = "/admin/outages/outage/add/"
# A Monday at noon: the wall clock that the forms post has no hour that comes twice near it.
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


def in_hours(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def moment(name: str, at: datetime | None) -> dict[str, str]:
    local = timezone.localtime(at) if at else None
    return {f"{name}_0": f"{local:%d.%m.%Y}" if local else "", f"{name}_1": f"{local:%H:%M:%S}" if local else ""}


def fields(**given: Any) -> dict[str, Any]:
    """What the form posts: a power cut that began an hour ago in Torget, unless told otherwise."""
    times = {"starts_at": in_hours(-1), "expected_at": None, "restored_at": None}
    posted: dict[str, Any] = {"kind": "outage", "cause": "tree", "area_name": "Solvika", "streets": "1489 Torget"}
    posted |= {"is_published": "on", "tell": "on"}
    for name, default in times.items():
        posted |= moment(name, given.pop(name, default))
    return {name: value for name, value in (posted | given).items() if value is not None}


def timeline(*rows: dict[str, Any], total: int = 0) -> dict[str, Any]:
    """The updates of the page; `total` of them are there already."""
    posted: dict[str, Any] = {
        "updates-TOTAL_FORMS": len(rows),
        "updates-INITIAL_FORMS": total,
        "notices-TOTAL_FORMS": 0,
        "notices-INITIAL_FORMS": 0,
    }
    for number, row in enumerate(rows):
        for name, value in row.items():
            entry = (
                moment(f"updates-{number}-{name}", value)
                if isinstance(value, datetime)
                else {f"updates-{number}-{name}": value}
            )
            posted |= entry
    return posted


def change(outage: Outage) -> str:
    return f"/admin/outages/outage/{outage.pk}/change/"


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def errors(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200
    found: dict[str, Any] = answer.context["adminform"].form.errors
    return found
