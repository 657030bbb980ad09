"""The pages of readings for customers with 30, 300 and 3 000 installations, and for ten years of data.

    python -m bench.readings_pages
    python -m bench.readings_pages --installations 3000 --months 13

The processor's time of each page, of the program and of its session at the database, as a ratio to the floor: the same
empty page as in bench.pages. Growth is the largest customer's ratio against the smallest one's. Everything is made up,
measured and dropped in one run; pages are asked for in turn, and the best of some rounds counts.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from bench import database
from bench.clock import best_in_turn, spent_here

# Its newest readings are of the day before.
TODAY = date(2026, 11, 20)
PAGES = {
    "one, day": "/grid/{point}/?view=day&date=2026-11-12",
    "one, month": "/grid/{point}/?view=month&date=2026-10-12",
    "one, year": "/grid/{point}/?view=year&date=2026-10-12",
    "one, year and the year before": "/grid/{point}/?view=year&date=2026-10-12&compare=year",
    "together, day": "/grid/together/?view=day&date=2026-11-12",
    "together, week": "/grid/together/?view=week&date=2026-11-12",
    "together, month": "/grid/together/?view=month&date=2026-10-12",
    "together, year": "/grid/together/?view=year&date=2026-10-12",
    "together, year and the year before": "/grid/together/?view=year&date=2026-10-12&compare=year",
    "list, by name": "/grid/installations/?month=2026-10",
    "list, most used": "/grid/installations/?month=2026-10&sort=used",
    "download form": "/grid/download/?points={point}",
}


@dataclass
class Measured:
    """Of one customer: seconds and number of queries by page."""

    installations: int
    seconds: dict[str, float] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.readings_pages", description=__doc__.splitlines()[0])
    parser.add_argument("--installations", type=int, default=3000, help="of the largest customer (3000)")
    parser.add_argument("--months", type=int, default=13, help="months of readings (13)")
    parser.add_argument("--years", type=int, default=10, help="years of readings of one more customer's two (10)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each page is asked for (5)")
    chosen = parser.parse_args()
    sizes = sorted({max(2, chosen.installations // 100), max(2, chosen.installations // 10), chosen.installations})
    with database.fresh() as made, _today():
        floor = database.add_floor()
        clients = [_customer(size, chosen.months, made.owner_url) for size in sizes]
        clients.append(_customer(2, chosen.years * 12, made.owner_url))
        results = [_measure(client, point, floor, chosen.rounds) for client, point in clients]
    return report(results)


def report(results: list[Measured]) -> int:
    """Write times of the floor by customer, the last of whom has the ten years."""
    small, large = results[0], results[-2]
    heads = [f"{one.installations:,}" for one in results[:-1]] + ["ten years", "growth", "queries"]
    print(f"{'times the floor':<32}{''.join(f'{head:>10}' for head in heads)}")
    for name in PAGES:
        ratios = [one.seconds[name] / one.seconds["floor"] for one in results]
        # Against the floor of the same moment, so that a machine that became slower does not count.
        growth = ratios[-2] / ratios[0]
        row = "".join(f"{number:>10.2f}" for number in (*ratios, growth))
        print(f"{name:<32}{row}{large.queries[name]:>10}")
    floors = ", ".join(f"{one.seconds['floor'] * 1000:.1f}" for one in results)
    print(f"the floors are {floors} ms and {small.queries['floor']} queries")
    return 0


@contextmanager
def _today() -> Iterator[None]:
    import time_machine

    with time_machine.travel(f"{TODAY} 12:00:00+01:00", tick=True):
        yield


def _customer(installations: int, months: int, owner_url: str) -> tuple[Any, int]:
    """Make a customer with so many installations; returns a client that is signed in, and one of their keys."""
    from django.db import transaction

    from metering import actions, partitions
    from metering.models import Holding, MeteringPoint
    from metering.periods import add_months
    from portal.customers import gsrn
    from portal.customers.models import Customer
    from portal.tenancy.scope import tenant_scope
    from tests import factories

    first = add_months(TODAY.replace(day=1), -months + 1)
    serial = next(_serials) * 100_000
    with database.scope() as tenant:
        customer = factories.customer(kind=Customer.Kind.BUSINESS)
        user = factories.user()
        factories.membership(user, customer)
        points = MeteringPoint.objects.bulk_create(
            [
                MeteringPoint(gsrn=gsrn.make(serial + at), address=f"Bakken {at}", postal_code="1489", city="Solvika")
                for at in range(installations)
            ],
            batch_size=5000,
        )
        Holding.objects.bulk_create(
            [Holding(customer=customer, metering_point=point, valid_from=first) for point in points], batch_size=5000
        )
        partitions.open_months(add_months(first, ahead) for ahead in range(months))
        _readings(points[0].pk, points[-1].pk, first)
    _tidy(owner_url)
    with tenant_scope(tenant):
        # As beat does every few minutes.
        actions.add_up_holders(today=TODAY)
    with transaction.atomic():
        return factories.client_for(user, tenant=tenant), points[len(points) // 2].pk


_serials = iter(range(1, 90))


def _readings(first_point: int, last_point: int, first: date) -> None:
    """A kilowatt-hour an hour, more or less, up to yesterday; written by the database itself, a month at a time."""
    from django.db import connection

    from portal.tenancy.scope import current_tenant_id

    last = TODAY - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(FILL, [current_tenant_id(), first_point, last_point, first, last])
        cursor.execute(ADD_UP, [first_point, last_point])


FILL = """
    INSERT INTO metering_readingday (tenant_id, metering_point_id, direction, day, resolution_minutes, revision,
        total_wh, peak_wh, peak_hour, values_wh, quality, registered_at)
    SELECT %s, point, 1, day, 60, 0, (SELECT sum(wh) FROM unnest(made) wh), (SELECT max(wh) FROM unnest(made) wh),
           array_position(made, (SELECT max(wh) FROM unnest(made) wh)) - 1, made, NULL, now()
      FROM generate_series(%s::bigint, %s) point
     CROSS JOIN (SELECT day::date, extract(epoch FROM (day + interval '1 day')::timestamp AT TIME ZONE 'Europe/Oslo'
                    - day::timestamp AT TIME ZONE 'Europe/Oslo')::integer / 3600 AS hours
                   FROM generate_series(%s::date::timestamp, %s::date, interval '1 day') day) days
     CROSS JOIN LATERAL (SELECT array_agg(500 + (point * 7 + hour * 131 + extract(doy FROM day)::integer * 17) %% 1500)
                           ::integer[] AS made FROM generate_series(1, days.hours) hour) values
