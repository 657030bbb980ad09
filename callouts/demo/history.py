"""The demo's call-offs: made as drafts, then sent in by writing what sending in leaves behind."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from callouts.actions import search_text_of
from callouts.content import LineContent, line_of
from callouts.models import (
    CallOff,
    CallOffLine,
    LoadCarrier,
    PackageType,
    StatusChange,
    Unit,
    WasteFraction,
    WasteProducer,
)
from callouts.rules import facts, status
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.models import NumberSeries, Tenant

MONTHS = 14
LAST_NUMBER = 20_418
UNITS_OF_THE_FIRM = (
    ("avd. verft", "Kai 4, Verftsveien 60"),
    ("avd. produksjon", "Verftsveien 12"),
    ("avd. overflate", "Industriveien 3"),
)
# Article number, from, to, step, unit, package, contents of each package or None for one container, service.
JOBS = (
    ("701201", 400, 2400, 200, "KGM", "WA"),
    ("701101", 200, 1600, 200, "KGM", "1A"),
    ("702201", 120, 600, 30, "KGM", "1A"),
    ("703001", 4, 18, 1, "MTQ", "TG"),
    ("705101", 60, 400, 20, "KGM", "WA"),
    ("709201", 100, 900, 50, "KGM", "PX"),
    ("716501", 6, 24, 2, "MTQ", ""),
    ("709601", 800, 4000, 200, "KGM", "43"),
    ("725001", 200, 1400, 100, "KGM", "43"),
    ("144701", 2, 9, 1, "TNE", "CN"),
    ("991201", 1, 4, 1, "TNE", "CN"),
    ("114201", 1, 5, 1, "TNE", "CN"),
    ("159901", 300, 1500, 100, "KGM", "PX"),
    ("122101", 400, 1800, 100, "KGM", "CN"),
)
CONTACTS = (("Tor-Egil Bringsværd", "+4791234567"), ("Maja Lindtner", "+4790011223"), ("Idar Sollund", "+4795566778"))


@dataclass(frozen=True)
class Books:
    """What the demo picks from."""

    rng: Random
    today: date
    tenant: Tenant
    fractions: dict[str, WasteFraction]
    units: dict[str, Unit]
    packages: dict[str, PackageType]


Made = tuple[CallOff, list[CallOffLine]]


def producers_of(books: Books, customer: Customer) -> list[WasteProducer]:
    firm = customer.name.removesuffix(" AS")
    place = {"postal_code": customer.postal_code, "city": customer.city}
    end_of_year = date(books.today.year, 12, 31)
    return WasteProducer.objects.bulk_create(
        WasteProducer(
            customer=customer,
            name=f"{firm}, {unit}",
            short_name=unit,
            org_no=org_no(books.rng),
            address=address,
            declare_from=None if number == 1 else date(books.today.year, 1, 1),
            declare_to=None if number == 1 else end_of_year,
            **place,
        )
        for number, (unit, address) in enumerate(UNITS_OF_THE_FIRM)
    )


def org_no(rng: Random) -> str:
    """Return a number with a right check digit (modulus 11, weights 3 2 7 6 5 4 3 2) that begins with 3."""
    while True:
        digits = [3, *(rng.randint(0, 9) for _ in range(7))]
        rest = sum(a * b for a, b in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
        if rest != 1:
            return "".join(map(str, [*digits, (11 - rest) % 11]))


def history(
    books: Books, customer: Customer, producers: list[WasteProducer], people: list[User], count: int
) -> list[Made]:
    made = [_one(books, customer, producers, people) for _ in range(count)]
    for call_off, _ in made:
        _send_in(books, call_off)
    return made


def drafts(
    books: Books, customer: Customer, producers: list[WasteProducer], people: list[User], count: int
) -> list[Made]:
    made = [_one(books, customer, producers, people) for _ in range(count)]
    for age, (call_off, lines) in enumerate(made):
        moment = _working_time(books, books.today - timedelta(days=1 + 3 * age))
        call_off.created_at = call_off.changed_at = moment
        for line in lines:
            line.declaration_no = ""
        if age == 1:
            lines[0].quantity = None
        if age == 2:
            call_off.producer, call_off.contact_name = None, ""
    return made


def _one(books: Books, customer: Customer, producers: list[WasteProducer], people: list[User]) -> Made:
    rng, by = books.rng, books.rng.choice(people)
    producer = producers[rng.choices(range(len(producers)), weights=range(len(producers), 0, -1))[0]]
    own = rng.random() < 0.12
    name, phone = rng.choice(CONTACTS)
    call_off = CallOff(
        customer=customer,
        service=facts.WASTE,
        producer=producer,
        producer_name=producer.name,
        producer_short_name=producer.short_name,
        producer_org_no=producer.org_no,
        transport=facts.OWN_DELIVERY if own else facts.BY_US,
        pickup_address="" if own else producer.full_address,
        contact_name=name,
        contact_phone=phone,
        invoice_reference=rng.choice((f"AO-{rng.randint(76100, 77140)}", f"PO {rng.randint(4500010, 4500118)}", "")),
        created_by=by,
        changed_by=by,
        start_key=_uuid(rng),
    )
    count = 1 if rng.random() < 0.85 else rng.randint(2, 3)
    return call_off, [line_of(call_off, number, _line(books, producer)) for number in range(1, count + 1)]


def _line(books: Books, producer: WasteProducer) -> LineContent:
    rng = books.rng
    article_no, least, most, step, unit, package = rng.choices(JOBS, weights=range(len(JOBS) + 6, 6, -1))[0]
    quantity = Decimal(rng.randrange(least, most + 1, step))
    if unit == "TNE":
        quantity += Decimal(rng.randint(0, 9)) / 10
    by_supplier = producer.declare_from is not None and rng.random() < 0.3
    tank = unit == "MTQ"
    fraction = books.fractions[article_no]
    line = LineContent(
        key=_uuid(rng),
        fraction=fraction,
        consistency=fraction.consistency,
        packing_group=fraction.packing_group,
        un_number=fraction.un_number,
        declared_by=facts.BY_SUPPLIER if by_supplier else facts.BY_CUSTOMER,
        declaration_no=f"{rng.randint(100_000_000, 999_999_999)}",
        quantity=quantity,
        unit=books.units[unit],
        package_count=None if tank else (1 if unit == "TNE" else max(1, int(quantity) // 600 + 1)),
        package_type=None if tank or not package else books.packages[package],
        load_carrier_no=f"C-{rng.randint(301, 312)}" if tank else rng.choice(("", f"MDE-{rng.randint(310, 345)}")),
        container_size=Decimal(20) if tank else None,
        container_unit=books.units["MTQ"] if tank else None,
        note=rng.choice(("", "", "", "Ring ved ankomst, porten er låst etter kl. 15.", "Truck finnes på stedet.")),
    )
    return line.tidied(facts.WASTE)


def _send_in(books: Books, call_off: CallOff) -> None:
    """Fill in what sending in leaves behind, short of its number."""
    rng = books.rng
    days = int(MONTHS * 30.4 * rng.random() ** 1.4) + 1
    moment = _working_time(books, books.today - timedelta(days=days))
    call_off.created_at = moment - timedelta(minutes=rng.randint(4, 300))
    call_off.changed_at = call_off.submitted_at = moment
    call_off.submission_key = _uuid(rng)
    call_off.submitted_by, call_off.submitted_by_name = call_off.changed_by, str(call_off.changed_by)
    call_off.status = _status(rng, days, own=call_off.transport == facts.OWN_DELIVERY)
    steps = 0 if call_off.status == status.RECEIVED else rng.randint(1, min(days, 6))
    call_off.status_changed_at = _working_time(books, moment.date() + timedelta(days=steps)) if steps else moment
    if call_off.status == status.REJECTED:
        call_off.status_reason = rng.choice(
            ("Emballasjen lekker. Pakk om og send inn nytt avrop.", "Innholdet stemmer ikke med deklarasjonen.")
        )


def _status(rng: Random, days: int, *, own: bool) -> str:
    if days <= 2:
        return status.RECEIVED
    if days <= 12:
        return status.PLANNED
    done = status.DELIVERED if own else status.COLLECTED
    return rng.choices((done, status.REJECTED, status.CANCELLED), weights=(92, 5, 3))[0]


def _working_time(books: Books, day: date) -> datetime:
    day -= timedelta(days=max(0, day.weekday() - 4))
    at = time(books.rng.randint(7, 15), books.rng.randint(0, 59))
    return datetime.combine(day, at, tzinfo=books.tenant.zone)


def _uuid(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


# A call-off begins as a draft, for the demo too: the columns that sending in fills come with the second step.
SENT_IN = (
    "number",
    "submission_key",
    "submitted_at",
    "submitted_by",
    "submitted_by_name",
    "status",
    "status_changed_at",
    "status_reason",
    "search_text",
)


def store(made: list[Made]) -> None:
    """Write them: as drafts with their lines, then what sending in adds, oldest first."""
    sent = [pair for pair in made if pair[0].submitted_at]
    sent.sort(key=lambda pair: pair[0].changed_at)
    for number, (call_off, lines) in enumerate(sent, start=LAST_NUMBER + 1 - len(sent)):
        call_off.number = number
        call_off.search_text = search_text_of(call_off, lines)
    results = [{name: getattr(call_off, name) for name in SENT_IN} for call_off, _lines in made]
    for call_off, _lines in made:
        call_off.status, call_off.number, call_off.submitted_at, call_off.submitted_by = status.DRAFT, None, None, None
        call_off.submission_key = None
    created = [call_off.created_at for call_off, _lines in made]
    CallOff.objects.bulk_create(call_off for call_off, _lines in made)
    CallOffLine.objects.bulk_create(line for _call_off, lines in made for line in lines)
    for (call_off, _lines), result, moment in zip(made, results, created, strict=True):
        call_off.created_at = moment
        for name, value in result.items():
            setattr(call_off, name, value)


def send_in(made: list[Made]) -> None:
    """Give the call-offs that are sent in their numbers and states; after it they are locked."""
    calls = [call_off for call_off, _lines in made]
    CallOff.objects.bulk_update(calls, [*SENT_IN, "created_at"], batch_size=200)
    NumberSeries.objects.update_or_create(series="callouts", defaults={"last": LAST_NUMBER})
    sent = [(call_off, lines) for call_off, lines in made if call_off.submitted_at]
    StatusChange.objects.bulk_create(step for call_off, _lines in sent for step in _steps(call_off))
    LoadCarrier.objects.bulk_create(_carriers(sent))


def moments_of(call_off: CallOff) -> tuple[datetime, datetime]:
    """Return when it was sent in, and when its status last changed."""
    assert call_off.submitted_at  # noqa: S101  (only those that are sent in come here)
    return call_off.submitted_at, call_off.status_changed_at or call_off.submitted_at


def _steps(call_off: CallOff) -> list[StatusChange]:
    sent_in, changed = moments_of(call_off)
    received = StatusChange(
        call_off=call_off,
        status=status.RECEIVED,
        at=sent_in,
        by=call_off.submitted_by,
        by_name=call_off.submitted_by_name,
    )
    if call_off.status == status.RECEIVED:
        return [received]
    now = StatusChange(call_off=call_off, status=call_off.status, reason=call_off.status_reason, at=changed)
    return [received, now]


def _carriers(sent: list[Made]) -> list[LoadCarrier]:
    """Return each customer's load carriers as the last call-off gave them."""
    found: dict[tuple[int, str], LoadCarrier] = {}
    for call_off, lines in sorted(sent, key=lambda pair: pair[0].number or 0):
        for line in filter(lambda each: each.load_carrier_no, lines):
            found[call_off.customer_id, line.load_carrier_no] = LoadCarrier(
                customer=call_off.customer,
                number=line.load_carrier_no,
                size=line.container_size,
                unit=line.container_unit,
                used_at=moments_of(call_off)[0],
            )
    return list(found.values())
