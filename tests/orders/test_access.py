"""Who may see and order what: another's object is a 404, too weak a role a 403."""

import pytest
from django.urls import reverse

from orders.models import BasketLine
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.orders import makers
from tests.orders.pages import add_url, post_job

READING = ["orders:locations", "orders:location", "orders:basket", "orders:overview", "orders:order"]


def address(name: str, site: makers.Site, order_number: int) -> str:
    arguments = {
        "orders:location": [site.location.pk],
        "orders:order": [order_number],
        "orders:confirmation": [order_number],
    }
    return reverse(name, args=arguments.get(name))


@pytest.mark.parametrize("name", [*READING, "orders:confirmation"])
@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_read(tenant: Tenant, role: Role, name: str) -> None:
    site = makers.site(role)
    # Who has one address is led to it instead.
    makers.location(site.customer)
    number = makers.sent(site).number
    client = factories.client_for(site.person, tenant=tenant)
    assert client.get(address(name, site, number)).status_code == 200


@pytest.mark.parametrize(("role", "status"), [(Role.READER, 403), (Role.ORDERER, 302), (Role.OWNER, 302)])
def test_ordering_needs_the_role_of_orderer(tenant: Tenant, role: Role, status: int) -> None:
    site = makers.site(role)
    line = makers.line(site)
    client = factories.client_for(site.person, tenant=tenant)
    assert post_job(client, site).status_code == status
    assert client.post(reverse("orders:send"), {"key": makers.key(site)}).status_code == status
    # For whom may order, sending has emptied the basket.
    gone = 404 if status == 302 else status
    assert client.post(reverse("orders:remove", args=[line.pk])).status_code == gone
    assert client.post(reverse("orders:change", args=[line.pk])).status_code == gone


def test_a_reader_is_told_why_instead_of_offered_jobs(tenant: Tenant) -> None:
    site = makers.site(Role.READER)
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(add_url(site, "empty").replace("add/", "")).content.decode()
    assert "rollen din gir ikke tilgang til å bestille" in page
    assert "job=relocate" not in page
    assert "<textarea" not in page


@pytest.mark.parametrize("name", [*READING, "orders:confirmation"])
def test_anonymous_visitors_are_led_to_sign_in(tenant: Tenant, name: str) -> None:
    site = makers.site()
    path = address(name, site, 1)
    answer = factories.client_for(tenant=tenant).get(path)
    assert answer["location"] == f"{reverse('account_login')}?next={path}"


@pytest.mark.parametrize("name", ["orders:location", "orders:order", "orders:confirmation"])
def test_another_customers_page_is_not_found(tenant: Tenant, name: str) -> None:
    mine, theirs = makers.site(), makers.site()
    number = makers.sent(theirs).number
    client = factories.client_for(mine.person, tenant=tenant)
    assert client.get(address(name, theirs, number)).status_code == 404


def test_another_customers_unit_cannot_be_ordered(tenant: Tenant) -> None:
    mine, theirs = makers.site(), makers.site()
    client = factories.client_for(mine.person, tenant=tenant)
    at_mine = makers.Site(mine.person, mine.customer, mine.location, theirs.unit)
    at_theirs = theirs
    assert [post_job(client, site).status_code for site in (at_mine, at_theirs)] == [404, 404]
    assert not BasketLine.objects.exists()


def test_another_persons_line_is_answered_like_one_that_is_gone(tenant: Tenant) -> None:
    mine, theirs = makers.site(), makers.site()
    line = makers.line(theirs)
    client = factories.client_for(mine.person, tenant=tenant)
    for call, name in ((client.get, "orders:change"), (client.post, "orders:change"), (client.post, "orders:remove")):
        theirs_and_none = [call(reverse(name, args=[pk])) for pk in (line.pk, line.pk + 1)]
        pages = [" ".join(answer.content.decode().split()) for answer in theirs_and_none]
        assert [answer.status_code for answer in theirs_and_none] == [404, 404]
        assert all("Det oppdraget ligger ikke lenger i handlekurven." in page for page in pages)
        assert not any(theirs.location.address in page for page in pages)
    assert BasketLine.objects.get() == line


def test_nothing_of_another_tenant_is_found(tenant: Tenant, other_tenant: Tenant) -> None:
    mine = makers.site()
    with tenant_scope(other_tenant):
        theirs = makers.site()
        number = makers.sent(theirs).number
        makers.line(theirs)
    client = factories.client_for(mine.person, tenant=tenant)
    paths = [address(name, theirs, number) for name in ("orders:location", "orders:order", "orders:confirmation")]
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]
    assert post_job(client, theirs).status_code == 404
    at_mine = makers.Site(mine.person, mine.customer, mine.location, theirs.unit)
    assert post_job(client, at_mine).status_code == 404


def test_lists_show_only_the_customers_own(tenant: Tenant) -> None:
    mine, theirs = makers.site(), makers.site()
    makers.sent(theirs)
    client = factories.client_for(mine.person, tenant=tenant)
    assert theirs.location.address not in client.get(reverse("orders:locations")).content.decode()
    assert theirs.location.address not in client.get(reverse("orders:overview"), {"q": "1"}).content.decode()


def test_a_tenant_without_the_module_has_none_of_its_pages(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=factories.tenant("fjord", modules=["grid"]))
    assert client.get(reverse("orders:locations")).status_code == 404
