"""What the documentation says proves a line is there to be run."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?")


def test_every_test_that_the_docs_name_exists() -> None:
    named = {found.groups() for page in ROOT.glob("docs/**/*.md") for found in NAMED.finditer(page.read_text("utf-8"))}
    assert len(named) > 100
    missing = [f"{path}::{name or ''}" for path, name in sorted(named, key=str) if not _is_there(path, name)]
    assert missing == []


def _is_there(path: str, name: str | None) -> bool:
    file = ROOT / path
    return file.exists() and (name is None or f"def {name}(" in file.read_text("utf-8"))
