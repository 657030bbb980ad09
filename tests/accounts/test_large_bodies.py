"""What visitors and customers send is bounded before any of it is read; only staff hand in large files."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from metering.models import ImportUpload
from portal.tenancy.models import Tenant
from tests import factories

ADD = "/admin/metering/importupload/add/"
FORM = "multipart/form-data; boundary=part"


class Body:
    """What a server reads from; it counts how often."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, *_: int) -> bytes:
        self.asked += 1
        return b""

    readline = read


def send(client: Client, path: str, length: str, **headers: Any) -> tuple[int, int]:
    """Return the status, and how often the body was asked for."""
    client.handler.enforce_csrf_checks = True
    client.cookies[configured.CSRF_COOKIE_NAME] = "a" * 32
    body = Body()
    sent: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": length, **headers}
    return client.post(path, b"-", FORM, **sent).status_code, body.asked


@pytest.mark.parametrize("path", [ADD, "/account/language/", "/no/such/page/"])
def test_a_visitors_large_body_is_refused_unread(tenant: Tenant, client_for: Callable[..., Client], path: str) -> None:
    assert send(client_for(tenant=tenant), path, "510000000") == (413, 0)


def test_a_customers_large_body_is_refused_unread(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    person, _ = factories.member()
    assert send(client_for(person, tenant=tenant), ADD, "80000001") == (413, 0)


def test_a_body_that_customers_may_send_is_read(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    status, asked = send(client_for(tenant=tenant), "/account/language/", "80000000")
    assert (status, asked > 0) == (403, True)


def test_a_body_of_unknown_length_is_not_read(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    assert send(client_for(tenant=tenant), ADD, "", HTTP_TRANSFER_ENCODING="chunked") == (403, 0)


def test_staff_send_more(tenant: Tenant, client_for: Callable[..., Client], settings: Any) -> None:
    settings.LARGEST_BODY = 1000
    posted = {"file": SimpleUploadedFile("day.gs2", b"x" * 2000), "reference": ""}
    assert client_for(factories.staff(), tenant=tenant).post(ADD, posted).status_code == 302
    assert ImportUpload.objects.count() == 1


def test_it_is_said_kindly_in_the_readers_language(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    client = client_for(tenant=tenant)
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = "en"
    page = client.post(ADD, b"-", FORM, CONTENT_LENGTH="510000000").content.decode()
    assert "At most 80\u00a0MB can be sent at once" in page
    assert f"– {tenant.name}</title>" in page
