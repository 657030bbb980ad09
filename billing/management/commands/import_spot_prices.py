"""manage.py import_spot_prices: day-ahead prices from a file or a source, for all tenants."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.actions.spot import SpotReport, fetch, keep
from billing.clients import SOURCES, norges_bank
from billing.importers import spot
from billing.importers.spot.values import YEARS, decimal, told
from billing.models.spot import Put
from billing.rules.spot import AREAS
from billing.rules.spot_days import PriceProblem, Rates, checked_rate
from portal.clients.http import Unavailable
from portal.tenancy.commands import EXIT_CODES, PlainCommand, contents, shown, wrong_usage

LONGEST = timedelta(days=366 * 6)
FIRST, LAST = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)


class Command(PlainCommand):
    help = (
        "Take in spot prices of a price area; all tenants share them.\n\n"
        "Files: ENTSO-E A44 XML, Nord Pool JSON, hvakosterstrommen.no JSON, told apart by content. Or ask a source\n"
        "for every day from --from to --to. Final prices replace preliminary ones, never the other way round;\n"
        "a day with gaps takes no price away that is stored."
    )
    epilog = (
        "Examples:\n  manage.py import_spot_prices --area NO5 2026-11-12.json\n"
        "  manage.py import_spot_prices --area NO5 --source hvakosterstrommen --from 2026-01-01 --to 2026-11-12\n\n"
        + EXIT_CODES
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--area", required=True, choices=AREAS, help="price area")
        parser.add_argument("files", nargs="*", metavar="FILE", help="files of prices")
        parser.add_argument("--source", choices=sorted(SOURCES), help="ask this source instead of reading files")
        parser.add_argument("--from", dest="first", metavar="DATE", help="first day to ask for (YYYY-MM-DD)")
        parser.add_argument("--to", dest="last", metavar="DATE", help="last day to ask for; default the first")
        parser.add_argument("--eur-rate", metavar="NOK", help="NOK for one euro, where a file is in euro")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report what would come of it")

    def run(self, **options: Any) -> bool:
        if bool(options["files"]) == bool(options["source"]):
            wrong_usage("Name files, or a --source with --from.")
        given = _rate(options["eur_rate"])
        report = SpotReport()
        if options["source"]:
            days = _days(options["first"], options["last"])
            common = {"at": timezone.now(), "report": report, "dry_run": options["dry_run"]}
            fetch(source=options["source"], area=options["area"], days=days, **common)
        else:
            for name in options["files"]:
                _read(name, options, given, report)
        self._tell(report, as_json=options["json"])
        return bool(report.problems or report.gaps)

    def _tell(self, report: SpotReport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_json()))
            return
        counts = ", ".join(f"{report.counts[outcome]} {outcome.value}" for outcome in Put)
        self.stdout.write(f"Days: {counts}.")
        for line in [*report.problems, *report.gaps, *(f"{day}: not published" for day in report.not_published)]:
            self.stdout.write(f"  {line}")


def _days(first: str | None, last: str | None) -> list[date]:
    try:
        begin = date.fromisoformat(first or "")
        end = date.fromisoformat(last) if last else begin
    except ValueError:
        wrong_usage("Give --from (and --to) as YYYY-MM-DD.")
    if not FIRST <= begin <= LAST:
        wrong_usage(f"There are no day-ahead prices of {begin}.")
    if not begin <= end <= begin + LONGEST:
        wrong_usage("--to is before --from, or more than six years after it.")
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def _read(name: str, options: dict[str, Any], given: Rates | None, report: SpotReport) -> None:
    content = contents(name)
    try:
        days = spot.read(content, area=options["area"], rates=given or _rates(content))
    except (PriceProblem, Unavailable) as problem:
        report.problems.append(f"{shown(Path(name).name)}: {problem}")
        return
    keep(days=days, source="file", at=timezone.now(), report=report, dry_run=options["dry_run"])


def _rate(given: str | None) -> Rates | None:
    """The rate that was given, for all days; None without one."""
    if given is None:
        return None
    try:
        return Rates({}, always=checked_rate(decimal(given.replace(",", "."))))
    except PriceProblem as problem:
        wrong_usage(f"--eur-rate: {told(problem, 100)}")


def _rates(content: bytes) -> Rates | None:
    """Norges Bank's rates for the days of a file in euro."""
    about = spot.days_in_euro(content)
    return norges_bank.rates(*about) if about else None
