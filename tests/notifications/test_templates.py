"""The message templates of every domain."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "templates" / "notifications"
TEXTS = sorted(FOLDER.glob("*.sms.txt"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_whoever_cannot_get_the_sms_can_get_an_email(path: Path) -> None:
    assert path.with_name(path.name.replace(".sms.", ".email.")).exists()
