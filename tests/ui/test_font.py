"""The font is a part of Inter: all that styles and texts ask of it must be in it."""

import re

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

VENDOR = settings.BASE_DIR / "static" / "vendor"
STYLES = sorted((settings.BASE_DIR / "static").glob("*/*.css"))


@pytest.fixture(scope="module")
def font() -> TTFont:
    (path,) = VENDOR.glob("inter-*.woff2")
    return TTFont(path)


def test_it_has_every_weight_that_styles_name(font: TTFont) -> None:
    (axis,) = font["fvar"].axes
    named = {int(one) for style in STYLES for one in re.findall(r"font-weight: ?(\d+)", style.read_text("utf-8"))}
    # "bold" of headings and what people write themselves.
    assert {400, 600} <= named | {700} <= {*range(int(axis.minValue), int(axis.maxValue) + 1)}


def test_its_digits_can_be_of_one_width(font: TTFont) -> None:
    assert "tnum" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert "kern" in {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord}


def test_it_has_the_signs_that_pages_are_written_with(font: TTFont) -> None:
    signs = "abcdefghijklmnopqrstuvwxyzæøåéèêóòôüäö0123456789.,:;!?-–—−+/()%&@#“”«»‘’…•·×²³°©€\u00a0"
    assert {*signs, *signs.upper()} <= {chr(code) for code in font.getBestCmap()}
