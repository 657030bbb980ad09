"""The operating guide names what there is: every setting with its default, commands, and figures to alert on."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from portal import registry
from portal.runtime.place import CHECKOUT

GUIDE = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8")
SETTINGS = (CHECKOUT / "portal" / "settings.py").read_text(encoding="utf-8")
WITH_DEFAULT = re.compile(r'environment\.(?:text|integer)\(\s*"(\w+)", "?([^",)]+)"?\)')
PROGRAM = [
    CHECKOUT / "manage.py",
    *(
        path
        for name in {app.split(".")[0] for app in settings.INSTALLED_APPS}
        for path in (CHECKOUT / name).rglob("*.py")
    ),
]
READERS = {
    *(f"environment.{kind}" for kind in ("text", "flag", "integer", "choice", "words", "database", "prefixed")),
    "os.environ.get",
    "os.getenv",
}
# What manage.py reads with, before there are settings.
EARLY = {"given", *READERS}
# What reads the variable it is asked for: the readers themselves.
ANY = {"portal/environment.py", "portal/runtime/services.py"}
# Read by gunicorn, and together with DATABASE_URL.
ELSEWHERE = {"WEB_CONCURRENCY", "DATABASE_PASSWORD"}
# What differs between production and development is the table's to say in words.
OF_PRODUCTION = " if PRODUCTION else "


def table() -> dict[str, str]:
    """The settings table, by name; rows with several names count for each."""
    rows = re.search(r"## Settings\n(.*?)\n## ", GUIDE, re.DOTALL)
    assert rows
    lines = [line for line in rows[1].splitlines() if line.startswith("| `")]
    return {name.rstrip("…"): line for line in lines for name in re.findall(r"`([A-Z_]+…?)`", line.split("|")[1])}


def names_read(path: Path) -> Iterator[ast.expr]:
    """Yield what names the variables that a module reads: environment.text(…), os.environ.get(…), os.environ[…]."""
    readers = EARLY if path.name == "manage.py" else READERS
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in readers:
            yield node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield node.slice


def test_every_setting_the_program_reads_stands_there_and_no_other() -> None:
    found = [
        (path.relative_to(CHECKOUT).as_posix(), name)
        for path in PROGRAM
        if path.relative_to(CHECKOUT).as_posix() not in ANY
        for name in names_read(path)
    ]
    # A name that is put together could not be looked for here.
    assert [(path, ast.unparse(name)) for path, name in found if not isinstance(name, ast.Constant)] == []
    read = {name.value for _, name in found if isinstance(name, ast.Constant)}
    assert set(table()) == read | ELSEWHERE


def test_what_compose_sets_itself_is_said() -> None:
    """It cannot be set in .env."""
    compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
    fixed = {
        name
        for service in compose["services"].values()
        if service.get("image") == "skranke"
        for name, value in service["environment"].items()
        if not name.endswith("_FILE") and "${" not in value
    }
    said = re.search(r"With compose they stand in `\.env`(.*?)\n\n", GUIDE, re.DOTALL)
    assert said
    assert fixed == set(re.findall(r"`([A-Z_]+)`", said[1])) - {"METER_FILES"}


@pytest.mark.parametrize(("name", "default"), WITH_DEFAULT.findall(SETTINGS))
def test_a_default_is_the_one_there_is(name: str, default: str) -> None:
    # The database's address and the like say "needed".
    assert f"`{default.split(OF_PRODUCTION, maxsplit=1)[0]}`" in table()[name] or "their own" in table()[name]


def test_every_command_it_names_exists() -> None:
    rows = re.search(r"## Commands\n(.*?)\n## ", GUIDE, re.DOTALL)
    assert rows
    first = [line.split("|")[1] for line in rows[1].splitlines() if line.startswith("| `")]
    named = {name.split()[0] for cell in first for name in re.findall(r"`([^`]+)`", cell)}
    used = set(re.findall(r"manage\.py (\w+)", GUIDE))
    assert (named | used) - set(get_commands()) == set()


def test_every_figure_to_alert_on_exists() -> None:
    measured = {f"skranke_{measure.name}" for measure in registry.measures()}
    named = {name for name in re.findall(r"`(skranke_[a-z_]+)[{`]", GUIDE) if not name.endswith(("_app", "_owner"))}
    assert named - measured == {"skranke_up", "skranke_queue_length", "skranke_figures_unread"}


def test_every_link_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ")).strip().lower().replace(" ", "-")
        for line in GUIDE.splitlines()
        if line.startswith("#")
    }
    targets = re.findall(r"\]\(([^)]+)\)", GUIDE)
    files = [target.partition("#")[0] for target in targets if not target.startswith(("#", "http"))]
    assert [name for name in files if not (CHECKOUT / "docs" / name).exists()] == []
    assert [target for target in targets if target.startswith("#") and target[1:] not in headings] == []
