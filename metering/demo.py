"""Made-up installations with more than a year of lifelike readings, and meter files that came in the last days.

Homes follow the rhythm of the people in them and the cold outside, a bakery its ovens, solar panels the sun. A home
with panels is measured every quarter of an hour in the last weeks. Everything follows from the random numbers given
and from today.
"""

import io
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from metering import actions, day_rows, partitions
from metering.day_rows import Key
from metering.days import DayValues, Direction, Quality, Wh, day_bounds, slots_of_day
from metering.importers import gs2_writer
from metering.importers.series import Series
from metering.models import Holding, MeteringPoint
from portal.customers import gsrn
from portal.customers.models import Customer
from portal.tenancy.models import Tenant

DAYS = 425
# The last days come as files, so that staff have something to look at.
DAYS_AS_FILES = 3
QUARTER_WEEKS = 6
CHUNK_DAYS = 8_000

HOME = (2, 2, 2, 2, 2, 3, 6, 9, 7, 5, 5, 5, 5, 5, 6, 8, 11, 13, 12, 11, 10, 8, 6, 3)
WEEKEND_HOME = (3, 2, 2, 2, 2, 2, 3, 5, 8, 10, 10, 10, 10, 9, 9, 9, 11, 13, 12, 11, 11, 9, 7, 5)
BAKERY = (3, 8, 14, 16, 16, 15, 13, 11, 10, 9, 9, 8, 8, 7, 6, 5, 3, 2, 2, 2, 2, 2, 2, 2)
SHARED = (4, 4, 4, 4, 4, 4, 5, 6, 5, 4, 4, 4, 4, 4, 4, 5, 6, 7, 7, 7, 6, 6, 5, 4)
CHARGING = (9, 9, 8, 7, 5, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 5, 5, 6, 7, 8, 9, 10)
EVEN = (5,) * 24

DWELLINGS = 48

Group = MeteringPoint.CustomerGroup
Scheme = Holding.SupportScheme
Weather = Callable[[date], float]


@dataclass(frozen=True, kw_only=True)
class Place:
    """An installation: `size` is Wh for one unit of its rhythm, `heating` Wh an hour for each degree below 15 °C."""

    address: str
    rhythm: tuple[int, ...]
    size: float
    weekend: tuple[int, ...] = ()
    heating: float = 0
    group: str = Group.HOUSEHOLD
    postal_code: str = ""
    city: str = ""
    solar_w: int = 0
    only_weekends: bool = False
    dwellings: int | None = None
    fuse_ampere: int = 63
    # Where it is not the one of the customer's own place.
    county: str = ""
    held_days: int = 2 * 365
    quarter_days: int = 0


def places_of(customer: Customer, number: int) -> list[Place]:
    """Return what a customer holds; the first private one has solar panels and a cabin, the next has just moved in."""
    home = customer.address
    if customer.kind == Customer.Kind.PRIVATE:
        held = 40 if number else 6 * 365
        solar, quarters = (0, 0) if number else (6_500, 7 * QUARTER_WEEKS)
        dwelling = Place(
            address=home, rhythm=HOME, weekend=WEEKEND_HOME, size=150, heating=65, solar_w=solar, held_days=held,
            quarter_days=quarters,
        )  # fmt: skip
        return [dwelling] if number else [dwelling, CABIN]
    if customer.kind == Customer.Kind.BUSINESS:
        business = Group.SMALL_BUSINESS
        shop = Place(address=home, rhythm=BAKERY, size=1_900, heating=60, group=business)
        return [shop, Place(address=f"{home}, lager", rhythm=EVEN, size=260, heating=40, group=business)]
    return [
        Place(address=f"{home}, fellesareal", rhythm=SHARED, size=420, heating=120, dwellings=DWELLINGS),
        Place(address=f"{home}, garasjeanlegg", rhythm=CHARGING, size=1_300),
        Place(address=f"{home}, varmtvann", rhythm=HOME, weekend=WEEKEND_HOME, size=900, heating=210, fuse_ampere=250),
    ]


CABIN = Place(
    address="Tverrliveien 203, hytte H4",
    postal_code="2658",
    city="Espedalen",
    county="Innlandet",
    rhythm=WEEKEND_HOME,
    size=110,
    heating=45,
    group=Group.HOLIDAY_HOME,
    only_weekends=True,
)


