"""Form fields that take what people type, and show it back the way pages write it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.no import orgnr

from portal.ui import formatting

DAY_FIRST = re.compile(r"(\d{1,2})[.,/ -]+(\d{1,2}|[a-zæøå]{3,9})\.?(?:[.,/ -]+(\d{4}|\d{2}))?")
YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "mai": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8} | {
    "sep": 9, "okt": 10, "oct": 10, "nov": 11, "des": 12, "dec": 12,
}  # fmt: skip


def parse_day(text: str, *, today: date) -> date:
    """Read "12.11.23", "12. nov. 2026", "12/11-2026", "2026-11-12", or "12.11" (in the year of `today`).

    Raises ValueError for anything else, and for a day that does not exist.
    """
    written = " ".join(text.lower().split())
    if match := YEAR_FIRST.fullmatch(written):
        return date(*(int(part) for part in match.groups()))
    match = DAY_FIRST.fullmatch(written)
    if match is None:
        raise ValueError(text)
    day, month, year = match.groups()
    number = int(month) if month.isdigit() else MONTHS.get(month[:3], 0)
    return date(_year(year, today), number, int(day))


def _year(written: str | None, today: date) -> int:
    if written is None:
        return today.year
    return int(written) if len(written) == 4 else today.year // 100 * 100 + int(written)


# Beyond these nobody means what they write, and reckoning with days would soon come to the end of the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2200


class DayField(forms.DateField):
    """A day, typed: no picker, because most people write "12.11" faster. Cleans to a date of 1900 to 2200."""

    widget = forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"})
    default_error_messages = {
        "invalid": _("Enter a date, for example 12.11.2026."),
        "year": _("Enter a year between %(first)s and %(last)s."),
    }

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        try:
            day = parse_day(str(value), today=timezone.localdate(timezone=formatting.local_zone()))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            said = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise ValidationError(self.error_messages["year"], code="year", params=said)
        return day


TOO_LONG = _("Write at most %(limit_value)d characters. This is %(show_value)d.")
WRITTEN = _("{count} of {limit} characters")


class TextField(forms.CharField):
    """Text of a limited length, where a line break counts as the one character it is in the browser.

    The browser is not told to cut: it would, without a word, and counts an emoji as two. It only shows the number.
    """

    default_error_messages = {"max_length": TOO_LONG}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        if self.max_length is not None:
            attrs |= {"data-limit": str(self.max_length), "data-limit-words": WRITTEN}
        return attrs

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class DigitsField(forms.CharField):
    """A number of many digits, typed with or without the spaces that `shown` writes it with. Cleans to its digits."""

    def __init__(self, *, shown: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shown = shown

    def prepare_value(self, value: Any) -> Any:
        # What somebody wrote in groups of their own comes back as they wrote it.
        return self.shown(value) if isinstance(value, str) and value.isdecimal() else value

    def to_python(self, value: Any) -> str:
        return "".join((super().to_python(value) or "").split())


class OrgNoField(forms.CharField):
    """A Norwegian organisation number as people write it ("314 159 268", "NO314159268MVA"). Cleans to nine digits; the
    last checks the others (modulus 11, Brønnøysundregistrene). In a model's form the number that is stored stays, right
    or wrong: who changes something else may not know a better one.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {
        "required": _("Enter an organisation number of nine digits, for example 314 159 268."),
        "invalid": _("Enter an organisation number of nine digits, for example 314 159 268."),
        "checksum": _("There is no organisation number %(number)s. Check the digits."),
    }
    stored = ""

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        # Before anything is cleaned, which writes over the instance. The field is this form's own copy.
        self.stored = getattr(getattr(form, "instance", None), field_name, "")
        return super().get_bound_field(form, field_name)

    def to_python(self, value: Any) -> str:
        written = re.sub(r"[\s.]", "", super().to_python(value) or "")
        written = written.upper().removeprefix("NO").removesuffix("MVA")
        if not written:
            return ""
        try:
            return str(orgnr.validate(written))
        except InvalidChecksum as error:
            if written == self.stored:
                return written
            said = {"number": formatting.org_no(written)}
            raise ValidationError(self.error_messages["checksum"], code="checksum", params=said) from error
        except InvalidNumber as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return formatting.org_no(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{9}", value) else value


# `\d` would take the digits of every script, and `$` a line break behind them.
validate_postal_code = RegexValidator(r"^[0-9]{4}\Z", _("A postal code has four digits."))


class PostalCodeField(forms.CharField):
    """A Norwegian postal code: four digits, the first may be 0."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"})
    default_validators = [validate_postal_code]


class PhoneField(forms.CharField):
    """A phone number as people write it, Norwegian unless it has a country code. Cleans to E.164 or ""."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    default_error_messages = {"invalid": _("Enter a phone number, for example 912 34 567.")}

    def to_python(self, value: Any) -> str:
        written = super().to_python(value) or ""
        if not written:
            return ""
        # The library reads "912 34 511x" as a number with something after it.
        if any(sign.isalpha() for sign in written):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            parsed = phonenumbers.parse(written, "NO")
        except phonenumbers.NumberParseException as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not phonenumbers.is_valid_number(parsed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

    def prepare_value(self, value: Any) -> Any:
        return formatting.phone(value) if isinstance(value, str) and value.startswith("+") else value
