"""The public register of companies (Enhetsregisteret at Brønnøysundregistrene), open data without a key.

`GET <url>/enheter/<nine digits>` answers 200 with the company, 404 for one it does not have, 410 for one that is
deleted. https://data.brreg.no/enhetsregisteret/api/dokumentasjon/no/index.html
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from portal.clients.http import Unavailable, client

GONE = {404, 410}


@dataclass(frozen=True)
class Company:
    """A company as the register has it; what it does not say is ""."""

    org_no: str
    name: str
    address: str = ""
    postal_code: str = ""
    city: str = ""


def find(org_no: str) -> Company | None:
    """Return the company with nine digits, None when the register has none that lives. Raises Unavailable.

    It gives up soon: a person waits at a form that they can also fill in by hand.
    """
    register = client(
        "company-register",
        base_url=settings.COMPANY_REGISTER_URL,
        timeout=3.0,
        retries=0,
        deadline=4.0,
        max_bytes=200_000,
        headers={"Accept": "application/json"},
    )
    answer = register.get(f"enheter/{org_no}")
    if answer.status in GONE:
        return None
    try:
        return read(answer.json())
    except ValueError as error:
        raise Unavailable("company-register", str(error), sent=True, status=answer.status) from error


def read(answer: Any) -> Company | None:
    """Turn the register's JSON into a company; one with a day of deletion is none. Raises ValueError for anything else.

    The business address counts, else the postal address; foreign ones have no Norwegian postal code.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("navn"), str):
        raise ValueError("This is no company.")
    if answer.get("slettedato"):
        return None
    address = answer.get("forretningsadresse") or answer.get("postadresse") or {}
    return Company(
        org_no=str(answer.get("organisasjonsnummer", "")),
        name=answer["navn"][:120],
        address=", ".join(filter(None, address.get("adresse") or []))[:120],
        postal_code=str(address.get("postnummer") or "")[:4],
        city=str(address.get("poststed") or "")[:60],
    )
