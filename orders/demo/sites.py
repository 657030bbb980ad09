"""Who has what where in the demo. Addresses, numbers and names are made up."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

from orders.jobs import Emptying
from orders.models.names import Names
from orders.models.places import Shape, Volume

EXCHANGE, RETURN = Emptying.EXCHANGE, Emptying.DUMP_AND_RETURN
M3, LITRES = Volume.CUBIC_METRES, Volume.LITRES


def names(nb: str, nn: str, en: str) -> Names:
    return {"nb": nb, "nn": nn, "en": en}


OPEN = names("Åpen container", "Open container", "Open skip")
CLOSED = names("Lukket container", "Lukka container", "Closed skip")
BIN = names("Beholder med hjul", "Behaldar med hjul", "Wheeled bin")


@dataclass(frozen=True)
class Kind:
    """A kind of equipment; `sides` are length, width and height in cm, `waste` the only codes it takes (none: all)."""

    code: str
    names: Names
    volume: Decimal
    unit: Volume
    emptying: Emptying
    shape: Shape
    sides: tuple[int, int, int]
    waste: tuple[str, ...] = ()


EQUIPMENT = [
    Kind("OC8", OPEN, Decimal(8), M3, EXCHANGE, Shape.OPEN_CONTAINER, (350, 180, 150)),
    Kind("OC10", OPEN, Decimal(10), M3, EXCHANGE, Shape.OPEN_CONTAINER, (400, 180, 165)),
    Kind("OC22", OPEN, Decimal(22), M3, EXCHANGE, Shape.OPEN_CONTAINER, (600, 240, 160)),
    Kind("LC10", CLOSED, Decimal(10), M3, EXCHANGE, Shape.CLOSED_CONTAINER, (400, 180, 190)),
    Kind(
        "KP20", names("Komprimator", "Komprimator", "Compactor"), Decimal(20), M3, RETURN, Shape.COMPACTOR,
        (640, 250, 270), ("9912", "1299", "1729"),
    ),
    Kind(
        "B660", BIN, Decimal(660), LITRES, RETURN, Shape.WHEELED_BIN, (136, 77, 121), ("9912", "1299", "1729", "1111")
    ),
    Kind(
        "B240", BIN, Decimal(240), LITRES, RETURN, Shape.WHEELED_BIN, (73, 58, 107), ("9912", "1299", "1729", "1111")
    ),
    Kind(
        "NB5", names("Nedgravd beholder", "Nedgraven behaldar", "Underground bin"), Decimal(5), M3, RETURN,
        Shape.UNDERGROUND, (200, 200, 270), ("9912", "1299"),
    ),
]  # fmt: skip

WASTE: list[tuple[str, Names]] = [
    ("1141", names("Trevirke, blandet", "Trevirke, blanda", "Mixed wood")),
    ("1142", names("Rent trevirke", "Reint trevirke", "Clean wood")),
    ("9912", names("Restavfall", "Restavfall", "Residual waste")),
    ("1615", names("Gips", "Gips", "Plasterboard")),
    ("1611", names("Betong og tegl", "Betong og tegl", "Concrete and brick")),
    ("1299", names("Papp og papir", "Papp og papir", "Cardboard and paper")),
    ("1729", names("Blandet plast", "Blanda plast", "Mixed plastic")),
    ("1452", names("Metaller, blandet", "Metall, blanda", "Mixed metal")),
    ("1111", names("Matavfall", "Matavfall", "Food waste")),
    ("1131", names("Hageavfall", "Hageavfall", "Garden waste")),
    ("9913", names("Rivningsavfall", "Rivingsavfall", "Demolition waste")),
]


@dataclass(frozen=True)
class Unit:
    number: str
    equipment: str
    waste: str
    # 0 is Monday; None is no fixed route.
    route_weekday: int | None = None


@dataclass(frozen=True)
class Site:
    address: str
    postal_code: str
    city: str
    name: str
    units: tuple[Unit, ...]
    # What the customer calls the project; addresses of one are listed together.
    project: str = ""


# By the short name of the company: how long before a job it must be ordered.
RULES: dict[str, dict[str, Any]] = {
    "fjordsirkel": {"days_before": 1, "working_days": True, "hour": time(14)},
    "alvvik": {"days_before": 2, "working_days": True, "hour": time(23, 59)},
}

# By customer number. Who is not here keeps an empty account.
SITES: dict[str, list[Site]] = {
    "20417": [
        Site("Skoleveien 8", "3970", "Eidnes", "Eidnes skole, rehabilitering", (
            Unit("C-2207", "OC22", "1141"),
            Unit("C-10442", "LC10", "9912"),
            Unit("C-0815", "OC8", "1615"),
            Unit("B-6603", "B660", "1299", 1),
        ), "4417 Eidnes skole"),
        Site("Fjordgata 21", "3970", "Eidnes", "Nytt kontorbygg", (
            Unit("C-0822", "OC8", "1615"),
            Unit("C-10451", "LC10", "9912"),
            Unit("C-2231", "OC22", "9913"),
        ), "4460 Sentrum"),
        Site("Havneveien 112", "3972", "Storsund", "Lager Nordre Brygge", (
            Unit("K-2004", "KP20", "1299"),
            Unit("B-6610", "B660", "1729"),
            Unit("C-1019", "OC10", "1452"),
        )),
        Site("Kirkegata 3", "3970", "Eidnes", "Bårehuset, nytt tak", (Unit("C-0830", "OC8", "9913"),)),
        Site("Industriveien 44", "3974", "Strandmoen", "Verksted og riggplass", (
            Unit("C-1033", "OC10", "1452"),
            Unit("C-10460", "LC10", "9912"),
        )),
        Site("Bjørkelia 2–18", "3971", "Nordeidnes", "Rekkehus, byggetrinn 2", (
            Unit("C-2240", "OC22", "1141"),
            Unit("C-0844", "OC8", "1615"),
        )),
        Site(
            "Stasjonsgata 14", "3970", "Eidnes", "Ombygging til leiligheter", (Unit("C-0851", "OC8", "9913"),),
            "4460 Sentrum",
        ),
        Site("Myrvangen 27", "3975", "Lihagen", "Barnehage, tilbygg", (Unit("C-2252", "OC22", "1142"),)),
        Site("Sjøbodveien 6", "3972", "Storsund", "Riving av sjøbod", (Unit("C-2260", "OC22", "9913"),)),
        Site(
            "Rådhusplassen 1", "3970", "Eidnes", "Nytt sykkelhotell", (Unit("C-1041", "OC10", "1611"),), "4460 Sentrum"
        ),
        Site("Åsveien 90", "3973", "Øvre Strand", "Høydebasseng", ()),
    ],
    "20418": [
        Site("Torggata 5", "3970", "Eidnes", "Tveitengården", (
            Unit("B-6630", "B660", "1299", 3),
            Unit("C-0861", "OC8", "9912"),
        )),
    ],
    "31022": [Site("Granlia 12", "3971", "Nordeidnes", "", (Unit("C-0875", "OC8", "1131"),))],
    "1001": [Site("Vikavegen 31", "5698", "Alvvik", "", (Unit("A-0801", "OC8", "1131"),))],
    "1002": [
        Site("Kaivegen 4", "5698", "Alvvik", "Ny kai", (
            Unit("A-2201", "OC22", "9913"),
            Unit("A-1001", "LC10", "9912"),
        )),
        Site("Fossevegen 18", "5697", "Fossheim", "Kraftstasjon, ombygging", (
            Unit("A-2202", "OC22", "1141"),
            Unit("A-0802", "OC8", "1615"),
        )),
    ],
    "1003": [
        Site("Tunvegen 1–15", "5699", "Alvvik", "Felles avfallshus", (
            Unit("A-0501", "NB5", "9912", 0),
            Unit("A-6601", "B660", "1299", 2),
            Unit("A-0803", "OC8", "1131"),
        )),
    ],
}  # fmt: skip

# The first is moved, to a spot that is marked on a photo; the second is emptied, and a new unit goes to its address.
BASKET_UNITS = ("C-0822", "C-10451")
NEW_UNIT = "LC10"
# Units with an order of a person's own making: changed, cancelled, moved by a marked photo, one more unit.
CHANGED_UNIT, CANCELLED_UNIT, MARKED_UNIT, ONE_MORE_AT = "C-10442", "C-1033", "C-2240", "C-0830"
CONTACT = ("Magnus Tveiten", "+4791234567")

REASONS = [
    "Containeren var sperret av en bil.",
    "Porten var låst, og ingen svarte på telefonen.",
    "Containeren var lastet over kanten og kunne ikke løftes.",
]
NOTES = [
    "Port B fra Kirkegata er åpen 06.30–15.30. Ring Magnus på 912 34 567 ved ankomst.",
    "Sett den tomme samme sted, med døra mot veien.",
    "Smal innkjøring, bruk liten bil.",
    "Ring ti minutter før ankomst.",
]
DESTINATIONS = [
    "Til nordsiden av bygget, ved varemottaket",
    "Ti meter fram, fri for kranen",
    "Til riggplassen ved port A",
]
