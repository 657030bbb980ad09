"""Whom an outage touches: postal code, street and number, grid station, metering point."""

from dataclasses import dataclass

import pytest

from outages.rules.affected import Affected, Numbers, area_from, shown, split, street_of


@dataclass(frozen=True)
class At:
    street: str = ""
    postal_code: str = "1489"
    gsrn: str = ""
    grid_station: str = ""


def area(
    *streets: str, codes: tuple[str, ...] = (), stations: tuple[str, ...] = (), gsrns: tuple[str, ...] = ()
) -> Affected:
    return area_from(postal_codes=codes, streets=streets, grid_stations=stations, gsrns=gsrns)


@pytest.mark.parametrize(
    ("line", "address", "expected"),
    [
        ("1489 Torget", "Torget 3", True),
        ("1489 Torget 3", "Torget 3", True),
        ("1489 Torget 3", "Torget 3B", True),
        ("1489 Torget 3", "Torget 3, lager", True),
        ("1489 Torget 3", "Torget 33", False),
        ("1489 Torget 3", "torget   3", True),
        ("1489 Bjørkehaugen 2-24", "Bjørkehaugen 14", True),
        ("1489 Bjørkehaugen 2–24", "Bjørkehaugen 24", True),
        ("1489 Bjørkehaugen 2-24", "Bjørkehaugen 25", False),
        ("1489 Bjørkehaugen 2-24", "Bjørkehaugen 20–30, garasje", True),
        ("1489 Bjørkehaugen 2-24 even", "Bjørkehaugen 14", True),
        ("1489 Bjørkehaugen 2-24 even", "Bjørkehaugen 15", False),
        ("1489 Bjørkehaugen 1-25 oddetall", "Bjørkehaugen 15", True),
        ("1489 Bjørkehaugen 1-25 oddetall", "Bjørkehaugen 14", False),
        ("1489 Nedre gt. 5", "Nedre gate 5", True),
        ("1489 Torget 3", "Torget", True),
        ("1489 Torget", "Torgetstien 3", False),
        ("1490 Torget", "Torget 3", False),
        ("1489 7. juni plass 4", "7. juni plass 4", True),
    ],
)
def test_a_street_has_an_address_or_not(line: str, address: str, expected: bool) -> None:
    assert area(line).touches(At(address)) is expected


def test_each_way_of_naming_a_place_is_enough() -> None:
    assert area(codes=("1489",)).touches(At("Torget 3"))
    assert area(stations=("N-204",)).touches(At(grid_station="N-204"))
    assert area(gsrns=("7" * 18,)).touches(At(gsrn="7" * 18))
    assert not area(codes=("1490",), stations=("N-1",), gsrns=("1" * 18,)).touches(
        At("Torget 3", "1489", "2" * 18, "N-2")
    )


def test_what_is_not_known_of_an_address_matches_nothing() -> None:
    assert not area(codes=("1489",), stations=("N-1",)).touches(At("Torget 3", postal_code=""))


@pytest.mark.parametrize(
    "line", ["", "Torget 3", "148 Torget", "1489", "1489 ", "1489 Torget 24-2", "1489 Torget 3 nord"]
)
def test_what_is_no_street_is_refused(line: str) -> None:
    assert street_of(line) is None


def test_a_range_reads_as_its_two_ends() -> None:
    assert split("Bjørkehaugen 2–24") == ("bjørkehaugen", Numbers(2, 24))
    assert split("Strandgata") == ("strandgata", Numbers())


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (area(codes=("1489",)), area("1489 Torget"), True),
        (area("1489 Torget 1-5"), area("1489 Torget 5-9"), True),
        (area("1489 Torget 1-4"), area("1489 Torget 5-9"), False),
        (area("1489 Torget 1-9 odd"), area("1489 Torget 1-9 even"), False),
        (area(stations=("N-1",)), area(stations=("N-1", "N-2")), True),
        (area(stations=("N-1",)), area(codes=("1489",)), False),
    ],
)
def test_two_areas_meet_where_both_name_the_same(one: Affected, two: Affected, expected: bool) -> None:
    assert one.meets(two) is expected
    assert two.meets(one) is expected


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("1489 Bjørkehaugen 2-24", "Bjørkehaugen 2–24, 1489"),
        ("1489  Torget 7 B - 9", "Torget 7 B–9, 1489"),
        ("1489 Nord-Odalsvegen", "Nord-Odalsvegen, 1489"),
        ("by the quay", "by the quay"),
    ],
)
def test_a_street_is_shown_as_an_address_is_read(line: str, read: str) -> None:
    assert shown(line) == read
