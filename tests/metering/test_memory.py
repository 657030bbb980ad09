"""What a parser remembers from one block to the next does not grow with what a file has in it."""

import gc
import io
import re
import tracemalloc
from collections.abc import Iterator

import pytest

from metering.importers import detect
from tests.metering.elhub_files import NAMED, xml
from tests.metering.gs2_files import block, message

LONG, BLOCKS = 200_000, 12


def blocks(key: str, text: str) -> str:
    """Blocks with a long text each, no two of them alike."""
    return message(*(block(changes={key: text + str(at)}) for at in range(BLOCKS)))


def files() -> Iterator[tuple[str, str]]:
    for key in ("Start", "Step", "Unit", "Direction-of-flow", "No-of-values", "Reference"):
        yield key, blocks(key, "2" * LONG)
        yield (
            f"{key} and blanks",
            message(*(block(changes={key: f"{block_of(key)}{' ' * (LONG + at)}"}) for at in range(BLOCKS))),
        )
    yield "keys", message(*(block(changes={"k" * (LONG + at): "1"}) for at in range(BLOCKS)))
    zeros = (f"< 1.5{'0' * (LONG + at)}// 0.25// 2// >" for at in range(BLOCKS))
    yield "values", message(*(block(Value=one) for one in zeros))
    payload = re.sub(r"(</?)[\w.-]+:", r"\1", xml())
    begin, end = payload.index("<PayloadEnergyTimeSeries"), payload.index("</PayloadEnergyTimeSeries>") + 26
    for name in ("Start", "End", "UnitType", "RegistrationDateTime"):
        many = [payload[begin:end].replace(f"</{name}>", f"{at}{'0' * LONG}</{name}>") for at in range(BLOCKS)]
        yield f"XML {name}", payload[:begin] + "".join(many) + payload[end:]
        fractions = [payload[begin:end].replace(f"Z</{name}>", f".0{at}{'0' * LONG}Z</{name}>") for at in range(BLOCKS)]
        if name != "UnitType":
            yield f"XML {name} and fractions", payload[:begin] + "".join(fractions) + payload[end:]


def block_of(key: str) -> str:
    return block().split(f"#{key}=")[1].partition("\n")[0]


@pytest.mark.parametrize(("name", "content"), [pytest.param(*one, id=one[0]) for one in files()])
def test_long_texts_are_not_kept(name: str, content: str) -> None:
    data = content.encode()
    assert len(data) > LONG * BLOCKS
    list(detect.parse(io.BytesIO(block().encode()), NAMED))
    tracemalloc.start()
    try:
        found = list(detect.parse(io.BytesIO(data), NAMED))
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert found
    assert kept < LONG
