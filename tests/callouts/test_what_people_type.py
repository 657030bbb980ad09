"""Anything may be missing from a draft, but what is typed must be what it says it is."""

from decimal import Decimal
from typing import Any

import pytest

from callouts.models import CallOff, CallOffLine, CallOffSettings
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk


def test_an_empty_form_can_be_saved(desk: Desk) -> None:
    answer = desk.client.post("/callouts/new/", {"action": "save"})
    assert answer.status_code == 302
    assert desk.client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1 600", 1600), ("1600,5", "1600.5"), ("1600.5", "1600.5"), ("1.600,25", "1600.25"), ("0,125", "0.125")],
)
def test_a_quantity_is_taken_with_comma_or_dot(desk: Desk, typed: str, kept: Any) -> None:
    desk.client.post("/callouts/new/", makers.posted(desk.customer, quantity=typed))
    assert CallOffLine.objects.get().quantity == Decimal(kept)


@pytest.mark.parametrize(("typed", "kept"), [("1 200", 1200), ("1.200", 1200), ("12", 12)])
def test_a_count_is_taken_with_its_thousands_apart(desk: Desk, typed: str, kept: int) -> None:
    desk.client.post("/callouts/new/", makers.posted(desk.customer, package_count=typed))
    assert CallOffLine.objects.get().package_count == kept


def test_a_declaration_number_is_kept_as_digits(desk: Desk) -> None:
    desk.client.post("/callouts/new/", makers.posted(desk.customer, declaration_no=" 123.456 789 "))
    assert CallOffLine.objects.get().declaration_no == "123456789"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("quantity", "a lot"),
        ("quantity", "NaN"),
        ("quantity", "1e99"),
        ("quantity", "1e5"),
        ("quantity", "1.600"),
        ("container_size", "1.000"),
        ("quantity", "1 000 000 000 000"),
        ("quantity", "1,00001"),
        ("package_count", "2,5"),
        ("package_count", "-2"),
        ("package_count", "12 kolli"),
        ("package_count", "99999999999"),
        ("container_size", "big"),
        ("contact_phone", "12"),
        ("service", "gravity"),
        ("transport", "pigeon"),
        ("declared_by", "nobody"),
        ("producer", "abc"),
        ("fraction", "99999999999999999999"),
        ("unit", "-1"),
        ("package_type", "0"),
        ("pickup_place", "The moon"),
        ("note", "x" * 10_000),
        ("q", "x" * 10_000),
        ("invoice_reference", "x" * 10_000),
        ("declaration_no", "9" * 10_000),
        ("contact_name", "Siri\x00Nordheim"),
    ],
)
def test_nonsense_is_pointed_out_at_its_field_and_nothing_is_saved(desk: Desk, field: str, typed: str) -> None:
    page = desk.client.post("/callouts/new/", makers.posted(desk.customer, **{field: typed}))
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert page.content.decode().count("<title>Feil:") == 1
    assert not CallOff.objects.exists()


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"declaration_no": ""}, {"declaration_no"}),
        ({"declaration_no": "12345678A"}, {"declaration_no"}),
        ({"quantity": "-5"}, {"quantity"}),
        ({"quantity": "900 000"}, {"quantity"}),
        ({"quantity": "", "unit": ""}, {"quantity", "unit"}),
        ({"fraction": ""}, {"q"}),
        ({"pickup_place": "", "pickup_other": ""}, {"pickup_place"}),
        ({"pickup_other": ""}, {"pickup_other"}),
        ({"contact_phone": ""}, {"contact_phone"}),
        ({"service": "rental", "fraction": ""}, {"note"}),
    ],
)
def test_what_stands_in_the_way_is_said_at_its_field_and_the_draft_is_kept(
    desk: Desk, changes: dict[str, str], wrong: set[str]
) -> None:
    page = desk.client.post("/callouts/new/", makers.posted(desk.customer, action="review", **changes))
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == wrong
    draft = CallOff.objects.get()
    assert f'action="/callouts/drafts/{draft.pk}/"' in page.content.decode()


def test_what_cannot_be_read_and_what_is_missing_are_said_together_and_once_each(desk: Desk) -> None:
    posted = makers.posted(desk.customer, action="review", quantity="1.600", declaration_no="")
    page = desk.client.post("/callouts/new/", posted)
    errors = page.context["form"].errors
    assert (page.status_code, errors.keys()) == (422, {"quantity", "declaration_no"})
    assert [len(said) for said in errors.values()] == [1, 1]
    assert 'value="1.600"' in page.content.decode()
    too_long = makers.posted(desk.customer, action="review", pickup_other="x" * 300, contact_name="")
    page = desk.client.post("/callouts/new/", too_long)
    assert page.context["form"].errors.keys() == {"pickup_other", "contact_name"}
    assert not CallOff.objects.exists()


def test_a_unit_that_the_fraction_is_not_given_in_is_refused_with_those_it_is(desk: Desk) -> None:
    cubic = makers.Unit.objects.get(code="MTQ").pk
    page = desk.client.post("/callouts/new/", makers.posted(desk.customer, action="review", unit=cubic))
    assert page.status_code == 422
    assert page.context["form"].errors["unit"] == [
        "«Spillolje, ikke refusjonsberettiget» kan bare oppgis i kg, tonn, liter."
    ]


