"""manage.py create_tenant: a new company with its own portal."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from portal import registry
from portal.tenancy import actions, themes
from portal.tenancy.commands import PlainCommand, in_words, wrong_usage


class Command(PlainCommand):
    help = (
        "Make a tenant: a company with its own portal, at its own addresses.\n\n"
        "Runs as the owner of the database (DATABASE_OWNER_URL)."
    )
    epilog = (
        "Example:\n  manage.py create_tenant fjord --name Fjordsirkel --host min.fjordsirkel.example \\\n"
        "      --modules orders,callouts --theme fjordsirkel --email post@fjordsirkel.example\n\n"
        "Afterwards: manage.py create_staff --tenant fjord --email …\n\n"
        "Exit code: 0 when it was made, 2 when something about it is wrong or taken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        known = ",".join(registry.module_names())
        parser.add_argument("slug", metavar="SLUG", help="short name: lower-case letters, digits and hyphens")
        parser.add_argument("--name", required=True, help="the name people see")
        parser.add_argument(
            "--host",
            required=True,
            action="append",
            dest="hosts",
            help="host name it answers at, without port; may be given several times, the first is used in links",
        )
        parser.add_argument("--modules", required=True, help=f"what it offers, separated by commas, of {known}")
        parser.add_argument("--legal-name", default="", help="registered company name (default: the name)")
        parser.add_argument("--theme", default=themes.NEUTRAL, help=f"of {', '.join(sorted(themes.names()))}")
        parser.add_argument("--email", default="", help="customer service's e-mail address")
        parser.add_argument("--phone", default="", help="customer service's phone number")
        parser.add_argument("--time-zone", default="Europe/Oslo", help="(default: %(default)s)")

    def run(self, **options: Any) -> bool:
        if options["theme"] not in themes.names():
            wrong_usage(f"theme: There is no theme {options['theme']}. Themes: {', '.join(sorted(themes.names()))}.")
        names = ["slug", "name", "hosts", "legal_name", "theme", "email", "phone", "time_zone"]
        modules = [name.strip() for name in options["modules"].split(",")]
        try:
            tenant = actions.create_tenant(modules=modules, **{name: options[name] for name in names})
        except ValidationError as error:
            wrong_usage(in_words(error))
        self.stdout.write(f"{tenant.name} answers at {tenant.absolute_url('/')}")
        return False
