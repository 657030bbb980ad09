"""Elhub's XML: what it means, and what is refused of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from metering.days import Direction, Quality
from metering.importers import elhub_xml
from metering.importers.elhub_payload import PayloadReader
from metering.importers.series import ImportProfile, Note, Series
from tests.metering.elhub_files import MIDNIGHT, WRITTEN, codes_of, outcomes, series_of, xml
from tests.metering.elhub_writer import COLLECTED
from tests.metering.gs2_files import OTHER_POINT, POINT, hours

SHORT = xml()


def test_a_payload_becomes_a_series() -> None:
    (series,) = series_of(SHORT)
    assert (series.reference, series.direction, series.start_utc) == (POINT, Direction.CONSUMPTION, MIDNIGHT)
    assert (series.resolution_minutes, series.values_wh, series.quality) == (60, [1500, 250, 2000], None)
    assert (series.registered_at, series.line) == (WRITTEN, 4)


def test_out_of_the_grid_is_consumption_and_into_it_production() -> None:
    assert [one.direction for one in series_of(SHORT.replace(">Out<", ">In<"))] == [Direction.PRODUCTION]
    swapped = ImportProfile(swap_directions=True)
    assert [one.direction for one in series_of(SHORT, swapped)] == [Direction.PRODUCTION]


def test_every_quality_is_kept_beside_its_value() -> None:
    quality = [int(flag) for flag in Quality]
    (series,) = series_of(xml(hours([1, 2, 3, 4], start=MIDNIGHT, quality=quality)))
    assert (series.values_wh, series.quality) == ([1, 2, 3, 4], quality)


def test_a_correction_with_some_of_the_values_leaves_the_others_alone() -> None:
    (series,) = series_of(xml(hours([None, 2, None, 4], start=MIDNIGHT)))
    assert series.values_wh == [None, 2, None, 4]


@pytest.mark.parametrize("count", [92, 96, 100])
def test_quarter_hours(count: int) -> None:
    (series,) = series_of(xml(hours([*range(count)], start=MIDNIGHT, resolution_minutes=15)))
    assert (series.resolution_minutes, series.values_wh) == (15, [*range(count)])


def test_collected_data_other_prefixes_versions_and_line_ends() -> None:
    assert len(series_of(xml(message=COLLECTED))) == 1
    assert len(series_of(SHORT.replace("rsm:", "").replace("xmlns:rsm", "xmlns:a"))) == 1
    assert len(series_of(SHORT.replace(":v2", ":v3"))) == 1
    assert len(series_of("\ufeff" + SHORT.replace("\n", "\r\n"))) == 1
    assert len(series_of(SHORT.replace("UTF-8", "UTF-16").encode("utf-16"))) == 1
    assert len(series_of(SHORT.replace("PT1H", "PT60M"))) == 1
    assert len(series_of(SHORT.replace("><", ">\n  <"))) == 1


def test_megawatt_hours_are_converted() -> None:
    (series,) = series_of(SHORT.replace(">kWh<", ">MWh<"))
    assert series.values_wh == [1_500_000, 250_000, 2_000_000]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (">kWh<", ">kvarh<", "reactive_energy"),
        (">kWh<", ">GWh<", "unknown_unit"),
        (">Out<", ">Up<", "unknown_direction"),
        ("<Direction>Out</Direction>", "", "missing_field"),
        (">PT1H<", ">P1D<", "unsupported_step"),
        ("2026-01-04T23:00:00Z", "2026-01-04T23:00:00", "bad_time"),
        ("2026-01-04T23:00:00Z", "2026-01-04T23:00:00Z+01:00", "bad_time"),
        ("2026-01-04T23:00:00Z", "2026-01-04T23:10:00Z", "uneven_start"),
        ("<End>2026-01-05T02:00:00Z", "<End>2026-01-04T22:00:00Z", "stop_before_start"),
        ("<End>2026-01-05T02:00:00Z", "<End>2026-01-05T01:00:00Z", "wrong_period"),
        ('Sequence="2"', 'Sequence="1"', "bad_sequence"),
        ('Sequence="2"', 'Sequence="two"', "bad_sequence"),
        ('Sequence="2"', 'Sequence="0"', "bad_sequence"),
        ("0.250", "-0.250", "negative_value"),
        ("0.250", "NaN", "bad_value"),
        ("0.250", "1" * 1_000_000, "bad_value"),
        ("0.250", "99999999", "value_too_large"),
        ("<Metered>0.250</Metered>", "", "bad_value"),
        ("<Metered>0.250</Metered>", "<Guessed>0.250</Guessed>", "bad_value"),
        (POINT, "", "no_reference"),
    ],
)
def test_a_payload_that_does_not_add_up_is_refused_with_its_line(old: str, new: str, code: str) -> None:
    assert codes_of(SHORT.replace(old, new)) == [(4, code)]


def test_two_values_in_one_observation_are_not_taken_for_two_hours() -> None:
    doubled = SHORT.replace("<Metered>0.250</Metered>", "").replace(
        "<Metered>1.500</Metered>", "<Metered>1.500</Metered><Metered>0.250</Metered>"
    )
    assert codes_of(doubled) == [(4, "bad_value")]


def test_a_bad_payload_costs_only_itself() -> None:
    content = xml(hours([1], start=MIDNIGHT), hours([2], start=MIDNIGHT, reference=OTHER_POINT))
    found = outcomes(content.replace("0.001", "x"))
    assert [getattr(one, "values_wh", None) for one in found] == [None, [2]]


def test_the_same_hours_twice_are_refused_unless_they_were_registered_again() -> None:
    series = hours([1, 2], start=MIDNIGHT)
    assert codes_of(xml(series, series)) == [(5, "overlap")]
    later = replace(series, registered_at=WRITTEN + timedelta(hours=1))
    assert len(series_of(xml(series, later))) == 2


def test_profiled_values_are_left_out_with_a_word() -> None:
    begin, end = SHORT.index("<Observation"), SHORT.index("</rsm:Payload")
    profiled = SHORT[:begin] + "<ProfiledObservation><Metered>1</Metered></ProfiledObservation>" + SHORT[end:]
    assert [one.code for one in outcomes(profiled) if isinstance(one, Note)] == ["no_hourly_values"]


def test_a_file_that_breaks_off_keeps_what_was_whole() -> None:
    content = xml(hours([1], start=MIDNIGHT), hours([2], start=MIDNIGHT, reference=OTHER_POINT))
    found = outcomes(content[: content.rindex("<Observation")])
    assert [getattr(one, "code", "series") for one in found] == ["series", "broken_xml"]


def test_a_message_without_payloads_is_said_to_have_none() -> None:
    assert codes_of(SHORT[: SHORT.index("<rsm:Payload")] + "</rsm:NotifyValidatedDataForBillingEnergy>") == [
        (0, "no_series")
    ]


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{("&" + old + ";") * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("declaration", [LAUGHS, OUTSIDE, '<!DOCTYPE x SYSTEM "http://example.com/x.dtd">'])
@pytest.mark.parametrize("padding", ["", "<!-- " + "x" * 100_000 + " -->"])
def test_no_entity_is_ever_looked_at(declaration: str, padding: str) -> None:
    head, rest = SHORT.split("\n", 1)
    content = f"{head}{padding}{declaration}{rest}".replace("0.250", "&i;")
    assert [code for _, code in codes_of(content)] in (["xml_doctype"], ["unknown_format"])


def test_a_payload_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elhub_xml, "PAYLOAD_BYTES", 200_000)
    content = SHORT.replace("<Observation", "<Observation/>" * 100_000 + "<Observation", 1)
    assert codes_of(content) == [(1, "block_too_large")]


def test_a_long_file_is_no_trouble() -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    series = [hours([5] * 24, start=start + timedelta(days=day)) for day in range(500)]
    assert sum(len(one.values_wh) for one in series_of(xml(*series))) == 12_000


def long_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows by one with each payload that is read in full."""
    long: list[int] = []
    read = PayloadReader.read
    monkeypatch.setattr(PayloadReader, "read", lambda *given: long.append(1) or read(*given))
    return long


