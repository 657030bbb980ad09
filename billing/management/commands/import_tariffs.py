"""manage.py import_tariffs: price lists from files of the Fri nettleie format."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from billing.actions import import_tariffs
from billing.actions.tariffs import Outcome, Report
from portal.tenancy.commands import EXIT_CODES, TenantCommand, contents, shown
from portal.tenancy.models import Tenant

OUTCOMES = {
    Outcome.NEW: "new",
    Outcome.SAME: "stored already",
    Outcome.REPLACED: "replaces another, which is kept as history",
    Outcome.ENDED: "new, or with a new end",
    Outcome.WITHDRAWN: "stored before; withdrawn and kept as history",
}


class Command(TenantCommand):
    help = (
        "Read a grid company's price lists (YAML, the format of the open collection Fri nettleie).\n\n"
        "A file is taken whole or not at all. Prices are without taxes. What is stored already is left alone. What\n"
        "the file says goes before what is stored for the same days; the stored list is kept as history, and the\n"
        "report says so (--keep refuses such a file). Prices that look as if taxes were left in are refused unless\n"
        "somebody has looked at them (--accept-doubts)."
    )
    epilog = (
        "Examples:\n  manage.py import_tariffs --tenant vidnett vidnett.yml --dry-run\n"
        "  manage.py import_tariffs --tenant vidnett --json tariffs/*.yml\n\n" + EXIT_CODES
    )
    atomic = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", metavar="FILE.yml", help="tariff files")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report what would come of it")
        parser.add_argument("--json", action="store_true", help="print one JSON object with a report per file")
        parser.add_argument("--keep", action="store_true", help="refuse lists that say something else than is stored")
        parser.add_argument("--accept-doubts", action="store_true", help="take prices that look wrong")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        given = [(name, contents(name)) for name in options["files"]]
        reports = [self._import(name, content, options) for name, content in given]
        if options["json"]:
            self.stdout.write(json.dumps({"tenant": tenant.slug, "files": [report.as_json() for report in reports]}))
        return any(report.refused for report in reports)

    def _import(self, name: str, content: bytes, options: dict[str, Any]) -> Report:
        # Each file by itself: one that is refused does not take the others with it.
        with transaction.atomic():
            report = import_tariffs(
                content=content,
                file=Path(shown(name)).name,
                by=None,
                keep_stored=options["keep"],
                accept_doubts=options["accept_doubts"],
                dry_run=options["dry_run"],
            )
        if not options["json"]:
            self.stdout.write("\n".join(_lines(report)))
        return report


def _lines(report: Report) -> Iterator[str]:
    how = "refused, nothing of it is stored" if report.refused else "dry run" if report.dry_run else "read"
    yield f"{report.file}: {how} ({report.company or 'no company'}, {report.tariffs} price lists)"
    for problem in report.problems:
        where = f"line {problem.line}: " if problem.line else ""
        place = f" [{problem.where}]" if problem.where else ""
        yield f"  {problem.level.value}: {where}{problem.text}{place}"
    for one in report.stored:
        end = f" until {one.valid_to}" if one.valid_to else ""
        name = f" “{one.name}”" if one.name else ""
        yield f"  {one.group.value}{name} from {one.valid_from}{end}: {OUTCOMES[one.outcome]}"
