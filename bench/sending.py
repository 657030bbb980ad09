"""Orders sent by many customers at once, against the same number one after the other; and one basket sent many times.

    python -m bench.sending                  twenty customers

Each send is a request through the whole stack, over a database connection of its own. What many at once must not cost
is waiting for one another: an order's number is drawn from one series, so a part of it is in line.
"""

import re
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from time import perf_counter
from typing import Any

from bench import database, program
from bench.table import Row

CUSTOMERS, AT_ONCE = 20, 8
CONFIRMED = re.compile(r"/orders/\d+/confirmation/")


class Sender:
    """A customer with a job in the basket."""

    def __init__(self, tenant: Any) -> None:
        from portal.tenancy.scope import tenant_transaction
        from tests import factories
        from tests.orders import makers

        with tenant_transaction(tenant):
            self.site = makers.site()
            self.client = factories.client_for(self.site.person, tenant=tenant)
        self.tenant = tenant

    def fill(self) -> None:
        from portal.tenancy.scope import tenant_transaction
        from tests.orders import makers

        with tenant_transaction(self.tenant):
            makers.line(self.site, wanted_on=a_working_day())
            self.key = str(makers.key(self.site))

    def send(self, _: int = 0) -> str:
        from django.db import connection

        try:
            answer = self.client.post("/orders/basket/send/", {"key": self.key})
            return str(answer.headers.get("location", f"answer {answer.status_code}"))
        finally:
            if threading.current_thread() is not threading.main_thread():
                connection.close()


def a_working_day() -> date:
    """Far enough ahead to be ordered, and no holiday: a Tuesday, two weeks on, of a week without one."""
    import holidays

    norwegian = holidays.country_holidays("NO")
    day = date.today() + timedelta(days=14)  # noqa: DTZ011  (any day will do)
    while day.weekday() != 1 or day in norwegian:
        day += timedelta(days=1)
    return day


def orders_of(tenant: Any) -> int:
    from orders.models import Order
    from portal.tenancy.scope import tenant_transaction

    with tenant_transaction(tenant):
        return Order.objects.count()


def rows(_: bool) -> list[Row]:  # noqa: FBT001  (as every part)
    with database.with_demo("fjordsirkel"):
        return sent()


def sent() -> list[Row]:
    from portal.tenancy.models import Tenant

    tenant = Tenant.objects.get(slug="fjordsirkel")
    senders = [Sender(tenant) for _ in range(CUSTOMERS)]
    for sender in senders:
        sender.client.get("/orders/")
    _all(senders, 1)
    alone, _ = _all(senders, 1)
    together, answers = _all(senders, AT_ONCE)
    if len(answers) != CUSTOMERS or not all(map(CONFIRMED.fullmatch, answers)):
        raise RuntimeError(f"an order was not taken: {answers}")
    senders[0].fill()
    before = orders_of(tenant)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        same = set(pool.map(senders[0].send, range(CUSTOMERS)))
    if len(same) != 1 or not CONFIRMED.fullmatch(*same):
        raise RuntimeError(f"one basket was answered otherwise than with one confirmation: {same}")
    return [
        Row("orders", f"{CUSTOMERS} orders, {AT_ONCE} at once", together / alone, "one after the other", "≤ 1.5"),
        Row("orders", f"one basket sent {CUSTOMERS} times at once", orders_of(tenant) - before, "orders made", "≤ 1"),
    ]


def _all(senders: Sequence[Sender], at_once: int) -> tuple[float, set[str]]:
    for sender in senders:
        sender.fill()
    began = perf_counter()
    if at_once == 1:
        answers = {sender.send() for sender in senders}
    else:
        with ThreadPoolExecutor(at_once) as pool:
            answers = set(pool.map(Sender.send, senders))
    return perf_counter() - began, answers


def main() -> int:
    return program.run(__doc__, rows)


if __name__ == "__main__":
    sys.exit(main())
