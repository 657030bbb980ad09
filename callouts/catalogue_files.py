"""The four files of a catalogue: fractions, EAL codes, types of package, units. Their columns, and taking them in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from callouts import catalogue
from callouts.models import Consistency, EwcCode, PackageType, PackingGroup, Unit, WasteFraction
from portal.audit import actions as audit
from portal.customers.csv_files import (
    Column,
    Format,
    Outcome,
    Rejection,
    Row,
    matching,
    number,
    one_of,
    text,
    whole,
    yes_or_no,
)

LANGUAGES = ("nb", "nn", "en")
CHUNK = 2000


def codes(value: str) -> list[str]:
    found = [code.upper() for code in re.split(r"[\s,]+", value) if code]
    if wrong := [code for code in found if not re.fullmatch(r"[0-9A-Z]{1,3}", code)]:
        raise ValidationError(_("Not a code: “%(value)s”."), params={"value": wrong[0][:40]})
    return list(dict.fromkeys(found))


def ewc(value: str) -> str:
    return str(matching(r"\d{6}", lambda: _("An EAL code has six digits, not"))(value.rstrip("*")))


def code(value: str) -> str:
    return str(matching(r"[0-9A-Z]{1,3}", lambda: _("A code has one to three capital letters or digits, not"))(value))


FRACTIONS = Format(
    "waste fractions",
    "article_no",
    {
        "article_no": Column(text(20), "your article number; it tells the rows apart", required=True),
        "name": Column(text(120), "what the customer sees", required=True),
        "service": Column(one_of(WasteFraction.Service.values), "waste, rental or sale", empty="waste"),
        "category": Column(text(60), "the group customers filter by"),
        "ns_group": Column(matching(r"\d{4}", lambda: _("A group has four digits, not")), "NS 9431, four digits"),
        "waste_substance_no": Column(text(10), "avfallsstoffnummer, or the code of radioactive waste"),
        "ewc_code": Column(ewc, "six digits; spaces, dots and a star are fine"),
        "hazardous": Column(yes_or_no, "yes or no", empty=False),
        "radioactive": Column(yes_or_no, "yes or no", empty=False),
        "declaration": Column(
            one_of(WasteFraction.Declaration.values),
            "by_kind (hazardous and radioactive waste need one), always or never",
            empty="by_kind",
        ),
        "units": Column(codes, "codes of the units it may be given in, with spaces between; empty: any", empty=[]),
        "packages": Column(codes, "codes of the packages it may come in; empty: any", empty=[]),
        "un_number": Column(matching(r"\d{4}", lambda: _("A UN number has four digits, not")), "four digits"),
        "packing_group": Column(one_of(PackingGroup.values), "I, II, III, none or not_adr"),
        "consistency": Column(one_of(Consistency.values), ", ".join(Consistency.values)),
        "words": Column(text(300), "what people call it, with spaces between"),
        "offered": Column(yes_or_no, "yes or no; empty: yes", empty=True),
    },
)
EWC_CODES = Format(
    "EAL codes",
    "code",
    {
        "code": Column(ewc, "six digits; spaces, dots and a star are fine", required=True),
        "hazardous": Column(yes_or_no, "yes or no", required=True),
        **{language: Column(text(300), f"the name, {language}") for language in LANGUAGES},
    },
)
PACKAGES = Format(
    "types of package",
    "code",
    {
        "code": Column(code, "UN/ECE Recommendation 21, such as 1A, WA, 43", required=True),
        **{language: Column(text(60), f"the name of one, {language}") for language in LANGUAGES},
        **{f"{language}_plural": Column(text(60), f"the name of several, {language}") for language in LANGUAGES},
        "order": Column(whole(0, 32_767), "place in the list", empty=0),
    },
)
UNITS = Format(
    "units",
    "code",
    {
        "code": Column(code, "UN/ECE Recommendation 20, such as KGM, TNE, LTR", required=True),
        **{language: Column(text(30), f"the name, {language}") for language in LANGUAGES},
        "is_volume": Column(yes_or_no, "whether sizes of containers are given in it", empty=False),
        "most": Column(number, "the largest quantity in one call-off; empty: no limit", empty=None),
        "order": Column(whole(0, 32_767), "place in the list", empty=0),
    },
)

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
    names = {language: row.values[language] for language in LANGUAGES if row.values.get(language)}
    plurals = {
        language: row.values[f"{language}_plural"] for language in LANGUAGES if row.values.get(f"{language}_plural")
    }
    if names:
        values["name"] = {**(one.name or {}), **names}
    if hasattr(one, "plural"):
        # One that has no word for several has the same for both: "IBC".
        values["plural"] = {**(one.plural or values.get("name", {})), **plurals}
    for name, value in row.values.items():
        if name not in {*LANGUAGES, *(f"{language}_plural" for language in LANGUAGES)}:
            values[NAMES.get(name, name)] = value
    if "is_hazardous" not in values and row.values.get("ewc_code") in known.ewc and isinstance(one, WasteFraction):
        values["is_hazardous"] = known.ewc[row.values["ewc_code"]]
    return values
