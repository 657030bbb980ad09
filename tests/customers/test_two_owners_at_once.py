"""Two owners who remove each other in the same moment: one of them stays."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from portal.accounts.actions import AccountHindered, close_account
from portal.accounts.models import User
from portal.customers import actions
from portal.customers.models import Customer, Invitation, Membership, Role
from portal.notifications import tasks
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction
from tests import factories
from tests.factories import CommittedAs


@pytest.fixture
def committed_tenant(committed_as: CommittedAs, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenant]:
    """A tenant whose rows other connections see; they are deleted afterwards. No worker is woken."""
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda *_, **__: None)
    with committed_as("duel", Message, Invitation, Membership, Customer, User) as tenant:
        yield tenant


@pytest.mark.parametrize("how", ["remove", "demote"])
def test_one_owner_stays(committed_tenant: Tenant, how: str) -> None:
    with tenant_transaction(committed_tenant):
        firm = factories.customer()
        members = [factories.membership(factories.user(), firm) for _ in range(2)]
    together = threading.Barrier(2)

    def strike(number: int) -> bool:
        target, by = members[number], members[1 - number].user
        together.wait()
        try:
            with tenant_transaction(committed_tenant):
                if how == "remove":
                    actions.remove_member(membership=target, by=by)
                else:
                    actions.change_role(membership=target, role=Role.READER, by=by)
        except actions.LastOwner:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        worked = list(pool.map(strike, range(2)))
    with tenant_transaction(committed_tenant):
        assert sorted(worked) == [False, True]
        assert Membership.objects.filter(customer=firm, role=Role.OWNER).count() == 1


def test_two_owners_who_close_their_accounts_leave_one_for_the_others(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        firm = factories.customer()
        owners = [factories.user() for _ in range(2)]
        for owner in owners:
            factories.membership(owner, firm)
        factories.membership(factories.user(), firm, Role.READER)
    together = threading.Barrier(2)

    def close(number: int) -> bool:
        together.wait()
        try:
            with tenant_transaction(committed_tenant):
                close_account(user=owners[number], by=owners[number])
        except AccountHindered:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        worked = list(pool.map(close, range(2)))
    with tenant_transaction(committed_tenant):
        assert sorted(worked) == [False, True]
        assert Membership.objects.get(customer=firm, role=Role.OWNER).user == owners[worked.index(False)]


def test_clicks_at_once_invite_once(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        owner, firm = factories.member()
    together = threading.Barrier(4)

    def click(_number: int) -> int:
        together.wait()
        try:
            with tenant_transaction(committed_tenant):
                person = actions.Person(email="ny@example.com")
                return int(actions.invite(customer=firm, role=Role.READER, person=person, by=owner).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(click, range(4)))
    with tenant_transaction(committed_tenant):
        assert made == set(Invitation.objects.values_list("pk", flat=True))
        assert len(made) == 1
        assert Message.objects.filter(recipient="ny@example.com").count() == 1
        actions.invite(customer=firm, role=Role.OWNER, person=actions.Person(email="ny@example.com"), by=owner)
        assert [one.role for one in Invitation.objects.open()] == [Role.OWNER]
