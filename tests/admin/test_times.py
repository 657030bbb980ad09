"""Staff read the tenant's own clock: a deadline told in another is told wrongly."""

from datetime import UTC, datetime

from django.test import Client

from portal.accounts.models import User
from tests.admin.conftest import Rows


def test_times_are_those_of_the_tenants_clock(agent: Client, ours: Rows) -> None:
    User.objects.filter(pk=ours.user.pk).update(last_login=datetime(2026, 7, 1, 21, 59, tzinfo=UTC))
    page = agent.get(f"/admin/accounts/user/{ours.user.pk}/change/").content.decode()
    assert "23.59" in page
    assert "21.59" not in page
