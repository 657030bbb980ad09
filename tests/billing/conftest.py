"""A customer with readings and prices, and their pages."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from metering.models import MeteringPoint
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as make


@pytest.fixture
def home(tenant: Tenant, client_for: Callable[..., Client]) -> tuple[Client, MeteringPoint]:
    """A household with 1 kWh an hour since October, a spot price of 1 krone, and electricity support."""
    make.price_lists()
    point = make.point()
    user = core.user(language="en")
    core.membership(user, make.holder(point, support_scheme="support"))
    make.readings(point, date(2026, 10, 1), date(2026, 11, 12))
    make.spot_prices("NO5", date(2026, 10, 1), date(2026, 11, 14))
    return client_for(user, tenant=tenant), point


def html(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")
