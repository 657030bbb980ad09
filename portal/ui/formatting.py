"""Dates, times and quantities as people here write them, in Bokmål, Nynorsk and English. Pure: no clock, no database.

Every function follows the active language unless `language` is given; those that show a time of day take the zone it
is told in, by default the tenant's. Spaces inside a date or a number do not break.
Norwegian forms are those of Språkrådet: "kl. 14.00", "12. nov.", "1 059,25"; Nynorsk weekdays "tysdag", "laurdag".
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal

import phonenumbers
from django.utils import timezone
from django.utils.translation import get_language

from portal.tenancy.models import current_tenant_or_none
from portal.tenancy.quantities import MINUS, with_comma

NBSP = "\u00a0"
MISSING = "–"
HOUR = timedelta(hours=1)

_MONTHS_NO = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
]
_SHORT_MONTHS_NO = ["jan.", "feb.", "mars", "apr.", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."]
_MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_SHORT_MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTHS = {"nb": _MONTHS_NO, "nn": _MONTHS_NO, "en": _MONTHS_EN}
_SHORT_MONTHS = {"nb": _SHORT_MONTHS_NO, "nn": _SHORT_MONTHS_NO, "en": _SHORT_MONTHS_EN}
_WEEKDAYS = {
    "nb": ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
    "nn": ["måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "sundag"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
_SHORT_WEEKDAYS = {
    "nb": ["man.", "tir.", "ons.", "tor.", "fre.", "lør.", "søn."],
    "nn": ["mån.", "tys.", "ons.", "tor.", "fre.", "lau.", "sun."],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
_NEAR_DAYS = {
    "nb": {-1: "i går", 0: "i dag", 1: "i morgen"},
    "nn": {-1: "i går", 0: "i dag", 1: "i morgon"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
_SUMMER = {"nb": ("sommertid", "normaltid"), "nn": ("sommartid", "normaltid"), "en": ("summer time", "winter time")}


def _language(language: str | None) -> str:
    code = (language or get_language() or "nb")[:2]
    return code if code in _MONTHS else "nb"


def local_zone() -> tzinfo:
    """Return the zone times are told in: the tenant's, else the one that is active."""
    tenant = current_tenant_or_none()
    return tenant.zone if tenant else timezone.get_current_timezone()


def local_day(value: datetime, *, zone: tzinfo | None = None) -> date:
    """Return the calendar day of an aware moment."""
    return value.astimezone(zone or local_zone()).date()


# Days ----------------------------------------------------------------------------------------------


def _day_number(value: date, language: str) -> str:
    return f"{value.day}" if language == "en" else f"{value.day}."


def short_day(value: date, *, language: str | None = None) -> str:
    """Return "13. nov."."""
    code = _language(language)
    return f"{_day_number(value, code)}{NBSP}{_SHORT_MONTHS[code][value.month - 1]}"


def day(value: date, *, language: str | None = None) -> str:
    """Return "12. nov. 2023"."""
    return f"{short_day(value, language=language)}{NBSP}{value.year}"


def long_day(value: date, *, language: str | None = None) -> str:
    """Return "fredag 13. november", for a sentence."""
    code = _language(language)
    return f"{weekday(value, language=code)} {_day_number(value, code)}{NBSP}{_MONTHS[code][value.month - 1]}"


def weekday(value: date, *, language: str | None = None) -> str:
    """Return "fredag"."""
    return _WEEKDAYS[_language(language)][value.weekday()]


def short_weekday(value: date, *, language: str | None = None) -> str:
    """Return "fre."."""
    return _SHORT_WEEKDAYS[_language(language)][value.weekday()]


def weekday_day(value: date, *, language: str | None = None) -> str:
    """Return "Fre. 13. nov.", as a label."""
    return f"{short_weekday(value, language=language).capitalize()} {short_day(value, language=language)}"


def day_range(first: date, last: date, *, year: bool = True, language: str | None = None) -> str:
    """Return "9.–15. nov. 2026", "12. okt.–19. nov. 2026" or "28. des. 2025–3. jan. 2026"; both days are included."""
    code = _language(language)
    end = day(last, language=code) if year else short_day(last, language=code)
    if first == last:
        return end
    if first.year != last.year:
        return f"{day(first, language=code)}–{day(last, language=code)}"
    if first.month != last.month:
        return f"{short_day(first, language=code)}–{end}"
    return f"{_day_number(first, code)}–{end}"


