"""Moving a unit: to another spot in words or on a photo, or to another address."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from orders.models import BasketLine, Order, OrderLine, Photo, Placement
from portal.files.models import State, StoredFile
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY
from tests.orders.pages import add_url, post_job, send


def post_photos(client: Any, site: makers.Site, *photos: SimpleUploadedFile, **fields: Any) -> Any:
    words = {"driver_note": "", "invoice_reference": "", "destination": ""}
    values = {"day": FRIDAY.isoformat(), **words, **fields, "photos": list(photos)}
    return client.post(add_url(site, "relocate"), values)


def test_to_another_address_of_the_customers(tenant: Tenant) -> None:
    site = makers.site()
    other = makers.location(site.customer)
    client = factories.client_for(site.person, tenant=tenant)
    fields = {"job": "relocate", "where": "elsewhere", "destination_location": other.pk}
    post_job(client, site, **fields, destination="Ved porten")
    assert other.full_address in client.get(reverse("orders:basket")).content.decode()
    send(client)
    job = OrderLine.objects.get()
    assert (job.destination_location, job.destination_address, job.destination) == (
        other, other.full_address, "Ved porten",
    )  # fmt: skip


def test_elsewhere_needs_an_address_of_the_customers_own(tenant: Tenant) -> None:
    site, theirs = makers.site(), makers.site()
    makers.location(site.customer)
    client = factories.client_for(site.person, tenant=tenant)
    for place in ("", theirs.location.pk, site.location.pk):
        fields = {"job": "relocate", "where": "elsewhere", "destination_location": place}
        assert post_job(client, site, **fields).status_code == 422
    assert not BasketLine.objects.exists()


def test_a_unit_that_came_to_another_customer_shows_none_of_their_addresses(tenant: Tenant) -> None:
    site, theirs = makers.site(), makers.site()
    own, secret = makers.location(site.customer), makers.location(theirs.customer, address="Lia 99")
    order = makers.sent(site, service="relocate", destination="Ved porten")
    Placement.objects.filter(pk=site.unit.pk).update(location=theirs.location)
    client = factories.client_for(site.person, tenant=tenant)
    change = reverse("orders:change_order", args=[order.number, 1])
    page = client.get(change).content.decode()
    assert own.full_address in page
    assert secret.full_address not in page
    values = {"revision": order.revision, "day": FRIDAY, "where": "elsewhere", "destination_location": secret.pk}
    assert client.post(change, values).status_code == 422


def test_an_address_that_is_no_longer_the_customers_is_named_when_sending(tenant: Tenant) -> None:
    site = makers.site()
    other = makers.location(site.customer)
    client = factories.client_for(site.person, tenant=tenant)
    post_job(client, site, job="relocate", where="elsewhere", destination_location=other.pk)
    key = makers.key(site)
    other.is_active = False
    other.save()
    answer = client.post(reverse("orders:send"), {"key": key})
    assert answer.status_code == 422
    assert f"{other.full_address} er ikke lenger blant adressene dine." in answer.content.decode()


def test_a_photo_is_marked_and_goes_with_the_order(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    answer = post_photos(client, site, makers.picture())
    photo = Photo.objects.get()
    mark = reverse("orders:mark", args=[photo.pk])
    assert answer["location"] == mark
    assert 'type="image"' in client.get(mark).content.decode()
    client.post(mark, {"width": "256", "height": "192", "spot.x": "64", "spot.y": "48"})
    photo.refresh_from_db()
    assert (photo.left, photo.top) == ("25.00%", "25.00%")
    send(client)
    photo.refresh_from_db()
    assert (photo.basket_line, photo.order_line, photo.is_marked) == (None, OrderLine.objects.get(), True)
    page = client.get(reverse("orders:order", args=[Order.objects.get().number])).content.decode()
    assert '<circle cx="25.00%" cy="25.00%"' in page
    assert "<dt>Hvor til</dt><dd>Merket på bildet</dd>" in page
    picture = client.get(reverse("orders:photo", args=[photo.pk]))
    assert (picture["Content-Type"], b"".join(picture)[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    picture.close()


def test_a_photo_that_is_not_marked_is_named_when_sending(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    post_photos(client, site, makers.picture())
    answer = client.post(reverse("orders:send"), {"key": makers.key(site)})
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert "Merk den nye plassen på bildet, eller beskriv" in answer.content.decode()


@pytest.mark.parametrize(
    "tap",
    [
        {"spot.x": "0", "spot.y": "0"},
        {},
        {"spot.x": "a", "spot.y": "1"},
        {"width": "0", "spot.x": "1", "spot.y": "1"},
        {"width": "", "spot.x": "1", "spot.y": "1"},
    ],
)
def test_a_tap_that_says_nothing_marks_nothing(tenant: Tenant, tap: dict[str, str]) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    photo = makers.stored_photo(makers.line(site, service="relocate", destination="x"), site.person)
    mark = reverse("orders:mark", args=[photo.pk])
    answer = client.post(mark, {"width": "256", "height": "192", **tap})
    assert answer.status_code == 422
    assert "heller beskrive den" in answer.content.decode()
    photo.refresh_from_db()
    assert not photo.is_marked


def test_a_tap_outside_is_at_the_edge_and_a_job_has_one_mark(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    line = makers.line(site, service="relocate", destination="x")
    first, second = (makers.stored_photo(line, site.person) for _ in range(2))
    for photo in (first, second):
        client.post(
            reverse("orders:mark", args=[photo.pk]), {"width": "10", "height": "10", "spot.x": "999", "spot.y": "-5"}
        )
    assert list(Photo.objects.order_by("pk").values_list("spot_x", "spot_y")) == [(None, None), (100, 0)]


def test_a_photo_that_waits_for_the_scan_is_not_shown_but_can_be_described(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    photo = makers.stored_photo(makers.line(site, service="relocate", destination="x"), site.person)
    StoredFile.objects.update(state=State.WAITING)
    page = client.get(reverse("orders:mark", args=[photo.pk])).content.decode()
    assert "sjekket for virus" in page
    assert 'type="image"' not in page
    assert client.get(reverse("orders:photo", args=[photo.pk])).status_code == 409


def test_anothers_photo_is_not_found(tenant: Tenant) -> None:
    mine, theirs = makers.site(), makers.site()
    client = factories.client_for(mine.person, tenant=tenant)
    in_basket = makers.stored_photo(makers.line(theirs, service="relocate", destination="x"), theirs.person)
    ordered = makers.stored_photo(makers.past_order(theirs, FRIDAY), theirs.person)
    for photo in (in_basket, ordered):
        assert client.get(reverse("orders:photo", args=[photo.pk])).status_code == 404
        assert client.get(reverse("orders:mark", args=[photo.pk])).status_code == 404
