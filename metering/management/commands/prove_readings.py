"""manage.py prove_readings: whether the sums that pages of many installations read are those of the stored days."""

import json
from typing import Any

from django.core.management.base import CommandParser

from metering import actions
from portal.tenancy.commands import TenantCommand
from portal.tenancy.models import Tenant


class Command(TenantCommand):
    help = (
        "Compare what is kept of each month of readings with its days, and mend what is not the same.\n\n"
        "What takes in meter files keeps both, so nothing should ever be found; run it after a restore, or after\n"
        "anybody has changed readings by hand. Files may be taken in meanwhile. It reads all days: some minutes\n"
        "where there are hundreds of millions of values."
    )
    epilog = (
        "Examples:\n"
        "  manage.py prove_readings --tenant vidnett --dry-run\n"
        "  manage.py prove_readings --tenant vidnett --json\n\n"
        "Exit code: 0 when all is as it should be, 1 when something was wrong, 2 on wrong usage."
    )
    atomic = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="only tell what is wrong")
        parser.add_argument("--json", action="store_true", help="write the report as JSON")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        proofs = list(actions.prove_sums(is_trial=options["dry_run"]))
        wrong = {f"{proof.month:%Y-%m}": proof.wrong for proof in proofs if proof.wrong}
        if options["json"]:
            report = {"months": len(proofs), "wrong": wrong, "dry_run": options["dry_run"]}
            self.stdout.write(json.dumps(report, indent=2))
            return bool(wrong)
        self.stdout.write(f"{len(proofs)} months compared, {sum(wrong.values())} sums wrong.")
        for month, count in wrong.items():
            self.stdout.write(f"  {month}  {count} {'wrong' if options['dry_run'] else 'mended'}")
        return bool(wrong)
