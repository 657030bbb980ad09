"""Who asked for access and who was invited is forgotten when nobody will ask about it any more."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from portal.celery import app
from portal.customers import tasks
from portal.customers.models import AccessRequest, Authorization, Customer, Invitation, Role
from portal.customers.queries import today
from portal.notifications.models import Channel
from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.scope import tenant_scope
from tests import factories

pytestmark = pytest.mark.usefixtures("at_once")


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def asked(name: str, state: str, days: int) -> AccessRequest:
    decided = None if state == AccessRequest.State.WAITING else ago(days)
    fields = {"kind": "person", "name": name, "email": "x@example.com", "language": "nb", "customer_number": "1"}
    return AccessRequest.objects.create(state=state, decided_at=decided, asked_at=ago(days), **fields)


def invited(name: str, customer: Customer, authorization: Authorization | None = None, **days: int) -> Invitation:
    """Make an invitation with moments so many days ago; one of `accepted`, `withdrawn` and `expires`."""
    moments = {f"{what}_at": ago(count) for what, count in ({"expires": 0} | days).items()}
    fields = {"role": Role.READER, "channel": Channel.EMAIL, "email": "x@example.com", "token_hash": name}
    return Invitation.objects.create(customer=customer, authorization=authorization, name=name, **(fields | moments))


def lent(customer: Customer, **holder: object) -> Authorization:
    return Authorization.objects.create(customer=customer, role=Role.READER, valid_from=today(), **holder)


def test_decided_requests_are_kept_for_a_year_and_waiting_ones_until_they_are_decided(tenant: Tenant) -> None:
    for name, state, days in [
        ("long decided", "approved", 366), ("long refused", "refused", 366), ("decided", "approved", 364),
        ("refused", "refused", 364), ("waits", "waiting", 900),
    ]:  # fmt: skip
        asked(name, state, days)
    tasks.forget_all_tenants()
    assert set(AccessRequest.objects.values_list("name", flat=True)) == {"decided", "refused", "waits"}


def test_invitations_are_kept_for_a_year_when_accepted_else_for_three_months(tenant: Tenant) -> None:
    customer = factories.customer()
    for name, days in {
        "long accepted": {"accepted": 366, "expires": 370},
        "accepted": {"accepted": 364, "expires": 370},
        "long withdrawn": {"withdrawn": 91},
        "withdrawn": {"withdrawn": 89},
        "long expired": {"expires": 91},
        "expired": {"expires": 89},
        "open": {"expires": -3},
    }.items():
        invited(name, customer, **days)
    tasks.forget_all_tenants()
    assert set(Invitation.objects.values_list("name", flat=True)) == {"accepted", "withdrawn", "expired", "open"}


def test_an_authorization_stays_unless_nobody_ever_accepted_it(tenant: Tenant) -> None:
    customer = factories.customer()
    taken, unanswered = lent(customer, user=factories.user()), lent(customer)
    by_firm, waiting = lent(customer, holder=factories.customer()), lent(customer)
    invited("taken", customer, taken, accepted=400, expires=400)
    invited("unanswered", customer, unanswered, expires=91)
    invited("waiting", customer, waiting, expires=-3)
    tasks.forget_all_tenants()
    assert set(Authorization.objects.values_list("pk", flat=True)) == {taken.pk, by_firm.pk, waiting.pk}
    assert Invitation.objects.get().name == "waiting"


def test_every_company_is_swept(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        asked("theirs", "refused", 400)
    asked("ours", "refused", 400)
    tasks.forget_all_tenants()
    for one in (tenant, other_tenant):
        with tenant_scope(one):
            assert not AccessRequest.objects.exists()


def test_what_is_wrong_with_one_company_stops_no_other(
    tenant: Tenant, other_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, broken = tasks.actions.forget_old, []

    def forget_old(*, now: datetime) -> int:
        if current_tenant() == tenant:
            broken.append(tenant)
            raise RuntimeError("a row that nobody had thought of")
        return real(now=now)

    monkeypatch.setattr(tasks.actions, "forget_old", forget_old)
    assert tenant.pk < other_tenant.pk
    with tenant_scope(other_tenant):
        asked("theirs", "refused", 400)
    tasks.forget_all_tenants()
    assert broken == [tenant]
    with tenant_scope(other_tenant):
        assert not AccessRequest.objects.exists()


@pytest.mark.parametrize("task", [tasks.forget_all_tenants.name, "portal.accounts.tasks.forget_all_tenants"])
def test_the_clock_runs_it(task: str) -> None:
    assert task in {entry["task"] for entry in app.conf.beat_schedule.values()}
