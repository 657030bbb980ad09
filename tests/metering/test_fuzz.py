"""Whatever bytes come, every parser ends with a report: series that are whole, or reasons that have words."""

from __future__ import annotations

import gzip
import io
import string
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metering import points_file
from metering.importers import archives, detect
from metering.importers.elhub_payload import PayloadReader
from metering.importers.gs2_series import SeriesReader
from metering.importers.reasons import REASONS, text_for
from metering.importers.series import Outcome, Series
from portal.customers import gsrn
from tests.metering.elhub_files import NAMED, NEW_HEADING, OLD_HEADING, new_csv, old_csv, xml
from tests.metering.gs2_files import block, hours, message

GOOD = message(block(), block(Reference="707057500000000018"), block("Meter-reading", Value="1//"), block("Odd"))
FLAT = GOOD.replace("\n", "")
XML = xml()
# What is alike goes a short way, from the second one on.
ALIKE = [hours([1500, 250, 2000], start=datetime(2026, 1, 4 + at, 23, tzinfo=UTC)) for at in (0, 0, 1)]
MANY_XML = xml(*(replace(one, reference=gsrn.make(at)) for at, one in enumerate(ALIKE)))
LAID_OUT_XML = MANY_XML.replace("><", ">\n  <")
MANY_GS2 = message(*(block(Reference=gsrn.make(at)) for at in range(3)))
CSV = new_csv(["1,5", "0,25", "", "2"])
OLD_CSV = old_csv(("31.10.2021 02:00", "31.10.2021 02:00", "1,5"), ("31.10.2021 02:00", "31.10.2021 03:00", "2,5"))
BEGINNINGS = [
    b"##Start-message\n",
    XML[: XML.index("<Observation")].encode(),
    f"{NEW_HEADING}\n".encode(),
    OLD_HEADING.encode(),
]


def packed(content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.gs2", content)
        archive.writestr("b.gs2.gz", gzip.compress(content.encode()))
    return out.getvalue()


UNQUOTED = OLD_CSV.replace("1,5", "1.5").replace("2,5", "2.5").replace('"', "")
WHOLE = [one.encode() for one in (GOOD, FLAT, XML, CSV, OLD_CSV, UNQUOTED, MANY_XML, LAID_OUT_XML, MANY_GS2)]
PACKED = [packed(GOOD), gzip.compress(XML.encode())]

pieces = st.one_of(
    st.binary(max_size=20),
    st.sampled_from(
        [
            b"#",
            b"##",
            b"\n",
            b"=",
            b"<",
            b">",
            b"//",
            b"\r\n",
            b"\0",
            b"##Start-message\n",
            b"##End-message",
            b";",
            b",",
            b'"',
            b"&a;",
            b"]]>",
            b"</",
            b"/>",
            b"<!--",
            b"<Observation",
            b"+01:00",
            b"T",
            b"NaN",
            b"\xff",
        ]
    ),
    st.text(string.digits + ".-:/eE+ ", max_size=12).map(str.encode),
)


def outcomes(content: bytes) -> list[Outcome]:
    files = archives.members(io.BytesIO(content), "x")
    return [one for file in files for one in detect.open_file(file.open(), NAMED).outcomes]


def check(content: bytes) -> None:
    found = outcomes(content)
    assert found, "a file must never vanish without a word"
    for one in found:
        if isinstance(one, Series):
            assert one.values_wh
            assert one.quality is None or len(one.quality) == len(one.values_wh)
            assert all(value is None or 0 <= value <= 2_000_000_000 for value in one.values_wh)
            assert one.registered_at is None or one.registered_at.tzinfo is not None
        else:
            assert one.code in REASONS
            assert "\0" not in text_for(one.code, one.params) + one.reference


@settings(max_examples=150)
@given(st.binary(max_size=2_000))
def test_random_bytes(content: bytes) -> None:
    check(content)


@settings(max_examples=300)
@given(st.sampled_from(BEGINNINGS), st.lists(pieces, max_size=60))
def test_random_pieces_of_the_formats(beginning: bytes, parts: list[bytes]) -> None:
    check(beginning + b"".join(parts))


@settings(max_examples=400)
@given(
    st.sampled_from([*WHOLE, *PACKED]),
    st.lists(st.tuples(st.integers(0, 2500), st.integers(0, 40), pieces), min_size=1, max_size=6),
)
def test_a_good_file_with_bites_taken_out_and_bits_put_in(
    content: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    for at, length, piece in changes:
        at %= len(content) + 1  # noqa: PLW2901  (files differ in length)
        content = content[:at] + piece + content[at + length :]
    check(content)


near_misses = st.sampled_from(
    [
        b"",
        b" ",
        b"0",
        b"9",
        b"-",
        b".",
        b"/",
        b"\n",
        b"<",
        b">",
        b'"',
        b"#",
        b"=",
        b"&#48;",
        b"<!-- -->",
        b"<b/>",
        b"Esti",
        b"1e3",
    ]
)


@settings(max_examples=500)
@given(
    st.sampled_from([MANY_XML.encode(), LAID_OUT_XML.encode(), MANY_GS2.encode()]),
    st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 3), near_misses), min_size=1, max_size=3),
)
def test_the_short_way_says_what_the_long_way_says(content: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    for at, length, piece in changes:
        at %= len(content)  # noqa: PLW2901  (files differ in length)
        content = content[:at] + piece + content[at + length :]
    short = outcomes(content)
    with pytest.MonkeyPatch.context() as patch:
        for reader in (PayloadReader, SeriesReader):
            patch.setattr(reader, "read_known", lambda *_, **__: None)
        assert short == outcomes(content)


@settings(max_examples=200)
@given(st.sampled_from(WHOLE), st.integers(0, 2500))
def test_a_file_that_is_cut_off_gives_no_value_that_the_whole_does_not_have(content: bytes, at: int) -> None:
    """A number that lost its last digits is another number."""
    whole, cut = values_of(content), values_of(content[: at % len(content)])
    assert cut.items() <= whole.items()


def values_of(content: bytes) -> dict[tuple[object, ...], int | None]:
    found: dict[tuple[object, ...], int | None] = {}
    for one in outcomes(content):
        if isinstance(one, Series):
            step = timedelta(minutes=one.resolution_minutes)
            keys = ((one.reference, one.direction, one.start_utc + step * at) for at in range(len(one.values_wh)))
            found |= dict(zip(keys, one.values_wh, strict=True))
    return found


POINTS = f"{','.join(points_file.COLUMNS)}\n707057500000000001{',' * (len(points_file.COLUMNS) - 1)}\n".encode()


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 40), pieces), max_size=6))
def test_a_file_of_metering_points_ends_with_a_report_too(changes: list[tuple[int, int, bytes]]) -> None:
    content = POINTS
    for at, length, piece in changes:
        content = content[:at] + piece + content[at + length :]
    reading = points_file.read(content)
    assert reading.rows or reading.rejected
    assert all(rejection.reason for rejection in reading.rejected)
