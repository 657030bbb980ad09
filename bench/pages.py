"""What each main page costs beside an empty signed-in page of the same stack, how heavy it is, and whether it grows.

    python -m bench.pages            the demo's data, ten times and a hundred times as much: some minutes
    python -m bench.pages --full     more rounds

Server time is the processor's, in this process (middleware, session, tenant, view, template) and in its session at the
database, so that other work on the machine counts little. Pages are asked for in turn, round by round, and the best of
each counts. A company grows by more customers of the same size, a customer by a longer history.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench import database, growth, program, weight
from bench.clock import best_in_turn, best_of, spent_here
from bench.table import Row

MOST_TIMES_THE_FLOOR = "≤ 2.5"
MOST_QUERIES = 15
MOST_GROWTH = "≤ 1.3"
MANY = 100
# Of the bytes at the last size: from there on a list's page is full, and holds no more however much there is.
FULL = 0.9
TRANSACTION = {"BEGIN", "COMMIT"}


@dataclass(frozen=True)
class Visitor:
    """Somebody of the demo, at a company, for one of their customers, and the pages they look at."""

    company: str
    email: str
    customer: str
    pages: tuple[str, ...]


VISITORS = (
    Visitor(
        "fjordsirkel",
        "magnus.tveiten@bratland.example",
        "20417",
        ("/orders/", "/orders/locations/{location}/", "/orders/basket/", "/orders/overview/", "/orders/{order}/"),
    ),
    Visitor(
        "kystretur",
        "siri.nordheim@nordvag.example",
        "41207",
        (
            *("/callouts/new/", "/callouts/drafts/", "/callouts/history/", "/callouts/history/A-{call_off}/"),
            *("/callouts/producers/",),
        ),
    ),
    Visitor(
        "vidnett",
        "ingrid.solbakken@post.example",
        "500112",
        (
            *("/grid/", "/grid/?view=year", "/grid/?view=day", "/grid/installations/"),
            *("/billing/spot/", "/billing/trial/", "/billing/peaks/", "/billing/support/", "/outages/"),
            *("/invoices/", "/invoices/{invoice}/"),
        ),
    ),
    Visitor(
        "alvvik",
        "oda.lien@post.example",
        "1001",
        ("/", "/account/", "/news/", "/customer-service/", "/contact/enquiries/", "/account/history/"),
    ),
)


class Session:
    """A visitor signed in, with the addresses of their pages filled in."""

    def __init__(self, visitor: Visitor) -> None:
        from django.test import Client

        from bench.urls import FLOOR
        from portal.accounts.models import User
        from portal.customers.actions import choose_customer
        from portal.customers.models import Customer
        from portal.tenancy.models import Tenant
        from portal.tenancy.scope import tenant_transaction

        self.visitor = visitor
        tenant = Tenant.objects.get(slug=visitor.company)
        self.client = Client(headers={"host": tenant.primary_host})
        with tenant_transaction(tenant):
            person = User.objects.get(email=visitor.email)
            customer = Customer.objects.get(number=visitor.customer)
            choose_customer(user=person, customer=customer, by=person)
            self.client.force_login(person, backend="portal.accounts.backends.TenantAuthenticationBackend")
            known = _newest(customer)
        self.pages = [page.format_map(known) for page in visitor.pages]
        self.names = dict(zip(self.pages, visitor.pages, strict=True))
        self.floor = FLOOR

    def get(self, path: str) -> Any:
        response = self.client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{self.visitor.company}{path} answers {response.status_code}")
        return response

    def queries(self, path: str) -> int:
        """Return how many queries a page takes; the beginning and end of its transaction are none."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as found:
            self.get(path)
        return sum(query["sql"] not in TRANSACTION for query in found)

    def seconds(self, rounds: int) -> dict[str, float]:
        """Return the best time of the floor and of each page; all are asked for in turn."""
        asked = {path: partial(self.get, path) for path in (self.floor, *self.pages)}
        return best_in_turn(rounds, asked, spent_here)


def slowest(session: Session, path: str) -> str:
    """Return a page's slowest query, for whoever looks for the reason."""
    from django.db import connection, reset_queries

    connection.force_debug_cursor = True
    reset_queries()
    session.get(path)
    connection.force_debug_cursor = False
    worst = max(connection.queries, key=lambda query: float(query["time"]))
    return f"{worst['time']} s: {worst['sql'][:1500]}"


def _newest(customer: Any) -> dict[str, object]:
    from billing.models import Invoice
    from callouts.models import CallOff
    from orders.models import Location, Order

    location = Location.objects.filter(customer=customer).order_by("pk").first()
    order = Order.objects.filter(customer=customer).order_by("-number").first()
    call_off = CallOff.objects.filter(customer=customer, number__isnull=False).order_by("-number").first()
    invoice = Invoice.objects.filter(customer=customer).order_by("-last", "pk").first()
    return {
        "location": location.pk if location else "",
        "order": order.number if order else "",
        "call_off": call_off.number if call_off else "",
        "invoice": invoice.key if invoice else "",
    }


