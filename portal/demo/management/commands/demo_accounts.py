"""manage.py demo_accounts: where the demo's companies are, and who to sign in as."""

import json
import os
from typing import Any

from django.core.management.base import CommandParser

from portal.demo.people import PASSWORD
from portal.demo.tenants import COMPANIES
from portal.tenancy.commands import PlainCommand

FIELDS = ("address", "shows", "sign_in_as")


def accounts(port: str) -> list[dict[str, str]]:
    """Return the rows of the table that the start of the demo ends with."""
    start = {
        "address": f"http://localhost:{port}/",
        "shows": "Start here: everybody's name, and every e-mail and SMS that was sent.",
        "sign_in_as": f"Everybody's password is {PASSWORD}",
    }
    rows = [
        {
            "address": f"http://{company.host}:{port}/",
            "shows": str(company.shows),
            "sign_in_as": company.people[0].email,
        }
        for company in COMPANIES
    ]
    return [start, *rows]


class Command(PlainCommand):
    help = "List the demo's addresses, what they show and who to sign in as. PORT is read from the environment."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON: a list of address, shows, sign_in_as")

    def run(self, **options: Any) -> bool:
        rows = accounts(os.environ.get("PORT") or "8000")
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        else:
            for row in rows:
                self.stdout.write("\t".join(row[name] for name in FIELDS))
        return False
