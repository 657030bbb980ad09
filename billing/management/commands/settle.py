"""manage.py settle: what a metering point, or all of them, owe for a month."""

import json
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter
from time import perf_counter
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from billing import wording
from billing.actions import store_month
from billing.actions.settling import Kept
from billing.queries import NotHeld, settle_all, settlement_of
from billing.reports import as_json
from billing.rules.settlement import Settlement
from metering.models import MeteringPoint
from portal.tenancy.commands import EXIT_CODES, TenantCommand, month_named, shown, wrong_usage
from portal.tenancy.models import Tenant
from portal.ui import formatting


class Command(TenantCommand):
    help = (
        "Settle a month: energy, capacity, taxes, support or Norgespris, line by line.\n\n"
        "Private customers' amounts are with value added tax, business customers' without. Days are both included.\n"
        "What is not known (a price list, a tax, a price) has no line and is listed; the exit code is then 1.\n"
        "With --all every metering point is settled: --json prints one object a line, --store keeps the results.\n"
        "Where a point changed hands in the month, each holder has a line. One that cannot be settled is named, and\n"
        "the rest done; the exit code is then 1."
    )
    epilog = (
        "Examples:\n  manage.py settle --tenant vidnett --metering-point 707057500012345671 --month 2026-10 --json\n"
        "  manage.py settle --tenant vidnett --all --month 2026-10 --store\n\n" + EXIT_CODES
    )
    atomic = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--metering-point", metavar="GSRN", help="the metering point's 18 digits")
        which.add_argument("--all", action="store_true", help="every metering point of the tenant")
        parser.add_argument("--month", required=True, metavar="YYYY-MM")
        parser.add_argument("--until", metavar="YYYY-MM-DD", help="the last day to settle, within the month")
        parser.add_argument("--json", action="store_true", help="print JSON; with --all one object a line")
        parser.add_argument("--store", action="store_true", help="with --all: keep the results")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        month = month_named(options["month"])
        until = _until(options["until"], month)
        if options["store"] and not options["all"]:
            wrong_usage("--store goes with --all.")
        if options["store"]:
            return self._store(month, until)
        with transaction.atomic():
            if options["all"]:
                return self._print_all(month, until, as_lines=options["json"])
            return self._print_one(options["metering_point"], month, until, as_lines=options["json"])

    def _print_one(self, gsrn: str, month: date, until: date | None, *, as_lines: bool) -> bool:
        point = MeteringPoint.objects.filter(gsrn=gsrn).first()
        if point is None:
            wrong_usage(f"There is no metering point {gsrn!r}.")
        try:
            settled = settlement_of(point, month, until)
        except NotHeld:
            wrong_usage(f"Nobody holds metering point {gsrn} in this time.")
        self.stdout.write(json.dumps(as_json(gsrn, settled)) if as_lines else "\n".join(_lines(gsrn, settled)))
        return bool(settled.unknown)

    def _print_all(self, month: date, until: date | None, *, as_lines: bool) -> bool:
        started, kept = perf_counter(), Kept()
        for point, found in groupby(settle_all(month, until), key=attrgetter("point")):
            parts = list(found)
            kept.count(parts, {point.gsrn for one in parts if one.error})
            for one in parts:
                if one.error:
                    self.stderr.write(f"{point.gsrn} could not be settled: {shown(one.error)}")
                elif one.settlement and as_lines:
                    self.stdout.write(json.dumps(as_json(point.gsrn, one.settlement)))
                elif one.settlement:
                    self.stdout.write(f"{point.gsrn} {one.settlement.total:>12}")
        self.stderr.write(_rate(kept, perf_counter() - started))
        return bool(kept.incomplete or kept.failed)

    def _store(self, month: date, until: date | None) -> bool:
        started = perf_counter()
        kept = store_month(month=month, until=until)
        self.stdout.write(_rate(kept, perf_counter() - started))
        for gsrn in kept.failed:
            self.stdout.write(f"  {gsrn} could not be settled: the log says why.")
        return bool(kept.incomplete or kept.failed)


def _until(text: str | None, month: date) -> date | None:
    if text is None:
        return None
    try:
        until = date.fromisoformat(text)
    except ValueError:
        wrong_usage(f"{text!r} is not a date. Write it as 2026-10-12.")
    if until.replace(day=1) != month:
        wrong_usage(f"{text} is not in {month:%Y-%m}.")
    return until


def _rate(kept: Kept, seconds: float) -> str:
    a_second = round(kept.settled / seconds) if seconds else 0
    failed = f", {len(kept.failed):,} could not be settled" if kept.failed else ""
    counts = f"{kept.settled:,} metering points settled, {kept.incomplete:,} of them incomplete{failed}"
    return f"{counts} ({a_second:,} a second)"


def _lines(gsrn: str, settled: Settlement) -> Iterator[str]:
    """The settlement as an operator reads it."""
    yield f"Metering point {gsrn}, {formatting.day_range(settled.period.first_day, settled.period.last_day)}"
    if not settled.has_all_readings and settled.valid_from and settled.valid_until:
        yield f"  Readings from {settled.valid_from:%Y-%m-%d %H:%M} to {settled.valid_until:%Y-%m-%d %H:%M}"
        yield from (f"  missing: {gap.start:%Y-%m-%d %H:%M} to {gap.end:%Y-%m-%d %H:%M}" for gap in settled.gaps)
    for line in settled.lines:
        mark = " (preliminary)" if line.preliminary else ""
        quantity = f"{line.quantity} {line.unit}"
        yield f"  {wording.line_text(line):<44}{quantity:>16} × {line.unit_price:<10}{line.amount:>12}{mark}"
    yield f"  {'Sum, with VAT' if settled.is_private else 'Sum, without VAT':<73}{settled.total:>12}"
    yield from (f"  unknown: {wording.unknown_text(one)}" for one in settled.unknown)
