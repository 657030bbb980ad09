"""Quantities as people type them, and as they are shown back to be changed. Pages and admin read them alike."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

NBSP = "\u00a0"
MINUS = "\u2212"


def with_comma(written: str) -> str:
    """Turn "1,059.25" into "1 059,25"."""
    return written.replace(",", NBSP).replace(".", ",")


def plain_number(text: str) -> str:
    """Turn "1 059,25", "1.059,25" or "1,059.25" into "1059.25": of two separators the last is the decimal one."""
    digits = re.sub(r"[\s\u00a0\u202f']", "", text).replace(MINUS, "-")
    if "," in digits and "." in digits:
        thousands = "." if digits.rindex(",") > digits.rindex(".") else ","
        digits = digits.replace(thousands, "")
    return digits.replace(",", ".")


# "1.600": in Norway a thousand and more, in a program one and some; "0.125" is no thousand. "1,600" is clear in
# Norwegian alone.
EITHER = re.compile(r"(-?)([1-9]\d{0,2})\.(\d{3})")
EITHER_IN_ENGLISH = re.compile(r"(-?)([1-9]\d{0,2})[.,](\d{3})")
# As it is written where it would be unclear without its last nought.
CLEARLY_SMALL = re.compile(r"(-?[1-9]\d{0,2}[.,]\d{3})0")
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(\.\d{3}){2,}")
# Not what a Decimal takes besides: "1e5", "NaN", "1_000", digits of other scripts.
NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)", re.ASCII)


class QuantityField(forms.DecimalField):
    """A quantity with decimal comma and spaces. Cleans to a Decimal; what can be read in two ways is asked about:
    "1.600", and on an English page "1,600".
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _("Enter a number, for example 1 059,25."),
        "unclear": _("“%(typed)s” can be read in two ways. Write %(large)s or %(small)s."),
    }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # by the stubs an int
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        typed = re.sub(r"[\s\u00a0\u202f']", "", value).replace(MINUS, "-")
        if either := _either().fullmatch(typed):
            sign, whole, rest = either.groups()
            large, small = Decimal(f"{sign}{whole}{rest}"), Decimal(f"{sign}{whole}.{rest}")
            readings = {"typed": value.strip(), "large": _as_read(large), "small": _as_read(small)}
            raise ValidationError(self.error_messages["unclear"], code="unclear", params=readings)
        if small_one := CLEARLY_SMALL.fullmatch(typed):
            typed = small_one[1].replace(".", ",")
        written = typed.replace(".", "") if THOUSANDS.fullmatch(typed) else plain_number(typed)
        if not NUMBER.fullmatch(written):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(written)

    def prepare_value(self, value: Any) -> Any:
        return _as_read(value) if isinstance(value, Decimal) else value


def _either() -> re.Pattern[str]:
    return EITHER_IN_ENGLISH if get_language() == "en" else EITHER


def _as_read(value: Decimal) -> str:
    """Return a quantity so that the field reads it as it is: with spaces between thousands, and a nought behind what
    could be taken for thousands.
    """
    digits = with_comma(f"{abs(value.normalize()):,f}")
    written = f"{MINUS}{digits}" if value < 0 else digits
    return f"{written}0" if _either().fullmatch(written.replace(MINUS, "-")) else written
