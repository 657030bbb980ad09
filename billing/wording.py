"""Settlements and price lists in words: lines, price periods, why a line is as it is, and what is missing."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, ngettext, pgettext

from billing import scheme_words
from billing.rules.capacity import Position
from billing.rules.lines import MONTH, Because, Code, Line
from billing.rules.tariff_words import spans
from billing.rules.tariffs import DayWord, Energy, Method, PricePeriod, When
from billing.rules.taxes import KWH_PER_MONTH, NOK_PER_YEAR, ORE_PER_KWH, Kind, Rate
from billing.rules.unknowns import NOT_YET, Unknown, What
from portal.ui import formatting


def line_text(line: Line) -> str:
    """Return the name of a line: "Energy, day (06–22)"."""
    period = period_of_line(line)
    if not period:
        return code_text(line.code)
    return gettext("%(what)s, %(period)s") % {"what": code_text(line.code), "period": period}


def code_text(code: Code) -> str:
    return {
        Code.ENERGY: gettext("Energy"),
        Code.ENOVA: gettext("Energy fund (Enova)"),
        Code.CONSUMPTION_TAX: gettext("Electricity tax"),
        Code.CAPACITY: gettext("Capacity charge"),
        Code.SUPPORT: gettext("Electricity support"),
        Code.NORGESPRIS: gettext("Norgespris"),
    }[code]


def period_of_line(line: Line) -> str:
    """Return a line's price period in words; "" where the price is the same at all hours."""
    version = line.because.version
    if version is None or not line.period:
        return ""
    found = [one for one in version.tariff.energy.periods if one.code == line.period]
    return period_text(found[0], version.tariff.energy) if found else ""


def period_text(period: PricePeriod, energy: Energy) -> str:
    """Return when a price holds: "day (06–22)", "working days 06–22", "other times"."""
    if period.code == "all":
        return ""
    if period.when is None:
        return _base_text(period, energy)
    if period.code in ("day", "night"):
        if not period.when.is_every_day:
            return when_text(period.when)
        return _named_hours(period.code, period.when.hours)
    return f"{period.name} ({when_text(period.when)})" if period.name else when_text(period.when)


def _base_text(period: PricePeriod, energy: Energy) -> str:
    other = energy.exceptions[0].when
    if period.code in ("day", "night") and other.is_every_day:
        return _named_hours(period.code, [hour for hour in range(24) if hour not in other.hours])
    return pgettext("hours", "other times")


def _named_hours(code: str, hours: Sequence[int]) -> str:
    name = pgettext("hours", "day") if code == "day" else pgettext("hours", "night")
    return f"{name} ({hours_text(hours)})"


def when_text(when: When) -> str:
    """Return "working days 06–22", "January–March, 22–06"."""
    months = "" if when.is_every_month else months_text(when.months)
    days = "" if when.is_every_day else ", ".join(day_word(word) for word in when.days)
    hours = "" if len(when.hours) == 24 else hours_text(when.hours)
    return ", ".join(filter(None, (months, " ".join(filter(None, (days, hours)))))) or pgettext("hours", "always")


def hours_text(hours: Sequence[int]) -> str:
    """Return "06–22": the end is not included."""
    return ", ".join(f"{first:02}–{(last + 1) % 24 or 24:02}" for first, last in spans(hours))


def months_text(months: Sequence[int]) -> str:
    """Return "April–September", or "October–March" for months that pass the new year."""
    names = [formatting.month_name(date(2026, month, 1)) for month in range(1, 13)]
    ends = ((names[first - 1], names[last - 1]) for first, last in spans(months, 1, 12))
    return ", ".join(first if first == last else f"{first}–{last}" for first, last in ends)


def day_word(word: DayWord) -> str:
    names = {
        DayWord.WEEKDAY: gettext("Monday to Friday"),
        DayWord.WEEKEND: gettext("weekends"),
        DayWord.HOLIDAY: gettext("public holidays"),
        DayWord.FREE_DAY: gettext("weekends and public holidays"),
        DayWord.WORKING_DAY: gettext("working days"),
        DayWord.ANY: gettext("all days"),
    }
    # 5 January 2026 is a Monday.
    return names.get(word) or formatting.weekday(date(2026, 1, 5 + list(DayWord).index(word)))


def tier_text(position: Position) -> str:
    """Return a tier's bounds: "5–9.99 kW", "from 100 kW"."""
    lower = formatting.exact(position.lower)
    if position.upper is None:
        return gettext("from %(lower)s %(unit)s") % {"lower": lower, "unit": position.unit}
    # As price lists write it: the next tier begins at the bound.
    last = position.upper - (Decimal("0.01") if position.unit == "kW" else Decimal(1))
    return f"{lower}–{formatting.exact(last)} {position.unit}"


def method_text(method: Method) -> str:
    return {
        Method.THREE_DAILY_MAXIMA: gettext("the mean of the month's three highest hours on different days"),
        Method.MONTHLY_MAXIMUM: gettext("the month's highest hour"),
        Method.FIVE_WEIGHTED_YEARLY: gettext("the mean of the year's five highest weeks, weighted by season"),
        Method.FUSE: gettext("the size of the main fuse"),
        Method.UNKNOWN: gettext("not known"),
    }[method]


# Why -----------------------------------------------------------------------------------------------


def explain(line: Line) -> list[str]:
    """Return sentences: which hours, which rule and version, which tax."""
    if line.code in (Code.SUPPORT, Code.NORGESPRIS):
        return _why_scheme(line)
    if line.code == Code.CAPACITY:
        return [*_why_capacity(line.because), *_why_price(line, gettext("kr/year"))]
    if line.unit == MONTH:
        return [*_why_days(line.because), *_why_price(line, gettext("kr/year"))]
    return [*_why_hours(line), *_why_price(line, gettext("øre/kWh"))]


