"""The order reference, as a company asks for it."""

import pytest
from django.urls import reverse

from orders.models import Order, OrderingRules
from orders.problems import ReferenceMissing, ReferenceWrong
from orders.rules.references import ReferenceRule, matches
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.pages import post_job


@pytest.mark.parametrize(
    ("mask", "text", "fits"),
    [
        ("PO-######", "PO-418207", True),
        ("PO-######", "po-418207", True),
        ("PO-######", "PO-41820", False),
        ("PO-######", "PO-4182071", False),
        ("PO-######", "PO-41820٧", False),
        ("####*", "4417 Eidnes skole", True),
        ("####*", "4417", False),
        ("@@-##", "ØÆ-12", True),
        ("@@-##", "1A-12", False),
        ("a.b(c", "a.b(c", True),
        ("a.b(c", "axb(c", False),
    ],
)
def test_a_mask_says_digits_letters_and_the_rest(mask: str, text: str, fits: bool) -> None:
    assert matches(mask, text) is fits


def test_a_mask_takes_no_time_whatever_is_written() -> None:
    assert not matches("*-*", "x" * 10_000)


def test_the_rule_says_what_is_missing_or_wrong() -> None:
    rule = ReferenceRule(is_required=True, masks=("PO-####", "AO ####"))
    assert rule.problem_with("") == ReferenceMissing(("PO-####", "AO ####"))
    assert rule.problem_with("4417") == ReferenceWrong(("PO-####", "AO ####"))
    assert rule.problem_with("AO 4417") is None
    assert ReferenceRule().problem_with("") is None
    assert ReferenceRule(masks=("####",)).problem_with("") is None


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("", "Skriv ordrereferansen som «PO-####» eller «AO ####»."),
        ("4417", "Ordrereferansen må se ut som «PO-####» eller «AO ####»."),
    ],
)
def test_the_page_asks_for_it_and_says_why_not(tenant: Tenant, reference: str, words: str) -> None:
    OrderingRules.objects.create(
        reference_required=True, reference_masks=["PO-####", "AO ####"], reference_help={"nb": "Står på avtalen."}
    )
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    form = client.get(reverse("orders:location", args=[site.location.pk]), {"unit": site.unit.number, "job": "empty"})
    assert "Form: PO-#### / AO ####. Står på avtalen." in form.content.decode()
    answer = post_job(client, site, invoice_reference=reference)
    assert answer.status_code == 422
    page = answer.content.decode().replace("&#x27;", "'")
    assert words in page
    assert "# er et siffer, @ en bokstav" in page
    assert post_job(client, site, invoice_reference="po-4417").status_code == 302


def test_a_rule_that_came_meanwhile_is_named_when_sending(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site)
    OrderingRules.objects.create(reference_required=True)
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(reverse("orders:send"), {"key": makers.key(site)})
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert "Skriv ordrereferansen. Uten den kan vi ikke sende fakturaen." in answer.content.decode()


def test_staff_cannot_write_a_mask_that_says_nothing(tenant: Tenant) -> None:
    client = factories.client_for(factories.staff(), tenant=tenant)
    values = {"days_before": 1, "hour": "14:00", "furthest_days": 60, "reference_masks": "*-*-*"}
    values |= {"reference_help": "{}", "closed_days": "", "weekdays": ["0", "1", "2", "3", "4"]}
    answer = client.post(reverse("admin:orders_orderingrules_add"), values)
    assert "Bruk * høyst to ganger." in str(answer.context["adminform"].form.errors)
    assert not OrderingRules.objects.exists()