"""

# As what writes days does: these lack no hour.
ADD_UP = """
    INSERT INTO metering_readingmonth (tenant_id, metering_point_id, direction, month, total_wh, known_days, whole_days)
    SELECT tenant_id, metering_point_id, direction, date_trunc('month', day::timestamp)::date AS month, sum(total_wh),
           bit_or(1 << extract(day FROM day)::integer - 1), bit_or(1 << extract(day FROM day)::integer - 1)
      FROM metering_readingday WHERE metering_point_id BETWEEN %s AND %s
     GROUP BY tenant_id, metering_point_id, direction, month
"""


def _tidy(owner_url: str) -> None:
    """As autovacuum would have done by the time anybody looks."""
    import psycopg

    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(
            "VACUUM ANALYZE metering_readingday, metering_readingmonth, metering_holding, metering_meteringpoint"
        )


def _measure(client: Any, point: int, floor: str, rounds: int) -> Measured:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from metering.models import Holding

    with database.scope():
        holder = Holding.objects.get(metering_point_id=point).customer_id
        found = Measured(Holding.objects.filter(customer_id=holder).count())
    urls = {name: path.format(point=point) for name, path in {"floor": floor, **PAGES}.items()}
    for name, url in urls.items():
        with CaptureQueriesContext(connection) as captured:
            _get(client, url)
        found.queries[name] = len(captured)
    asked = {name: partial(_get, client, url) for name, url in urls.items()}
    found.seconds = best_in_turn(rounds, asked, spent_here)
    for name, took in found.seconds.items():
        print(f"  {found.installations:>6} {name:<32}{took * 1000:>9.1f} ms", file=sys.stderr, flush=True)
    return found


def _get(client: Any, url: str) -> None:
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answers {answer.status_code}")


if __name__ == "__main__":
    sys.exit(main())
