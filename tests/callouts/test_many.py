"""Thousands of call-offs: the pages ask the database as often as with few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callouts.models import CallOff
from tests.callouts import makers
from tests.callouts.conftest import Desk

COPIES = 2_000
# As drafts first, for a call-off that is born sent in is refused.
DRAFTS = """
    INSERT INTO callouts_calloff
    SELECT (jsonb_populate_record(c, jsonb_build_object('id', 5000000 + n, 'start_key', gen_random_uuid()))).*
      FROM callouts_calloff c, generate_series(1, %s) n WHERE c.id = %s"""
LINES = """
    INSERT INTO callouts_calloffline
    SELECT (jsonb_populate_record(l, jsonb_build_object('id', 5000000 + n, 'call_off_id', 5000000 + n))).*
      FROM callouts_calloffline l, generate_series(1, %s) n WHERE l.call_off_id = %s"""
SENT = """
    UPDATE callouts_calloff SET status = 'collected', number = id, submission_key = start_key, submitted_by_id = %s,
           submitted_at = now() - (id - 5000000) * interval '90 minutes',
           search_text = 'a-' || id || ' spillolje 701201'
     WHERE id > 5000000"""

PAGES = (
    "/callouts/history/",
    "/callouts/history/?q=spillolje",
    "/callouts/history/?period=ever&page=2",
    "/callouts/history/?open=A-20001",
    "/callouts/drafts/",
    "/callouts/new/",
    "/",
)


@pytest.fixture
def few(desk: Desk) -> Desk:
    for _ in range(21):
        makers.submitted(desk.customer, desk.user)
    makers.draft(desk.customer, desk.user)
    desk.client.get("/callouts/drafts/")  # the session's own first queries
    return desk


def multiply(desk: Desk) -> None:
    """Make COPIES of the draft, and send them in."""
    draft = CallOff.objects.drafts().get()
    with connection.cursor() as cursor:
        cursor.execute(DRAFTS, [COPIES, draft.pk])
        cursor.execute(LINES, [COPIES, draft.pk])
        cursor.execute(SENT, [desk.user.pk])


def queries_of(desk: Desk) -> dict[str, int]:
    """Count what each page reads from the database."""
    desk.client.get("/callouts/drafts/")  # what the navigation remembers for a while may have grown old
    found = {}
    for address in PAGES:
        with CaptureQueriesContext(connection) as queries:
            assert desk.client.get(address).status_code == 200, address
        # Reading only: a session writes down now and then that it is in use.
        found[address] = sum(query["sql"].startswith(("SELECT", "DECLARE")) for query in queries)
    return found


def test_two_thousand_call_offs_take_exactly_the_queries_that_twenty_do(few: Desk) -> None:
    before = queries_of(few)
    assert max(before.values()) <= 22, before
    multiply(few)
    assert queries_of(few) == before
    page = few.client.get("/callouts/history/?period=ever").context["page"]
    assert (page.paginator.count, len(page.object_list)) == (COPIES + 21, 20)
