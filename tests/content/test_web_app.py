"""The portal can be installed on a phone, with the company's own name and mark."""

import json

import pytest
from django.contrib.staticfiles import finders

from portal.content.web_app import manifest_of
from portal.tenancy import themes
from portal.tenancy.models import Tenant
from tests import factories


def test_the_manifest_is_the_companys_own_and_open_to_all(tenant: Tenant, other_tenant: Tenant) -> None:
    answers = [factories.client_for(tenant=one).get("/app.webmanifest") for one in (tenant, other_tenant)]
    assert [answer.headers["Content-Type"] for answer in answers] == ["application/manifest+json"] * 2
    told = [json.loads(answer.content) for answer in answers]
    assert [one["name"] for one in told] == [tenant.name, other_tenant.name]
    assert (told[0]["start_url"], told[0]["display"]) == ("/", "standalone")


def test_every_page_leads_to_it(tenant: Tenant) -> None:
    page = factories.client_for(tenant=tenant).get("/customer-service/").content.decode()
    assert '<link rel="manifest" href="/app.webmanifest">' in page
    assert "apple-touch-icon" in page


@pytest.mark.parametrize("theme", sorted(themes.names()))
@pytest.mark.parametrize("size", [180, 192, 512])
def test_every_theme_has_its_marks(theme: str, size: int) -> None:
    assert finders.find(f"icons/{theme}-{size}.png")


def test_the_icons_are_those_of_the_theme(tenant: Tenant) -> None:
    tenant.theme = "vidnett"
    assert "vidnett-192" in manifest_of(tenant)["icons"][0]["src"]
