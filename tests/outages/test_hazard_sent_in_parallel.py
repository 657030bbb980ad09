"""Ten posts of one form at the same moment, over ten connections: one report, one number."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from outages.actions import hazards
from outages.models import HazardReport
from portal.tenancy.models import NumberSeries, Tenant
from portal.tenancy.scope import tenant_transaction
from tests.factories import CommittedAs

POSTS = 10


@pytest.fixture
def committed_tenant(committed_as: CommittedAs) -> Iterator[Tenant]:
    """A tenant whose rows other connections see; they are deleted afterwards."""
    with committed_as("hazards", HazardReport, NumberSeries) as tenant:
        yield tenant


def test_posts_at_the_same_moment_are_one_report(committed_tenant: Tenant) -> None:
    key, together = uuid.uuid4(), threading.Barrier(POSTS)
    sighting = hazards.Sighting(kind="mast", address="Strandgata 5")

    def post(_: int) -> int:
        together.wait()
        try:
            with tenant_transaction(committed_tenant):
                return hazards.report_hazard(sighting=sighting, photos=[], submission_key=key).number
        finally:
            connection.close()

    with ThreadPoolExecutor(POSTS) as pool:
        numbers = set(pool.map(post, range(POSTS)))
    with tenant_transaction(committed_tenant):
        assert numbers == set(HazardReport.objects.values_list("number", flat=True)) == {hazards.FIRST_NUMBER}
        assert NumberSeries.objects.get(series="hazards").last == hazards.FIRST_NUMBER
