"""Pages of admin are headed by what they are about, and say in plain words what was done."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY

MEMBERS = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
FIRM = {**MEMBERS, "number": "1", "kind": "business", "name": "Firm AS"}
NEWS = "/admin/content/news/add/"


@pytest.fixture
def staff(tenant: Tenant) -> Client:
    return factories.client_for(factories.staff(language="en"), tenant=tenant)


def said(client: Client, page: str, **posted: str) -> list[str]:
    return [str(one) for one in client.post(page, posted, follow=True).context["messages"]]


def test_what_is_saved_is_said_and_the_page_is_headed_by_it(staff: Client) -> None:
    firm = factories.customer(number="1")
    url = f"/admin/customers/customer/{firm.pk}/change/"
    assert said(staff, url, **FIRM) == ["“Firm AS (1)” is saved."]
    answer = staff.post(url, {**FIRM, "_continue": "yes"})
    assert answer["Location"] == url
    assert "<h1>Firm AS</h1>" in staff.get(url).content.decode()


def test_who_adds_another_gets_an_empty_form(staff: Client) -> None:
    add = "/admin/customers/customer/add/"
    assert staff.post(add, {**FIRM, "_addanother": "yes"})["Location"] == add


def test_what_is_left_empty_is_named(staff: Client) -> None:
    answer = staff.post("/admin/customers/customer/add/", {**FIRM, "name": "", "kind": ""})
    assert answer.context["adminform"].form.errors == {"name": ["Fill in “Name”."], "kind": ["Choose “Kind”."]}


def test_a_job_is_headed_by_what_it_is_and_its_number(staff: Client) -> None:
    job = makers.past_order(makers.site(), FRIDAY)
    page = staff.get(f"/admin/orders/orderline/{job.pk}/change/")
    assert page.context["title"].endswith(f", {job.shown_code}")


def test_news_that_lacks_a_language_is_said_to(staff: Client) -> None:
    today = timezone.localdate().isoformat()
    given = {"title_nb": "Feil på linja", "published_from_0": today, "published_from_1": "00:00", "is_published": "on"}
    warned = said(staff, NEWS, **given)
    assert any("Nynorsk" in line and "English" in line and "Bokmål" not in line for line in warned)
    full = {**given, "title_nn": "Feil på linja", "title_en": "A fault on the line"}
    assert said(staff, NEWS, **full) == ["“A fault on the line” is saved."]
    del given["is_published"]
    assert len(said(staff, NEWS, **given)) == 1


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_what_is_added_is_of_any_gender(tenant: Tenant, language: str) -> None:
    """Django has "ny målepunkt"."""
    staff = factories.client_for(factories.staff(language=language), tenant=tenant)
    button = staff.get("/admin/metering/meteringpoint/").content.decode()
    form = staff.get("/admin/metering/meteringpoint/add/").content.decode()
    assert ("Legg til målepunkt" in button, "Legg til målepunkt" in form) == (True, True)
    assert not re.search("(Legg til|Opprett) ny", button + form)
