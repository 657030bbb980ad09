"""manage.py import_invoices: invoices and credit notes from EHF files and JSON lines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from billing.actions.invoicing.importing import Report, import_invoices
from billing.actions.invoicing.storing import Outcome
from billing.importers.invoices.incoming import LARGEST_PDF, Beside
from portal.tenancy.commands import EXIT_CODES, TenantCommand, last_lines, shown, wrong_usage
from portal.tenancy.models import Tenant

SHOWN = 50


class Command(TenantCommand):
    help = (
        "Take in invoices and credit notes: EHF / Peppol BIS Billing 3.0 (XML, one document a file) or JSON, one\n"
        "object a line; told apart by the content. A folder stands for the .xml, .json and .jsonl files in it.\n\n"
        "An invoice is known by its number: the same again changes nothing, another with its number is rejected, and\n"
        "what is taken in is never changed. A mistake is put right by a credit note. Rejected documents are told with\n"
        "line and reason; the others are taken in. The PDF of an EHF is the one embedded in it, else the file of the\n"
        "same name with .pdf beside it. A PDF may come later, with the same invoice again: one without gets it then.\n"
        "Where invoices are made here too, numbers of the company's own series are rejected."
    )
    epilog = (
        "Examples:\n  manage.py import_invoices --tenant fjord faktura-1001.xml --dry-run\n"
        "  manage.py import_invoices --tenant fjord --json invoices.jsonl\n"
        "  manage.py import_invoices --tenant fjord --quiet history/\n\n" + EXIT_CODES
    )
    atomic = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", metavar="FILE", help="files or folders to read")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report what would come of it")
        parser.add_argument("--json", action="store_true", help="print one JSON object with a report per file")
        parser.add_argument("--quiet", action="store_true", help="tell no customer of what is new: for history")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        paths = [path for name in options["files"] for path in _paths(name)]
        reports = [self._import(path, options) for path in paths]
        if options["json"]:
            files = [report.as_json() for report in reports]
            self.stdout.write(json.dumps({"tenant": tenant.slug, "files": files}, ensure_ascii=False, indent=2))
        return any(report.has_rejected for report in reports)

    def _import(self, path: Path, options: dict[str, Any]) -> Report:
        try:
            with path.open("rb") as file:
                report = import_invoices(
                    file=file,
                    name=shown(path.name),
                    by=None,
                    beside=beside(path),
                    tells=not options["quiet"],
                    dry_run=options["dry_run"],
                )
        except OSError as error:
            wrong_usage(f"The file {shown(str(path))!r} cannot be read: {error.strerror}.")
        if not options["json"]:
            self.stdout.write("\n".join(_lines(report)))
        return report


def _paths(name: str) -> Iterator[Path]:
    path = Path(name)
    if path.is_dir():
        yield from sorted(one for one in path.iterdir() if one.suffix.lower() in {".xml", ".json", ".jsonl"})
    elif path.is_file():
        yield path
    else:
        wrong_usage(f"There is no file {shown(name)!r}.")


def beside(path: Path) -> Beside:
    """Return what reads a PDF in the file's own folder, and nowhere else; "" is the one of the file's own name."""
    folder = path.resolve().parent

    def read(name: str) -> bytes | None:
        wanted = (folder / (name or f"{path.stem}.pdf")).resolve()
        if wanted.parent != folder or not wanted.is_file():
            return None
        with wanted.open("rb") as file:
            return file.read(LARGEST_PDF + 1)

    return read


def _lines(report: Report) -> Iterator[str]:
    counts = report.counts
    new, same, rejected = counts[Outcome.NEW], counts[Outcome.SAME], counts[Outcome.REJECTED]
    attached = f", {counts[Outcome.ATTACHED]} given their PDF" if counts[Outcome.ATTACHED] else ""
    yield f"{report.file}: {new} new, {same} there already{attached}, {rejected} rejected."
    for one in report.rejected[:SHOWN]:
        where = " ".join(
            filter(None, [f"line {one.line}" if one.line else "", f"({one.number})" if one.number else ""])
        )
        for problem in one.problems:
            yield f"  {where}: {problem.text}" if where else f"  {problem.text}"
    yield from last_lines(rejected - SHOWN, dry_run=report.dry_run)
