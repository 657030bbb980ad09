"""Kartverket's open address register (ws.geonorge.no/adresser/v1): finding an address by what people write of it.

The register may be away or not set up; the form is filled in by hand then. Terms: open data, CC BY 4.0, no key.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from portal.clients.http import Unavailable, client
from portal.ui import formatting

logger = logging.getLogger(__name__)

MOST = 6
SHORTEST = 3
# Somebody waits for the answer, and can write the address themselves.
TIMEOUT = 3.0
SEPARATOR = "|"


@dataclass(frozen=True)
class Address:
    """An address as the register writes it: "Skoleveien 8", "3970", "Eidnes"."""

    address: str
    postal_code: str
    city: str

    def __str__(self) -> str:
        return formatting.address(self.address, self.postal_code, self.city)

    @property
    def key(self) -> str:
        """The address as the value of a button; `picked` reads it."""
        return SEPARATOR.join((self.address, self.postal_code, self.city))


@dataclass(frozen=True)
class Found:
    """What a search gave. `is_away`: the register did not answer."""

    addresses: Sequence[Address] = ()
    is_away: bool = False
    text: str = ""


def is_available() -> bool:
    """Whether an address register is set up at all (ADDRESS_REGISTER_URL)."""
    return bool(settings.ADDRESS_REGISTER_URL)


def find(text: str) -> Found:
    """Return the addresses that fit best, at most six; never raises."""
    text = " ".join(text.split())[:100]
    if len(text) < SHORTEST or not is_available():
        return Found(text=text)
    try:
        answer = _ask(text)
    except Unavailable:
        logger.warning("The address register did not answer")
        return Found(text=text, is_away=True)
    return Found(addresses=_read(answer), text=text)


def _ask(text: str) -> Any:
    register = client("addresses", base_url=settings.ADDRESS_REGISTER_URL, timeout=TIMEOUT, retries=0)
    parameters = {"sok": text, "fuzzy": "true", "treffPerSide": str(4 * MOST), "asciiKompatibel": "false"}
    return register.get("/sok", params=parameters).json()


def _read(answer: Any) -> list[Address]:
    """Read the register's answer; what is not as it should be is left out."""
    rows = answer.get("adresser") if isinstance(answer, dict) else None
    found = [_address(row) for row in rows or [] if isinstance(row, dict)]
    # The register has a row for each flat's entrance; people look for the house.
    return list(dict.fromkeys(address for address in found if address))[:MOST]


def _address(row: dict[str, Any]) -> Address | None:
    parts = [row.get(name) for name in ("adressetekst", "postnummer", "poststed")]
    if not all(isinstance(part, str) and part.strip() for part in parts):
        return None
    address, postal_code, city = (str(part).strip() for part in parts)
    return Address(address, postal_code, _written(city))


def _written(city: str) -> str:
    """The register shouts: OSLO is Oslo, NORD-ODAL is Nord-Odal, MO I RANA is Mo i Rana."""
    small = {"i", "på", "og"}
    words = city.lower().split()
    return " ".join(word if word in small else "-".join(map(str.capitalize, word.split("-"))) for word in words)


def picked(key: str) -> dict[str, str]:
    """Return what a picked address fills in; nothing for what is no address of ours."""
    parts = key.split(SEPARATOR)
    return dict(zip(("address", "postal_code", "city"), parts, strict=True)) if len(parts) == 3 else {}
