"""Tariff files in the format of the open collection Fri nettleie: read with all their problems, and written. Pure.

The format: github.com/kraftsystemet/fri-nettleie (tariff.cue, tariff-eksempel.yml). Prices are without taxes, energy in
øre/kWh, capacity in kr/year; `gyldig_til` is the first day on which a list no longer holds; an hour span includes its
last hour and may pass midnight (22-5). What is left out is as if it were null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from billing.rules import tariff_checks, tariff_yaml
from billing.rules.tariff_cells import Reader
from billing.rules.tariff_problems import Level, Problem
from billing.rules.tariff_words import DAYS, GROUPS, METHODS, MONTHS, hours_in, hours_text, name_of
from billing.rules.tariff_yaml import Cell
from billing.rules.tariffs import (
    ALL_HOURS,
    ALL_MONTHS,
    LONGEST_NAME,
    CapacityCharge,
    DayWord,
    Energy,
    EnergyException,
    Group,
    Tariff,
    Tier,
    When,
)
from billing.rules.taxes import RateTable

FILE_KEYS = ("netteier", "gln", "sist_oppdatert", "kilder", "tariffer")
LONGEST_TEXT = 255
TARIFF_KEYS = ("kundegrupper", "gyldig_fra", "energiledd", "fastledd")


@dataclass(frozen=True)
class TariffFile:
    """What a file says, as far as it can be read; `lines` tells where each list begins."""

    company: str
    updated: date | None
    sources: tuple[str, ...]
    tariffs: tuple[Tariff, ...]
    lines: tuple[int, ...]
    problems: tuple[Problem, ...]


def read(content: bytes, rates: RateTable) -> TariffFile:
    """Read a whole file. `rates` tell prices that have taxes in them. Nothing raises; problems name line and reason."""
    try:
        cell, problems = tariff_yaml.read(content)
    except tariff_yaml.Unreadable as error:
        return TariffFile("", None, (), (), (), (error.problem,))
    reader = Reader()
    reader.problems += problems
    entries = reader.mapping(cell, "", required=FILE_KEYS, optional=("mga",)) or {}
    company, updated, sources = _head(reader, entries)
    found: list[tuple[Tariff, int]] = []
    if "tariffer" in entries:
        for item, where in reader.items(entries["tariffer"], "tariffer"):
            if tariff := take_tariff(reader, item, where):
                found.append((tariff, item.line))
    tariffs, lines = [tariff for tariff, _ in found], [line for _, line in found]
    between = tariff_checks.problems_between(tariffs, lines, rates)
    return TariffFile(company, updated, sources, tuple(tariffs), tuple(lines), (*reader.problems, *between))


def read_one(content: bytes) -> tuple[Tariff | None, tuple[Problem, ...]]:
    """Read one list by itself, as staff write it in admin: an entry of `tariffer`, with or without its dash."""
    try:
        cell, problems = tariff_yaml.read(content)
    except tariff_yaml.Unreadable as error:
        return None, (error.problem,)
    reader = Reader()
    reader.problems += problems
    if isinstance(cell.value, list) and len(cell.value) == 1:
        cell = cell.value[0]
    return take_tariff(reader, cell, "tariff"), tuple(reader.problems)


def _head(reader: Reader, entries: Mapping[str, Cell]) -> tuple[str, date | None, tuple[str, ...]]:
    company = reader.text(entries["netteier"], "netteier", limit=LONGEST_TEXT) if "netteier" in entries else None
    updated = reader.day(entries["sist_oppdatert"], "sist_oppdatert") if "sist_oppdatert" in entries else None
    sources = []
    if "kilder" in entries:
        sources = [reader.text(item, where) or "" for item, where in reader.items(entries["kilder"], "kilder")]
    if "gln" in entries:
        for item, where in reader.items(entries["gln"], "gln", may_be_empty=True):
            number = reader.text(item, where) or ""
            if number and not (number.startswith("7080") and number.isdigit() and len(number) == 13):
                reader.problem("bad_gln", item, where, value=number)
    if "mga" in entries and entries["mga"].value:
        reader.problem("grid_areas", entries["mga"], "mga")
    return company or "", updated, tuple(sources)


def take_tariff(reader: Reader, cell: Cell, where: str) -> Tariff | None:
    """Take one list; None when something in it cannot be read. What can be read is checked by itself."""
    before = len(reader.problems)
    entries = reader.mapping(cell, where, required=TARIFF_KEYS, optional=("gyldig_til", "navn"))
    if entries is None:
        return None
    groups = reader.words(entries["kundegrupper"], f"{where}.kundegrupper", GROUPS)
    valid_from = reader.day(entries["gyldig_fra"], f"{where}.gyldig_fra")
    valid_to = reader.day(entries["gyldig_til"], f"{where}.gyldig_til") if "gyldig_til" in entries else None
    name = reader.text(entries["navn"], f"{where}.navn", limit=LONGEST_NAME) if "navn" in entries else ""
    energy = _take_energy(reader, entries["energiledd"], f"{where}.energiledd")
    capacity = _take_capacity(reader, entries["fastledd"], f"{where}.fastledd")
    if _has_errors(reader.problems[before:]) or not (groups and valid_from and energy and capacity):
        return None
    tariff = Tariff(groups, valid_from, valid_to, energy, capacity, name or "")
    reader.problems += tariff_checks.problems_of(tariff, cell.line, where)
    return tariff


def _has_errors(problems: list[Problem]) -> bool:
    return any(problem.level == Level.ERROR for problem in problems)


def _take_energy(reader: Reader, cell: Cell, where: str) -> Energy | None:
    entries = reader.mapping(cell, where, required=("grunnpris",), optional=("unntak",))
    if entries is None:
        return None
    base = reader.number(entries["grunnpris"], f"{where}.grunnpris", may_be_negative=True)
    exceptions = []
    if "unntak" in entries:
        for item, place in reader.items(entries["unntak"], f"{where}.unntak", may_be_empty=True):
            if one := _take_exception(reader, item, place):
                exceptions.append(one)
    return None if base is None else Energy(base, tuple(exceptions))


def _take_exception(reader: Reader, cell: Cell, where: str) -> EnergyException | None:
    entries = reader.mapping(cell, where, required=("navn", "pris"), optional=("timer", "dager", "måneder"))
    if entries is None:
        return None
    name = reader.text(entries["navn"], f"{where}.navn", limit=LONGEST_NAME)
    price = reader.number(entries["pris"], f"{where}.pris", may_be_negative=True)
    months, hours = ALL_MONTHS, ALL_HOURS
    days: tuple[DayWord, ...] = (DayWord.ANY,)
    if "måneder" in entries:
        months = tuple(sorted(reader.words(entries["måneder"], f"{where}.måneder", MONTHS)))
    if "dager" in entries:
        days = reader.words(entries["dager"], f"{where}.dager", DAYS)
    if "timer" in entries:
        hours = reader.hours(entries["timer"], f"{where}.timer")
    return None if name is None or price is None else EnergyException(name, price, When(months, days, hours))


def _take_capacity(reader: Reader, cell: Cell, where: str) -> CapacityCharge | None:
    # null is a way to say that nobody knows on which side a bound lies.
    entries = reader.mapping(cell, where, required=("metode", "terskler"), optional=("terskel_inkludert",))
    if entries is None:
        return None
    method = reader.word(entries["metode"], f"{where}.metode", METHODS, "unknown_method")
    inclusive = None
    if "terskel_inkludert" in entries:
        inclusive = reader.yes_or_no(entries["terskel_inkludert"], f"{where}.terskel_inkludert")
    elif isinstance(cell.value, dict) and "terskel_inkludert" not in cell.value:
        reader.problem("missing_key", cell, where, key="terskel_inkludert")
    tiers = []
    for item, place in reader.items(entries["terskler"], f"{where}.terskler"):
        if tier := _take_tier(reader, item, place):
            tiers.append(tier)
    if tiers != sorted(tiers, key=lambda tier: tier.lower):
        reader.problem("unsorted_tiers", entries["terskler"], f"{where}.terskler")
        tiers.sort(key=lambda tier: tier.lower)
    return CapacityCharge(method, inclusive, tuple(tiers)) if method else None


def _take_tier(reader: Reader, cell: Cell, where: str) -> Tier | None:
    entries = reader.mapping(cell, where, required=("terskel", "pris"))
    if entries is None:
        return None
    lower, price = (
        reader.number(entries["terskel"], f"{where}.terskel"),
        reader.number(entries["pris"], f"{where}.pris"),
    )
    return None if lower is None or price is None else Tier(lower, price)


# Writing -------------------------------------------------------------------------------------------


def payload_of(tariff: Tariff) -> dict[str, Any]:
    """Return what a list charges as plain values, in the words of the format; its name, groups and dates are apart.

    Numbers are text, as they were written. `tariff_from` reads it again; equal prices give equal payloads.
    """
    return {
        "fastledd": {
            "metode": name_of(METHODS, tariff.capacity.method),
            "terskel_inkludert": tariff.capacity.inclusive,
            "terskler": [
                {"terskel": _plain(tier.lower), "pris": _plain(tier.nok_per_year)} for tier in tariff.capacity.tiers
            ],
        },
        "energiledd": {
            "grunnpris": _plain(tariff.energy.base_ore_per_kwh),
            "unntak": [_exception_payload(one) for one in tariff.energy.exceptions],
        },
    }


def _exception_payload(one: EnergyException) -> dict[str, Any]:
    payload: dict[str, Any] = {"navn": one.name, "pris": _plain(one.ore_per_kwh)}
    if not one.when.is_every_month:
        payload["måneder"] = [name_of(MONTHS, month) for month in one.when.months]
    if not one.when.is_every_day:
        payload["dager"] = [name_of(DAYS, word) for word in one.when.days]
    if one.when.hours != ALL_HOURS:
        payload["timer"] = hours_text(one.when.hours)
    return payload


def _plain(number: Decimal) -> str:
    """As people write it: 18 and 18.0 are the same price."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tariff_from(
    payload: Mapping[str, Any], *, groups: tuple[Group, ...], valid_from: date, valid_to: date | None, name: str = ""
) -> Tariff:
    """Return a stored list. What `payload_of` made can always be read."""
    charge, energy = payload["fastledd"], payload["energiledd"]
    tiers = tuple(Tier(Decimal(tier["terskel"]), Decimal(tier["pris"])) for tier in charge["terskler"])
    exceptions = tuple(
        EnergyException(
            one["navn"],
            Decimal(one["pris"]),
            When(
                tuple(MONTHS[name] for name in one["måneder"]) if "måneder" in one else ALL_MONTHS,
                tuple(DAYS[name] for name in one["dager"]) if "dager" in one else (DayWord.ANY,),
                tuple(sorted(set(hours_in(one["timer"]) or ()))) if "timer" in one else ALL_HOURS,
            ),
        )
        for one in energy["unntak"]
    )
    return Tariff(
        groups=groups,
        valid_from=valid_from,
        valid_to=valid_to,
        energy=Energy(Decimal(energy["grunnpris"]), exceptions),
        capacity=CapacityCharge(METHODS[charge["metode"]], charge["terskel_inkludert"], tiers),
        name=name,
    )


