"""Norway's public holidays: what counts as a working day goes by them, for jobs, loads and price lists. Pure."""

from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Return Norway's public holidays (lov om helligdager, and 1 and 17 May); plain Sundays are not among them."""
    return frozenset(holidays.country_holidays("NO", years=year))
