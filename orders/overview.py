"""The order overview as rows: filtered, grouped and sorted by the database, and only a page of it read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, F, QuerySet, Value, When
from django.utils.translation import gettext as _

from orders.jobs import SERVICES, Service
from orders.models import OrderLine, Status
from orders.problems import Problem
from orders.rules.lists import Grouping, Sorting

# How a group is told apart, and what stands over it. Both kinds of emptying are one service.
SERVICE = Case(*(When(job_type=job, then=Value(service.value)) for job, service in SERVICES.items()))
KEYS: dict[Grouping, Any] = {
    Grouping.LOCATION: F("address"),
    Grouping.STATUS: F("status"),
    Grouping.SERVICE: SERVICE,
    Grouping.REFERENCE: F("reference_key"),
}
# Statuses and services in the order of the work, not of the alphabet; what has no reference comes last.
IN_ORDER: dict[Grouping, Any] = {
    Grouping.STATUS: Case(*(When(status=status, then=place) for place, status in enumerate(Status.values))),
    Grouping.SERVICE: Case(*(When(group=service, then=place) for place, service in enumerate(Service.values))),
    Grouping.REFERENCE: Case(When(group="", then=1), default=0),
}
SORTS: dict[Sorting, Sequence[str]] = {
    Sorting.NEWEST: ("-wanted_on", "-order_id", "position"),
    Sorting.OLDEST: ("wanted_on", "order_id", "position"),
    Sorting.ORDERED: ("-order_id", "position"),
    Sorting.NUMBER: ("order_id", "position"),
}


@dataclass(frozen=True)
class Row:
    """A job in the list, with why it can no longer be cancelled; None while it can."""

    job: OrderLine
    problem: Problem | None

    @property
    def is_open(self) -> bool:
        return self.problem is None

    @cached_property
    def title(self) -> str:
        """What the job is called, in the row and for those who hear its buttons."""
        return self.job.title


@dataclass(frozen=True)
class Group:
    """Rows under one heading ("" for no grouping); `count` is how many there are on all pages."""

    heading: str
    rows: Sequence[Row]
    count: int


def arranged(jobs: "QuerySet[OrderLine]", grouping: Grouping, sorting: Sorting) -> "QuerySet[OrderLine]":
    """Return the jobs in order, those of a group together, with their orders."""
    jobs = jobs.select_related("order")
    if grouping == Grouping.NONE:
        return jobs.order_by(*SORTS[sorting])
    within = [IN_ORDER[grouping]] if grouping in IN_ORDER else []
    return jobs.annotate(group=KEYS[grouping]).order_by(*within, "group", *SORTS[sorting])


def groups_of(
    page: Iterable[OrderLine], found: "QuerySet[OrderLine]", grouping: Grouping, now: datetime
) -> list[Group]:
    """Return a page of arranged jobs under their headings. One query for how many there are of each."""
    rows = [Row(job, job.change_problem(now)) for job in page]
    if grouping == Grouping.NONE:
        return [Group("", rows, len(rows))] if rows else []
    key: Callable[[Row], str] = lambda row: getattr(row.job, "group")  # noqa: B009, E731  (annotated)
    shown = {key(row) for row in rows}
    kinds = found.annotate(group=KEYS[grouping]).filter(group__in=shown).order_by().values_list("group")
    counts = dict(kinds.annotate(count=Count("pk")).values_list("group", "count"))
    return [
        Group(_heading(grouping, same[0].job), same, counts.get(value, len(same)))
        for value, same in ((value, list(same)) for value, same in groupby(rows, key))
    ]


def _heading(grouping: Grouping, job: OrderLine) -> str:
    """Return what all jobs of a group have in common, in words."""
    words = {
        Grouping.LOCATION: job.address,
        Grouping.STATUS: job.status_label,
        Grouping.SERVICE: job.service_label,
        Grouping.REFERENCE: job.invoice_reference or _("Without order reference"),
    }
    return words[grouping]


def table_rows(jobs: Iterable[OrderLine]) -> Iterator[Sequence[object]]:
    """Yield the jobs as the cells of an exported table; see COLUMNS of overview_export.py."""
    for job in jobs:
        yield (
            job.order.ordered_at,
            job.order.number,
            job.service_label,
            job.quantity,
            job.equipment,
            job.unit_number,
            job.waste,
            job.address,
            job.wanted_on,
            job.status_label,
            job.status_reason,
            job.invoice_reference,
            job.order.ordered_by.name if job.order.ordered_by else "",
        )
