"""What manage.py commands share: clear messages, and one meaning of the exit codes.

0 everything is in, 1 something was rejected, 2 wrong usage (an unknown tenant, a file that is not there).
"""

import argparse
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.db import DataError, ProgrammingError, transaction
from django.utils import translation
from psycopg import errors

from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

REJECTED = 1
WRONG_USAGE = 2
STDIN = "-"
EXIT_CODES = "Exit code: 0 when everything is in, 1 when something was rejected, 2 on wrong usage."


class HelpFormatter(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of a command's own help, and puts Django's standing options last."""


def wrong_usage(message: str) -> NoReturn:
    """Stop with words and exit code 2."""
    raise CommandError(message, returncode=WRONG_USAGE)


def shown(path: str) -> str:
    """Return a file's name as it can be printed and kept: not every name on a disk is UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def contents(name: str) -> bytes:
    """Return the bytes of a file, or of standard input, or stop with words."""
    try:
        return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        wrong_usage(f"Cannot read {shown(name)}: {error.strerror}.")


def month_named(text: str) -> date:
    """Return the first day of a month written as 2026-10, or stop with words."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        wrong_usage(f"{shown(text)!r} is not a month. Write it as 2026-10.")


def last_lines(unsaid: int, *, dry_run: bool) -> Iterator[str]:
    """Yield the end of a report for people: how many rejected ones were not named, whether it was all for show."""
    if unsaid > 0:
        yield f"  and {unsaid} more: see all with --json."
    if dry_run:
        yield "Nothing was changed: this was a dry run."


def in_words(error: ValidationError) -> str:
    """Return a validation error as `field: message` lines."""
    if not hasattr(error, "error_dict"):
        return "\n".join(error.messages)
    lines = [(field, text) for field, texts in error.message_dict.items() for text in texts]
    return "\n".join(text if field == "__all__" else f"{field}: {text}" for field, text in lines)


@contextmanager
def plain_database_errors() -> Iterator[None]:
    """Say in words what an operator can put right."""
    try:
        yield
    except ProgrammingError as error:
        if isinstance(error.__cause__, errors.UndefinedTable):
            wrong_usage("The database has no tables yet, or old ones. Run first: manage.py migrate")
        if isinstance(error.__cause__, errors.InsufficientPrivilege):
            wrong_usage("This database role may not do that. Give the owner's address in DATABASE_OWNER_URL.")
        raise
    except DataError as error:
        if isinstance(error.__cause__, errors.StringDataRightTruncation):
            wrong_usage(f"Something given is too long: {error}")
        raise


class PlainCommand(BaseCommand, ABC):
    """A command whose help keeps its line breaks, speaks English, and ends with our exit codes.

    Subclasses define `run(**options)` and return True when something was rejected.
    """

    epilog = ""
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", HelpFormatter)
        return super().create_parser(prog_name, subcommand, epilog=self.epilog, **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        # What operators and their scripts read is the same wherever it runs.
        with translation.override("en"), plain_database_errors():
            rejected = self.run(**options)
        if rejected:
            sys.exit(REJECTED)

    @abstractmethod
    def run(self, **options: Any) -> bool:
        """Do the work; return True when something was rejected."""


class TenantCommand(PlainCommand):
    """A command for one tenant: `--tenant SLUG`, and its scope open around `run_for`.

    With `atomic` (the default) all of it is one transaction; `atomic = False` is for work in several.
    """

    atomic = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, metavar="SLUG", help="the tenant's short name")

    def run(self, **options: Any) -> bool:
        found = tenant_named(options.pop("tenant"))
        with tenant_scope(found):
            if not self.atomic:
                return self.run_for(found, **options)
            with transaction.atomic():
                return self.run_for(found, **options)

    @abstractmethod
    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        """Do the work; return True when something was rejected."""


def tenant_named(slug: str) -> Tenant:
    """Return the tenant, or stop with the names there are."""
    if tenant := Tenant.objects.filter(slug=slug).first():
        return tenant
    slugs = ", ".join(Tenant.objects.order_by("slug").values_list("slug", flat=True))
    wrong_usage(f"There is no tenant {slug!r}. " + (f"Tenants: {slugs}." if slugs else "Make one with create_tenant."))
