"""A number that cannot be read on one line does not lock the others: what is right is saved, the rest is said."""

from decimal import Decimal
from typing import Any

import pytest

from callouts import actions
from callouts.content import content_of
from callouts.models import CallOff
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.callouts.test_files import pdf


@pytest.fixture
def call_off(desk: Desk) -> CallOff:
    draft = makers.draft(desk.customer, desk.user)
    more = makers.content(desk.customer, fraction=makers.fraction("725001"), quantity=Decimal(500)).line
    return actions.save_draft(
        call_off=draft, content=content_of(draft).with_line(more), version=draft.version, by=desk.user
    )


def press(desk: Desk, call_off: CallOff, action: str, **changes: Any) -> Any:
    first = call_off.lines.first()
    assert first
    posted = makers.posted(desk.customer, version=call_off.version, line=str(first.key), action=action, **changes)
    return desk.client.post(f"/callouts/drafts/{call_off.pk}/", posted, follow=True)


def test_another_line_is_opened_and_what_was_not_saved_is_said(desk: Desk, call_off: CallOff) -> None:
    second = call_off.lines.last()
    assert second
    page = press(desk, call_off, f"line:{second.key}", quantity="12 tusen", package_count="7")
    assert page.redirect_chain == [(f"/callouts/drafts/{call_off.pk}/?line={second.key}#part-2", 302)]
    assert "Ikke lagret: Mengde «12 tusen»." in page.content.decode()
    first = call_off.lines.first()
    assert first
    assert (first.quantity, first.package_count) == (1600, 7)


def test_a_line_is_added_beside_one_that_is_wrong(desk: Desk, call_off: CallOff) -> None:
    page = press(desk, call_off, "add", quantity="1.600")
    assert page.status_code == 200
    assert "kan leses på to måter" in page.content.decode()
    assert call_off.lines.count() == 3


def test_nothing_is_said_of_a_line_that_is_removed(desk: Desk, call_off: CallOff) -> None:
    first = call_off.lines.first()
    assert first
    page = press(desk, call_off, f"remove:{first.key}", quantity="mye", contact_phone="12")
    said = page.content.decode()
    assert "Ikke lagret: Mobilnummer «12»." in said
    assert "«mye»" not in said
    assert [line.quantity for line in call_off.lines.all()] == [500]


def test_saving_still_points_out_what_is_wrong(desk: Desk, call_off: CallOff) -> None:
    page = press(desk, call_off, "save", quantity="mye")
    assert (page.status_code, page.context["form"].errors.keys()) == (422, {"quantity"})
    assert CallOff.objects.get().version == call_off.version


def test_an_address_that_is_too_long_leaves_the_one_that_was_saved(desk: Desk, call_off: CallOff) -> None:
    second = call_off.lines.last()
    assert second
    press(desk, call_off, f"line:{second.key}", pickup_other="x" * 300)
    assert CallOff.objects.get().pickup_address == "Kai 4, Verftsveien 60"


def test_files_need_not_be_chosen_again_when_something_else_is_wrong(desk: Desk, call_off: CallOff) -> None:
    page = press(desk, call_off, "attach", quantity="mye", files=[pdf()])
    assert (page.status_code, page.context["form"].errors.keys()) == (422, {"quantity"})
    saved = CallOff.objects.get()
    assert [file.name for file in saved.files.all()] == ["datablad.pdf"]
    assert f'name="version" value="{saved.version}"' in page.content.decode()


def test_uploading_nothing_is_said_at_the_field(desk: Desk, call_off: CallOff) -> None:
    page = press(desk, call_off, "attach")
    assert (page.status_code, page.context["form"].errors.keys()) == (422, {"files"})
    assert "Velg minst én fil." in page.content.decode()