@pytest.mark.parametrize(
    ("quantity", "unit", "remark"),
    [
        (1600, "KGM", ""),
        (1600, "TNE", "mer enn en bil tar"),
        ("1.6", "KGM", "svært liten"),
        (40_000, "KGM", ""),
        (40_001, "KGM", "mer enn en bil tar"),
    ],
)
def test_a_quantity_to_look_at_once_more_is_remarked_on_and_may_be_sent_in(
    desk: Desk, quantity: Any, unit: str, remark: str
) -> None:
    given = {"quantity": Decimal(quantity), "unit": makers.Unit.objects.get(code=unit)}
    draft = makers.draft(desk.customer, desk.user, **given)
    page = desk.client.get(f"/callouts/drafts/{draft.pk}/review/")
    assert not page.context["problems"]
    assert bool(page.context["remarks"]) == bool(remark)
    assert remark in page.content.decode()
    keys = {"version": draft.version, "submission_key": str(page.context["submission_key"])}
    assert "/submitted/" in desk.client.post(f"/callouts/drafts/{draft.pk}/submit/", keys).headers["Location"]


def offered(page: Any, name: str) -> set[str]:
    """The choices of a list on the page, without the empty one."""
    return {str(label).strip() for value, label in page.context["form"][name].field.choices if value}


def test_only_the_units_and_packages_that_the_fraction_takes_are_offered(desk: Desk) -> None:
    cubic = makers.Unit.objects.get(code="MTQ")
    empty = desk.client.get("/callouts/new/")
    assert "m³" in offered(empty, "unit")
    draft = makers.draft(desk.customer, desk.user)
    page = desk.client.get(f"/callouts/drafts/{draft.pk}/")
    assert offered(page, "unit") == {"kg", "tonn", "liter"}
    assert offered(page, "package_type") < offered(empty, "package_type")
    # Searched for without JavaScript; what was chosen before stays, to be pointed out.
    found = desk.client.post("/callouts/new/", makers.posted(desk.customer, action="search", unit=cubic.pk))
    assert offered(found, "unit") == {"kg", "tonn", "liter", "m³"}
    assert 'data-units="KGM TNE LTR"' in found.content.decode()
    assert f'<option value="{cubic.pk}" data-code="MTQ">' in found.content.decode()


def test_the_page_explains_each_way_of_doing_it_and_says_where_to_deliver(desk: Desk) -> None:
    """The texts for the other ways stand on the page too, and its style shows one of them."""
    settings = CallOffSettings(delivery_place="Kaigata 2\nMandag til fredag 7–15")
    settings.save()
    page = desk.client.get("/callouts/new/").content.decode()
    assert "Kaigata 2<br>Mandag" in page
    for words in (
        '<span class="for-waste">Lever her:</span><span class="for-other">Hent her:</span>',
        '<span class="for-other">Søk på navn eller artikkelnummer.</span>',
        '<span class="own-way">Når dere regner med å komme, for eksempel 12.11.</span>',
        'Den sjåføren spør etter.</span><span class="own-way">Den vi ringer hvis det er noe.</span>',
    ):
        assert words in page, words
    settings.delete()
    assert "Lever her:" not in desk.client.get("/callouts/new/").content.decode()


def test_radioactive_waste_takes_a_declaration_too(desk: Desk) -> None:
    scale = makers.fraction("990101").pk
    posted = makers.posted(desk.customer, action="review", fraction=scale, declaration_no="")
    assert desk.client.post("/callouts/new/", posted).context["form"].errors.keys() == {"declaration_no"}


def test_the_supplier_declares_only_where_the_producer_has_authorized_it(desk: Desk) -> None:
    posted = makers.posted(desk.customer, action="review", declared_by="supplier", declaration_no="")
    assert desk.client.post("/callouts/new/", posted).status_code == 302
    without = makers.producer(desk.customer, name="Without", declare_from=None, declare_to=None)
    page = desk.client.post("/callouts/new/", posted | {"producer": without.pk, "start_key": ""})
    assert page.context["form"].errors.keys() == {"declared_by"}


def test_harmless_waste_takes_no_declaration_and_keeps_none(desk: Desk) -> None:
    posted = makers.posted(desk.customer, action="review", fraction=makers.fraction(makers.RESTAVFALL).pk)
    assert desk.client.post("/callouts/new/", posted).status_code == 302
    assert CallOffLine.objects.get().declaration_no == ""


def test_the_list_of_parts_tells_how_far_each_has_come(desk: Desk) -> None:
    posted = makers.posted(desk.customer, action="review", declaration_no="", unit="", invoice_reference="")
    parts = desk.client.post("/callouts/new/", posted).context["parts"]
    assert [(part.state, part.detail) for part in parts] == [
        ("done", "Avfall, avd. verft"),
        ("error", "Deklarasjonsnummer mangler"),
        ("error", "Enhet mangler"),
        ("done", "Kai 4, Fjord henter"),
        ("open", "Valgfritt"),
    ]


def test_html_in_what_people_type_is_shown_as_text(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user, note="<script>alert(1)</script>\n<b>Second</b>")
    shown = desk.client.get(f"/callouts/drafts/{draft.pk}/review/").content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>&lt;b&gt;Second" in shown


def test_information_of_just_the_limit_is_kept_with_its_line_breaks(desk: Desk) -> None:
    text = factories.long_text(2000)
    posted = makers.posted(desk.customer, note=text.replace("\n", "\r\n"))
    assert desk.client.post("/callouts/new/", posted).status_code == 302
    assert CallOff.objects.get().lines.get().note == text
