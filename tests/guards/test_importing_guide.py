"""The guide to importing names every command that takes in a file, with a file it takes in."""

import re
import shlex
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command, get_commands

from orders import status_files
from portal.runtime.place import CHECKOUT
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

GUIDE = (CHECKOUT / "docs" / "importing.md").read_text(encoding="utf-8")
# "```csv import_customers" begins a file for that command; what follows its name are options.
FENCED = re.compile(r"^```(\w+) (import_\w+)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = [(command, options, content) for _, command, options, content in FENCED.findall(GUIDE)]
COMMANDS = {name for name in get_commands() if name.startswith("import_")}
# About orders, which no file makes: rejected in an empty company, line by line, after it has been read.
OF_ORDERS = "import_order_status"
# All companies' prices, of one area; the example is two hours of a day.
OF_ALL = "import_spot_prices"


def test_every_command_has_an_example() -> None:
    assert {command for command, _, _ in EXAMPLES} == COMMANDS


def test_all_examples_are_taken_in_one_after_the_other(
    tenant: Tenant, tmp_path: Path, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """In an empty company, as a stranger would try them, without a line that is rejected."""
    settings.MEDIA_ROOT = str(tmp_path / "media")  # type: ignore[attr-defined]
    refused = []
    # The status of jobs must be of these years.
    with time_machine.travel("2026-11-20T12:00:00+01:00", tick=True), tenant_scope(None):
        for number, (command, options, content) in enumerate(EXAMPLES):
            if command == OF_ORDERS:
                continue
            path = tmp_path / f"example-{number}"
            path.write_text(content, encoding="utf-8")
            whose = ["--area", "NO5", "--dry-run"] if command == OF_ALL else ["--tenant", tenant.slug]
            try:
                call_command(command, str(path), *whose, *shlex.split(options))
            except SystemExit:
                refused.append(command)
    # The example of a source is the first hours of a day, and the gap is told.
    assert refused == [OF_ALL], capsys.readouterr().out


@pytest.mark.parametrize("content", [content for command, _, content in EXAMPLES if command == OF_ORDERS])
def test_the_status_of_orders_is_understood(tenant: Tenant, content: str) -> None:
    with time_machine.travel("2026-11-20T12:00:00+01:00", tick=True):
        reading = status_files.read(content.encode(), tenant.zone)
    assert (len(reading.lines), reading.rejected) == (2, [])
