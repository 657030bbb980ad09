"""Taking in the files of a catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from callouts.actions import catalogue
from callouts.catalogue_files import EWC_CODES, FRACTIONS, LANGUAGES, PACKAGES, UNITS
from callouts.models import EwcCode, PackageType, Unit, WasteFraction
from portal.audit import actions as audit
from portal.documents.csv_files import Format, Outcome, Rejection, Row

CHUNK = 2000
# Columns of a file that the model calls something else.
NAMES = {
    "hazardous": "is_hazardous",
    "radioactive": "is_radioactive",
    "words": "search_words",
    "units": "allowed_units",
    "packages": "allowed_packages",
    "offered": "is_active",
}


@dataclass(frozen=True)
class Known:
    """The codes the tenant has: what a fraction may refer to. `ewc` says of each EAL code whether it is hazardous."""

    units: frozenset[str]
    packages: frozenset[str]
    ewc: dict[str, bool]

    @classmethod
    def now(cls) -> "Known":
        return cls(
            units=frozenset(Unit.objects.values_list("code", flat=True)),
            packages=frozenset(PackageType.objects.values_list("code", flat=True)),
            ewc=dict(EwcCode.objects.values_list("code", "is_hazardous")),
        )


MODELS: dict[str, type[models.Model]] = {
    FRACTIONS.name: WasteFraction,
    EWC_CODES.name: EwcCode,
    PACKAGES.name: PackageType,
    UNITS.name: Unit,
}


@transaction.atomic
def take_in(form: Format, rows: Sequence[Row], *, source: str) -> Outcome:
    """Make new rows and change known ones, by the file's key; none is removed. Writes the audit log."""
    outcome, known, good = Outcome(), Known.now(), []
    for row in rows:
        if reason := problem_of(form, row, known):
            outcome.rejected.append(Rejection(row.line, reason, row.key))
        else:
            good.append(row)
    for start in range(0, len(good), CHUNK):
        _upsert(form, good[start : start + CHUNK], known, outcome)
    data = {"source": source, "new": outcome.new, "changed": outcome.changed, "unchanged": outcome.unchanged}
    audit.record(verb="callouts.catalogue_imported", by=None, data={"kind": form.name, **data})
    return outcome


def problem_of(form: Format, row: Row, known: Known) -> str:
    """Return what is wrong between the cells of a row, or with what the tenant already has."""
    if form is not FRACTIONS:
        given = [row.values[language] for language in LANGUAGES if language in row.values]
        return _("The name is missing in all languages.") if given and not any(given) else ""
    for column, there in (("units", known.units), ("packages", known.packages)):
        if unknown := [code for code in row.values.get(column, []) if code not in there]:
            values = {"column": column, "code": unknown[0], "known": ", ".join(sorted(there))}
            return _("%(column)s: there is no %(code)s here; there are %(known)s.") % values
    code = row.values.get("ewc_code", "")
    if code and known.ewc and code not in known.ewc:
        return _("ewc_code: %(code)s is not in the imported list of EAL codes.") % {"code": code}
    if known.ewc.get(code) and row.values.get("hazardous") is False:
        return _("hazardous: the EAL code %(code)s is one of hazardous waste.") % {"code": code}
    return ""


def _upsert(form: Format, rows: Sequence[Row], known: Known, outcome: Outcome) -> None:
    model: Any = MODELS[form.name]
    there = {getattr(one, form.key): one for one in model.objects.filter(**{f"{form.key}__in": [r.key for r in rows]})}
    new, changed, renamed, touched = [], [], [], set()
    for row in rows:
        found = there.get(row.key)
        one = found or model(**{form.key: row.key})
        values = _values_of(row, one, known)
        differing = [name for name, value in values.items() if getattr(one, name) != value]
        for name in differing:
            setattr(one, name, values[name])
        if found is None:
            new.append(one)
        elif differing:
            changed.append(one)
            touched.update(differing)
            if not catalogue.INDEXED.isdisjoint(differing):
                renamed.append(one)
    model.objects.bulk_create(new, batch_size=500)
    if changed:
        model.objects.bulk_update(changed, sorted(touched), batch_size=500)
    if form is FRACTIONS:
        catalogue.index_fractions(new, are_new=True)
        catalogue.index_fractions(renamed)
    outcome.new += len(new)
    outcome.changed += len(changed)
    outcome.unchanged += len(rows) - len(new) - len(changed)


def _texts(row: Row, ending: str = "") -> dict[str, str]:
    """Return what a row says in each language, without the empty ones."""
    written = {language: row.values.get(f"{language}{ending}", "") for language in LANGUAGES}
    return {language: words for language, words in written.items() if words}


def _values_of(row: Row, one: Any, known: Known) -> dict[str, Any]:
    """Return a row's values by the model's fields; names by language are put over those there are."""
    values: dict[str, Any] = {}
    if names := _texts(row):
        values["name"] = {**(one.name or {}), **names}
    if hasattr(one, "plural"):
        # One that has no word for several has the same for both: "IBC".
        values["plural"] = {**(one.plural or values.get("name", {})), **_texts(row, "_plural")}
    for name, value in row.values.items():
        if name not in {*LANGUAGES, *(f"{language}_plural" for language in LANGUAGES)}:
            values[NAMES.get(name, name)] = value
    if "is_hazardous" not in values and row.values.get("ewc_code") in known.ewc and isinstance(one, WasteFraction):
        values["is_hazardous"] = known.ewc[row.values["ewc_code"]]
    return values