def build(tenant: Tenant, *, rng: Random, today: date) -> None:
    """Fill a new tenant whose customers are there. Its scope and a transaction must be open."""
    first = today - timedelta(days=DAYS)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    partitions.open_months(days)
    weather = _weather(rng, days)
    homes = _homes(rng, today)
    history: dict[Key, DayValues] = {}
    recent: list[tuple[MeteringPoint, int, DayValues]] = []
    for point, place in homes:
        for direction, values in _readings(tenant, place, rng, weather, days):
            if values.day >= today - timedelta(days=DAYS_AS_FILES):
                recent.append((point, direction, values))
            else:
                history[point.pk, direction, values.day] = values
    _spoil(history, homes[0][0], today)
    _store(history, today)
    _import_files(tenant, recent, today)


def area_of(postal_code: str) -> str:
    """The demo's places lie in the east, and those with a code from 5000 in the west."""
    return MeteringPoint.PriceArea.NO5 if postal_code.startswith("5") else MeteringPoint.PriceArea.NO1


def _homes(rng: Random, today: date) -> list[tuple[MeteringPoint, Place]]:
    homes = []
    serial = rng.randrange(10**8) * 10
    private = 0
    for customer in Customer.objects.exclude(address="").order_by("number"):
        for place in places_of(customer, private):
            serial += 1
            area = area_of(place.postal_code or customer.postal_code)
            point = MeteringPoint.objects.create(
                gsrn=gsrn.make(serial),
                address=place.address,
                postal_code=place.postal_code or customer.postal_code,
                city=place.city or customer.city,
                grid_station=f"N-{(place.postal_code or customer.postal_code)[2:]}",
                meter_number=f"6970{rng.randrange(10**4):04d}",
                price_area=area,
                county=place.county or ("Akershus" if area == MeteringPoint.PriceArea.NO1 else "Vestland"),
                customer_group=place.group,
                holiday_home=place.group == Group.HOLIDAY_HOME,
                dwellings=place.dwellings,
                fuse_ampere=place.fuse_ampere,
                has_production=bool(place.solar_w),
            )
            since = today - timedelta(days=place.held_days)
            scheme = Scheme.SUPPORT if place.group == Group.HOUSEHOLD else Scheme.NONE
            Holding.objects.create(customer=customer, metering_point=point, valid_from=since, support_scheme=scheme)
            homes.append((point, place))
        private += customer.kind == Customer.Kind.PRIVATE
    return homes


# The weather, and what follows from it -------------------------------------------------------------


def _weather(rng: Random, days: list[date]) -> Weather:
    """The mean temperature of each day: the season, and spells that last some days."""
    spell, found = 0.0, {}
    for day in days:
        spell = 0.8 * spell + rng.gauss(0, 2)
        found[day] = 6.5 - 11 * math.cos((day.timetuple().tm_yday - 20) / 365 * 2 * math.pi) + spell
    return found.__getitem__


def _readings(
    tenant: Tenant, place: Place, rng: Random, weather: Weather, days: list[date]
) -> Iterator[tuple[int, DayValues]]:
    for day in days:
        hours = [slot.start.hour for slot in slots_of_day(day, tenant.zone, 60)]
        used: list[Wh] = [_used(place, rng, day, hour, weather(day)) for hour in hours]
        if place.solar_w:
            sun = _sunshine(rng)
            made = [_made(place.solar_w, day, hour, sun) for hour in hours]
            # What the panels give is used in the house first.
            own = [min(int((wh or 0) * 0.7), solar) for wh, solar in zip(used, made, strict=True)]
            used = [(wh or 0) - self_used for wh, self_used in zip(used, own, strict=True)]
            surplus: list[Wh] = [solar - self_used for solar, self_used in zip(made, own, strict=True)]
            yield int(Direction.PRODUCTION), _measured(place, day, days, surplus, uneven=0.25)
        yield int(Direction.CONSUMPTION), _measured(place, day, days, used, uneven=0.6)


def _measured(place: Place, day: date, days: list[date], hours: list[Wh], *, uneven: float) -> DayValues:
    """Return the hours of a day, or in the last of the days its quarters: they add up to the hours."""
    if day < days[-1] + timedelta(days=1 - place.quarter_days):
        return DayValues(day, 60, hours)
    # Numbers of their own, so that all else is the same whoever is measured by the quarter.
    rng = Random(day.toordinal())  # noqa: S311  (made-up values)
    return DayValues(day, 15, [part for wh in hours for part in _quarters(wh or 0, rng, uneven)])


def _quarters(wh: int, rng: Random, uneven: float) -> list[Wh]:
    """Kettles and clouds come and go within the hour."""
    weights = [rng.lognormvariate(0, uneven) for _ in range(4)]
    parts: list[Wh] = [int(wh * weight / sum(weights)) for weight in weights[:3]]
    return [*parts, wh - sum(part or 0 for part in parts)]


