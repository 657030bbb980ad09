"""manage.py load_demo: the made-up companies of the demo."""

import time
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from portal.demo import loading
from portal.demo.people import Company
from portal.demo.tenants import COMPANIES, company
from portal.tenancy.commands import PlainCommand, wrong_usage


class Command(PlainCommand):
    help = (
        "Load the demo's four made-up companies, with customers, people and a year of data up to today.\n\n"
        "What the demo made before is made again, as new; other tenants are not touched.\n"
        "Runs as the owner of the database (DATABASE_OWNER_URL)."
    )
    epilog = "Exit code: 0 when all is loaded, 2 when there is no such company or its name is taken by a real one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-needed", action="store_true", help="leave companies loaded within a week as they are")
        parser.add_argument("--tenant", metavar="SLUG", help="only this one")

    def run(self, **options: Any) -> bool:
        chosen = [found for found in [company(options["tenant"])] if found] if options["tenant"] else COMPANIES
        if not chosen:
            wrong_usage(f"No such company. The demo has {', '.join(each.slug for each in COMPANIES)}.")
        for each in chosen:
            if options["if_needed"] and loading.is_fresh(each, timezone.now()):
                self.stdout.write(f"{each.name} is loaded already.")
            else:
                self.load(each)
        return False

    def load(self, each: Company) -> None:
        began = time.monotonic()
        self.stdout.write(f"{each.name} …")
        try:
            loading.load(each, self.stdout.write)
        except loading.NotOurs as error:
            wrong_usage(str(error))
        self.stdout.write(f"{each.name} loaded in {time.monotonic() - began:.1f} s.")
