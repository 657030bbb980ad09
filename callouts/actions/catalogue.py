"""Writing the waste catalogue: fractions with the words they are found by, units, packages."""

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from callouts.catalogue_files import LANGUAGES
from callouts.models import FractionWord, PackageType, Unit, WasteFraction
from callouts.rules import codes
from portal.tenancy.models import current_tenant
from portal.tenancy.scope import current_tenant_id

LONGEST_WORD = 60
DATA = Path(__file__).parents[1] / "data"


# A row a fraction goes over the wire, its words with blanks between: a catalogue of 50 000 fractions has two million.
# In the order of the index that is searched, which so grows at fewer places at a time.
INSERT_WORDS = """
    INSERT INTO callouts_fractionword (tenant_id, fraction_id, word, weight)
    SELECT %s, fraction, word, weight
      FROM unnest(%s::bigint[], %s::smallint[], %s::text[]) AS given (fraction, weight, words),
           string_to_table(words, ' ') AS word
     ORDER BY word
"""
# What index_fractions reads of a fraction.
INDEXED = frozenset({"name", "article_no", "ns_group", "waste_substance_no", "ewc_code", "search_words", "category"})


@transaction.atomic
def index_fractions(fractions: Iterable[WasteFraction], *, are_new: bool = False) -> None:
    """Write anew the words that fractions are found by. Call it after every change of what is INDEXED."""
    fractions = list(fractions)
    if not are_new:
        FractionWord.objects.filter(fraction__in=fractions).delete()
    words = [(each.pk, weight, " ".join(of_it)) for each in fractions for weight, of_it in _words_of(each).items()]
    if words:
        columns = [list(column) for column in zip(*words, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(INSERT_WORDS, [current_tenant_id(), *columns])


def _words_of(fraction: WasteFraction) -> dict[int, list[str]]:
    """Return the words by weight; each word once. Words hold letters and digits only, see rules.codes."""
    named = [fraction.name, fraction.article_no, fraction.ns_group, fraction.waste_substance_no, fraction.ewc_code]
    words = codes.index_words(" ".join(named), f"{fraction.search_words} {fraction.category}")
    found: dict[int, list[str]] = {}
    for word, weight in {word[:LONGEST_WORD]: weight for word, weight in words.items()}.items():
        found.setdefault(weight, []).append(word)
    return found


@transaction.atomic
def add_units_and_packages() -> None:
    """Give a new tenant the units and types of package in callouts/data; those it has stay as they are."""
    Unit.objects.bulk_create(
        (
            Unit(code=row["code"], name=_names(row), is_volume=row["is_volume"] == "yes", most=_most(row), order=order)
            for order, row in enumerate(_rows("units.csv"))
        ),
        ignore_conflicts=True,
    )
    PackageType.objects.bulk_create(
        (
            PackageType(code=row["code"], name=_names(row), plural=_names(row, "_plural"), order=order)
            for order, row in enumerate(_rows("package_types.csv"))
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def load_starter_catalogue() -> list[WasteFraction]:
    """Fill a catalogue without fractions from the files in callouts/data, and return the fractions.

    A fraction has one name, which is in the company's own language: Bokmål, or Nynorsk.
    """
    add_units_and_packages()
    names = {row["article_no"]: row for row in _rows("waste_fractions_nn.csv")} if _is_nynorsk() else {}
    rows = (row | names.get(row["article_no"], {}) for row in _rows("waste_fractions.csv"))
    fractions = WasteFraction.objects.bulk_create(map(_fraction, rows))
    index_fractions(fractions, are_new=True)
    return fractions


def _is_nynorsk() -> bool:
    return current_tenant().language == "nn"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _names(row: dict[str, str], ending: str = "") -> dict[str, str]:
    return {language: row[f"{language}{ending}"] for language in LANGUAGES}


def _most(row: dict[str, str]) -> Decimal | None:
    return Decimal(row["most"]) if row["most"] else None


def _fraction(row: dict[str, str]) -> WasteFraction:
    same = ("article_no", "name", "service", "category", "ns_group", "waste_substance_no", "ewc_code", "declaration")
    values: dict[str, Any] = {name: row[name] for name in (*same, "un_number", "packing_group", "consistency")}
    return WasteFraction(
        **values,
        is_hazardous=row["hazardous"] == "yes",
        is_radioactive=row["radioactive"] == "yes",
        search_words=row["words"],
        allowed_units=row["units"].split(),
        allowed_packages=row["packages"].split(),
    )
