"""What became of the demo's jobs, step by step, and what a customer has reported."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from orders.cutoff import DAY, Terms
from orders.models import Depot, JobReport, OrderLine, Status, StatusChange

# Depots by the beginning of the postal code.
DEPOTS = {
    ("3970", "3971", "3973"): ("EID", "Eidnes"),
    ("3972", "3974", "3975"): ("STO", "Storsund"),
    ("56",): ("ALV", "Alvvik"),
}
# Steps of a job that was driven, with the time of day; the last has the job's own status.
DRIVEN = ((Status.SCHEDULED, -1, time(14, 40)), (Status.ON_THE_WAY, 0, time(8, 5)))
SETTLED_AT = time(9, 20)
REPORT = "Det kom en bil, men den kjørte igjen uten å ta med containeren. Den er full, og vi har ikke plass til mer."


class Depots:
    """The depots, made when they are first needed."""

    def __init__(self) -> None:
        self._made: dict[str, Depot] = {}

    def of(self, postal_code: str) -> Depot | None:
        for beginnings, (code, name) in DEPOTS.items():
            if postal_code.startswith(beginnings):
                if code not in self._made:
                    self._made[code] = Depot.objects.create(code=code, name=name)
                return self._made[code]
        return None


def settled_at(status: Status, day: date, terms: Terms) -> datetime | None:
    """Return since when a job of the demo has its status; None for one that nobody has looked at."""
    if status == Status.RECEIVED:
        return None
    days, clock = {Status.SCHEDULED: (-1, time(14, 40)), Status.ON_THE_WAY: (0, time(8, 5))}.get(
        status, (0, SETTLED_AT)
    )
    return _at(day + days * DAY, clock, terms)


def _at(day: date, clock: time, terms: Terms) -> datetime:
    return min(datetime.combine(day, clock, tzinfo=terms.zone), timezone.now() - timedelta(minutes=25))


def write(lines: Iterable[OrderLine], terms: Terms) -> None:
    """Write the history of the jobs, and let one be reported."""
    lines = list(lines)
    StatusChange.objects.bulk_create(step for line in lines for step in _steps(line, terms))
    _report(lines, terms)


def _steps(line: OrderLine, terms: Terms) -> Iterator[StatusChange]:
    last = Status(line.status)
    if line.status_at is None or last == Status.CANCELLED:
        return
    for status, days, clock in DRIVEN:
        if status == last:
            break
        at = _at(line.wanted_on + days * DAY, clock, terms)
        if at < line.status_at:
            yield StatusChange(line=line, status=status, at=at)
    yield StatusChange(line=line, status=last, at=line.status_at, reason=line.status_reason)


def _report(lines: list[OrderLine], terms: Terms) -> None:
    """Let the latest job that is done be reported as not done."""
    today = terms.today(timezone.now())
    done = [line for line in lines if line.status == Status.DONE and today - 14 * DAY <= line.wanted_on < today]
    firms = [line for line in done if line.order.ordered_by and line.invoice_reference]
    if not firms:
        return
    line = max(firms, key=lambda one: (one.wanted_on, one.pk))
    JobReport.objects.create(
        line=line,
        customer=line.customer,
        kind=JobReport.Kind.NOT_DONE,
        text=REPORT,
        reported_by=line.order.ordered_by,
        reported_at=_at(line.wanted_on, time(15, 10), terms),
    )
