"""The operating guide names what there is: every setting with its default, commands, and figures to alert on."""

import re

import pytest
from django.core.management import get_commands

from portal import registry
from portal.runtime.place import CHECKOUT

GUIDE = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8")
SETTINGS = (CHECKOUT / "portal" / "settings.py").read_text(encoding="utf-8")
READ = re.compile(r'environment\.(?:text|flag|integer|choice|words|database|prefixed)\(\s*"(\w+)"')
WITH_DEFAULT = re.compile(r'environment\.(?:text|integer)\(\s*"(\w+)", "?([^",)]+)"?\)')
# Read elsewhere than in the settings: by manage.py, a command, gunicorn, or together with another one.
ELSEWHERE = {"DATABASE_PASSWORD", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "WEB_CONCURRENCY"}
# What differs between production and development is the table's to say in words.
OF_PRODUCTION = " if PRODUCTION else "


def table() -> dict[str, str]:
    """The settings table, by name; rows with several names count for each."""
    rows = re.search(r"## Settings\n(.*?)\n## ", GUIDE, re.DOTALL)
    assert rows
    lines = [line for line in rows[1].splitlines() if line.startswith("| `")]
    return {name.rstrip("…"): line for line in lines for name in re.findall(r"`([A-Z_]+…?)`", line.split("|")[1])}


def test_every_setting_stands_there_and_no_other() -> None:
    assert set(table()) - ELSEWHERE == set(READ.findall(SETTINGS))


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