def month(value: date, *, language: str | None = None) -> str:
    """Return "november 2026"."""
    return f"{_MONTHS[_language(language)][value.month - 1]}{NBSP}{value.year}"


def month_name(value: date, *, language: str | None = None) -> str:
    """Return "november"."""
    return _MONTHS[_language(language)][value.month - 1]


def short_month(value: date, *, language: str | None = None) -> str:
    """Return "nov."."""
    return _SHORT_MONTHS[_language(language)][value.month - 1]


def near_day(value: date, today: date, *, language: str | None = None) -> str:
    """Return "i dag", "i morgen" or "i går", else "fre. 13. nov.", with the year when it is another one."""
    code = _language(language)
    near = _NEAR_DAYS[code].get((value - today).days)
    if near:
        return near
    written = short_day(value, language=code) if value.year == today.year else day(value, language=code)
    return f"{short_weekday(value, language=code)} {written}"


# Times of day --------------------------------------------------------------------------------------


def _wall(value: datetime, zone: tzinfo | None) -> datetime:
    """Return the wall-clock time, whose `fold` tells the two 02 o'clock hours of autumn apart."""
    return value.astimezone(zone or local_zone())


def comes_twice(wall: datetime) -> bool:
    """Tell the hour that comes twice in autumn (in spring's gap the later reading has the larger offset)."""
    earlier, later = wall.replace(fold=0).utcoffset(), wall.replace(fold=1).utcoffset()
    return earlier is not None and later is not None and earlier > later


def season_words(language: str | None = None) -> tuple[str, str]:
    """Return what is said of the first and of the second of two hours that are called the same."""
    return _SUMMER[_language(language)]


def _which_hour(wall: datetime, language: str) -> str:
    return f" ({season_words(language)[wall.fold]})" if comes_twice(wall) else ""


def _hands(wall: datetime, language: str, *, ends: bool = False) -> str:
    """Return "14.00"; a period that ends at midnight ends at "24.00"."""
    hour = 24 if ends and (wall.hour, wall.minute) == (0, 0) else wall.hour
    return f"{hour:02}{':' if language == 'en' else '.'}{wall.minute:02}"


def _prefix(language: str) -> str:
    return "" if language == "en" else f"kl.{NBSP}"


def clock(value: datetime, *, zone: tzinfo | None = None, language: str | None = None) -> str:
    """Return "kl. 14.00"; in the hour that comes twice in autumn, "kl. 02.30 (sommertid)"."""
    code, wall = _language(language), _wall(value, zone)
    return f"{_prefix(code)}{_hands(wall, code)}{_which_hour(wall, code)}"


