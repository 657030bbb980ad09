"""create_staff makes somebody who may sign in to the tenant's admin."""

import io
from collections.abc import Callable

import pytest

from portal.accounts.models import StaffRole, User
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests.commands.conftest import Done

Command = Callable[..., Done]


def test_staff_are_made_in_their_tenant_only(command: Command, tenant: Tenant, other_tenant: Tenant) -> None:
    done = command("create_staff", "--tenant", tenant.slug, "--email", "Kari@Example.com", "--name", "Kari Nes")
    assert (done.code, done.out.split()[0]) == (0, "kari@example.com")
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == ("kari@example.com", "Kari Nes", True)
    assert (user.staff_role, user.has_usable_password()) == (StaffRole.ADMINISTRATOR, False)
    with tenant_scope(other_tenant):
        assert User.objects.count() == 0


def test_an_agent_with_a_password(command: Command, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough secret\n"))
    options = ["--email", "ola@example.com", "--role", "agent", "--password-stdin"]
    assert command("create_staff", "--tenant", tenant.slug, *options).code == 0
    user = User.objects.get()
    assert (user.staff_role, user.check_password("a long enough secret")) == (StaffRole.AGENT, True)


@pytest.mark.parametrize(
    ("password", "email", "words"),
    [
        ("123", "ola@example.com", "too short"),
        ("", "ola@example.com", "too short"),
        ("x" * 12, "nobody", "valid email"),
    ],
)
def test_a_weak_password_or_a_bad_address_is_refused(
    command: Command, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, password: str, email: str, words: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    done = command("create_staff", "--tenant", tenant.slug, "--email", email, "--password-stdin")
    assert (done.code, words in done.error) == (2, True), done.error
    assert User.objects.count() == 0


def test_an_address_that_is_taken_is_refused(command: Command, tenant: Tenant) -> None:
    options = ["--tenant", tenant.slug, "--email", "kari@example.com"]
    assert command("create_staff", *options).code == 0
    done = command("create_staff", *options)
    assert (done.code, "a user of this tenant already" in done.error) == (2, True)


def test_an_unknown_tenant_is_refused_with_those_there_are(command: Command, tenant: Tenant) -> None:
    done = command("create_staff", "--tenant", "nobody", "--email", "kari@example.com")
    assert done.code == 2
    assert done.error.startswith("There is no tenant 'nobody'. Tenants: ")
    assert tenant.slug in done.error


@pytest.mark.parametrize("given", [["--email", f"{'a' * 300}@example.com"], ["--email", "a@b.no", "--name", "x" * 121]])
def test_what_is_too_long_is_said_in_words(command: Command, tenant: Tenant, given: list[str]) -> None:
    done = command("create_staff", "--tenant", tenant.slug, *given)
    assert done.code == 2
    assert "too long" in done.error
    assert not User.objects.exists()
