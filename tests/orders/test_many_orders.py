"""A customer with 50,000 orders: a page of the overview reads a page, whatever is asked."""

from collections.abc import Iterator
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from psycopg import sql

from orders.models import Order, OrderLine
from portal.documents.jobs import exporter_of
from portal.exports.models import ExportJob
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY

MANY = 50_000
OVERVIEW = "/orders/overview/"
STAFFS_LIST = "/admin/orders/orderline/"
# Years of orders, forty a day, in the company's own database.
ORDERS = """
    INSERT INTO orders_order
           (tenant_id, number, customer_id, ordered_by_id, ordered_at, submission_key, on_behalf, revision)
    SELECT tenant_id, 200000 + n, customer_id, ordered_by_id, ordered_at - n * interval '20 minutes', gen_random_uuid(),
           false, 1
      FROM orders_order, generate_series(1, %s) n WHERE id = %s
"""


@pytest.fixture
def _statistics(tenant: Tenant) -> Iterator[None]:
    """Let the program's role look at what the tables hold, as their owner does in production."""
    role = sql.Identifier(connection.settings_dict["USER"])
    with psycopg.connect(factories.owner_dsn(), autocommit=True) as owner:
        owner.execute(sql.SQL("GRANT MAINTAIN ON orders_order, orders_orderline TO {}").format(role))
        yield
        owner.execute(sql.SQL("REVOKE MAINTAIN ON orders_order, orders_orderline FROM {}").format(role))


@pytest.fixture
def many(_statistics: None, tenant: Tenant) -> makers.Site:
    site = makers.site()
    first = makers.past_order(site, FRIDAY, invoice_reference="PO 0")
    stored = [field for field in OrderLine._meta.concrete_fields if not field.generated and field.name != "id"]
    columns = [field.column for field in stored]
    changed = {
        "order_id": "o.id",
        "wanted_on": "l.wanted_on - ((o.number - 200000) / 40)::int",
        "invoice_reference": "'PO ' || o.number % 500",
        "address": "'Byveien ' || o.number % 90",
    }
    values = [changed.get(column, f"l.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(ORDERS, [MANY, first.order_id])
        cursor.execute(
            f"""INSERT INTO orders_orderline ({", ".join(columns)}) SELECT {", ".join(values)}
                  FROM orders_orderline l, orders_order o WHERE l.id = {first.pk} AND o.number > 200000"""
        )
        # Else plans go by what was seen of the tables when they were empty, and a page may take a minute.
        cursor.execute("ANALYZE orders_order, orders_orderline")
        # The checks of foreign keys keep plans of this session, made when the tables were small.
        cursor.execute("DISCARD PLANS")
    return site


def test_each_way_of_looking_takes_the_same_few_queries_and_rows(tenant: Tenant, many: makers.Site) -> None:
    assert Order.objects.count() == MANY + 1
    client = factories.client_for(many.person, tenant=tenant)
    client.get(OVERVIEW)
    everything = {"first": "1.1.2000", "last": "31.12.2026"}
    ways = {
        "the usual month": ({}, 12),
        "all years": (everything, 12),
        "the last page of all": ({**everything, "page": "9999"}, 12),
        "grouped by address": ({**everything, "group": "location"}, 13),
        "grouped by service": ({**everything, "group": "service", "sort": "oldest"}, 13),
        "by a part of a reference": ({"q": "o 417"}, 11),
        "by number": ({"q": "200 417"}, 11),
    }
    for what, (query, count) in ways.items():
        factories.at_rest(client)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(OVERVIEW, query)
        assert (what, answer.status_code, len(queries)) == (what, 200, count)
        assert len(answer.context["page"].object_list) <= 25
    assert OrderLine.objects.of(many.customer).matching("O 417").count() == MANY // 500

    # So many are no answer to a link: the file is made in the background, when it is asked for.
    export = client.get("/orders/overview/export.csv", everything)
    assert (export["Content-Type"], ExportJob.objects.count()) == ("text/html; charset=utf-8", 0)
    asked = client.post(f"/orders/overview/export.csv?{urlencode(everything)}")
    job = ExportJob.objects.get()
    assert (asked["Location"], job.customer) == (reverse("exports:job", args=[job.key]), many.customer)
    columns, rows = exporter_of(job.exporter)(job.params, lambda done, total: None)
    assert len(next(iter(rows))) == len(columns)
    staff = factories.client_for(factories.staff(), tenant=tenant)
    staff.get(STAFFS_LIST)
    for what, query in {"newest": {}, "to plan": {"status__exact": "received"}, "today": {"day": "today"},
                        "overdue": {"day": "late"}, "far in": {"p": "900"}}.items():  # fmt: skip
        factories.at_rest(staff)
        with CaptureQueriesContext(connection) as queries:
            answer = staff.get(STAFFS_LIST, query)
        assert (what, answer.status_code, len(queries)) == (what, 200, 13)
        assert len(answer.context["cl"].result_list) <= 50