def _length(start: datetime, end: datetime) -> timedelta:
    """Return the time that passes; two times on one wall clock would be subtracted as if no clock ever changed."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def _ends(start: datetime, end: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """Return both ends of a period on the wall clock.

    A single hour keeps the offset it began with, so that the hours around a clock change still read as one hour
    (02.00–03.00 twice in autumn, 01.00–02.00 in spring); a longer period shows what the clock shows.
    """
    first = _wall(start, zone)
    if _length(start, end) <= HOUR:
        return first, first.replace(tzinfo=None) + _length(start, end)
    return first, _wall(end, zone)


def time_range(start: datetime, end: datetime, *, zone: tzinfo | None = None, language: str | None = None) -> str:
    """Return "kl. 02.00–03.00" for a period within a day; the end is not included."""
    code = _language(language)
    first, last = _ends(start, end, zone)
    which = _which_hour(first, code) if _length(start, end) <= HOUR else ""
    return f"{_prefix(code)}{_hands(first, code)}–{_hands(last, code, ends=True)}{which}"


def hour_range(start: datetime, end: datetime, *, zone: tzinfo | None = None, language: str | None = None) -> str:
    """Return "kl. 15–16" where both ends are whole hours, else what `time_range` gives."""
    code = _language(language)
    first, last = _ends(start, end, zone)
    if code == "en" or first.minute or last.minute:
        return time_range(start, end, zone=zone, language=code)
    which = _which_hour(first, code) if _length(start, end) <= HOUR else ""
    return f"{_prefix(code)}{first.hour:02}–{last.hour or 24:02}{which}"


def moment(value: datetime, *, now: datetime, zone: tzinfo | None = None, language: str | None = None) -> str:
    """Return "i dag kl. 14.00", "fre. 13. nov. kl. 14.00", or with the year when it is another one."""
    zone = zone or local_zone()
    when = near_day(local_day(value, zone=zone), local_day(now, zone=zone), language=language)
    return f"{when} {clock(value, zone=zone, language=language)}"


# Quantities ----------------------------------------------------------------------------------------


def number(value: Decimal | float, decimals: int = 0, *, language: str | None = None) -> str:
    """Return "1 059,25": rounded half away from zero, in groups of three, with a real minus sign."""
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    written = f"{abs(rounded):,f}"
    if _language(language) != "en":
        written = with_comma(written)
    return f"{MINUS}{written}" if rounded < 0 else written


def number_or_missing(value: Decimal | float | None, decimals: int = 2, *, language: str | None = None) -> str:
    """Return "1 059,25", or "–" for what is not known."""
    return MISSING if value is None else number(value, decimals, language=language)


def exact(value: Decimal, *, language: str | None = None) -> str:
    """Return a quantity with the decimals it needs: "22", "2,4"."""
    exponent = value.normalize().as_tuple().exponent
    return number(value, max(0, -exponent) if isinstance(exponent, int) else 0, language=language)


def kwh(wh: int, decimals: int = 2, *, language: str | None = None) -> str:
    """Return watt-hours as "340,73 kWh"."""
    return f"{number(Decimal(wh) / 1000, decimals, language=language)}{NBSP}kWh"


def kw(watts: int, decimals: int = 2, *, language: str | None = None) -> str:
    """Return watts (the mean over an hour: its watt-hours) as "4,78 kW"."""
    return f"{number(Decimal(watts) / 1000, decimals, language=language)}{NBSP}kW"


def kroner(amount: Decimal, *, language: str | None = None) -> str:
    """Return kroner as "779,76 kr"."""
    return f"{number(amount, 2, language=language)}{NBSP}kr"


def file_size(size: int, *, language: str | None = None) -> str:
    """Return bytes as "312 kB", "1,4 MB" or, where it is that exactly, "15 MB"."""
    if size < 1_000_000:
        return f"{number(max(Decimal(1), Decimal(size) / 1000), language=language)}{NBSP}kB"
    decimals = 1 if size % 1_000_000 else 0
    return f"{number(Decimal(size) / 1_000_000, decimals, language=language)}{NBSP}MB"


# Numbers that name something -----------------------------------------------------------------------


def _grouped(digits: str, *sizes: int) -> str:
    parts, position = [], 0
    for size in sizes:
        parts.append(digits[position : position + size])
        position += size
    return NBSP.join([part for part in [*parts, digits[position:]] if part])


def phone(value: str) -> str:
    """Return "912 34 567" or "21 23 45 67" for Norwegian numbers, others with their country code; else as it stands."""
    try:
        parsed = phonenumbers.parse(value, "NO")
    except phonenumbers.NumberParseException:
        return value
    if not phonenumbers.is_valid_number(parsed):
        return value
    if parsed.country_code != phonenumbers.country_code_for_region("NO"):
        written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        return written.replace(" ", NBSP)
    return _norwegian_phone(phonenumbers.national_significant_number(parsed))


def _norwegian_phone(digits: str) -> str:
    """Group as people say them: mobiles and 800 numbers in 3-2-3, other lines in pairs, short numbers whole."""
    if len(digits) != 8:
        return digits
    return _grouped(digits, 3, 2, 3) if digits[0] in "489" else _grouped(digits, 2, 2, 2, 2)


def address(street: str, postal_code: str, city: str) -> str:
    """Return "Verftsveien 60, 5417 Nordvåg"; what is not known is left out."""
    return ", ".join(filter(None, [street, f"{postal_code} {city}".strip()]))


def org_no(value: str) -> str:
    """Return an organisation number as "314 159 268"."""
    return _grouped(value, 3, 3, 3) if len(value) == 9 else value


def gsrn(value: str) -> str:
    """Return a metering point's 18 digits as "7070 5750 0012 3456 71"."""
    return _grouped(value, 4, 4, 4, 4, 2)