def _why_hours(line: Line) -> list[str]:
    hours = line.because.hours
    said = ngettext("%(count)s hour with a reading: %(period)s.", "%(count)s hours with readings: %(period)s.", hours)
    return [said % {"count": hours, "period": period_of_line(line) or gettext("all hours")}]


def _why_price(line: Line, unit: str) -> list[str]:
    because = line.because
    said = []
    if because.version and line.code in (Code.ENERGY, Code.CAPACITY):
        # The energy fund can be part of an energy price; it is told of by itself.
        own = because.price - sum((rate.amount for rate in because.rates), Decimal(0))
        said.append(
            gettext("The price list from %(day)s says %(price)s, without taxes.")
            % {"day": formatting.day(because.version.tariff.valid_from), "price": f"{formatting.exact(own)} {unit}"}
        )
    said += [
        gettext("The price list from %(day)s says the same.") % {"day": formatting.day(version.tariff.valid_from)}
        for version in because.also
    ]
    said += [_rate_sentence(rate, unit) for rate in because.rates]
    return [*said, *_why_vat(because)]


def _rate_sentence(rate: Rate, unit: str) -> str:
    amount, begin = f"{formatting.exact(rate.amount)} {unit}", formatting.day(rate.valid_from)
    return gettext("%(rate)s: %(amount)s from %(day)s.") % {
        "rate": rate_text(rate.kind),
        "amount": amount,
        "day": begin,
    }


def _why_vat(because: Because) -> list[str]:
    if not because.vat_percent:
        return []
    return [gettext("%(vat)s %% value added tax is added.") % {"vat": formatting.exact(because.vat_percent)}]


def _why_capacity(because: Because) -> list[str]:
    if because.basis is None or because.position is None or because.basis.value is None:
        return []
    said = [
        gettext("The tier is set by %(method)s: %(value)s %(unit)s, which is in the tier %(tier)s.")
        % {
            "method": method_text(because.basis.method),
            "value": formatting.number(because.basis.value, 3) if because.basis.counted else because.basis.value,
            "unit": because.position.unit,
            "tier": tier_text(because.position),
        }
    ]
    return [*said, *_why_days(because)]


def _why_days(because: Because) -> list[str]:
    if because.days == because.of_days:
        return [gettext("One twelfth of a year.")]
    return [
        gettext("One twelfth of a year, for %(days)s of the month's %(all)s days.")
        % {"days": because.days, "all": because.of_days}
    ]


def _why_scheme(line: Line) -> list[str]:
    said = [scheme_words.rule(line.because.rates, line.because.vat_percent)]
    if line.preliminary:
        said.append(gettext("Some prices are preliminary or missing, so the amount may change."))
    return said


def rate_text(kind: Kind) -> str:
    return {
        Kind.CONSUMPTION_TAX: gettext("Electricity tax"),
        Kind.ENOVA: gettext("Energy fund (Enova)"),
        Kind.ENOVA_FIXED: gettext("Energy fund (Enova)"),
        Kind.VAT: gettext("Value added tax"),
        Kind.SUPPORT_SHARE_OF_HOUR: gettext("Share of electricity support"),
        Kind.SUPPORT_SHARE_OF_MONTH: gettext("Share of electricity support"),
        Kind.SUPPORT_THRESHOLD: gettext("Threshold of electricity support"),
        Kind.SUPPORT_CAP: gettext("Cap of electricity support"),
        Kind.NORGESPRIS: gettext("Norgespris"),
        Kind.NORGESPRIS_CAP: gettext("Cap of Norgespris"),
        Kind.NORGESPRIS_CAP_HOLIDAY_HOME: gettext("Cap of Norgespris"),
    }[kind]


def unit_text(unit: str) -> str:
    """Return a unit of rates in the reader's language."""
    return {
        ORE_PER_KWH: gettext("øre/kWh"),
        NOK_PER_YEAR: gettext("kr/year"),
        KWH_PER_MONTH: gettext("kWh/month"),
    }.get(unit, unit)


# What is missing -----------------------------------------------------------------------------------


def unknown_text(unknown: Unknown) -> str:
    """Return a sentence on what a settlement cannot say."""
    if unknown.what == What.RATE:
        kinds = ", ".join(rate_text(Kind(kind)) for kind in unknown.detail.split(", ") if kind)
        return gettext("The rate is not known for this time: %(rate)s.") % {"rate": kinds}
    if unknown.what == What.PRICES:
        hours = int(unknown.detail or 0)
        said = ngettext(
            "The spot price is missing for %(count)s hour.", "The spot price is missing for %(count)s hours.", hours
        )
        return said % {"count": hours}
    if unknown.what == What.READINGS:
        return _missing_readings(unknown)
    return {
        What.GROUP: gettext("The metering point has no customer group."),
        What.TARIFF: gettext("No price list holds for the metering point."),
        What.METHOD: gettext("It is not known what sets the capacity tier."),
        What.FUSE: gettext("The size of the main fuse is not registered, so the capacity tier is not known."),
        What.TIER: gettext("The capacity tier is not known."),
    }[unknown.what]


def _missing_readings(unknown: Unknown) -> str:
    if unknown.detail == NOT_YET:
        return gettext("There are no readings for this time yet.")
    days = {"first": formatting.day(unknown.first), "last": formatting.day(unknown.last)}
    if unknown.first == unknown.last:
        return gettext("Readings are missing for %(first)s.") % days
    return gettext("Readings are missing from %(first)s to %(last)s.") % days
