"""What the documentation says proves a line is there to be run, and the page it names is there to be opened."""

import re
from pathlib import Path

from django.urls import Resolver404, resolve

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?")
# Of the guides' tables, the addresses in the middle: as people see them, with <id> for what differs.
PAGE = re.compile(r"`(/[^`?#]*)[^`]*`")
GIVEN = {"key": "00000000-0000-4000-8000-000000000000", "name": "check-meter"}


def test_every_test_that_the_docs_name_exists() -> None:
    named = {found.groups() for page in ROOT.glob("docs/**/*.md") for found in NAMED.finditer(page.read_text("utf-8"))}
    assert len(named) > 100
    missing = [f"{path}::{name or ''}" for path, name in sorted(named, key=str) if not _is_there(path, name)]
    assert missing == []


def _is_there(path: str, name: str | None) -> bool:
    file = ROOT / path
    return file.exists() and (name is None or f"def {name}(" in file.read_text("utf-8"))


def test_every_page_that_the_guides_name_exists() -> None:
    rows = [line.split("|") for line in (ROOT / "docs/guides.md").read_text("utf-8").splitlines() if "|" in line]
    pages = {page for row in rows for page in PAGE.findall(row[2])}
    assert len(pages) > 50
    assert [page for page in sorted(pages) if not _answers(re.sub(r"<(\w+)>", _given, page))] == []


def _given(placeholder: re.Match[str]) -> str:
    return GIVEN.get(placeholder[1], "1")


def _answers(page: str) -> bool:
    try:
        return bool(resolve(page))
    except Resolver404:
        return False
