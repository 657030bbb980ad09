"""Thousands of call-offs: the pages ask the database as often as with few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
           submitted_at = now() - (id - 5000000) * interval '20 minutes',
           search_text = 'a-' || id || ' spillolje 701201'
     WHERE id > 5000000"""


@pytest.fixture
def many(desk: Desk) -> Desk:
    draft = makers.draft(desk.customer, desk.user)
    with connection.cursor() as cursor:
        cursor.execute(DRAFTS, [COPIES, draft.pk])
        cursor.execute(LINES, [COPIES, draft.pk])
        cursor.execute(SENT, [desk.user.pk])
    return desk


def test_thousands_of_call_offs_take_no_more_queries(many: Desk) -> None:
    many.client.get("/callouts/drafts/")  # the session's own first queries
    for address, most in (
        ("/callouts/history/", 18),
        ("/callouts/history/?period=ever&q=a-5001234", 18),
        ("/callouts/history/?period=ever&page=100", 18),
        ("/callouts/new/", 28),
        ("/", 26),
    ):
        with CaptureQueriesContext(connection) as queries:
            page = many.client.get(address)
        assert page.status_code == 200
        assert len(queries) <= most, (address, len(queries))
    assert many.client.get("/callouts/history/?period=ever").context["page"].paginator.count == COPIES
