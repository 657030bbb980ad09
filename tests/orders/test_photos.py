"""Photos of a job: three at most, and only what is one."""

import io
from typing import Any

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from orders.models import BasketLine, Photo
from portal.files.models import StoredFile
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY
from tests.orders.pages import add_url


def post(client: Any, site: makers.Site, *photos: SimpleUploadedFile, **fields: Any) -> Any:
    values = {"day": FRIDAY.isoformat(), "waste_type": site.unit.waste_type_id, **fields, "photos": list(photos)}
    return client.post(add_url(site, "empty"), values)


def heic(megabytes: int) -> bytes:
    """A photo as an iPhone takes it, made as large as asked by an empty box at its end."""
    file = io.BytesIO()
    picture = pillow_heif.from_pillow(Image.new("RGB", (640, 480), (200, 200, 180)))
    picture.save(file)
    padding = megabytes * 1_000_000 - file.tell()
    return file.getvalue() + padding.to_bytes(4, "big") + b"free" + bytes(padding - 8)


def test_a_large_heic_photo_is_taken_as_a_picture_every_browser_shows(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    answer = post(client, site, SimpleUploadedFile("IMG_2207.HEIC", heic(12), "image/heic"))
    assert answer.status_code == 302, answer.context["form"].errors
    stored = StoredFile.objects.get()
    assert (stored.media_type, stored.created_by) == ("image/jpeg", site.person)
    assert stored.size < 100_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.jpg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("yard.jpg", b"MZ\x90\x00\x03" + bytes(200)),
        ("yard.exe", b"MZ\x90\x00\x03" + bytes(200)),
        ("yard.svg", b"<svg/>"),
        ("yard.jpg", b""),
    ],
)
def test_what_is_no_photo_is_refused_kindly_and_the_rest_of_the_form_is_kept(
    tenant: Tenant, name: str, content: bytes
) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    answer = post(client, site, SimpleUploadedFile(name, content, "image/jpeg"), driver_note="Port B")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["form"].errors["photos"]
    assert ">\nPort B</textarea>" in page
    assert not BasketLine.objects.exists()
    assert not StoredFile.objects.exists()


def test_four_photos_are_one_too_many(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    assert post(client, site, *(makers.picture(f"{number}.jpg") for number in range(4))).status_code == 422
    assert post(client, site, *(makers.picture(f"{number}.jpg") for number in range(3))).status_code == 302
    assert Photo.objects.count() == 3


def test_a_double_click_does_not_double_the_photos(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    for _ in range(2):
        post(client, site, makers.picture("a.jpg"), makers.picture("b.jpg"))
    assert Photo.objects.count() == 2


def test_in_the_basket_photos_are_shown_kept_left_out_and_added(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    post(client, site, *(makers.picture(f"{number}.jpg") for number in range(3)))
    first, *others = Photo.objects.order_by("pk")
    assert reverse("orders:photo", args=[first.pk]) in client.get(reverse("orders:basket")).content.decode()
    change = reverse("orders:change", args=[BasketLine.objects.get().pk])
    values = {"day": FRIDAY.isoformat(), "waste_type": site.unit.waste_type_id}
    kept = [str(photo.pk) for photo in others]
    one_too_many = client.post(change, {**values, "kept_photos": kept, "photos": [makers.picture()] * 2})
    assert one_too_many.status_code == 422
    client.post(change, {**values, "kept_photos": kept, "photos": [makers.picture("new.jpg")]})
    assert list(Photo.objects.order_by("pk").values_list("file__name", flat=True)) == ["1.jpg", "2.jpg", "new.jpg"]


def test_anothers_photo_cannot_be_kept_as_ones_own(tenant: Tenant) -> None:
    site, theirs = makers.site(), makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    alien = makers.stored_photo(makers.line(theirs), theirs.person)
    line = makers.line(site)
    makers.stored_photo(line, site.person)
    values = {"day": FRIDAY.isoformat(), "waste_type": site.unit.waste_type_id, "kept_photos": [alien.pk]}
    assert client.post(reverse("orders:change", args=[line.pk]), values).status_code == 422
    alien.refresh_from_db()
    assert alien.basket_line != line