def _used(place: Place, rng: Random, day: date, hour: int, degrees: float) -> int:
    is_weekend = day.weekday() >= 5
    rhythm = place.weekend if is_weekend and place.weekend else place.rhythm
    is_empty = place.only_weekends and day.weekday() < 4
    lived = 0.12 if is_empty else rng.lognormvariate(0, 0.25)
    # Nights are colder than afternoons by some degrees.
    outside = degrees - 3 * math.cos((hour - 3) / 24 * 2 * math.pi)
    heat = place.heating * max(0.0, 15 - outside) * (0.35 if is_empty else 1) * rng.uniform(0.85, 1.15)
    return int(rhythm[hour] * place.size * lived + heat)


def _sunshine(rng: Random) -> float:
    return min(1.0, rng.betavariate(2, 1.6))


def _made(peak_w: int, day: date, hour: int, sun: float) -> int:
    """The sun at 60° north: above the horizon from a few hours in December to nineteen in June."""
    declination = math.radians(-23.44 * math.cos((day.timetuple().tm_yday + 10) / 365 * 2 * math.pi))
    angle = math.radians((hour + 0.5 - 12.7) * 15)
    north = math.radians(60)
    height = math.sin(north) * math.sin(declination) + math.cos(north) * math.cos(declination) * math.cos(angle)
    return int(peak_w * max(0.0, height) * sun)


# Into the database ---------------------------------------------------------------------------------


def _spoil(history: dict[Key, DayValues], point: MeteringPoint, today: date) -> None:
    """Take away some values of one installation and estimate others, as happens when a meter cannot be reached."""
    for days_ago, first, last, is_missing in ((5, 9, 13, True), (9, 0, 24, False), (47, 17, 18, True)):
        key = (point.pk, int(Direction.CONSUMPTION), today - timedelta(days=days_ago))
        day = history[key]
        each = 60 // day.resolution_minutes
        slots = range(first * each, min(last * each, len(day.values_wh)))
        flags = [Quality.ESTIMATED if at in slots and not is_missing else 0 for at in range(len(day.values_wh))]
        values = [None if at in slots and is_missing else wh for at, wh in enumerate(day.values_wh)]
        history[key] = DayValues(day.day, day.resolution_minutes, values, [*flags] if any(flags) else None)


def _store(history: dict[Key, DayValues], today: date) -> None:
    at = datetime.combine(today, time(), tzinfo=UTC)
    keys = list(history)
    for begin in range(0, len(keys), CHUNK_DAYS):
        day_rows.write({key: history[key] for key in keys[begin : begin + CHUNK_DAYS]}, batch=None, at=at)


def _import_files(tenant: Tenant, recent: list[tuple[MeteringPoint, int, DayValues]], today: date) -> None:
    """One file a day; the newest names a metering point that nobody knows, and corrects the day before."""
    for days_ago in range(DAYS_AS_FILES, 0, -1):
        day = today - timedelta(days=days_ago)
        series = [_series(tenant, point, direction, values) for point, direction, values in recent if values.day == day]
        if days_ago == 1:
            series += _surprises(tenant, recent, day)
        out = io.StringIO()
        gs2_writer.write(out, series, written_at=day_bounds(day, tenant.zone)[1])
        stream = io.BytesIO(out.getvalue().encode())
        actions.import_file(stream=stream, name=f"{tenant.slug}-{day:%Y-%m-%d}.gs2", by=None)


def _series(tenant: Tenant, point: MeteringPoint, direction: int, values: DayValues) -> Series:
    start = day_bounds(values.day, tenant.zone)[0]
    return Series(
        point.gsrn, Direction(direction), start, values.resolution_minutes, values.values_wh, values.quality, 0
    )


def _surprises(tenant: Tenant, recent: list[tuple[MeteringPoint, int, DayValues]], day: date) -> Iterator[Series]:
    point, direction, before = next(
        row for row in recent if row[2].day == day - timedelta(days=1) and row[1] == Direction.CONSUMPTION
    )
    each = 60 // before.resolution_minutes
    corrected: list[Wh] = [None if wh is None else wh + 40 // each for wh in before.values_wh[: 2 * each]]
    yield _series(tenant, point, direction, DayValues(before.day, before.resolution_minutes, corrected))
    stranger = MeteringPoint(gsrn=gsrn.make(9_999_999_998))
    unknown = before.values_wh[: 23 * each]
    yield _series(tenant, stranger, direction, DayValues(day, before.resolution_minutes, unknown))
