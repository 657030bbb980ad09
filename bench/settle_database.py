"""A database of its own, filled with metering points and a month of readings, for bench.settle."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from random import Random

from bench import database
from bench.settle_cases import MONTH, PRICE_LISTS, cases, month, prices

CHUNK = 500
AT = datetime(2026, 11, 1, 6, tzinfo=UTC)


def prepared(stack: ExitStack, points: int) -> Callable[[int], None]:
    """Fill a new database; returns what settles so many of its points and keeps the results."""
    stack.enter_context(database.fresh())
    from portal.tenancy.models import Tenant
    from portal.tenancy.scope import tenant_scope

    stack.enter_context(tenant_scope(Tenant.objects.get(slug=database.SLUG)))
    _fill(points)
    # The first time is slower: files are read, and queries planned.
    _settle(1)
    return _settle


def _settle(points: int) -> None:
    from django.db import transaction

    from billing.actions.settling import keep
    from billing.queries.settlements import begin_batch, points_after, settle_chunk

    after = done = 0
    with transaction.atomic():
        batch = begin_batch(MONTH)
    while done < points:
        with transaction.atomic():
            chunk = points_after(after)
            keep(list(settle_chunk(batch, chunk)), MONTH, AT)
        done, after = done + len(chunk), chunk[-1].pk


def _fill(points: int) -> None:
    from django.db import transaction

    from billing.actions import import_tariffs
    from billing.models import SpotPriceDay
    from metering import day_rows, partitions

    rng, period = Random(2026), month()  # noqa: S311  (made-up readings)
    made = cases(rng)
    with transaction.atomic():
        import_tariffs(content=PRICE_LISTS.read_bytes(), file="bench.yml", by=None)
        partitions.open_months(period.days)
        for spot in prices(rng, period).spots.values():
            SpotPriceDay.objects.put(spot, source="bench", at=AT)
    for numbers in _chunks(points):
        with transaction.atomic():
            rows = _points(numbers, made)
            days = {(pk, 1, day): values for pk, readings in rows for day, values in readings.items()}
            day_rows.write(days, batch=None, at=AT)


def _chunks(points: int) -> Iterator[range]:
    for begin in range(0, points, CHUNK):
        yield range(begin, min(points, begin + CHUNK))


def _points(numbers: range, made: list) -> list[tuple[int, dict]]:  # type: ignore[type-arg]  # as in bench.settle
    """Make metering points with a holder each; returns their keys and readings."""
    from metering.models import Holding, MeteringPoint
    from portal.customers import gsrn
    from portal.customers.models import Customer

    chosen = [made[number % len(made)] for number in numbers]
    points = MeteringPoint.objects.bulk_create(
        MeteringPoint(gsrn=gsrn.make(number), customer_group=terms.group, price_area="NO1", county="Akershus")
        for number, (terms, _) in zip(numbers, chosen, strict=True)
    )
    customers = Customer.objects.bulk_create(
        Customer(number=f"{number}", name=f"Customer {number}", kind=Customer.Kind.PRIVATE) for number in numbers
    )
    Holding.objects.bulk_create(
        Holding(
            customer=customer,
            metering_point=point,
            valid_from=date(2020, 1, 1),
            support_scheme=terms.schemes[0].scheme,
        )
        for customer, point, (terms, _) in zip(customers, points, chosen, strict=True)
    )
    return [(point.pk, days) for point, (_, days) in zip(points, chosen, strict=True)]
