"""create_tenant makes a company with its own portal, or says in words what is wrong."""

from collections.abc import Callable

import pytest

from portal.audit.models import Entry
from portal.content.models import Page
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.commands.conftest import Done

Manage = Callable[..., Done]
FIELDS = {"--name": "Bekken", "--host": "min.bekken.example", "--modules": "orders"}


def arguments(slug: str, **other: str) -> list[str]:
    fields = FIELDS | {f"--{name.replace('_', '-')}": value for name, value in other.items()}
    return ["create_tenant", slug, *(part for field in fields.items() for part in field)]


def test_a_new_tenant_answers_at_its_hosts_with_what_was_given(manage: Manage) -> None:
    given = {"legal_name": "Bekken AS", "theme": "vidnett", "email": "post@bekken.example", "phone": "21 00 00 00"}
    done = manage(*arguments("bekken", **given, time_zone="Europe/London"), "--host", "Www.Bekken.example")
    assert (done.code, done.error) == (0, "")
    tenant = Tenant.objects.get(slug="bekken")
    assert (tenant.name, tenant.modules, tenant.time_zone) == ("Bekken", ["orders"], "Europe/London")
    assert {name: getattr(tenant, name) for name in given} == given
    hosts = tenant.hosts.order_by("-is_primary").values_list("hostname", flat=True)
    assert list(hosts) == ["min.bekken.example", "www.bekken.example"]
    assert tenant.primary_host in done.out
    with tenant_scope(tenant):
        assert Page.objects.count() > 0
        assert Entry.objects.filter(verb="tenancy.tenant_created", by=None).count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"modules": "orders,sauna"}, "There is no module sauna."),
        ({"theme": "plaid"}, "There is no theme plaid."),
        ({"time_zone": "Mars/Olympus"}, "There is no time zone Mars/Olympus."),
        ({"host": "not a host"}, "hostname: Write a host name in lower case."),
        ({"email": "nobody"}, "email: Enter a valid email address."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(manage: Manage, fields: dict[str, str], words: str) -> None:
    done = manage(*arguments("wrong", **fields))
    assert done.code == 2
    assert words in done.error
    assert "Traceback" not in done.error
    assert not Tenant.objects.filter(slug="wrong").exists()


def test_a_short_name_and_a_host_are_given_once(manage: Manage) -> None:
    factories.tenant("taken")
    done = manage(*arguments("taken"))
    assert (done.code, "Short name already exists" in done.error) == (2, True), done.error
    done = manage(*arguments("second", host="taken.localhost"))
    assert (done.code, "Host name already exists" in done.error) == (2, True), done.error
    assert not Tenant.objects.filter(slug="second").exists()


def test_the_programs_own_role_may_not_make_tenants(manage: Manage) -> None:
    from django.db import connection

    from tests.conftest import _services

    restricted = _services.database_url.replace("/skranke?", f"/{connection.settings_dict['NAME']}?")
    done = manage(*arguments("sneaky"), DATABASE_URL=restricted, DATABASE_OWNER_URL=restricted)
    assert (done.code, "DATABASE_OWNER_URL" in done.error) == (2, True), done.error
