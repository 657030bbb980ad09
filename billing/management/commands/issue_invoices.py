"""manage.py issue_invoices: a month's grid invoices from its settlement."""

import json
from typing import Any

from django.core.management.base import CommandParser

from billing.actions.invoicing.issuing import CannotIssue, issue_month
from portal.customers.queries import today
from portal.tenancy.commands import EXIT_CODES, TenantCommand, last_lines, month_named, wrong_usage
from portal.tenancy.models import Tenant

SHOWN = 50


class Command(TenantCommand):
    help = (
        "Make the grid invoices of a month that is over, one for each holder of a metering point, from its\n"
        "settlement.\n\n"
        "For companies that have no other billing system: switch it on in admin, under Invoice settings, with account\n"
        "and organisation number. Numbers are without gaps. What is issued is never changed: credit it in admin, and\n"
        "run this again for a new invoice. Metering points whose readings or prices are not complete are told and\n"
        "left out; run it again when they are. What is invoiced already is left alone."
    )
    epilog = (
        "Examples:\n  manage.py issue_invoices --tenant vidnett --month 2026-10 --dry-run\n"
        "  manage.py issue_invoices --tenant vidnett --month 2026-10 --json\n\n" + EXIT_CODES
    )
    atomic = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--month", required=True, metavar="YYYY-MM", help="the month to invoice")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report what would come of it")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        month = month_named(options["month"])
        try:
            report = issue_month(month=month, by=None, today=today(), dry_run=options["dry_run"])
        except CannotIssue as error:
            wrong_usage(str(error))
        if options["json"]:
            self.stdout.write(json.dumps({"tenant": tenant.slug, **report.as_json()}, indent=2))
            return report.has_missing
        skipped = ", ".join(f"{count} {why.value}" for why, count in report.skipped.items()) or "none left out"
        self.stdout.write(f"{month:%Y-%m}: {report.issued} issued, {report.total} kr; {skipped}.")
        for gsrn, why in report.points[:SHOWN]:
            self.stdout.write(f"  {gsrn}: {why.value}")
        for line in last_lines(len(report.points) - SHOWN, dry_run=report.dry_run):
            self.stdout.write(line)
        return report.has_missing
