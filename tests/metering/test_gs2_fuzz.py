"""Whatever bytes come, the parser ends with a report: series that are whole, or reasons that can be put into words."""

from __future__ import annotations

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from metering.importers.reasons import REASONS, text_for
from metering.importers.series import Series
from tests.metering.gs2_files import block, message, outcomes

GOOD = message(block(), block(Reference="707057500000000018"), block("Meter-reading", Value="1//"), block("Odd"))
FLAT = GOOD.replace("\n", "")

pieces = st.one_of(
    st.binary(max_size=20),
    st.sampled_from(
        [b"#", b"##", b"\n", b"=", b"<", b">", b"//", b"\r\n", b"\0", b"##Start-message\n", b"##End-message"]
    ),
    st.text(string.digits + ".-:/eE+ ", max_size=12).map(str.encode),
)


def check(content: bytes) -> None:
    found = outcomes(content)
    assert found, "a file must never vanish without a word"
    for one in found:
        if isinstance(one, Series):
            assert one.values_wh
            assert one.quality is None or len(one.quality) == len(one.values_wh)
            assert all(value is None or 0 <= value <= 2_000_000_000 for value in one.values_wh)
        else:
            assert one.code in REASONS
            assert "\0" not in text_for(one.code, one.params) + one.reference


@settings(max_examples=150)
@given(st.binary(max_size=2_000))
def test_random_bytes(content: bytes) -> None:
    check(content)


@settings(max_examples=150)
@given(st.lists(pieces, max_size=60))
def test_random_pieces_of_the_format(parts: list[bytes]) -> None:
    check(b"##Start-message\n" + b"".join(parts))


@settings(max_examples=300)
@given(
    st.sampled_from([GOOD, FLAT]),
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 40), pieces), min_size=1, max_size=6),
)
def test_a_good_file_with_bites_taken_out_and_bits_put_in(good: str, changes: list[tuple[int, int, bytes]]) -> None:
    content = good.encode()
    for at, length, piece in changes:
        content = content[:at] + piece + content[at + length :]
    check(content)
