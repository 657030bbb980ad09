"""manage.py import_metering_points: metering points and who holds them, from a CSV file."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction

from metering import actions, points_file
from portal.documents.csv_command import FileCommand, rejected_lines
from portal.tenancy.commands import EXIT_CODES, STDIN, contents, shown
from portal.tenancy.models import Tenant


class Command(FileCommand):
    help = (
        "Take in metering points and who holds them from a CSV file: new ones are made, known ones (by number)\n"
        "changed, none removed.\n\n"
        f"The first line names the columns, in any order:\n  {','.join(points_file.COLUMNS[:9])},\n"
        f"  {','.join(points_file.COLUMNS[9:])}\n\n"
        "An empty cell is unknown, and leaves alone what is stored.\n"
        "  gsrn            18 digits; the check digit is verified\n"
        "  customer_number a registered customer; empty with valid_from: nobody from then\n"
        "  price_area      NO1, NO2, NO3, NO4, NO5\n"
        "  customer_group  household, holiday_home, small_business, business\n"
        "  tariff          the price list's company or name; empty: the only or default one\n"
        "  support_scheme  support, norgespris, none; a new line from a day changes it from that day\n"
        "  holiday_home    yes or no\n"
        "  directions      consumption, consumption+production\n"
        "  valid_from/to   2026-01-31, both days included; a holder ends the day before the next begins\n\n"
        "Several lines of one metering point tell of its holders; the latest says what the point is. Lines with\n"
        "something wrong are rejected, with the reason; the others are taken in. Values that were parked until their\n"
        "metering point appeared are taken in too. Separated by comma or semicolon; UTF-8, or as Windows saves it."
    )
    epilog = (
        "Examples:\n"
        "  manage.py import_metering_points --tenant vidnett points.csv --dry-run\n"
        "  manage.py import_metering_points --tenant vidnett points.csv --json\n\n" + EXIT_CODES
    )
    atomic = False

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        name = "standard input" if options["file"] == STDIN else Path(shown(options["file"])).name
        reading = points_file.read(contents(options["file"]))
        with transaction.atomic():
            done = actions.upsert_points(rows=reading.rows, vacated=reading.vacated, source=name, by=None)
            transaction.set_rollback(options["dry_run"])
        taken_in = 0 if options["dry_run"] else actions.take_in_parked(by=None)
        rejected = sorted([*reading.rejected, *done.rejected], key=lambda one: one.line)
        report = {
            "file": name,
            "dry_run": options["dry_run"],
            "metering_points": {"new": done.new, "changed": done.changed, "unchanged": done.unchanged},
            "holdings": {
                "new": done.new_holdings,
                "changed": done.changed_holdings,
                "unchanged": done.unchanged_holdings,
            },
            "parked_values_taken_in": taken_in,
            "rejected": [asdict(one) for one in rejected],
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) if options["json"] else _in_lines(report))
        return bool(rejected)


def _in_lines(report: dict[str, Any]) -> str:
    """The report for people: the counts, then the first rejected lines with their reasons."""
    lines = [f"{report['file']}: {len(report['rejected'])} rejected."]
    for label, key in (("metering points", "metering_points"), ("holdings", "holdings")):
        counts = report[key]
        lines.append(f"  {label:<16}{counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged")
    if report["parked_values_taken_in"]:
        lines.append(f"  {report['parked_values_taken_in']} parked values taken in")
    return "\n".join([*lines, *rejected_lines(report, "gsrn")])
