"""What stands in the way of sending in, and how codes are read and written."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from callouts.rules import codes, facts, status
from callouts.rules.problems import problems_with

KG = facts.UnitFacts(code="KGM", name="kg", most=Decimal(500_000))
M3 = facts.UnitFacts(code="MTQ", name="m³")
IBC = facts.PackageFacts(code="WA", name="IBC (WA)")
DRUM = facts.PackageFacts(code="1A", name="Stålfat (1A)")
OIL = facts.FractionFacts(name="Spillolje", needs_declaration=True, units=(KG,))
LINE = facts.LineFacts(
    fraction=OIL,
    declared_by=facts.BY_CUSTOMER,
    declaration_no="123456789",
    quantity=Decimal(1600),
    unit=KG,
    package_count=2,
    package=IBC,
)
CALL_OFF = facts.CallOffFacts(
    supplier="Kystretur",
    service=facts.WASTE,
    has_producer=True,
    supplier_may_declare=True,
    transport=facts.BY_US,
    pickup_address="Kai 4",
    contact_name="Tor-Egil",
    contact_phone="+4791234567",
    lines=(LINE,),
)


def fields_of(call_off: facts.CallOffFacts = CALL_OFF, **line: object) -> list[str]:
    changed = replace(call_off, lines=(replace(call_off.lines[0], **line),))  # type: ignore[arg-type]
    return [problem.field for problem in problems_with(changed)]


def test_a_complete_call_off_has_no_problems() -> None:
    assert fields_of() == []


def test_an_empty_one_lacks_what_must_be_there() -> None:
    empty = facts.CallOffFacts(supplier="Kystretur", service=facts.WASTE, lines=(facts.LineFacts(),))
    assert fields_of(empty) == [
        *("producer", "fraction", "quantity", "unit", "package_count", "package_type"),
        *("transport", "contact_name", "contact_phone"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"declaration_no": ""}, ["declaration_no"]),
        ({"declaration_no": "12345678A"}, ["declaration_no"]),
        ({"declaration_no": "١٢٣٤٥٦٧٨٩"}, ["declaration_no"]),
        ({"declaration_no": "1234"}, ["declaration_no"]),
        ({"declaration_no": "1" * 16}, ["declaration_no"]),
        ({"declared_by": ""}, ["declared_by"]),
        ({"declared_by": facts.BY_SUPPLIER, "declaration_no": ""}, []),
        ({"quantity": Decimal(0)}, ["quantity"]),
        ({"quantity": Decimal("-1.5")}, ["quantity"]),
        ({"quantity": Decimal(500_001)}, ["quantity"]),
        ({"quantity": None}, ["quantity"]),
        ({"unit": None}, ["unit"]),
        ({"unit": M3}, ["unit"]),
        ({"package_count": None}, ["package_count"]),
        ({"package_count": 0}, ["package_count"]),
        ({"package_count": 10_001}, ["package_count"]),
        ({"package": None}, ["package_type"]),
        ({"package_count": None, "package": None, "load_carrier_no": "C-301"}, []),
        ({"container_size": Decimal(0), "has_container_unit": True}, ["container_size"]),
        ({"container_size": Decimal(20)}, ["container_unit"]),
        ({"fraction": replace(OIL, is_active=False)}, ["fraction"]),
        ({"fraction": replace(OIL, service=facts.SALE)}, ["fraction"]),
        ({"fraction": replace(OIL, packages=(DRUM,))}, ["package_type"]),
        ({"fraction": replace(OIL, packages=(DRUM, IBC))}, []),
        ({"fraction": replace(OIL, needs_declaration=False), "declared_by": "", "declaration_no": ""}, []),
        ({"fraction": replace(OIL, units=()), "unit": M3}, []),
    ],
)
def test_each_problem_names_its_field(line: dict[str, object], expected: list[str]) -> None:
    assert fields_of(**line) == expected


def test_the_supplier_declares_only_with_an_authorization() -> None:
    without = replace(CALL_OFF, supplier_may_declare=False)
    assert fields_of(without, declared_by=facts.BY_SUPPLIER) == ["declared_by"]


def test_own_delivery_takes_no_address() -> None:
    assert fields_of(replace(CALL_OFF, transport=facts.OWN_DELIVERY, pickup_address="")) == []
    assert fields_of(replace(CALL_OFF, pickup_address="")) == ["pickup_address"]


def test_a_producer_that_is_out_of_use_is_pointed_out() -> None:
    assert fields_of(replace(CALL_OFF, producer_is_active=False)) == ["producer"]


def test_rental_is_described_in_the_note_and_takes_no_waste() -> None:
    rental = replace(CALL_OFF, service=facts.RENTAL, has_producer=False, lines=(facts.LineFacts(),))
    assert fields_of(rental) == ["note"]
    assert fields_of(rental, note="A pump for two weeks") == []


def test_a_problem_speaks_the_language_of_the_page() -> None:
    lacking = replace(CALL_OFF, lines=(replace(LINE, declaration_no=""),))
    with translation.override("nb"):
        [problem] = problems_with(lacking)
    assert problem.message == "Skriv inn deklarasjonsnummeret, eller velg at Kystretur deklarerer for dere."
    assert problem.brief == "Deklarasjonsnummer mangler"


@pytest.mark.parametrize("written", ["123456789", "123.456.789", " 123 456 789 ", "123\u00a0456-789"])
def test_a_declaration_number_is_read_however_it_is_grouped(written: str) -> None:
    assert codes.plain_declaration_no(written) == "123456789"
    assert codes.shown_declaration_no(codes.plain_declaration_no(written)) == "123.456.789"


def test_codes_are_written_as_the_trade_writes_them() -> None:
    assert codes.shown_ewc("130205", hazardous=True) == "13\u00a002\u00a005*"
    assert codes.shown_ewc("200301", hazardous=False) == "20\u00a003\u00a001"
    assert codes.shown_ewc("", hazardous=True) == ""
    assert codes.shown_number(20418) == "A-20418"


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("Spillolje", ["spillolje"]),
        ("EAL 13 02 05*", ["130205"]),
        ("13.02.05", ["130205"]),
        ("art 701201", ["701201"]),
        ("ns", ["ns"]),
        ("olje  OLJE", ["olje"]),
        ("Übergröße", ["ubergrosse"]),
        ("Rå Ål", ["rå", "ål"]),
        ("  *%_ ", []),
    ],
)
def test_a_query_is_split_into_terms(query: str, terms: list[str]) -> None:
    assert codes.search_terms(query) == terms


def test_a_compound_is_found_by_its_last_part() -> None:
    words = codes.index_words("Spillolje 7012", "girolje")
    assert (words["spillolje"], words["7012"], words["girolje"], words["olje"]) == (2, 2, 1, 0)
    assert "012" not in words


def test_nothing_leads_back_to_a_draft() -> None:
    assert not any(status.may_follow(status.DRAFT, old) for old in status.NEXT)
    assert status.may_follow(status.PLANNED, status.RECEIVED)
    assert not status.may_follow(status.RECEIVED, status.DRAFT)