@pytest.mark.parametrize("is_laid_out", [False, True])
def test_payloads_that_are_alike_are_read_the_short_way_and_others_the_long_one(
    monkeypatch: pytest.MonkeyPatch, is_laid_out: bool
) -> None:
    long = long_reads(monkeypatch)

    def read(*given: Series) -> list[Series]:
        long.clear()
        return series_of(xml(*given).replace("><", ">\n  <") if is_laid_out else xml(*given))

    days = [hours([1, 2, 3], start=MIDNIGHT, reference=point) for point in (POINT, OTHER_POINT)]
    found = read(*days)
    assert ([one.reference for one in found], found[1].values_wh, len(long)) == ([POINT, OTHER_POINT], [1, 2, 3], 1)
    estimated = hours([1, 2, 3], start=MIDNIGHT + timedelta(days=1), quality=[1, 0, 0])
    assert (len(read(*days, estimated)), len(long)) == (3, 2)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('2"><Metered>', "2 "),
        ('2"><Metered>', "2\x1f"),
        ("0.001</Metered></Observation><Observation Sequence=", '0.001"><Metered>'),
        ("</Metered></Observation><Observation", "\n<Observation"),
        ('Sequence="2"', 'Sequence="3"'),
        ('Sequence="2"', 'Sequence="2 "'),
        ("0.002", "0.002//"),
        ("0.002", ""),
        ("0.002", "-0.002"),
        ("0.002", "&#49;"),
        ("0.002", "<![CDATA[1]]>"),
        ("<UnitType>kWh", "<UnitType>kVArh"),
        (">Out<", ">Inn<"),
        ("PT1H", "PT30M"),
        ('Sequence="3"', 'Sequence="3" xmlns="urn:x"'),
    ],
)
def test_the_second_of_two_payloads_is_looked_at_as_closely_as_the_first(
    monkeypatch: pytest.MonkeyPatch, good: str, bad: str
) -> None:
    first, second = (hours([1, 2, 3], start=MIDNIGHT, reference=point) for point in (POINT, OTHER_POINT))
    begin, mark, rest = xml(first, second).partition("</rsm:PayloadEnergyTimeSeries>")
    assert good in rest
    content = begin + mark + rest.replace(good, bad)
    short = outcomes(content)
    monkeypatch.setattr(PayloadReader, "read_known", lambda *_: None)
    assert short == outcomes(content)
    assert short[1:] != series_of(xml(first, second))[1:]


def test_what_stands_in_a_comment_is_nothing() -> None:
    first, second = (hours([1, 2, 3], start=MIDNIGHT, reference=point) for point in (POINT, OTHER_POINT))
    fake = f"<!-- <MeteringPointUsedDomainLocation><Identification>{POINT}</Identification> -->"
    content = xml(first, second).replace("<RegistrationDateTime>", f"{fake}<RegistrationDateTime>")
    assert [one.reference for one in series_of(content)] == [POINT, OTHER_POINT]


def test_comments_without_end_cost_no_time() -> None:
    root, _, rest = SHORT.partition("<rsm:Header>")
    assert [code for _, code in codes_of(root + "<!--" * 1_000_000 + rest)] == ["broken_xml"]


def test_a_document_type_in_an_encoding_that_hides_it_is_none_either() -> None:
    content = SHORT.replace("UTF-8", "UTF-7").replace("\n<rsm:", "\n+ADwAIQ-DOCTYPE x+AD4\n<rsm:", 1)
    assert [code for _, code in codes_of(content)] in (["broken_xml"], ["xml_doctype"])