def dump(tariff: Tariff) -> str:
    """Return a list as an entry of a tariff file."""
    entry: dict[str, Any] = {"kundegrupper": [name_of(GROUPS, group) for group in tariff.groups]}
    if tariff.name:
        entry = {"navn": tariff.name, **entry}
    entry["gyldig_fra"] = tariff.valid_from
    if tariff.valid_to:
        entry["gyldig_til"] = tariff.valid_to
    numbers = _with_numbers(payload_of(tariff))
    if not numbers["energiledd"]["unntak"]:
        del numbers["energiledd"]["unntak"]
    # The types are those of a base class that PyYAML's own dumpers have too.
    return str(yaml.dump(entry | numbers, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100))


class _Dumper(yaml.SafeDumper):
    """Writes decimals as they are, digit by digit and without quotes."""


def _written(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = _plain(number)
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _written)


def _with_numbers(value: Any) -> Any:
    """Turn the texts of prices and bounds into numbers, which YAML writes without quotes."""
    if isinstance(value, dict):
        number = {key: Decimal(one) for key, one in value.items() if key in ("pris", "terskel", "grunnpris")}
        return {key: number.get(key, _with_numbers(one)) for key, one in value.items()}
    return [_with_numbers(one) for one in value] if isinstance(value, list) else value
