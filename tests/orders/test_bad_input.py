"""What people and programs post that cannot be ordered: each with its reason, at its field, and nothing kept."""

import pytest
from django.urls import reverse

from orders.models import BasketLine
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.pages import add_url, post_job


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": "2026-11-11"}, "Onsdag 11.\xa0nov.\xa02026 har vært. Velg en senere dato."),
        ({"day": "2026-11-12"}, "Det er for sent å bestille til torsdag 12.\xa0nov.\xa02026."),
        ({"day": "2026-12-25"}, "Fredag 25.\xa0des.\xa02026 er en helligdag, og da kjører vi ikke."),
        ({"day": "2026-11-15"}, "kjører vi ikke"),
        ({"day": "2027-11-15"}, "Du kan bestille fram til 11.\xa0mai\xa02027."),
        ({"day": ""}, "Velg en dato."),
        ({"day": "2026-02-30"}, "Velg en dato."),
        ({"day": "other", "other_day": ""}, "Skriv datoen du ønsker."),
        ({"day": "other", "other_day": "25.12.26"}, "Fredag 25.\xa0des.\xa02026 er en helligdag"),
        ({"day": "other", "other_day": "soon"}, "Skriv en dato"),
        ({"waste_type": "0"}, "Den avfallstypen kan ikke lenger bestilles."),
        ({"waste_type": "x"}, "Den avfallstypen kan ikke lenger bestilles."),
        ({"driver_note": "x" * 10_000}, "Skriv høyst 1000 tegn. Dette er 10000."),
        ({"invoice_reference": "x" * 61}, "Skriv høyst 60 tegn. Dette er 61."),
        ({"driver_note": "a\0b"}, "Null"),
    ],
)
def test_it_is_refused_with_the_reason(tenant: Tenant, fields: dict[str, str], words: str) -> None:
    site = makers.site()
    answer = post_job(factories.client_for(site.person, tenant=tenant), site, **fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "<title>Feil: " in page
    assert not BasketLine.objects.exists()


def test_what_was_written_is_kept(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    page = post_job(client, site, day="2026-11-11", driver_note="Port B", invoice_reference="4417").content.decode()
    assert ">\nPort B</textarea>" in page
    assert 'value="4417"' in page


def test_a_note_may_have_emoji_and_line_breaks_up_to_its_length(tenant: Tenant) -> None:
    site = makers.site()
    note = "🚛\n" * 500
    post_job(factories.client_for(site.person, tenant=tenant), site, driver_note=note.replace("\n", "\r\n"))
    assert BasketLine.objects.get().driver_note == note.strip()


def test_a_note_is_never_read_as_html(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site, driver_note="<script>alert(1)</script>")
    page = factories.client_for(site.person, tenant=tenant).get(reverse("orders:basket")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_typed_date_is_taken_in_any_common_form(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    for written in ("1.12.26", "01.12.2026", "2026-12-01", "1. des. 2026"):
        post_job(client, site, day="other", other_day=written)
    assert BasketLine.objects.get().wanted_on.isoformat() == "2026-12-01"


def test_the_waste_type_of_a_fixed_route_cannot_be_changed(tenant: Tenant) -> None:
    site = makers.site(is_periodic=True, route_weekday=1)
    other = makers.waste_type("Gips")
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(reverse("orders:location", args=[site.location.pk]), {"unit": site.unit.number, "job": "empty"})
    assert 'name="waste_type"' not in page.content.decode()
    assert "Tømmes hver tirsdag (neste gang 17.\xa0nov.). Avfallstypen kan ikke endres på fast rute." in (
        page.content.decode()
    )
    post_job(client, site, waste_type=other.pk)
    assert BasketLine.objects.get().waste_type == site.unit.waste_type


@pytest.mark.parametrize("query", ["", "?unit=nope&job=empty", "?unit={number}&job=explode", "?unit={number}"])
def test_an_address_that_names_no_job_shows_the_units(tenant: Tenant, query: str) -> None:
    site = makers.site()
    page = reverse("orders:location", args=[site.location.pk]) + query.format(number=site.unit.number)
    answer = factories.client_for(site.person, tenant=tenant).get(page)
    assert answer.status_code == 200
    assert "<textarea" not in answer.content.decode()


def test_a_unit_that_left_while_the_form_was_open_is_explained(tenant: Tenant) -> None:
    site = makers.site()
    site.unit.removed_on = makers.NOW.date()
    site.unit.save()
    answer = post_job(factories.client_for(site.person, tenant=tenant), site, follow=True)
    assert f"Enhet {site.unit.number} står ikke lenger på denne adressen." in answer.content.decode()
    assert not BasketLine.objects.exists()


def test_a_note_and_a_reference_that_are_too_long_are_said_and_nothing_is_cut(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    note, reference = "🚛 Port B. " * 1000, "R" * 300
    answer = post_job(client, site, driver_note=note.strip(), invoice_reference=reference)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert note.strip() in page
    assert reference in page
    assert "Skriv høyst 1000 tegn. Dette er 9999." in page
    assert "Skriv høyst 60 tegn. Dette er 300." in page
    # A browser that is told the limit cuts what is pasted, without a word.
    assert "maxlength" not in page
    assert 'data-limit="1000"' in page


def test_a_note_of_just_the_limit_with_line_breaks_and_emoji_is_taken(tenant: Tenant) -> None:
    site = makers.site()
    note = ("🚛" * 99 + "\r\n") * 9 + "🚛" * 100
    post_job(factories.client_for(site.person, tenant=tenant), site, driver_note=note)
    assert len(BasketLine.objects.get().driver_note) == 1000


def test_the_weekday_is_written_small_within_a_sentence(tenant: Tenant) -> None:
    site = makers.site()
    answer = post_job(factories.client_for(site.person, tenant=tenant), site, day="2026-11-22")
    assert "Søndag 22.\xa0nov.\xa02026 kjører vi ikke. Velg en annen dato." in answer.content.decode()


@pytest.mark.parametrize("job", ["", "explode"])
def test_an_unknown_job_adds_nothing(tenant: Tenant, job: str) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(add_url(site, job), {"day": str(makers.FRIDAY)})
    assert answer["location"] == reverse("orders:location", args=[site.location.pk])
    assert not BasketLine.objects.exists()


def test_a_move_needs_a_place_that_is_not_too_long(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    assert post_job(client, site, job="relocate", destination="x" * 201).status_code == 422
