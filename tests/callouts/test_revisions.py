"""Corrections after sending in: rows beside the locked original, seen by the customer with what changed and why."""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from callouts import actions
from callouts.content import DraftContent, LineContent
from callouts.models import CallOff, CallOffLine, Revision, Unit
from callouts.payload import call_off_payload
from callouts.revisions import corrections_of
from callouts.standing import standing, standing_content
from portal.accounts.models import User
from portal.customers.models import Role
from portal.notifications.models import Message
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.callouts.test_what_is_sent_in_is_locked import LOCKED, refused, sql


@pytest.fixture
def agent(desk: Desk) -> User:
    return factories.staff(name="Tone Sørbø")


def changed(call_off: CallOff, **changes: Any) -> DraftContent:
    content = standing_content(call_off)
    line = {name: value for name, value in changes.items() if name in LineContent.__dataclass_fields__}
    own = {name: value for name, value in changes.items() if name in DraftContent.__dataclass_fields__}
    return replace(content, **own).with_line(replace(content.line, **line))


def revise(call_off: CallOff, by: User, *, seen: int = 0, reason: str = "Veid inn", **changes: Any) -> Revision:
    call_off = CallOff.objects.get(pk=call_off.pk)
    return actions.revise(call_off=call_off, content=changed(call_off, **changes), reason=reason, seen=seen, by=by)


