"""A submitted call-off and its lines cannot change: not by raw SQL as the program's role, the ORM or admin."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from callouts import actions
from callouts.models import CallOff, CallOffLine
from callouts.rules import status
from tests.callouts import makers
from tests.callouts.conftest import Desk

LOCKED = "23L01"


def refused(attempt: Callable[[], object]) -> str:
    """Return the SQLSTATE that the attempt ends with, and leave the transaction usable."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        attempt()
    return str(caught.value.__cause__.sqlstate)  # type: ignore[union-attr]


def sql(statement: str, *values: int) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return run


def test_the_tests_run_as_the_restricted_role(desk: Desk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone()[1:] == (False, False)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE callouts_calloff SET invoice_reference = 'x' WHERE id = %s",
        "UPDATE callouts_calloff SET producer_name = 'x' WHERE id = %s",
        "UPDATE callouts_calloff SET number = number + 1 WHERE id = %s",
        "UPDATE callouts_calloff SET status = 'draft', number = NULL WHERE id = %s",
        "UPDATE callouts_calloff SET status = 'planned', contact_name = 'x' WHERE id = %s",
        "DELETE FROM callouts_calloff WHERE id = %s",
        "UPDATE callouts_calloffline SET quantity = 1 WHERE call_off_id = %s",
        "UPDATE callouts_calloffline SET position = 9 WHERE call_off_id = %s",
        "DELETE FROM callouts_calloffline WHERE call_off_id = %s",
        """INSERT INTO callouts_calloffline SELECT (jsonb_populate_record(l, '{"id": 999999, "position": 2}')).*
             FROM callouts_calloffline l WHERE call_off_id = %s""",
    ],
)
def test_raw_sql_is_refused(desk: Desk, statement: str) -> None:
    call_off = makers.submitted(desk.customer, desk.user)
    assert refused(sql(statement, call_off.pk)) == LOCKED


def test_a_line_cannot_be_moved_in_or_out(desk: Desk) -> None:
    sent, draft = makers.submitted(desk.customer, desk.user), makers.draft(desk.customer, desk.user)
    move = "UPDATE callouts_calloffline SET call_off_id = %s, position = 7 WHERE call_off_id = %s"
    assert refused(sql(move, sent.pk, draft.pk)) == LOCKED
    assert refused(sql(move, draft.pk, sent.pk)) == LOCKED


def test_a_temporary_table_cannot_stand_in_for_the_call_offs(desk: Desk) -> None:
    """Temporary tables are found first, unless the function that locks says where to look."""
    sent = makers.submitted(desk.customer, desk.user)
    sql("CREATE TEMPORARY TABLE callouts_calloff (id bigint, status text) ON COMMIT DROP")()
    sql("INSERT INTO pg_temp.callouts_calloff VALUES (%s, 'draft')", sent.pk)()
    change = "UPDATE public.callouts_calloffline SET quantity = 1 WHERE call_off_id = %s"
    assert refused(sql(change, sent.pk)) == LOCKED
    assert refused(sql("DELETE FROM public.callouts_calloffline WHERE call_off_id = %s", sent.pk)) == LOCKED


def test_the_orm_is_refused_too(desk: Desk) -> None:
    call_off = makers.submitted(desk.customer, desk.user)
    line = call_off.lines.get()
    call_off.contact_name, line.note = "Somebody else", "Changed"
    assert refused(call_off.save) == LOCKED
    assert refused(line.save) == LOCKED
    assert refused(call_off.delete) == LOCKED
    assert refused(lambda: CallOff.objects.update(contact_name="x")) == LOCKED
    assert refused(lambda: CallOffLine.objects.all().delete()) == LOCKED


def test_no_call_off_is_born_submitted(desk: Desk) -> None:
    call_off = makers.submitted(desk.customer, desk.user)
    copy = (
        "INSERT INTO callouts_calloff SELECT (jsonb_populate_record(c, '{\"id\": 999999}')).* FROM callouts_calloff c"
    )
    assert refused(sql(copy)) == LOCKED
    assert CallOff.objects.get() == call_off


def test_drafts_stay_open_to_change(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    draft.lines.update(quantity=5)
    draft.contact_name = "Somebody else"
    draft.save()
    draft.delete()
    assert not CallOff.objects.exists()


def test_the_status_moves_on(desk: Desk) -> None:
    call_off = makers.submitted(desk.customer, desk.user)
    moved = actions.change_status(call_off=call_off, new=status.REJECTED, by=desk.user, reason="Leaks")
    moved.refresh_from_db()
    assert (moved.status, moved.status_reason) == (status.REJECTED, "Leaks")
    with pytest.raises(actions.StatusRefused):
        actions.change_status(call_off=call_off, new=status.COLLECTED, by=desk.user)


def test_a_call_off_has_a_number_when_and_only_when_it_is_submitted(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    for change in ({"number": 5}, {"status": status.RECEIVED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CallOff.objects.filter(pk=draft.pk).update(**change)
