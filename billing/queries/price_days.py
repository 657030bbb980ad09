"""Spot prices, kept in the process once they have been read, with the rates that follow from them.

A day of prices is a hundred numbers, the same for everybody, and a page with a year of them asks for all of them anew.
Which rows there are, and which writing of each, is asked every time: what is kept is as it is.
"""

from datetime import date

from django.db import connection

from billing.models import SpotPriceDay
from billing.rules.spot import SpotDay
from billing.rules.support import PriceBook

# `xmin` is the transaction that wrote the row as it is and `ctid` where it lies: each change of a row gives it others.
WRITINGS = """
    SELECT string_agg(concat_ws(' ', id, xmin, ctid), ';' ORDER BY day)
      FROM billing_spotpriceday WHERE area = %s AND day BETWEEN %s AND %s
"""
# Two years of one area; a day of quarters takes 10 kB.
MOST_KEPT = 800
# By writing.
_kept: dict[str, SpotDay] = {}
# A year of rates takes half a megabyte at most. By area and days, with their writings.
MOST_BOOKS = 50
_books: dict[tuple[str, date, date], tuple[str, PriceBook]] = {}


def price_book(area: str, first: date, last: date) -> PriceBook:
    """Return an area's prices from first to last. One query, and one more for days not read before."""
    with connection.cursor() as cursor:
        cursor.execute(WRITINGS, [area, first, last])
        writings: str = cursor.fetchone()[0] or ""
    kept = _books.get((area, first, last))
    if kept is None or kept[0] != writings:
        book = PriceBook({spot.day: spot for spot in _days(writings.split(";") if writings else [])})
        if len(_books) >= MOST_BOOKS:
            _books.clear()
        kept = _books[area, first, last] = writings, book
    return kept[1]


def _days(writings: list[str]) -> list[SpotDay]:
    # Another thread may let go of some meanwhile.
    found = {one: spot for one in writings if (spot := _kept.get(one)) is not None}
    missing = {int(one.partition(" ")[0]): one for one in writings if one not in found}
    if missing:
        if len(_kept) + len(missing) > MOST_KEPT:
            # The books have days of their own.
            _kept.clear()
            _books.clear()
        for row in SpotPriceDay.objects.filter(pk__in=missing):
            one = missing[row.pk]
            found[one] = _kept[one] = row.spot_day
    return list(found.values())
