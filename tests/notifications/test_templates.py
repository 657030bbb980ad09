"""The message templates of every domain."""

from pathlib import Path

import pytest

from portal import words

FOLDER = Path(__file__).parents[2] / "templates" / "notifications"
EVENTS = sorted({path.name.rsplit(".", 2)[0] for path in FOLDER.glob("[!_]*.txt")})
TEXTS = sorted(FOLDER.glob("*.sms.txt"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_whoever_cannot_get_the_sms_can_get_an_email(path: Path) -> None:
    assert path.with_name(path.name.replace(".sms.", ".email.")).exists()


@pytest.mark.parametrize("event", EVENTS)
def test_every_message_has_a_name_that_staff_understand(event: str) -> None:
    assert event in words.of_all_apps("message_words")


def test_no_message_is_named_that_nobody_can_send() -> None:
    assert sorted(words.of_all_apps("message_words")) == EVENTS
