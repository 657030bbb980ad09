"""Files that break off, are empty, binary or nonsense; the public samples; and what is written is read again."""

from __future__ import annotations

import io
import itertools
import tracemalloc
from datetime import UTC, datetime
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metering.days import Direction, Wh
from metering.importers import detect
from metering.importers.series import Rejection, Series
from tests import samples
from tests.metering.gs2_files import block, hours, message, outcomes, rejections_of, series_of, written

SAMPLES = samples.SAMPLES / "readings"
TWO = message(block(), block(Reference="707057500000000018"))


@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_one_clear_refusal(content: bytes) -> None:
    assert outcomes(content) == [Rejection(0, "", "empty_file")]


@pytest.mark.parametrize("content", [bytes(range(256)) * 50, b"\x1f\x8b\x08\x00" + b"\0" * 20, b"\x01\x02\x03" * 9])
def test_a_binary_file_is_one_clear_refusal(content: bytes) -> None:
    assert outcomes(content) == [Rejection(0, "", "binary_file")]


def test_utf_16_without_its_mark_is_taken_for_binary() -> None:
    assert outcomes(TWO.encode("utf-16-le")) == [Rejection(0, "", "binary_file")]


def test_ten_thousand_lines_of_nonsense_are_one_refusal() -> None:
    nonsense = "\n".join(f"blah; {number} #¤%&/()=?" for number in range(10_000))
    (refused,) = outcomes(nonsense)
    assert isinstance(refused, Rejection)
    assert (refused.code, refused.params) == ("unknown_format", {"start": "blah; 0 #¤%&/()=? blah; 1 #¤%&/()=? blah…"})


def test_nonsense_inside_a_good_file_is_one_refusal_and_costs_no_series() -> None:
    nonsense = "\n".join(f"blah {number}" for number in range(10_000)) + "\n"
    first, second, refused = outcomes(message(block() + nonsense, block(Reference="707057500000000018")))
    assert isinstance(first, Series)
    assert isinstance(second, Series)
    assert refused == Rejection(7, "", "unreadable_lines", {"count": 10_000})


def test_nonsense_after_a_start_message_is_a_handful_of_refusals() -> None:
    text = "##Start-message\n#Id=1\n" + "rubbish\n#rubbish\n" * 5_000
    assert [one.code for one in rejections_of(text)] == ["no_end_message", "unreadable_lines", "no_series"]


def test_a_file_cut_anywhere_gives_only_whole_series_and_says_that_it_was_cut() -> None:
    whole = series_of(TWO)
    for end in range(20, TWO.index("##End-message") + 5):
        found = outcomes(TWO[:end])
        kept = [one for one in found if isinstance(one, Series)]
        assert kept == whole[: len(kept)]
        assert "no_end_message" in [one.code for one in found if isinstance(one, Rejection)]


def test_the_last_block_of_a_cut_file_is_refused_without_its_control_totals() -> None:
    cut = TWO[: TWO.rindex("#Sum")]
    assert [(one.code, one.line) for one in rejections_of(cut)] == [("cut_short", 19), ("no_end_message", 0)]


def test_a_start_message_inside_a_message_says_that_the_first_one_broke_off() -> None:
    text = TWO[: TWO.index("##End-message")] + message(block(Reference="707057500000000025"))
    found = outcomes(text)
    assert [type(one) for one in found] == [Series, Series, Rejection, Series]


def test_a_stream_that_fails_on_the_way_is_reported_after_what_was_read() -> None:
    found = list(detect.parse(_Failing(io.BytesIO(b"\n" * 70_000))))  # type: ignore[arg-type]
    assert found == [Rejection(0, "", "unreadable_file", {"error": "disk on fire"})]


class _Failing:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        raise OSError("disk on fire")


def test_a_stream_that_comes_in_drops_is_read_like_a_file() -> None:
    assert [type(one) for one in detect.parse(_Dripping(io.BytesIO(TWO.encode())))] == [Series, Series]  # type: ignore[arg-type]


class _Dripping(_Failing):
    def read(self, size: int) -> bytes:
        return self._stream.read(min(size, 7))


def test_memory_stays_flat_however_long_the_file() -> None:
    """A message of 18 MB comes from a generator; only a piece of it may be held."""
    one = block().encode() * 400
    stream = _Endless(itertools.chain([message().encode()[:80]], itertools.repeat(one, 200)))
    tracemalloc.start()
    for _ in detect.parse(stream):  # type: ignore[arg-type]
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 9_000_000


class _Endless:
    def __init__(self, pieces: itertools.chain[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def read(self, size: int) -> bytes:
        self._rest = self._rest or next(self._pieces, b"")
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public sample files are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "series", "kwh", "codes"),
    [
        ("timeseries.gs2", 4, 1719.0, ["no_reference"]),
        ("timeseries_noNewlines.gs2", 4, 1719.0, ["no_reference"]),
        ("durations.gs2", 2, 22065.1, ["unsupported_step", "unsupported_step"]),
        ("meterreading.gs2", 0, 0.0, ["only_meter_readings"]),
    ],
)
def test_the_public_samples(name: str, series: int, kwh: float, codes: list[str]) -> None:
    with (SAMPLES / name).open("rb") as stream:
        found = list(detect.parse(stream))
    kept = [one for one in found if isinstance(one, Series)]
    assert [one.code for one in found if isinstance(one, Rejection)] == codes
    assert len(kept) == series
    assert sum(wh or 0 for one in kept for wh in one.values_wh) / 1000 == kwh


@given(
    st.lists(st.none() | st.integers(0, 2_000_000_000), min_size=1, max_size=60),
    st.sampled_from((15, 60)),
    st.sampled_from(list(Direction)),
    st.integers(-11, 14),
    st.integers(175_000, 1_050_000).map(lambda hour: datetime.fromtimestamp(hour * 3600, UTC)),
    st.data(),
)
def test_what_is_written_is_read_again(
    values: list[Wh], resolution: int, direction: Direction, offset: int, start: datetime, data: st.DataObject
) -> None:
    flags = [0 if value is None else data.draw(st.integers(0, 3)) for value in values]
    quality = flags if any(flags) else None
    series = hours(values, start=start, direction=direction, quality=quality, resolution_minutes=resolution)
    (read,) = series_of(written(series, utc_offset_minutes=offset * 60))
    assert (read.start_utc, read.values_wh, read.quality) == (start, values, quality)
    assert (read.direction, read.resolution_minutes) == (direction, resolution)