@dataclass
class Measured:
    """Of one visitor, by size and path: seconds, queries, and how many bytes a page has."""

    session: Session
    seconds: dict[int, dict[str, float]] = field(default_factory=dict)
    queries: dict[int, dict[str, int]] = field(default_factory=dict)
    bytes: dict[int, dict[str, int]] = field(default_factory=dict)

    def full_at(self, path: str, sizes: list[int]) -> int:
        """Return the first size at which a page holds what it holds at the last, so that a list of three rows is not
        compared with a page of twenty; the first of all for a page that grows on.
        """
        enough = FULL * self.bytes[sizes[-1]][path]
        full = (times for times in sizes[:-1] if self.bytes[times][path] >= enough)
        return next(full, sizes[0])


def measure(measured: Measured, times: int, rounds: int) -> None:
    session = measured.session
    session.seconds(2)  # what is loaded, compiled and planned once
    measured.seconds[times] = session.seconds(rounds)
    measured.queries[times] = {path: session.queries(path) for path in (session.floor, *session.pages)}
    measured.bytes[times] = {path: len(session.get(path).content) for path in session.pages}


def run(superuser: str, *, rounds: int, sizes: Iterable[int], explain: bool = False) -> list[Row]:
    """Measure every page at every size; `sizes` rise, and begin with 1."""
    found = [Measured(Session(visitor)) for visitor in VISITORS]
    sizes = list(sizes) if superuser else [1]
    searches: dict[int, float] = {}
    weights: list[Row] = []
    before = 1
    for times in sizes:
        for one in found:
            if times > 1:
                for way in ("company", "history"):
                    growth.grow(superuser, way, one.session.visitor.company, range(before, times))
            print(f"{one.session.visitor.company}, {times} ×", flush=True)
            measure(one, times, rounds)
            if explain and times == sizes[-1]:
                for path in one.session.pages:
                    print(f"{path}\n    {slowest(one.session, path)}")
        searches[times] = search_seconds(rounds)
        if times == 1:
            weights = weight.rows(found[0].session.client)
        before = times
    return [*page_rows(found), *search_rows(searches, found), *weights, *growth_rows(found, sizes)]


def page_rows(found: list[Measured]) -> list[Row]:
    return [_page_row(one, path) for one in found for path in one.session.pages]


def _page_row(one: Measured, path: str) -> Row:
    session, seconds, queries = one.session, one.seconds[1], one.queries[1]
    return Row(
        "page",
        f"{session.visitor.company} {session.names[path]}",
        seconds[path] / seconds[session.floor],
        f"empty signed-in page ({queries[session.floor]} queries)",
        MOST_TIMES_THE_FLOOR,
        f"{queries[path]} queries",
        misses=queries[path] > MOST_QUERIES,
    )


def growth_rows(found: list[Measured], sizes: list[int]) -> list[Row]:
    if len(sizes) < 2:
        return []
    rows = []
    for one in found:
        for path in one.session.pages:
            # Against the floor of the same moment, so that a machine that became slower does not count.
            per_size = {times: one.seconds[times][path] / one.seconds[times][one.session.floor] for times in sizes}
            shown = ", ".join(f"{times} ×: {per_size[times]:.2f}" for times in sizes)
            asked = one.queries[sizes[-1]][path] - one.queries[1][path]
            beside = f"{shown} floors" + (f"; {asked:+} queries" if asked else "")
            what = f"{one.session.visitor.company} {one.session.names[path]}"
            last, first = sizes[-1], one.full_at(path, sizes)
            value = per_size[last] / per_size[first]
            rows.append(Row("growth", what, value, f"{last} × to {first} × data", MOST_GROWTH, beside))
    return rows


def search_seconds(rounds: int) -> float:
    """Return the best time of a search for a waste fraction by two words, as the form does at each pause in typing."""
    from callouts.queries import find_fractions
    from portal.tenancy.models import Tenant
    from portal.tenancy.scope import tenant_transaction

    with tenant_transaction(Tenant.objects.get(slug="kystretur")):
        if not find_fractions("olje spill", None).count:
            raise RuntimeError("the search of the bench finds nothing")
        return best_of(rounds + 1, lambda: find_fractions("olje spill", None), spent_here)


def search_rows(seconds: dict[int, float], found: list[Measured]) -> list[Row]:
    floor = next(one.seconds[1][one.session.floor] for one in found if one.session.visitor.company == "kystretur")
    last = max(seconds)
    rows = [Row("search", "waste fraction by two words", seconds[1] / floor, "empty signed-in page", "≤ 1")]
    if last > 1:
        grown = seconds[last] / seconds[1]
        rows.append(Row("search", "the same", grown, f"{last} × to 1 × the catalogue, 10 × the hits"))
    return rows


def main() -> int:
    parser = program.parser(__doc__, "25 rounds")
    parser.add_argument("--rounds", type=int, default=8, help="how often each page is asked for (8)")
    parser.add_argument("--explain", action="store_true", help="print the slowest query of each page, at the last size")
    parser.add_argument("--no-growth", action="store_true", help="the demo's data only")
    options = parser.parse_args()
    with database.with_demo() as superuser:
        database.add_floor()
        sizes = [1] if options.no_growth else [1, 10, MANY]
        rows = run(superuser, rounds=25 if options.full else options.rounds, sizes=sizes, explain=options.explain)
    return program.tell(rows, options)


if __name__ == "__main__":
    sys.exit(main())
