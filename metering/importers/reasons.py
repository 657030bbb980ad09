"""The words for what a parser or the import reports: a code with parameters in, a translated sentence out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui import formatting

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_PARTICULARS = re.compile(r"“?%\([a-z]+\)s”?")
# Whose texts are amounts ("52.076 kWh", "-1.5") and not quotations, which stay as they are.
_OF_AMOUNTS = frozenset({"wrong_sum", "wrong_object_count", "negative_value", "value_too_large"})
_AMOUNT = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)(?: (.+))?")

REASONS: Mapping[str, _StrPromise] = {
    # the whole file
    "empty_file": _("The file is empty."),
    "binary_file": _("The file is binary and not a text file with meter values."),
    "empty_archive": _("The archive has no files in it."),
    "archive_in_archive": _("An archive inside an archive is not unpacked. Unpack it, and hand in what is in it."),
    "unknown_format": _("The file is in no known format. It begins with “%(start)s”."),
    "unreadable_file": _("The file could not be read to the end: %(error)s."),
    "broke_off": _("Reading broke off with an error in the portal (%(error)s). Its log says more."),
    "no_series": _("The file has no time series."),
    "no_end_message": _("The file breaks off: the end message is missing."),
    "wrong_object_count": _("The file says it has %(stated)s objects, but %(found)s were found."),
    "bad_utc_offset": _("“%(value)s” is no valid GMT reference, so %(count)s blocks cannot be placed in time."),
    "unreadable_lines": _("%(count)s lines from here on are not GS2 and were skipped."),
    "only_meter_readings": _("The file has only meter readings (%(count)s) and no time series."),
    "bad_header": _("The line of headings lacks: %(missing)s."),
    "point_not_named": _("The file does not name its metering point. Give it along, or in the file's name."),
    "spreadsheet": _("The file is a spreadsheet. Save it as CSV and try again."),
    "broken_xml": _("The XML is not well-formed, and was read up to here: %(error)s."),
    "xml_doctype": _("The XML has a document type declaration. Such files are not read."),
    # notes
    "no_hourly_values": _("The series has no values by the hour, and was skipped."),
    "meter_readings_skipped": _("%(count)s meter readings were skipped. Only time series are stored."),
    # one block
    "no_reference": _("The series names no metering point (meter: “%(meter)s”)."),
    "missing_field": _("The field “%(field)s” is missing."),
    "contradicting_field": _("The field “%(field)s” is given twice with different values."),
    "block_too_large": _("The block is larger than %(limit)s characters."),
    "cut_short": _("The file breaks off inside this block."),
    "reactive_energy": _("The unit %(unit)s is reactive energy. Only active energy is stored."),
    "unknown_unit": _("The unit “%(unit)s” is not one of Wh, kWh and MWh."),
    "unknown_direction": _("The direction “%(direction)s” is neither “in” nor “out”."),
    "unsupported_type": _("The type of value “%(type)s” is not “interval”."),
    "bad_step": _("The step “%(step)s” cannot be read."),
    "unsupported_step": _("The step %(step)s is not 15 minutes or 1 hour."),
    "bad_time": _("“%(value)s” in the field “%(field)s” is not a point in time."),
    "uneven_start": _("The series begins at %(start)s, which is not on a whole step."),
    "stop_before_start": _("The series ends before it begins."),
    "bad_value_list": _("The list of values is not enclosed in < and >."),
    "no_values": _("The series has no values."),
    "bad_value": _("Value number %(number)s, “%(value)s”, cannot be read as a number."),
    "negative_value": _("Value number %(number)s, %(value)s, is negative."),
    "value_too_large": _("Value number %(number)s, %(value)s, is too large."),
    "wrong_value_time": _("The time of value number %(number)s does not follow from start and step."),
    "short_row": _("The line has %(found)s cells where %(expected)s are needed."),
    "bad_quotes": _("The quotation marks of the line do not match."),
    "wrong_row_period": _("From %(start)s to %(stop)s is not %(minutes)s minutes."),
    "unknown_series_name": _("“%(name)s” does not say what was measured."),
    "bad_sequence": _("The sequence number %(value)s does not follow %(last)s."),
    "bad_count": _("“%(value)s” in the field “%(field)s” is not a number."),
    "wrong_count": _("The file says the series has %(stated)s values, but %(found)s were found."),
    "wrong_period": _("From start to stop there is room for %(expected)s values, but %(found)s were found."),
    "bad_sum": _("The sum “%(value)s” is not a number."),
    "wrong_sum": _("The file says the sum is %(stated)s, but the values add up to %(found)s."),
    "overlap": _("The series overlaps one earlier in the file for the same metering point."),
    # against what we know
    "invalid_gsrn": _("“%(reference)s” is not a valid metering point number."),
    "unknown_point": _("The metering point is not registered. Its values are kept and taken in when it is."),
    "parking_full": _("The metering point is not registered, and there is no room to keep its values."),
    "outdated_values": _("%(count)s values are older than what is stored, and were left out."),
    "no_production": _("The metering point is not registered with production."),
    "future_values": _("The series ends in the future (%(stop)s)."),
    "too_old": _("The series begins before %(limit)s."),
    "uneven_day": _("The values do not fall on whole steps of the local day."),
    "resolution_conflict": _("%(day)s is stored with steps of %(stored)s minutes, and the file has only a part of it."),
}

# What programs say of files that they cannot unpack; whatever else they say is shown as it is.
CAUSES: Mapping[str, _StrPromise] = {
    "Compressed file ended before the end-of-stream marker was reached": _("the packed file breaks off"),
    "File is not a zip file": _("the archive is broken, or not all of it is there"),
    "it unpacks to far more than a meter file has": _("it unpacks to far more than a meter file has"),
}


def text_for(code: str, params: Mapping[str, str | int]) -> str:
    """The sentence in the active language; a code from a newer version is shown as it is."""
    template = REASONS.get(code)
    if template is None:
        return gettext("Unknown reason: %(code)s") % {"code": code}
    return str(template) % {name: _in_words(code, name, value) for name, value in params.items()}


def _in_words(code: str, name: str, value: str | int) -> str:
    """What a particular is to people: amounts and days as their language writes them, causes in its words."""
    if isinstance(value, int):
        return formatting.number(value)
    if name == "error":
        return str(CAUSES.get(value, value))
    if code in _OF_AMOUNTS and (found := _AMOUNT.fullmatch(value)):
        return formatting.exact(Decimal(found[1])) + (f" {found[2]}" if found[2] else "")
    if code == "uneven_start" and name == "start":
        wall = datetime.fromisoformat(value).astimezone(formatting.local_zone())
        return f"{wall:%d.%m.%Y %H:%M:%S}"
    if name in ("day", "limit"):
        return formatting.day(date.fromisoformat(value))
    return value


def title_for(code: str) -> str:
    """The sentence without its particulars, to choose it from a list."""
    return _PARTICULARS.sub("…", str(REASONS.get(code, code)))