def rows_of(call_off: CallOff) -> list[Any]:
    """Return what the database holds of the original."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        for table, key in (("callouts_calloff", "id"), ("callouts_calloffline", "call_off_id")):
            cursor.execute(f"SELECT to_jsonb(t) FROM {table} t WHERE {key} = %s ORDER BY id", [call_off.pk])
            found += cursor.fetchall()
    return found


def test_the_original_stays_untouched_and_the_correction_stands_beside_it(sent: CallOff, agent: User) -> None:
    before = rows_of(sent)
    revise(sent, agent, quantity=Decimal("1450.5"), invoice_reference="AO-1")
    assert rows_of(sent) == before
    now = standing(CallOff.objects.get(pk=sent.pk))
    [line] = now.lines.all()
    assert (now.invoice_reference, line.quantity, line.unit_name["nb"]) == ("AO-1", Decimal("1450.5"), "kg")
    assert CallOffLine.objects.get(call_off=sent).quantity == 1600


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE callouts_revision SET reason = 'x' WHERE call_off_id = %s",
        "UPDATE callouts_revision SET content = '{}' WHERE call_off_id = %s",
        "DELETE FROM callouts_revision WHERE call_off_id = %s",
        "UPDATE callouts_calloffline SET quantity = 1 WHERE call_off_id = %s",
    ],
)
def test_corrections_are_only_added_to(sent: CallOff, agent: User, statement: str) -> None:
    revise(sent, agent, contact_name="Idar Sollund")
    assert refused(sql(statement, sent.pk)) == LOCKED


def test_what_stands_cannot_be_saved_over_the_original(sent: CallOff, agent: User) -> None:
    revise(sent, agent, contact_name="Idar Sollund")
    assert refused(standing(CallOff.objects.get(pk=sent.pk)).save) == LOCKED


def test_the_customer_is_told_what_changed_and_why(desk: Desk, sent: CallOff, agent: User) -> None:
    revise(sent, agent, quantity=Decimal(1450), reason="Vekten på rampen var en annen.")
    message = Message.objects.get(event="callouts.revised")
    assert message.user == desk.user
    for words in ("1\u00a0450", "1\u00a0600", "Vekten på rampen var en annen."):
        assert words in message.body, message.body
    page = desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()
    for words in ("1\u00a0450", "1\u00a0600", "Vekten på rampen var en annen.", "Tone Sørbø"):
        assert words in page, words
    original = desk.client.get(f"/callouts/history/A-{sent.number}/?as=sent")
    rows = [row for part in original.context["parts"] for row in part.rows]
    assert ("Mengde", "1\u00a0600\u00a0kg") in rows


def test_lists_search_exports_copies_and_other_systems_take_it_as_it_stands(
    desk: Desk, sent: CallOff, agent: User
) -> None:
    revise(sent, agent, quantity=Decimal(1450), invoice_reference="PO 999")
    for query in ("", "?q=po+999", "?q=AO-77140"):
        page = desk.client.get(f"/callouts/history/{query}").content.decode()
        assert "1\u00a0450" in page, query
        assert "1\u00a0600" not in page, query
        assert "<small>Rettet</small>" in page, query
    text = b"".join(desk.client.get("/callouts/history/export/csv/")).decode("utf-8-sig")  # type: ignore[call-overload]
    [row] = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (row["Mengde"], row["Referanse på fakturaen"]) == ("1450", "PO 999")
    copy, _left_out = actions.copy_to_draft(
        call_off=CallOff.objects.get(pk=sent.pk), files=[], by=desk.user, start_key=sent.start_key.__class__(int=7)
    )
    assert (copy.lines.get().quantity, copy.invoice_reference) == (1450, "PO 999")
    payload = call_off_payload(CallOff.objects.get(pk=sent.pk))
    assert (payload["revision"], payload["lines"][0]["quantity"]) == (1, "1450")


def test_names_of_what_stays_the_same_stay_too(sent: CallOff, agent: User) -> None:
    fraction, sent_in_as = makers.fraction(), makers.fraction().name
    fraction.name = "Called otherwise now"
    fraction.save()
    revise(sent, agent, quantity=Decimal(1))
    [line] = standing(CallOff.objects.get(pk=sent.pk)).lines.all()
    assert line.fraction_name == sent_in_as
    another = {"fraction": makers.fraction("709201"), "package_type": None, "package_count": None}
    revise(sent, agent, seen=1, **another)
    [line] = standing(CallOff.objects.get(pk=sent.pk)).lines.all()
    assert line.article_no == "709201"


def test_two_corrections_are_told_apart_the_last_first(sent: CallOff, agent: User) -> None:
    revise(sent, agent, contact_name="Idar Sollund", reason="First")
    revise(sent, agent, seen=1, contact_name="Maja Lindtner", reason="Second")
    last, first = corrections_of(CallOff.objects.get(pk=sent.pk))
    assert [one.revision.reason for one in (last, first)] == ["Second", "First"]
    [change] = last.changes
    assert ("Idar Sollund" in change.before, "Maja Lindtner" in change.after) == (True, True)


def test_lines_are_added_and_taken_away(sent: CallOff, agent: User) -> None:
    call_off = CallOff.objects.get(pk=sent.pk)
    content = standing_content(call_off)
    second = replace(content.line, key=makers.uuid.uuid4(), quantity=Decimal(50))
    both = replace(content, lines=(content.line, second))
    actions.revise(call_off=call_off, content=both, reason="One more", seen=0, by=agent)
    assert [line.position for line in standing(CallOff.objects.get(pk=sent.pk)).lines.all()] == [1, 2]
    only = replace(content, lines=(second,))
    actions.revise(call_off=CallOff.objects.get(pk=sent.pk), content=only, reason="Not that", seen=1, by=agent)
    taken, added = corrections_of(CallOff.objects.get(pk=sent.pk))
    assert [change.before for change in added.changes] == ["–"]
    assert [change.after for change in taken.changes] == ["–"]


def test_what_cannot_be_is_refused(desk: Desk, sent: CallOff, agent: User) -> None:
    with pytest.raises(actions.NotReady):
        revise(sent, agent, quantity=Decimal(-5))
    with pytest.raises(actions.NothingChanged):
        revise(sent, agent)
    revise(sent, agent, contact_name="Idar Sollund")
    with pytest.raises(actions.RevisedMeanwhile):
        revise(sent, agent, contact_name="Maja Lindtner")
    _, stranger = factories.member(Role.OWNER)
    with pytest.raises(ValueError, match="another customer"):
        revise(sent, agent, seen=1, producer=makers.producer(stranger))
    with pytest.raises(ValueError, match="draft"):
        revise(makers.draft(desk.customer, desk.user), agent, contact_name="x")
    assert Revision.objects.count() == 1


def posted(call_off: CallOff, **changes: Any) -> dict[str, Any]:
    """What the page in admin sends when nothing but `changes` is written."""
    [line] = standing(call_off).lines.all()
    data = {
        "seen": call_off.revisions.count(),
        "reason": "Ring først",
        "producer": call_off.producer_id,
        "transport": call_off.transport,
        "pickup_address": call_off.pickup_address,
        "contact_name": call_off.contact_name,
        "contact_phone": "912 34 567",
        "invoice_reference": call_off.invoice_reference,
        "lines-TOTAL_FORMS": 2,
        "lines-INITIAL_FORMS": 1,
        "lines-0-key": line.key,
        "lines-0-fraction": line.fraction_id,
        "lines-0-declared_by": line.declared_by,
        "lines-0-declaration_no": "123.456.789",
        "lines-0-quantity": "1 600",
        "lines-0-unit": line.unit_id,
        "lines-0-package_count": line.package_count,
        "lines-0-package_type": line.package_type_id,
        "lines-0-load_carrier_no": line.load_carrier_no,
    }
    return data | changes


@pytest.fixture
def staff(desk: Desk, agent: User) -> Client:
    return factories.client_for(agent, tenant=desk.tenant)


def test_staff_correct_it_on_a_page_of_its_own(sent: CallOff, staff: Client) -> None:
    address = f"/admin/callouts/calloff/{sent.pk}/revise/"
    assert "701201" in staff.get(address).content.decode()
    assert staff.post(address, posted(sent)).status_code == 422
    assert staff.post(address, posted(sent, reason="", contact_name="Idar")).status_code == 422
    assert staff.post(address, posted(sent, **{"lines-0-quantity": "-3"})).status_code == 422
    assert not Revision.objects.exists()
    new_line = {"lines-1-fraction": makers.fraction("991201").pk, "lines-1-quantity": "2", "lines-1-package_count": "1"}
    new_line |= {"lines-1-unit": Unit.objects.get(code="TNE").pk, "lines-1-package_type": ""}
    new_line |= {"lines-1-load_carrier_no": "C-301", "lines-1-package_count": ""}
    answer = staff.post(address, posted(sent, **{"lines-0-quantity": "1 450,5"}, **new_line))
    assert answer.status_code == 302, [form.errors for form in answer.context["form"].lines]
    first, second = standing(CallOff.objects.get(pk=sent.pk)).lines.all()
    assert (first.quantity, second.article_no, second.load_carrier_no) == (Decimal("1450.5"), "991201", "C-301")
    page = staff.get(f"/admin/callouts/calloff/{sent.pk}/change/").content.decode()
    assert "Ring først" in page


def test_the_number_we_declared_under_is_kept(desk: Desk, agent: User, staff: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user, declared_by="supplier", declaration_no="")
    address = f"/admin/callouts/calloff/{sent.pk}/revise/"
    assert staff.post(address, posted(sent, **{"lines-0-declaration_no": "987 654 321"})).status_code == 302
    assert "987.654.321" in desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()


def test_only_staff_reach_it(desk: Desk, sent: CallOff) -> None:
    address = f"/admin/callouts/calloff/{sent.pk}/revise/"
    assert desk.client.get(address).status_code == 403
    draft = makers.draft(desk.customer, desk.user)
    staff = factories.client_for(factories.staff(), tenant=desk.tenant)
    assert staff.get(f"/admin/callouts/calloff/{draft.pk}/revise/").status_code == 404


def test_line_breaks_that_were_kept_as_browsers_send_them_are_no_correction(desk: Desk, agent: User) -> None:
    sent = makers.submitted(desk.customer, desk.user, note="Port B.\r\nRing først.")
    with pytest.raises(actions.NothingChanged):
        revise(sent, agent, note="Port B.\nRing først.")
