"""What the national declaration asks: kept on each line, suggested by the catalogue, and counted."""

from dataclasses import replace
from typing import Any

import pytest

from callouts.models import CallOff, CallOffLine, CallOffSettings
from callouts.rules import facts
from callouts.rules.declaration import DeclarationFacts, answers_of
from tests.callouts import makers
from tests.callouts.conftest import Desk

WHOLE = DeclarationFacts(
    producer_org_no="314159268",
    waste_substance_no="7051",
    ewc_code="080111",
    unit="KGM",
    has_quantity=True,
    has_packages=True,
    un_number="1263",
    packing_group="III",
    consistency="viscous",
)


def unknown(line: DeclarationFacts) -> list[str]:
    return [answer.field or answer.label for answer in answers_of(line) if not answer.is_known]


def test_a_whole_line_answers_everything() -> None:
    assert unknown(WHOLE) == []
    assert len(answers_of(WHOLE)) == 8


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"un_number": ""}, ["un_number"]),
        ({"un_number": "", "packing_group": facts.NOT_DANGEROUS}, []),
        ({"packing_group": ""}, ["packing_group"]),
        ({"consistency": ""}, ["consistency"]),
        ({"unit": "H87"}, ["quantity"]),
        ({"has_packages": False}, ["package_count"]),
        ({"producer_org_no": ""}, ["producer"]),
    ],
)
def test_each_answer_that_lacks_is_named(changes: dict[str, Any], expected: list[str]) -> None:
    assert unknown(replace(WHOLE, **changes)) == expected


def test_the_number_stands_with_its_answer_and_none_is_said_to_be_none() -> None:
    assert answers_of(WHOLE)[-1].label.endswith(" 1263")
    not_dangerous = replace(WHOLE, un_number="", packing_group=facts.NOT_DANGEROUS)
    assert answers_of(not_dangerous)[-1].label == "UN-nummer: ingen, det er ikke farlig gods"


def test_the_catalogue_suggests_and_the_customer_may_say_otherwise(desk: Desk) -> None:
    paint = makers.fraction("705101").pk
    desk.client.post("/callouts/new/", makers.posted(desk.customer, fraction=paint))
    draft, line = CallOff.objects.get(), CallOffLine.objects.get()
    assert (line.consistency, line.packing_group, line.un_number) == ("viscous", "", "1263")
    said = {"consistency": "liquid", "packing_group": "II", "un_number": "UN 1139"}
    posted = makers.posted(desk.customer, version=1, fraction=paint, **said)
    desk.client.post(f"/callouts/drafts/{draft.pk}/", posted)
    line = CallOffLine.objects.get()
    assert (line.consistency, line.packing_group, line.un_number) == ("liquid", "II", "1139")


def test_another_fraction_brings_its_own_unless_somebody_has_said_otherwise(desk: Desk) -> None:
    given = {"consistency": "viscous", "packing_group": "", "un_number": "1263"}
    desk.client.post("/callouts/new/", makers.posted(desk.customer, fraction=makers.fraction("705101").pk))
    draft = CallOff.objects.get()
    given |= {"un_number": "1999"}
    posted = makers.posted(desk.customer, version=1, fraction=makers.fraction("725001").pk, **given)
    desk.client.post(f"/callouts/drafts/{draft.pk}/", posted)
    line = CallOffLine.objects.get()
    assert (line.consistency, line.packing_group, line.un_number) == ("solid", "III", "1999")


def test_what_is_not_dangerous_goods_keeps_no_un_number(desk: Desk) -> None:
    desk.client.post("/callouts/new/", makers.posted(desk.customer, packing_group="not_adr", un_number="1263"))
    assert CallOffLine.objects.get().un_number == ""


@pytest.mark.parametrize("typed", ["12", "12345", "abcd", "12 63x"])
def test_a_un_number_has_four_digits(desk: Desk, typed: str) -> None:
    page = desk.client.post("/callouts/new/", makers.posted(desk.customer, un_number=typed))
    assert page.context["form"].errors.keys() == {"un_number"}


def test_completeness_is_shown_on_the_form_the_review_and_the_detail_page(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user, fraction=makers.fraction("705101"), un_number="1263")
    lacks = "Mangler: Konsistens, Emballasjegruppe"
    for address in (f"/callouts/drafts/{draft.pk}/", f"/callouts/drafts/{draft.pk}/review/"):
        assert lacks in desk.client.get(address).content.decode(), address
    sent = makers.submit(draft, desk.user)
    assert lacks in desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()


@pytest.mark.parametrize(
    ("declaration", "article_no", "needed"),
    [("always", makers.RESTAVFALL, True), ("never", makers.SPILLOLJE, False), ("by_kind", "990101", True)],
)
def test_the_company_decides_what_needs_a_declaration(
    desk: Desk, declaration: str, article_no: str, needed: bool
) -> None:
    fraction = makers.fraction(article_no)
    fraction.declaration = declaration
    fraction.save()
    posted = makers.posted(desk.customer, action="review", fraction=fraction.pk, declaration_no="")
    page = desk.client.post("/callouts/new/", posted)
    assert page.status_code == (422 if needed else 302)


@pytest.mark.parametrize(("number", "right"), [("12345678", False), ("123456789", True), ("1234567890", False)])
def test_the_company_decides_how_long_a_declaration_number_is(desk: Desk, number: str, right: bool) -> None:
    CallOffSettings.objects.create(shortest_declaration_no=9, longest_declaration_no=9)
    page = desk.client.post("/callouts/new/", makers.posted(desk.customer, action="review", declaration_no=number))
    assert page.status_code == (302 if right else 422)


def test_a_package_that_is_not_allowed_is_refused_with_those_that_are(desk: Desk) -> None:
    asbestos = makers.fraction("725001").pk
    page = desk.client.post("/callouts/new/", makers.posted(desk.customer, action="review", fraction=asbestos))
    assert page.context["form"].errors["package_type"] == [
        "«Asbest» kan bare leveres i Storsekk (43), Pall (PX), Container (CN)."
    ]
